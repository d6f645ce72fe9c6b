"""Cleans what files say of themselves before it goes anywhere: one line, printable, of limited length."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from typing import Any

from clipdesk.indexing.limits import MAX_KEYWORD_LENGTH, MAX_KEYWORDS

_LOOKED_AT = 20 * MAX_KEYWORDS
"""Keywords that are looked at: files may hold millions, all empty or all the same."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+")
_DATE = re.compile(
    r"\s*(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{1,2}:?\d{2})?"
)
_OFFSET = re.compile(r"\s*(?:Z|([+-])(\d{1,2}):?(\d{2}))\s*$")


def clean(value: object, longest: int) -> str | None:
    """Make one printable line of at most `longest` characters of text (bytes: UTF-8, else Latin-1); None when empty."""
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError:
            value = value.decode("latin-1")
    if not isinstance(value, str):
        return None
    text = " ".join(_UNPRINTABLE.sub(" ", value[: 8 * longest]).split())
    return text[:longest].rstrip() or None


def clean_keywords(words: Iterable[object]) -> tuple[str, ...]:
    """Clean keywords, keeping the first spelling of each and their order."""
    kept: dict[str, str] = {}
    for word in islice(words, _LOOKED_AT):
        text = clean(word, MAX_KEYWORD_LENGTH)
        if text:
            kept.setdefault(text.casefold(), text)
        if len(kept) >= MAX_KEYWORDS:
            break
    return tuple(kept.values())


def parse_date(text: object, offset: object = None) -> datetime | None:
    """Read EXIF's "2019:06:01 12:30:00" or ISO 8601; aware when the text or `offset` ("+02:00") names a zone."""
    if isinstance(text, bytes):
        text = text.decode("ascii", "replace")
    found = _DATE.match(text) if isinstance(text, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    fraction = int((found[7] or "0").ljust(6, "0")[:6])
    zone = parse_offset(found[8]) or parse_offset(offset)
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), fraction, zone)
    except ValueError:
        return None
    # Before the first photograph: a camera whose clock was never set.
    return moment if year >= 1826 else None


def parse_offset(text: object) -> timezone | None:
    """Read a time zone's offset such as "+09:00" or "Z"."""
    if isinstance(text, bytes):
        text = text.decode("ascii", "replace")
    found = _OFFSET.match(text.replace("\0", "")) if isinstance(text, str) else None
    if found is None:
        return None
    if not found[1]:
        return UTC
    delta = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-delta if found[1] == "-" else delta) if delta < timedelta(hours=15) else None


def clean_rating(value: Any) -> int | None:
    """Stars from 0 to 5; "rejected" (-1) counts as 0, anything else as no rating."""
    try:
        stars = round(float(value))
    except (TypeError, ValueError, OverflowError):
        return None
    return max(stars, 0) if -1 <= stars <= 5 else None
