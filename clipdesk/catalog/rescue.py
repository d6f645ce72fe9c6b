"""Brings a library with a damaged or lost catalogue back: what can still be read, the newest copy, the folders.

Only repairs need this module; nothing that opens a library imports it.
"""

import json
import logging
import shutil
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Table

from clipdesk.catalog import health, leftovers, schema, versions
from clipdesk.catalog.database import Database
from clipdesk.catalog.library import CATALOG_FILE, open_library
from clipdesk.catalog.lock import WriterLock
from clipdesk.catalog.remembered import RememberedFolder, remembered
from clipdesk.catalog.salvage import TableReader, sequences, with_tables
from clipdesk.catalog.sense import nonsense
from clipdesk.core.entities import FolderState
from clipdesk.core.errors import LibraryDamagedError, LibraryError, UserError

_log = logging.getLogger(__name__)
_SHOWN = 4
"""Problems that are listed; the others are counted."""
_SKIPPED_IDS = 100_000
_SIDE_FILES = ("-wal", "-journal")
_NOT_OPENED = ("SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR")


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was done: where the damaged file lies now, which copy gave what could not be read in it."""

    aside: Path | None
    backup: Path | None
    files: int
    """Photo files that the catalogue knows now."""
    incomplete: tuple[str, ...] = ()
    """Tables that were not read to their end."""
    tags_lost: bool = False
    """Whether tags may be missing: all others can be found again in the photos."""

    def lines(self) -> list[str]:
        """What happened, for people."""
        told = [f"The damaged catalogue is kept as {self.aside}"] if self.aside else []
        told.append(f"What could be read was saved: {self.files} files")
        if self.backup is not None:
            told.append(f"What could not be read is as it was in the copy of {versions.time_of(self.backup)}")
        if self.incomplete:
            told.append(f"Incomplete: {', '.join(self.incomplete)}{'; tags may be missing' if self.tags_lost else ''}")
        return [*told, "To bring it up to date: clipdesk index"]


def find_damage(folder: Path) -> list[str]:
    """Return what is wrong with the catalogue of a library, one line each; empty when it is sound.

    Raises `LibraryError` for what no repair can mend: busy, too new, or not accessible.
    """
    try:
        with open_library(folder, write=False) as library:
            found = health.check(library.catalog)
    except LibraryDamagedError as error:
        return [str(error)]
    more = [f"... and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return [*found[:_SHOWN], *more, "To mend this: clipdesk doctor --repair"] if found else []


def repair(folder: Path) -> Rescue | None:
    """Mend the catalogue of a library; None when nothing had to be replaced.

    A damaged file is kept beside the new one. Raises `LibraryBusyError` while another process writes.
    """
    file = folder / CATALOG_FILE
    rescue = None
    lock = WriterLock(folder)
    try:
        leftovers.clear(folder)
        _finish(file)
        if not file.exists() or not _is_sound(file):
            rescue = _replace(folder, file)
    finally:
        lock.release()
    with open_library(folder, write=True) as library:
        if health.check(library.catalog):
            health.repair(library.catalog)
        library.catalog.folders.remember()
    return rescue


def _is_sound(file: Path) -> bool:
    """Whether SQLite finds nothing wrong, and every row makes sense that is in the tables of this version."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchall()
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if found != [("ok",)] or not tables:
                return False
            version = int(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
            return version > 0 and (version != schema.SCHEMA_VERSION or not nonsense(connection))
    except sqlite3.OperationalError as error:
        if str(getattr(error, "sqlite_errorname", "")).startswith(_NOT_OPENED):
            told = f"The catalogue {file} cannot be opened"
            raise LibraryError(told, "Check its permissions, its disk, and that no other program uses it") from error
        return False
    except (sqlite3.DatabaseError, ValueError, TypeError):
        return False


def _replace(folder: Path, file: Path) -> Rescue:
    with TemporaryDirectory(dir=folder, prefix="repair-") as scratch:
        backup = _newest_sound(folder, Path(scratch))
        part = Path(scratch) / CATALOG_FILE
        incomplete, tags_lost = _salvage(file, backup[1] if backup else None, part, remembered(folder))
        with closing(sqlite3.connect(part)) as connection:
            files = int(connection.execute("SELECT count(*) FROM files").fetchone()[0])
        # Under this name it is complete: whatever happens from here on, `_finish` goes on with it.
        part.replace(_repaired(file))
    aside = _set_aside(file)
    _repaired(file).replace(file)
    # Ids of the lost catalogue may name other photos from now on.
    shutil.rmtree(folder / "index", ignore_errors=True)
    _log.info("the catalogue was replaced; not complete: %s", ", ".join(incomplete) or "nothing")
    return Rescue(aside, backup[0] if backup and incomplete else None, files, incomplete, tags_lost)


def _repaired(file: Path) -> Path:
    return file.with_name(f"{file.name}.repaired")


def _finish(file: Path) -> None:
    """Go on with a repair that was broken off when the damaged file lay aside already."""
    if file.exists():
        _repaired(file).unlink(missing_ok=True)
    elif _repaired(file).exists():
        _set_aside(file)
        _repaired(file).replace(file)


def _newest_sound(folder: Path, scratch: Path) -> tuple[Path, Path] | None:
    """The newest sound backup, and a copy of it that has the tables of this version; None when there is none."""
    for backup in reversed(versions.backups(folder)):
        copy = scratch / f"{backup.stem}.sqlite"
        shutil.copyfile(backup, copy)
        if not _is_sound(copy):
            continue
        database = Database(copy, write=True)
        try:
            with database.read() as connection:
                version = versions.version_of(connection)
            if version is not None:
                versions.upgrade(database, version)
                return backup, copy
        except UserError:
            _log.warning("a copy of the catalogue cannot be used")
        finally:
            database.close()
    return None


def _set_aside(file: Path) -> Path | None:
    """Move the damaged file and all that lies beside it: what is left of its log would end up in the next one."""
    aside = file.with_name(f"catalog.damaged-{datetime.now():%Y%m%d-%H%M%S}.sqlite")
    there = file.exists() and file.stat().st_size > 0
    if there:
        file.replace(aside)
    else:
        file.unlink(missing_ok=True)
    for ending in _SIDE_FILES:
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).replace(aside.with_name(aside.name + ending))
    file.with_name(f"{file.name}-shm").unlink(missing_ok=True)
    return aside if there else None


