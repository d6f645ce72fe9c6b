"""Connections and transactions, and everything that is special to SQLite.

Another database would need another version of this module and nothing else.
"""

import json
import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Executable,
    Select,
    String,
    Table,
    cast,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.expression import Subquery

from clipdesk.catalog.filesystems import is_network, is_writable
from clipdesk.core.errors import (
    DiskFullError,
    LibraryDamagedError,
    LibraryError,
    LibraryMissingError,
    LibraryReadOnlyError,
    UserError,
)

_log = logging.getLogger(__name__)
_BUSY_SECONDS = 30.0
_CACHE_KIB = 65_536
_NO_ROOM = ("SQLITE_IOERR", "SQLITE_CANTOPEN")
"""What SQLite says too where a disk is full: when there is no room for shared memory (32 KiB) or for a new file."""
_FULL = 2
_LEAST_FREE = 65_536
_NONSENSE = ("Could not decode to UTF-8", "no such column", "no such table")
"""What is said of damaged texts and table definitions; all others are as the schema's version has them."""


class Database:
    """One SQLite file. Thread-safe: readers have their own connections, writers take turns.

    Reading connections are opened read-only and see each commit of this and of other processes from the next
    transaction on. Raises `LibraryError` for a file that cannot be opened or is no database.
    """

    def __init__(self, file: Path, *, write: bool) -> None:
        self.file = file
        self.writable = write
        self.guard: Callable[[], None] = lambda: None
        """Called at both ends of every writing transaction; raises UserError when this process must not write now."""
        self._turn = threading.Lock()
        self._writer = _engine(lambda: _connect(file, "rwc"), "BEGIN IMMEDIATE", 1) if write else None
        if self._writer is not None:
            with _told(file), closing(self._writer.raw_connection()) as raw:
                _set_journal(raw.driver_connection, file)
        self._reader = _engine(_reading(file), "BEGIN", 8)

    @contextmanager
    def read(self) -> Generator[Connection]:
        """Open a transaction that sees one state of the catalogue throughout."""
        with _told(self.file), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool = False) -> Generator[Connection]:
        """Open the one writing transaction; committed at the end, rolled back by an exception.

        What is `durable` survives a power cut in the next moment too: for what only the user knows. It costs a few
        milliseconds; everything else is found again in the photos.
        """
        if self._writer is None:
            raise LibraryError(f"The library {self.file.parent} is open for reading only", "Open it for writing")
        with self._turn, _told(self.file), self._synchronous(self._writer) if durable else nullcontext():
            self.guard()
            with self._writer.begin() as connection:
                yield connection
                self.guard()

    @contextmanager
    def _synchronous(self, writer: Engine) -> Generator[None]:
        """Wait for the disk at each commit."""

        def set_to(level: int) -> int:
            with closing(writer.raw_connection()) as raw:
                row: Any = raw.cursor().execute("PRAGMA synchronous").fetchone()
                raw.cursor().execute(f"PRAGMA synchronous={level}")
            return int(row[0])

        before = set_to(_FULL)
        try:
            yield
        finally:
            set_to(before)

    def logged_frames(self) -> int:
        """Return how many frames of the write-ahead log SQLite could read, -1 without a log; for an open writer."""
        assert self._writer is not None
        with _told(self.file), closing(self._writer.raw_connection()) as raw:
            connection: Any = raw.driver_connection
            return int(connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1])

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file when nobody else has it open."""
        self._reader.dispose()
        if self._writer is not None:
            # Statistics for later queries; on a full or lost disk there is nothing to lose but them.
            with closing(self._writer.raw_connection()) as raw, suppress(sqlite3.OperationalError, UserError):
                self.guard()
                raw.cursor().execute("PRAGMA optimize")
            self._writer.dispose()


def ids_in(column: ColumnElement[Any] | Column[Any], values: Iterable[int] | Iterable[str]) -> ColumnElement[bool]:
    """Return "column is one of `values`" for any number of values, as one bound parameter."""
    array = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(array.c.value))


def pairs(values: Iterable[tuple[int, str]]) -> Subquery:
    """Return any number of pairs as a table with the columns `number` and `text`, to join with."""
    array = func.json_each(json.dumps(list(values))).table_valued("value")
    number, text = func.json_extract(array.c.value, "$[0]"), func.json_extract(array.c.value, "$[1]")
    return select(number.label("number"), text.label("text")).subquery()


def insert_missing(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows that break no unique rule, ignore the others."""
    if rows:
        connection.execute(insert(table).on_conflict_do_nothing(), rows)


