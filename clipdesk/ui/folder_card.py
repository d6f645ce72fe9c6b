"""One root folder of the library page: what it is, how it is, and what can be done about it."""

from enum import Enum, auto

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPalette, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from clipdesk.core.entities import Folder, FolderState
from clipdesk.ui.elided_label import ElidedLabel
from clipdesk.ui.icons import icon


class Activity(Enum):
    """What indexing is doing."""

    IDLE = auto()
    LOOKING = auto()
    READING = auto()
    PAUSED = auto()


_ICONS = {Activity.IDLE: "check", Activity.LOOKING: "refresh", Activity.READING: "refresh", Activity.PAUSED: "pause"}


class FolderCard(QFrame):
    """Shows one folder; `show_folder` again changes it in place, so that nothing flickers and focus stays."""

    look_again = Signal()
    remove_requested = Signal()
    forget_requested = Signal()
    """The folder is away for good: forget its photos."""
    show_requested = Signal()
    failures_requested = Signal()

    def __init__(self, folder: Folder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._icon, self._state_icon = QLabel(self), QLabel(self)
        self._name, self._path = ElidedLabel(self), ElidedLabel(self)
        font = self._name.font()
        font.setWeight(QFont.Weight.DemiBold)
        self._name.setFont(font)
        self._path.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._state, self._advice = QLabel(self), QLabel(self)
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self._state, self._advice):
            label.setWordWrap(True)
        self.look_button = QPushButton(icon("refresh"), self.tr("Look again"), self)
        self.look_button.clicked.connect(self.look_again)
        self.forget_button = QPushButton(self.tr("Forget its photos…"), self)
        self.forget_button.clicked.connect(self.forget_requested)
        self.more_button = self._more()
        self._arrange()
        self.show_folder(folder, Activity.IDLE)

    def _more(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("more"))
        button.setAutoRaise(True)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setToolTip(self.tr("More"))
        button.setAccessibleName(self.tr("More for this folder"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        self.look_action = menu.addAction(icon("refresh"), self.tr("Look for new and changed photos"))
        self.look_action.triggered.connect(self.look_again)
        self.show_action = menu.addAction(icon("open"), self.tr("Show in the file manager"))
        self.show_action.triggered.connect(self.show_requested)
        self.failures_action = menu.addAction(icon("warning"), self.tr("What is not in the library"))
        self.failures_action.triggered.connect(self.failures_requested)
        menu.addSeparator()
        self.remove_action = menu.addAction(icon("trash"), self.tr("Remove from the library…"))
        self.remove_action.triggered.connect(self.remove_requested)
        button.setMenu(menu)
        return button

    def _arrange(self) -> None:
        state = QHBoxLayout()
        state.setSpacing(8)
        state.addWidget(self._state_icon, alignment=Qt.AlignmentFlag.AlignTop)
        state.addWidget(self._state, 1)
        away = QHBoxLayout()
        away.setSpacing(8)
        away.addWidget(self.look_button)
        away.addWidget(self.forget_button)
        away.addStretch()
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 8, 8, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.addWidget(self._icon, 0, 0, 2, 1, Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(self._name, 0, 1)
        grid.addWidget(self._path, 1, 1)
        grid.addWidget(self.more_button, 0, 2, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addLayout(state, 2, 1, 1, 2)
        grid.addWidget(self._advice, 3, 1, 1, 2)
        grid.addLayout(away, 4, 1, 1, 2)
        grid.setColumnStretch(1, 1)

    def show_folder(self, folder: Folder, activity: Activity) -> None:
        """Show the state of the same folder."""
        self.folder, self._activity = folder, activity
        away = folder.state is FolderState.OFFLINE
        self._icon.setPixmap(self._pixmap("offline" if away else "folder", 24))
        self._name.setText(folder.path.name or str(folder.path))
        self._path.setText(str(folder.path))
        self._state_icon.setPixmap(self._pixmap("offline" if away else _ICONS[activity], 16))
        self._state.setText(self.state_text(folder, activity))
        self._advice.setVisible(away)
        if away:
            told = self.tr(
                "The drive is not connected, or the folder was moved or renamed. Its photos stay searchable. "
                "Plug the drive in and look again."
            )
            self._advice.setText(told)
        self.look_button.setVisible(away)
        self.look_button.setEnabled(activity is Activity.IDLE)
        self.look_action.setEnabled(activity is Activity.IDLE)
        self.forget_button.setVisible(away)
        self.show_action.setEnabled(not away)
        self.failures_action.setVisible(bool(folder.failed or folder.cloud or folder.quarantined))
        self.setAccessibleName(f"{folder.path.name}: {self._state.text()}")

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the colours of the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "folder"):
            self.show_folder(self.folder, self._activity)

    def state_text(self, folder: Folder, activity: Activity) -> str:
        """The folder's state and numbers, one line."""
        return " · ".join([self._state_name(folder, activity), *self._numbers(folder)])

    def _state_name(self, folder: Folder, activity: Activity) -> str:
        if folder.state is FolderState.OFFLINE:
            return self.tr("Away")
        match activity:
            case Activity.LOOKING:
                return self.tr("Looking for photos…")
            case Activity.READING:
                return self.tr("Reading photos…")
            case Activity.PAUSED:
                return self.tr("Paused")
            case Activity.IDLE if folder.last_scan is None:
                return self.tr("Not looked at yet")
            case _:
                return self.tr("Up to date")

    def _numbers(self, folder: Folder) -> list[str]:
        told = [self.tr("%Ln file(s)", "", folder.files)]
        if folder.failed:
            told.append(self.tr("%Ln could not be read", "", folder.failed))
        if folder.cloud:
            told.append(self.tr("%Ln in the cloud", "", folder.cloud))
        if folder.quarantined:
            told.append(self.tr("%Ln left out", "", folder.quarantined))
        return told

    def _pixmap(self, name: str, side: int) -> QPixmap:
        return icon(name).pixmap(QSize(side, side), self.devicePixelRatioF())
