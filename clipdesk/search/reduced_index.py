"""Nearest photos through short vectors: all of those are compared, and the best proposals are scored exactly.

One matrix-vector product reads every short vector, a quarter of the bytes and less of what an exact search reads.
Nothing has to be built but the short vectors themselves: a new photo is one product, and filters, the textness slider
and deleted photos change nothing.
"""

import numpy as np

from clipdesk.core.entities import Matrix, Vector
from clipdesk.core.ranking import Floats, best
from clipdesk.search.growing import GrowingArray
from clipdesk.search.vector_index import Allowed, ExactIndex, Rows

_ROWS = 262_144
"""Rows of one product: fewer mean more waiting for all threads on a busy machine, far more are slower on an idle
one."""
_MADE = 8_192
_EVERY = 16
_MANY = 50_000
_SPARE, _SHARE = 2_000, 0.25


def proposals(count: int) -> int:
    """Return how many proposals are scored exactly to find the best `count`."""
    return count + _SPARE + int(_SHARE * count) if count > 0 else 0


class ReducedIndex:
    """The short vectors of the rows of `exact`: `vectors @ basis`, basis float32 [dim, d], see `search.reduction`.

    `known` are those of the first rows, float32 [n, d], in memory or memory-mapped; the others are made.
    """

    def __init__(self, exact: ExactIndex, basis: Matrix, known: Matrix | None = None) -> None:
        self.exact, self.basis = exact, basis
        self._first = np.zeros((0, basis.shape[1]), np.float32) if known is None else np.asarray(known)
        self._newer = GrowingArray(np.zeros((0, basis.shape[1]), np.float32))
        self.extend()

    def __len__(self) -> int:
        return len(self._first) + len(self._newer)

    @property
    def dim(self) -> int:
        """The length of a short vector."""
        return self.basis.shape[1]

    def extend(self) -> None:
        """Take in the rows that `exact` got since."""
        if len(self.exact) - len(self) > _MADE:
            self._newer.reserve(len(self.exact) - len(self._first))
        for start in range(len(self), len(self.exact), _MADE):
            rows = np.arange(start, min(start + _MADE, len(self.exact)))
            self._newer.append(self.exact.vectors_at(rows) @ self.basis)

    def rows(self, start: int, end: int) -> Matrix:
        """Return the short vectors of some rows: float32 [end - start, d]."""
        split = len(self._first)
        parts = [self._first[start:end], self._newer.values[max(start - split, 0) : max(end - split, 0)]]
        return np.concatenate(parts)

    def similarities(self, query: Vector) -> Floats:
        """Return nearly q·v of every row: float32 [n]."""
        short = (query @ self.basis).astype(np.float32)
        result, first = np.empty(len(self), np.float32), self._first
        split = len(first)
        for start in range(0, split, _ROWS):
            end = min(start + _ROWS, split)
            np.dot(first[start:end], short, out=result[start:end])
        np.dot(self._newer.values, short, out=result[split:])
        return result

    def search(self, query: Vector, count: int, allowed: Allowed | None = None) -> tuple[Rows, Floats]:
        """Return up to `count` allowed rows, best first, with their exact q·v."""
        near = self.similarities(query)
        if allowed is not None:
            near[~allowed] = -np.inf
        rows = best_of_many(near, proposals(count))
        rows = rows if allowed is None else rows[allowed[rows]]
        similarities = self.exact.similarities_at(query, rows)
        top = np.lexsort((rows, -similarities))[: max(count, 0)]
        return rows[top], similarities[top]


def best_of_many(scores: Floats, count: int) -> Rows:
    """Return what `ranking.best` does, sooner where there are very many: a sample tells where the best begin."""
    if len(scores) < _MANY or count * 4 > len(scores):
        return best(scores, count)
    sample = scores[::_EVERY]
    place = len(sample) - (2 * count // _EVERY + _EVERY)
    line = np.partition(sample, place)[place]
    places = np.flatnonzero(scores >= line)
    # Where the best lie close together in a way that the sample misses, all are looked at.
    return places[best(scores[places], count)] if len(places) >= count else best(scores, count)
