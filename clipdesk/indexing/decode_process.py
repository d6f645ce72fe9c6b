"""What a decoder process does with itself before its first photo: low priority, limits, and an end with its parent."""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

from clipdesk.indexing.limits import ADDRESS_SPACE_BYTES

_NICENESS = 10


def settle() -> None:
    """Prepare this process for decoding; called once, in the child."""
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    lower_priority()
    _silence()
    _limit_address_space()


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


def _end_with_parent() -> None:
    """Wait for the parent to end, however it does (kill -9 too), and end as well."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