# ---- saving what can be read ----


def _salvage(
    damaged: Path, copy: Path | None, part: Path, known: list[RememberedFolder] | None
) -> tuple[tuple[str, ...], bool]:
    """Make a new catalogue of every row that can be read, then of a copy's rows and of the remembered folders.

    Returns the tables that were not complete in the damaged one, and whether tags may be lost.
    """
    database = Database(part, write=True)
    try:
        versions.create(database)
    finally:
        database.close()
    tables = [table for table in schema.metadata.sorted_tables if table is not schema.alembic_version]
    incomplete = {table.name for table in tables}
    highest: dict[str, int] = {}
    with closing(sqlite3.connect(part, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute("BEGIN")
        if damaged.exists():
            source = with_tables(damaged, copy, part.with_suffix(".patched"))
            highest = _highest(source, highest)
            incomplete = {table.name for table in tables if not _copy(source, target, table, "REPLACE")}
            part.with_suffix(".patched").unlink(missing_ok=True)
        if copy is not None and incomplete:
            highest = _highest(copy, highest)
            for table in tables:
                # Folders that are remembered are newer: the user may have moved or removed one since the copy.
                if table.name in incomplete and (table is not schema.folders or known is None):
                    _copy(copy, target, table, "IGNORE")
        if incomplete:
            _skip_ids(target, highest)
        if "folders" in incomplete:
            _add_folders(target, known or [])
        lost = _drop_dangling(target)
        target.execute("COMMIT")
    # A table that is younger than the catalogue is lost with nothing.
    return tuple(sorted(incomplete)), "tags" in incomplete or lost["tags"] > 0


def _copy(file: Path, target: sqlite3.Connection, table: Table, conflict: str) -> bool:
    """Copy every readable row; returns whether that is all of them."""
    reader = TableReader(file, table)
    for row in reader.rows():
        values = dict(zip(reader.columns, row, strict=True))
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        with suppress(sqlite3.IntegrityError):
            target.execute(f"INSERT OR {conflict} INTO {table.name} ({names}) VALUES ({marks})", row)
    return reader.complete


def _add_folders(target: sqlite3.Connection, known: list[RememberedFolder]) -> None:
    """Add the root folders that could not be read; what is new in them is found when they are looked through."""
    for folder in known:
        values = (folder.id, folder.path, FolderState.ONLINE.value, folder.device, json.dumps(folder.excludes))
        target.execute(
            "INSERT OR IGNORE INTO folders (id, path, state, device, excludes) VALUES (?, ?, ?, ?, ?)", values
        )


def _highest(file: Path, before: dict[str, int]) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as source:
        found = sequences(source)
    return {name: max(found.get(name, 0), before.get(name, 0)) for name in found.keys() | before.keys()}


def _skip_ids(target: sqlite3.Connection, highest: dict[str, int]) -> None:
    """Give no id again that a lost row or a copy may have: a later repair would take one photo for another."""
    here = sequences(target)
    for name in here.keys() | highest.keys():
        value = max(here.get(name, 0), highest.get(name, 0))
        target.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        target.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, value + _SKIPPED_IDS))


def _drop_dangling(target: sqlite3.Connection) -> Counter[str]:
    """Forget the rows whose parents were lost, parents first; returns how many of each table."""
    dropped: Counter[str] = Counter()
    for table in schema.metadata.sorted_tables:
        for key in table.foreign_keys:
            column, parent = key.parent.name, key.column.table.name
            condition = f"{column} IS NOT NULL AND {column} NOT IN (SELECT {key.column.name} FROM {parent})"
            if key.ondelete == "SET NULL":
                target.execute(f"UPDATE {table.name} SET {column} = NULL WHERE {condition}")
            else:
                dropped[table.name] += target.execute(f"DELETE FROM {table.name} WHERE {condition}").rowcount
    return dropped
