"""Where the files of a photo lie, each with a way to the other photos of its folder."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from clipdesk.core.entities import Photo
from clipdesk.ui.elided_label import ElidedLabel
from clipdesk.ui.icons import icon

_MOST = 4


class FilePlaces(QWidget):
    """One row a file, the shown one first; halves of the shot in another format after them."""

    folder_requested = Signal(Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = [_FileRow(self) for _ in range(_MOST)]
        self._more = QLabel(self)
        self._more.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for row in self._rows:
            row.chosen.connect(self.folder_requested)
            whole.addWidget(row)
        whole.addWidget(self._more)

    def show_photos(self, photos: Sequence[Photo]) -> None:
        """Show where all their files are."""
        paths = [path for photo in photos for path in (*photo.paths, *photo.paired_paths)]
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(paths))
            if place < len(paths):
                row.show_path(paths[place])
        self._more.setText(self.tr("and %n more", "", max(len(paths) - _MOST, 0)))
        self._more.setVisible(len(paths) > _MOST)

    def paths(self) -> list[Path]:
        """What is shown."""
        return [row.path for row in self._rows if not row.isHidden()]


class _FileRow(QWidget):
    chosen = Signal(Path)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.path = Path()
        self._text = ElidedLabel(self)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        button = QToolButton(self)
        button.setIcon(icon("folder"))
        button.setIconSize(QSize(16, 16))
        button.setAutoRaise(True)
        button.setToolTip(self.tr("Show all photos of this folder"))
        button.setAccessibleName(self.tr("Show all photos of this folder"))
        button.clicked.connect(lambda: self.chosen.emit(self.path.parent))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        row.addWidget(button)

    def show_path(self, path: Path) -> None:
        """Show another file."""
        self.path = path
        self._text.setText(str(path))
