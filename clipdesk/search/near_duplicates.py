"""Photos that look nearly the same: copies at other sizes, edits, shots of one burst.

The likeness of two photos is (layout + 0.3 · q·v) / 1.3, where layouts are compared as `search.layout` tells. `NEAR`
was chosen by eye, with the bundled model: copies (smaller, with a cut border, saved again) and shots of one burst are
above it; below it right and wrong pairs mix, such as two cyclists on one path, or two bays. By q·v alone there is no
such line: most of the nearest pairs show the same subject, not the same picture.

Comparing everything with everything takes long for 100,000 photos. So each is compared only with those that share one
of its nearest anchors (inverted lists with several assignments, as in Jégou et al., "Product quantization for nearest
neighbor search", 2011). Copies share them; a pair that is hardly alike enough may be missed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Ids, Matrix
from clipdesk.core.ranking import Floats
from clipdesk.search.engine import Snapshot

CONTENT_SHARE = 0.3
NEAR = 0.80
LEAST = 0.70
_EXACT = 8_192
"""Photos up to which everything is compared with everything."""
_ANCHORS, _NEAREST = 1_024, 8
_ROWS = 512
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

    def once(self) -> "Pairs":
        """Return each of them once."""
        _, places = np.unique(self.first.astype(np.int64) << 32 | self.second, return_index=True)
        return Pairs(self.first[places], self.second[places], self.likeness[places])

    def rows(self) -> list[int]:
        """Return every row that is in a pair, ascending."""
        return np.unique(np.concatenate([self.first, self.second])).tolist()


class NearDuplicates:
    """Finds near-duplicates and keeps what it found: later only newer photos are compared. For one thread at a time."""

    def __init__(self) -> None:
        self._model_key = ""
        self._photo_ids: Ids = np.zeros(0, np.int64)
        self._layouts: Matrix = np.zeros((0, 0), np.float32)
        self._lists = _Lists()
        self._pairs = _none()

    def find(self, library: Snapshot, layouts_of: LayoutsOf, checkpoint: Checkpoint) -> Pairs:
        """Return all pairs of live photos that are at least `LEAST` alike."""
        known = len(self._photo_ids)
        if library.model_key != self._model_key or not np.array_equal(library.photo_ids[:known], self._photo_ids):
            self.__init__()
            self._model_key, known = library.model_key, 0
        if len(library.photo_ids) > known:
            newer = layouts_of(library.photo_ids[known:])
            layouts = np.concatenate([self._layouts, newer]) if known else newer
            lists = self._lists.extended(layouts, checkpoint)
            found = self._pairs
            for rows in lists.rows():
                checkpoint()
                found = found.joined(_compare(layouts, library, rows, known))
            self._layouts, self._lists, self._photo_ids = layouts, lists, library.photo_ids
            self._pairs = found.once()
        return self._pairs.chosen(library.live[self._pairs.first] & library.live[self._pairs.second])


@dataclass(frozen=True, slots=True)
class _Lists:
    """Which rows are compared: those that share one of their nearest anchors; all of them without anchors.

    `anchors` float32 [m, dim]; `nearest` int16 [n, _NEAREST], -1 for rows without a layout.
    """

    anchors: Matrix | None = None
    nearest: npt.NDArray[np.int16] = field(default_factory=lambda: np.zeros((0, _NEAREST), np.int16))

    def extended(self, layouts: Matrix, checkpoint: Checkpoint) -> "_Lists":
        """Return the lists of more rows: `layouts` are those of all."""
        anchors = self.anchors
        if anchors is None:
            there = np.flatnonzero(layouts.any(axis=1))
            if len(there) <= _EXACT:
                return _Lists(None, np.zeros((len(layouts), _NEAREST), np.int16))
            anchors = layouts[np.random.default_rng(0).choice(there, _ANCHORS, replace=False)]
        parts = [self.nearest] if self.anchors is not None else []
        for start in range(sum(len(part) for part in parts), len(layouts), _ROWS):
            checkpoint()
            part = layouts[start : start + _ROWS]
            nearest = np.argpartition(part @ anchors.T, _ANCHORS - _NEAREST, axis=1)[:, _ANCHORS - _NEAREST :]
            parts.append(np.where(np.any(part, axis=1, keepdims=True), nearest, -1).astype(np.int16))
        return _Lists(anchors, np.concatenate(parts))

    def rows(self) -> Iterator[npt.NDArray[np.intp]]:
        """Return the rows of each list, ascending."""
        if self.anchors is None:
            yield np.arange(len(self.nearest))
            return
        flat = self.nearest.ravel()
        order = np.argsort(flat, kind="stable")
        ends = np.searchsorted(flat[order], np.arange(_ANCHORS + 1))
        for start, end in pairwise(ends.tolist()):
            yield order[start:end] // _NEAREST


def _none() -> Pairs:
    return Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))


def _compare(layouts: Matrix, library: Snapshot, rows: npt.NDArray[np.intp], known: int) -> Pairs:
    """Compare those of `rows` (ascending) that are from `known` on with all before them."""
    least = np.float32(LEAST * (1 + CONTENT_SHARE) - CONTENT_SHARE)
    vectors, found = layouts[rows], _none()
    for top in range(int(np.searchsorted(rows, known)), len(rows), _ROWS):
        alike = vectors[top : top + _ROWS] @ vectors[: top + _ROWS].T
        places = np.flatnonzero(alike >= least)
        below, right = np.divmod(places, alike.shape[1])
        earlier = right < below + top
        first, second = rows[right[earlier]], rows[below[earlier] + top]
        if not len(first):
            continue
        content = np.einsum("ij,ij->i", library.vectors.vectors_at(first), library.vectors.vectors_at(second))
        likeness = (alike.ravel()[places[earlier]] + CONTENT_SHARE * content) / (1 + CONTENT_SHARE)
        pairs = Pairs(first.astype(np.int32), second.astype(np.int32), likeness.astype(np.float32))
        found = found.joined(pairs.at_least(LEAST))
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
