"""The worker's log: a rotating file per user. File names and queries are logged at DEBUG only."""

import logging
import sys
from pathlib import Path

from clipdesk.core.paths import log_folder


def log_file() -> Path:
    """Where this process keeps its log: two processes cannot rotate one file, so the worker has its own."""
    # A process that has no multiprocessing loaded was not started by it; loading it costs a cold search 20 ms.
    if "multiprocessing.process" not in sys.modules:
        return log_folder() / "clipdesk.log"
    from multiprocessing import parent_process

    return log_folder() / ("clipdesk.log" if parent_process() is None else "worker.log")


def start(level: int = logging.INFO) -> None:
    """Log to the worker's file; a log that cannot be written is not worth failing for."""
    from logging.handlers import RotatingFileHandler

    try:
        log_folder().mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            log_file(),
            maxBytes=1_000_000,
            backupCount=3,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("clipdesk")
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
    logging.captureWarnings(True)
