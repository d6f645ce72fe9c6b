"""How a process that writes to a library is asked to end: Ctrl-C, SIGTERM, the end of its terminal.

All are ordinary ways to end: the batch at hand is committed and everything closed. Only the first one counts; while the
process does what was asked, more of the same are ignored, since they could only break it off in the middle.
"""

import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
SIGNALS = tuple(signal.Signals[name] for name in _NAMES if name in signal.Signals.__members__)


@dataclass(slots=True)
class Ending:
    """The signal that asked for the end, None as long as none did; `deaf` while more of them are ignored."""

    by: signal.Signals | None = None
    deaf: bool = False

    @property
    def exit_code(self) -> int:
        """128 and the signal's number, as shells have it; 0 without one."""
        return 128 + self.by if self.by is not None else 0

    def listen(self, action: Callable[[], None]) -> Callable[[int, FrameType | None], None]:
        """Return a handler that does `action` for the first signal."""

        # It stays in place: Python complains when a handler switches off signals that have come already.
        def handle(number: int, _: FrameType | None) -> None:
            if not self.deaf:
                self.by, self.deaf = signal.Signals(number), True
                action()

        return handle


@contextmanager
def one_interrupt() -> Generator[Ending]:
    """Raise KeyboardInterrupt in the main thread at the first signal, and ignore all signals from then on, for good.

    Does nothing in other threads, which signals never reach.
    """
    ending = Ending()

    def interrupt() -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield ending
        return
    handler = ending.listen(interrupt)
    # What the parent has switched off (nohup, a shell's background) stays so.
    before = {one: signal.signal(one, handler) for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN}
    try:
        yield ending
    finally:
        # After the end was asked for there is nothing left to break off but the end itself.
        if ending.by is None:
            for one, action in before.items():
                signal.signal(one, action)


def end_when_asked() -> None:
    """Leave the main thread by SystemExit at the first SIGTERM or SIGHUP; Ctrl-C is for the parent to decide."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ending = Ending()

    def end() -> None:
        raise SystemExit(ending.exit_code)

    for one in SIGNALS:
        if one is not signal.SIGINT:
            signal.signal(one, ending.listen(end))
