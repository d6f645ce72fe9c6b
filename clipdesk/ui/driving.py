"""A window that measures itself: for `clipdesk bench ui`, never in ordinary use."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QSlider, QWidget

from clipdesk.core.entities import Progress
from clipdesk.ui.frame_clock import FrameClock
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.search_page import SearchPage

QUERIES = ("dog on a beach", "kids in a pool", "red flower", "a street at night + rain", "mountain - snow")
_AFTER = Qt.EventPriority.LowEventPriority.value - 1
_SHOWN = QEvent.Type(QEvent.registerEventType())
_KEY_EVERY = 6
"""Frames from one key to the next: ten keys a second."""
_REST = 60
"""Frames in which a query is answered and its thumbnails come."""


class Driving(QObject):
    """Notes when the window and its first results are on the screen; then, with `frames`, drives the page of photos.

    What it found is written to `out` as JSON, and the program ends. Moments are in seconds since the epoch, so that
    another process can tell how long the start took.
    """

    def __init__(self, window: MainWindow, out: Path, *, frames: bool) -> None:
        super().__init__(window)
        self._window, self._out, self._wants_frames = window, out, frames
        self._told: dict[str, object] = {}
        self._waiting: list[str] = []
        self._first: Progress | None = None
        self._indexed = 0
        self._ended = False
        self._clock: FrameClock | None = None
        window.installEventFilter(self)
        window.makers.answered.connect(lambda _: self._note_when_painted("results"))
        window.indexing.progress.connect(self._progressed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first painting of the window."""
        if event.type() == QEvent.Type.UpdateRequest:
            self._note_when_painted("window")
            self._window.removeEventFilter(self)
        return False

    def customEvent(self, event: QEvent) -> None:
        """All that was asked for before has been painted."""
        del event
        for name in self._waiting:
            self._told.setdefault(name, time.time())
        self._waiting.clear()
        if "results" in self._told and "window" in self._told and not self._wants_frames:
            self._write()

    def _note_when_painted(self, name: str) -> None:
        if name not in self._told:
            self._waiting.append(name)
            QCoreApplication.postEvent(self, QEvent(_SHOWN), _AFTER)

    def _progressed(self, progress: Progress | None) -> None:
        self._ended = progress is None
        if progress is None or progress.phase != "indexing" or not progress.done:
            return
        if self._first is not None:
            self._indexed = progress.done - self._first.done
        else:
            self._first = progress
            if self._wants_frames:
                self._drive()

    def _drive(self) -> None:
        page = self._window.search_page()
        self._clock = FrameClock(self._window, self)
        self._clock.add("starting", _rest())
        self._clock.add("scrolling", scrolling(page.results.view))
        self._clock.add("typing", typing(page))
        self._clock.add("sliding", sliding(page))
        self._clock.finished.connect(self._driven)
        self._clock.start()

    def _driven(self) -> None:
        assert self._clock is not None
        self._told["frames"] = {name: taken for name, taken in self._clock.frames.items() if name != "starting"}
        self._told |= {"indexed": self._indexed, "indexing_ended": self._ended}
        self._write()

    def _write(self) -> None:
        self._out.write_text(json.dumps(self._told), encoding="utf-8")
        QCoreApplication.quit()


def scrolling(view: QAbstractScrollArea) -> Iterator[None]:
    """Down by the wheel, slowly and in leaps, then all over the library by the scroll bar's handle, and back."""
    for pixels in (30,) * 180 + (400,) * 180 + (-1600,) * 60:
        _wheel(view.viewport(), pixels)
        yield
    bar = view.verticalScrollBar()
    for step in (*range(181), *range(180, -1, -1)):
        bar.setValue(bar.maximum() * step // 180)
        yield
    yield from _rest()


def typing(page: SearchPage) -> Iterator[None]:
    """Several queries, key by key, each with a moment to look at its results."""
    for query in QUERIES:
        page.bar.focus_search()
        for key in query:
            _press(page.bar.line, key)
            yield from _rest(_KEY_EVERY)
        yield from _rest()


def sliding(page: SearchPage) -> Iterator[None]:
    """The textness slider from end to end and back, at every frame a step further."""
    slider = page.slider.findChild(QSlider)
    assert slider is not None
    for step in (*range(21), *range(20, -21, -1), *range(-20, 1)) * 3:
        slider.setValue(step)
        yield
    yield from _rest()


def _rest(frames: int = _REST) -> Iterator[None]:
    for _ in range(frames):
        yield


def _wheel(widget: QWidget, pixels: int) -> None:
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre,
        widget.mapToGlobal(centre),
        QPoint(0, -pixels),
        QPoint(0, -pixels),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(widget, event)


def _press(widget: QWidget, key: str) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QCoreApplication.sendEvent(widget, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, key))
