"""The row of the chips of a query, every one of which can be reached however many they are."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStyle, QToolButton, QWidget

from clipdesk.ui.picture_cache import PictureCache
from clipdesk.ui.query_chips import Chip, ChipContent

_WIDEST = 240
"""As of a chip."""


class ChipRow(QScrollArea):
    """The chips of a query in one row. Tells positions as `contents_of` counts.

    When they are more than there is room for, a button at each end tells how many are beyond it, and goes there; the
    arrow keys and Tab reach every chip, and a chip that is new is shown.
    """

    turned = Signal(int)
    removed = Signal(int)

    def __init__(self, pictures: PictureCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._chips: list[Chip] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.viewport().setAutoFillBackground(False)
        inside = self._inside = QWidget()
        inside.setAutoFillBackground(False)
        self._layout = QHBoxLayout(inside)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._layout.addStretch(1)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        self._ends = [self._end(-1), self._end(1)]
        self.horizontalScrollBar().valueChanged.connect(lambda _: self._count_hidden())
        self.horizontalScrollBar().rangeChanged.connect(lambda *_: self._count_hidden())

    def ends(self) -> list[QToolButton]:
        """The buttons at the leading and the trailing end."""
        return list(self._ends)

    def chips(self) -> list[Chip]:
        """The chips that are shown."""
        return [chip for chip in self._chips if not chip.isHidden()]

    def show_contents(self, contents: Sequence[ChipContent]) -> None:
        """Show these; chips stay what they are where nothing changed, and the focus stays in the row."""
        while len(self._chips) < len(contents):
            self._add()
        focused = next((number for number, chip in enumerate(self._chips) if chip.hasFocus()), None)
        before = len(self.chips())
        for chip, content in zip(self._chips, contents, strict=False):
            chip.show_content(content)
        if focused is not None and contents:
            self._chips[min(focused, len(contents) - 1)].setFocus()
        for number, chip in enumerate(self._chips):
            chip.setVisible(number < len(contents))
        self._make_room()
        if len(contents) > before:
            self._reveal(self._chips[len(contents) - 1])

    def load_pictures(self) -> None:
        """Ask for the pictures of the chips; not at every key of a path that is being typed."""
        for chip in self.chips():
            if chip.content.picture:
                self._pictures.want(chip.content.picture)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways, whichever way the wheel turns."""
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (event.angleDelta().x() or event.angleDelta().y()))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width: other chips fit."""
        super().resizeEvent(event)
        self._make_room()

    def _end(self, step: int) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.clicked.connect(lambda: self._page(step))
        button.hide()
        return button

    def _make_room(self) -> None:
        """Keep both ends free for the buttons, but only when the chips do not fit without them."""
        inside = self._inside
        self._layout.activate()
        wanted = inside.minimumSizeHint().width() > self.width()
        side = self.fontMetrics().horizontalAdvance("+00") + 16 if wanted else 0
        if self.viewportMargins().left() != side:
            self.setViewportMargins(side, 0, side, 0)
        for button, x in zip(self._ends, (0, self.width() - side), strict=True):
            place = QRect(x, 0, side, self.height())
            button.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), place))
        # The width of what is inside follows at the next turn of the event loop; here it is needed now.
        inside.resize(max(inside.minimumSizeHint().width(), self.viewport().width()), inside.height())
        self._count_hidden()

    def _count_hidden(self) -> None:
        """Tell on each button how many chips are, wholly or in part, beyond its end."""
        seen = self.viewport().rect()
        left = right = 0
        for chip in self.chips():
            at = QRect(chip.mapTo(self.viewport(), QPoint()), chip.size())
            left += at.left() < seen.left()
            right += at.right() > seen.right() and at.left() >= seen.left()
        for button, count in zip(self._ends, (right, left) if self.isRightToLeft() else (left, right), strict=True):
            button.setVisible(count > 0)
            button.setText("+" + self.locale().toString(count))
            name = self.tr("Show %n more", "", count)
            button.setToolTip(name)
            button.setAccessibleName(name)

    def _page(self, step: int) -> None:
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() + step * max(self.viewport().width() - _WIDEST // 2, _WIDEST // 2))

    def _reveal(self, chip: Chip) -> None:
        """Show a chip whole; `ensureWidgetVisible` does not know that rows may run from right to left."""
        at = QStyle.visualRect(self.layoutDirection(), self._inside.rect(), chip.geometry())
        bar, width = self.horizontalScrollBar(), self.viewport().width()
        bar.setValue(max(min(bar.value(), at.left()), at.right() + 1 - width))

    def _add(self) -> None:
        number, chip = len(self._chips), Chip(self._pictures)
        chip.clicked.connect(lambda: self.turned.emit(number))
        chip.removed.connect(lambda: self.removed.emit(number))
        chip.focused.connect(lambda: self._reveal(chip))
        chip.moved.connect(lambda step: self._focus(number + step))
        self._chips.append(chip)
        self._layout.insertWidget(number, chip)

    def _focus(self, number: int) -> None:
        shown = self.chips()
        if 0 <= number < len(shown):
            shown[number].setFocus()
