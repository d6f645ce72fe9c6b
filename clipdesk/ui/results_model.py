"""The results of a query as a list model: columns at once, the photos themselves when they are looked at."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from clipdesk.core.entities import Ids
from clipdesk.core.window_messages import BrowseReply
from clipdesk.ui.photo_rows import ROOT, Index, PhotoRows, Role, files_of
from clipdesk.ui.result_rows import ResultRows, Rows, Section
from clipdesk.ui.worker_client import WorkerClient

__all__ = ["ResultsModel", "Role", "files_of"]


class ResultsModel(PhotoRows):
    """One row a photo. Selections and the current row follow their photo through `update` and `set_textness`."""

    arranging = Signal(bool)
    """Rows are about to move, come or go, perhaps in several steps, until `arranged`. True when what is on the screen
    should stay there: a list that has grown; False when the scroll position stays: a list that is ranked anew."""
    arranged = Signal()
    """Rows and sections are new; `modelReset` comes before it for results of another query."""

    def __init__(self, client: WorkerClient, parent: QObject | None = None) -> None:
        super().__init__(client, parent)
        self._reply: BrowseReply | None = None
        self._ranked, self._textness = True, 0.0
        self._rows = ResultRows()
        self._sections: list[Section] = [Section(0)]
        self._hidden: frozenset[int] = frozenset()

    # ---- results ----

    def show(self, reply: BrowseReply, query: str, *, ranked: bool = True) -> None:
        """Show the results of another query; nothing is hidden or selected any more. `ranked`: in order of score."""
        self.arranging.emit(False)
        self.beginResetModel()
        self._hidden = frozenset()
        self._take(reply, query, ranked)
        self.endResetModel()
        self.arranged.emit()

    def update(self, reply: BrowseReply, query: str, *, ranked: bool = True, keep: bool = True) -> None:
        """Show newer results of the same query, or the same ones in another order; `keep`: as of `arranging`."""
        rows = self._prepared(reply, ranked)
        self.arranging.emit(keep and not rows.by_score)
        here = np.isin(self._ids, rows.ids)
        if not here.all():
            kept = self._ids[here]
            self._move_rows(np.concatenate([kept, self._ids[~here]]))
            self.beginRemoveRows(ROOT, len(kept), len(self._ids) - 1)
            self._ids = kept
            self.endRemoveRows()
        new = rows.ids[~np.isin(rows.ids, self._ids)]
        if len(new):
            self.beginInsertRows(ROOT, len(self._ids), len(self._ids) + len(new) - 1)
            self._ids = np.concatenate([self._ids, new])
            self.endInsertRows()
        # Rows move before the columns change: nothing may be asked of columns that have other rows.
        self._move_rows(rows.ids)
        self._take(reply, query, ranked, rows)
        if len(rows):
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
        self.arranged.emit()

    def set_textness(self, scale: float) -> None:
        """Re-order by the textness slider's position; at once, and nothing when the order is not by score."""
        self._textness = scale
        order = self._rows.ordered(scale)
        if order is None or np.array_equal(order, self._rows.order):
            return
        self.arranging.emit(False)
        before = self._ids
        self.layoutAboutToBeChanged.emit()
        self._rows.set_order(order)
        self._ids = self._rows.ids
        self._follow(before, self._rows.rows_of)
        self.layoutChanged.emit()
        self._sections = self._rows.sections()
        self.arranged.emit()

    def hide(self, photo_ids: Sequence[int], *, hidden: bool = True) -> None:
        """Leave photos out of these results, until another query is shown; or bring them back."""
        ids = frozenset(photo_ids)
        self._hidden = self._hidden | ids if hidden else self._hidden - ids
        if self._reply is not None:
            self.update(self._reply, self._query, ranked=self._ranked, keep=False)

    @property
    def hidden(self) -> frozenset[int]:
        """Ids of the photos that are left out."""
        return self._hidden

    def sections(self) -> list[Section]:
        """The sections of the rows, in order."""
        return self._sections

    @property
    def by_score(self) -> bool:
        """Whether the textness slider orders the rows."""
        return self._rows.by_score

    def good_count(self) -> int | None:
        """How many rows are above the match line; None when the query has no terms."""
        return self._rows.good_count()

    def row_of(self, photo_id: int) -> int | None:
        """The row of a photo, None when it is not here."""
        row = int(self._rows.rows_of(np.array([photo_id]))[0])
        return row if row >= 0 else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See `Role`."""
        if role == Role.SIMILARITY:
            row = index.row()
            return self._rows.similarity_at(row) if 0 <= row < min(len(self._rows), len(self._ids)) else None
        return super().data(index, role)

    # ---- inside ----

    def _prepared(self, reply: BrowseReply, ranked: bool) -> ResultRows:
        rows = ResultRows(reply, hidden=self._hidden, ranked=ranked)
        order = rows.ordered(self._textness)
        if order is not None:
            rows.set_order(order)
        return rows

    def _take(self, reply: BrowseReply, query: str, ranked: bool, rows: ResultRows | None = None) -> None:
        self._reply, self._ranked = reply, ranked
        self._rows = rows or self._prepared(reply, ranked)
        self._ids, self._sections = self._rows.ids, self._rows.sections()
        self._ask_anew(query, reply.photos)

    def _move_rows(self, ids: Ids) -> None:
        """Show the same photos in another order."""
        if np.array_equal(ids, self._ids):
            return
        before = self._ids
        self.layoutAboutToBeChanged.emit()
        self._ids = ids
        sorter = np.argsort(ids)
        self._follow(before, lambda wanted: sorter[np.searchsorted(ids, wanted, sorter=sorter)])
        self.layoutChanged.emit()

    def _follow(self, before: Ids, rows_of: Callable[[Ids], Rows]) -> None:
        """Let persistent indexes (the selection, the current row) follow their photos."""
        held = self.persistentIndexList()
        if held:
            rows = rows_of(before[[index.row() for index in held]]).tolist()
            self.changePersistentIndexList(held, [self.index(row) for row in rows])
