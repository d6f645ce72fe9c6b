"""Turns counts of finished files into progress messages: at most ten a second, speed over the last seconds."""

import time
from collections import deque
from collections.abc import Callable
from typing import Literal

from clipdesk.core.entities import Progress

_INTERVAL = 0.1
"""Seconds between two messages."""
_WINDOW = 10.0
"""Seconds over which speed is measured: long enough for several batches, short enough to follow a slower folder."""


class ProgressMeter:
    """Progress of one run, told to `on_progress` at most ten times a second. For one thread."""

    def __init__(
        self, on_progress: Callable[[Progress], None] | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tell = on_progress
        self._clock = clock
        self._last = -_INTERVAL
        self._samples: deque[tuple[float, int]] = deque([(clock(), 0)])
        self.done = 0
        self.total = 0

    def scanning(self, found: int) -> None:
        """`found` files were seen so far."""
        self._send(Progress(found, 0, 0.0, None, "scanning"))

    def start(self, total: int) -> None:
        """Files are read from now on."""
        self.done, self.total = 0, total
        self._samples.clear()
        self._samples.append((self._clock(), 0))
        self._report("indexing", always=True)

    def advance(self, count: int) -> None:
        """`count` more files are finished."""
        self.done += count
        now = self._clock()
        self._samples.append((now, self.done))
        while len(self._samples) > 2 and now - self._samples[0][0] > _WINDOW:
            self._samples.popleft()
        self._report("indexing", always=False)

    def finishing(self) -> None:
        """All files are read; what is left is bookkeeping."""
        self._report("finishing", always=True)

    def _report(self, phase: Literal["indexing", "finishing"], *, always: bool) -> None:
        (began, before), (now, done) = self._samples[0], self._samples[-1]
        rate = (done - before) / (now - began) if now > began else 0.0
        left = (self.total - self.done) / rate if rate > 0 else None
        self._send(Progress(self.done, self.total, rate, left, phase), always=always)

    def _send(self, progress: Progress, *, always: bool = False) -> None:
        now = self._clock()
        # A change of phase is told at once: there are three in a run, so the ten a second hold all the same.
        if self._tell is None or (now - self._last < _INTERVAL and not always):
            return
        self._last = now
        self._tell(progress)
