"""Starting child processes out of the reach of the signals that a terminal sends to all its processes at once.

What they mean (stop, cancel, go on) is for the parent to decide; a child that is still importing its modules would die
of them with a traceback. Windows has no such masks: there the decoders themselves ignore Ctrl-C, see
`decode_process.Hush`.
"""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager

_TRACKER_WARNINGS = "ignore::UserWarning:multiprocessing.resource_tracker"


@contextmanager
def children_sheltered(*, from_all: bool = False) -> Generator[None]:
    """Children started in here never see Ctrl-C; `from_all`: nor SIGTERM nor SIGHUP, so that only SIGKILL ends them.

    Masks are inherited, by threads too: a pool whose threads are started in here shelters its later children as well.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})  # of the tracker too
    try:
        _start_tracker()
        blocked = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP} if from_all else {signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_SETMASK, before | blocked)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_tracker() -> None:
    """Start multiprocessing's helper, which lives as long as we do and unblocks Ctrl-C when it is started.

    After kill -9 of its parent it cleans up, and would complain about what it found on the terminal.
    """
    from multiprocessing import resource_tracker

    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = f"{before},{_TRACKER_WARNINGS}" if before else _TRACKER_WARNINGS
    try:
        resource_tracker.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before
