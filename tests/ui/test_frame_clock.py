"""The measuring of frames measures: a busy main thread shows, an idle one does not."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QTimer
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QSlider, QWidget
from pytestqt.qtbot import QtBot

from clipdesk.bench import window as bench
from clipdesk.ui.driving import scrolling, sliding, typing
from clipdesk.ui.frame_clock import FrameClock
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.parts import Parts
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.window_state import WindowState
from clipdesk.ui.worker_client import WorkerClient

WAIT = 60_000


def busy(seconds: float) -> None:
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


def test_a_frame_lasts_until_all_is_painted(qtbot: QtBot) -> None:
    class Slow(QWidget):
        def paintEvent(self, event: object) -> None:
            busy(0.04)

    def repaint() -> Iterator[None]:
        for _ in range(5):
            slow.update()
            yield

    slow = Slow()
    qtbot.addWidget(slow)
    slow.show()
    qtbot.waitExposed(slow)
    clock = FrameClock(slow)
    clock.add("painting", repaint())
    with qtbot.waitSignal(clock.finished):
        clock.start()
    assert len(clock.frames["painting"]) == 5
    assert min(clock.frames["painting"]) >= 0.04


def test_what_keeps_the_main_thread_busy_between_two_frames_counts(qtbot: QtBot) -> None:
    def one_hitch() -> Iterator[None]:
        yield
        # Runs after this frame was painted, while the next one is due.
        QTimer.singleShot(1, lambda: busy(0.1))
        for _ in range(12):
            yield

    still = QWidget()
    qtbot.addWidget(still)
    still.show()
    qtbot.waitExposed(still)
    clock = FrameClock(still)
    clock.add("waiting", one_hitch())
    with qtbot.waitSignal(clock.finished):
        clock.start()
    assert 0.05 < max(clock.frames["waiting"]) < 0.5


def test_the_window_is_driven(qtbot: QtBot, own_client: WorkerClient, own_library: Path, store: SettingsStore) -> None:
    state = WindowState(own_library, own_client)
    window = MainWindow(Parts(own_library, own_client, store, QUndoStack(own_client), state, lambda _: None))
    qtbot.addWidget(window)
    window.show()
    page = window.search_page()
    qtbot.waitUntil(lambda: page.results.model.count() > 0, timeout=WAIT)
    clock = FrameClock(window)
    clock.add("scrolling", islice(scrolling(page.results.view), 30))
    clock.add("typing", islice(typing(page), 30))
    with qtbot.waitSignal(clock.finished, timeout=WAIT):
        clock.start()
    assert page.bar.line.text() == "dog o"
    qtbot.waitUntil(page.slider.findChild(QSlider).isEnabled, timeout=WAIT)
    clock.add("sliding", islice(sliding(page), 30))
    with qtbot.waitSignal(clock.finished, timeout=WAIT):
        clock.start()
    assert page.slider.value() == 1.2  # up to 2, and 8 steps back
    assert {"typing", "sliding"} <= clock.frames.keys()


def test_a_cold_start_is_timed(own_library: Path, tmp_path: Path) -> None:
    environment = bench._own_settings(tmp_path / "home")
    window, results = bench._starts(own_library, tmp_path, 1, environment, 40)
    assert 0.05 < window.value < results.value < 60
