"""The worker process: the service behind a pipe. Spawned by the window, ends with it.

Only the frozen dataclasses of `core.messages` cross the pipe, which only these two processes hold.
"""

import logging
import multiprocessing
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clipdesk.core.messages import Event, NoticeEvent, ReadyEvent, Reply, Request, StopRequest
from clipdesk.core.settings import Settings
from clipdesk.indexing.child_signals import children_sheltered

if TYPE_CHECKING:
    from clipdesk.core.repair_messages import RepairedEvent
    from clipdesk.worker.resources import Hooks
    from clipdesk.worker.service import Service

_log = logging.getLogger(__name__)
_ENDING_SECONDS, _LOOK_SECONDS = 60.0, 0.1
"""How long a worker waits for one that is ending, and how often it looks whether that has ended."""


@dataclass(slots=True)
class WorkerHandle:
    """A started worker. `send` may be called from any thread; `receive` from one."""

    process: Any
    connection: "Connection[Any, Any]"
    _sending: threading.Lock
    _ending: threading.Lock

    def send(self, request: Request) -> None:
        """Send one request. Raises OSError (BrokenPipeError) when the worker is gone."""
        with self._sending:
            self.connection.send(request)

    def receive(self) -> Reply | Event:
        """Wait for the next reply or event. Raises EOFError (or OSError) when the worker is gone."""
        message: Reply | Event = self.connection.recv()
        return message

    def end(self, timeout: float = 10.0) -> None:
        """Ask the worker to end after its current batch; kill it when it takes too long. Safe from any thread."""
        # A pipe that is closed here while another thread waits for a message stays open: the worker must be asked.
        # In a thread, for the pipe of a worker that hangs may be full; killing it frees whoever writes.
        asking = threading.Thread(target=self._ask_to_end, name="worker end", daemon=True)
        if self.process.is_alive():
            asking.start()
        with self._ending:
            self.process.join(timeout)
            if self.process.is_alive():
                self.process.kill()
                self.process.join()
        if asking.ident is not None:
            # Before the pipe is closed: its number may be that of the next worker's pipe a moment later, which would
            # then be asked to end. Nobody reads any more, so writing has ended or fails now.
            asking.join(timeout)

    def _ask_to_end(self) -> None:
        with suppress(OSError, ValueError):
            self.send(StopRequest(0))

    def stop(self, timeout: float = 10.0) -> None:
        """End the worker and close the pipe; from the thread that receives."""
        self.end(timeout)
        self.connection.close()


def start(library: Path, settings: Settings, *, hooks: "Hooks | None" = None, repair: bool = False) -> WorkerHandle:
    """Start a worker over a library (made when there is none); it tells when it is ready by a `ReadyEvent`.

    With `repair` it mends the library first. When the library cannot be opened it sends a `Failed` with id 0 and ends.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, library, settings, hooks, repair), name="clipdesk worker")
    with children_sheltered():
        process.start()
    # Only the worker may hold its end: then either side sees the other one die.
    theirs.close()
    return WorkerHandle(process, ours, threading.Lock(), threading.Lock())


def serve(
    connection: "Connection[Any, Any]",
    library: Path,
    settings: Settings,
    hooks: "Hooks | None" = None,
    repair: bool = False,
) -> None:
    """The worker's main function: answer requests until the pipe closes, or a `StopRequest` or SIGTERM comes."""
    from clipdesk.worker import logs
    from clipdesk.worker.endings import end_when_asked

    end_when_asked()
    logs.start()
    logs.keep_off_terminal()
    try:
        _serve(connection, library, settings, hooks, repair)
    except Exception:
        _log.critical("a bug ends the worker", exc_info=True)
        sys.exit(1)


def _serve(
    connection: "Connection[Any, Any]", library: Path, settings: Settings, hooks: "Hooks | None", repair: bool
) -> None:
    from clipdesk.core.errors import UserError
    from clipdesk.indexing.decode_process import lower_priority
    from clipdesk.worker import failures, switching

    lower_priority()
    sender = _Sender(connection)
    try:
        repaired = _repair(library) if repair else None
        service = _open(library, settings, sender, hooks)
    except UserError as error:
        sender(failures.failed(0, error))
        return
    try:
        try:
            switching.begin(service.resources)
            photos = service.resources.library.catalog.photos.count()
        except UserError as error:  # what could be opened proves to be damaged as soon as it is read
            sender(failures.failed(0, error))
            return
        service.start()
        refused, model = service.resources.refused, service.resources.settings.model
        kind, told = (refused.kind, service.resources.library.note or refused.message) if refused else ("", "")
        sender(ReadyEvent(photos, model, refused is None, kind, told))
        if repaired is not None:
            sender(repaired)
        if refused is None and service.resources.library.note:
            sender(NoticeEvent(service.resources.library.note))
        _listen(connection, service)
    finally:
        sender.silence()
        _close(service)


def _repair(library: Path) -> "RepairedEvent":
    from clipdesk.worker.repair import repair_for_window

    return repair_for_window(library)


def _open(library: Path, settings: Settings, sender: "_Sender", hooks: "Hooks | None") -> "Service":
    """The service; one that only reads where another process writes, or nobody can."""
    from clipdesk.catalog.library import is_ending
    from clipdesk.core.errors import LibraryBusyError, LibraryMissingError, LibraryReadOnlyError
    from clipdesk.worker.service import Service

    until = time.monotonic() + _ENDING_SECONDS
    while is_ending(library) and time.monotonic() < until:
        # The worker of a window that was killed, or has just been closed, finishes what it has begun.
        with suppress(LibraryBusyError):
            return Service(library, settings, write=True, create=True, emit=sender, hooks=hooks)
        time.sleep(_LOOK_SECONDS)
    try:
        return Service(library, settings, write=True, create=True, emit=sender, hooks=hooks)
    except (LibraryBusyError, LibraryReadOnlyError) as error:
        try:
            service = Service(library, settings, write=False, emit=sender, hooks=hooks)
        except LibraryMissingError:
            raise error from None
        service.resources.refused = error
        return service


def _close(service: "Service") -> None:
    """Close; that the library proves to be damaged now, or its disk full, is told when it is used again."""
    from clipdesk.core.errors import UserError

    try:
        service.close()
    except UserError as error:
        _log.error("closing the library: %s", type(error).__name__)


def _listen(connection: "Connection[Any, Any]", service: "Service") -> None:
    while not service.stopping.is_set():
        try:
            request = connection.recv()
        except (EOFError, OSError):
            _log.info("the pipe closed; the worker ends")
            return
        service.submit(request)
        if isinstance(request, StopRequest):
            return


class _Sender:
    """Sends messages from any thread; stays quiet once the other side is gone."""

    def __init__(self, connection: "Connection[Any, Any]") -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._gone = False

    def __call__(self, message: Reply | Event) -> None:
        with self._lock:
            if self._gone:
                return
            try:
                self._connection.send(message)
            except (OSError, ValueError):
                self._gone = True

    def silence(self) -> None:
        """Send nothing any more."""
        with self._lock:
            self._gone = True
