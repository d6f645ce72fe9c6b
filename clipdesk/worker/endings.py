"""How a process that writes to a library is asked to end: Ctrl-C, SIGTERM, the end of its terminal.

All are ordinary ways to end: the batch at hand is committed and everything closed. Only the first one counts; while the
process does what was asked, more of the same are ignored, since they could only break it off in the middle.
"""

import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
SIGNALS = tuple(signal.Signals[name] for name in _NAMES if name in signal.Signals.__members__)


@dataclass(slots=True)
class Ending:
    """The signal that asked for the end; None as long as none did."""

    by: signal.Signals | None = None

    @property
    def exit_code(self) -> int:
        """128 and the signal's number, as shells have it; 0 without one."""
        return 128 + self.by if self.by is not None else 0


@contextmanager
def one_interrupt() -> Generator[Ending]:
    """Raise KeyboardInterrupt in the main thread at the first signal, and ignore all signals from then on, for good.

    Does nothing in other threads, which signals never reach.
    """
    ending = Ending()

    def first(number: int, _: FrameType | None) -> None:
        ignore_all()
        ending.by = signal.Signals(number)
        raise KeyboardInterrupt

    try:
        before = {one: signal.signal(one, first) for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN}
    except ValueError:
        yield ending
        return
    try:
        yield ending
    finally:
        # After the end was asked for there is nothing left to break off but the end itself.
        if ending.by is None:
            for one, action in before.items():
                signal.signal(one, action)


def ignore_all() -> None:
    """Ignore whatever asks to end, until `one_interrupt` is left. Does nothing in other threads."""
    with suppress(ValueError):
        for one in SIGNALS:
            signal.signal(one, signal.SIG_IGN)


def end_when_asked() -> None:
    """Leave the main thread by SystemExit at the first SIGTERM or SIGHUP; Ctrl-C is for the parent to decide."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def end(number: int, _: FrameType | None) -> None:
        ignore_all()
        raise SystemExit(128 + number)

    for one in SIGNALS:
        if one is not signal.SIGINT:
            signal.signal(one, end)
