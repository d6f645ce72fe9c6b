"""The root folders, one card each."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from clipdesk.core.entities import Folder
from clipdesk.ui.folder_card import Activity, FolderCard

_LEAST = 120
"""Pixels."""


class FolderList(QScrollArea):
    """Cards of the folders, changed in place."""

    look_again = Signal(Folder)
    remove_requested = Signal(Folder)
    forget_requested = Signal(Folder)
    show_requested = Signal(Path)
    failures_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        # As high as its cards where there is room, so that what comes below stands right below.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(self.tr("Folders"))
        self._cards: dict[Path, FolderCard] = {}
        self._activity = Activity.IDLE
        inside = QWidget(self)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.setWidget(inside)

    def sizeHint(self) -> QSize:
        """All cards, at the width of now."""
        inside, width = self._column, self.viewport().width()
        high = inside.totalHeightForWidth(width) if inside.hasHeightForWidth() else inside.totalSizeHint().height()
        return QSize(super().sizeHint().width(), high)

    def minimumSizeHint(self) -> QSize:
        """At least a card and a half, which shows that there are more."""
        return QSize(super().minimumSizeHint().width(), min(self.sizeHint().height(), _LEAST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another height."""
        super().resizeEvent(event)
        self.updateGeometry()

    def cards(self) -> list[FolderCard]:
        """The cards, in the order shown."""
        return list(self._cards.values())

    def show_folders(self, folders: Sequence[Folder]) -> None:
        """Show these folders, in this order."""
        for path in self._cards.keys() - {folder.path for folder in folders}:
            card = self._cards.pop(path)
            card.hide()
            card.deleteLater()
        cards: dict[Path, FolderCard] = {}
        for place, folder in enumerate(folders):
            card = self._cards.get(folder.path) or self._made(folder)
            card.show_folder(folder, self._activity)
            if self._column.indexOf(card) != place:
                self._column.insertWidget(place, card)
                card.show()  # counted in the height from now on, not from the next event on
            cards[folder.path] = card
        self._cards = cards
        self.updateGeometry()

    def show_activity(self, activity: Activity) -> None:
        """Tell what indexing is doing now."""
        if activity is self._activity:
            return
        self._activity = activity
        for card in self._cards.values():
            card.show_folder(card.folder, activity)
        self.updateGeometry()

    def _made(self, folder: Folder) -> FolderCard:
        card = FolderCard(folder, self.widget())
        card.look_again.connect(lambda: self.look_again.emit(card.folder))
        card.remove_requested.connect(lambda: self.remove_requested.emit(card.folder))
        card.forget_requested.connect(lambda: self.forget_requested.emit(card.folder))
        card.show_requested.connect(lambda: self.show_requested.emit(card.folder.path))
        card.failures_requested.connect(self.failures_requested)
        return card
