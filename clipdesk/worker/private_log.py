"""What a log line may say: where in clipdesk something happened, never which photo or which query it happened to.

Whoever logs an error hands over the error itself: its words are the library's that raised it, and often quote a name.
Left of it are its kind, and the places in the code that it came by.
"""

import logging
import re
import sys
import traceback
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import TextIO, cast

from clipdesk.core.errors import loggable

_PACKAGES = Path(__file__).resolve().parents[2]
_REMOTE = re.compile(r'^  File "(.+\.py)", line (\d+), in (<?\w+>?)$', re.MULTILINE)
"""A frame in a traceback that came as text, from another process."""
_DEEPEST = 12
"""Errors that led to one another, at most."""
_LONGEST = 8_000
"""Characters of a line with its traceback."""


class PrivateFormatter(logging.Formatter):
    """Writes errors and paths that are logged as what they are, not as what they say."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback where there is one, cut where it would not end."""
        quiet = logging.makeLogRecord(record.__dict__)
        quiet.exc_text = None  # as another formatter has kept it
        if isinstance(record.msg, (BaseException, PurePath)):
            quiet.msg = _private(record.msg)
        if isinstance(record.args, tuple):
            quiet.args = tuple(map(_private, record.args))
        elif record.args:
            quiet.args = {name: _private(value) for name, value in record.args.items()}
        text = super().format(quiet)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."

    def formatException(self, ei: object) -> str:  # noqa: N802 - the standard library's name
        """The kinds of the errors and the places that they came by."""
        error = cast("tuple[object, ...]", ei)[1]
        lines = _told(error, _DEEPEST) if isinstance(error, BaseException) else ()
        return "\n".join(("Traceback, from the first call to the last:", *lines))


def _private(value: object) -> object:
    if isinstance(value, BaseException):
        return loggable(value)
    return "(a path)" if isinstance(value, PurePath) else value


def _told(error: BaseException, depth: int) -> Iterator[str]:
    """One line for each frame, then the kind of error; first whatever led to it."""
    if depth == 0:
        return
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _told(earlier, depth - 1)
        yield "Then:"
    yield from _places((one.filename, one.lineno, one.name) for one in traceback.extract_tb(error.__traceback__))
    if type(error).__name__ in ("RemoteTraceback", "_RemoteTraceback"):
        yield from _places(_REMOTE.findall(str(error)))
    yield loggable(error)
    if isinstance(error, BaseExceptionGroup):
        for number, part in enumerate(cast("BaseExceptionGroup[BaseException]", error).exceptions, 1):
            yield f"Part {number}:"
            yield from _told(part, depth - 1)


def _places(frames: Iterable[tuple[str, object, str]]) -> Iterator[str]:
    for file, line, name in frames:
        place = _in_code(file)
        if place is not None:
            yield f"  {place}:{line} {name}"


def _in_code(file: str) -> str | None:
    """The path of a source file below the folder of its package; None for anything that is no code of a package."""
    path = Path(file)
    for root in (_PACKAGES, *map(Path, sys.path[1:]), Path(sys.base_prefix)):
        if root.is_absolute() and path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name if file.startswith("<frozen ") else None


# ---- what nobody catches ----


def log_warnings() -> None:
    """Python's warnings go to the log: what kind and where, since what they say may be about a file."""
    warnings.showwarning = _show_warning


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del file, line
    logger = logging.getLogger("clipdesk.warnings")
    logger.warning("%s at %s:%d", category.__name__, _in_code(filename) or "(elsewhere)", lineno)
    logger.debug("%s", message)
