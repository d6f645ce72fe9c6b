"""Small pictures of the files that a query names, read by the worker: it has the limits for hostile files."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from clipdesk.core.messages import Failed, PreviewReply, PreviewRequest, Reply
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.ui.worker_words import said

_SIDE = 128
_MOST = 64


class PictureCache(QObject):
    """`want` a path, and `arrived` tells when its picture, or the reason why there is none, is known."""

    arrived = Signal(str)

    def __init__(self, client: WorkerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._pixmaps: dict[str, QPixmap] = {}
        self._failures: dict[str, str] = {}
        self._asked: set[str] = set()

    def get(self, path: str) -> QPixmap | None:
        """The picture, if it is here."""
        return self._pixmaps.get(path)

    def failure(self, path: str) -> str:
        """Why there is no picture, in one line; "" while nothing went wrong."""
        return self._failures.get(path, "")

    def want(self, path: str) -> None:
        """Ask for a picture that is neither here nor on its way."""
        if path in self._pixmaps or path in self._asked or path in self._failures:
            return
        self._asked.add(path)
        self._client.ask(
            self,
            lambda i: PreviewRequest(i, Path(path), _SIDE),
            lambda reply: self._done(path, reply),
            lambda failed: self._failed(path, failed),
        )

    def forget_failures(self) -> None:
        """Let pictures that could not be shown be tried again."""
        self._failures.clear()

    def _done(self, path: str, reply: Reply) -> None:
        assert isinstance(reply, PreviewReply)
        image = QImage.fromData(reply.data)
        if image.isNull():
            self._failures[path] = self.tr("This picture cannot be shown.")
        else:
            self._pixmaps[path] = QPixmap.fromImage(image)
        self._finish(path)

    def _failed(self, path: str, failed: Failed) -> None:
        if failed.kind == "worker died":
            self._asked.discard(path)  # the picture is not to blame: it is asked for again
            return
        self._failures[path] = " ".join(said(part) for part in (failed.message, failed.hint) if part)
        self._finish(path)

    def _finish(self, path: str) -> None:
        self._asked.discard(path)
        for kept in (self._pixmaps, self._failures):
            while len(kept) > _MOST:
                del kept[next(iter(kept))]
        self.arrived.emit(path)
