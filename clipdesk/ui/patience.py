"""Notices that the worker keeps somebody waiting."""

from PySide6.QtCore import QObject, QTimer, Signal

from clipdesk.core.messages import FoldersRequest, Request
from clipdesk.core.window_messages import BrowseRequest, CompletionsRequest, PhotosRequest

LONGEST = 10_000
"""Milliseconds after which it is told."""
_QUICK = (BrowseRequest, PhotosRequest, FoldersRequest, CompletionsRequest)
"""Questions that are answered at once by a worker that is well, whatever else it does."""


class Patience(QObject):
    """Follows the questions that should be answered quickly."""

    slow = Signal(bool)
    """None of them has been answered for too long; False: one has, at last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting = set[int]()
        self._slow = self._awake = False
        self._timer = QTimer(self, singleShot=True, interval=LONGEST)
        self._timer.timeout.connect(lambda: self._tell(True))

    def asked(self, request: Request) -> None:
        """A question goes to the worker."""
        if isinstance(request, _QUICK):
            self._waiting.add(request.id)
            if self._awake and not self._slow and not self._timer.isActive():
                self._timer.start()

    def answered(self, request_id: int) -> None:
        """The worker has answered; one that was cancelled is answered too."""
        if request_id in self._waiting:
            self._waiting.discard(request_id)
            self.watch(True)

    def watch(self, on: bool) -> None:
        """Begin to wait anew; `on` is False while no worker is ready, and some other line tells of that."""
        self._awake = on
        self._tell(False)
        self._timer.stop()
        if on and self._waiting:
            self._timer.start()

    def _tell(self, slow: bool) -> None:
        if slow != self._slow:
            self._slow = slow
            self.slow.emit(slow)
