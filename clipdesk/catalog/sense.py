"""Whether rows are such as clipdesk writes them, which SQLite's own check cannot tell.

SQLite keeps no checksums: bits that flip inside a value leave a file that is sound to it. Much of what is stored can be
told from nonsense all the same: vectors have length one, hashes are hexadecimal, names are there twice (as they are and
folded), texts are UTF-8, dates are dates.
"""

import math
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import JSON, Column, Float, Integer, LargeBinary, Table

from clipdesk.catalog import schema
from clipdesk.catalog.names import fold
from clipdesk.core.entities import FileState, FolderState
from clipdesk.core.plain_data import parse_json

Row = Sequence[Any]
Values = Mapping[str, Any]
_STATES = {
    "files": frozenset(state.value for state in FileState),
    "folders": frozenset(state.value for state in FolderState),
    "tags": frozenset(("accepted", "rejected", "suggested")),
}
_TIMES = frozenset(("sort_at", "taken_at", "orphaned_at", "last_scan"))
_HASH_DIGITS = 32
_LENGTH_OFF = 0.1


class Sense:
    """Tells rows of one table that make sense; `columns` are those that a row has, in its order."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self._table, self._columns = table.name, tuple(columns)
        self._checks = [_check_of(table.columns[name]) for name in columns]

    def makes(self, row: Row) -> bool:
        """Whether this row makes sense. Its texts are `bytes` where they are not UTF-8 (see `text`)."""
        try:
            if not all(check(value) for check, value in zip(self._checks, row, strict=True)):
                return False
            return _makes_sense(self._table, dict(zip(self._columns, row, strict=True)))
        except (ValueError, TypeError, KeyError, OverflowError):
            return False


def text(data: bytes) -> str | bytes:
    """A text of the file, for `sqlite3`'s `text_factory`: as it is when it is not UTF-8, instead of an error."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def nonsense(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the rows that make no sense, by table; tables without any are left out. Raises `sqlite3.Error`."""
    found: dict[str, int] = {}
    before = connection.text_factory
    connection.text_factory = text
    try:
        for table in schema.metadata.sorted_tables:
            names = ", ".join(table.columns.keys())
            sense = Sense(table, table.columns.keys())
            rows = connection.execute(f"SELECT {names} FROM {table.name} NOT INDEXED")
            count = sum(not sense.makes(row) for row in rows)
            if count:
                found[table.name] = count
    finally:
        connection.text_factory = before
    return found


def _check_of(column: Column[Any]) -> Callable[[Any], bool]:
    kind = column.type
    if isinstance(kind, Integer):
        check = _is_integer
    elif isinstance(kind, Float):
        check = _is_number
    elif isinstance(kind, LargeBinary):
        check = _is_bytes
    elif isinstance(kind, JSON):
        check = _is_json
    elif column.name in _TIMES:
        check = _is_time
    else:
        check = _is_text
    if column.nullable:
        return lambda value: value is None or check(value)
    return check


def _is_integer(value: Any) -> bool:
    return type(value) is int


def _is_number(value: Any) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _is_bytes(value: Any) -> bool:
    return type(value) is bytes


def _is_text(value: Any) -> bool:
    return type(value) is str and "\0" not in value


def _is_json(value: Any) -> bool:
    parse_json(value)
    return type(value) is str


def _is_time(value: Any) -> bool:
    datetime.fromisoformat(value)
    return True


def _makes_sense(table: str, row: Values) -> bool:
    """What several columns, or one of a certain table, must be."""
    states = _STATES.get(table)
    if states is not None and row["state"] not in states:
        return False
    match table:
        case "files":
            return _is_folded(row["name"], row["stem"] + row["suffix"])
        case "tags":
            return _is_folded(row["tag"], row["folded"])
        case "keywords":
            return _is_folded(row["keyword"], row["folded"])
        case "photos":
            digits = row["content_hash"]
            return len(digits) == _HASH_DIGITS and not set(digits) - set("0123456789abcdef") and _is_dated(row)
        case "embeddings":
            return _is_unit(row["vector"])
        case "alembic_version":
            return int(row["version_num"]) > 0
        case _:
            return True


def _is_folded(name: str, folded: str) -> bool:
    # How other letters are folded may change with the version of Unicode.
    return fold(name) == folded or not (name.isascii() and folded.isascii())


def _is_dated(photo: Values) -> bool:
    return photo["live"] in (0, 1) and photo["taken_at"] in (None, photo["sort_at"])


def _is_unit(vector: bytes) -> bool:
    numbers = np.frombuffer(vector, "<f2").astype(np.float32)
    if not np.isfinite(numbers).all():
        return False
    return abs(float(numbers @ numbers) - 1.0) < _LENGTH_OFF
