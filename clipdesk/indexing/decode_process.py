"""What a decoder process does with itself before its first photo: low priority, limits, and an end with its parent."""

import math
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from clipdesk.indexing.limits import ADDRESS_SPACE_BYTES

_NICENESS = 10


class Hush:
    """Keeps a decoder quiet from the moment on that this is unpickled: put it before what is slow to import.

    A decoder that is ended while it starts would tell so on the terminal; and Windows' Ctrl-C reaches every process.
    """

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return _hush, ()


def _hush() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _silence()


def begin(_: object, start: Callable[..., None], *arguments: object) -> None:
    """In the child: `start` with `arguments`, all of which are unpickled after a `Hush`."""
    start(*arguments)


def settle() -> None:
    """Prepare this process for decoding; called once, in the child."""
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    lower_priority()
    _limit_address_space()
    _leave_no_core()


def limit_time(seconds: float) -> None:
    """Have the system end this process once it has computed for `seconds` from now, where it has RLIMIT_CPU.

    Whoever waits for it ends it sooner, but may have been stopped itself.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    limit = math.ceil(used.ru_utime + used.ru_stime + seconds)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _silence() -> None:
    """C libraries print remarks about damaged files straight to the terminal; they are not for the user."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


def lower_priority() -> None:
    """Give way to whatever the user is doing (nice 10, or Windows' "below normal")."""
    with suppress(OSError, AttributeError):
        if sys.platform == "win32":
            import psutil

            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            os.nice(max(0, _NICENESS - os.nice(0)))


def _limit_address_space() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    if sys.platform != "linux":  # elsewhere the limit is not enforced, or what counts cannot be known
        return
    with suppress(OSError, ValueError):
        in_use = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        limit = in_use + ADDRESS_SPACE_BYTES
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _leave_no_core() -> None:
    """What a crash leaves on the disk would hold the photo."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _end_with_parent() -> None:
    """Wait for the parent to end, however it does (kill -9 too), and end as well."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
