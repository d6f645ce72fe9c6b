"""The row under the search line: help, or chips with a message, or the hint at a mistake. Always of one height."""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from clipdesk.core.query import Query
from clipdesk.ui.chip_row import ChipRow
from clipdesk.ui.elided_label import ElidedLabel
from clipdesk.ui.icon_label import IconLabel
from clipdesk.ui.picture_cache import PictureCache
from clipdesk.ui.query_chips import contents_of
from clipdesk.ui.query_hint import QueryHint

_HEIGHT = 40


class QueryRow(QStackedWidget):
    """Shows one of three things, so that what lies below never moves."""

    def __init__(self, pictures: PictureCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.chips = ChipRow(pictures)
        self.hint = QueryHint()
        self._help = ElidedLabel()
        self._help.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._help.setText(
            self.tr("Try: kids in a pool   ·   dog + snow - water   ·   in:2019   ·   or drop a picture here")
        )
        self._warning = IconLabel("warning", 16)
        self._message = ElidedLabel()
        self._message.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._chips_and_message = QWidget()
        line = QHBoxLayout(self._chips_and_message)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.chips, 1)
        line.addWidget(self._warning)
        line.addWidget(self._message, 1)
        for page in (self._help, self._chips_and_message, self.hint):
            self.addWidget(page)
        self.show_query(Query())
        self.show_message("")

    def message(self) -> str:
        """The hint or the message that is shown, "" for none."""
        if self.currentWidget() is self.hint:
            return self.hint.text()
        return self._message.text()

    def has_hint(self) -> bool:
        """Whether it points at a mistake now."""
        return self.currentWidget() is self.hint

    def show_query(self, query: Query) -> None:
        """Show the chips of a query, or help when there are none."""
        contents = contents_of(query)
        self.chips.show_contents(contents)
        self.setCurrentWidget(self._chips_and_message if contents or self._message.text() else self._help)

    def show_mistake(self, x: int, text: str) -> None:
        """Point at `x` (pixels of this row) of the search line."""
        self.hint.point(x, text)
        self.setCurrentWidget(self.hint)

    def show_message(self, text: str) -> None:
        """Show one line beside the chips; "" takes it away."""
        self._message.setText(text)
        for widget in (self._warning, self._message):
            widget.setVisible(bool(text))
        if text:
            self.setCurrentWidget(self._chips_and_message)
        elif self.currentWidget() is self._chips_and_message and not self.chips.chips():
            self.setCurrentWidget(self._help)
