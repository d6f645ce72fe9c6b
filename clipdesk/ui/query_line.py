"""The one line that a query is typed in: its keys, and where a letter stands."""

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from clipdesk.ui.drops import pictures_named

_KEYS = {
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Escape: "escape",
    Qt.Key.Key_Return: "enter",
    Qt.Key.Key_Enter: "enter",
    Qt.Key.Key_Tab: "tab",
}


class QueryLine(QLineEdit):
    """Hands its special keys to `steer`, which says whether it used one; a pasted picture to `picture_pasted`."""

    picture_pasted = Signal()
    left = Signal()
    """The focus went away, or the line moved."""
    forget_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steer: Callable[[str], bool] = lambda key: False
        self._drop_here = False
        self.setAcceptDrops(False)  # the search bar takes drops, pictures and text alike
        self.setFixedHeight(40)
        self.setFrame(False)
        clear = QPalette()
        clear.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)  # `paintEvent` draws the ground
        self.setPalette(clear)
        self.setTextMargins(4, 0, 4, 0)

    def sizeHint(self) -> QSize:
        """As wide as a sentence."""
        return QSize(480, 40)

    def x_of(self, position: int) -> int:
        """Where the letter at `position` begins, in pixels of this widget."""
        advance = self.fontMetrics().horizontalAdvance
        before_cursor = advance(self.text()[: self.cursorPosition()])
        return self.cursorRect().center().x() - before_cursor + advance(self.text()[:position])

    def replace_text(self, text: str) -> None:
        """Put `text` in the place of everything, so that undo brings the old text back."""
        if text == self.text():
            return
        self.selectAll()
        self.insert(text)

    def show_drop(self, on: bool) -> None:
        """Show, or no more, that what is dragged can be dropped here."""
        self._drop_here = on
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a rounded frame, strong with the focus or something dragged above it."""
        colours = QGuiApplication.palette()
        marked = self.hasFocus() or self._drop_here
        width = 3 if self._drop_here else 2 if marked else 1
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.color(QPalette.ColorRole.Accent if marked else QPalette.ColorRole.Mid), width))
        painter.setBrush(colours.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 8, 8)
        painter.end()
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Offer special keys to `steer`; paste pictures."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        key = _KEYS.get(Qt.Key(event.key())) if plain else None
        if key is not None and self.steer(key):
            event.accept()
            return
        if key in ("up", "down", "escape"):
            event.ignore()
            return
        if event.matches(QKeySequence.StandardKey.Paste) and _is_picture(QGuiApplication.clipboard().mimeData()):
            self.picture_pasted.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002
        """Let `steer` use Tab."""
        # Tab reaches a widget here, before any key event: an open list of completions may use it.
        if next and self.hasFocus() and self.steer("tab"):
            return True
        return super().focusNextPrevChild(next)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that it was left."""
        super().focusOutEvent(event)
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell that it moved."""
        super().resizeEvent(event)
        self.left.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the usual menu with two entries of its own."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSeparator()
        paste = menu.addAction(self.tr("Paste Picture"), self.picture_pasted.emit)
        mime = QGuiApplication.clipboard().mimeData()
        paste.setEnabled(mime.hasImage() or pictures_named(mime))
        menu.addAction(self.tr("Forget Recent Searches"), self.forget_requested.emit)
        menu.popup(event.globalPos())


def _is_picture(mime: QMimeData) -> bool:
    """Whether pasting means the picture: office programs put a picture of copied text beside the text."""
    return (mime.hasUrls() and pictures_named(mime)) or (mime.hasImage() and not mime.hasText())
