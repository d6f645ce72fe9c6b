"""Entry points: the window or the command line. The only place that wires the two to each other."""

import gc
import os
import signal
import sys

_COLLECT_EVERY = 50_000
_INTERRUPTED = 130
_DECODER = "pebble_pool_worker"


def main() -> None:
    """The console command `clipdesk`."""
    _run(None)


def app() -> None:
    """The windowed command `clipdesk-app`."""
    _run(["app"])


def _run(arguments: list[str] | None) -> None:
    _start_quickly()
    try:
        from clipdesk.cli import run

        run(arguments)
    except KeyboardInterrupt:  # before or after the command itself
        sys.exit(_INTERRUPTED)


def _start_quickly() -> None:
    """What must come before any other import."""
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()
    # Looking for plugins of pydantic, of which there are none, reads a file of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Importing allocates hundreds of thousands of objects that stay; looking through them again and again for garbage
    # takes a fifth of a cold search. Seldom is often enough for the long commands too.
    gc.set_threshold(_COLLECT_EVERY, 20, 20)


def _settle_child() -> None:
    """A child process begins by importing the main module: here it can be kept quiet before anything else."""
    from multiprocessing import current_process

    # Ctrl-C reaches every process of a console, and is for the parent to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if current_process().name == _DECODER:
        # Those that are ended while they start would complain on the terminal.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


if "multiprocessing.spawn" in sys.modules and sys.modules["multiprocessing.process"].parent_process() is not None:
    _settle_child()

if __name__ == "__main__":
    main()
