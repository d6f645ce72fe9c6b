"""The rail of pages at the leading edge."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QSizePolicy,
    QStyle,
    QStyleOptionFocusRect,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from clipdesk.ui.icons import icon
from clipdesk.ui.theme import GRID

_ICON = 3 * GRID
_TINT = 0.16


class _PageButton(QToolButton):
    """An icon above its name; the chosen one stands on a tint of the accent colour."""

    def __init__(self, symbol: str, name: str) -> None:
        super().__init__()
        self.setText(name)
        self.setIcon(icon(symbol))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Wide enough for the name."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 3 * GRID, _ICON + metrics.height() + 3 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint without the frame of the style."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = self.rect().adjusted(4, 2, -4, -2)
        palette = self.palette()
        ground = palette.color(QPalette.ColorRole.Accent if self.isChecked() else QPalette.ColorRole.WindowText)
        ground.setAlphaF(_TINT if self.isChecked() else 0.06 if self.underMouse() else 0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(inner), GRID, GRID)
        left = inner.center().x() - _ICON // 2 + 1
        self.icon().paint(painter, left, inner.top() + GRID, _ICON, _ICON)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        below = inner.adjusted(0, GRID + _ICON, 0, -2)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextShowMnemonic, self.text())
        if self.hasFocus():
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            option.rect = inner  # pyright: ignore[reportAttributeAccessIssue] (a field of the C++ struct)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self)


class NavigationRail(QWidget):
    """One button for each page; `chosen` tells the page's number."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Pages"))
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(4, GRID, 4, GRID)
        self._layout.setSpacing(4)
        self._layout.addStretch(1)

    def add(self, symbol: str, name: str) -> int:
        """Add a page's button; returns its number."""
        number = len(self._group.buttons())
        button = _PageButton(symbol, name)
        self._group.addButton(button, number)
        self._layout.insertWidget(number, button)
        return number

    def show_chosen(self, number: int) -> None:
        """Mark a page as the one that is shown."""
        self._group.button(number).setChecked(True)
