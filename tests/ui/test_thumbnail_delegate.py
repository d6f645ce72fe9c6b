"""What a tile shows, in pixels."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Photo, PhotoMetadata
from clipdesk.core.paths import thumbnail_file
from clipdesk.ui.results_model import Role
from clipdesk.ui.thumbnail_delegate import ThumbnailDelegate
from clipdesk.ui.thumbnail_loader import ThumbnailLoader

SIDE = 100
PHOTO = Photo(1, "ab" * 16, (Path("/away/one.jpg"),), PhotoMetadata(400, 200))
State = QStyle.StateFlag


class OnePhoto(QAbstractListModel):
    """A model of one photo, or of one that is not loaded yet."""

    def __init__(self, photo: Photo | None) -> None:
        super().__init__()
        self.photo = photo

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 1

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> object:
        return {Role.PHOTO: self.photo, Role.SIMILARITY: 0.25}.get(role)


@pytest.fixture
def delegate(qtbot: QtBot, tmp_path: Path) -> ThumbnailDelegate:
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#00ff00"))
    file = thumbnail_file(tmp_path, PHOTO.content_hash)
    file.parent.mkdir(parents=True)
    assert image.save(str(file), quality=100)
    loader = ThumbnailLoader(tmp_path)
    with qtbot.waitSignal(loader.loaded):
        loader.pixmap(PHOTO.content_hash, SIDE)
    return ThumbnailDelegate(loader)


def painted(
    delegate: ThumbnailDelegate, photo: Photo | None, state: State = State.State_Enabled, *, mirrored: bool = False
) -> QImage:
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    model = OnePhoto(photo)
    option = QStyleOptionViewItem()
    option.rect, option.state = QRect(0, 0, SIDE, SIDE), state
    option.direction = Qt.LayoutDirection.RightToLeft if mirrored else Qt.LayoutDirection.LeftToRight
    painter = QPainter(image)
    delegate.paint(painter, option, model.index(0))
    painter.end()
    return image


def differs(one: QImage, other: QImage, where: QRect) -> bool:
    return one.copy(where) != other.copy(where)


def test_the_photo_lies_in_the_middle_of_its_ground(delegate: ThumbnailDelegate) -> None:
    image = painted(delegate, PHOTO)
    assert image.pixelColor(50, 50).green() > 240
    assert image.pixelColor(50, 50).red() < 20
    assert image.pixelColor(50, 10) == painted(delegate, None).pixelColor(50, 50)


def test_selected_current_and_hovered_tiles_look_different(delegate: ThumbnailDelegate) -> None:
    usual = painted(delegate, PHOTO)
    selected = painted(delegate, PHOTO, State.State_Enabled | State.State_Selected)
    assert selected.pixelColor(1, 50) == QPalette().color(QPalette.ColorRole.Highlight)
    assert selected.pixelColor(50, 50) == usual.pixelColor(50, 50)
    assert painted(delegate, PHOTO, State.State_Enabled | State.State_MouseOver) != usual
    assert painted(delegate, PHOTO, State.State_Enabled | State.State_HasFocus) == usual  # around the tile, not in it


@pytest.mark.parametrize("mirrored", [False, True])
def test_offline_photos_have_a_badge_at_the_end(delegate: ThumbnailDelegate, mirrored: bool) -> None:
    usual = painted(delegate, PHOTO, mirrored=mirrored)
    away = painted(delegate, replace(PHOTO, offline=True), mirrored=mirrored)
    start, end = QRect(0, 0, 30, 30), QRect(SIDE - 30, 0, 30, 30)
    assert differs(usual, away, start) == mirrored
    assert differs(usual, away, end) != mirrored


def test_similarity_is_shown_when_asked_for(delegate: ThumbnailDelegate) -> None:
    usual = painted(delegate, PHOTO)
    delegate.show_similarity = True
    assert differs(usual, painted(delegate, PHOTO), QRect(0, SIDE - 30, 60, 30))
    assert not differs(usual, painted(delegate, PHOTO), QRect(0, 0, SIDE, SIDE - 30))


def test_a_photo_without_a_thumbnail_has_a_sign_in_its_place(qtbot: QtBot, delegate: ThumbnailDelegate) -> None:
    other = replace(PHOTO, content_hash="cd" * 16)
    empty = painted(delegate, None)
    with qtbot.waitSignal(delegate.loader.loaded):
        assert painted(delegate, other) == empty
    assert differs(painted(delegate, other), empty, QRect(30, 30, 40, 40))
