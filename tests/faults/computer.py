"""Runs clipdesk's command line as on a computer of its own: `python -m tests.faults.computer NAME LOCKS ARGUMENTS...`.

`... NAME LOCKS hold LIBRARY` opens a library for writing and then writes a value for every line that it is told.

What is not real: the computer's name, that the library's folder counts as a network drive, and shorter waits. LOCKS is
"passed on" where the drive hands locks on to other computers; else a folder in which this computer locks, unknown to
the others, as many drives have it.
"""

import logging
import platform
import sys
import uuid
from pathlib import Path

import filelock

from clipdesk.catalog import claim, database, library, lock
from clipdesk.core.errors import UserError

BEAT, STALE = 0.2, 2.0


def main(name: str, locks: str, arguments: list[str]) -> None:
    platform.node = lambda: name
    uuid.getnode = lambda: hash_of(name)
    claim._BEAT, claim._STALE, claim._LOOK, claim._CONFIRM = BEAT, STALE, 0.05, 3 * BEAT
    for module in (database, library, lock):
        module.is_network = lambda _: True
    if locks != "passed on":
        own, native = Path(locks), filelock.FileLock
        own.mkdir(exist_ok=True)
        filelock.FileLock = lambda file, **options: native(own / Path(file).name, **options)
    if arguments[0] == "hold":
        hold(Path(arguments[1]))
        return
    from clipdesk.cli import run

    run(arguments)


def hold(folder: Path) -> None:
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        with library.open_library(folder, write=True, create=True) as opened:
            print("has it", flush=True)
            for line in sys.stdin:
                try:
                    opened.catalog.state.set("said", line.strip())
                    print("written", flush=True)
                except UserError as error:
                    print(error, flush=True)
    except UserError as error:
        print(error, flush=True)


def hash_of(name: str) -> int:
    return sum(ord(letter) << 8 * at for at, letter in enumerate(name))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
