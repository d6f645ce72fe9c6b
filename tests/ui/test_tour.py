"""A tour of the whole window, as a user makes it: by mouse and keyboard, with a real worker on real photos.

Under Xvfb it runs on the real platform plugin too: `QT_QPA_PLATFORM=xcb xvfb-run -a pytest tests/ui/test_tour.py`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QSlider, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Photo
from clipdesk.ui.application import Desk, WindowOptions, application
from clipdesk.ui.page_makers import FIRST_START, PHOTOS
from clipdesk.ui.search_page import SearchPage
from clipdesk.worker.supervisor import WorkerSupervisor

WAIT = 60_000
OpenDesk = Callable[[], Desk]


@pytest.fixture
def open_desk(qapp: QApplication, tmp_path: Path) -> Iterator[OpenDesk]:
    """Starts the whole application over one library, again and again."""
    opened: list[Desk] = []

    def open_() -> Desk:
        options = WindowOptions(tmp_path / "library")
        opened.append(Desk(application(), options, WorkerSupervisor))
        return opened[-1]

    yield open_
    opened[-1].close()


def page_of(desk: Desk) -> SearchPage:
    return desk.window.search_page()


def photos_shown(page: SearchPage) -> list[Photo]:
    model = page.results.model
    return [photo for row in range(model.count()) if (photo := model.photo_at(row)) is not None]


def drop_file(widget: QWidget, file: Path) -> None:
    """What Qt sends when a file of another program is dragged over a widget and let go."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(100, 100), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(widget, entering)
    assert entering.isAccepted()
    dropping = QDropEvent(QPointF(100, 100), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(widget, dropping)
    assert dropping.isAccepted()


def test_tour(qtbot: QtBot, open_desk: OpenDesk, small_library_photos: Path) -> None:
    # The first start: nothing is there but the choice of folders.
    desk = open_desk()
    desk.window.resize(1280, 800)
    qtbot.waitExposed(desk.window)
    assert desk.window.pages.number == FIRST_START

    # Add a folder and wait: the photos show.
    with qtbot.waitSignal(desk.window.indexing.ended, timeout=WAIT):
        desk.open_paths([small_library_photos])
        qtbot.waitUntil(lambda: desk.window.pages.number == PHOTOS, timeout=WAIT)
    page = page_of(desk)
    qtbot.waitUntil(lambda: page.results.model.count() == 40, timeout=WAIT)

    # Search by typing.
    line = page.bar.line
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.answered, timeout=WAIT):
        qtbot.keyClicks(line, "dog on grass")
    qtbot.waitUntil(lambda: page.bar.query() == "dog on grass" and len(photos_shown(page)) == 40, timeout=WAIT)
    by_words = [photo.id for photo in photos_shown(page)]

    # The slider ranks anew at once; a double-click sets it back.
    slider = page.slider.findChild(QSlider)
    assert isinstance(slider, QSlider)
    slider.setFocus()
    for _ in range(20):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert page.slider.value() == 2.0
    moved = [photo.id for photo in photos_shown(page)]
    assert moved != by_words
    assert sorted(moved) == sorted(by_words)
    qtbot.waitUntil(lambda: not desk.client.waiting, timeout=WAIT)
    qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton)
    assert page.slider.value() == 0.0
    qtbot.waitUntil(lambda: [photo.id for photo in photos_shown(page)] == by_words, timeout=WAIT)

    # Drop a picture on the window: it is found itself, as the best.
    dropped = sorted(path for path in small_library_photos.rglob("*") if path.is_file())[7]
    with qtbot.waitSignal(page.answered, timeout=WAIT):
        drop_file(desk.window, dropped)
    qtbot.waitUntil(lambda: bool(photos_shown(page)) and dropped in photos_shown(page)[0].paths, timeout=WAIT)
    assert dropped.name in page.bar.query()

    # Open the details of the first one by keyboard, and accept its first suggested tag by mouse.
    view = page.results.view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    [chosen] = page.results.selected_photos()
    assert dropped in chosen.paths
    tags = page.details.tags
    qtbot.waitUntil(lambda: bool(tags.suggestions()), timeout=WAIT)
    qtbot.mouseClick(tags.suggestions()[0].findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(tags.chips()), timeout=WAIT)
    tag = tags.chips()[0].tag

    # Preview by Space, on by arrow, back by Escape.
    qtbot.keyClick(view, Qt.Key.Key_Space)
    preview = _window_on_top(qtbot, desk.window)
    qtbot.keyClick(preview, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: view.currentIndex().row() == 1, timeout=WAIT)
    qtbot.keyClick(preview, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not preview.isVisible(), timeout=WAIT)

    # Narrow down, make the tiles larger, quit.
    page.bar.set_query(f"dog in:{dropped.parent.parent.name}")
    qtbot.waitUntil(lambda: 0 < len(photos_shown(page)) < 40, timeout=WAIT)
    page.resize_tiles(-1)
    before = [photo.id for photo in photos_shown(page)]
    desk.window.resize(790, 690)  # the screen of Qt's offscreen platform is 800 wide and high
    size, side = desk.window.size(), page.results.view.tiles.side
    desk.close()

    # Start again: all is as it was, and the tag can be searched for.
    again = open_desk()
    qtbot.waitExposed(again.window)
    page = page_of(again)
    assert again.window.size() == size
    assert page.bar.query() == f"dog in:{dropped.parent.parent.name}"
    qtbot.waitUntil(lambda: [photo.id for photo in photos_shown(page)] == before, timeout=WAIT)
    assert page.results.view.tiles.side == side
    page.bar.set_query(f'tag:"{tag}"')
    qtbot.waitUntil(lambda: [photo.paths[0] for photo in photos_shown(page)] == [dropped], timeout=WAIT)


def _window_on_top(qtbot: QtBot, other: QWidget) -> QWidget:
    def others() -> list[QWidget]:
        return [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not other]

    qtbot.waitUntil(lambda: bool(others()), timeout=WAIT)
    return others()[0]


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="there is no virtual screen here (xvfb)")
@pytest.mark.skipif(os.environ.get("QT_QPA_PLATFORM") == "xcb", reason="this is that run")
@pytest.mark.timeout(240)
def test_tour_on_a_screen(photos_folder: Path) -> None:
    command = [
        "xvfb-run",
        "-a",
        "-s",
        "-screen 0 1600x1000x24",
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-k",
        "test_tour",
    ]
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "CLIPDESK_PHOTOS": str(photos_folder)}
    done = subprocess.run([*command, __file__], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "1 passed" in done.stdout
