"""Pictures that come by dragging or pasting: files, picture data, addresses of local files."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMimeData, QMimeDatabase, Qt, QUrl
from PySide6.QtGui import QImage, QImageWriter

from clipdesk.core.paths import cache_folder
from clipdesk.ui.jobs import JobThread

MOST_PICTURES = 16
"""Pictures that one query uses: each has to be read, and the mean of more says nothing new."""
_LONGEST_SIDE = 1024
"""Pixels of a picture that comes as data: far more than a model looks at, and quickly written."""
_KEPT = 100
_LARGEST_ADDRESS = 32_000_000


def dropped_folder() -> Path:
    """Where pictures lie that came as data."""
    return cache_folder() / "dropped"


def take_pictures(mime: QMimeData, jobs: JobThread, done: Callable[[list[Path]], None]) -> None:
    """Tell `done` absolute paths of the pictures in `mime`, at most `MOST_PICTURES`: files, or the one of its data.

    Files are told at once. Picture data is first written to the cache folder, which takes too long for the main
    thread. Nothing is ever fetched from the network; `done` gets no paths when there is no picture.
    """
    files = [path for path in local_paths(mime) if _is_picture(path)]
    data = mime.imageData() if mime.hasImage() and not files else None
    image = data if isinstance(data, QImage) and not data.isNull() else None
    data_addresses = [] if files or image is not None else _data_addresses(_addresses(mime))
    if image is not None or data_addresses:
        jobs.run(lambda: _kept(image or _first_picture(data_addresses)), done)
    else:
        done(list(dict.fromkeys(files))[:MOST_PICTURES])


def pictures_named(mime: QMimeData) -> bool:
    """Whether `mime` names local picture files; nothing is looked up."""
    return any(_is_picture(path) for path in local_paths(mime))


def is_droppable(mime: QMimeData) -> bool:
    """Whether there is something to say to a drag that is still moving: a picture, or why it is none."""
    return mime.hasImage() or pictures_named(mime) or bool(refusal(mime))


def local_paths(mime: QMimeData) -> list[Path]:
    """Return every local file or folder that `mime` names, as absolute paths; nothing is looked up."""
    names = (url.toLocalFile() for url in _addresses(mime) if url.isLocalFile())
    return [path for name in names if (path := Path(name)).is_absolute()]


def refusal(mime: QMimeData) -> str:
    """Return one line that tells why an address of a picture on the web is not used; "" when there is none."""
    if any(url.scheme().lower() in {"http", "https", "ftp", "data"} for url in _addresses(mime)):
        return QCoreApplication.translate(
            "Drops", "clipdesk never goes online. Save the picture first, then drop the file, or copy and paste it."
        )
    return ""


def _addresses(mime: QMimeData) -> list[QUrl]:
    if mime.hasUrls():
        return mime.urls()
    lines = mime.text().split("\n", 64)[:64] if mime.hasText() else []
    found = (QUrl(line.strip(), QUrl.ParsingMode.StrictMode) for line in lines if "://" in line[:16])
    return [url for url in found if url.isValid()]


def _is_picture(path: Path) -> bool:
    """Whether the name says so: what the file holds is for the worker to see."""
    kind = QMimeDatabase().mimeTypeForFile(path.name, QMimeDatabase.MatchMode.MatchExtension).name()
    return kind.startswith("image/") and not kind.startswith("image/svg")


def _data_addresses(urls: Iterable[QUrl]) -> list[bytes]:
    """The addresses that hold their data themselves, as small pictures of web pages do."""
    texts = (bytes(url.toEncoded().data()) for url in urls if url.scheme() == "data")
    return [text for text in texts if len(text) <= _LARGEST_ADDRESS]


def _first_picture(addresses: Iterable[bytes]) -> QImage | None:
    for text in addresses:
        head, _, body = text.partition(b",")
        plain = QByteArray.fromPercentEncoding(QByteArray(body))
        image = QImage.fromData(QByteArray.fromBase64(plain) if head.endswith(b";base64") else plain)
        if not image.isNull():
            return image
    return None


def _kept(image: QImage | None) -> list[Path]:
    """Write a picture, scaled down, and return its path; the same picture has the same path. Nothing on failure."""
    if image is None:
        return []
    if max(image.width(), image.height()) > _LONGEST_SIDE:
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = image.scaled(_LONGEST_SIDE, _LONGEST_SIDE, keep, smooth)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    data = buffer.data().data()
    folder = dropped_folder()
    path = folder / f"{hashlib.blake2b(data, digest_size=12).hexdigest()}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        oldest_first = sorted(folder.glob("*.png"), key=lambda one: one.stat().st_mtime_ns)
        for old in oldest_first[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return []
    return [path]
