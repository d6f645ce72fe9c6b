"""How a running task is told to stop, to wait, or to leave time to others."""

import threading

from clipdesk.core.errors import CancelledError
from clipdesk.indexing.throttle import Throttle

_NAP = 0.2
"""Seconds after which a run that leaves time to others looks whether it may take more now."""


class RunControl:
    """Cancel and pause of one run, and what it may take of the processor; safe from any thread."""

    def __init__(self, throttle: Throttle | None = None) -> None:
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self._throttle = throttle

    def cancel(self) -> None:
        """End the run at its next checkpoint."""
        self._cancelled.set()
        self._running.set()

    def pause(self, on: bool) -> None:
        """Hold the run at its next checkpoint, or let it go on."""
        if on and not self._cancelled.is_set():
            self._running.clear()
        else:
            self._running.set()

    @property
    def cancelled(self) -> bool:
        """True once `cancel` was called."""
        return self._cancelled.is_set()

    @property
    def paused(self) -> bool:
        """True while the run is held."""
        return not self._running.is_set()

    def checkpoint(self) -> None:
        """Wait while paused or over its share; raise `CancelledError` when cancelled. Called between batches."""
        while True:
            self._running.wait()
            rest = self._throttle.seconds_to_wait() if self._throttle is not None else 0.0
            if self._cancelled.wait(min(rest, _NAP)) if rest > 0 else self._cancelled.is_set():
                raise CancelledError
            if rest <= 0 and self._running.is_set():
                return
