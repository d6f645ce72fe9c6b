"""How a running task is told to stop or to wait."""

import threading

from clipdesk.core.errors import CancelledError


class RunControl:
    """Cancel and pause of one run; every method may be called from any thread."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()

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
        """Wait while paused; raise `CancelledError` when cancelled. Called between batches."""
        self._running.wait()
        if self._cancelled.is_set():
            raise CancelledError
