"""What comes from outside: paths of the command line and of later starts, drops, pastes, dialogs."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QThreadPool, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from clipdesk.ui.drops import local_paths, refusal, take_pictures
from clipdesk.ui.folder_choice import choose_folder
from clipdesk.ui.jobs import JobThread
from clipdesk.ui.picture_dialog import choose_pictures


class Arrivals(QObject):
    """Tells folders apart from pictures; off the main thread, since a drive may take its time to answer."""

    folders = Signal(list)
    pictures = Signal(list)
    refused = Signal(str)
    _sorted = Signal(list, list, list)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = JobThread(self)
        self._sorted.connect(self._tell)

    def take(self, paths: Sequence[Path]) -> None:
        """Tell what these paths are."""
        if paths:
            job, told = list(paths), self._sorted
            QThreadPool.globalInstance().start(lambda: told.emit(*_sort(job)))

    def take_mime(self, mime: QMimeData) -> None:
        """Take what was dropped or pasted."""
        paths = local_paths(mime)
        if paths:
            self.take(paths)
            return
        why_not = refusal(mime) or self.tr("There is no picture in what you dropped or pasted.")

        def taken(pictures: list[Path]) -> None:
            if pictures:
                self.pictures.emit(pictures)
            else:
                self.refused.emit(why_not)

        take_pictures(mime, self._jobs, taken)

    def paste(self) -> None:
        """Take what lies in the clipboard."""
        self.take_mime(QGuiApplication.clipboard().mimeData())

    def choose_folder(self) -> None:
        """Let the user choose a folder."""
        choose_folder(self._window, self.tr("Choose a folder with photos"), lambda path: self.folders.emit([path]))

    def choose_picture(self) -> None:
        """Let the user choose a picture."""
        choose_pictures(self._window, self.pictures.emit)

    def _tell(self, folders: list[Path], pictures: list[Path], missing: list[Path]) -> None:
        if folders:
            self.folders.emit(folders)
        if pictures:
            self.pictures.emit(pictures)
        for path in missing[:1]:
            self.refused.emit(self.tr("{path} is not there, or cannot be read.").format(path=path))


def _sort(paths: Sequence[Path]) -> tuple[list[Path], list[Path], list[Path]]:
    folders, pictures, missing = list[Path](), list[Path](), list[Path]()
    for path in paths:
        try:
            target = folders if path.is_dir() else pictures if path.is_file() else missing
        except OSError:
            target = missing
        target.append(path)
    return folders, pictures, missing
