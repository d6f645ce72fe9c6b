"""Time that passes while the computer is awake, whatever is done to the clock on the wall."""

import sys
import time
from types import SimpleNamespace

if sys.platform == "win32":

    def awake_seconds() -> float:
        """Seconds that this computer has been awake for, from some moment on; sleep counts in `monotonic` there."""
        import ctypes

        ticks = ctypes.c_ulonglong()
        ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(ticks))
        return ticks.value / 1e7

else:

    def awake_seconds() -> float:
        """Seconds that this computer has been awake for, from some moment on."""
        return time.monotonic()


def give_pebble_a_steady_clock() -> None:
    """Let pebble's time limits count such seconds.

    It counts by the clock on the wall: after a sleep, or when that clock is put forward, every task at hand would have
    run out of time, and good photos would be listed as taking too long.
    """
    from pebble.pool import process

    setattr(process, "time", SimpleNamespace(time=awake_seconds, sleep=time.sleep))  # noqa: B010 - not in its interface
