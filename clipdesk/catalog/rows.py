"""Between entities and table rows."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from clipdesk.catalog.names import decode_path, encode_path
from clipdesk.core.entities import FileState, PhotoMetadata

STATES = {state.value: state for state in FileState}
"""File states by their stored value (a dictionary is much faster than calling the enum)."""


def local_time(mtime_ns: int) -> str:
    """Return a file time (ns since 1970) as local naive ISO 8601 text; what no calendar holds becomes 1970."""
    try:
        return datetime.fromtimestamp(mtime_ns // 1_000_000_000).isoformat(timespec="seconds")
    except (OverflowError, OSError, ValueError):
        return "1970-01-01T00:00:00"


def metadata_values(metadata: PhotoMetadata, mtime_ns: int) -> dict[str, Any]:
    """Return the columns of `photos` that `metadata` fills."""
    taken, offset = None, None
    if metadata.taken_at is not None:
        taken = metadata.taken_at.replace(tzinfo=None).isoformat()
        distance = metadata.taken_at.utcoffset()
        offset = None if distance is None else round(distance.total_seconds() / 60)
    return {
        "taken_at": taken,
        "taken_offset": offset,
        "sort_at": taken or local_time(mtime_ns),
        "width": metadata.width,
        "height": metadata.height,
        "orientation": metadata.orientation,
        "camera": storable(metadata.camera),
        "lens": storable(metadata.lens),
        "latitude": metadata.latitude,
        "longitude": metadata.longitude,
        "altitude": metadata.altitude,
        "rating": metadata.rating,
        "title": storable(metadata.title),
    }


def storable(text: str | None) -> str | None:
    """Return text of a photo without what SQL text can't hold: NUL and lone surrogates."""
    if text is None:
        return None
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip() or None


def to_metadata(row: Row[Any], keywords: tuple[str, ...]) -> PhotoMetadata:
    """Return the metadata of a row of `photos`."""
    taken = None if row.taken_at is None else datetime.fromisoformat(row.taken_at)
    if taken is not None and row.taken_offset is not None:
        taken = taken.replace(tzinfo=timezone(timedelta(minutes=row.taken_offset)))
    return PhotoMetadata(
        width=row.width,
        height=row.height,
        taken_at=taken,
        camera=row.camera,
        lens=row.lens,
        latitude=row.latitude,
        longitude=row.longitude,
        altitude=row.altitude,
        orientation=row.orientation,
        rating=row.rating,
        keywords=keywords,
        title=row.title,
    )


def stored_folder(path: Path) -> str:
    """Return the text under which a root folder is stored."""
    return encode_path(str(path))


def absolute(folder: str, directory: str, name: str) -> Path:
    """Return the path of a file from its three stored parts."""
    return Path(decode_path(folder), decode_path(directory), decode_path(name))
