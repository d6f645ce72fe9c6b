"""Disks that fill up: a small file system of its own, and where none can be mounted, one that only says so."""

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from .faulty import FaultyDisk

_BYTES = 64 * 1024 * 1024
_PIECE = 1 << 16


class SmallDisk(Protocol):
    """A disk of which a test says how much it still takes. Processes on it need `environment`."""

    @property
    def environment(self) -> dict[str, str]: ...

    def leave(self, room: int) -> None:
        """The disk takes about this many bytes more."""
        ...

    def heal(self) -> None:
        """There is space again."""
        ...


class MountedDisk:
    """A tmpfs, filled by a file of the needed size."""

    environment: dict[str, str] = {}  # noqa: RUF012 - nothing is ever added to it

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "others' files"

    def leave(self, room: int) -> None:
        self.heal()
        with self._filler.open("wb") as file, suppress(OSError):
            while (free := shutil.disk_usage(self.folder).free) > room:
                file.write(bytes(min(_PIECE, free - room)))
                file.flush()

    def heal(self) -> None:
        self._filler.unlink(missing_ok=True)

    def read_only(self, on: bool = True) -> None:
        """As a card with its lock on."""
        subprocess.run(["mount", "-o", f"remount,{'ro' if on else 'rw'}", self.folder], check=True)


@contextmanager
def mounted(folder: Path) -> Generator[MountedDisk | None]:
    """A small file system at `folder`; None where this user may mount none."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_BYTES},mode=700", "clipdesk-test", str(folder)]
    may = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount") is not None
    if not may or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        yield None
        return
    try:
        yield MountedDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


__all__ = ["FaultyDisk", "MountedDisk", "SmallDisk", "mounted"]
