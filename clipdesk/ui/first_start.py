"""What is shown as long as the library has no folder."""

from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from clipdesk.ui.folder_choice import choose_folder, pictures_folder
from clipdesk.ui.icons import APPLICATION, icon
from clipdesk.ui.plain_text import plain_tip

_WIDTH = 600
_BUTTONS = 304


class FirstStartPage(QWidget):
    """Offers the Pictures folder, any other folder, or sample photos."""

    folders_chosen = Signal(list)
    """list[Path]"""
    samples_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, pictures: Path | None = None) -> None:
        """`pictures` is the folder that is proposed, by default the system's."""
        super().__init__(parent)
        self._pictures = pictures or pictures_folder()
        column = QVBoxLayout()
        column.setSpacing(16)
        column.addStretch(2)
        column.addWidget(self._picture(), alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._title())
        column.addWidget(self._privacy())
        column.addSpacing(16)
        column.addWidget(self._proposed(), alignment=Qt.AlignmentFlag.AlignHCenter)
        self.choose_button = QPushButton(icon("folder-add"), self.tr("Choose your photo folders…"), self)
        self.choose_button.clicked.connect(self._choose)
        self.samples_button = QPushButton(icon("image"), self.tr("Try with sample photos"), self)
        self.samples_button.clicked.connect(self.samples_requested)
        for button in (self.choose_button, self.samples_button):
            _enlarge(button)
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        middle = QWidget(self)
        middle.setLayout(column)
        middle.setMaximumWidth(_WIDTH)
        around = QHBoxLayout(self)
        around.setContentsMargins(24, 24, 24, 24)
        around.addStretch(1)
        around.addWidget(middle, 1000)
        around.addStretch(1)

    def _picture(self) -> QLabel:
        picture = QLabel(self)
        picture.setPixmap(icon(APPLICATION).pixmap(QSize(96, 96), self.devicePixelRatioF()))
        return picture

    def _title(self) -> QLabel:
        title = QLabel(self.tr("Find photos by what is in them"), self)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.8)
        font.setWeight(QFont.Weight.DemiBold)
        title.setFont(font)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        title.setWordWrap(True)
        return title

    def _privacy(self) -> QLabel:
        told = self.tr("Everything happens on this computer: your photos are never changed and never leave it.")
        privacy = QLabel(told, self)
        privacy.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        privacy.setWordWrap(True)
        return privacy

    def _proposed(self) -> QPushButton:
        self.pictures_button = QPushButton(icon("photos"), "", self)
        self.pictures_button.setDefault(True)
        _enlarge(self.pictures_button)
        self.pictures_button.hide()
        if self._pictures is not None:
            name = self.fontMetrics().elidedText(self._pictures.name, Qt.TextElideMode.ElideMiddle, _BUTTONS // 2)
            self.pictures_button.setText(self.tr("Use the folder {name}").format(name=name))
            self.pictures_button.setToolTip(plain_tip(str(self._pictures)))
            self.pictures_button.show()
            self.pictures_button.setEnabled(False)
            self.pictures_button.clicked.connect(lambda: self.folders_chosen.emit([self._pictures]))
            folder, seen = self._pictures, _Seen()
            seen.found.connect(self._found)
            QThreadPool.globalInstance().start(lambda: _look(folder, seen))
        return self.pictures_button

    def _found(self, there: bool) -> None:
        self.pictures_button.setVisible(there)
        self.pictures_button.setEnabled(there)
        (self.pictures_button if there else self.choose_button).setFocus()

    def _choose(self) -> None:
        choose_folder(self, self.tr("Choose your photo folders"), lambda path: self.folders_chosen.emit([path]))


class _Seen(QObject):
    found = Signal(bool)


def _look(folder: Path, seen: _Seen) -> None:
    """Tell whether a folder is there; a home folder may lie on a drive that takes its time."""
    try:
        there = folder.is_dir()
    except OSError:
        there = False
    seen.found.emit(there)


def _enlarge(button: QPushButton) -> None:
    button.setMinimumSize(_BUTTONS, 40)
    button.setIconSize(QSize(20, 20))
