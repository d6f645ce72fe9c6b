"""The list of completions below the search line."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from clipdesk.core.messages import Reply
from clipdesk.core.window_messages import CompletionsReply, CompletionsRequest
from clipdesk.ui.completions import Completion, Known, completions
from clipdesk.ui.history import QueryHistory
from clipdesk.ui.icons import icon
from clipdesk.ui.query_line import QueryLine
from clipdesk.ui.worker_client import WorkerClient

_ROW = 32
_Index = QModelIndex | QPersistentModelIndex


class CompletionModel(QAbstractListModel):
    """Completions, one a row: DisplayRole, DecorationRole, and the detail as UserRole."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Completion] = []

    def show_rows(self, rows: Sequence[Completion]) -> None:
        """Show other completions."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """How many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a row shows."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.shown
            case Qt.ItemDataRole.DecorationRole:
                return icon(row.symbol)
            case Qt.ItemDataRole.UserRole:
                return row.detail
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.shown} {row.detail}".strip()
            case _:
                return None


class _Rows(QStyledItemDelegate):
    """Icon, completion, and in a fainter colour at the trailing end what it means."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect, direction = option.rect, option.direction
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        faint, plain = QPalette.ColorRole.PlaceholderText, QPalette.ColorRole.Text
        if chosen:
            painter.fillRect(rect, option.palette.highlight())
            faint = plain = QPalette.ColorRole.HighlightedText
        shown, detail = str(index.data()), str(index.data(Qt.ItemDataRole.UserRole))
        metrics = option.fontMetrics
        detail_width = min(metrics.horizontalAdvance(detail), rect.width() // 2)
        symbol = QRect(rect.left() + 8, rect.top() + 8, 16, 16)
        words = QRect(symbol.right() + 9, rect.top(), rect.width() - detail_width - 56, rect.height())
        end = QRect(rect.right() - 8 - detail_width, rect.top(), detail_width + 1, rect.height())
        mode = QIcon.Mode.Selected if chosen else QIcon.Mode.Normal
        index.data(Qt.ItemDataRole.DecorationRole).paint(painter, QStyle.visualRect(direction, rect, symbol), mode=mode)
        leading = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeading) | Qt.AlignmentFlag.AlignVCenter
        for role, place, text, elide in (
            (plain, words, shown, Qt.TextElideMode.ElideMiddle),
            (faint, end, detail, Qt.TextElideMode.ElideRight),
        ):
            painter.setPen(option.palette.color(role))
            fitting = metrics.elidedText(text, elide, place.width())
            painter.drawText(QStyle.visualRect(direction, rect, place), leading, fitting)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, _ROW)


class QueryCompleter(QObject):
    """Shows completions for a line, over what lies below it: a child of the window, so that it takes no focus."""

    chosen = Signal(Completion)

    def __init__(self, line: QueryLine, client: WorkerClient, history: QueryHistory) -> None:
        super().__init__(line)
        self._line = line
        self._client = client
        self._history = history
        self._values = CompletionsReply(0)
        self._stale = True
        self._offered: bool | None = None
        self.model = CompletionModel(self)
        self._list = QListView()
        self._list.setParent(line)
        self._list.setModel(self.model)
        self._list.setItemDelegate(_Rows(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setFrameStyle(QFrame.Shape.Box | QFrame.Shadow.Plain)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMouseTracking(True)
        self._list.setAccessibleName(self.tr("Completions"))
        self._list.entered.connect(self._list.setCurrentIndex)
        self._list.clicked.connect(self._choose)
        self._list.hide()
        client.changed.connect(self._library_changed)

    def is_open(self) -> bool:
        """Whether the list is shown."""
        return self._list.isVisible()

    def offer(self, *, everything: bool = False) -> None:
        """Show what fits at the cursor; hide the list when nothing does."""
        self._offered = everything
        self._ask()
        known = Known(self._values, self._history.queries())
        text, cursor = self._line.text(), self._line.cursorPosition()
        self.model.show_rows(completions(text, cursor, known, everything=everything))
        self._list.setCurrentIndex(QModelIndex())
        if self.model.rows:
            self._place()
        else:
            self._list.hide()

    def close(self) -> None:
        """Hide the list."""
        self._offered = None
        self._list.hide()

    def steer(self, key: str) -> bool:
        """Use a key of the line while the list is open; False when it is not for the list."""
        if not self.is_open():
            return False
        current = self._list.currentIndex()
        match key:
            case "up" | "down":
                return self._step(current.row(), 1 if key == "down" else -1)
            case "enter" | "tab" if current.isValid():
                self._choose(current)
                return True
            case "escape":
                self.close()
                return True
            case _:
                self.close()
                return False

    def _step(self, row: int, step: int) -> bool:
        """Go up or down; before the first row is none, from where up is for the history."""
        if row < 0 and step < 0:
            self.close()
            return False
        row = min(row + step, len(self.model.rows) - 1)
        self._list.setCurrentIndex(self.model.index(row) if row >= 0 else QModelIndex())
        return True

    def _choose(self, index: QModelIndex) -> None:
        completion = self.model.rows[index.row()]
        self.close()
        self.chosen.emit(completion)

    def _place(self) -> None:
        window = self._line.window()
        if self._list.parentWidget() is not window:
            self._list.setParent(window)
        colours = QGuiApplication.palette()  # of the theme as it is now; a plain frame has the colour of text
        colours.setColor(QPalette.ColorRole.WindowText, colours.color(QPalette.ColorRole.Mid))
        self._list.setPalette(colours)
        at = self._line.mapTo(window, QPoint(0, self._line.height() + 2))
        height = _ROW * len(self.model.rows) + 2 * self._list.frameWidth()
        self._list.setGeometry(at.x(), at.y(), self._line.width(), min(height, window.height() - at.y()))
        self._list.raise_()
        self._list.show()

    def _ask(self) -> None:
        """Get the library's values anew when it changed; until they come, the old ones are good enough."""
        if not self._stale:
            return
        self._stale = False
        self._client.ask(self, CompletionsRequest, self._arrived, lambda _: self._library_changed(None), topic="values")

    def _arrived(self, reply: Reply) -> None:
        assert isinstance(reply, CompletionsReply)
        self._values = reply
        if self._offered is not None and not self._list.currentIndex().isValid():
            self.offer(everything=self._offered)

    def _library_changed(self, _: object) -> None:
        self._stale = True
