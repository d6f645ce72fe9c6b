"""Paths that come from outside (the command line, a later start, a drop): folders apart from pictures."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal


class Arrivals(QObject):
    """Sorts paths off the main thread, since a drive may take its time to answer."""

    folders = Signal(list)
    pictures = Signal(list)
    missing = Signal(list)
    _sorted = Signal(list, list, list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sorted.connect(self._tell)

    def take(self, paths: Sequence[Path]) -> None:
        """Sort these paths and tell."""
        if paths:
            job, told = list(paths), self._sorted
            QThreadPool.globalInstance().start(lambda: told.emit(*_sort(job)))

    def _tell(self, folders: list[Path], pictures: list[Path], missing: list[Path]) -> None:
        for paths, signal in ((folders, self.folders), (pictures, self.pictures), (missing, self.missing)):
            if paths:
                signal.emit(paths)


def _sort(paths: Sequence[Path]) -> tuple[list[Path], list[Path], list[Path]]:
    folders, pictures, missing = list[Path](), list[Path](), list[Path]()
    for path in paths:
        try:
            target = folders if path.is_dir() else pictures if path.is_file() else missing
        except OSError:
            target = missing
        target.append(path)
    return folders, pictures, missing
