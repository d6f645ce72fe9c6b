"""What one source of metadata (EXIF, IPTC, XMP, a sidecar) says of a photo."""

from dataclasses import dataclass, fields
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Cleaned statements of one source; None or empty where it says nothing. See `PhotoMetadata` for their meaning."""

    taken_at: datetime | None = None
    modified_at: datetime | None = None
    """Time of the last change: when nothing better says when the photo was taken."""
    camera: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    rating: int | None = None
    title: str | None = None
    keywords: tuple[str, ...] = ()


def first_said(sources: list[Facts]) -> Facts:
    """Merge sources, the most trusted one first: each statement from the first source that makes it, all keywords.

    A place is taken whole from one source, never latitude from one and longitude from another.
    """
    merged: dict[str, object] = {}
    for source in sources:
        place_is_known = "latitude" in merged
        for field in fields(source):
            value = getattr(source, field.name)
            if field.name == "keywords":
                merged["keywords"] = (*merged.get("keywords", ()), *value)  # pyright: ignore[reportGeneralTypeIssues]
            elif value is not None and not (place_is_known and field.name in _PLACE):
                merged.setdefault(field.name, value)
    return Facts(**merged)  # pyright: ignore[reportArgumentType]


_PLACE = frozenset(("latitude", "longitude", "altitude"))
