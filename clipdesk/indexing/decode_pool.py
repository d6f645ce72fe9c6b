"""A pool of decoder processes: a photo that hangs or kills its decoder costs that photo, never the run.

Processes are pebble's (spawned, killed when they run out of time). Pixels come back through shared memory: anonymous
mappings that the children inherit (`multiprocessing.RawArray`), so that nothing is left behind even by kill -9.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from clipdesk.core.entities import ImageSpec, Pixels
from clipdesk.core.errors import DecodeError, UserError
from clipdesk.indexing import decode_process
from clipdesk.indexing.child_signals import children_sheltered
from clipdesk.indexing.decoder import DecodeTask, Prepared, prepare
from clipdesk.indexing.formats import is_raw
from clipdesk.indexing.limits import BYTES_PER_EXTRA_SECOND, DECODE_SECONDS, RAW_DECODE_SECONDS, SPARE_SECONDS
from clipdesk.indexing.steady_clock import give_pebble_a_steady_clock

_log = logging.getLogger(__name__)
_ATTEMPTS = 3
"""How often a file is sent out when the pool itself breaks (not when its decoder crashes)."""
_MOST_PROCESSES = 8


def default_processes() -> int:
    """As many decoder processes as the machine has cores, at most 8."""
    return max(1, min(_MOST_PROCESSES, os.cpu_count() or 1))


@dataclass(slots=True, eq=False)
class _Job:
    task: DecodeTask
    slot: int
    future: "Future[Prepared]" = field(default_factory=Future[Prepared])
    attempts: int = 0


class DecodePool:
    """Runs `prepare` in other processes.

    `spec` is what the tasks' pixels will be (None: no pixels), `processes` how many decoders (0: one a core). At most
    `in_flight` tasks are out at a time: `submit` waits for a free place, so memory stays flat however many files there
    are, as long as the caller takes the results. `prepare` and `seconds` (per file) can be replaced by tests.
    Safe to use from several threads.
    """

    def __init__(
        self,
        spec: ImageSpec | None,
        thumbnails: Path | None,
        processes: int = 0,
        *,
        in_flight: int = 0,
        prepare: Callable[[DecodeTask], Prepared] = prepare,
        seconds: float | None = None,
    ) -> None:
        self.spec = spec
        self.thumbnails = str(thumbnails) if thumbnails is not None else None
        self.processes = processes or default_processes()
        self.in_flight = in_flight or 2 * self.processes + 2
        self._prepare = prepare
        self._seconds = seconds
        self._shape = (spec.size, spec.size, 3) if spec else (0,)
        self._context = get_context("spawn")
        self._memory = [self._context.RawArray("B", max(1, int(np.prod(self._shape)))) for _ in range(self.in_flight)]
        self._changed = threading.Condition(threading.RLock())
        self._free = list(range(self.in_flight))
        self._jobs: set[_Job] = set()
        self._closed = False
        self._pool = self._start()

    def task(
        self, path: Path | str, known_hashes: frozenset[str] = frozenset(), sidecar: str | None = None
    ) -> DecodeTask:
        """Describe one file to prepare with this pool's `spec` and `thumbnails`."""
        return DecodeTask(os.fspath(path), self.spec, self.thumbnails, known_hashes, sidecar)

    def submit(self, task: DecodeTask) -> "Future[Prepared]":
        """Send one file to a decoder, waiting while all places are taken.

        The future ends with a `Prepared`, a `DecodeError` (also when its decoder hung or crashed) or another
        `UserError` (the library's disk is full); it is cancelled when the pool is closed first. Raises RuntimeError
        when the pool is closed already.
        """
        with self._changed:
            while not self._free and not self._closed:
                self._changed.wait()
            if self._closed:
                raise RuntimeError("the decode pool is closed")
            job = _Job(task, self._free.pop())
            self._jobs.add(job)
        self._send(job)
        return job.future

    def close(self) -> None:
        """End the decoders at once; what is still out is cancelled. Can be called again."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            jobs, pool = list(self._jobs), self._pool
            self._jobs.clear()
            self._changed.notify_all()
        for job in jobs:
            job.future.cancel()
            job.future.set_running_or_notify_cancel()
        pool.stop()
        pool.join()

    def __enter__(self) -> "DecodePool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> Any:
        from pebble import CONSTS, ProcessPool

        if sys.platform != "win32":
            # What a terminal or a session's end sends to all processes is no fault of the photos at hand: the decoders
            # are sheltered from it, so pebble need not wait for its own SIGTERM to work before it kills.
            CONSTS.term_timeout = 0
        give_pebble_a_steady_clock()
        # pebble's own type hints want `initargs` of other types than its documentation.
        pool = ProcessPool(
            max_workers=self.processes,
            initializer=decode_process.begin,
            initargs=(decode_process.Hush(), _start_decoder, self._prepare, self._memory),
            context=self._context,
        )
        with children_sheltered(from_all=True):
            _ = pool.active  # starts the processes now, while the first files are still being looked for
        return pool

    def _send(self, job: _Job) -> None:
        with self._changed:
            if self._closed:
                return
            pool = self._pool
            job.attempts += 1
        try:
            seconds = self._limit(job.task)
            sent = pool.schedule(_decode, args=(job.task, job.slot, seconds), timeout=seconds)
        except RuntimeError:
            self._repair_later(pool)
        else:
            sent.add_done_callback(partial(self._finish, job, pool))

    def _limit(self, task: DecodeTask) -> float:
        return time_limit(task.path) if self._seconds is None else self._seconds

    def _finish(self, job: _Job, pool: Any, sent: "Future[_Sent]") -> None:
        """Called by pebble's threads when a task has ended, one way or another."""
        if sent.cancelled():
            return
        error = sent.exception()
        if isinstance(error, BrokenProcessPool):
            self._repair_later(pool)
            return
        with self._changed:
            if job not in self._jobs:
                return
            result = None if error is not None else self._received(job, sent.result())
            self._jobs.discard(job)
            self._free.append(job.slot)
            self._changed.notify()
        if not job.future.set_running_or_notify_cancel():
            return
        if result is not None:
            job.future.set_result(result)
        else:
            job.future.set_exception(decoder_error(error, self._limit(job.task)))

    def _received(self, job: _Job, sent: "_Sent") -> Prepared:
        if not sent.has_pixels:
            return sent.prepared
        shared = np.frombuffer(self._memory[job.slot], np.uint8).reshape(self._shape)
        return replace(sent.prepared, pixels=shared.copy())

    def _repair_later(self, pool: Any) -> None:
        """Pebble's own threads tell that the pool is broken, and they cannot wait for themselves to end."""
        threading.Thread(target=self._repair, args=(pool,), name="decode-pool-repair", daemon=True).start()

    def _repair(self, broken: Any) -> None:
        with self._changed:
            if self._closed or broken is not self._pool:
                return
            _log.warning("the decoder processes ended unexpectedly; starting new ones")
            self._pool = self._start()
            jobs = list(self._jobs)
        broken.stop()
        broken.join()
        for job in jobs:
            if job.attempts < _ATTEMPTS:
                self._send(job)
            else:
                self._give_up(job)

    def _give_up(self, job: _Job) -> None:
        with self._changed:
            if job not in self._jobs:
                return
            self._jobs.discard(job)
            self._free.append(job.slot)
            self._changed.notify()
        if job.future.set_running_or_notify_cancel():
            job.future.set_exception(DecodeError("the decoder processes cannot be kept running"))


