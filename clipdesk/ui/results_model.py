"""The results of a query as a list model: columns at once, the photos themselves when they are looked at."""

from collections import deque
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)

from clipdesk.core.entities import Ids, Photo
from clipdesk.core.messages import Failed, Reply
from clipdesk.core.window_messages import BrowseReply, PhotosReply, PhotosRequest
from clipdesk.ui.result_rows import ResultRows, Rows, Section
from clipdesk.ui.worker_client import WorkerClient

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_AT_ONCE = 200
"""Photos of one question: about 6 ms of the worker's time."""
_KEPT = 6_000
"""Photos that are remembered beside the selected ones: more would make Python's collector of garbage pause for long."""


class Role(IntEnum):
    """What the model says beside the file's name and path."""

    PHOTO = Qt.ItemDataRole.UserRole + 1
    """The Photo, None until it is loaded."""
    SIMILARITY = Qt.ItemDataRole.UserRole + 2
    """q·v, None without terms."""


class ResultsModel(QAbstractListModel):
    """One row a photo. Selections and the current row follow their photo through `update` and `set_textness`."""

    arranging = Signal(bool)
    """Rows are about to move, come or go, perhaps in several steps, until `arranged`. True when what is on the screen
    should stay there: a list that has grown; False when it is ranked anew, and the best belongs to the top."""
    arranged = Signal()
    """Rows and sections are new; `modelReset` comes before it for results of another query."""
    loaded = Signal()
    """Photos that were asked for have come."""

    def __init__(self, client: WorkerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._reply: BrowseReply | None = None
        self._ranked, self._query, self._textness = True, "", 0.0
        self._rows = ResultRows()
        self._ids: Ids = self._rows.ids
        self._sections: list[Section] = [Section(0)]
        self._hidden: frozenset[int] = frozenset()
        self._photos: dict[int, Photo] = {}
        self._fresh: set[int] = set()
        self._room = _KEPT
        self._wanted = range(0)
        self._queue: deque[int] = deque()
        self._asking: tuple[int, ...] = ()

    # ---- results ----

    def show(self, reply: BrowseReply, query: str, *, ranked: bool = True) -> None:
        """Show the results of another query; nothing is hidden or selected any more. `ranked`: in order of score."""
        self.arranging.emit(False)
        self.beginResetModel()
        self._hidden = frozenset()
        self._take(reply, query, ranked)
        self.endResetModel()
        self.arranged.emit()

    def update(self, reply: BrowseReply, query: str, *, ranked: bool = True) -> None:
        """Show newer results of the same query, or the same ones in another order."""
        rows = self._prepared(reply, ranked)
        self.arranging.emit(not rows.by_score)
        here = np.isin(self._ids, rows.ids)
        if not here.all():
            kept = self._ids[here]
            self._move_rows(np.concatenate([kept, self._ids[~here]]))
            self.beginRemoveRows(_ROOT, len(kept), len(self._ids) - 1)
            self._ids = kept
            self.endRemoveRows()
        new = rows.ids[~np.isin(rows.ids, self._ids)]
        if len(new):
            self.beginInsertRows(_ROOT, len(self._ids), len(self._ids) + len(new) - 1)
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
            self.update(self._reply, self._query, ranked=self._ranked)

    def sections(self) -> list[Section]:
        """The sections of the rows, in order."""
        return self._sections

    def good_count(self) -> int | None:
        """How many rows are above the match line; None when the query has no terms."""
        return self._rows.good_count()

    # ---- a source of photos ----

    def count(self) -> int:
        """The number of photos."""
        return len(self._ids)

    def photo_at(self, row: int) -> Photo | None:
        """The photo of a row; None when it is not loaded yet (see `fetch`) or gone."""
        return self._photos.get(int(self._ids[row])) if 0 <= row < len(self._ids) else None

    def fetch(self, row: int) -> None:
        """Ask for the photo of a row and of those around it; `dataChanged` tells when it has come."""
        self.load(self._ids[max(0, row - 4) : row + 5].tolist())

    def want(self, rows: range) -> None:
        """Tell which rows are on the screen; their photos are asked for, and those of a screen before and after."""
        self._wanted = rows
        self._ask()

    def load(self, photo_ids: Sequence[int]) -> None:
        """Ask for photos by id, after those on the screen; `loaded` tells when some have come."""
        waiting = set(self._queue)
        self._room = _KEPT + len(photo_ids)
        self._queue += [one for one in photo_ids if one not in self._fresh and one not in waiting]
        self._ask()

    def photos(self, photo_ids: Sequence[int]) -> list[Photo]:
        """Those of the photos that are loaded."""
        return [self._photos[one] for one in photo_ids if one in self._photos]

    def ids_at(self, first: int, last: int) -> list[int]:
        """The photo ids of a run of rows, both ends included."""
        return self._ids[first : last + 1].tolist()

    def row_of(self, photo_id: int) -> int | None:
        """The row of a photo, None when it is not here."""
        row = int(self._rows.rows_of(np.array([photo_id]))[0])
        return row if row >= 0 else None

    # ---- QAbstractListModel ----

    def rowCount(self, parent: Index = _ROOT) -> int:
        """The number of photos."""
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See `Role`; the name of the file, its path as a tool tip."""
        row = index.row()
        if not index.isValid() or row >= len(self._ids):
            return None
        photo = self._photos.get(int(self._ids[row]))
        if role == Role.PHOTO:
            return photo
        if role == Role.SIMILARITY:
            return self._rows.similarity_at(row) if row < len(self._rows) else None
        if photo is None:
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return photo.paths[0].name
        return str(photo.paths[0]) if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Photos can be selected and dragged."""
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren if index.isValid() else usual

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The files of those photos that are loaded."""
        photos = [self.photo_at(index.row()) for index in indexes]
        return files_of([photo for photo in photos if photo is not None])

    # ---- inside ----

    def _prepared(self, reply: BrowseReply, ranked: bool) -> ResultRows:
        rows = ResultRows(reply, hidden=self._hidden, ranked=ranked)
        order = rows.ordered(self._textness)
        if order is not None:
            rows.set_order(order)
        return rows

    def _take(self, reply: BrowseReply, query: str, ranked: bool, rows: ResultRows | None = None) -> None:
        self._reply, self._query, self._ranked = reply, query, ranked
        self._rows = rows or self._prepared(reply, ranked)
        self._ids, self._sections = self._rows.ids, self._rows.sections()
        self._fresh.clear()
        self._remember(reply.photos)
        self._wanted, self._queue = range(0), deque()

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

    def _remember(self, photos: Sequence[Photo]) -> None:
        for photo in photos:
            self._photos[photo.id] = photo
            self._fresh.add(photo.id)
        while len(self._photos) > self._room:
            oldest = next(iter(self._photos))
            del self._photos[oldest]
            self._fresh.discard(oldest)

    def _ask(self) -> None:
        """Ask for what is missing, one question at a time: the newest wish is the next question."""
        if self._asking:
            return
        shown, size = self._wanted, len(self._wanted)
        around = (shown, range(shown.stop, shown.stop + size), range(max(0, shown.start - size), shown.start))
        missing = [one for rows in around for one in self.ids_at(rows.start, rows.stop - 1) if one not in self._fresh]
        while len(missing) < _AT_ONCE and self._queue:
            missing.append(self._queue.popleft())
        if not missing:
            return
        self._asking = tuple(dict.fromkeys(missing[:_AT_ONCE]))
        ids, query = self._asking, self._query
        self._client.ask(self, lambda i: PhotosRequest(i, ids, query), self._done, self._failed, topic="photos")

    def _done(self, reply: Reply) -> None:
        assert isinstance(reply, PhotosReply)
        asked, self._asking = self._asking, ()
        self._fresh.update(asked)  # those that are gone too: they need not be asked for again
        self._remember(reply.photos)
        rows = self._rows.rows_of(np.array(asked, np.int64))
        rows = np.sort(rows[rows >= 0])
        for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1):
            if len(run):
                self.dataChanged.emit(self.index(int(run[0])), self.index(int(run[-1])))
        self.loaded.emit()
        self._ask()

    def _failed(self, _: Failed) -> None:
        # The next look at these rows asks again; the reason is told by whoever asked for the results.
        self._asking = ()


def files_of(photos: Sequence[Photo]) -> QMimeData:
    """Return the best file of each photo, to drag or to copy."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photo.paths[0])) for photo in photos])
    return mime
