"""The logs: rotating files, one for each kind of process. No names of files and no queries, see `private_log`.

With CLIPDESK_LOG=debug in the environment, a second file (`*-debug.log`) has everything, names and queries too.
"""

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clipdesk.core.paths import log_folder

if TYPE_CHECKING:
    from threading import ExceptHookArgs
    from types import TracebackType

_log = logging.getLogger(__name__)
BYTES = 1_000_000
"""Of a log file; then it is put aside, and the oldest is dropped."""
KEPT = 3
"""Older log files that are kept."""
_DEBUG = "CLIPDESK_LOG"


def log_file() -> Path:
    """Where this process keeps its log: two processes cannot rotate one file, so the worker has its own."""
    # A process that has no multiprocessing loaded was not started by it; loading it costs a cold search 20 ms.
    if "multiprocessing.process" not in sys.modules:
        return log_folder() / "clipdesk.log"
    from multiprocessing import parent_process

    return log_folder() / ("clipdesk.log" if parent_process() is None else "worker.log")


def start() -> None:
    """Log to this process's file; a log that cannot be written is not worth failing for."""
    from clipdesk.worker import private_log

    logger = logging.getLogger("clipdesk")
    for handler in [one for one in logger.handlers if one.name in (__name__, _DEBUG)]:
        logger.removeHandler(handler)
        handler.close()
    debug = os.environ.get(_DEBUG, "").lower() == "debug"
    file = log_file()
    logger.addHandler(_handler(file, private_log.PrivateFormatter(), logging.INFO, __name__))
    if debug:
        everything = logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
        logger.addHandler(_handler(file.with_stem(f"{file.stem}-debug"), everything, logging.DEBUG, _DEBUG))
    logger.setLevel(logging.DEBUG if debug else logging.INFO)
    logger.propagate = False
    private_log.log_warnings()


def _handler(file: Path, formatter: logging.Formatter, level: int, name: str) -> logging.Handler:
    from logging.handlers import RotatingFileHandler

    class Quiet(RotatingFileHandler):
        """Drops what cannot be written: the standard library would print it to the terminal, with all its words."""

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
            del record

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = Quiet(
            file, maxBytes=BYTES, backupCount=KEPT, encoding="utf-8", errors="backslashreplace", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(formatter)
    handler.setLevel(level)
    handler.name = name
    return handler


def keep_off_terminal() -> None:
    """In a process without a user at its terminal: errors that nobody catches go to the log alone.

    Where a program is started from a menu, the system keeps what it prints in a log of its own.
    """
    import threading

    sys.excepthook = _note
    threading.excepthook = _note_of_thread
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries log would be printed


def _note(kind: type[BaseException], error: BaseException, trace: "TracebackType | None") -> None:
    _log.critical("nobody caught this", exc_info=(kind, error, trace))


def _note_of_thread(told: "ExceptHookArgs") -> None:
    if told.exc_value is not None:
        _note(told.exc_type, told.exc_value, told.exc_traceback)
