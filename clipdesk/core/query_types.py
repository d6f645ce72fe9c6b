"""What a query is once it has been read: a weighted sum of terms, and filters that every result must pass."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path


class FilterKind(StrEnum):
    """The words that make a filter when a colon follows them."""

    IN = "in"
    """Somewhere below a folder: a folder's name, a part of a path ("2019/beach trip") or an absolute path."""
    NAME = "name"
    """The file's name contains the text; `*` and `?` stand for anything, and then the whole name must fit."""
    TYPE = "type"
    """A kind of file, lower case: "raw", "jpeg", "png", "heic" ... or a suffix without its dot."""
    CAMERA = "camera"
    """The camera's or the lens's name contains the text."""
    DATE = "date"
    """Taken between two days."""
    RATING = "rating"
    """Rated between two numbers of stars."""
    TAG = "tag"
    """Has the tag: accepted in clipdesk, or a keyword that the file brought along."""
    HAS = "has"
    """Knows something of itself, one of `HAS_VALUES`."""
    IS = "is"
    """Is in some state, one of `IS_VALUES`."""


HAS_VALUES = ("gps", "date", "camera", "lens", "rating", "tags")
"""What `has:` can ask for: a place, a date of its own, a camera, a lens, a rating, at least one tag or keyword."""
IS_VALUES = ("duplicate", "offline", "paired", "portrait", "landscape", "square")
"""What `is:` can ask for: several files of one content, folder away, RAW + JPEG of one shot, and shapes."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; filters of a query are joined by "and". Text is compared without regard to case.

    `text` is the value as typed, trimmed, for every kind (for DATE and RATING too, to show it again). DATE uses
    `since` and `until`, RATING uses `low` and `high`; None means open at that end.
    """

    kind: FilterKind
    text: str
    negated: bool = False
    since: date | None = None
    """First day that matches."""
    until: date | None = None
    """First day that no longer matches."""
    low: int | None = None
    """Fewest stars that match."""
    high: int | None = None
    """Most stars that match."""
    source: str = field(default="", compare=False)
    """As typed, without the sign: what `query_writing.write` writes."""


@dataclass(frozen=True, slots=True)
class Term:
    """One summand: words or a picture. `weight` is negative for a term that photos should not look like."""

    weight: float
    text: str = ""
    picture: Path | None = None
    """A picture file, `~` expanded; None for words."""
    source: str = field(default="", compare=False)
    """As typed, without sign and weight: what `query_writing.write` writes."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that has been read: at least one term or one filter."""

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    text: str = ""
    """The query as typed."""
