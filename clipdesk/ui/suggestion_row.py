"""A suggested tag: how well it suits as a bar, accept and reject."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from clipdesk.core.entities import TagSuggestion
from clipdesk.ui.elided_label import ElidedLabel
from clipdesk.ui.icons import icon

_FULL = 4.0
"""A tag that stands out by so many deviations fills the bar."""


class ScoreBar(QWidget):
    """How well a tag suits, from 0 to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float) -> None:
        """Show another one."""
        self._share = min(max(share, 0.0), 1.0)
        self.setAccessibleName(self.tr("Suits by {percent} %").format(percent=round(100 * self._share)))
        self.setToolTip(self.tr("How far this tag stands out for this photo"))
        self.update()

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return QSize(56, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it from the leading edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(0, (self.height() - 6) / 2, self.width(), 6)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Midlight))
        painter.drawRoundedRect(whole, 3, 3)
        part = QRectF(whole)
        part.setWidth(max(6.0, whole.width() * self._share))
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            part.moveRight(whole.right())
        painter.setBrush(self.palette().color(QPalette.ColorRole.Accent))
        painter.drawRoundedRect(part, 3, 3)


class SuggestionRow(QWidget):
    """One suggestion."""

    accepted = Signal(str)
    rejected = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tag = ""
        self._name = ElidedLabel(self)
        self._bar = ScoreBar(self)
        self._accept = self._button("check", self.tr("Yes, add this tag"))
        self._reject = self._button("cross", self.tr("No, this tag is wrong"))
        self._accept.clicked.connect(lambda: self.accepted.emit(self._tag))
        self._reject.clicked.connect(lambda: self.rejected.emit(self._tag))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._name, 1)
        row.addWidget(self._bar)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        buttons.addWidget(self._accept)
        buttons.addWidget(self._reject)
        row.addLayout(buttons)

    def show_suggestion(self, suggestion: TagSuggestion) -> None:
        """Show another one."""
        self._tag = suggestion.tag
        self._name.setText(suggestion.tag)
        self._bar.set_share(suggestion.score / _FULL)
        self._accept.setAccessibleName(self.tr("Add tag {tag}").format(tag=suggestion.tag))
        self._reject.setAccessibleName(self.tr("Reject tag {tag}").format(tag=suggestion.tag))

    def tag(self) -> str:
        """The tag that is shown."""
        return self._tag

    def accept_button(self) -> QToolButton:
        """The one that accepts it."""
        return self._accept

    def reject_button(self) -> QToolButton:
        """The one that rejects it."""
        return self._reject

    def _button(self, sign: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(sign))
        button.setIconSize(QSize(16, 16))
        button.setAutoRaise(True)
        button.setToolTip(text)
        return button
