"""How a training run tells what it does, without knowing a terminal."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from clipdesk.core.entities import Progress

_INTERVAL = 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `figures` is what was measured on photos that were held out; `seconds` over all pieces.

    `steps` is 0 when the time was up before the number of steps was known.
    """

    step: int
    steps: int
    seconds: float
    figures: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def finished(self) -> bool:
        """Whether all steps are done."""
        return 0 < self.steps <= self.step


class Reports:
    """Progress at most ten times a second, and notes in words."""

    def __init__(self, show: Callable[[Progress], None], note: Callable[[str], None]) -> None:
        self._show, self.note = show, note
        self._last = 0.0

    def show(self, progress: Progress) -> None:
        """Progress of the training itself."""
        now = time.monotonic()
        if now - self._last >= _INTERVAL or progress.done == progress.total:
            self._last = now
            self._show(progress)

    def step(self, phase: Any) -> Callable[[int, int], None]:
        """A `tell(done, total)` for a phase: "reading", "teaching" or "measuring"."""
        start, before = time.monotonic(), -1

        def tell(done: int, total: int) -> None:
            nonlocal before
            if before < 0:
                before = done
            rate = (done - before) / max(1e-6, time.monotonic() - start)
            self.show(Progress(done, total, rate, (total - done) / rate if rate else None, phase))

        return tell
