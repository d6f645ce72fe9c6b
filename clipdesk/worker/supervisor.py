"""Keeps a worker running: restarts one that died, with growing waits, and gives up after the third time."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clipdesk.core.messages import (
    Event,
    Failed,
    IndexRequest,
    NoticeEvent,
    PauseRequest,
    ReadyEvent,
    Reply,
    Request,
    UseModelRequest,
    WatchRequest,
)
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import ApplySettingsRequest, ShareRequest
from clipdesk.worker import process

if TYPE_CHECKING:
    from clipdesk.worker.resources import Hooks

_log = logging.getLogger(__name__)
_HEALTHY = 300.0
"""A worker that ran so many seconds gets the full number of restarts again."""
_AGAIN = (IndexRequest, WatchRequest, UseModelRequest)
"""Requests that a new worker is asked again; whoever waits for another one is told."""
_STANDING = (ApplySettingsRequest, ShareRequest, PauseRequest, WatchRequest)
"""Requests of which the last one holds for every later worker too."""


@dataclass(slots=True)
class WorkerSupervisor:
    """Owns the worker of one library. `on_message` gets its replies and events, in the thread that calls `run`.

    `waits` are the seconds before each restart; when they are used up, `run` tells a `Failed` (id 0, `bug`) and ends.
    """

    library: Path
    settings: Settings
    on_message: Callable[[Reply | Event], None]
    hooks: "Hooks | None" = None
    waits: tuple[float, ...] = (0.5, 2.0, 8.0)
    _handle: process.WorkerHandle | None = None
    _ready: bool = False
    _ended: bool = False
    _repair: bool = False
    _pending: dict[int, Request] = field(default_factory=dict[int, Request])
    _standing: dict[type[Request], Request] = field(default_factory=dict[type[Request], Request])
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def send(self, request: Request) -> None:
        """Send a request; while no worker runs it waits for the next one. Safe from any thread.

        After the end of `run` it is answered with a `Failed`.
        """
        with self._lock:
            if not self._ended:
                self._pending[request.id] = request
                if isinstance(request, _STANDING):
                    self._standing[type(request)] = request
                if isinstance(request, ApplySettingsRequest):
                    self.settings = request.settings.model_copy(update={"model": self.settings.model})
                if self._ready and self._handle is not None:
                    self._send(self._handle, request)
                return
        self.on_message(Failed(request.id, "The worker of clipdesk does not run.", kind="worker died"))

    def repair_first(self) -> None:
        """Mend the library before it is opened; before `run`."""
        self._repair = True

    def run(self) -> None:
        """Start the worker and hand on what it says, until `stop`, or until it has died too often."""
        try:
            self._run()
        finally:
            with self._lock:
                self._ended = True
            self._forget_pending(again=False)

    def _run(self) -> None:
        used = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            refused = self._serve_one()
            if self._stopping.is_set() or refused:
                return
            used = 1 if time.monotonic() - began > _HEALTHY else used + 1
            again = used <= len(self.waits)
            self._forget_pending(again)
            if not again:
                _log.error("the worker died %d times; giving up", used)
                hint = "Start clipdesk again; the log tells more."
                text = "The worker of clipdesk stops again and again."
                self.on_message(Failed(0, text, hint, bug=True, kind="worker died"))
                return
            text = "The worker of clipdesk stopped and is started again."
            self.on_message(NoticeEvent(text, kind="worker died"))
            self._stopping.wait(self.waits[used - 1])

    def stop(self, timeout: float = 10.0) -> None:
        """End the worker and `run`. Safe from any thread."""
        self._stopping.set()
        handle = self._handle  # without the lock: who sends to a worker that hangs has it
        if handle is not None:
            handle.end(timeout)

    def _serve_one(self) -> bool:
        """Run one worker to its end; True when it said that it cannot open the library."""
        handle = process.start(self.library, self.settings, hooks=self.hooks, repair=self._repair)
        refused = False
        with self._lock:
            self._handle = handle
        try:
            while True:
                message = handle.receive()
                if isinstance(message, ReadyEvent):
                    self._hand_over(handle)
                elif isinstance(message, Reply):
                    self._note_end(message)
                    refused = isinstance(message, Failed) and message.id == 0
                self.on_message(message)
        except (EOFError, OSError):
            with self._lock:
                self._handle, self._ready = None, False
            handle.stop()
            level = logging.INFO if self._stopping.is_set() else logging.WARNING
            _log.log(level, "the worker ended with exit code %s", handle.process.exitcode)
            return refused

    def _hand_over(self, handle: process.WorkerHandle) -> None:
        with self._lock:
            self._ready, self._repair = True, False
            for standing in self._standing.values():
                if standing.id not in self._pending:
                    # Nobody waits for an answer any more.
                    self._send(handle, replace(standing, id=0))
            for request in list(self._pending.values()):
                self._send(handle, request)

    def _note_end(self, reply: Reply) -> None:
        with self._lock:
            request = self._pending.pop(reply.id, None)
            if isinstance(request, UseModelRequest) and not isinstance(reply, Failed):
                # Later workers begin with this model.
                self.settings = self.settings.model_copy(update={"model": request.name})

    def _send(self, handle: process.WorkerHandle, request: Request) -> None:
        try:
            handle.send(request)
        except (OSError, ValueError):
            _log.info("a request came too late for this worker; it waits for the next one")

    def _forget_pending(self, again: bool) -> None:
        with self._lock:
            kept: dict[int, Request] = {
                id_: one for id_, one in self._pending.items() if again and isinstance(one, _AGAIN)
            }
            lost = [id_ for id_ in self._pending if id_ not in kept]
            self._pending = kept
        for request_id in lost:
            text = "The worker stopped before it could answer."
            self.on_message(Failed(request_id, text, "Try again.", kind="worker died"))
