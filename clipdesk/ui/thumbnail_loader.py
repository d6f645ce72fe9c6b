"""Thumbnails for painting: read and scaled by a small pool of threads, the newest wish first."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QBuffer, QObject, QRunnable, QSize, Qt, QThread, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from clipdesk.core.marked_jpeg import is_whole
from clipdesk.core.paths import thumbnail_file

_BYTES = 128 * 1024 * 1024
_THREADS = max(1, min(3, QThread.idealThreadCount() - 1))
_LARGEST = 64 * 1024 * 1024
"""Bytes of the largest thumbnail file's picture that is read; clipdesk makes them much smaller."""


class _Wishes:
    """Thumbnails that are wanted, by content hash with the side in pixels; shared by the threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sides: OrderedDict[str, int] = OrderedDict()
        self._taken: dict[str, int] = {}

    def add(self, content_hash: str, side: int) -> bool:
        """Put a wish before all others; returns whether it is new."""
        with self._lock:
            if self._taken.get(content_hash) == side:
                return False
            new = content_hash not in self._sides
            self._sides[content_hash] = side
            self._sides.move_to_end(content_hash)
            return new

    def take(self) -> tuple[str, int] | None:
        """Take the newest wish."""
        with self._lock:
            if not self._sides:
                return None
            content_hash, side = self._sides.popitem()
            self._taken[content_hash] = side
            return content_hash, side

    def done(self, content_hash: str) -> None:
        """The wish that was taken is fulfilled."""
        with self._lock:
            self._taken.pop(content_hash, None)

    def keep(self, hashes: Iterable[str]) -> None:
        """Drop all other wishes."""
        with self._lock:
            for content_hash in self._sides.keys() - set(hashes):
                del self._sides[content_hash]


class _Job(QRunnable):
    """Loads the newest wish of the moment when it runs, not one of its own."""

    def __init__(self, loader: "ThumbnailLoader", folder: Path, wishes: _Wishes) -> None:
        super().__init__()
        self._loader, self._folder, self._wishes = loader, folder, wishes

    def run(self) -> None:
        """Read and scale one thumbnail."""
        wish = self._wishes.take()
        if wish is None:
            return
        content_hash, side = wish
        image = read_scaled(thumbnail_file(self._folder, content_hash), side)
        try:
            self._loader.arrived.emit(content_hash, side, image)
        except RuntimeError:
            return  # the window was closed in the meantime


def read_scaled(file: Path, side: int) -> QImage:
    """Read a thumbnail so that it just fits a square of `side` pixels; a null image when it cannot be read.

    A damaged one is deleted: it is made again the next time that the library is brought up to date.
    """
    try:
        data = file.read_bytes()
    except OSError:
        return QImage()
    if not is_whole(data):
        with suppress(OSError):
            file.unlink()
        return QImage()
    buffer = QBuffer()
    buffer.setData(data)
    reader = QImageReader(buffer)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() * 4 > _LARGEST:
        return QImage()
    if max(size.width(), size.height()) > side:
        # A JPEG is scaled while it is decoded: to a few sizes cheaply, to the asked one from there.
        reader.setScaledSize(size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    image = reader.read()
    return image.convertToFormat(QImage.Format.Format_RGB32) if not image.isNull() else image


class ThumbnailLoader(QObject):
    """Gives pixmaps that fit a square; painting asks again when `loaded` tells of a content hash. Main thread only."""

    loaded = Signal(str)
    arrived = Signal(str, int, QImage)
    """From the threads, for the loader alone."""

    def __init__(self, folder: Path, parent: QObject | None = None, *, limit: int = _BYTES) -> None:
        super().__init__(parent)
        self._folder, self._limit = folder, limit
        self._wishes = _Wishes()
        self._pool = QThreadPool(self)
        # Of ordinary priority: a slow thread would hold up the main thread whenever it holds Python's lock.
        self._pool.setMaxThreadCount(_THREADS)
        self._kept: OrderedDict[str, tuple[int, QPixmap]] = OrderedDict()
        self._bytes = 0
        self._missing: set[str] = set()
        self.arrived.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    def pixmap(self, content_hash: str, side: int) -> QPixmap | None:
        """Return the thumbnail, loading it (anew) when it is not here in this size; None until then.

        `side` is in device pixels. One of another size is returned as long as there is none better.
        """
        held = self._kept.get(content_hash)
        if held is not None:
            self._kept.move_to_end(content_hash)
            if held[0] == side:
                return held[1]
        if content_hash not in self._missing:
            self.wish(content_hash, side)
        return held[1] if held is not None else None

    def wish(self, content_hash: str, side: int) -> None:
        """Load a thumbnail before all others that are waiting."""
        if self._wishes.add(content_hash, side):
            self._pool.start(_Job(self, self._folder, self._wishes))

    def prefetch(self, hashes: Iterable[str], side: int) -> None:
        """Load those that are not here in any size."""
        for content_hash in hashes:
            if content_hash not in self._kept and content_hash not in self._missing:
                self.wish(content_hash, side)

    def keep_wishes(self, hashes: Iterable[str]) -> None:
        """Forget wishes for all others: they were scrolled away."""
        self._wishes.keep(hashes)

    def is_missing(self, content_hash: str) -> bool:
        """Return whether there is no readable thumbnail."""
        return content_hash in self._missing

    def forget_missing(self) -> None:
        """Look again for thumbnails that were not there: the library has changed."""
        self._missing.clear()

    @property
    def busy(self) -> bool:
        """Whether something is being loaded."""
        return self._pool.activeThreadCount() > 0

    def wait(self, milliseconds: int = 5000) -> bool:
        """Wait until nothing is being loaded; for the end of the program and tests."""
        self._wishes.keep(())
        return self._pool.waitForDone(milliseconds)

    def _keep(self, content_hash: str, side: int, image: QImage) -> None:
        self._wishes.done(content_hash)
        before = self._kept.pop(content_hash, None)
        if before is not None:
            self._bytes -= _size(before[1])
        if image.isNull():
            self._missing.add(content_hash)
        else:
            pixmap = QPixmap.fromImage(image)
            self._kept[content_hash] = (side, pixmap)
            self._bytes += _size(pixmap)
            while self._bytes > self._limit and len(self._kept) > 1:
                self._bytes -= _size(self._kept.popitem(last=False)[1][1])
        self.loaded.emit(content_hash)


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
