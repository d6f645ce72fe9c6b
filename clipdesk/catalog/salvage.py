"""Reads what can still be read of a damaged catalogue.

Row by row, around each damaged page: not only up to the first one. Rows that make no sense count as damaged.
"""

import logging
import shutil
import sqlite3
from collections import deque
from collections.abc import Generator
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic

from sqlalchemy import Table

from clipdesk.catalog.sense import Sense, text
from clipdesk.core.errors import loggable

_log = logging.getLogger(__name__)
_MOST_FAILURES = 40_000
"""Failed looks into one table: enough for every row of a thousand lost pages, and a few seconds."""
_PATIENCE = 1.0
"""Seconds of looking without a row to be found: what is left is hardly worth more."""
_LEAST_BYTES = 16
"""No row is smaller, with what its page needs for it: bounds keys where nothing else does."""
_HEADER_PAGES = slice(28, 32)
Row = tuple[object, ...]


class TableReader:
    """Reads the rows of one table; those in damaged pages are left out."""

    def __init__(self, file: Path, table: Table) -> None:
        self._file, self._table = file, table
        self._sensible, self._read, self._found = True, 0, 0.0
        self.columns: list[str] = []
        """What a row has: an older catalogue may lack some of the table's columns. Known with the first row."""
        self.complete = False
        """Afterwards: whether there was no damage, and every row made sense."""

    def rows(self) -> Generator[Row]:
        """Yield rows, perhaps some of them twice."""
        try:
            with closing(sqlite3.connect(self._file)) as source:
                source.text_factory = text
                source.execute("PRAGMA cell_size_check=ON")
                there = {str(row[1]) for row in source.execute(f"PRAGMA table_info({self._table.name})")}
                self.columns = [column.name for column in self._table.columns if column.name in there]
                if self.columns:
                    self._sense = Sense(self._table, self.columns)
                    yield from self._around_damage(source)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            _log.info("the table %s cannot be read: %s", self._table.name, loggable(error))

    def _around_damage(self, source: sqlite3.Connection) -> Generator[Row]:
        """Read from both ends of a range up to the damage, then halve what lies between; the largest gaps first."""
        ranges = deque([(-1, max(max(sequences(source).values(), default=0), self._most_rows()))])
        failures = 0
        self._found = monotonic()
        while ranges and failures < _MOST_FAILURES and monotonic() - self._found < _PATIENCE:
            first, last = ranges.popleft()
            low = yield from self._scan(source, first, last, "ASC")
            if low is None:
                continue
            high = yield from self._scan(source, low, last, "DESC")
            failures += 2
            if high is None or high <= low:
                continue
            middle = (low + high) // 2
            ranges += [(low, middle), (middle + 1, high)]
        self.complete = not failures and self._sensible and self._read >= self._indexed(source)

    def _scan(self, source: sqlite3.Connection, first: int, last: int, order: str) -> Generator[Row, None, int | None]:
        """Yield the rows of a range of keys; returns the key where it was stopped by damage, None at the end."""
        key = "rowid" if self._table.dialect_options["sqlite"]["with_rowid"] else self.columns[0]
        reached = first if order == "ASC" else last
        select = f"SELECT {key}, {', '.join(self.columns)} FROM {self._table.name} NOT INDEXED"
        try:
            for row in source.execute(f"{select} WHERE {key} BETWEEN ? AND ? ORDER BY {key} {order}", (first, last)):
                reached = int(row[0])
                self._read += 1
                self._found = monotonic()
                if self._sense.makes(row[1:]):
                    yield row[1:]
                else:
                    self._sensible = False
        except (sqlite3.DatabaseError, ValueError, TypeError):
            return reached
        return None

    def _indexed(self, source: sqlite3.Connection) -> int:
        """How many rows the table's indexes know: a page that has lost count of its own is read without an error."""
        counts = [0]
        for _, name, *_ in source.execute(f"PRAGMA index_list({self._table.name})").fetchall():
            with suppress(sqlite3.DatabaseError, UnicodeDecodeError):
                count = f"SELECT count(*) FROM {self._table.name} INDEXED BY {name}"
                counts.append(int(source.execute(count).fetchone()[0]))
        return max(counts)

    def _most_rows(self) -> int:
        return self._file.stat().st_size // _LEAST_BYTES


def sequences(source: sqlite3.Connection) -> dict[str, int]:
    """The highest id that each table has ever given, where that can be read."""
    try:
        return {str(name): int(value) for name, value in source.execute("SELECT name, seq FROM sqlite_sequence")}
    except (sqlite3.DatabaseError, ValueError, TypeError):
        return {}


def with_tables(damaged: Path, copy: Path | None, scratch: Path) -> Path:
    """Return a file in which SQLite finds the tables of the damaged one: itself, or with its first page from a copy.

    The tables of a catalogue begin on the same pages as those of its copies.
    """
    if copy is None or _has_tables(damaged):
        return damaged
    shutil.copyfile(damaged, scratch)
    with copy.open("rb") as stream:
        size = int.from_bytes(stream.read(18)[16:], "big")
        stream.seek(0)
        page = bytearray(stream.read(size))
    page[_HEADER_PAGES] = (damaged.stat().st_size // max(size, 1)).to_bytes(4, "big")
    with scratch.open("r+b") as stream:
        stream.write(page)
    return scratch


def _has_tables(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file)) as connection:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False
