"""What the window remembers of itself: size, splitters, the last query, the page."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QSettings

from clipdesk.core.paths import data_folder

if TYPE_CHECKING:
    from clipdesk.ui.results_standing import Standing


class WindowState(QObject):
    """Values by name in one INI file, apart for each library; what cannot be stored is forgotten, never an error."""

    def __init__(self, library: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.standing: Standing | None = None
        """Where the user stands in the results; for another window of this process only."""
        self._file = QSettings(str(data_folder() / "window.ini"), QSettings.Format.IniFormat, self)
        self._file.setFallbacksEnabled(False)
        self._file.beginGroup(hashlib.sha256(str(library.absolute()).encode(errors="replace")).hexdigest()[:16])

    def text(self, name: str) -> str:
        """A text; "" when there is none."""
        value = self._file.value(name, "")
        return value if isinstance(value, str) else ""

    def set_text(self, name: str, value: str) -> None:
        """Remember a text; one that is there already is not written again."""
        if value != self.text(name):
            self._file.setValue(name, value)

    def layout(self, name: str) -> QByteArray:
        """What `saveGeometry` or `saveState` gave; empty when there is none."""
        value = self._file.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_layout(self, name: str, value: QByteArray) -> None:
        """Remember what `saveGeometry` or `saveState` gave."""
        self._file.setValue(name, value)

    def save(self) -> None:
        """Write the file."""
        self._file.sync()
