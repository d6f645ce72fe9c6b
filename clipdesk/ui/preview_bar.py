"""The bar of the preview: which photo, turning over, slideshow, zoom."""

from collections.abc import Callable

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from clipdesk.core.entities import Photo
from clipdesk.ui.elided_label import ElidedLabel
from clipdesk.ui.icons import icon
from clipdesk.ui.zoom_view import ZoomView


class PreviewBar(QWidget):
    """Lies over the picture."""

    step = Signal(int)
    play = Signal(bool)
    full_screen = Signal()
    leave = Signal()

    def __init__(self, view: ZoomView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self._name = ElidedLabel(self)
        self._place = QLabel(self)
        self._remark = QLabel(self)
        self._remark.setWordWrap(True)
        self._remark.setTextFormat(Qt.TextFormat.PlainText)
        self._remark.hide()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        back, forward = ("chevron-right", "chevron-left") if rtl else ("chevron-left", "chevron-right")
        self._previous = self._button(back, self.tr("Previous photo (Left)"), lambda: self.step.emit(-1))
        self._play = self._button("play", "", self._toggle)
        self._play.setCheckable(True)
        self._next = self._button(forward, self.tr("Next photo (Right)"), lambda: self.step.emit(1))
        self._lay_out()
        self.set_playing(False)

    def _lay_out(self) -> None:
        view = self._view
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self._previous, self._play, self._next):
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self._name, 1)
        row.addWidget(self._place)
        row.addSpacing(8)
        row.addWidget(self._button("zoom-out", self.tr("Smaller (Minus)"), view.zoom_out))
        row.addWidget(self._button("fit", self.tr("Whole photo (0)"), view.fit))
        row.addWidget(self._button("zoom-in", self.tr("Larger (Plus)"), view.zoom_in))
        row.addWidget(self._button("full-screen", self.tr("Whole screen or window (F)"), self.full_screen.emit))
        row.addWidget(self._button("close", self.tr("Close (Esc)"), self.leave.emit))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 8, 16, 8)
        whole.setSpacing(8)
        whole.addWidget(self._remark)
        whole.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_photo(self, photo: Photo | None, row: int, count: int) -> None:
        """Tell which photo is shown; None for one that is being loaded."""
        self.set_remark("")
        self._name.setText(photo.paths[0].name if photo is not None else "")
        locale = QLocale()
        place = self.tr("{number} of {count}")
        self._place.setText(place.format(number=locale.toString(row + 1), count=locale.toString(count)))
        self._previous.setEnabled(row > 0)
        self._next.setEnabled(row + 1 < count)

    def set_remark(self, text: str) -> None:
        """Show one line about the photo."""
        self._remark.setText(text)
        self._remark.setVisible(bool(text))

    def remark(self) -> str:
        """The line that is shown."""
        return self._remark.text()

    def set_playing(self, on: bool) -> None:
        """Show whether the slideshow goes on."""
        self._play.setChecked(on)
        self._play.setIcon(icon("pause" if on else "play"))
        text = self.tr("Stop the slideshow (Space)") if on else self.tr("Slideshow (S)")
        self._play.setToolTip(text)
        self._play.setAccessibleName(text)

    def is_playing(self) -> bool:
        """Whether the slideshow goes on."""
        return self._play.isChecked()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A rounded ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().window())
        painter.drawRoundedRect(self.rect(), 8, 8)

    def _toggle(self) -> None:
        self.play.emit(self._play.isChecked())

    def _button(self, sign: str, text: str, clicked: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(sign))
        button.setAutoRaise(True)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: clicked())
        return button
