"""The values of `date:` and `rating:` filters."""

import re
from datetime import MAXYEAR, date, timedelta

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_RATING = re.compile(r"(>=|<=|≥|≤|>|<|=)?([0-5])", re.ASCII)
_MOST_STARS = 5


def read_date(value: str) -> tuple[date | None, date | None]:
    """Read "2019", "2019-06", "2019-06-12", "a..b", "a.." or "..b": first day in, first day out; None is open.

    Raises ValueError with a message for the user.
    """
    first, dots, last = value.partition("..")
    if not dots:
        return _span(first)
    if not first and not last:
        raise ValueError("date: needs a day at one end of .. at least")
    since = _span(first)[0] if first else None
    until = _span(last)[1] if last else None
    if since and until and until <= since:
        raise ValueError(f"date: {first} comes after {last}")
    return since, until


def read_rating(value: str) -> tuple[int | None, int | None]:
    """Read "4", ">=4", "<2", "3..5", "3.." or "..3": fewest and most stars; None is open.

    Raises ValueError with a message for the user.
    """
    if ".." in value:
        ends = value.split("..")
        if len(ends) != 2 or not any(ends) or not all(re.fullmatch("[0-5]?", end, re.ASCII) for end in ends):
            raise _no_rating(value)
        low, high = (int(end) if end else None for end in ends)
        if low is not None and high is not None and low > high:
            raise ValueError(f"rating: {low} is more than {high}")
        return low, high
    found = _RATING.fullmatch(value)
    if not found:
        raise _no_rating(value)
    stars = int(found[2])
    low, high = {
        ">=": (stars, None),
        "≥": (stars, None),
        "<=": (None, stars),
        "≤": (None, stars),
        ">": (stars + 1, None),
        "<": (None, stars - 1),
    }.get(found[1] or "=", (stars, stars))
    if (low or 0) > _MOST_STARS or (high is not None and high < 0):
        raise ValueError(f"rating: no photo can have {value} stars")
    return low, high


def _no_rating(value: str) -> ValueError:
    return ValueError(f"rating: is 0 to 5 stars, as in 4, >=4 or 3..5, not {value!r}")


def _span(text: str) -> tuple[date, date | None]:
    """Read a year, month or day: its first day, and the first day after it."""
    found = _DAY.fullmatch(text)
    if not found:
        raise ValueError(f"date: is a year, month or day, as in 2019, 2019-06 or 2019-06-12, not {text!r}")
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    try:
        first = date(year, month, day)
    except ValueError:
        raise ValueError(f"date: there is no {text}") from None
    if found[3]:
        return first, first + timedelta(days=1) if first < date.max else None
    if found[2] and month < 12:
        return first, date(year, month + 1, 1)
    return first, date(year + 1, 1, 1) if year < MAXYEAR else None
