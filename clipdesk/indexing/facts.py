"""What one source of metadata (EXIF, IPTC, XMP, a sidecar) says of a photo."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

_T = TypeVar("_T")


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


def first_said(sources: Sequence[Facts]) -> Facts:
    """Merge sources, the most trusted one first: each statement from the first source that makes it, all keywords.

    A place is taken whole from one source, never latitude from one and longitude from another.
    """
    place = next((source for source in sources if source.latitude is not None), Facts())
    return Facts(
        taken_at=_first(source.taken_at for source in sources),
        modified_at=_first(source.modified_at for source in sources),
        camera=_first(source.camera for source in sources),
        lens=_first(source.lens for source in sources),
        latitude=place.latitude,
        longitude=place.longitude,
        altitude=place.altitude,
        rating=_first(source.rating for source in sources),
        title=_first(source.title for source in sources),
        keywords=tuple(word for source in sources for word in source.keywords),
    )


def _first(values: Iterable[_T | None]) -> _T | None:
    return next((value for value in values if value is not None), None)
