"""Brings a library with a damaged or lost catalogue back: from its newest copy, or with what can still be read.

Only repairs need this module; nothing that opens a library imports it.
"""

import logging
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Table

from clipdesk.catalog import health, schema, versions
from clipdesk.catalog.database import Database
from clipdesk.catalog.library import CATALOG_FILE, open_library
from clipdesk.catalog.lock import WriterLock
from clipdesk.core.errors import LibraryDamagedError, LibraryError

_log = logging.getLogger(__name__)
_SHOWN = 4
"""Problems that are listed; the others are counted."""
_SIDE_FILES = ("-wal", "-journal")


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was done: where the damaged file lies now, which copy took its place (None: what could be read)."""

    aside: Path | None
    backup: Path | None
    files: int
    """Photo files that the catalogue knows now."""
    incomplete: tuple[str, ...] = ()
    """Tables that were not read to their end; only without a backup."""

    def lines(self) -> list[str]:
        """What happened, for people."""
        told = [f"The damaged catalogue is kept as {self.aside}"] if self.aside else []
        if self.backup is not None:
            lost = "what changed since then is lost (new folders, tags)"
            told.append(f"Its copy of {versions.time_of(self.backup)} is in use: {lost}")
        else:
            lost = f"; incomplete: {', '.join(self.incomplete)}" if self.incomplete else ""
            told.append(f"What could be read was saved: {self.files} files{lost}")
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
        if not file.exists() or not _is_sound(file):
            rescue = _replace(folder, file)
    finally:
        lock.release()
    with open_library(folder, write=True) as library:
        if health.check(library.catalog):
            health.repair(library.catalog)
    return rescue


def _is_sound(file: Path) -> bool:
    """Whether SQLite finds nothing wrong and there are tables."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchall()
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            return found == [("ok",)] and tables > 0
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR")):
            told = f"The catalogue {file} cannot be opened"
            raise LibraryError(told, "Check its permissions, its disk, and that no other program uses it") from error
        return False
    except sqlite3.DatabaseError:
        return False


def _replace(folder: Path, file: Path) -> Rescue:
    part = folder / f"{CATALOG_FILE}.new"
    part.unlink(missing_ok=True)
    backup = _restore(folder, part)
    incomplete: tuple[str, ...] = ()
    if backup is None:
        incomplete = _salvage(file, part)
    with closing(sqlite3.connect(part)) as connection:
        files = int(connection.execute("SELECT count(*) FROM files").fetchone()[0])
    aside = _set_aside(file)
    part.replace(file)
    # Ids of the lost catalogue may name other photos from now on.
    shutil.rmtree(folder / "index", ignore_errors=True)
    _log.info("the catalogue was replaced (%s)", "copy" if backup else "salvaged")
    return Rescue(aside, backup, files, incomplete)


def _restore(folder: Path, part: Path) -> Path | None:
    """Copy the newest sound backup; None when there is none."""
    for backup in reversed(versions.backups(folder)):
        shutil.copyfile(backup, part)
        if _is_sound(part):
            return backup
        part.unlink()
    return None


def _set_aside(file: Path) -> Path | None:
    aside = file.with_name(f"catalog.damaged-{datetime.now():%Y%m%d-%H%M%S}.sqlite")
    for ending in _SIDE_FILES:
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).replace(aside.with_name(aside.name + ending))
    file.with_name(f"{file.name}-shm").unlink(missing_ok=True)
    if not file.exists() or file.stat().st_size == 0:
        file.unlink(missing_ok=True)
        return None
    file.replace(aside)
    return aside


# ---- saving what can be read ----


def _salvage(damaged: Path, part: Path) -> tuple[str, ...]:
    """Make a new catalogue of every row that can be read; returns the tables that are not complete."""
    database = Database(part, write=True)
    try:
        versions.create(database)
    finally:
        database.close()
    incomplete: list[str] = []
    with closing(sqlite3.connect(part, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute("BEGIN")
        for table in schema.metadata.sorted_tables:
            if table is not schema.alembic_version and damaged.exists() and not _copy(damaged, target, table):
                incomplete.append(table.name)
        _drop_dangling(target)
        target.execute("COMMIT")
    return tuple(incomplete)


def _copy(damaged: Path, target: sqlite3.Connection, table: Table) -> bool:
    names = [column.name for column in table.columns]
    marks = ", ".join("?" * len(names))
    # Columns of a catalogue that was salvaged are those of this version: an older one has been migrated when opened.
    statement = f"INSERT OR REPLACE INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
    has_rowid = bool(table.dialect_options["sqlite"]["with_rowid"])
    reader = _Reader(damaged, table.name, names, "rowid" if has_rowid else "")
    for row in reader.rows():
        with suppress(sqlite3.IntegrityError):
            target.execute(statement, row)
    return reader.complete


class _Reader:
    """Reads a table from its start to the first damage, then from its end back to the last."""

    def __init__(self, file: Path, table: str, names: list[str], key: str) -> None:
        self._file, self._key = file, key
        self._select = f"SELECT {', '.join(names)} FROM {table} NOT INDEXED"
        self.complete = False

    def rows(self) -> Generator[tuple[object, ...]]:
        """Yield rows, perhaps some of them twice; `complete` tells afterwards whether there was no damage."""
        yield from self._until_damage(self._select + (f" ORDER BY {self._key}" if self._key else ""))
        if not self.complete and self._key:
            yield from self._until_damage(f"{self._select} ORDER BY {self._key} DESC")
            self.complete = False

    def _until_damage(self, select: str) -> Generator[tuple[object, ...]]:
        try:
            with closing(sqlite3.connect(self._file)) as source:
                source.text_factory = _text
                yield from source.execute(select)
            self.complete = True
        except sqlite3.DatabaseError as error:
            _log.info("a table ends early: %s", error.sqlite_errorname)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _drop_dangling(target: sqlite3.Connection) -> None:
    """Forget the rows whose parents were lost, parents first."""
    for table in schema.metadata.sorted_tables:
        for key in table.foreign_keys:
            column, parent = key.parent.name, key.column.table.name
            condition = f"{column} IS NOT NULL AND {column} NOT IN (SELECT {key.column.name} FROM {parent})"
            if key.ondelete == "SET NULL":
                target.execute(f"UPDATE {table.name} SET {column} = NULL WHERE {condition}")
            else:
                target.execute(f"DELETE FROM {table.name} WHERE {condition}")
