"""One line under a page's title about what went wrong, or what is being done, with a way on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from clipdesk.core.errors import UserError
from clipdesk.core.messages import Failed
from clipdesk.ui.icon_label import IconLabel
from clipdesk.ui.worker_words import said


class CalmLine(QWidget):
    """Hidden as long as there is nothing to say."""

    again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("warning", 16, self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._busy = QProgressBar(self)
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedSize(96, 8)
        self._busy.setAccessibleName(self.tr("Working"))
        self.again_button = QPushButton(self.tr("Try again"), self)
        self.again_button.clicked.connect(self.again)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._busy)
        row.addWidget(self._text, 1)
        row.addWidget(self.again_button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clear()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def tell(self, text: str) -> None:
        """Say something that needs nothing done."""
        self._show(text, warning=False, busy=False)

    def work(self, text: str) -> None:
        """Say what is being done."""
        self._show(text, warning=False, busy=True)

    def fail(self, failed: Failed | UserError) -> None:
        """Say what went wrong."""
        self._show(str(UserError(said(failed.message), said(failed.hint))), warning=True, busy=False)

    def clear(self) -> None:
        """Say nothing."""
        self._show("", warning=False, busy=False)

    def _show(self, text: str, *, warning: bool, busy: bool) -> None:
        self._text.setText(text)
        self._icon.setVisible(warning)
        self.again_button.setVisible(warning)
        self._busy.setVisible(busy)
        self.setVisible(bool(text))
