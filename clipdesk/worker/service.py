"""The service: answers every request of `core.messages` over one library.

Questions are answered in one thread (the owner of the search engine), index runs in another, so that a question is
answered while a run goes on; what takes seconds for a whole library is worked out in a third, in slices. Without
`start()` (the command line) requests are answered in the thread that calls, one question and one run at a time.
"""

import itertools
import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clipdesk.catalog.library import open_library
from clipdesk.core import install_messages, messages, window_messages
from clipdesk.core.errors import CancelledError, ModelError
from clipdesk.core.messages import Done, Event, Failed, Reply, Request
from clipdesk.core.settings import Settings
from clipdesk.indexing.control import RunControl
from clipdesk.indexing.throttle import Throttle
from clipdesk.worker import handlers_browse as grid
from clipdesk.worker import handlers_care as care
from clipdesk.worker import handlers_index as runs
from clipdesk.worker import handlers_library as about
from clipdesk.worker import handlers_models as choose
from clipdesk.worker import handlers_photo as photo
from clipdesk.worker import handlers_search as ask
from clipdesk.worker import switching
from clipdesk.worker.crash_note import CrashNote
from clipdesk.worker.failures import CANCELLED, failed, user_error
from clipdesk.worker.long_work import INSTALLING, ONE_PHOTO, WHOLE_LIBRARY, LongWork
from clipdesk.worker.previews import Previews
from clipdesk.worker.resources import Hooks, Resources
from clipdesk.worker.watching import FolderWatch

_log = logging.getLogger(__name__)
_POLL = 0.2
Handler = Callable[[Resources, Any], Reply]

_QUESTIONS: dict[type[Request], Handler] = {
    messages.SearchRequest: ask.search,
    window_messages.BrowseRequest: grid.browse,
    window_messages.PhotosRequest: grid.photos,
    messages.SimilarRequest: ask.similar,
    messages.TagsRequest: ask.tags,
    messages.TextnessGridRequest: ask.textness_grid,
    messages.PreviewRequest: ask.preview,
    messages.FoldersRequest: about.folders,
    messages.FailuresRequest: about.failures,
    messages.RetryRequest: about.retry,
    messages.SetTagsRequest: photo.set_tags,
    window_messages.PhotoTagsRequest: photo.photo_tags,
    window_messages.ForgetFilesRequest: photo.forget_files,
    window_messages.ApplySettingsRequest: care.apply_settings,
    install_messages.ModelsRequest: choose.models,
    window_messages.ViewedRequest: photo.viewed,
    switching.RememberRequest: switching.remember,
}
_AT_ONCE = (messages.CancelRequest, messages.PauseRequest, messages.StopRequest, window_messages.ShareRequest)
"""Requests that wait for nothing."""
_SECOND = (messages.TagsRequest, window_messages.ViewedRequest, messages.UseModelRequest)
"""Requests that let others go first: a typed query or a dropped photo, an index run."""
_RUNS = (
    messages.IndexRequest,
    messages.UseModelRequest,
    messages.RemoveFolderRequest,
    runs.ChangedRequest,
    window_messages.FilesChangedRequest,
)
_Waiting = tuple[int, int, Request | None]


