"""What a process and its children use: memory, open files. Linux tells it in /proc; psutil elsewhere."""

import sys
import threading
from pathlib import Path
from types import TracebackType

import psutil

_LOOK = 0.05


def megabytes(pid: int) -> float:
    """Memory that this process alone keeps, without what it shares with others."""
    return psutil.Process(pid).memory_full_info().uss / 1e6


def open_files(pid: int) -> int:
    """Open files, sockets and pipes."""
    process = psutil.Process(pid)
    return process.num_handles() if sys.platform == "win32" else process.num_fds()


class Peak:
    """Follows a process while the block runs: its peak memory in `megabytes`, the processor's `seconds` it took."""

    def __init__(self, pid: int) -> None:
        self.megabytes = self.seconds = 0.0
        self._status = Path(f"/proc/{pid}/status")
        self._process = psutil.Process(pid)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._ending.wait(_LOOK):
            try:
                self.megabytes = max(self.megabytes, self._now())
                times = self._process.cpu_times()
                self.seconds = times.user + times.system
            except (OSError, psutil.Error):
                return  # it has ended

    def _now(self) -> float:
        if sys.platform == "linux":
            for line in self._status.read_text(encoding="ascii").splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1000
            return 0.0
        return self._process.memory_info().rss / 1e6
