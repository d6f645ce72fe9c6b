"""Photos that look nearly the same: copies at other sizes, edits, shots of one burst.

The likeness of two photos is (layout + 0.3 · q·v) / 1.3, the layout compared as in `search.layout`. See `NEAR` for how
the line was drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Ids, Matrix
from clipdesk.core.ranking import Floats
from clipdesk.search.engine import Snapshot

CONTENT_SHARE = 0.3
NEAR = 0.77
LEAST = 0.70
_ROWS, _COLUMNS = 512, 8_192
Checkpoint = Callable[[], None]
LayoutsOf = Callable[[Ids], Matrix]
"""Returns the layouts of photos, float32 [n, layout.DIM]; zero where there is no thumbnail."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of rows (the first the smaller one) and their likeness: int32 [n], int32 [n], float32 [n]."""

    first: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    likeness: Floats

    def joined(self, other: "Pairs") -> "Pairs":
        """Return both together."""
        return Pairs(
            np.concatenate([self.first, other.first]),
            np.concatenate([self.second, other.second]),
            np.concatenate([self.likeness, other.likeness]),
        )

    def chosen(self, which: npt.NDArray[np.bool_]) -> "Pairs":
        """Return some of them: bool [n]."""
        return Pairs(self.first[which], self.second[which], self.likeness[which])

    def at_least(self, likeness: float) -> "Pairs":
        """Return those that are so much alike."""
        return self.chosen(self.likeness >= likeness)

    def rows(self) -> list[int]:
        """Return every row that is in a pair, ascending."""
        return np.unique(np.concatenate([self.first, self.second])).tolist()


class NearDuplicates:
    """Finds near-duplicates and keeps what it found: later only newer photos are compared. For one thread at a time."""

    def __init__(self) -> None:
        self._model_key = ""
        self._photo_ids: Ids = np.zeros(0, np.int64)
        self._layouts: Matrix | None = None
        self._pairs = _none()

    def find(self, library: Snapshot, layouts_of: LayoutsOf, checkpoint: Checkpoint) -> Pairs:
        """Return all pairs of live photos that are at least `LEAST` alike.

        A quarter of a minute on two cores for 100,000 photos, once their layouts are known.
        """
        known = len(self._photo_ids)
        if library.model_key != self._model_key or not np.array_equal(library.photo_ids[:known], self._photo_ids):
            self.__init__()
            self._model_key, known = library.model_key, 0
        if len(library.photo_ids) > known:
            newer = layouts_of(library.photo_ids[known:])
            joined = newer if self._layouts is None else np.concatenate([self._layouts, newer])
            pairs = _compare(joined, library, known, checkpoint)
            self._layouts, self._photo_ids, self._pairs = joined, library.photo_ids, self._pairs.joined(pairs)
        return self._pairs.chosen(library.live[self._pairs.first] & library.live[self._pairs.second])


def _none() -> Pairs:
    return Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))


def _compare(layouts: Matrix, library: Snapshot, known: int, checkpoint: Checkpoint) -> Pairs:
    """Compare the rows from `known` on with each other and with all before them."""
    least = np.float32(LEAST * (1 + CONTENT_SHARE) - CONTENT_SHARE)
    found = _none()
    for top in range(known, len(layouts), _ROWS):
        rows = layouts[top : top + _ROWS]
        for left in range(0, top + len(rows), _COLUMNS):
            checkpoint()
            # Only columns before a row: each pair once.
            columns = layouts[left : min(left + _COLUMNS, top + len(rows))]
            alike = rows @ columns.T
            places = np.flatnonzero(alike >= least)
            below, right = np.divmod(places, alike.shape[1])
            second, first = below + top, right + left
            earlier = first < second
            if not earlier.any():
                continue
            first, second = first[earlier], second[earlier]
            content = np.einsum(
                "ij,ij->i", library.vectors.vectors_at(first), library.vectors.vectors_at(second), optimize=False
            )
            likeness = (alike.ravel()[places[earlier]] + CONTENT_SHARE * content) / (1 + CONTENT_SHARE)
            near = likeness >= LEAST
            found = found.joined(
                Pairs(first[near].astype(np.int32), second[near].astype(np.int32), likeness[near].astype(np.float32))
            )
    return found


def groups_of(pairs: Pairs, best_first: Sequence[int]) -> list[list[tuple[int, float]]]:
    """Return groups of rows with their likeness to the first of the group, which is the best of them.

    Only rows of `best_first` are grouped, each in one group at most. All are alike to the best of their group, not
    merely to another one of it: chains of likenesses lead from the sea to the mountains.
    """
    neighbours: dict[int, dict[int, float]] = {row: {} for row in best_first}
    for first, second, likeness in zip(
        pairs.first.tolist(), pairs.second.tolist(), pairs.likeness.tolist(), strict=True
    ):
        if first in neighbours and second in neighbours:
            neighbours[first][second] = neighbours[second][first] = likeness
    taken: set[int] = set()
    found: list[list[tuple[int, float]]] = []
    for row in best_first:
        if row in taken:
            continue
        others = {one: likeness for one, likeness in neighbours[row].items() if one not in taken}
        if others:
            taken |= {row, *others}
            found.append([(row, 1.0), *sorted(others.items(), key=lambda item: -item[1])])
    return found
