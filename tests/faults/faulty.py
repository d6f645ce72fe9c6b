"""Disks that fail, for the processes that a test starts: `faulty.c`, compiled here and preloaded there."""

import mmap
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

_SOURCE = Path(__file__).with_name("faulty.c")
_FIELDS = struct.Struct("<qQQQQQ")
_MILLION = 1_000_000


def compiled(folder: Path) -> Path:
    """The library to preload; skips where there is no Linux or no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("preloading a library needs Linux and a C compiler")
    library = folder / "faulty.so"
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, _SOURCE, "-ldl"], check=True)
    return library


class FaultyDisk:
    """Says what fails below `folders` in every process that has `environment`."""

    def __init__(self, library: Path, control: Path, *folders: Path) -> None:
        control.write_bytes(bytes(_FIELDS.size))
        with control.open("r+b") as file:
            self._mapped = mmap.mmap(file.fileno(), _FIELDS.size)
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAULTY_CONTROL": str(control),
            "FAULTY_FOLDERS": ":".join(str(folder.resolve()) for folder in folders),
        }
        self.heal()

    def fail(self, seed: int, *, reads: float = 0.0, writes: float = 0.0) -> None:
        """From now on this share of all reads and of all writes fails with an I/O error."""
        self._set(-1, seed, reads, writes)

    def leave(self, room: int) -> None:
        """The disk takes this many bytes more."""
        self._set(room, 0, 0, 0)

    def heal(self) -> None:
        """Nothing fails any more."""
        self._set(-1, 0, 0, 0)

    @property
    def failed(self) -> int:
        """How many reads and writes have failed."""
        return int(_FIELDS.unpack(self._mapped[:])[5])

    def close(self) -> None:
        self._mapped.close()

    def _set(self, room: int, seed: int, reads: float, writes: float) -> None:
        self._mapped[:] = _FIELDS.pack(room, seed, round(reads * _MILLION), round(writes * _MILLION), 0, self.failed)