class Service:
    """One library, open. `emit` gets replies (after `submit`) and events, from any thread, one at a time."""

    def __init__(
        self,
        library: Path,
        settings: Settings,
        *,
        write: bool,
        create: bool = False,
        emit: Callable[[Reply | Event], None],
        hooks: Hooks | None = None,
    ) -> None:
        """Open the library; raises LibraryError (busy, missing, too new). Nothing else is loaded yet."""
        self._emit_lock = threading.Lock()
        self._emit_out = emit
        opened = open_library(library, write=write, create=create)
        self._crash_note = CrashNote(opened.folder) if opened.writer else None
        self.resources = Resources(opened, settings, self._emit, hooks or Hooks())
        self._previews = Previews(self._emit)
        self._numbers = itertools.count()
        self._questions: queue.PriorityQueue[_Waiting] = queue.PriorityQueue()
        self._runs: queue.PriorityQueue[_Waiting] = queue.PriorityQueue()
        self._beside = tuple(LongWork(self.resources, kinds) for kinds in (WHOLE_LIBRARY, ONE_PHOTO, INSTALLING))
        self._state = threading.Lock()
        self._controls: dict[int, RunControl] = {}
        self._dropped: set[int] = set()
        self._paused = False
        self._throttle = Throttle()
        self._threads: list[threading.Thread] = []
        self._watch = FolderWatch(self.resources, self.submit)
        self.stopping = threading.Event()

    # ---- for the command line ----

    def call(self, request: Request) -> Reply:
        """Carry out one request and return its reply; raises UserError. Safe from several threads.

        Ctrl-C during a run in the main thread cancels it: the reply then tells what was done before.
        """
        if _is_run(request) and threading.current_thread() is threading.main_thread():
            return self._call_aside(request)
        return self._answer(request)

    def _call_aside(self, request: Request) -> Reply:
        """A run in a thread of its own, so that Ctrl-C never hits the middle of a transaction."""
        from concurrent.futures import ThreadPoolExecutor, wait

        cancelling = False
        with ThreadPoolExecutor(1, thread_name_prefix="index") as thread:
            future = thread.submit(self._answer, request)
            while True:
                try:
                    while not wait([future], _POLL).done:
                        if cancelling:  # again and again: the run may not even have begun
                            self._cancel(request.id)
                    return future.result()
                except KeyboardInterrupt:
                    cancelling = True

    # ---- for the worker process ----

    def start(self) -> None:
        """Start the threads that serve what is submitted; can be called again."""
        with self._state:
            if self._threads:
                return
            for name, waiting in (("service", self._questions), ("index", self._runs)):
                self._threads.append(threading.Thread(target=self._serve, args=(waiting,), name=name, daemon=True))
        for thread in self._threads:
            thread.start()
        library = self.resources.library
        if library.writer and library.catalog.owed_sidecars.all():
            self.resources.sidecars().write()  # what a process that died did not come to

    def submit(self, request: Request) -> None:
        """Queue one request; its reply is emitted. Cancel, pause, stop and share take effect at once."""
        if isinstance(request, _AT_ONCE):
            self._emit(self._reply(request))
            return
        if isinstance(request, messages.PreviewRequest):
            self._previews.submit(request)
            return
        for work in self._beside:
            if work.takes(request):
                work.submit(request, self._reply, self._emit)
                return
        if isinstance(request, messages.UseModelRequest):
            # The last wish holds, and is remembered.
            with self._state:
                running = [id_ for id_, one in self._controls.items() if isinstance(one, switching.SwitchControl)]
                waiting = [one[2].id for one in self._waiting() if isinstance(one[2], messages.UseModelRequest)]
            for request_id in (*running, *waiting):
                self._cancel(request_id)
            self._queue(switching.RememberRequest(0, request.name))
        self._queue(request)

    def _queue(self, request: Request) -> None:
        waiting = self._runs if _is_run(request) else self._questions
        waiting.put((int(isinstance(request, _SECOND)), next(self._numbers), request))

    def close(self) -> None:
        """Stop after the current batch and close everything."""
        self._stop()
        self._watch.close()
        self._previews.close()
        for work in self._beside:
            work.close()
        for waiting in (self._questions, self._runs):
            waiting.put((-1, -1, None))
        for thread in self._threads:
            if thread.ident is not None and thread is not threading.current_thread():
                thread.join()
        # A run that `call` started in another thread ends first.
        with self.resources.indexing:
            self.resources.close()
        if self._crash_note is not None:
            self._crash_note.close()

    def _serve(self, waiting: "queue.PriorityQueue[_Waiting]") -> None:
        while (request := waiting.get()[2]) is not None:
            with self._state:
                dropped = request.id in self._dropped
                self._dropped.discard(request.id)
            reply = Failed(request.id, CANCELLED) if dropped else self._reply(request)
            if dropped and isinstance(request, messages.UseModelRequest):
                self._forget(request.name)
            if not isinstance(reply, switching.Unfinished):
                self._emit(reply)
            ended = isinstance(reply, (messages.IndexReply, Done))
            if waiting is self._runs and ended and not self.stopping.is_set():
                self.submit(photo.PrepareTagsRequest(0))

    def _reply(self, request: Request) -> Reply:
        """Carry out one request; every error becomes a `Failed`."""
        try:
            return self._answer(request)
        except Exception as error:
            return failed(request.id, error, type(request).__name__)

    # ---- both ----

    def _answer(self, request: Request) -> Reply:
        """Carry out one request; raises UserError."""
        try:
            return self._handle(request)
        except OSError as error:
            told = user_error(error)
            if told is None:
                raise
            raise told from error

    def _handle(self, request: Request) -> Reply:
        handler = _QUESTIONS.get(type(request))
        if handler is not None:
            with self.resources.answering:
                return handler(self.resources, request)
        for work in self._beside:
            if work.takes(request):
                return work.answer(request)
        if _is_run(request):
            return self._run(request)
        match request:
            case messages.CancelRequest():
                self._cancel(request.target)
            case messages.PauseRequest():
                self._pause(request.on)
            case messages.WatchRequest():
                if request.on:
                    self.start()  # who serves the runs
                self._watch.turn(request.on)
            case window_messages.ShareRequest():
                self._throttle.set_share(request.share)
            case messages.StopRequest():
                self._stop()
            case _:
                raise TypeError(f"no handler for {type(request).__name__}")
        return Done(request.id)

    def _run(self, request: Request) -> Reply:
        control = RunControl(self._throttle)
        if isinstance(request, messages.UseModelRequest):
            control = switching.SwitchControl(self._throttle, lambda: not self._runs.empty())
        with self._state:
            self._controls[request.id] = control
            control.pause(self._paused)
            if self.stopping.is_set():
                control.cancel()
        try:
            with self.resources.indexing:
                match request:
                    case messages.RemoveFolderRequest():
                        return about.remove_folder(self.resources, request)
                    case messages.UseModelRequest():
                        return self._use_model(request, control)
                    case runs.ChangedRequest():
                        return runs.changed(self.resources, request, control)
                    case window_messages.FilesChangedRequest():
                        return photo.files_changed(self.resources, request, control)
                    case _:
                        assert isinstance(request, messages.IndexRequest)
                        reply = runs.index(self.resources, request, control)
            if request.folders:
                self._watch.renew()
            return reply
        finally:
            with self._state:
                self._controls.pop(request.id, None)

    def _use_model(self, request: messages.UseModelRequest, control: RunControl) -> Reply:
        try:
            reply = switching.use_model(self.resources, request, control)
            if isinstance(reply, switching.Unfinished):
                self._wait_again(request, control)
                return reply
        except (CancelledError, ModelError):
            if not self.stopping.is_set():
                self._forget(request.name)
            raise
        self._forget(request.name)
        return reply

    def _wait_again(self, request: messages.UseModelRequest, control: RunControl) -> None:
        """Queue the rest of a change, which is cancelled as one that waits from here on. Raises CancelledError."""
        with self._state:
            del self._controls[request.id]
            if control.cancelled:
                raise CancelledError
            self._queue(request)

    def _forget(self, name: str) -> None:
        """A model is no longer wanted: told where it was told that it is, so that the last word holds."""
        no_longer = switching.RememberRequest(0, name, on=False)
        if self._threads:
            self._queue(no_longer)
        else:
            switching.remember(self.resources, no_longer)

    def _cancel(self, target: int) -> None:
        if self._previews.cancel(target) or any(work.cancel(target) for work in self._beside):
            return
        with self._state:
            control = self._controls.get(target)
            if control is not None:
                control.cancel()
            elif any(entry[2] is not None and entry[2].id == target for entry in self._waiting()):
                self._dropped.add(target)

    def _waiting(self) -> list[_Waiting]:
        with self._questions.mutex, self._runs.mutex:
            return [*self._questions.queue, *self._runs.queue]

    def _pause(self, on: bool) -> None:
        with self._state:
            self._paused = on
            for control in self._controls.values():
                control.pause(on)

    def _stop(self) -> None:
        self.resources.library.announce_end()
        with self._state:
            self.stopping.set()
            for control in self._controls.values():
                control.cancel()

    def _emit(self, message: Reply | Event) -> None:
        if isinstance(message, Reply) and message.id == 0:
            if isinstance(message, Failed):
                self._emit(messages.NoticeEvent(message.message, message.hint))
            return
        with self._emit_lock:
            self._emit_out(message)


def _is_run(request: Request) -> bool:
    """True for what the index thread does."""
    return isinstance(request, _RUNS)
