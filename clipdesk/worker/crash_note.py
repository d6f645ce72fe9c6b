"""Tells a process that crashed from one that was killed: only a crash says something about the files in flight.

A power cut, a killed process or the end of the session may come in the middle of any file. What a crash in native code
leaves is a few lines that Python's faulthandler writes in its last moment.
"""

import faulthandler
import logging
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_log = logging.getLogger(__name__)
_FILE = "crash.txt"


class CrashNote:
    """Lets this process leave a note in the library's folder should it crash. For its writer, until `close`."""

    def __init__(self, library: Path) -> None:
        self._path = library / _FILE
        self._file: BinaryIO | None = None
        if faulthandler.is_enabled():  # by the user, or a test: theirs are told elsewhere
            return
        try:
            self._file = self._path.open("ab")
        except OSError as error:
            _log.info("a crash could not be noted (%s)", type(error).__name__)
            return
        faulthandler.enable(self._file)

    def close(self) -> None:
        """Leave none: the process ends well."""
        if self._file is None:
            return
        faulthandler.disable()
        self._file.close()
        self._file = None
        with suppress(OSError):
            if not self._path.stat().st_size:
                self._path.unlink()


def crashed(library: Path) -> bool:
    """Whether a process left a note since `forget`."""
    try:
        return (library / _FILE).stat().st_size > 0
    except OSError:
        return False


def forget(library: Path) -> None:
    """Empty the note; a process that may still write one keeps it open."""
    with suppress(OSError), (library / _FILE).open("r+b") as file:
        file.truncate(0)
