"""Errors that a user can cause or mend; everything that is not a `UserError` is a bug in clipdesk."""

import errno
import os
from typing import ClassVar, Literal, TypeGuard

FailureKind = Literal["", "damaged", "missing", "busy", "too new", "disk full", "read only", "worker died"]
"""Kinds of trouble that have a way out of their own in the window."""


_PASSING = frozenset(
    (
        *("EAGAIN", "EBUSY", "EINTR", "EMFILE", "ENFILE", "ENOMEM", "EIO", "EBADMSG", "EUCLEAN", "ENODEV", "EREMOTEIO"),
        *("ESTALE", "ETIMEDOUT", "ENOTCONN", "ENOLINK", "ENETDOWN", "ENETUNREACH", "EHOSTDOWN", "EHOSTUNREACH"),
    )
)
"""By name: not every system has them all."""


class UserError(Exception):
    """Something the user can understand and act on: shown as one line, never as a traceback.

    `message` says what happened and to which file; `hint` says what to do next. `exit_code` is the command line's.
    """

    exit_code = 1
    kind: ClassVar[FailureKind] = ""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = " ".join(message.split())
        self.hint = " ".join(hint.split())

    def __str__(self) -> str:
        if not self.hint:
            return self.message
        joint = "" if self.message.endswith((".", "!", "?")) else "."
        return f"{self.message}{joint} {self.hint}"


class QuerySyntaxError(UserError):
    """A query that cannot be read; `position` is the index in `text` of the first character that is wrong."""

    exit_code = 2

    def __init__(self, message: str, text: str, position: int, hint: str = "") -> None:
        super().__init__(message, hint)
        self.text = text
        self.position = position

    def __reduce__(self) -> tuple[type["QuerySyntaxError"], tuple[str, str, int, str]]:
        return type(self), (self.message, self.text, self.position, self.hint)


class LibraryError(UserError):
    """The library cannot be opened or used: busy, from a newer version, damaged, read-only, missing."""


class LibraryBusyError(LibraryError):
    """Another process has the library open for writing."""

    kind = "busy"


class LibraryTooNewError(LibraryError):
    """The library was written by a newer version of clipdesk."""

    kind = "too new"


class LibraryDamagedError(LibraryError):
    """The catalogue of the library is damaged or lost; `clipdesk doctor --repair` mends it."""

    kind = "damaged"


class LibraryMissingError(LibraryError):
    """There is no library, or not any more."""

    kind = "missing"


class LibraryReadOnlyError(LibraryError):
    """The library can be read but not written to."""

    kind = "read only"


class DiskFullError(UserError):
    """A disk takes no more."""

    kind = "disk full"


class DecodeError(UserError):
    """One file could not be turned into pixels; `message` is the one-line reason shown in the failed list."""


class ReadError(DecodeError):
    """The disk failed, not the file: it is read again the next time."""


class ModelError(UserError):
    """A model is unknown, missing, damaged or not usable here."""


class CancelledError(Exception):
    """The user cancelled the request; what was committed before stays."""


def loggable(error: BaseException) -> str:
    """What kind of error it is, and the system's or SQLite's own word for it: never what it says of files or words."""
    kind = type(error).__name__
    if isinstance(error, OSError):
        return os.strerror(error.errno) if isinstance(error.errno, int) else kind
    name = getattr(getattr(error, "orig", error), "sqlite_errorname", None)  # as it is, or wrapped by SQLAlchemy
    return f"{kind}, {name}" if isinstance(name, str) else kind


def is_of_disk(error: BaseException) -> TypeGuard[OSError]:
    """Whether it is the disk, its connection or the system that failed, not the file: it may work the next time."""
    return isinstance(error, OSError) and errno.errorcode.get(error.errno or 0) in _PASSING
