"""What is shown in the place of results when there are none: why, and a way on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from clipdesk.ui.icon_label import IconLabel


class ResultsMessage(QWidget):
    """An icon, a sentence, a hint, and perhaps one button."""

    chosen = Signal()
    """The button was pressed."""

    def __init__(self, icon_name: str, text: str, hint: str = "", button: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName(text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(IconLabel(icon_name, 48, self), 0, Qt.AlignmentFlag.AlignHCenter)
        title = self._line(text)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        title.setFont(font)
        layout.addWidget(title)
        if hint:
            below = self._line(hint)
            below.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            layout.addWidget(below)
        if button:
            pressed = QPushButton(button, self)
            pressed.clicked.connect(self.chosen)
            layout.addSpacing(8)
            layout.addWidget(pressed, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def _line(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setWordWrap(True)
        return label
