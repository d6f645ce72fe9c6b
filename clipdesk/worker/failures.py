"""What went wrong, as the message that the window gets."""

import errno
import logging

from clipdesk.core.errors import (
    CancelledError,
    DiskFullError,
    LibraryReadOnlyError,
    QuerySyntaxError,
    UserError,
    is_of_disk,
)
from clipdesk.core.messages import Failed

_log = logging.getLogger(__name__)
CANCELLED = "Cancelled."
_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)


def user_error(error: OSError) -> UserError | None:
    """What the user can mend; None for anything else."""
    if error.errno in _FULL:
        return DiskFullError("The disk is full", "Free some space and try again.")
    if error.errno in _REFUSED:
        return LibraryReadOnlyError("The library cannot be written to", "Check its permissions and its disk.")
    if is_of_disk(error):
        told = (error.strerror or type(error).__name__).lower()
        return UserError(f"A disk reports errors ({told})", "Check the disk of the library and its connection.")
    return None


def failed(request_id: int, error: BaseException, doing: str = "a request") -> Failed:
    """Tell `error` as the answer to a request; what is not the user's to mend goes to the log."""
    if isinstance(error, CancelledError):
        return Failed(request_id, CANCELLED)
    if isinstance(error, UserError):
        at: tuple[str | None, int | None] = (None, None)
        if isinstance(error, QuerySyntaxError):
            at = error.text, error.position
        return Failed(
            request_id,
            error.message,
            error.hint,
            exit_code=error.exit_code,
            text=at[0],
            position=at[1],
            kind=error.kind,
        )
    from clipdesk.worker.logs import log_file

    _log.error("a bug while answering %s", doing, exc_info=error)
    text = f"Something went wrong inside clipdesk ({type(error).__name__})."
    return Failed(request_id, text, f"Details are in {log_file()}", bug=True)
