"""Brings pictures of photos: the thumbnail at once, then a large one, drawn by the worker's decoders.

Every format comes the same way, upright and in sRGB, and no file of the user's is decoded in the window's process.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from clipdesk.core.entities import Photo
from clipdesk.core.messages import Failed, PreviewReply, PreviewRequest, Reply
from clipdesk.core.paths import thumbnail_file
from clipdesk.ui.jobs import JobThread
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.ui.worker_words import said

_KEPT_BYTES = 160 << 20
_KEPT_AT_LEAST = 3
"""The shown picture and its neighbours."""
LARGEST = 8192
"""Longest side, in pixels, that is asked for to look at details."""
_Key = tuple[str, int]


class PreviewLoader(QObject):
    """Loads for one view. What was asked for before is dropped when another photo is asked for."""

    arrived = Signal(int, QImage, int)
    """Photo id, picture, and the longest side that it was asked in; 0 for a thumbnail."""
    failed = Signal(int, str)
    """Photo id and, in one line, why there is no large picture."""

    def __init__(self, client: WorkerClient, thumbnails: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._thumbnails = thumbnails
        self._jobs = JobThread(self)
        self._ahead = JobThread(self)
        self._kept: OrderedDict[_Key, QImage] = OrderedDict()
        self._asked: dict[_Key, int] = {}
        self._photo: Photo | None = None

    def show(self, photo: Photo, side: int) -> None:
        """Load a photo in pictures of at most `side` pixels; one that is kept arrives before this returns."""
        self._photo = photo
        wanted = photo.content_hash, side
        for key in [key for key in self._asked if key != wanted]:
            self._client.cancel(self._asked.pop(key))
        kept = self._kept.get(wanted)
        if kept is not None:
            self._kept.move_to_end(wanted)
            self.arrived.emit(photo.id, kept, side)
            return
        if self._thumbnails is not None:
            file = thumbnail_file(self._thumbnails, photo.content_hash)
            self._jobs.run(lambda: QImage(str(file)), partial(self._thumbnail_read, photo))
        if photo.offline:
            self.failed.emit(photo.id, self.tr("The drive or folder of this photo is away: this is its small picture."))
        elif wanted not in self._asked:
            self._ask(photo, side, self._jobs, self._decoded)

    def show_details(self, photo: Photo) -> None:
        """Load a photo as large as it is, up to `LARGEST`."""
        side = min(LARGEST, max(photo.metadata.width, photo.metadata.height) or LARGEST)
        if not photo.offline and (photo.content_hash, side) not in self._asked:
            self._ask(photo, side, self._jobs, self._details_decoded)

    def prefetch(self, photos: Sequence[Photo], side: int) -> None:
        """Load photos that will probably be asked for next, after the one that is shown."""
        for photo in photos:
            key = photo.content_hash, side
            if key not in self._kept and key not in self._asked and not photo.offline:
                self._ask(photo, side, self._ahead, self._decoded)

    def forget(self) -> None:
        """Nothing is looked at any more."""
        self._photo = None
        self._kept.clear()
        while self._asked:
            self._client.cancel(self._asked.popitem()[1])

    def _ask(self, photo: Photo, side: int, jobs: JobThread, decoded: Callable[[Photo, int, QImage], None]) -> None:
        key = photo.content_hash, side

        def failed(failure: Failed) -> None:
            if self._asked.get(key) != failure.id:  # cancelled, and perhaps asked for again
                return
            del self._asked[key]
            if self._is_shown(photo):
                text = self.tr("There is no large picture of this photo: {reason}.")
                self.failed.emit(photo.id, text.format(reason=said(failure.message).rstrip(".。")))

        def drawn(reply: Reply) -> None:
            assert isinstance(reply, PreviewReply)
            data = reply.data
            jobs.run(lambda: QImage.fromData(data), partial(decoded, photo, side))

        self._asked[key] = self._client.ask(self, lambda i: PreviewRequest(i, photo.paths[0], side), drawn, failed)

    def _decoded(self, photo: Photo, side: int, image: QImage) -> None:
        key = photo.content_hash, side
        self._asked.pop(key, None)
        self._kept[key] = image
        while len(self._kept) > _KEPT_AT_LEAST and sum(one.sizeInBytes() for one in self._kept.values()) > _KEPT_BYTES:
            self._kept.popitem(last=False)
        self._tell(photo, image, side)

    def _details_decoded(self, photo: Photo, side: int, image: QImage) -> None:
        """Too large to be kept."""
        self._asked.pop((photo.content_hash, side), None)
        self._tell(photo, image, side)

    def _tell(self, photo: Photo, image: QImage, side: int) -> None:
        if self._is_shown(photo):
            self.arrived.emit(photo.id, image, side)

    def _thumbnail_read(self, photo: Photo, image: QImage) -> None:
        large = any(key[0] == photo.content_hash for key in self._kept)
        if self._is_shown(photo) and not image.isNull() and not large:
            self.arrived.emit(photo.id, image, 0)

    def _is_shown(self, photo: Photo) -> bool:
        return self._photo is not None and self._photo.id == photo.id
