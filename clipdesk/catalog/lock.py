"""One writer per library: a lock file that a dead process can't keep, and a note of who holds it."""

import errno
import logging
from pathlib import Path

from clipdesk.catalog.claim import Claim, noted
from clipdesk.catalog.filesystems import is_network
from clipdesk.core.errors import LibraryBusyError, LibraryError, LibraryReadOnlyError

_log = logging.getLogger(__name__)
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS)


class WriterLock:
    """The right to write to a library.

    The operating system drops the lock of a process that died. On network drives, where it may not reach other
    computers or not be there at all, a note that is renewed all the time does the same between them (see `claim`).
    """

    def __init__(self, library: Path) -> None:
        """Take the lock. Raises `LibraryBusyError`, saying who has it, or `LibraryError` when no lock can be made."""
        # Only writers need it, and a cold search counts every import.
        from filelock import FileLock, Timeout

        self._library = library
        self._lock = FileLock(library / "writer.lock", thread_local=False)
        self.shared = is_network(library)
        """Whether other computers may reach the library."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise LibraryBusyError(
                f"The library {library} is in use by {holder(library) or 'another clipdesk'}",
                "Close it there or wait until it is done; searching works meanwhile",
            ) from None
        except OSError as error:
            if not (self.shared and error.errno in _NO_LOCKS):
                told = f"The library {library} cannot be written to ({error.strerror or error})"
                hint = "Check its permissions and its disk, or choose another folder with --library"
                refused = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
                raise (LibraryReadOnlyError if refused else LibraryError)(told, hint) from error
            _log.info("this drive has no locks; the note of the writer must do")
        try:
            self._claim = Claim(library, shared=self.shared)
        except BaseException:
            self._lock.release()
            raise

    def require(self) -> None:
        """Raise LibraryBusyError when another computer has taken the library over."""
        self._claim.require()

    def release(self) -> None:
        """Give the lock back."""
        self._claim.release()
        self._lock.release()


def holder(library: Path) -> str | None:
    """Return who noted themselves as the writer of a library, in words; None when nobody did."""
    found = noted(library)
    return found.words() if found is not None else None
