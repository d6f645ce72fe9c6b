"""Choosing a folder with the system's own dialog."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def pictures_folder() -> Path | None:
    """The user's Pictures folder as the system names it, whether it is there or not; None when it names none."""
    places = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.PicturesLocation)
    home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
    return next((Path(place) for place in places if place and place != home), None)


def choose_folder(parent: QWidget, title: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Show the dialog; `chosen` gets the folder. Starts in the Pictures folder, and returns at once."""
    start = pictures_folder()
    dialog = QFileDialog(parent, title, str(start) if start is not None else "")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def take(name: str) -> None:
        chosen(Path(name))

    dialog.fileSelected.connect(take)
    dialog.open()
    return dialog
