"""A copy to read of a catalogue that another computer writes to, on a network drive whose locks cannot be trusted."""

import hashlib
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from clipdesk.catalog import versions
from clipdesk.catalog.claim import Holder
from clipdesk.core.errors import LibraryBusyError
from clipdesk.core.paths import cache_folder

_log = logging.getLogger(__name__)
_TRIES = 8
_WAIT = 0.25
_COUNTER = slice(24, 28)
"""Where SQLite counts the transactions of a file."""
_SIDE_FILES = ("-journal", "-wal")


def take(file: Path, holder: Holder) -> Path:
    """Copy the catalogue `file` as of one moment into the user's cache; one that did not change is copied once.

    Where its writer leaves no such moment, the newest backup is taken. Raises LibraryBusyError when there is none.
    """
    place = cache_folder() / "snapshots" / hashlib.sha256(os.fsencode(file.absolute())).hexdigest()[:16]
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for _ in range(_TRIES):
        stamp = _stamp(file)
        if stamp is not None:
            copy = place / f"catalog-{stamp}.sqlite"
            if copy.exists() or _copied(file, copy, lambda stamp=stamp: _stamp(file) == stamp):
                return _only(copy)
        time.sleep(_WAIT)
    backup = versions.newest_backup(file.parent)
    if backup is None or not ((place / backup.name).exists() or _copied(backup, place / backup.name, lambda: True)):
        told = f"The library {file.parent} is being changed by {holder.words()}, and there is no copy of it to read"
        raise LibraryBusyError(told, "Try again in a moment")
    _log.info("the catalogue never stood still; its newest backup is read")
    return _only(place / backup.name)


def _copied(source: Path, copy: Path, unchanged: Callable[[], bool]) -> bool:
    """Copy a file; tell whether it is a sound database and as it was before."""
    part = copy.with_name(f"{copy.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(source, part)
        with closing(sqlite3.connect(part)) as connection:
            # The copy is this user's alone, whatever the journal of the original is.
            connection.execute("PRAGMA journal_mode=DELETE")
            sound = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        if sound and unchanged():
            part.replace(copy)
            return True
    except sqlite3.DatabaseError:
        _log.info("the catalogue changed while it was copied")
    finally:
        part.unlink(missing_ok=True)
    return False


def _only(copy: Path) -> Path:
    """Remove the older copies; one that another process reads stays where the system keeps open files."""
    for other in copy.parent.glob("catalog-*"):
        if other != copy:
            with suppress(OSError):
                other.unlink()
    return copy


def _stamp(file: Path) -> str | None:
    """What changes with every transaction; None while one goes on, or parts of the catalogue lie in a log."""
    for ending in _SIDE_FILES:
        with suppress(OSError):
            if file.with_name(file.name + ending).stat().st_size > 0:
                return None
    with file.open("rb") as opened:
        header = opened.read(100)
        return f"{os.fstat(opened.fileno()).st_size}-{header[_COUNTER].hex()}"
