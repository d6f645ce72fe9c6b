"""What was done, said in passing: a small card over the lower edge of the page that goes by itself."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from clipdesk.ui.announce import announce
from clipdesk.ui.icons import icon
from clipdesk.ui.theme import GRID

_STAYS = 6000
"""Milliseconds that it is shown, counted anew when the mouse or the keyboard leaves it."""
_WIDEST = 60 * GRID


class Toast(QWidget):
    """One confirmation at a time; the newest replaces the one before. `over` is what it lies on; nothing moves."""

    def __init__(self, over: QWidget, window: QWidget, stays: int = _STAYS) -> None:
        super().__init__(window)
        self._over, self._window = over, window
        self._before: QWidget | None = None
        self._act: Callable[[], None] | None = None
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.undo_button = QPushButton(icon("undo"), self.tr("Undo"), self)
        self.undo_button.clicked.connect(self._undo)
        self.close_button = QToolButton(self)
        self.close_button.setAutoRaise(True)
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip(self.tr("Dismiss this message"))
        self.close_button.setAccessibleName(self.close_button.toolTip())
        self.close_button.clicked.connect(self.withdraw)
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self._text, 1)  # what is left over is for the words, not for the button
        for widget in (self.undo_button, self.close_button):
            layout.addWidget(widget)
        self._ends = QTimer(self, singleShot=True, interval=stays)
        self._ends.timeout.connect(self.withdraw)
        over.installEventFilter(self)
        cast(QApplication, QApplication.instance()).focusChanged.connect(self._focus_moved)
        self.hide()

    def text(self) -> str:
        """What is shown now, "" for nothing."""
        return "" if self.isHidden() else self._text.text()

    def tell(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Say what was done, and offer to undo it."""
        self._act = undo
        self._text.setText(text)
        self.setAccessibleName(text)
        self.undo_button.setVisible(undo is not None)
        self._place()
        self.show()
        self.raise_()
        if not self._held():
            self._ends.start()
        announce(self, text)

    def withdraw(self) -> None:
        """Take it away; the keyboard goes back to where it was."""
        self._ends.stop()
        self._act = None
        if self._has_keyboard() and self._before is not None:
            self._before.setFocus()
        self.hide()

    def enterEvent(self, event: QEnterEvent) -> None:
        """It stays under the mouse."""
        self._ends.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """See `enterEvent`."""
        if self.isVisible() and not self._has_keyboard():
            self._ends.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes it away."""
        if event.key() == Qt.Key.Key_Escape:
            self.withdraw()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It keeps its place on what it lies on."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a card that stands out from the page in either theme."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), GRID, GRID)

    def _undo(self) -> None:
        act = self._act
        self.withdraw()
        if act is not None:
            act()

    def _held(self) -> bool:
        return self.underMouse() or self._has_keyboard()

    def _has_keyboard(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        inside = new is not None and self.isAncestorOf(new)
        if inside:
            self._ends.stop()
            if old is not None and not self.isAncestorOf(old):
                self._before = old
        elif old is not None and self.isAncestorOf(old) and self.isVisible() and not self.underMouse():
            self._ends.start()

    def _place(self) -> None:
        over = QRect(self._over.mapTo(self._window, QPoint(0, 0)), self._over.size())
        self.ensurePolished()
        widest = min(_WIDEST, over.width() - 4 * GRID)
        buttons = self._row.sizeHint().width() - self._text.sizeHint().width()
        line = self._text.fontMetrics().horizontalAdvance(self._text.text()) + GRID
        width = min(widest, line + buttons)
        height = max(self._row.totalHeightForWidth(width), 6 * GRID)
        self.setGeometry(over.center().x() - width // 2, over.bottom() - height - 2 * GRID, width, height)
