"""When a burst of changes under a root folder is over: nothing new happens, and no file touched is growing any more."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from clipdesk.indexing.long_paths import extended

_FILES = 256
"""Touched files remembered per folder; in a storm the latest ones stand for the rest."""
_FOLDERS = 64
"""Beyond so many touched folders the whole root is scanned again."""

Signature = tuple[int, int] | None


@dataclass(slots=True)
class _Touched:
    signature: Signature
    since: float


@dataclass(slots=True)
class Settling:
    """The unsettled changes under one root. Times are seconds of a steady clock; not safe for several threads."""

    root: Path
    settle_seconds: float
    max_wait: float
    """A burst that goes on for longer is reported in between, without the files that are still growing."""
    _first: float | None = None
    _last: float = 0.0
    _whole: bool = False
    _folders: dict[str, dict[str, _Touched]] = field(default_factory=dict[str, dict[str, _Touched]])

    @property
    def pending(self) -> bool:
        """Tell whether anything waits to be reported."""
        return self._first is not None

    def touch(self, folder: str, name: str, now: float) -> None:
        """Note a change of file `name` in `folder` (absolute), or of the folder itself when `name` is empty."""
        self._mark(now)
        files = self._folders.setdefault(folder, {})
        if name:
            files.pop(name, None)
            files[name] = _Touched(_signature(folder, name), now)
            if len(files) > _FILES:
                del files[next(iter(files))]

    def touch_all(self, now: float) -> None:
        """Note that anything under the root may have changed."""
        self._mark(now)
        self._whole = True

    def take(self, now: float) -> tuple[frozenset[Path], frozenset[Path]]:
        """Return the folders to scan again (none while the burst lasts), and files in them that are still growing."""
        if self._first is None:
            return frozenset(), frozenset()
        overdue = now - self._first >= self.max_wait
        if now - self._last < self.settle_seconds and not overdue:
            return frozenset(), frozenset()
        growing = self._growing(now)
        if growing and not overdue:
            return frozenset(), frozenset()
        many = self._whole or len(self._folders) > _FOLDERS
        folders = frozenset({self.root} if many else map(Path, self._folders))
        self._folders = {folder: {n: self._folders[folder][n] for n in names} for folder, names in growing.items()}
        self._first = now if growing else None
        self._whole = False
        return folders, frozenset(Path(folder, name) for folder, names in growing.items() for name in names)

    def _mark(self, now: float) -> None:
        self._last = now
        if self._first is None:
            self._first = now

    def _growing(self, now: float) -> dict[str, list[str]]:
        """Look at the touched files again: those that changed within the settling time, by folder."""
        growing: dict[str, list[str]] = {}
        for folder, files in self._folders.items():
            for name, touched in files.items():
                signature = _signature(folder, name)
                if signature != touched.signature:
                    touched.signature, touched.since = signature, now
                if now - touched.since < self.settle_seconds:
                    growing.setdefault(folder, []).append(name)
        return growing


def _signature(folder: str, name: str) -> Signature:
    """Return size and modification time, None for a file that is not there (any more)."""
    try:
        status = os.stat(extended(f"{folder}{os.sep}{name}"))  # noqa: PTH116 - plain strings, thousands of them
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
