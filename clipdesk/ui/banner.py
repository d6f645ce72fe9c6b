"""One calm line of trouble, with up to two buttons. It has a place of its own: nothing moves when it comes."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from clipdesk.ui.announce import announce
from clipdesk.ui.icons import icon
from clipdesk.ui.theme import GRID

_BUTTONS = 2
_KEPT = 8
"""Older lines are dropped: nobody reads a longer list one by one."""
HEIGHT = 5 * GRID


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: its words, and what it does."""

    words: str
    act: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Line:
    """What a banner says. A line replaces the one before it on the same topic.

    `urgent` ones come first, then the newest; what stood there before comes back when it is dismissed.
    """

    text: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    topic: str = ""
    symbol: str = "info"
    urgent: bool = False


class Banner(QWidget):
    """Shows one `Line` at a time, the most urgent and newest one; hidden when there is none."""

    shown = Signal(str)
    """The text of the line that is shown now, "" for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._symbol = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons = [QPushButton() for _ in range(_BUTTONS)]
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setIcon(icon("close"))
        self._close.setToolTip(self.tr("Dismiss this message"))
        self._close.setAccessibleName(self.tr("Dismiss this message"))
        self._close.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 0, GRID, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._symbol)
        layout.addWidget(self._text, 1)
        for number, button in enumerate(self._buttons):
            button.clicked.connect(lambda _=False, n=number: self._choose(n))
            layout.addWidget(button)
        layout.addWidget(self._close)
        self.setMinimumHeight(HEIGHT)
        self._update()

    def text(self) -> str:
        """What is shown now, "" for nothing."""
        return self._text.text() if self._lines else ""

    def tell(self, line: Line) -> None:
        """Show a line; under a more urgent one it waits."""
        kept = [one for one in self._lines if not _same(one, line)]
        # Sorting keeps the newest first among the equally urgent.
        self._lines = sorted([line, *kept], key=lambda one: not one.urgent)[:_KEPT]
        self._update()
        if self._lines[0] is line:
            announce(self, self.text(), QAccessible.AnnouncementPoliteness.Assertive)

    def withdraw(self, topic: str) -> None:
        """Take back what was told on a topic."""
        self._lines = [one for one in self._lines if one.topic != topic]
        self._update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, with a line of the accent colour at the leading edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.AlternateBase))
        edge = self.rect()
        if self.isRightToLeft():
            edge.setLeft(edge.right() - 3)
        else:
            edge.setWidth(4)
        painter.fillRect(edge, self.palette().color(QPalette.ColorRole.Accent))

    def buttons(self) -> list[QPushButton]:
        """The buttons of the line that is shown; hidden ones have nothing to do."""
        return self._buttons

    def dismiss(self) -> None:
        """The user has read the line."""
        del self._lines[:1]
        self._update()

    def _choose(self, number: int) -> None:
        line = self._lines[0]
        self.dismiss()
        line.choices[number].act()

    def _update(self) -> None:
        line = self._lines[0] if self._lines else None
        if line is not None:
            self._text.setText(" ".join(part for part in (line.text, line.hint) if part))
            self._symbol.setPixmap(icon(line.symbol).pixmap(QSize(20, 20), self.devicePixelRatioF()))
            for number, button in enumerate(self._buttons):
                button.setVisible(number < len(line.choices))
                button.setText(line.choices[number].words if number < len(line.choices) else "")
        self.setAccessibleName(self.text())
        self.setVisible(line is not None)
        self.shown.emit(self.text())


def _same(one: Line, other: Line) -> bool:
    if one.topic or other.topic:
        return one.topic == other.topic
    return (one.text, one.hint) == (other.text, other.hint)
