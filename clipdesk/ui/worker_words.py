"""What the worker and the query language say, in the language of the window.

Their texts are English, and made where there is no Qt. Those that users meet most are listed here, with names in braces
for what differs; any other stays in English.
"""

import re
from functools import cache
from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

_TEXTS = (
    # The query language
    QT_TRANSLATE_NOOP("Worker", "A term must follow here"),
    QT_TRANSLATE_NOOP("Worker", "A term must follow the {sign}"),
    QT_TRANSLATE_NOOP("Worker", "Two signs in a row"),
    QT_TRANSLATE_NOOP("Worker", "Put text with signs of its own in quotes"),
    QT_TRANSLATE_NOOP("Worker", "A filter has no weight"),
    QT_TRANSLATE_NOOP("Worker", "A weight is above 0 and at most {most}"),
    QT_TRANSLATE_NOOP("Worker", "The sign goes before the weight"),
    QT_TRANSLATE_NOOP("Worker", "As in: dog - 2:snow"),
    QT_TRANSLATE_NOOP("Worker", "There is nothing between these quotes"),
    QT_TRANSLATE_NOOP("Worker", "This quote is never closed"),
    QT_TRANSLATE_NOOP("Worker", "Close it, or leave it out"),
    QT_TRANSLATE_NOOP("Worker", "To search for the word itself, put it in quotes"),
    QT_TRANSLATE_NOOP("Worker", "date: needs a day at one end of .. at least"),
    QT_TRANSLATE_NOOP("Worker", "date: {first} comes after {last}"),
    QT_TRANSLATE_NOOP("Worker", "date: there is no {day}"),
    QT_TRANSLATE_NOOP("Worker", "date: is a year, month or day, as in 2019, 2019-06 or 2019-06-12, not {value}"),
    QT_TRANSLATE_NOOP("Worker", "rating: {low} is more than {high}"),
    QT_TRANSLATE_NOOP("Worker", "rating: no photo can have {value} stars"),
    QT_TRANSLATE_NOOP("Worker", "rating: is 0 to 5 stars, as in 4, >=4 or 3..5, not {value}"),
    QT_TRANSLATE_NOOP("Worker", "{filter}: needs a value right after the colon"),
    QT_TRANSLATE_NOOP("Worker", "{filter}: needs a value"),
    QT_TRANSLATE_NOOP("Worker", "{filter}: knows {values}, not {value}"),
    # Why a file is not in the library
    QT_TRANSLATE_NOOP("Worker", "the picture needs more memory than a decoder may use"),
    QT_TRANSLATE_NOOP("Worker", "the picture is too large"),
    QT_TRANSLATE_NOOP("Worker", "damaged {kind} picture: the file is cut off"),
    QT_TRANSLATE_NOOP("Worker", "damaged {kind} picture: it cannot be decoded"),
    QT_TRANSLATE_NOOP("Worker", "damaged {kind} picture: its structure makes no sense"),
    QT_TRANSLATE_NOOP("Worker", "damaged {kind} picture: {reason}"),
    # Trouble
    QT_TRANSLATE_NOOP("Worker", "{address} cannot be reached"),
    QT_TRANSLATE_NOOP(
        "Worker",
        "The library {library} is in use by another clipdesk (process {number} on {computer}, since {time})",
    ),
    QT_TRANSLATE_NOOP(
        "Worker",
        "The library {library} is in use by another clipdesk (process {number} on {computer}, since {time})"
        ": this is a copy of {copy} to search in, which does not change.",
    ),
    QT_TRANSLATE_NOOP("Worker", "The disk is full"),
    QT_TRANSLATE_NOOP("Worker", "Free some space and try again."),
    QT_TRANSLATE_NOOP("Worker", "Cancelled."),
    QT_TRANSLATE_NOOP("Worker", "Something went wrong inside clipdesk ({error})."),
    QT_TRANSLATE_NOOP("Worker", "Details are in {file}"),
    QT_TRANSLATE_NOOP("Worker", "{count} files are in the cloud and not on this disk: they were not read."),
    QT_TRANSLATE_NOOP("Worker", "{count} files went away while they were being read."),
)


@cache
def _patterns() -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    """Each text with what it looks like when it is filled in; the first letter may be large or small."""
    made: list[tuple[str, re.Pattern[str]]] = []
    for text in cast("tuple[str, ...]", _TEXTS):
        parts = re.split(r"\{(\w+)\}", text)
        pattern = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        made.append((text, re.compile(pattern, re.I | re.S)))
    return tuple(made)


def said(text: str) -> str:
    """Return `text` in the language of the window; a text that is not known stays as it is."""
    for known, pattern in _patterns():
        if found := pattern.fullmatch(text):
            return QCoreApplication.translate("Worker", known).format(**found.groupdict())
    return text
