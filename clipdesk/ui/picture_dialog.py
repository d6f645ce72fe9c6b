"""Choosing pictures to search with."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from clipdesk.ui.folder_choice import pictures_folder


def choose_pictures(parent: QWidget, chosen: Callable[[list[Path]], None]) -> QFileDialog:
    """Open the system's dialog; `chosen` gets absolute paths, and is not called when it is left."""
    start = pictures_folder()
    title = QCoreApplication.translate("PictureDialog", "Search with Pictures")
    dialog = QFileDialog(parent, title, str(start) if start else "")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    pictures = QCoreApplication.translate("PictureDialog", "Pictures")
    everything = QCoreApplication.translate("PictureDialog", "All files")
    dialog.setNameFilters([f"{pictures} ({_PATTERNS})", f"{everything} (*)"])

    def tell(names: list[str]) -> None:
        chosen([Path(name) for name in names])

    dialog.filesSelected.connect(tell)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


_SUFFIXES = ("jpg", "jpeg", "png", "heic", "heif", "webp", "tif", "tiff", "gif", "bmp", "avif", "jxl")
_RAW = ("arw", "cr2", "cr3", "dng", "nef", "orf", "pef", "raf", "rw2", "srw")
_PATTERNS = " ".join(f"*.{suffix} *.{suffix.upper()}" for suffix in _SUFFIXES + _RAW)
