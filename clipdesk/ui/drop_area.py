"""A widget that pictures and text can be dropped on."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from clipdesk.ui.drops import is_droppable


class DropArea(QWidget):
    """`hovered` tells whether something that can be dropped is over it; `dropped` what was."""

    hovered = Signal(bool)
    dropped = Signal(object)
    """A QMimeData, which lives as long as the drop."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures and text."""
        if is_droppable(event.mimeData()) or event.mimeData().hasText():
            event.acceptProposedAction()
            self.hovered.emit(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The drag went elsewhere."""
        self.hovered.emit(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand over what was dropped."""
        event.acceptProposedAction()
        self.hovered.emit(False)
        self.dropped.emit(event.mimeData())
