"""How the command line shows that a model is being installed, on stderr."""

import time
from typing import TYPE_CHECKING, Any

from clipdesk.cli_output import message, on_terminal

if TYPE_CHECKING:
    from clipdesk.core.install_messages import InstallPhase

_PLAIN_SECONDS = 5.0
_TEXTS = {
    "asking": "Asking the hub for its files",
    "downloading": "Downloading",
    "converting": "Converting it for this computer",
    "checking": "Checking that it knows what it sees",
    "tuning": "Finding the quickest way to run it here",
}


class InstallDisplay:
    """A bar on a terminal, a line now and then elsewhere."""

    def __init__(self, name: str) -> None:
        import sys

        self._name = name
        self._phase: InstallPhase | None = None
        self._told = 0.0
        self._bar: Any = None
        self._terminal = on_terminal(sys.stderr)

    def show(self, phase: "InstallPhase", done: int, total: int) -> None:
        """Tell the phase once, and how far the download is."""
        if phase != self._phase:
            self._phase, self._told = phase, time.monotonic()
            self.close()
            message(f"{_TEXTS[phase]} ({self._name})")
            if phase == "downloading" and self._terminal:
                self._bar = _bar(total)
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done)
        elif total and time.monotonic() - self._told > _PLAIN_SECONDS:
            self._told = time.monotonic()
            message(f"{done / 1e6:.0f} of {total / 1e6:.0f} MB")

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _bar(total: int) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    bar = Progress(
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    bar.add_task("", total=total)
    bar.start()
    return bar
