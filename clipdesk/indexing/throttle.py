"""Holds indexing to a share of the processor, so that the machine stays quick for whoever uses it."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable

_LOOK_EVERY = 0.05
"""Seconds between two looks at the processor time."""
_SAVED = 0.5
"""Seconds of unused share that may be made up for later: time spent waiting for a slow disk is not saved up."""


class ProcessorTime:
    """Counts the processor time of this process and of the decoder processes, which are its children."""

    def __init__(self) -> None:
        self._before: dict[int, float] = {}

    def spent(self) -> float:
        """Seconds since the last call, of all cores together."""
        now = {0: time.process_time()} | {child.pid or 0: _of(child.pid) for child in multiprocessing.active_children()}
        spent = sum(max(0.0, seconds - self._before.get(pid, 0.0)) for pid, seconds in now.items())
        self._before = now
        return spent


def _of(pid: int | None) -> float:
    import psutil

    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


class Throttle:
    """A budget of processor time that grows by `share` of all cores; whoever has overdrawn it waits.

    What goes on in other threads and processes meanwhile is counted, and waited for afterwards. Safe from any thread.
    """

    def __init__(
        self,
        share: float = 1.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        spent: Callable[[], float] | None = None,
    ) -> None:
        self._clock = clock
        self._spent = spent or ProcessorTime().spent
        self._cores = os.cpu_count() or 1
        self._lock = threading.Lock()
        self._share = share
        self._looked: float | None = None
        self._owed = 0.0
        """Processor seconds; negative: saved."""

    def set_share(self, share: float) -> None:
        """Allow this share of the processor from now on, above 0; 1 is no limit."""
        with self._lock:
            self._share = min(1.0, max(0.01, share))

    def seconds_to_wait(self) -> float:
        """How long to do nothing, 0 when work may go on."""
        with self._lock:
            if self._share >= 1:
                self._looked, self._owed = None, 0.0
                return 0.0
            now, rate = self._clock(), self._share * self._cores
            if self._looked is None:
                self._spent()
                self._looked = now
            elif now - self._looked >= _LOOK_EVERY:
                owed = self._owed + self._spent() - (now - self._looked) * rate
                self._owed, self._looked = max(owed, -_SAVED * rate), now
            return max(0.0, self._owed / rate)
