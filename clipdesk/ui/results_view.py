"""The grid of results: keyboard, selection, dragging photos out, and a scroll position that never jumps."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath

import numpy as np
from PySide6.QtCore import QDate, QItemSelection, QItemSelectionModel, QLocale, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDrag, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from clipdesk.core.entities import Ids, Photo
from clipdesk.ui.result_rows import Section
from clipdesk.ui.results_model import ResultsModel, Role, files_of
from clipdesk.ui.rubber_band import RubberBand
from clipdesk.ui.thumbnail_delegate import ThumbnailDelegate, fitted
from clipdesk.ui.tile_view import TileView, runs_of

_DRAGGED = 96
_Flag = QItemSelectionModel.SelectionFlag


class ResultsView(TileView):
    """Shows a `ResultsModel`; loads the photos and thumbnails of what is on the screen and around it."""

    opened = Signal(int)
    """A row, by Enter or a double click; on every system, whatever its single click does elsewhere."""
    preview_requested = Signal(int)
    menu_requested = Signal(QPoint)
    zoomed = Signal(int)
    """The wheel was turned with Ctrl, so many notches."""

    def __init__(self, model: ResultsModel, delegate: ThumbnailDelegate, parent: QWidget | None = None) -> None:
        super().__init__(delegate, parent)
        self._results, self._loader = model, delegate.loader
        self._reset = False
        self._anchor: tuple[int, int] | None = None
        self._before_ids: Ids = np.zeros(0, np.int64)
        self._at = -1
        self._had_selection = False
        self._awaited: frozenset[int] = frozenset()
        self._on_screen: dict[str, int] = {}
        self._band = RubberBand(self)
        self.setModel(model)
        self.setDragEnabled(True)
        self.setAccessibleName(self.tr("Photos"))
        model.arranging.connect(self._before)
        model.modelReset.connect(self._was_reset)
        model.arranged.connect(self._after)
        model.loaded.connect(self._look_again)
        self.rows_shown.connect(self._load)
        self.doubleClicked.connect(self._double_clicked)
        self.selectionModel().selectionChanged.connect(self._chosen)
        self._loader.loaded.connect(self._thumbnail)

    # ---- results come and go ----

    def _before(self, keep: bool) -> None:
        """Remember which photo is at the top, to leave it there; the top of all stays the top, unless it is in use."""
        self._reset, self._anchor = False, None
        in_use = self.selectionModel().hasSelection() or self.viewport().underMouse()
        if keep and (self.verticalOffset() or in_use):
            rows, offset = self.visible_rows(), self.verticalOffset()
            whole = [row for row in rows[: 2 * self.tiles.columns] if self.tiles.cell(row).y >= offset]
            if whole:
                self._anchor = self._results.ids_at(whole[0], whole[0])[0], self.tiles.cell(whole[0]).y - offset
        chosen = runs_of(self.selectionModel().selection())
        self._before_ids, self._had_selection = self._results.ids(), bool(chosen)
        current = self.currentIndex()
        self._at = current.row()
        if chosen and not self.selectionModel().isSelected(current):
            self._at = min(run.start for run in chosen)
        # Qt makes a neighbour of what goes the current one, wherever it lies by then; nothing is scrolled to meanwhile.
        self.setAutoScroll(False)

    def _was_reset(self) -> None:
        self._reset, self._awaited = True, frozenset()

    def _after(self) -> None:
        sections = self._results.sections()
        self.set_sections([one.start for one in sections], [self._title(one) for one in sections])
        if self._reset:
            self.verticalScrollBar().setValue(0)
        elif self._anchor is not None:
            row = self._results.row_of(self._anchor[0])
            if row is not None:
                self.verticalScrollBar().setValue(self.tiles.cell(row).y - self._anchor[1])
        if not self._reset:
            self._go_on()
        self.setAutoScroll(True)
        if self._awaited:
            self._select(self._awaited, _Flag.Select)

    def _go_on(self) -> None:
        """The current photo has gone: the next one that is left is current now, and selected if nothing else is."""
        before, at = self._before_ids, self._at
        if not 0 <= at < len(before) or self._results.row_of(int(before[at])) is not None:
            return
        left = np.flatnonzero(np.isin(before, self._results.ids()))
        if len(left):
            place = min(int(np.searchsorted(left, at)), len(left) - 1)
            row = self._results.row_of(int(before[left[place]]))
            select = self._had_selection and not self.selectionModel().hasSelection()
            flag = _Flag.ClearAndSelect if select else _Flag.NoUpdate
            self.selectionModel().setCurrentIndex(self._results.index(row or 0), flag)

    def show_current(self) -> None:
        """In a new order, what is selected is shown, or else the beginning."""
        current = self.currentIndex()
        if self.selectionModel().isSelected(current):
            self.scrollTo(current, self.ScrollHint.PositionAtCenter)
        else:
            self.verticalScrollBar().setValue(0)

    def selected_ids(self) -> list[int]:
        """The ids of the selected photos, in the order of the results."""
        runs = sorted(runs_of(self.selectionModel().selection()), key=lambda run: run.start)
        return [one for run in runs for one in self._results.ids_at(run.start, run.stop - 1)]

    def select_photos(self, photo_ids: Sequence[int]) -> None:
        """Select photos that came back, those still missing as soon as they come."""
        self._select(photo_ids, _Flag.ClearAndSelect)

    def _select(self, photo_ids: Iterable[int], flag: QItemSelectionModel.SelectionFlag) -> None:
        rows_of = {one: self._results.row_of(one) for one in photo_ids}
        rows = sorted(row for row in rows_of.values() if row is not None)
        if rows:
            selection = QItemSelection()
            for row in rows:
                selection.select(self._results.index(row), self._results.index(row))
            self.setAutoScroll(False)
            self.selectionModel().setCurrentIndex(self._results.index(rows[0]), _Flag.NoUpdate)
            self.selectionModel().select(selection, flag)
            self.setAutoScroll(True)
            shown = self.visible_rows()
            if not any(row in shown for row in rows):
                self.scrollTo(self._results.index(rows[0]), self.ScrollHint.PositionAtCenter)
        self._awaited = frozenset(one for one, row in rows_of.items() if row is None)

    def _chosen(self) -> None:
        """Whoever has selected something else in the meantime does not want it changed."""
        if self.hasAutoScroll():
            self._awaited = frozenset()

    def _title(self, section: Section) -> str:
        match section.kind:
            case "weak":
                return self.tr("Less likely matches")
            case "nothing good":
                return self.tr("Nothing really matches; the nearest photos are shown")
            case "group":
                return self._group_title(section.label)
            case _:
                return ""

    def _group_title(self, label: str) -> str:
        day = QDate.fromString(label, Qt.DateFormat.ISODate)
        if day.isValid():
            return self.locale().toString(day, QLocale.FormatType.LongFormat)
        path = PurePath(label)
        return f"{path.name}  ·  {path.parent}" if path.name else label or self.tr("Unknown folder")

    # ---- photos and thumbnails ----

    def _load(self, first: int, last: int) -> None:
        rows = range(first, last + 1)
        self._results.want(rows)
        self._look_again()

    def _look_again(self) -> None:
        """Know which thumbnails are on the screen; ask for those around it, forget those scrolled away."""
        rows = self.visible_rows()
        size = len(rows)
        side = round(self.tiles.side * self.devicePixelRatioF())
        around = range(max(0, rows.start - size), min(self._results.count(), rows.stop + size))
        hashes = {row: photo.content_hash for row in around if (photo := self._results.photo_at(row)) is not None}
        self._on_screen = {content_hash: row for row, content_hash in hashes.items() if row in rows}
        self._loader.keep_wishes(hashes.values())
        self._loader.prefetch([content_hash for row, content_hash in hashes.items() if row not in rows], side)

    def _thumbnail(self, content_hash: str) -> None:
        row = self._on_screen.get(content_hash)
        if row is not None and row < self.tiles.count:
            self.viewport().update(self.shown(self.tiles.cell(row)))

    # ---- keyboard, mouse ----

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space shows a preview, Enter opens; letters are left to others."""
        current = self.currentIndex()
        plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        if plain and current.isValid() and event.key() == Qt.Key.Key_Space:
            self.preview_requested.emit(current.row())
        elif plain and current.isValid() and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit(current.row())
        elif event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        elif event.text().isprintable() and event.text() and plain:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Select what was clicked unless it is selected already, then ask for a menu."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            current = self.currentIndex()
            place = self.visualRect(current).center() if current.isValid() else self.viewport().rect().center()
            place = self.viewport().mapToGlobal(place)
        else:
            place = event.globalPos()
            index = self.indexAt(self.viewport().mapFromGlobal(place))
            if index.isValid() and not self.selectionModel().isSelected(index):
                self.setCurrentIndex(index)
        self.menu_requested.emit(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Between tiles a rubber band begins."""
        if not self._band.press(event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the rubber band out, or drag photos."""
        if not self._band.move(event):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the rubber band."""
        if not self._band.release():
            super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl tiles grow and shrink."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            notches = event.angleDelta().y()
            self.zoomed.emit((notches > 0) - (notches < 0))
            event.accept()
        else:
            super().wheelEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The tiles, and the rubber band above them."""
        super().paintEvent(event)
        self._band.paint()

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drag the files of the selected photos out; they are copied wherever they are dropped, never moved."""
        del actions
        mime = files_of(self._results.photos(self.selected_ids()))
        photo: Photo | None = self.currentIndex().data(Role.PHOTO)
        if not mime.hasUrls():
            return
        drag = QDrag(self)
        drag.setMimeData(mime)
        if photo is not None:
            drag.setPixmap(self.dragged(photo, len(mime.urls())))
        drag.exec(Qt.DropAction.CopyAction)

    def dragged(self, photo: Photo, count: int) -> QPixmap:
        """A small picture of what is dragged, with the number of photos."""
        picture = QPixmap(_DRAGGED, _DRAGGED)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        thumbnail = self._loader.pixmap(photo.content_hash, round(self.tiles.side * self.devicePixelRatioF()))
        if thumbnail is not None:
            painter.setOpacity(0.85)
            painter.drawPixmap(fitted(thumbnail.size(), picture.rect()), thumbnail)
            painter.setOpacity(1)
        if count > 1:
            text = self.locale().toString(count)
            chip = QRect(0, 0, max(24, painter.fontMetrics().horizontalAdvance(text) + 16), 24)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().highlight())
            painter.drawRoundedRect(chip, 12, 12)
            painter.setPen(self.palette().highlightedText().color())
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        return picture
