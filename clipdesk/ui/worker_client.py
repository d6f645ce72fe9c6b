"""The window's end of the pipe: asks the worker, and brings each answer to whoever asked, on the main thread."""

import itertools
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from clipdesk.core.install_messages import InstalledReply, InstallProgressEvent
from clipdesk.core.messages import (
    CancelRequest,
    Event,
    Failed,
    IndexedEvent,
    IndexReply,
    NoticeEvent,
    PauseRequest,
    ProgressEvent,
    ReadyEvent,
    Reply,
    Request,
)
from clipdesk.core.repair_messages import RepairedEvent
from clipdesk.core.window_messages import FilesForgotten, TagsSet
from clipdesk.ui.patience import Patience

_log = logging.getLogger(__name__)
Message = Reply | Event


class WorkerLink(Protocol):
    """What keeps a worker running and carries messages; `worker.supervisor.WorkerSupervisor` is one."""

    def run(self) -> None:
        """Hand on what the worker says until `stop`; called in a thread of its own."""
        ...

    def send(self, request: Request) -> None:
        """Send one request; safe from any thread."""
        ...

    def stop(self, timeout: float = 10.0) -> None:
        """End the worker; safe from any thread."""
        ...

    def repair_first(self) -> None:
        """Mend the library before it is opened; called before `run`."""
        ...


Connect = Callable[[Callable[[Message], None]], WorkerLink]
"""Makes the link; what it is given gets every message, in the thread that runs the link."""


@dataclass(frozen=True, slots=True)
class _Asked:
    owner: QObject
    done: Callable[[Reply], None]
    failed: Callable[[Failed], None] | None
    topic: str


