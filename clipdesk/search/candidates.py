"""The best photos for a query vector, at one or several positions of the textness slider."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clipdesk.core.entities import Ids, Matrix, Vector
from clipdesk.core.ranking import TEXTNESS_SHARE, Floats, best, order, sigma_of, textness_scores
from clipdesk.search.photo_vectors import PhotoVectors
from clipdesk.search.vector_index import Allowed, Rows

if TYPE_CHECKING:
    from clipdesk.search.textness import TextnessDirection


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows of photos with q·v (`similarities`) and what they score at the slider's position, best first."""

    rows: Rows
    similarities: Floats
    scores: Floats

    def first(self, count: int) -> "Ranked":
        """Return the best `count` of them."""
        return Ranked(self.rows[:count], self.similarities[:count], self.scores[:count])


def rows_of(vectors: PhotoVectors, photo_ids: Ids | None) -> Allowed:
    """Return which rows may be found: live ones, of `photo_ids` when given."""
    return vectors.live if photo_ids is None else vectors.live & np.isin(vectors.photo_ids, photo_ids)


class CandidateSearch:
    """Searches the photos of one model. `sample` has the vectors of a sample of them: float32 [n, dim]."""

    def __init__(
        self, vectors: PhotoVectors, sample: Matrix, direction: "Callable[[], TextnessDirection | None]"
    ) -> None:
        self._vectors = vectors
        self._sample = sample
        self._direction = direction

    def sigma(self, query: Vector) -> float:
        """Return the spread of q·v over the library."""
        return sigma_of(self._sample @ query)

    def best(
        self, query: Vector, count: int, scales: Sequence[float], allowed: Allowed, *, filtered: bool
    ) -> tuple[Rows, Floats]:
        """Return the rows among the best `count` at any of the slider's `scales`, with their q·v; unordered."""
        found = None if filtered or self._vectors.graph is None else self._by_graph(query, count, scales, allowed)
        return found or self._exactly(query, count, scales, allowed)

    def ranked(self, query: Vector, rows: Rows, similarities: Floats, scale: float) -> Ranked:
        """Order rows by their score at the slider's position `scale`."""
        scores = textness_scores(similarities, self._vectors.textness[rows], self.sigma(query), scale)
        places = order(scores, self._vectors.photo_ids[rows])
        return Ranked(rows[places], similarities[places], scores[places])

    def _exactly(self, query: Vector, count: int, scales: Sequence[float], allowed: Allowed) -> tuple[Rows, Floats]:
        rows = np.flatnonzero(allowed)
        if len(rows) * 10 < len(allowed):
            similarities = self._vectors.exact.similarities_at(query, rows)
        else:
            similarities = self._vectors.exact.similarities(query)[rows]
        textness, sigma = self._vectors.textness[rows], self.sigma(query)
        places = [best(textness_scores(similarities, textness, sigma, scale), count) for scale in set(scales)]
        chosen = np.unique(np.concatenate(places))
        return rows[chosen], similarities[chosen]

    def _by_graph(
        self, query: Vector, count: int, scales: Sequence[float], allowed: Allowed
    ) -> tuple[Rows, Floats] | None:
        """Return the same through the graph; None when the slider is used and the direction is not known."""
        graph, direction = self._vectors.graph, None
        assert graph is not None
        if any(scales) and (direction := self._direction()) is None:
            return None
        sigma = self.sigma(query)
        found: list[Rows] = []
        for scale in set(scales):
            moved = query
            if scale and direction is not None:
                step = np.float32(TEXTNESS_SHARE * scale * sigma / direction.gap)
                moved = (query + step * direction.direction).astype(np.float32)
            found.append(graph.search(moved, count, allowed)[0])
        rows = np.unique(np.concatenate(found))
        return rows, self._vectors.exact.similarities_at(query, rows)
