"""EXIF: when, where and with what a photo was taken (Exif 2.32, CIPA DC-008)."""

import logging
import math
from collections.abc import Mapping
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from clipdesk.indexing.facts import Facts
from clipdesk.indexing.limits import MAX_NAME_LENGTH, MAX_TITLE_LENGTH, MAX_XMP_BYTES
from clipdesk.indexing.text_fields import clean, clean_keywords, clean_rating, parse_date

_log = logging.getLogger(__name__)
_XP_TITLE, _XP_KEYWORDS, _RATING = 0x9C9B, 0x9C9E, 0x4746


def load_exif(data: bytes) -> Image.Exif:
    """Parse an EXIF block (with or without its "Exif" header); an empty one when it is damaged."""
    exif = Image.Exif()
    try:
        exif.load(data)
    except Exception as error:  # Pillow raises whatever the damaged bytes lead it to
        _log.debug("EXIF cannot be read: %s", error)
    return exif


def orientation_of(exif: Image.Exif) -> int:
    """The EXIF orientation, 1 to 8; 1 when it is missing or makes no sense."""
    value = _safe_get(exif, Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def read_exif(exif: Image.Exif) -> Facts:
    """Everything of use in the main, Exif and GPS directories; what cannot be read is left out."""
    if not exif:
        return Facts()
    shot, place = _directory(exif, IFD.Exif), _directory(exif, IFD.GPSInfo)
    latitude, longitude = _position(place)
    zone = shot.get(Base.OffsetTime)
    return Facts(
        taken_at=parse_date(shot.get(Base.DateTimeOriginal), shot.get(Base.OffsetTimeOriginal) or zone)
        or parse_date(shot.get(Base.DateTimeDigitized), shot.get(Base.OffsetTimeDigitized) or zone),
        modified_at=parse_date(_safe_get(exif, Base.DateTime), zone),
        camera=camera_name(_safe_get(exif, Base.Make), _safe_get(exif, Base.Model)),
        lens=camera_name(shot.get(Base.LensMake), shot.get(Base.LensModel)),
        latitude=latitude,
        longitude=longitude,
        altitude=_altitude(place) if latitude is not None else None,
        rating=clean_rating(_safe_get(exif, _RATING)),
        title=clean(_utf16(_safe_get(exif, _XP_TITLE)), MAX_TITLE_LENGTH),
        keywords=clean_keywords((_utf16(_safe_get(exif, _XP_KEYWORDS)) or "").split(";")),
    )


def camera_name(make: object, model: object) -> str | None:
    """Join make and model without saying the make twice: ("NIKON CORPORATION", "NIKON D70") is "NIKON D70"."""
    maker, name = clean(make, MAX_NAME_LENGTH), clean(model, MAX_NAME_LENGTH)
    if maker is None or name is None:
        return name or maker
    if name.casefold().startswith(maker.split()[0].casefold()):
        return name
    return f"{maker} {name}"[:MAX_NAME_LENGTH]


def _safe_get(exif: Image.Exif, tag: int) -> Any:
    try:
        return exif.get(tag)
    except Exception as error:  # values are parsed when they are asked for
        _log.debug("EXIF tag %#x cannot be read: %s", tag, error)
        return None


def _directory(exif: Image.Exif, tag: IFD) -> Mapping[int, Any]:
    try:
        return dict(exif.get_ifd(tag))
    except Exception as error:
        _log.debug("EXIF directory %s cannot be read: %s", tag.name, error)
        return {}


def _utf16(value: Any) -> str | None:
    """Windows' own tags hold UTF-16 as bytes."""
    return value[:MAX_XMP_BYTES].decode("utf-16-le", "ignore") if isinstance(value, bytes) else None


def _position(place: Mapping[int, Any]) -> tuple[float | None, float | None]:
    latitude = _degrees(place.get(GPS.GPSLatitude), place.get(GPS.GPSLatitudeRef), "S")
    longitude = _degrees(place.get(GPS.GPSLongitude), place.get(GPS.GPSLongitudeRef), "W")
    return checked_position(latitude, longitude)


def checked_position(latitude: float | None, longitude: float | None) -> tuple[float | None, float | None]:
    """Both in degrees, or neither: cameras without a fix write zeros or nonsense."""
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None, None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None, None
    return round(latitude, 7), round(longitude, 7)


def _degrees(value: Any, reference: Any, negative: str) -> float | None:
    try:
        parts = [float(part) for part in value][:3]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not parts or not all(math.isfinite(part) for part in parts):
        return None
    degrees = sum(part / 60**power for power, part in enumerate(parts))
    text = reference.decode("ascii", "replace") if isinstance(reference, bytes) else str(reference or "")
    return -degrees if text.strip("\0 ").upper().startswith(negative) else degrees


def _altitude(place: Mapping[int, Any]) -> float | None:
    try:
        metres = float(place[GPS.GPSAltitude])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not math.isfinite(metres) or abs(metres) > 100_000:
        return None
    below = place.get(GPS.GPSAltitudeRef) in (1, b"\x01")
    return round(-metres if below else metres, 2)
