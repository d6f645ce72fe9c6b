"""Photos by id as a list model: the rows are there at once, the photos themselves when they are looked at."""

from collections import deque
from collections.abc import Sequence
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
from clipdesk.core.window_messages import PhotosReply, PhotosRequest
from clipdesk.ui.plain_text import plain_tip
from clipdesk.ui.worker_client import WorkerClient

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
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


class PhotoRows(QAbstractListModel):
    """One row a photo; a `PhotoSource` for previews."""

    loaded = Signal()
    """Photos that were asked for have come."""

    def __init__(self, client: WorkerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._ids: Ids = np.zeros(0, np.int64)
        self._query = ""
        self._photos: dict[int, Photo] = {}
        self._fresh: set[int] = set()
        self._room = _KEPT
        self._wanted = range(0)
        self._queue: deque[int] = deque()
        self._asking: tuple[int, ...] = ()

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
        waiting = {*self._queue, *self._asking}
        self._room = _KEPT + len(photo_ids)
        self._queue += [one for one in photo_ids if one not in self._fresh and one not in waiting]
        self._ask()

    def photos(self, photo_ids: Sequence[int]) -> list[Photo]:
        """Those of the photos that are loaded."""
        return [self._photos[one] for one in photo_ids if one in self._photos]

    def ids(self) -> Ids:
        """The photo ids of all rows, int64 [n]; not to be written to."""
        return self._ids

    def ids_at(self, first: int, last: int) -> list[int]:
        """The photo ids of a run of rows, both ends included."""
        return self._ids[first : last + 1].tolist()

    # ---- QAbstractListModel ----

    def rowCount(self, parent: Index = ROOT) -> int:
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
        if photo is None:
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return photo.paths[0].name
        return plain_tip(str(photo.paths[0])) if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Photos can be selected and dragged."""
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren if index.isValid() else usual

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The files of those photos that are loaded."""
        photos = [self.photo_at(index.row()) for index in indexes]
        return files_of([photo for photo in photos if photo is not None])

    # ---- inside ----

    def _ask_anew(self, query: str, photos: Sequence[Photo]) -> None:
        """Ask for every photo again when it is looked at; until then what is known of it is shown."""
        self._query = query
        self._fresh.clear()
        self._remember(photos)
        self._wanted, self._queue = range(0), deque()

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
        rows = np.flatnonzero(np.isin(self._ids, asked))
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
