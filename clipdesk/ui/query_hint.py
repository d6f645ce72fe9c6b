"""What is wrong with a query, written under the place where it goes wrong."""

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPolygonF
from PySide6.QtWidgets import QWidget

from clipdesk.ui.plain_text import plain_tip


class QueryHint(QWidget):
    """One line of text with a small mark above it that points at a letter of the search line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._x = 0

    def point(self, x: int, text: str) -> None:
        """Show `text`, pointing at `x` (pixels of this widget)."""
        self._x, self._text = x, text
        self.setAccessibleName(text)
        self.setToolTip(plain_tip(text))
        self.update()

    def text(self) -> str:
        """What is shown."""
        return self._text

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark at its place and the words beside it, where they fit."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = min(max(self._x, 8), self.width() - 8)
        accent = self.palette().color(QPalette.ColorRole.Accent)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawPolygon(QPolygonF([QPointF(x - 5, 7), QPointF(x, 1), QPointF(x + 5, 7)]))
        width = min(self.fontMetrics().horizontalAdvance(self._text) + 8, self.width())
        left = min(max(x - (width if self.isRightToLeft() else 8), 0), self.width() - width)
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, width)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(QRect(left, 8, width, self.height() - 12), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