class WorkerClient(QObject):
    """Asks the worker. One question has one answer: `done` or `failed`, on the main thread.

    A question with a `topic` replaces the one before it of the same owner and topic, whose late answer is dropped. An
    answer to an owner that has been deleted is dropped too. A failure that nobody takes is told by `failed`.
    """

    ready = Signal(ReadyEvent)
    progress = Signal(ProgressEvent)
    run_ended = Signal()
    """A run that told its progress has ended, well or not."""
    changed = Signal(object)
    """The library changed: the IndexReport of a run or of watched changes."""
    tags_changed = Signal()
    """Tags of photos were accepted, rejected or forgotten, wherever it was asked for."""
    files_forgotten = Signal()
    """Files that were moved to the bin are no longer in the library."""
    notice = Signal(str, str)
    """A message and what to do next."""
    repaired = Signal(RepairedEvent)
    """The library was mended before the worker opened it; after `ready`."""
    restarting = Signal()
    """The worker died and is started again; `ready` follows, or a failure."""
    failed = Signal(Failed)
    """A failure of a request that nobody waits for; with id 0: the worker ended, for the reason that is told."""
    install_progress = Signal(InstallProgressEvent)
    """How far the installation of a model is."""
    install_ended = Signal(int)
    """The installation with this id has ended, well or not."""
    slow = Signal(bool)
    """The worker has left quick questions without an answer for long; False: it answers again."""
    paused_changed = Signal(bool)
    """Somebody has paused indexing, or let it go on."""
    _arrived = Signal(object)

    def __init__(self, connect: Connect, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids = itertools.count(1)
        self._asked: dict[int, _Asked] = {}
        self._newest: dict[tuple[int, str], int] = {}
        self._paused = False
        self._runs: set[int] = set()
        self._installs: set[int] = set()
        self.connect_worker = connect
        self._link: WorkerLink | None = None
        self._thread: threading.Thread | None = None
        self._outgoing = queue.SimpleQueue[tuple[WorkerLink, Request] | None]()
        self._sender: threading.Thread | None = None
        self._patience = Patience(self)
        self._patience.slow.connect(self.slow)
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def start(self, *, repair: bool = False) -> None:
        """Start the worker, or a new one in the place of the one before. What was asked of that one is answered first.

        With `repair` the library is mended first, as by `clipdesk doctor --repair`; `repaired` tells what was done.
        """
        if self._sender is None:
            self._sender = threading.Thread(target=_send_all, args=(self._outgoing,), name="requests", daemon=True)
            self._sender.start()
        self._patience.watch(False)
        before, thread = self._link, self._thread
        self._link = link = self.connect_worker(self._arrived.emit)
        if repair:
            link.repair_first()

        def run() -> None:
            if before is not None and thread is not None:
                before.stop()
                thread.join()
            link.run()

        self._thread = threading.Thread(target=run, name="worker messages", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """End the worker after its current batch. Nothing is answered any more."""
        self._asked.clear()
        if self._link is not None:
            self._link.stop(timeout)
        if self._thread is not None:
            self._thread.join(timeout)
        if self._sender is not None:  # it may still be answering what came after the end, by a signal of this object
            self._outgoing.put(None)
            self._sender.join(timeout)
        self._link = self._thread = self._sender = None

    def ask(
        self,
        owner: QObject,
        make: Callable[[int], Request],
        done: Callable[[Reply], None],
        failed: Callable[[Failed], None] | None = None,
        *,
        topic: str = "",
    ) -> int:
        """Ask `make(id)`; returns the id. `done` gets the reply, `failed` what went wrong instead."""
        request_id = next(self._ids)
        if topic:
            before = self._newest.get((id(owner), topic))
            self._newest[id(owner), topic] = request_id
            if before is not None and self._asked.pop(before, None) is not None:
                self._send(CancelRequest(next(self._ids), before))
        self._asked[request_id] = _Asked(owner, done, failed, topic)
        self._send(make(request_id))
        return request_id

    @property
    def waiting(self) -> bool:
        """Whether a question has no answer yet."""
        return bool(self._asked)

    def tell(self, make: Callable[[int], Request]) -> int:
        """Ask for something whose reply tells nothing; a failure comes by `failed`."""
        return self.ask(self, make, lambda _: None)

    @property
    def paused(self) -> bool:
        """Whether indexing is paused."""
        return self._paused

    def pause(self, on: bool) -> None:
        """Pause indexing, or let it go on."""
        self.tell(lambda i: PauseRequest(i, on))

    def cancel(self, request_id: int) -> None:
        """Cancel a question: it ends with what was done, or with a failure."""
        self._send(CancelRequest(next(self._ids), request_id))

    def _send(self, request: Request) -> None:
        if isinstance(request, PauseRequest) and request.on != self._paused:
            self._paused = request.on
            self.paused_changed.emit(request.on)
        if self._link is None:
            _log.info("a %s came before the worker or after its end", type(request).__name__)
            self._arrived.emit(Failed(request.id, "The worker is not running.", kind="worker died"))
            return
        self._patience.asked(request)
        self._outgoing.put((self._link, request))

    @Slot(object)
    def _take(self, message: Message) -> None:
        match message:
            case Reply():
                self._answer(message)
            case ReadyEvent():
                self._patience.watch(True)
                self.ready.emit(message)
            case ProgressEvent():
                self._runs.add(message.request_id)
                self.progress.emit(message)
            case InstallProgressEvent():
                self._installs.add(message.request_id)
                self.install_progress.emit(message)
            case IndexedEvent():
                self.changed.emit(message.report)
            case RepairedEvent():
                self.repaired.emit(message)
            case NoticeEvent(kind="worker died"):
                self._patience.watch(False)
                self.restarting.emit()
            case NoticeEvent():
                self.notice.emit(message.message, message.hint)
            case _:
                _log.warning("an event that the window does not know: %s", type(message).__name__)

    def _answer(self, reply: Reply) -> None:
        self._patience.answered(reply.id)
        asked = self._asked.pop(reply.id, None)
        if asked is not None and asked.topic and self._newest.get((id(asked.owner), asked.topic)) == reply.id:
            del self._newest[id(asked.owner), asked.topic]
        if reply.id in self._runs:
            self._runs.discard(reply.id)
            self.run_ended.emit()
        if reply.id in self._installs or isinstance(reply, InstalledReply):
            self._installs.discard(reply.id)
            self.install_ended.emit(reply.id)
        if isinstance(reply, IndexReply):
            self.changed.emit(reply.report)
        if isinstance(reply, TagsSet):
            self.tags_changed.emit()
        if isinstance(reply, FilesForgotten):
            self.files_forgotten.emit()
        if asked is None:
            if isinstance(reply, Failed) and reply.id == 0:
                self.failed.emit(reply)
            return
        if not shiboken6.isValid(asked.owner):
            return
        if not isinstance(reply, Failed):
            asked.done(reply)
        elif asked.failed is not None:
            asked.failed(reply)
        else:
            self.failed.emit(reply)


def _send_all(outgoing: "queue.SimpleQueue[tuple[WorkerLink, Request] | None]") -> None:
    """Send in a thread: the pipe of a worker that hangs may be full."""
    while (one := outgoing.get()) is not None:
        link, request = one
        link.send(request)
