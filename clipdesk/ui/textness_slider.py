"""The textness slider: how much words in pictures count, from -2 to 2."""

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from clipdesk.core.errors import QuerySyntaxError
from clipdesk.core.query import parse
from clipdesk.ui.icon_label import IconLabel
from clipdesk.ui.icons import icon

_STEPS = 10
"""Slider steps of one unit."""
_END = 2 * _STEPS
_REST = 250
"""Milliseconds without a movement after which the slider rests."""
_ICON = QSize(20, 20)
_RADIUS = 7.0
"""Of the handle, in pixels."""


class _ResettingSlider(QSlider):
    """A slider that a double-click brings back to the middle."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(0)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the way from the middle, which is where nothing is changed, and not from the end as styles do."""
        role, group = QPalette.ColorRole, self._group()
        colours = self.palette()
        middle, usable = self.height() / 2, self.width() - 2 * _RADIUS - 4
        share = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
        if self.isRightToLeft():
            share = 1 - share
        x, zero = 2 + _RADIUS + share * usable, self.width() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.color(group, role.Mid))
        painter.drawRoundedRect(QRectF(2, middle - 2, self.width() - 4, 4), 2, 2)
        for step in range(5):
            painter.drawEllipse(QPointF(2 + _RADIUS + step / 4 * usable, middle + 12), 1.5, 1.5)
        painter.setBrush(colours.color(group, role.Accent))
        painter.drawRoundedRect(QRectF(min(x, zero), middle - 2, abs(x - zero), 4), 2, 2)
        painter.setPen(QPen(colours.color(group, role.Accent if self.hasFocus() else role.PlaceholderText), 2))
        painter.setBrush(colours.color(group, role.Accent if self.isEnabled() and self.value() else role.Button))
        painter.drawEllipse(QPointF(x, middle), _RADIUS, _RADIUS)
        painter.end()

    def _group(self) -> QPalette.ColorGroup:
        return QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled


class TextnessSlider(QWidget):
    """`moved` tells every step; `rested` the position once it stays; `compare_requested` asks for the five rows."""

    moved = Signal(float)
    rested = Signal(float)
    compare_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slider = _ResettingSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(-_END, _END)
        self._slider.setPageStep(_STEPS // 2)
        self._slider.setMinimumSize(144, 32)
        self._slider.setAccessibleName(self.tr("Words in pictures"))
        self._ends = (IconLabel("text-less"), IconLabel("text-more"))
        self._caption = QLabel()
        self._caption.setBuddy(self._slider)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._compare = QToolButton()
        self._compare.setIcon(icon("compare"))
        self._compare.setIconSize(_ICON)
        self._compare.setAutoRaise(True)
        self._compare.setToolTip(self.tr("Compare: the best photos at five positions of this slider"))
        self._compare.setAccessibleName(self.tr("Compare"))
        self._compare.clicked.connect(self.compare_requested)
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self._at_rest)
        self._told = 0.0
        self._slider.valueChanged.connect(self._moved)
        self._slider.sliderReleased.connect(self._at_rest)
        self._lay_out()
        self.set_query("")

    def _lay_out(self) -> None:
        """As high as the search bar in two lines, so that both stand beside each other."""
        less, more = self._ends
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for widget in (less, self._slider, more, self._compare):
            line.addWidget(widget)
        line.setStretchFactor(self._slider, 1)
        upper = QWidget()
        upper.setFixedHeight(40)
        upper.setLayout(line)
        self._caption.setFixedHeight(40)
        self._caption.setContentsMargins(0, 4, 0, 0)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(upper)
        rows.addWidget(self._caption)
        self._caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedWidth(304)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self._slider)

    def value(self) -> float:
        """The position, -2 to 2."""
        return self._slider.value() / _STEPS

    def set_value(self, value: float) -> None:
        """Go to a position without telling anybody."""
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(value * _STEPS))
        self._told = self.value()
        self._rest.stop()
        self._explain()

    def set_query(self, query: str) -> None:
        """Work only for a query that has words or a picture; connect `SearchBar.query_changed` to this."""
        try:
            useful = bool(query) and bool(parse(query).terms)
        except QuerySyntaxError:
            useful = False
        for widget in (self._slider, self._compare, *self._ends):
            widget.setEnabled(useful)
        self._explain()

    def _moved(self) -> None:
        self._explain()
        self.moved.emit(self.value())
        self._rest.start()

    def _at_rest(self) -> None:
        """Tell where the slider rests, once."""
        if self._slider.isSliderDown():
            self._rest.start()
            return
        self._rest.stop()
        if self.value() != self._told:
            self._told = self.value()
            self.rested.emit(self._told)

    def _explain(self) -> None:
        value = self.value()
        if not self._slider.isEnabled():
            caption = self.tr("For searches with words or a picture")
            tip = self.tr("Type some words or add a picture to use this.")
        else:
            if value < 0:
                caption = self.tr("Words in pictures count less")
            elif value > 0:
                caption = self.tr("Words in pictures count more")
            else:
                caption = self.tr("Words in pictures count as usual")
            tip = self.tr(
                "To the one side, photos with written words come last: signs, screenshots, documents. "
                "To the other side, they come first. Double-click sets it back."
            )
        shown = bool(value) and self._slider.isEnabled()
        self._caption.setText(f"{caption} ({value:+.1f})".replace("-", "−") if shown else caption)
        self.setToolTip(tip)
        self._slider.setAccessibleDescription(caption)
