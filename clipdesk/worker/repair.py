"""Mending a library: what `clipdesk doctor --repair` does, and the window's "Repair"."""

import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from clipdesk.core.repair_messages import RepairedEvent


def repair_library(folder: Path) -> list[str]:
    """Mend the catalogue, delete the index files, which are rebuilt from it; returns what was done, for people.

    Thumbnails that are missing or damaged are made again by the next index run.
    Raises LibraryError, of a library that is in use for example.
    """
    return _repair(folder)[0]


def repair_for_window(folder: Path) -> RepairedEvent:
    """Do the same; returns what the window tells in its own words."""
    return _repair(folder)[1]


def _repair(folder: Path) -> tuple[list[str], RepairedEvent]:
    from clipdesk.catalog import rescue
    from clipdesk.catalog.library import open_library

    done = rescue.repair(folder)
    with open_library(folder, write=True) as library:
        shutil.rmtree(library.index_folder, ignore_errors=True)
        damaged = drop_damaged_thumbnails(library.thumbnails)
        folders = len(library.catalog.folders.all())
    lines = [*(done.lines() if done is not None else ()), "the search index is built anew from the catalogue"]
    if damaged:
        lines.append(f"{damaged} damaged thumbnails were deleted; to make them again: clipdesk index")
    if done is None:
        return lines, RepairedEvent(False, folders)
    copy_of = datetime.fromtimestamp(done.backup.stat().st_mtime) if done.backup is not None else None
    return lines, RepairedEvent(True, folders, done.tags_lost, copy_of)


def drop_damaged_thumbnails(thumbnails: Path) -> int:
    """Delete the thumbnails that are not as they were written; returns how many. Reads them all."""
    from clipdesk.core.marked_jpeg import is_whole

    dropped = 0
    for file in thumbnails.glob("*/*.jpg"):
        with suppress(OSError):
            if not is_whole(file.read_bytes()):
                file.unlink()
                dropped += 1
    return dropped
