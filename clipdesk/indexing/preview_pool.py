"""Large previews in decoder processes of their own, so that a slow or hostile file delays nothing else."""

import logging
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from clipdesk.indexing import decode_process
from clipdesk.indexing.child_signals import children_sheltered
from clipdesk.indexing.decode_pool import decoder_error, time_limit
from clipdesk.indexing.decoder import load_preview
from clipdesk.indexing.limits import SPARE_SECONDS
from clipdesk.indexing.steady_clock import give_pebble_a_steady_clock

_log = logging.getLogger(__name__)
_PROCESSES = 2
"""One file that hangs leaves the other one to answer."""
Picture = tuple[bytes, int, int]
"""JPEG, width, height."""
LoadPreview = Callable[[Path, int], Picture]


def _load_in_time(load: LoadPreview, path: Path, longest_side: int, seconds: float) -> Picture:
    decode_process.limit_time(seconds + SPARE_SECONDS)
    return load(path, longest_side)


class PreviewPool:
    """Runs `load_preview` in other processes, started with the first file. Safe from any thread.

    `load` and `seconds` (per file) can be replaced by tests.
    """

    def __init__(self, *, load: LoadPreview = load_preview, seconds: float | None = None) -> None:
        self._load = load
        self._seconds = seconds
        self._lock = threading.Lock()
        self._pool: Any = None
        self._closed = False

    def submit(self, path: Path, longest_side: int, done: Callable[[Picture | Exception], None]) -> "Future[Any]":
        """Decode one file; `done` gets the picture or a UserError, in another thread, unless the future is cancelled.

        Cancelling a file that is being decoded ends its process. Raises RuntimeError when the pool is closed.
        """
        seconds = time_limit(path) if self._seconds is None else self._seconds

        def finished(future: "Future[Picture]") -> None:
            if future.cancelled() or self._closed:
                return
            error = future.exception()
            done(future.result() if error is None else decoder_error(error, seconds))

        with self._lock:
            future = self._started().schedule(
                _load_in_time, args=(self._load, path, longest_side, seconds), timeout=seconds
            )
        future.add_done_callback(finished)
        return future

    def close(self) -> None:
        """End the processes at once; nothing more is told of what is still out."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            pool.join()

    def _started(self) -> Any:
        from pebble import CONSTS, ProcessPool

        if self._closed:
            raise RuntimeError("the preview pool is closed")
        if self._pool is not None and self._pool.active:
            return self._pool
        if sys.platform != "win32":
            CONSTS.term_timeout = 0  # see DecodePool
        give_pebble_a_steady_clock()
        self._pool = ProcessPool(
            max_workers=_PROCESSES,
            initializer=decode_process.begin,
            initargs=(decode_process.Hush(), decode_process.settle),
            context=get_context("spawn"),
        )
        with children_sheltered(from_all=True):
            _ = self._pool.active
        return self._pool