def time_limit(path: str | Path) -> float:
    """The seconds that a decoder may take for a file."""
    seconds = RAW_DECODE_SECONDS if is_raw(os.fspath(path)) else DECODE_SECONDS
    try:
        return seconds + Path(path).stat().st_size / BYTES_PER_EXTRA_SECOND
    except (OSError, ValueError):
        return seconds


def decoder_error(error: BaseException | None, seconds: float) -> UserError:
    """What became of a file whose decoder ended with `error`, in one line; `seconds` is the time that it had."""
    from pebble import ProcessExpired

    if isinstance(error, UserError):
        return error
    if isinstance(error, TimeoutError):
        return DecodeError(f"decoding took longer than {seconds:.0f} s")
    if isinstance(error, ProcessExpired):
        return DecodeError("the decoder crashed on this file")
    if isinstance(error, MemoryError):
        return DecodeError("the picture needs more memory than a decoder may use")
    _log.error("a bug in the decoder", exc_info=error)
    return DecodeError(f"the decoder failed on this file ({type(error).__name__})")


@dataclass(frozen=True, slots=True)
class _Sent:
    """A `Prepared` on its way; its pixels lie in the task's place in shared memory."""

    prepared: Prepared
    has_pixels: bool


@dataclass(slots=True)
class _Decoder:
    """The state of a decoder process."""

    prepare: Callable[[DecodeTask], Prepared]
    memory: list[Any]


_decoders: list[_Decoder] = []
"""In a decoder process: the one decoder. A list, since `_decode` is called by name and finds its state here."""


def _start_decoder(prepare: Callable[[DecodeTask], Prepared], memory: list[Any]) -> None:
    _decoders.append(_Decoder(prepare, memory))
    decode_process.settle()


def _decode(task: DecodeTask, slot: int, seconds: float) -> _Sent:
    decoder = _decoders[-1]
    decode_process.limit_time(seconds + SPARE_SECONDS)
    prepared = decoder.prepare(task)
    pixels: Pixels | None = prepared.pixels
    if pixels is None:
        return _Sent(prepared, False)
    shared = np.frombuffer(decoder.memory[slot], np.uint8)
    if pixels.size != shared.size:
        return _Sent(prepared, False)
    shared[:] = pixels.ravel()
    return _Sent(replace(prepared, pixels=None), True)
