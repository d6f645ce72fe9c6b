"""The list of tags at the leading side of the tags page, with a field to find one."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeySequence, QPainter, QPalette, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.window_messages import TagOverviewReply
from clipdesk.ui.icons import icon
from clipdesk.ui.tag_list_model import TagListModel, TagRole

_Index = QModelIndex | QPersistentModelIndex
_HEIGHT = 32
_INSET = 8


class _TagDelegate(QStyledItemDelegate):
    """A tag with its count at the end of the line; headings small and faint."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """All lines have one height."""
        size = super().sizeHint(option, index)
        return QSize(size.width(), max(_HEIGHT, size.height() + _INSET))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one line."""
        self.initStyleOption(option, index)
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue] (the stubs lack the option's fields)
        palette: QPalette = option.palette  # pyright: ignore
        state: QStyle.StateFlag = option.state  # pyright: ignore
        text, heading = index.data(), index.data(TagRole.TAG) is None
        option.text = ""  # pyright: ignore
        widget: QWidget = option.widget  # pyright: ignore
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        ink = palette.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)
        faint = ink if selected else palette.color(QPalette.ColorRole.PlaceholderText)
        font = QFont(option.font)  # pyright: ignore
        if heading:
            font.setWeight(QFont.Weight.DemiBold)
        painter.save()
        painter.setFont(font)
        inside = rect.adjusted(_INSET, 0, -_INSET, 0)
        count: int | None = index.data(TagRole.COUNT)
        style, middle = widget.style(), Qt.AlignmentFlag.AlignVCenter
        width = 0
        if count is not None:
            told = widget.locale().toString(count)
            width = painter.fontMetrics().horizontalAdvance(told) + _INSET
            painter.setPen(faint)
            style.drawItemText(
                painter, inside, _aligned(widget, Qt.AlignmentFlag.AlignRight) | middle, palette, True, told
            )
        painter.setPen(faint if heading else ink)
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inside.width() - width)
        style.drawItemText(painter, inside, _aligned(widget, Qt.AlignmentFlag.AlignLeft) | middle, palette, True, text)
        painter.restore()


def _aligned(widget: QWidget, side: Qt.AlignmentFlag) -> Qt.AlignmentFlag:
    return QStyle.visualAlignment(widget.layoutDirection(), side)


class TagList(QWidget):
    """Tells which tag is chosen; the choice stays through new counts and filters."""

    chosen = Signal(str)
    activated = Signal(str)
    """Enter or double-click."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tag, self._accepted = "", False
        self.model = TagListModel(self)
        self.find_line = QLineEdit(self)
        self.find_line.setPlaceholderText(self.tr("Find a tag"))
        self.find_line.setAccessibleName(self.tr("Find a tag"))
        self.find_line.setClearButtonEnabled(True)
        self.find_line.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._pause = QTimer(self, singleShot=True, interval=150)
        self._pause.timeout.connect(lambda: self._change(lambda: self.model.set_filter(self.find_line.text())))
        self.find_line.textChanged.connect(lambda _: self._pause.start())
        self.view = QListView(self)
        self.view.setAccessibleName(self.tr("Tags"))
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setModel(self.model)
        self.view.setItemDelegate(_TagDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.view.selectionModel().currentChanged.connect(self._choose)
        # Not `activated`: on some desktops a single click would do.
        self.view.doubleClicked.connect(self._activate)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(key), self.view)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda: self._activate(self.view.currentIndex()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.find_line)
        column.addWidget(self.view, 1)

    @property
    def tag(self) -> str:
        """The chosen tag, "" for none."""
        return self._tag

    def show_overview(self, overview: TagOverviewReply) -> None:
        """Show these tags; the chosen one stays chosen as long as it is there."""
        self._change(lambda: self.model.set_tags(overview.accepted, overview.suggested))

    def choose(self, tag: str) -> None:
        """Choose a tag."""
        row = self.model.row_of(tag, accepted=False)
        if row >= 0:
            self.view.setCurrentIndex(self.model.index(row))

    def _change(self, change: Callable[[], None]) -> None:
        """Change the rows; the chosen one stays where it is on the screen."""
        before = self.view.visualRect(self.view.currentIndex())
        change()
        row = self.model.row_of(self._tag, accepted=self._accepted) if self._tag else -1
        if row < 0:
            return
        index, bar = self.model.index(row), self.view.verticalScrollBar()
        self.view.setCurrentIndex(index)
        if before.isValid():
            bar.setValue(bar.value() + self.view.visualRect(index).y() - before.y())

    def _activate(self, index: QModelIndex) -> None:
        tag: str | None = index.data(TagRole.TAG)
        if tag:
            self.activated.emit(tag)

    def _choose(self, index: QModelIndex) -> None:
        tag: str | None = index.data(TagRole.TAG)
        if tag is None:
            return
        self._accepted = bool(index.data(TagRole.ACCEPTED))
        if tag != self._tag:
            self._tag = tag
            self.chosen.emit(tag)
