"""Index runs that the window asks for: one after the other, with their progress and their end."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from clipdesk.core.entities import Progress
from clipdesk.core.messages import Failed, IndexReply, IndexRequest, ProgressEvent, Reply, WatchRequest
from clipdesk.ui.worker_client import WorkerClient

_GROWN_EVERY = 2500
"""Milliseconds between two looks at what a run has added so far."""


class Indexing(QObject):
    """Brings the library up to date. Any run shows here, whoever asked for it."""

    progress = Signal(object)
    """`Progress` of the run that goes on, None when it has ended."""
    grown = Signal()
    """A run has added photos that can be found now; at most every few seconds."""
    ended = Signal(object)
    """The IndexReport of a run that was asked for here."""
    failed = Signal(Failed)

    def __init__(self, client: WorkerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._done = 0
        self._running = 0
        self._grown = QTimer(self, singleShot=True, interval=_GROWN_EVERY)
        self._grown.timeout.connect(self.grown)
        client.progress.connect(self._progressed)
        client.changed.connect(lambda _: self._ended())
        client.run_ended.connect(self._ended)

    def run(self, folders: Sequence[Path] = ()) -> None:
        """Add folders, and look at every folder for what is new."""
        self._running += 1
        number = self._client.ask(self, lambda i: IndexRequest(i, tuple(folders)), self._replied, self._refused)
        # Until the worker says more: it looks for photos. Nobody should wonder whether anything happens.
        self._client.progress.emit(ProgressEvent(number, Progress(0, 0, 0.0, None, "scanning")))

    def run_quietly(self) -> None:
        """Look for what is new since the last time; where that cannot be, nobody needs to know."""
        self._running += 1
        self._client.ask(self, IndexRequest, self._replied, lambda _: self._finished())

    @property
    def running(self) -> bool:
        """Whether a run that was asked for here goes on, or waits."""
        return self._running > 0

    def watch(self, on: bool) -> None:
        """Follow changes of the folders, or stop to."""
        self._client.ask(self, lambda i: WatchRequest(i, on), lambda _: None, self.failed.emit)

    def _progressed(self, event: ProgressEvent) -> None:
        progress: Progress = event.progress
        if event.request_id == 0 and progress.phase != "indexing":
            return  # a watched change that may come to nothing
        self.progress.emit(progress)
        if event.model:
            return  # nothing can be found that could not before
        if progress.done < self._done:
            self._done = 0
        if progress.phase == "indexing" and progress.done > self._done and not self._grown.isActive():
            self._done = progress.done
            self._grown.start()

    def _replied(self, reply: Reply) -> None:
        assert isinstance(reply, IndexReply)
        self._finished()
        self.ended.emit(reply.report)

    def _refused(self, failed: Failed) -> None:
        self._finished()
        self._ended()
        self.failed.emit(failed)

    def _finished(self) -> None:
        self._running -= 1

    def _ended(self) -> None:
        self._done = 0
        self._grown.stop()
        self.progress.emit(None)
