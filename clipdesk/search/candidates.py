"""The best photos for a query vector, at one or several positions of the textness slider."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clipdesk.core.entities import Ids, Matrix, Vector
from clipdesk.core.ranking import TEXTNESS_SHARE, Floats, order, sigma_of, textness_scores
from clipdesk.search.photo_vectors import PhotoVectors
from clipdesk.search.reduced_index import best_of_many, proposals
from clipdesk.search.vector_index import Allowed, Rows

if TYPE_CHECKING:
    from clipdesk.search.textness import TextnessDirection

_FEW = 20_000
"""Photos that a filter leaves over, up to which all of them are scored exactly."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows of photos with q·v (`similarities`) and what they score at the slider's position, best first."""

    rows: Rows
    similarities: Floats
    scores: Floats

    def first(self, count: int) -> "Ranked":
        """Return the best `count` of them."""
        return Ranked(self.rows[:count], self.similarities[:count], self.scores[:count])


def rows_of(vectors: PhotoVectors, photo_ids: Ids) -> Allowed:
    """Return which rows may be found: live ones, of `photo_ids`."""
    return vectors.live & np.isin(vectors.photo_ids, photo_ids)


class CandidateSearch:
    """Searches the photos of one model for one query, float32 [dim]. `sigma` is the spread of q·v over the library.

    `sample` has the vectors of a sample of the photos: float32 [n, dim].
    """

    def __init__(
        self,
        vectors: PhotoVectors,
        query: Vector,
        sample: Matrix,
        direction: "Callable[[], TextnessDirection | None]",
    ) -> None:
        self._vectors = vectors
        self._query = query
        self._direction = direction
        self.sigma = sigma_of(sample @ query)

    def best(self, count: int, scales: Sequence[float], allowed: Allowed, *, filtered: bool) -> tuple[Rows, Floats]:
        """Return the rows among the best `count` at any of the slider's `scales`, with their q·v; unordered."""
        found = None if filtered or self._vectors.graph is None else self._by_graph(count, scales, allowed)
        if found is not None:
            return found
        reduced = self._vectors.reduced
        if reduced is None or np.count_nonzero(allowed) <= max(_FEW, proposals(count)):
            return self._exactly(count, scales, allowed)
        near = reduced.similarities(self._query)
        near[~allowed] = -np.inf
        rows = self._best_rows(near, self._vectors.textness, proposals(count), scales)
        rows = rows[allowed[rows]]
        similarities = self._vectors.exact.similarities_at(self._query, rows)
        chosen = self._best_rows(similarities, self._vectors.textness[rows], count, scales)
        return rows[chosen], similarities[chosen]

    def ranked(self, rows: Rows, similarities: Floats, scale: float) -> Ranked:
        """Order rows by their score at the slider's position `scale`."""
        scores = textness_scores(similarities, self._vectors.textness[rows], self.sigma, scale)
        places = order(scores, self._vectors.photo_ids[rows])
        return Ranked(rows[places], similarities[places], scores[places])

    def _exactly(self, count: int, scales: Sequence[float], allowed: Allowed) -> tuple[Rows, Floats]:
        rows = np.flatnonzero(allowed)
        if len(rows) * 10 < len(allowed):
            similarities = self._vectors.exact.similarities_at(self._query, rows)
        else:
            similarities = self._vectors.exact.similarities(self._query)[rows]
        chosen = self._best_rows(similarities, self._vectors.textness[rows], count, scales)
        return rows[chosen], similarities[chosen]

    def _best_rows(self, similarities: Floats, textness: Floats, count: int, scales: Sequence[float]) -> Rows:
        """Return the places of the best `count` at any of the slider's `scales`."""
        scored = (textness_scores(similarities, textness, self.sigma, scale) for scale in set(scales))
        return np.unique(np.concatenate([best_of_many(scores, count) for scores in scored]))

    def _by_graph(self, count: int, scales: Sequence[float], allowed: Allowed) -> tuple[Rows, Floats] | None:
        """Return the same through the graph; None when the slider is used and the direction is not known."""
        graph, direction = self._vectors.graph, None
        assert graph is not None
        if any(scales) and (direction := self._direction()) is None:
            return None
        found: list[Rows] = []
        for scale in set(scales):
            moved = self._query
            if scale and direction is not None:
                step = np.float32(TEXTNESS_SHARE * scale * self.sigma / direction.gap)
                moved = (self._query + step * direction.direction).astype(np.float32)
            found.append(graph.search(moved, count, allowed)[0])
        rows = np.unique(np.concatenate(found))
        return rows, self._vectors.exact.similarities_at(self._query, rows)
