"""Work on files off the main thread: one job after the other, each answer back on the main thread."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QThreadPool, Signal, Slot

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class JobThread(QObject):
    """A thread for jobs. Deleting it waits for all its jobs; what they would have told is dropped."""

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._ended.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], _T], done: Callable[[_T], None]) -> None:
        """Call `work` in the thread, then `done` with what it returned, on the main thread. `work` must not raise."""

        def job() -> None:
            try:
                result = work()
            except Exception:
                _log.exception("a job of the window failed")
                return
            if shiboken6.isValid(self):
                self._ended.emit(done, result)

        self._pool.start(job)

    @Slot(object, object)
    def _tell(self, done: Callable[[Any], None], result: Any) -> None:
        done(result)
