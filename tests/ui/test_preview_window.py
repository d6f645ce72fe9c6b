"""The preview: arrows, slideshow, a source that changes under it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Photo
from clipdesk.core.window_messages import BrowseReply, BrowseRequest
from clipdesk.ui.preview_window import PhotoList, PreviewWindow
from clipdesk.ui.worker_client import WorkerClient
from tests.ui.conftest import WAIT, WaitReply


class Lazy(QAbstractListModel):
    """Photos that come only when they are asked for, as results do."""

    def __init__(self, photos: list[Photo]) -> None:
        super().__init__()
        self.photos = photos
        self.loaded: set[int] = set()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return len(self.photos)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> None:
        return None

    def count(self) -> int:
        return len(self.photos)

    def photo_at(self, row: int) -> Photo | None:
        photo = self.photos[row] if 0 <= row < len(self.photos) else None
        return photo if photo is not None and photo.id in self.loaded else None

    def fetch(self, row: int) -> None:
        self.loaded.add(self.photos[row].id)
        self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, photo_id: int) -> int | None:
        return next((row for row, photo in enumerate(self.photos) if photo.id == photo_id), None)

    def remove(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self.photos[row]
        self.endRemoveRows()

    def turn_round(self) -> None:
        self.layoutAboutToBeChanged.emit()
        self.photos.reverse()
        self.layoutChanged.emit()


@pytest.fixture
def photos(client: WorkerClient, wait_reply: WaitReply) -> list[Photo]:
    reply = wait_reply(client, BrowseRequest)
    assert isinstance(reply, BrowseReply)
    return list(reply.photos[:6])


@pytest.fixture
def window(qtbot: QtBot, client: WorkerClient, library_folder: Path) -> Iterator[PreviewWindow]:
    window = PreviewWindow(client, library_folder / "thumbnails")
    qtbot.addWidget(window)
    yield window
    window.close()


def test_arrows_and_ends(qtbot: QtBot, window: PreviewWindow, photos: list[Photo]) -> None:
    rows: list[int] = []
    window.row_changed.connect(rows.append)
    window.open(PhotoList(photos), 1)
    qtbot.waitUntil(window.view.has_picture, timeout=WAIT)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Right):
        qtbot.keyClick(window.view, key)
    assert rows == [1, 2, 1, 0, 5]
    assert window.photo() == photos[5]
    with qtbot.waitSignal(window.closed):
        qtbot.keyClick(window.view, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert window.photo() is None


def test_from_right_to_left(qtbot: QtBot, window: PreviewWindow, photos: list[Photo]) -> None:
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    window.open(PhotoList(photos), 1)
    qtbot.keyClick(window.view, Qt.Key.Key_Left)
    assert window.row() == 2


def test_arrows_move_a_picture_that_is_larger_than_the_window(
    qtbot: QtBot, window: PreviewWindow, photos: list[Photo]
) -> None:
    window.open(PhotoList(photos), 1)
    qtbot.waitUntil(window.view.has_picture, timeout=WAIT)
    window.view.zoom_to(8.0)
    qtbot.keyClick(window.view, Qt.Key.Key_Right)
    assert window.row() == 1
    qtbot.keyClick(window.view, Qt.Key.Key_PageDown)
    assert window.row() == 2


def test_slideshow(qtbot: QtBot, window: PreviewWindow, photos: list[Photo]) -> None:
    window.slide_seconds = 0.05
    window.open(PhotoList(photos[:3]), 1)
    rows: list[int] = []
    window.row_changed.connect(rows.append)
    qtbot.keyClick(window.view, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: rows[:4] == [2, 0, 1, 2], timeout=WAIT)
    qtbot.keyClick(window.view, Qt.Key.Key_Space)
    assert not window.is_playing()
    assert window.isVisible()
    qtbot.keyClick(window.view, Qt.Key.Key_Space)
    assert not window.isVisible()


def test_photos_that_are_not_loaded_yet(qtbot: QtBot, window: PreviewWindow, photos: list[Photo]) -> None:
    source = Lazy(photos)
    window.open(source, 0)
    qtbot.waitUntil(window.view.has_picture, timeout=WAIT)
    assert window.photo() == photos[0]
    assert {photos[1].id, photos[2].id} <= source.loaded, "the next ones are on their way"


def test_results_that_change_keep_the_photo(qtbot: QtBot, window: PreviewWindow, photos: list[Photo]) -> None:
    source = Lazy(list(photos))
    window.open(source, 1)
    source.turn_round()
    assert (window.photo(), window.row()) == (photos[1], 4)
    source.remove(0)
    assert (window.photo(), window.row()) == (photos[1], 3)
    source.remove(3)
    assert window.photo() == photos[0], "what has its place now"
    while source.count():
        source.remove(0)
    assert not window.isVisible(), "nothing is left to see"


def test_a_file_that_is_gone_is_told(qtbot: QtBot, window: PreviewWindow, photos: list[Photo], tmp_path: Path) -> None:
    window.open(PhotoList([replace(photos[0], paths=(tmp_path / "gone.jpg",))]), 0)
    qtbot.waitUntil(lambda: "the file is gone" in window.bar.remark(), timeout=WAIT)
    assert window.view.has_picture(), "its thumbnail is still there"


def test_it_has_the_size_of_its_screen_without_a_window_manager(client: WorkerClient, qtbot: QtBot) -> None:
    window = PreviewWindow(client, None)
    qtbot.addWidget(window)
    window.open(PhotoList(()), 0)
    assert window.normalGeometry() == window.screen().geometry()
    window.close()
