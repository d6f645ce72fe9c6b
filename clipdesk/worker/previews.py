"""Answers preview requests beside everything else: no file that is slow to decode delays a question."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from clipdesk.core.messages import Failed, PreviewReply, PreviewRequest, Reply
from clipdesk.worker.failures import CANCELLED, failed

if TYPE_CHECKING:
    from clipdesk.indexing.preview_pool import Picture, PreviewPool


class Previews:
    """Sends pictures to the decoders as requests come, and emits the replies. Safe from any thread."""

    def __init__(self, emit: Callable[[Reply], None], pool: "PreviewPool | None" = None) -> None:
        self._emit = emit
        self._pool = pool
        self._lock = threading.Lock()
        self._out: dict[int, Future[Any] | None] = {}
        # Looking at a file, too, may take long: on a drive that sleeps.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="previews")

    def submit(self, request: PreviewRequest) -> None:
        """Decode one picture; its reply is emitted."""
        with self._lock:
            self._out[request.id] = None
        self._thread.submit(self._send, request)

    def cancel(self, request_id: int) -> bool:
        """Drop a picture that waits for a decoder; one that is being decoded is finished. True when it was dropped."""
        with self._lock:
            if request_id not in self._out:
                return False
            future = self._out[request_id]
            if future is not None and (future.running() or not future.cancel()):
                return False
            del self._out[request_id]
        self._emit(Failed(request_id, CANCELLED))
        return True

    def close(self) -> None:
        """End the decoders."""
        with self._lock:
            self._out.clear()
            pool = self._pool
        if pool is not None:
            pool.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _send(self, request: PreviewRequest) -> None:
        from clipdesk.indexing.preview_pool import PreviewPool

        def done(result: "Picture | Exception") -> None:
            with self._lock:
                if request.id not in self._out:  # closed meanwhile
                    return
                del self._out[request.id]
            if isinstance(result, Exception):
                self._emit(failed(request.id, result, "a preview"))
            else:
                self._emit(PreviewReply(request.id, *result))

        with self._lock:
            if request.id not in self._out:
                return
            pool = self._pool = self._pool or PreviewPool()
        try:
            future = pool.submit(request.path, request.longest_side, done)
        except RuntimeError:
            return
        with self._lock:
            if request.id in self._out:
                self._out[request.id] = future
