"""Kills the process that it is sent to, at one of its steps: the n-th thing that it does to a database or to a file.

A step is an SQL statement that is about to run, or a file that is about to be made, renamed or deleted. Whoever is told
the same number dies at the same place, so that a failure can be looked into. How far a process came, and what it was
about to do, is in its ledger: a small mapped file, which outlives it.
"""

import itertools
import mmap
import os
import signal
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipdesk.core.settings import Settings
from clipdesk.models.encoder import Encoder
from clipdesk.search import photo_vectors
from clipdesk.worker import encoders

_SIZE = 4096
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink")
_INDEX_FILES_FROM = 8


@dataclass(frozen=True)
class DeadlyStep:
    """Loads the encoder as ever; but the process that unpickles this dies at its step `number`, or never (0).

    That process also keeps index files for a library of a few photos, as others do for many thousands.
    """

    ledger: Path
    number: int = 0

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        photo_vectors.FILES_FROM = _INDEX_FILES_FROM
        _arm(self.ledger, self.number)

    def __call__(self, settings: Settings) -> Encoder:
        return encoders.load(settings)


def steps_of(ledger: Path) -> tuple[int, str]:
    """How many steps a process has come to, and what the last one was."""
    if not ledger.exists():
        return 0, "nothing"
    number, _, what = ledger.read_bytes().partition(b"\0")[0].decode(errors="replace").partition(" ")
    return int(number or 0), what


def kill(pid: int) -> None:
    """As `kill -9` does."""
    os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def _arm(ledger: Path, deadly: int) -> None:
    ledger.write_bytes(bytes(_SIZE))
    with ledger.open("r+b") as file:
        notes = mmap.mmap(file.fileno(), _SIZE)
    numbers = itertools.count(1)

    def step(what: str) -> None:
        number = next(numbers)
        line = f"{number} {what}".encode(errors="replace")[: _SIZE - 1]
        notes[: len(line) + 1] = line + b"\0"
        if number == deadly:
            kill(os.getpid())

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES or (event == "open" and _writes(arguments)):
            step(f"{event} {arguments[0]}")

    connect = sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(lambda statement: step(f"sql {statement[:300]}"))
        return connection

    sqlite3.connect = traced
    sys.addaudithook(look)


def _writes(arguments: tuple[Any, ...]) -> bool:
    path, _, flags = arguments
    # What Python compiles for itself comes once, and never again.
    return isinstance(flags, int) and bool(flags & _WRITING) and "__pycache__" not in str(path)
