"""An accepted tag: click it to search for it, its cross takes it away."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QStyle, QToolButton, QWidget

from clipdesk.ui.icons import icon
from clipdesk.ui.plain_text import plain_tip

_HEIGHT = 28
_WIDEST = 240


class TagChip(QAbstractButton):
    """One tag. Enter and Space search for it, Delete takes it away; `count` is told when not every photo has it."""

    removed = Signal()

    def __init__(self, tag: str, count: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tag = tag
        self.partly = count is not None
        self.setText(f"{tag} · {count}" if count is not None else tag)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(plain_tip(self.tr("Show all photos with “{tag}”").format(tag=tag)))
        self._cross = QToolButton(self)
        self._cross.setIcon(icon("close"))
        self._cross.setIconSize(QSize(12, 12))
        self._cross.setAutoRaise(True)
        self._cross.setCursor(Qt.CursorShape.ArrowCursor)
        self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._cross.setToolTip(self.tr("Remove this tag"))
        self._cross.setAccessibleName(self.tr("Remove tag {tag}").format(tag=tag))
        self._cross.clicked.connect(self.removed)

    def sizeHint(self) -> QSize:
        """The width of the words."""
        return QSize(min(12 + self.fontMetrics().horizontalAdvance(self.text()) + 4 + 24, _WIDEST), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Any narrower, and the words are shortened."""
        return QSize(64, _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cross at the trailing end."""
        self._cross.setGeometry(self._visual(QRect(self.width() - 26, 3, 22, 22)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the words; a ring while it has the keyboard, an outline alone when it is partly given."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        accent = palette.color(QPalette.ColorRole.Accent)
        ground = palette.color(QPalette.ColorRole.Midlight if self.underMouse() else QPalette.ColorRole.AlternateBase)
        painter.setBrush(Qt.BrushStyle.NoBrush if self.partly else ground)
        edge = accent if self.hasFocus() else palette.color(QPalette.ColorRole.Mid)
        painter.setPen(QPen(edge, 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _HEIGHT / 2 - 1, _HEIGHT / 2 - 1)
        place = self._visual(QRect(12, 0, self.width() - 12 - 26, _HEIGHT))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, place.width())
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        leading = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeading)
        painter.drawText(place, leading | Qt.AlignmentFlag.AlignVCenter, shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter as Space; Delete and Backspace take the tag away."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _visual(self, place: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)