def put(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row, or replace the values of the one with the same primary key."""
    keys = {column.name for column in table.primary_key}
    changes = {name: value for name, value in row.items() if name not in keys}
    statement = insert(table).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=sorted(keys), set_=changes))


def raw_rows(connection: Connection, statement: Executable) -> list[tuple[Any, ...]]:
    """Fetch all rows as plain tuples: several times faster than SQLAlchemy's rows where there are very many."""
    result: Any = connection.execute(statement)
    rows: list[tuple[Any, ...]] = result.cursor.fetchall()
    result.close()
    return rows


def id_set(connection: Connection, statement: Select[tuple[int]]) -> npt.NDArray[np.int64]:
    """Fetch one column of ids, ascending: as one text, a third of the time that a hundred thousand rows take."""
    ids = statement.subquery().columns[0]
    text = connection.execute(select(func.aggregate_strings(cast(ids, String), ","))).scalar_one()
    return np.sort(np.fromstring(text or "", np.int64, sep=","))


def raw_chunks(connection: Connection, statement: Executable, size: int) -> Generator[list[tuple[Any, ...]]]:
    """Fetch rows as plain tuples, `size` at a time, so that they never lie in memory all at once."""
    result: Any = connection.execute(statement)
    while rows := result.cursor.fetchmany(size):
        yield rows
    result.close()


def back_up(file: Path, target: Path) -> None:
    """Copy a database, as of one moment, while others may use it.

    Raises `UserError` when there is no space, `LibraryDamagedError` when it is damaged: then no copy is made.
    """
    part = target.with_name(target.name + ".part")
    try:
        with _told(file):
            with closing(_reading(file)()) as source, closing(sqlite3.connect(part)) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
                sound = copy.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            if sound:
                part.replace(target)
    except BaseException:
        _drop(part)
        raise
    if not sound:
        _drop(part)
        raise _damaged(file)


def _drop(part: Path) -> None:
    """Delete half a copy: it would lie there for good, on a disk that may be full."""
    for ending in ("", "-journal"):
        with suppress(OSError):
            part.with_name(part.name + ending).unlink(missing_ok=True)


def integrity_problems(connection: Connection) -> list[str]:
    """Return what SQLite itself finds wrong with the file, one line each; empty when it is sound."""
    found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
    lines = [line for text in found for line in text.splitlines() if not line.startswith("***")]
    problems = [] if found == ["ok"] else lines
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return problems + [f"row {row[1]} of {row[0]} points at a row of {row[2]} that is not there" for row in broken[:20]]


def needs_recovery(file: Path) -> bool:
    """Return whether an interrupted transaction must be rolled back by a writer before anyone can read."""
    journal = file.with_name(file.name + "-journal")
    try:
        return journal.stat().st_size > 0
    except OSError:
        return False


def _uri(file: Path, options: str) -> str:
    return f"file:{quote(str(file.absolute()).replace(chr(92), '/'))}?{options}"


def _connect(file: Path, mode: str) -> sqlite3.Connection:
    # isolation_level None: transactions begin where SQLAlchemy says so, not where Python's driver guesses.
    connection = sqlite3.connect(
        _uri(file, mode if "=" in mode else f"mode={mode}"),
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        for pragma in (
            "foreign_keys=ON",
            f"cache_size=-{_CACHE_KIB}",
            "temp_store=MEMORY",
            # Only macOS needs it: there fsync alone doesn't reach the disk.
            "checkpoint_fullfsync=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        # Reads the header, so that what is no database fails here.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _reading(file: Path) -> Callable[[], sqlite3.Connection]:
    def connect() -> sqlite3.Connection:
        try:
            connection = _connect(file, "ro")
        except sqlite3.OperationalError as error:
            # On a read-only medium the shared memory of a WAL database can't be made; nobody can write there either.
            if is_writable(file.parent) or error.sqlite_errorname == "SQLITE_BUSY":
                raise
            connection = _connect(file, "immutable=1")
        connection.execute("PRAGMA query_only=ON")
        return connection

    return connect


def _set_journal(connection: Any, file: Path) -> None:
    wanted = "DELETE" if is_network(file.parent) else "WAL"
    mode = str(connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()[0]).upper()
    # A power cut can't corrupt a WAL database at NORMAL (it may lose the last commits, which indexing makes again);
    # a rollback journal needs FULL.
    connection.execute(f"PRAGMA synchronous={'NORMAL' if mode == 'WAL' else 'FULL'}")
    _log.debug("journal mode %s", mode)


def _engine(connect: Callable[[], sqlite3.Connection], begin: str, size: int) -> Engine:
    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=size, max_overflow=-1 if size > 1 else 0
    )

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", start)
    return engine


@contextmanager
def _told(file: Path) -> Generator[None]:
    """Turn what the user can mend into a `UserError`; anything else stays a bug."""
    try:
        yield
    except UnicodeDecodeError as error:  # SQLite quotes a damaged table definition in what it says
        raise _damaged(file) from error
    except DBAPIError as error:
        told = _user_error(error.orig, file)
        if told is None:
            raise
        raise told from error
    except sqlite3.Error as error:
        told = _user_error(error, file)
        if told is None:
            raise
        raise told from error


def _user_error(error: BaseException | None, file: Path) -> UserError | None:
    name = str(getattr(error, "sqlite_errorname", ""))
    library = file.parent
    if name == "SQLITE_FULL" or (name.startswith(_NO_ROOM) and _is_full(library)):
        return DiskFullError(f"The disk of the library {library} is full", "Free some space and try again")
    if name.startswith("SQLITE_") and not _is_there(file):
        return LibraryMissingError(f"The library {library} is no longer there", "Connect its drive, or begin anew")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or str(error).startswith(_NONSENSE):
        return _damaged(file)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LibraryError(f"The catalogue {file} is kept busy by another program", "Try again in a moment")
    if name.startswith("SQLITE_READONLY"):
        return LibraryReadOnlyError(f"The catalogue {file} cannot be written to", "Check its permissions and its disk")
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM")):
        return LibraryError(f"The catalogue {file} cannot be opened", "Check that it is there and that you may use it")
    if name.startswith("SQLITE_IOERR"):
        return LibraryError(f"The disk of the catalogue {file} reports errors", "Check the disk and its connection")
    return None


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _LEAST_FREE
    except OSError:
        return False


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:
        return True


def _damaged(file: Path) -> LibraryDamagedError:
    copies = any((file.parent / "backups").glob("catalog-*.sqlite"))
    does = "brings back its newest copy" if copies else "saves what can still be read"
    return LibraryDamagedError(f"The catalogue {file} is damaged", f"Run: clipdesk doctor --repair ({does})")
