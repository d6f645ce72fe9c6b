"""Objects of Qt are destroyed in the main thread, whichever thread makes garbage."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from clipdesk.ui.garbage import GarbageCollection


class Held(QObject):
    """In a ring of references, so that only a collection frees it."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self
        self.timer = QTimer(self, interval=1)
        self.timer.start()


@pytest.fixture
def collection(qapp: object) -> Iterator[GarbageCollection]:
    was = gc.isenabled()
    made = GarbageCollection()
    yield made
    made.stop()
    (gc.enable if was else gc.disable)()


def make_garbage() -> None:
    for _ in range(20_000):
        ring: list[object] = []
        ring.append(ring)


def test_it_is_collected_in_the_main_thread_when_idle(qtbot: QtBot, collection: GarbageCollection) -> None:
    threads: list[threading.Thread] = []
    gc.collect()
    held = Held()
    weakref.finalize(held, lambda: threads.append(threading.current_thread()))
    del held
    other = threading.Thread(target=make_garbage)
    other.start()
    other.join()
    assert threads == []
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [threading.main_thread()]


def test_it_is_left_to_python_again(qtbot: QtBot) -> None:
    was = gc.isenabled()
    made = GarbageCollection()
    assert not gc.isenabled()
    made.stop()
    assert gc.isenabled()
    (gc.enable if was else gc.disable)()
