"""Measures how fluid the window is: does something at every frame and notes when all of it has been painted."""

from collections.abc import Iterator
from time import perf_counter

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

_FRAME = 16
"""Milliseconds from one step to the next: 60 frames a second, as a timer counts them."""
_SLOW = 0.0167
_PAINTED = QEvent.Type(QEvent.registerEventType())
_LAST = Qt.EventPriority.LowEventPriority.value - 1
"""Painting is asked for at low priority: what comes after it finds everything painted."""


class FrameClock(QObject):
    """Takes one step of a script at every frame.

    A frame lasts from the moment when its step was due until the step has been carried out and painted, so that
    whatever keeps the main thread busy in between is part of it. Only frames that painted something, or were late
    without painting, are noted.
    """

    finished = Signal()

    def __init__(self, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frames: dict[str, list[float]] = {}
        """Seconds of each frame, by the name of its script."""
        self._scripts: list[tuple[str, Iterator[None]]] = []
        self._due = 0.0
        self._painting = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._step)
        window.installEventFilter(self)

    def add(self, name: str, steps: Iterator[None]) -> None:
        """Add a script: every `next` is what happens at one frame."""
        self._scripts.append((name, steps))

    def start(self) -> None:
        """Run the scripts one after the other; `finished` tells the end."""
        self._wait(_FRAME)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take note that the window is being painted."""
        if event.type() == QEvent.Type.UpdateRequest:
            self._painting = True
        return False

    def customEvent(self, event: QEvent) -> None:
        """All that the step led to has been painted."""
        if event.type() != _PAINTED:
            return
        now = perf_counter()
        taken = now - self._due
        if self._painting or taken > _SLOW:
            self.frames.setdefault(self._scripts[0][0], []).append(taken)
        self._painting = False
        self._wait(max(0, round(1000 * (self._due - now)) + _FRAME))

    def _wait(self, milliseconds: int) -> None:
        self._due = perf_counter() + milliseconds / 1000
        self._timer.start(milliseconds)

    def _step(self) -> None:
        while self._scripts and next(self._scripts[0][1], self) is self:
            self._scripts.pop(0)
        if not self._scripts:
            self.finished.emit()
            return
        QCoreApplication.postEvent(self, QEvent(_PAINTED), _LAST)
