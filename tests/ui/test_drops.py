"""Pictures that come by dragging or pasting."""

import base64
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QColor, QImage, QImageWriter
from pytestqt.qtbot import QtBot

from clipdesk.ui.drops import (
    MOST_PICTURES,
    dropped_folder,
    is_droppable,
    local_paths,
    pictures_named,
    refusal,
    take_pictures,
)
from clipdesk.ui.jobs import JobThread

PicturesIn = Callable[[QMimeData], list[Path]]


@pytest.fixture
def pictures_in(qtbot: QtBot) -> PicturesIn:
    """Takes pictures, and waits for them."""
    jobs = JobThread()

    def take(mime: QMimeData) -> list[Path]:
        told: list[list[Path]] = []
        take_pictures(mime, jobs, told.append)
        qtbot.waitUntil(lambda: bool(told))
        return told[0]

    return take


def urls(*addresses: str | Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(one)) if isinstance(one, Path) else QUrl(one) for one in addresses])
    return mime


def image(width: int = 40, height: int = 30, colour: str = "red") -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor(colour))
    return made


def png(picture: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"png")).write(picture)
    return bytes(buffer.data().data())


def test_files(pictures_in: PicturesIn) -> None:
    wanted = [Path(f"/photos/a b % ü/{name}") for name in ("a.JPG", "b.heic", "c.NEF", "d.png", "e.tiff", "f.webp")]
    others = [Path("/photos"), Path("/photos/notes.txt"), Path("/photos/film.mp4"), Path("/photos/icon.svg")]
    mime = urls(*wanted, *others, wanted[0])
    assert pictures_in(mime) == wanted
    assert local_paths(mime) == [*wanted, *others, wanted[0]]
    assert pictures_named(mime)
    assert is_droppable(mime)
    assert refusal(mime) == ""
    assert len(pictures_in(urls(*(Path(f"/p/{number}.jpg") for number in range(100))))) == MOST_PICTURES


def test_an_address_of_a_local_file_as_text(pictures_in: PicturesIn) -> None:
    mime = QMimeData()
    mime.setText("file:///photos/my%20cat.jpg\r\n")
    assert pictures_in(mime) == [Path("/photos/my cat.jpg")]
    mime.setText("kids in a pool")
    assert pictures_in(mime) == []
    assert not is_droppable(mime)


@pytest.mark.parametrize("address", ["http://a.org/cat.jpg", "https://a.org/x?y=cat.png", "ftp://a.org/cat.jpg"])
def test_addresses_on_the_web_are_refused_calmly(pictures_in: PicturesIn, address: str) -> None:
    for mime in (urls(address), QMimeData()):
        if not mime.hasUrls():
            mime.setText(address)
        assert pictures_in(mime) == []
        assert is_droppable(mime)
        assert "never goes online" in refusal(mime)


def test_a_picture_from_a_browser(pictures_in: PicturesIn) -> None:
    """A browser hands over the picture's data beside its address."""
    mime = urls("https://a.org/cat.jpg")
    mime.setImageData(image(4000, 2000))
    mime.setHtml('<img src="https://a.org/cat.jpg">')
    [path] = pictures_in(mime)
    assert path.parent == dropped_folder()
    kept = QImage(str(path))
    assert (kept.width(), kept.height()) == (1024, 512)
    assert kept.pixelColor(5, 5) == QColor("red")
    assert pictures_in(mime) == [path], "the same picture is kept once"


def test_picture_data_in_an_address(pictures_in: PicturesIn) -> None:
    body = base64.b64encode(png(image(colour="blue"))).decode()
    [path] = pictures_in(urls(f"data:image/png;base64,{body}"))
    assert QImage(str(path)).pixelColor(0, 0) == QColor("blue")
    for broken in ("data:image/png;base64,xxxx", "data:,", "data:text/plain,hello"):
        assert pictures_in(urls(broken)) == []


def test_data_that_is_no_picture(pictures_in: PicturesIn) -> None:
    mime = QMimeData()
    assert pictures_in(mime) == []
    mime.setData("image/png", QByteArray(b"not a picture"))
    assert pictures_in(mime) == []


def test_old_pictures_go(pictures_in: PicturesIn) -> None:
    taken: list[Path] = []
    for number in range(105):
        mime = QMimeData()
        mime.setImageData(image(8, 8, f"#0000{number:02x}"))
        taken += pictures_in(mime)
    assert len(list(dropped_folder().iterdir())) == 100
    assert taken[-1].exists()


def test_a_cache_folder_that_cannot_be_written(
    pictures_in: PicturesIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("clipdesk.ui.drops.cache_folder", lambda: tmp_path / "file")
    mime = QMimeData()
    mime.setImageData(image())
    assert pictures_in(mime) == []


def test_picture_data_is_written_off_the_main_thread(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    writers: list[threading.Thread] = []
    write = Path.write_bytes

    def noted(path: Path, data: bytes) -> int:
        writers.append(threading.current_thread())
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", noted)
    mime = QMimeData()
    mime.setImageData(image(4000, 2000))
    told: list[list[Path]] = []
    jobs = JobThread()
    take_pictures(mime, jobs, told.append)
    assert not told
    qtbot.waitUntil(lambda: bool(told))
    assert threading.main_thread() not in writers
    assert len(writers) == 1
