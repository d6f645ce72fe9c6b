"""Thumbnails: 512 px JPEG files, named by content hash, written whole or not at all."""

import errno
import os
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from PIL import Image

from clipdesk.core.errors import DiskFullError, LibraryError, LibraryMissingError
from clipdesk.core.marked_jpeg import marked
from clipdesk.core.paths import thumbnail_file

LONGEST_SIDE = 512
"""Pixels of a thumbnail's longer side; smaller photos keep their size."""
PART = ".part"
"""How the names of half-written ones end."""
_QUALITY = 85


def missing_thumbnail(folder: str | None, content_hash: str) -> Path | None:
    """Where a photo's thumbnail has to be written; None when it is there already or none is wanted."""
    if folder is None:
        return None
    file = thumbnail_file(Path(folder), content_hash)
    return None if file.exists() else file


def encode_jpeg(picture: Image.Image, longest_side: int, quality: int = _QUALITY) -> tuple[bytes, int, int]:
    """Encode an RGB picture as a JPEG of at most `longest_side` pixels: (bytes, width, height)."""
    scale = longest_side / max(picture.size)
    if scale < 1:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue(), picture.width, picture.height


def write_thumbnail(picture: Image.Image, file: Path) -> None:
    """Write the thumbnail of an RGB picture; raises `LibraryError` or `DiskFullError` when it is not taken."""
    data = marked(encode_jpeg(picture, LONGEST_SIDE)[0])
    # Two processes may make the same thumbnail at once: each writes its own file, the last name wins.
    part = file.with_name(f".{file.stem}.{os.getpid()}{PART}")
    try:
        try:
            part.write_bytes(data)
        except FileNotFoundError:
            _make_shard(file.parent)
            part.write_bytes(data)
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, PermissionError) and file.exists():  # Windows: another process has just opened it
            return
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            hint = f"free some space on the disk of {file.parent.parent}"
            raise DiskFullError("the disk of the library is full", hint) from error
        told = f"a thumbnail cannot be written: {error.strerror}"
        raise LibraryError(told, f"check {file.parent.parent}") from error


def _make_shard(shard: Path) -> None:
    """Make the folder of a thumbnail, but never the library's: one that is gone must not seem to be back, empty."""
    thumbnails = shard.parent
    if not thumbnails.parent.is_dir():
        raise LibraryMissingError(f"the library {thumbnails.parent} is no longer there", "connect its drive")
    thumbnails.mkdir(exist_ok=True)
    shard.mkdir(exist_ok=True)
