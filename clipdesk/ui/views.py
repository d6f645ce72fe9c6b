"""Tells the worker which photos the user looks at: another model reads those first."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer

from clipdesk.core.entities import Photo
from clipdesk.core.window_messages import ViewedRequest
from clipdesk.ui.worker_client import WorkerClient

_LONG_ENOUGH = 1000
"""Milliseconds after which a photo was looked at rather than leafed over."""


class Views(QObject):
    """Counts views; that one is not counted is nobody's trouble."""

    def __init__(self, client: WorkerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._photo: Photo | None = None
        self._timer = QTimer(self, singleShot=True, interval=_LONG_ENOUGH)
        self._timer.timeout.connect(self._looked_at)

    def look_at(self, photo: Photo | None) -> None:
        """A photo is shown in large now; None: none is."""
        self._photo = photo
        if photo is not None:
            self._timer.start()
        else:
            self._timer.stop()

    def opened(self, photos: Iterable[Photo]) -> None:
        """Photos are opened in their program."""
        ids = tuple(photo.id for photo in photos)
        if ids:
            self._client.ask(self, lambda i: ViewedRequest(i, ids), lambda _: None, lambda _: None)

    def _looked_at(self) -> None:
        if self._photo is not None:
            self.opened([self._photo])
