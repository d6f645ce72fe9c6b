from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from clipdesk.core.paths import thumbnail_file
from clipdesk.ui.thumbnail_delegate import fitted
from clipdesk.ui.thumbnail_loader import ThumbnailLoader, read_scaled

WAIT = 10_000


def write(folder: Path, content_hash: str, width: int = 512, height: int = 256, colour: str = "red") -> None:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    file = thumbnail_file(folder, content_hash)
    file.parent.mkdir(parents=True, exist_ok=True)
    assert image.save(str(file))


@pytest.fixture
def loader(qtbot: QtBot, tmp_path: Path) -> ThumbnailLoader:
    del qtbot
    return ThumbnailLoader(tmp_path, limit=40 * 20 * 4 * 3)


def load(qtbot: QtBot, loader: ThumbnailLoader, content_hash: str, side: int = 40) -> None:
    with qtbot.waitSignal(loader.loaded, timeout=WAIT, check_params_cb=lambda one: one == content_hash):
        loader.pixmap(content_hash, side)


def test_a_thumbnail_comes_later_and_fits(qtbot: QtBot, tmp_path: Path, loader: ThumbnailLoader) -> None:
    write(tmp_path, "aa")
    assert loader.pixmap("cc", 40) is None
    assert loader.pixmap("aa", 40) is None
    qtbot.waitUntil(lambda: loader.pixmap("aa", 40) is not None, timeout=WAIT)

    pixmap = loader.pixmap("aa", 40)

    assert pixmap is not None
    assert (pixmap.width(), pixmap.height()) == (40, 20)
    assert pixmap.toImage().pixelColor(5, 5).red() > 240


def test_another_size_replaces_the_one_that_is_shown_meanwhile(
    qtbot: QtBot, tmp_path: Path, loader: ThumbnailLoader
) -> None:
    write(tmp_path, "aa")
    load(qtbot, loader, "aa")

    with qtbot.waitSignal(loader.loaded, timeout=WAIT):
        meanwhile = loader.pixmap("aa", 60)

    assert meanwhile is not None
    assert meanwhile.width() == 40
    better = loader.pixmap("aa", 60)
    assert better is not None
    assert better.width() == 60


def test_the_oldest_go_when_there_are_too_many(qtbot: QtBot, tmp_path: Path, loader: ThumbnailLoader) -> None:
    names = ["aa", "bb", "cc", "dd"]
    for name in names:
        write(tmp_path, name)
        load(qtbot, loader, name)

    assert loader.pixmap("dd", 40) is not None
    assert loader.pixmap("bb", 40) is not None
    assert loader.pixmap("aa", 40) is None


def test_what_cannot_be_read_is_not_asked_for_again_until_the_library_changes(
    qtbot: QtBot, tmp_path: Path, loader: ThumbnailLoader
) -> None:
    thumbnail_file(tmp_path, "bad").parent.mkdir(parents=True)
    thumbnail_file(tmp_path, "bad").write_bytes(b"no picture")
    load(qtbot, loader, "bad")
    load(qtbot, loader, "away")
    assert loader.is_missing("bad")
    assert loader.is_missing("away")

    write(tmp_path, "away")
    assert loader.pixmap("away", 40) is None
    loader.forget_missing()
    load(qtbot, loader, "away")
    assert loader.pixmap("away", 40) is not None


def test_wishes_that_were_scrolled_away_are_dropped(qtbot: QtBot, tmp_path: Path, loader: ThumbnailLoader) -> None:
    names = [f"{number:04x}" for number in range(300)]
    for name in names:
        write(tmp_path, name, 8, 8)
    loaded: list[str] = []
    loader.loaded.connect(loaded.append)

    for name in names:
        loader.pixmap(name, 40)
    loader.keep_wishes(names[:1])
    qtbot.waitUntil(lambda: names[0] in loaded, timeout=WAIT)

    assert loader.wait()
    assert len(loaded) < 100


def test_a_huge_picture_is_no_thumbnail(tmp_path: Path) -> None:
    write(tmp_path, "aa", 5000, 5000)
    assert read_scaled(thumbnail_file(tmp_path, "aa"), 100).isNull()


def test_a_picture_lies_in_the_middle_of_its_tile() -> None:
    assert fitted(QSize(200, 100), QRect(10, 20, 100, 100)) == QRect(10, 45, 100, 50)
    assert fitted(QSize(10, 20), QRect(0, 0, 100, 100)) == QRect(25, 0, 50, 100)
