"""Windows that run as processes of their own, and what of them is killed."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from .deadly_steps import kill
from .stories import Desk

_SCRIPT = Path(__file__).with_name("windowed.py")
_SECONDS = 120


@dataclass
class Window:
    """A window over a desk that works through all that a user wants; see `windowed`."""

    desk: Desk
    lines: list[str] = field(default_factory=list[str])
    family: list[psutil.Process] = field(default_factory=list[psutil.Process])
    """Its worker and that one's decoders, as far as they were seen."""
    killed: bool = False

    def __post_init__(self) -> None:
        command = [sys.executable, str(_SCRIPT), str(self.desk.library), str(self.desk.photos)]
        # Into a file: a pipe would end only with the last process of the family.
        self._told = self.desk.folder / "told.txt"
        with self._told.open("wb") as told:
            self.process = subprocess.Popen(command, stdout=told, stderr=subprocess.DEVNULL)

    def live(self, moment: float | None = None, victims: str = "") -> bool:
        """Let it go on to its end, or until `victims` are killed after `moment` seconds; whether it came to the end.

        A window whose worker alone was killed goes on.
        """
        if moment is not None:
            try:
                self.process.wait(moment)
            except subprocess.TimeoutExpired:
                self._kill(victims)
        self.process.wait(_SECONDS)
        self._read()
        assert not [line for line in self.lines if line.startswith(("failed", "read only"))], self.lines
        return "done" in self.lines

    def wait_for_family(self) -> None:
        """Nobody outlives the window."""
        _, alive = psutil.wait_procs(self.family, timeout=_SECONDS)
        assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE], "they outlive their window"

    def end(self) -> None:
        """Leave nothing behind, however the test has ended."""
        for one in (*self.family, psutil.Process(self.process.pid) if self.process.poll() is None else None):
            if one is not None and one.is_running():
                one.kill()
        self.process.wait()

    def _kill(self, victims: str) -> None:
        try:
            self.family = psutil.Process(self.process.pid).children(recursive=True)
            workers = [one for one in self.family if one.ppid() == self.process.pid and _is_worker(one)]
        except psutil.NoSuchProcess:
            return  # it has come to its end
        doomed = [one.pid for one in workers] if victims != "window" else []
        if not doomed and victims == "worker":
            return
        self.killed = True
        for pid in [*doomed, *([self.process.pid] if victims != "worker" else [])]:
            kill(pid)

    def _read(self) -> None:
        for line in self._told.read_text(encoding="utf-8").splitlines():
            self.lines.append(line)
            if line.startswith("kept "):
                path, _, tag = line.removeprefix("kept ").partition("\t")
                self.desk.accepted.setdefault(Path(path), set()).add(tag)


def _is_worker(process: psutil.Process) -> bool:
    return any("spawn_main" in argument for argument in process.cmdline())
