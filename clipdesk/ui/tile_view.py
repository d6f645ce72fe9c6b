"""A view of square tiles whose layout is arithmetic, so that it stays fluid with a hundred thousand photos.

QListView's icon mode lays every item out again whenever its width changes; here only what is painted is looked at.
"""

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QStyle, QStyleOptionViewItem, QWidget

from clipdesk.ui.thumbnail_delegate import ThumbnailDelegate
from clipdesk.ui.tile_layout import Cell, TileLayout

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_PALE = 0.4
Action = QAbstractItemView.CursorAction


class TileView(QAbstractItemView):
    """Shows any list model that gives photos for `Role.PHOTO`; `set_sections` divides it, with headings above."""

    rows_shown = Signal(int, int)
    """The first and the last row on the screen, after it was scrolled, resized or filled; not while it moves fast."""

    def __init__(self, delegate: ThumbnailDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile = 168
        self._starts: Sequence[int] = (0,)
        self._titles: Sequence[str] = ("",)
        self._tiles: TileLayout | None = None
        self._dimmed = False
        self._look = QTimer(self, singleShot=True, interval=0)
        self._look.timeout.connect(self._tell_rows)
        self.setItemDelegate(delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self._hovered = QPersistentModelIndex()
        self.entered.connect(self._hover)
        self.viewportEntered.connect(self._hover)

    @property
    def tiles(self) -> TileLayout:
        """The layout of the moment."""
        if self._tiles is None:
            model = self.model()
            self._tiles = TileLayout(
                model.rowCount() if model else 0,
                self.viewport().width(),
                self._tile,
                self._starts,
                [bool(title) for title in self._titles],
                mirrored=self.isRightToLeft(),
            )
        return self._tiles

    def set_tile_size(self, side: int) -> None:
        """Make tiles this large, in device-independent pixels; what is in the middle of the screen stays there."""
        if side == self._tile:
            return
        height = self.viewport().height()
        middle = self.tiles.rows_between(self.verticalOffset() + height // 2, self.verticalOffset() + height // 2)
        self._tile, self._tiles = side, None
        self.updateGeometries()
        if middle and self.verticalOffset():
            cell = self.tiles.cell(middle.start)
            self.verticalScrollBar().setValue(cell.y - (height - cell.height) // 2)
        self.viewport().update()

    def set_sections(self, starts: Sequence[int], titles: Sequence[str]) -> None:
        """Divide the rows: the first row of each section, ascending from 0, and its heading ("" for none)."""
        self._starts, self._titles, self._tiles = starts, titles, None
        self.updateGeometries()
        self.viewport().update()

    def set_dimmed(self, dimmed: bool) -> None:
        """Show the photos pale: they are not what is asked for."""
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            self.viewport().update()

    def visible_rows(self) -> range:
        """The rows of the lines that are on the screen."""
        top = self.verticalOffset()
        return self.tiles.rows_between(top, top + self.viewport().height() - 1)

    # ---- QAbstractItemView ----

    def visualRect(self, index: Index) -> QRect:
        """Where a tile lies in the viewport."""
        return self.shown(self.tiles.cell(index.row())) if index.isValid() else QRect()

    def shown(self, cell: Cell) -> QRect:
        """A rectangle of the content, in the viewport."""
        return QRect(cell.x, cell.y - self.verticalOffset(), cell.width, cell.height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The tile at a point of the viewport."""
        row = self.tiles.row_at(point.x(), point.y() + self.verticalOffset())
        return QModelIndex() if row is None else self.model().index(row, 0)

    def horizontalOffset(self) -> int:
        """Nothing lies beyond the width."""
        return 0

    def verticalOffset(self) -> int:
        """How far the content is scrolled."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        """Nothing is hidden."""
        del index
        return False

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible):
        """Scroll no further than needed to show a tile whole."""
        if not index.isValid():
            return
        cell, height, bar = self.tiles.cell(index.row()), self.viewport().height(), self.verticalScrollBar()
        top = cell.y - bar.value()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(cell.y - (height - cell.height) // 2)
        elif top < 8 or hint == QAbstractItemView.ScrollHint.PositionAtTop:
            bar.setValue(cell.y - 8)
        elif top + cell.height > height - 8 or hint == QAbstractItemView.ScrollHint.PositionAtBottom:
            bar.setValue(cell.y + cell.height - height + 8)

    def moveCursor(self, action: Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Arrows go across lines and sections, pages keep the column."""
        del modifiers
        model, tiles = self.model(), self.tiles
        if not tiles.count:
            return QModelIndex()
        current = self.currentIndex()
        if not current.isValid():
            return model.index(self.visible_rows().start, 0)
        row, page = current.row(), max(1, self.viewport().height() // tiles.step - 1)
        ahead = -1 if self.isRightToLeft() else 1
        steps = {Action.MoveLeft: -ahead, Action.MoveRight: ahead, Action.MovePrevious: -1, Action.MoveNext: 1}
        lines = {Action.MoveUp: -1, Action.MoveDown: 1, Action.MovePageUp: -page, Action.MovePageDown: page}
        if action in steps:
            row = min(max(row + steps[action], 0), tiles.count - 1)
        elif action in lines:
            row = tiles.below(row, lines[action])
        else:
            row = 0 if action == Action.MoveHome else tiles.count - 1
        return model.index(row, 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """A point selects the tile there; from one point to another selects the run of tiles between, as Shift does."""
        first, last = self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())
        selection = QItemSelection()
        if first.isValid() and last.isValid():
            selection.select(*((first, last) if first.row() <= last.row() else (last, first)))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What is to be painted again when these tiles are selected or no longer."""
        region, rows = QRegion(), self.visible_rows()
        for run in runs_of(selection):
            for row in range(max(run.start, rows.start), min(run.stop, rows.stop)):
                region += self.shown(self.tiles.cell(row)).adjusted(-3, -3, 3, 3)
        return region

    def updateGeometries(self) -> None:
        """Fit the scroll bar to the content."""
        self._tiles = None
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self.tiles.height - height))
        bar.setPageStep(height)
        bar.setSingleStep(max(24, self.tiles.step // 4))
        super().updateGeometries()
        self._look.start()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted already; only the rest is painted."""
        self.viewport().scroll(dx, dy)
        self._look.start()

    def keyboardSearch(self, search: str) -> None:
        """Typing is for the search bar."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the first visible line in its place when the number of columns changes."""
        rows = self.visible_rows() if self.verticalOffset() else range(0)
        top = self.tiles.cell(rows.start).y - self.verticalOffset() if rows else 0
        super().resizeEvent(event)
        self.updateGeometries()
        if rows:
            self.verticalScrollBar().setValue(self.tiles.cell(min(rows.start, self.tiles.count - 1)).y - top)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles and headings of the region."""
        painter = QPainter(self.viewport())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setLayoutDirection(self.layoutDirection())
        painter.setOpacity(_PALE if self._dimmed else 1)
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        usual: QStyle.StateFlag = option.state & ~QStyle.StateFlag.State_HasFocus  # pyright: ignore
        model, delegate, selection = self.model(), self.itemDelegate(), self.selectionModel()
        current = self.currentIndex().row() if self.hasFocus() else -1
        hovered = self._hovered.row() if self._hovered.isValid() else -1
        tiles, offset, region = self.tiles, self.verticalOffset(), event.rect()
        for section in tiles.sections_between(region.top() + offset, region.bottom() + offset):
            heading = tiles.heading(section)
            if heading is not None and self.shown(heading).intersects(region):
                self.paint_heading(painter, self.shown(heading), section)
        for row in tiles.rows_between(region.top() + offset - 3, region.bottom() + offset + 3):
            index = model.index(row, 0)
            state = usual
            if selection.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if row == current:
                state |= QStyle.StateFlag.State_HasFocus
            if row == hovered:
                state |= QStyle.StateFlag.State_MouseOver
            option.rect = self.shown(tiles.cell(row))  # pyright: ignore
            option.state = state  # pyright: ignore
            delegate.paint(painter, option, index)
        painter.end()

    def paint_heading(self, painter: QPainter, where: QRect, section: int) -> None:
        """Paint a heading: its words, and a thin line up to the end."""
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        title = painter.fontMetrics().elidedText(self._titles[section], Qt.TextElideMode.ElideMiddle, where.width())
        used = painter.fontMetrics().horizontalAdvance(title) + 16
        painter.drawText(where, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(self.font())
        colour = self.palette().color(QPalette.ColorRole.WindowText)
        colour.setAlpha(48)
        rest = where.adjusted(0, 0, -used, 0) if self.isRightToLeft() else where.adjusted(used, 0, 0, 0)
        painter.fillRect(QRect(rest.left(), where.center().y(), rest.width(), 1), colour)

    def _tell_rows(self) -> None:
        rows = self.visible_rows()
        self.rows_shown.emit(rows.start, rows.stop - 1)

    def _hover(self, index: QModelIndex = _ROOT) -> None:
        before, self._hovered = self._hovered, QPersistentModelIndex(index)
        for one in (before, self._hovered):
            if one.isValid():
                self.viewport().update(self.visualRect(one).adjusted(-3, -3, 3, 3))


def runs_of(selection: QItemSelection) -> list[range]:
    """Return the rows of a selection, run by run."""
    parts = cast("list[QItemSelectionRange]", list(selection))  # pyright: ignore[reportArgumentType, reportCallIssue]  (the stubs don't know that it is a list)
    return [range(part.top(), part.bottom() + 1) for part in parts]
