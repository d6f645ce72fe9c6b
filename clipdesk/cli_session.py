"""What every command of the command line shares: the options, the service, the log and how errors are told."""

import itertools
import logging
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT
from typing import TYPE_CHECKING

from clipdesk.cli_output import message, printable
from clipdesk.core.errors import QuerySyntaxError, UserError
from clipdesk.core.paths import default_library
from clipdesk.worker.logs import log_file

if TYPE_CHECKING:
    from clipdesk.core.messages import Event, Reply
    from clipdesk.core.settings import Settings
    from clipdesk.models.encoder import Encoder
    from clipdesk.worker.service import Service

_log = logging.getLogger(__name__)
_ids = itertools.count(1)


OpenWindow = Callable[[Path, tuple[Path, ...], str | None, Path | None, Path | None, bool], int]
"""Shows the window of a library, with photos and folders to begin with and a model instead of the set one; draws its
screenshots into a folder, or measures itself into a file; hidden, when the last is True. Gives the exit code."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options before the command, and what opens the window."""

    library: Path | None = None
    model: str | None = None
    window: OpenWindow | None = None

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
def open_for_words(options: Options) -> "Generator[Service]":
    """The service for one search with words, whose model loads in a thread while the catalogue is imported and opened.

    ONNX Runtime loads without holding the interpreter: on two cores a cold search is about a fifth of a second quicker.
    """
    settings = options.settings()

    def load() -> "Encoder":
        from clipdesk.worker import encoders

        encoder = encoders.load(settings)
        encoder.encode_texts(["a photo"])
        return encoder

    with ThreadPoolExecutor(1, thread_name_prefix="model") as pool:
        loading = pool.submit(load)
        from clipdesk.worker.resources import Hooks
        from clipdesk.worker.service import Service

        hooks = Hooks(load_encoder=lambda _: loading.result())
        service = Service(options.library_folder, settings, write=False, emit=_tell_nothing, hooks=hooks)
        try:
            _tell_note(service)
            yield service
        finally:
            service.close()


@contextmanager
def open_service(
    options: Options,
    *,
    write: bool = False,
    create: bool = False,
    emit: "Callable[[Reply | Event], None] | None" = None,
) -> "Generator[Service]":
    """The service over the library of `options`, closed at the end.

    One that writes ends in good order, however it is asked to: then with SystemExit when that was not by Ctrl-C.
    """
    from clipdesk.worker.endings import one_interrupt
    from clipdesk.worker.service import Service

    with one_interrupt() if write else nullcontext() as ending:
        try:
            service = Service(
                options.library_folder, options.settings(), write=write, create=create, emit=emit or _tell_nothing
            )
            try:
                _tell_note(service)
                yield service
            finally:
                if ending is not None:
                    ending.deaf = True  # closing takes a moment, and must not be broken off
                service.close()
        finally:
            if ending is not None and ending.by not in (None, SIGINT):
                sys.exit(ending.exit_code)


def _tell_note(service: "Service") -> None:
    """What the user must know of a library that is only a copy, or has lost its last changes."""
    if note := service.resources.library.note:
        message(note)


def _tell_nothing(_: "Reply | Event") -> None:
    """Commands that wait for one reply need no events."""


# ---- errors ----


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
