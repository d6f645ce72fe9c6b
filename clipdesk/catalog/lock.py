"""One writer per library: a lock file that a dead process can't keep, and a note of who holds it."""

import errno
import json
import logging
import os
import platform
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from clipdesk.core.errors import LibraryBusyError, LibraryError, LibraryReadOnlyError

_log = logging.getLogger(__name__)


class WriterLock:
    """The right to write to a library.

    The operating system drops the lock of a process that died. Where the file system has no such locks, filelock falls
    back to a marker with the process id, and removes the one of a process that is gone.
    """

    def __init__(self, library: Path) -> None:
        """Take the lock. Raises `LibraryBusyError`, saying who has it, or `LibraryError` when no lock can be made."""
        # Only writers need it, and a cold search counts every import.
        from filelock import FileLock, Timeout

        self._library = library
        self._note = library / "writer.json"
        self._lock = FileLock(library / "writer.lock", thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise LibraryBusyError(
                f"The library {library} is in use by {holder(library) or 'another clipdesk'}",
                "Close it there or wait until it is done; searching works meanwhile",
            ) from None
        except OSError as error:
            told = f"The library {library} cannot be written to ({error.strerror or error})"
            hint = "Check its permissions and its disk, or choose another folder with --library"
            refused = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
            raise (LibraryReadOnlyError if refused else LibraryError)(told, hint) from error
        note = {"pid": os.getpid(), "host": platform.node(), "since": datetime.now().isoformat(timespec="seconds")}
        with suppress(OSError):
            self._note.write_text(json.dumps(note), encoding="utf-8")

    def release(self) -> None:
        """Give the lock back."""
        with suppress(OSError):
            self._note.unlink(missing_ok=True)
        self._lock.release()


def holder(library: Path) -> str | None:
    """Return who noted themselves as the writer of a library, in words; None when nobody did."""
    try:
        note = json.loads((library / "writer.json").read_text(encoding="utf-8"))
        return f"another clipdesk (process {note['pid']} on {note['host']}, since {note['since'].replace('T', ' ')})"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
