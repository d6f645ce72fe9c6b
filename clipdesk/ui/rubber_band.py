"""Selecting tiles with a rubber band that begins between them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter

if TYPE_CHECKING:
    from clipdesk.ui.tile_view import TileView

_STEP = 16
_ROUND = 25


class RubberBand:
    """The band of one view; its handlers return True for events that were the band's."""

    def __init__(self, view: "TileView") -> None:
        self._view = view
        self._start: QPoint | None = None
        self._end = QPoint()
        self._before = QItemSelection()
        self._scroll = QTimer(view, interval=_ROUND)
        self._scroll.timeout.connect(self._go_on)

    def press(self, event: QMouseEvent) -> bool:
        """Begin when the press is between tiles; with Ctrl or Shift what is selected stays so."""
        view, place = self._view, event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton or view.indexAt(place).isValid():
            return False
        view.setFocus(Qt.FocusReason.MouseFocusReason)
        adding = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        if not adding:
            view.clearSelection()
        self._before = QItemSelection(view.selectionModel().selection())
        self._start = self._end = self._content(place)
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Draw the band out; beyond the edges the view scrolls as long as the mouse stays there."""
        if self._start is None:
            return False
        self._stretch(event.position().toPoint())
        inside = self._view.viewport().rect().contains(event.position().toPoint())
        if inside:
            self._scroll.stop()
        elif not self._scroll.isActive():
            self._scroll.start()
        return True

    def release(self) -> bool:
        """End the band."""
        if self._start is None:
            return False
        self._start = None
        self._scroll.stop()
        self._view.viewport().update()
        return True

    def paint(self) -> None:
        """Paint the band above the tiles."""
        if self._start is None:
            return
        painter = QPainter(self._view.viewport())
        colour = self._view.palette().highlight().color()
        painter.setPen(colour)
        colour.setAlpha(48)
        painter.setBrush(colour)
        painter.drawRect(self._rect(self._start).translated(0, -self._view.verticalOffset()))
        painter.end()

    def _stretch(self, place: QPoint) -> None:
        assert self._start is not None
        before = self._rect(self._start)
        self._end = self._content(place)
        band, view = self._rect(self._start), self._view
        model, selection = view.model(), QItemSelection(self._before)
        runs = view.tiles.rows_in(band.x(), band.y(), band.width(), band.height())
        for run in runs:
            part = QItemSelection(model.index(run.start, 0), model.index(run.stop - 1, 0))
            selection.merge(part, QItemSelectionModel.SelectionFlag.Select)
        view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if runs:
            last = runs[-1].stop - 1 if self._end.y() >= self._start.y() else runs[0].start
            view.selectionModel().setCurrentIndex(model.index(last, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        changed = before.united(band).translated(0, -view.verticalOffset())
        view.viewport().update(changed.adjusted(-2, -2, 2, 2))

    def _go_on(self) -> None:
        view = self._view
        place = view.viewport().mapFromGlobal(view.cursor().pos())
        bar, height = view.verticalScrollBar(), view.viewport().height()
        beyond = min(place.y(), 0) + max(place.y() - height, 0)
        if beyond:
            bar.setValue(bar.value() + (_STEP + abs(beyond) // 2) * (1 if beyond > 0 else -1))
            self._stretch(place)
            view.viewport().update()

    def _content(self, place: QPoint) -> QPoint:
        return place + QPoint(0, self._view.verticalOffset())

    def _rect(self, start: QPoint) -> QRect:
        return QRect(start, self._end).normalized()
