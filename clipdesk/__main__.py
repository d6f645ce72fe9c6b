"""Entry points: the window or the command line. The only place that wires the two to each other."""

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_COLLECT_EVERY = 200_000
_INTERRUPTED = 130


def main() -> None:
    """The console command `clipdesk`."""
    _run(None)


def app() -> None:
    """The windowed command `clipdesk-app [PHOTO|FOLDER ...]`; with the words of `clipdesk` it does what that does."""
    words = sys.argv[1:]
    _run(words if words and (words[0] == "app" or words[0].startswith("-")) else ["app", *words])


def _run(arguments: list[str] | None) -> None:
    _start_quickly()
    try:
        from clipdesk.cli import run

        run(arguments, _open_window)
    except KeyboardInterrupt:  # before or after the command itself
        sys.exit(_INTERRUPTED)


def _open_window(
    library: "Path",
    paths: "tuple[Path, ...]",
    model: str | None,
    screenshots: "Path | None",
    measure: "Path | None",
    hidden: bool,
) -> int:
    """Show the window over a worker process; returns the exit code."""
    # In this order: once PySide6 is there, it reads the source of every module that is imported.
    from clipdesk.worker import logs  # isort: skip
    from clipdesk.worker.supervisor import WorkerSupervisor  # isort: skip
    from clipdesk.ui.application import WindowOptions, run  # isort: skip

    logs.keep_off_terminal()
    return run(WindowOptions(library, paths, model, screenshots, hidden, measure), WorkerSupervisor)


def _start_quickly() -> None:
    """What must come before any other import."""
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()
    # Looking for plugins of pydantic, of which there are none, reads a file of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Importing allocates hundreds of thousands of objects that stay; looking through them again and again for garbage
    # takes a good part of a cold search. Seldom is often enough for the long commands too.
    gc.set_threshold(_COLLECT_EVERY, 20, 20)


if __name__ == "__main__":
    main()
