"""What takes long over a whole library (tags of all photos, near-duplicates, completions), in a thread of its own.

Each is worked out in slices. Between them a question that is being answered goes first, and a cancelled one ends.
"""

import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

from clipdesk.core.install_messages import EstimatesRequest, InstallModelRequest, RemoveModelRequest
from clipdesk.core.messages import Reply, Request, StatusRequest
from clipdesk.core.window_messages import (
    CompletionsRequest,
    DuplicatesRequest,
    EmptyCachesRequest,
    SamplesRequest,
    SuggestTagsRequest,
    TagOverviewRequest,
    TagReviewRequest,
    UnchangedRequest,
)
from clipdesk.indexing.control import RunControl
from clipdesk.worker import handlers_care as care
from clipdesk.worker import handlers_completions as completions
from clipdesk.worker import handlers_duplicates as duplicates
from clipdesk.worker import handlers_library as about
from clipdesk.worker import handlers_models as models
from clipdesk.worker import handlers_photo as photo
from clipdesk.worker import handlers_tags as tags
from clipdesk.worker.estimates import estimates
from clipdesk.worker.resources import Resources

Handler = Callable[[Resources, Any, RunControl], Reply]

WHOLE_LIBRARY: dict[type[Request], Handler] = {
    TagOverviewRequest: tags.overview,
    TagReviewRequest: tags.review,
    CompletionsRequest: completions.completions,
    DuplicatesRequest: duplicates.find,
    UnchangedRequest: duplicates.unchanged,
    SamplesRequest: care.samples,
    EmptyCachesRequest: care.empty_caches,
    EstimatesRequest: estimates,
    RemoveModelRequest: models.remove,
    StatusRequest: about.status,
}
ONE_PHOTO: dict[type[Request], Handler] = {
    SuggestTagsRequest: photo.suggest_tags,
    photo.PrepareTagsRequest: photo.prepare_tags,
}
"""What somebody who looks at a photo waits for: not in the same queue as the above."""
INSTALLING: dict[type[Request], Handler] = {InstallModelRequest: models.install}
"""May take hours."""


class LongWork:
    """Answers long requests, one at a time. Safe from any thread."""

    def __init__(self, resources: Resources, handlers: Mapping[type[Request], Handler]) -> None:
        self._resources = resources
        self._handlers = handlers
        self._lock = threading.Lock()
        self._working = threading.Lock()
        self._controls: dict[int, RunControl] = {}
        self._closed = False
        self._waiting: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def takes(self, request: Request) -> bool:
        """Whether it is one of these requests."""
        return type(request) in self._handlers

    def submit(self, request: Request, reply: Callable[[Request], Reply], emit: Callable[[Reply], None]) -> None:
        """Queue a request. `reply`, which comes back to `answer`, is called for it in the thread; `emit` gets it."""
        with self._lock:
            self._controls.setdefault(request.id, RunControl())
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, args=(reply, emit), name="long work", daemon=True)
                self._thread.start()
        self._waiting.put(request)

    def answer(self, request: Request) -> Reply:
        """Carry out one request, in the thread that calls. Raises UserError, and CancelledError when cancelled."""
        with self._lock:
            control = self._controls.setdefault(request.id, RunControl())
            if self._closed:
                control.cancel()
        try:
            with self._working:
                control.checkpoint()
                return self._handlers[type(request)](self._resources, request, control)
        finally:
            with self._lock:
                self._controls.pop(request.id, None)

    def cancel(self, request_id: int) -> bool:
        """Cancel a request that waits or is worked on. True when there is one."""
        with self._lock:
            control = self._controls.get(request_id)
        if control is not None:
            control.cancel()
        return control is not None

    def close(self) -> None:
        """Cancel everything and wait for the end of the slice."""
        with self._lock:
            self._closed = True
            for control in self._controls.values():
                control.cancel()
            thread = self._thread
        self._waiting.put(None)
        if thread is not None:
            thread.join()
        with self._working:
            pass

    def _serve(self, reply: Callable[[Request], Reply], emit: Callable[[Reply], None]) -> None:
        while (request := self._waiting.get()) is not None:
            emit(reply(request))
