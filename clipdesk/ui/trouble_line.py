"""One calm line about what went wrong on a page."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from clipdesk.core.errors import UserError
from clipdesk.core.messages import Failed
from clipdesk.ui.icon_label import IconLabel
from clipdesk.ui.worker_words import said


class TroubleLine(QWidget):
    """Shows a failure with its way on; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("warning", 16, self))
        row.addWidget(self._text, 1)
        self.tell(None)

    def text(self) -> str:
        """What is said, "" while nothing is."""
        return self._text.text()

    def tell(self, failed: Failed | UserError | None) -> None:
        """Say what went wrong, or that all is well again (None)."""
        error = UserError(said(failed.message), said(failed.hint)) if failed is not None else None
        self._text.setText(str(error) if error is not None else "")
        self.setVisible(error is not None)
