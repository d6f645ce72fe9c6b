"""A clock on the wall that jumps, for the processes that a test starts: `clock.c`, compiled and preloaded there."""

import mmap
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

_SOURCE = Path(__file__).with_name("clock.c")
_SECONDS = struct.Struct("<q")


class WallClock:
    """How far the clock is off in every process that has `environment`."""

    def __init__(self, folder: Path) -> None:
        """Compile what is preloaded into `folder`; skips where there is no Linux or no C compiler."""
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if sys.platform != "linux" or compiler is None:
            pytest.skip("preloading a library needs Linux and a C compiler")
        library, control = folder / "clock.so", folder / "clock"
        subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, _SOURCE, "-ldl"], check=True)
        control.write_bytes(_SECONDS.pack(0))
        with control.open("r+b") as file:
            self._mapped = mmap.mmap(file.fileno(), _SECONDS.size)
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_CONTROL": str(control)}

    def set(self, days: float) -> None:
        """From now on it is off by so many days."""
        self._mapped[:] = _SECONDS.pack(round(days * 86_400))

    def close(self) -> None:
        self._mapped.close()
