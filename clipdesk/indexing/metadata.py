"""What a photo says of itself, merged from its sidecar, XMP, EXIF and IPTC into one `PhotoMetadata`.

The sidecar comes first (it holds the user's own, latest edits), then embedded XMP for ratings and titles; for times,
places and devices EXIF comes before XMP, since it is what the camera wrote. Keywords of all sources are joined.
"""

import logging
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from PIL import Image

from clipdesk.core.entities import PhotoMetadata
from clipdesk.indexing.exif import read_exif
from clipdesk.indexing.facts import Facts, first_said
from clipdesk.indexing.limits import MAX_TITLE_LENGTH, MAX_XMP_BYTES
from clipdesk.indexing.text_fields import clean, clean_keywords, parse_date
from clipdesk.indexing.xmp import read_xmp

_log = logging.getLogger(__name__)
_IPTC_TITLE, _IPTC_KEYWORDS, _IPTC_DATE, _IPTC_TIME = (2, 5), (2, 25), (2, 55), (2, 60)


def read_metadata(
    picture: Image.Image | None,
    exif: Image.Exif,
    *,
    size: tuple[int, int],
    orientation: int = 1,
    sidecar: str | None = None,
    lens: str | None = None,
) -> PhotoMetadata:
    """Merge everything that is known of a photo.

    `picture` is the opened file (None for formats without embedded XMP or IPTC); `size` the upright picture's
    (width, height) in pixels; `sidecar` the path of an XMP file; `lens` what the decoder knows of the lens.
    """
    camera = read_exif(exif)
    embedded = embedded_xmp(picture) if picture is not None else Facts()
    beside = read_xmp(read_sidecar(sidecar)) if sidecar else Facts()
    press = _iptc(picture) if picture is not None and _has_iptc(picture) else Facts()
    managers = replace(embedded, taken_at=None, latitude=None, longitude=None, camera=None, lens=None)
    said = first_said([beside, managers, camera, embedded, press])
    return PhotoMetadata(
        width=size[0],
        height=size[1],
        taken_at=said.taken_at or said.modified_at,
        camera=said.camera,
        lens=said.lens or lens,
        latitude=said.latitude,
        longitude=said.longitude,
        altitude=said.altitude,
        orientation=orientation,
        rating=said.rating,
        keywords=clean_keywords(said.keywords),
        title=said.title,
    )


def embedded_xmp(picture: Image.Image) -> Facts:
    """What the XMP packet inside a file says."""
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp")
    return read_xmp(packet) if isinstance(packet, (bytes, str)) else Facts()


def read_sidecar(path: str) -> bytes:
    """The bytes of a sidecar; empty when it cannot be read, is no regular file, or is larger than 1 MiB."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_XMP_BYTES:
                return b""
            return file.read(MAX_XMP_BYTES)
    except (OSError, ValueError) as error:
        _log.debug("sidecar %s cannot be read: %s", Path(path).name, error)
        return b""


def _has_iptc(picture: Image.Image) -> bool:
    return "photoshop" in picture.info or picture.format == "TIFF"


def _iptc(picture: Image.Image) -> Facts:
    """IPTC-IIM (version 4.2): title, keywords and date of press agencies and older photo managers."""
    from PIL import IptcImagePlugin

    try:
        found: Mapping[Any, Any] = IptcImagePlugin.getiptcinfo(picture) or {}  # pyright: ignore[reportArgumentType]
    except Exception as error:  # Pillow raises whatever the damaged bytes lead it to
        _log.debug("IPTC cannot be read: %s", error)
        return Facts()
    return Facts(
        taken_at=_iptc_date(found.get(_IPTC_DATE), found.get(_IPTC_TIME)),
        title=next((clean(title, MAX_TITLE_LENGTH) for title in _values(found, _IPTC_TITLE)), None),
        keywords=clean_keywords(_values(found, _IPTC_KEYWORDS)),
    )


def _values(found: Mapping[Any, Any], key: tuple[int, int]) -> Sequence[Any]:
    """All values of a data set; Pillow gives a repeated one as a list."""
    value = found.get(key)
    if value is None:
        return ()
    return cast(list[Any], value) if isinstance(value, list) else (value,)


def _iptc_date(date: Any, time: Any) -> datetime | None:
    """IPTC writes "20190601" and "123000+0200"."""
    if not isinstance(date, bytes) or len(date) < 8:
        return None
    day = date.decode("ascii", "replace")
    clock = time.decode("ascii", "replace") if isinstance(time, bytes) and len(time) >= 6 else "000000"
    text = f"{day[:4]}:{day[4:6]}:{day[6:8]} {clock[:2]}:{clock[2:4]}:{clock[4:6]}"
    return parse_date(text, clock[6:])
