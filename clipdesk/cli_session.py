"""What every command of the command line shares: the options, the service, the log and how errors are told."""

import itertools
import logging
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clipdesk.cli_output import message, printable
from clipdesk.core.errors import QuerySyntaxError, UserError
from clipdesk.core.paths import default_library, log_folder

if TYPE_CHECKING:
    from clipdesk.core.messages import Event, IndexRequest, Reply
    from clipdesk.core.settings import Settings
    from clipdesk.worker.service import Service

_log = logging.getLogger(__name__)
_ids = itertools.count(1)
_WAIT_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Options:
    """The options before the command."""

    library: Path | None = None
    model: str | None = None

    @property
    def library_folder(self) -> Path:
        """The library that was named, or the user's own."""
        return self.library or default_library()

    def settings(self) -> "Settings":
        """The user's settings, with the model of this command."""
        from clipdesk.core import settings

        loaded = settings.load()
        return loaded.model_copy(update={"model": self.model}) if self.model else loaded


def next_id() -> int:
    """The id of the next request."""
    return next(_ids)


@contextmanager
def open_service(
    options: Options,
    *,
    write: bool = False,
    create: bool = False,
    emit: "Callable[[Reply | Event], None] | None" = None,
) -> "Generator[Service]":
    """The service over the library of `options`, closed at the end."""
    from clipdesk.worker.service import Service

    service = Service(
        options.library_folder, options.settings(), write=write, create=create, emit=emit or _tell_nothing
    )
    try:
        yield service
    finally:
        service.close()


def _tell_nothing(_: "Reply | Event") -> None:
    """Commands that wait for one reply need no events."""


def call_until_interrupted(service: "Service", request: "IndexRequest") -> "Reply":
    """Wait for the reply; Ctrl-C cancels the request, whose reply then tells what was done before.

    Waits in short steps, since Windows hands Ctrl-C over only between them.
    """
    from clipdesk.core.messages import CancelRequest

    with ThreadPoolExecutor(1, thread_name_prefix="request") as pool:
        future = pool.submit(service.call, request)
        while True:
            try:
                return future.result(_WAIT_SECONDS)
            except TimeoutError:
                if future.done():
                    return future.result()
            except KeyboardInterrupt:
                message("stopping after the current batch ...")
                service.call(CancelRequest(next_id(), request.id))


# ---- log and errors ----


def log_file() -> Path:
    """Where the command line keeps its log."""
    return log_folder() / "clipdesk.log"


def start_log() -> None:
    """Keep warnings and errors in the log file; a log that cannot be written is not worth failing for."""
    from logging.handlers import RotatingFileHandler

    try:
        log_folder().mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            log_file(), maxBytes=1_000_000, backupCount=3, encoding="utf-8", errors="backslashreplace", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("clipdesk")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addHandler(handler)
    logging.getLogger("py.warnings").propagate = False


def tell_user_error(error: UserError) -> int:
    """One line for an error that the user can mend, with a caret line for a query; gives the exit code."""
    if isinstance(error, QuerySyntaxError):
        from clipdesk.core.query import caret_line

        message(f"clipdesk: {error}")
        print(caret_line(error), file=sys.stderr)
    else:
        message(f"clipdesk: {error}")
    return error.exit_code


def tell_bug(error: BaseException) -> int:
    """One line for an error that is clipdesk's own; the details go to the log."""
    _log.error("unexpected error", exc_info=error)
    reason = printable(error).strip() or "no further words"
    message(f"clipdesk: something went wrong inside clipdesk ({type(error).__name__}: {reason[:200]})")
    message(f"Details are in {log_file()}")
    return 1
