"""The results of a query as columns, in the order at one position of the textness slider; numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Ids
from clipdesk.core.ranking import LEAST_SIGMA, Floats, textness_scores
from clipdesk.core.window_messages import BrowseReply, ResultGroup

SectionKind = Literal["", "group", "good", "weak", "nothing good"]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Section:
    """A run of rows from `start` to the next section's start; `label` is an ISO day or a folder's path."""

    start: int
    kind: SectionKind = ""
    label: str = ""


class ResultRows:
    """Columns of a reply without what is hidden. Rows are numbered as they are shown; `ids` int64 [n] is in that order.

    `ranked` is False for a list that has another order than by score: then the slider changes nothing.
    """

    def __init__(self, reply: BrowseReply | None = None, *, hidden: frozenset[int] = frozenset(), ranked: bool = True):
        ids = np.zeros(0, np.int64) if reply is None else reply.photo_ids
        keep = np.arange(len(ids))
        if hidden:
            keep = np.flatnonzero(~np.isin(ids, np.fromiter(hidden, np.int64, len(hidden))))
        self._sent = ids[keep]
        self._similarities = None if reply is None or reply.similarities is None else reply.similarities[keep]
        self._textness = np.zeros(0, np.float32) if reply is None else reply.textness[keep]
        self._good = np.zeros(0, np.bool_) if reply is None else reply.good[keep]
        self._sigma = LEAST_SIGMA if reply is None or reply.sigma is None else reply.sigma
        self._groups = _without(() if reply is None else reply.groups, keep, len(ids))
        self.by_score = ranked and self._similarities is not None
        self.order: Rows = np.arange(len(self._sent))
        """Places in the reply (without what is hidden), row by row."""
        self._inverse: Rows | None = None

    def __len__(self) -> int:
        return len(self._sent)

    @property
    def ids(self) -> Ids:
        """The photo ids in the order of the rows."""
        return self._sent[self.order]

    def id_at(self, row: int) -> int:
        """Return the photo id of a row."""
        return int(self._sent[self.order[row]])

    def similarity_at(self, row: int) -> float | None:
        """Return q·v of a row; None when the query has no terms."""
        return None if self._similarities is None else float(self._similarities[self.order[row]])

    def good_at(self, row: int) -> bool:
        """Return whether a row is above the match line."""
        return bool(self._good[self.order[row]])

    def rows_of(self, photo_ids: Ids) -> Rows:
        """Return the row of each photo, -1 for those that are not here."""
        if not len(self._sent):
            return np.full(len(photo_ids), -1, np.intp)
        sorter = self._by_id
        places = sorter[np.minimum(np.searchsorted(self._sent, photo_ids, sorter=sorter), len(sorter) - 1)]
        if self._inverse is None:
            self._inverse = np.empty_like(self.order)
            self._inverse[self.order] = np.arange(len(self.order))
        return np.where(self._sent[places] == photo_ids, self._inverse[places], -1)

    def ordered(self, scale: float) -> Rows | None:
        """Return the order at a position of the slider; None when the slider changes nothing here."""
        if not self.by_score or self._similarities is None:
            return None
        scores = textness_scores(self._similarities, self._textness, self._sigma, scale)
        if not self._groups:
            return _best_first(scores, self._by_id)
        group_of = np.searchsorted([group.start for group in self._groups], np.arange(len(scores)), "right")
        return np.lexsort((self._sent, -scores, group_of))

    def set_order(self, order: Rows) -> None:
        """Show the rows in another order."""
        self.order, self._inverse = order, None

    def sections(self) -> list[Section]:
        """Return the sections in order; a list without headings is one section."""
        if self._similarities is None or not len(self):
            return [Section(group.start, "group", group.label) for group in self._groups] or [Section(0)]
        good = np.flatnonzero(self._good[self.order])
        if not len(good):
            return [Section(0, "nothing good")]
        if self._groups:
            return [
                Section(group.start, "group" if self.good_at(group.start) else "weak", group.label)
                for group in self._groups
            ]
        # With the slider away from the middle, a few weak ones may stand before the last good one.
        weak = int(good[-1]) + 1
        return [Section(0)] if weak == len(self) else [Section(0, "good"), Section(weak, "weak")]

    def good_count(self) -> int | None:
        """Return how many are above the match line; None when the query has no terms."""
        return None if self._similarities is None else int(self._good.sum())

    @cached_property
    def _by_id(self) -> Rows:
        return np.argsort(self._sent)


def _best_first(scores: Floats, by_id: Rows) -> Rows:
    """The places of the best score first, ties by id, as `core.ranking.order` has it, in a fifth of its time.

    The bits of a float, its sign folded in, grow as the float does: with the place in the order by id below them,
    one plain sort of integers does it. 100,000 rows take 5 ms, which leaves most of a frame.
    """
    bits = (np.float32(0) - scores).view(np.int32)
    keys = (bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))).astype(np.int64) << 32
    keys[by_id] |= np.arange(len(by_id))
    keys.sort()
    return by_id[keys & 0xFFFFFFFF]


def _without(groups: Sequence[ResultGroup], keep: Rows, count: int) -> tuple[ResultGroup, ...]:
    """Groups with their starts moved up by what is left out; empty ones are gone."""
    if len(keep) == count or not groups:
        return tuple(groups)
    starts = np.searchsorted(keep, [group.start for group in groups]).tolist()
    ends = [*starts[1:], len(keep)]
    return tuple(
        ResultGroup(group.label, start) for group, start, end in zip(groups, starts, ends, strict=True) if start < end
    )
