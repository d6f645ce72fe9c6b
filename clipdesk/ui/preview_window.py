"""A photo over the whole screen, the next and the previous one an arrow away, and a slideshow."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from clipdesk.core.entities import Photo
from clipdesk.ui.preview_bar import PreviewBar
from clipdesk.ui.preview_loader import PreviewLoader
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.ui.zoom_view import ZoomView

_SLIDE_SECONDS = 4.0
_IDLE = 2_500
"""Milliseconds until the bar and the pointer hide."""


class PhotoSource(Protocol):
    """Photos in order; the results are one."""

    def count(self) -> int:
        """How many there are."""
        ...

    def photo_at(self, row: int) -> Photo | None:
        """A photo; None when it is not loaded yet."""
        ...

    def fetch(self, row: int) -> None:
        """Load the photo of a row, and tell by `dataChanged`."""
        ...


class PhotoList:
    """Some photos as a source."""

    def __init__(self, photos: Sequence[Photo]) -> None:
        self._photos = list(photos)

    def count(self) -> int:
        """How many there are."""
        return len(self._photos)

    def photo_at(self, row: int) -> Photo | None:
        """A photo."""
        return self._photos[row] if 0 <= row < len(self._photos) else None

    def fetch(self, row: int) -> None:
        """All are loaded."""


class PreviewWindow(QWidget):
    """Shows one photo of a source at a time. Actions that are added to it are at hand here too."""

    row_changed = Signal(int)
    menu_requested = Signal(QPoint)
    """Global position of a wish for the context menu of the photo."""
    closed = Signal()

    def __init__(self, client: WorkerClient, thumbnails: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Preview"))
        self._source: PhotoSource = PhotoList(())
        self._row = -1
        self._photo: Photo | None = None
        self._shown_id = -1
        self._loader = PreviewLoader(client, thumbnails, self)
        self._loader.arrived.connect(self._arrived)
        self._loader.failed.connect(self._failed)
        self.view = ZoomView(self)
        self.bar = PreviewBar(self.view, self)
        self.slide_seconds = _SLIDE_SECONDS
        self._slide = QTimer(self, singleShot=True)
        self._slide.timeout.connect(self._next_slide)
        self._idle = QTimer(self, singleShot=True, interval=_IDLE)
        self._idle.timeout.connect(self._hide_bar)
        self._wire()

    def _wire(self) -> None:
        self.setMouseTracking(True)
        self.view.setMouseTracking(True)
        self.view.installEventFilter(self)
        self.view.detail_wanted.connect(self._want_details)
        bar = self.bar
        bar.step.connect(self.step)
        bar.play.connect(self.play)
        bar.full_screen.connect(self.toggle_full_screen)
        bar.leave.connect(self.close)

    # ---- what is shown ----

    def open(self, photos: PhotoSource, row: int) -> None:
        """Show the photo at `row`, over the whole screen."""
        self._leave_source()
        self._source = photos
        if isinstance(photos, QAbstractItemModel):
            for told in (photos.dataChanged, photos.modelReset, photos.layoutChanged, photos.rowsRemoved):
                told.connect(self._follow)
        self._row, self._photo = -1, None
        self.view.clear()
        self._fill_screen()
        self.activateWindow()
        self.view.setFocus()
        self._wake()
        self._go(row)

    def photo(self) -> Photo | None:
        """What is shown."""
        return self._photo

    def row(self) -> int:
        """Its place in the source."""
        return self._row

    def step(self, by: int) -> None:
        """Show another photo, so many further."""
        self._go(min(max(self._row + by, 0), self._source.count() - 1))

    def play(self, on: bool) -> None:
        """Start or stop the slideshow."""
        self.bar.set_playing(on)
        if on:
            self._slide.start(round(1000 * self.slide_seconds))
        else:
            self._slide.stop()

    def is_playing(self) -> bool:
        """Whether the slideshow goes on."""
        return self.bar.is_playing()

    def toggle_full_screen(self) -> None:
        """Between the whole screen and a window."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self._fill_screen()

    # ---- events ----

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows turn over, Space closes (or stops the slideshow), Esc closes, S plays, F fills the screen."""
        forward = -1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 1
        steps = {
            Qt.Key.Key_Right: forward,
            Qt.Key.Key_Left: -forward,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: 1,
            Qt.Key.Key_PageUp: -1,
            Qt.Key.Key_Home: -self._source.count(),
            Qt.Key.Key_End: self._source.count(),
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.step(steps[key])
        elif key == Qt.Key.Key_Escape or (key == Qt.Key.Key_Space and not self.is_playing()):
            self.close()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_S, Qt.Key.Key_F5):
            self.play(not self.is_playing())
        elif key in (Qt.Key.Key_F, Qt.Key.Key_F11):
            self.toggle_full_screen()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The pointer moves over the picture: show the bar."""
        if event.type() == QEvent.Type.MouseMove:
            self._wake()
        return super().eventFilter(watched, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the bar."""
        self._wake()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A black ground, in light and dark."""
        QPainter(self).fillRect(event.rect(), Qt.GlobalColor.black)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the photo's menu."""
        self.menu_requested.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture fills the window, the bar lies over its lower edge."""
        self.view.setGeometry(self.rect())
        width = min(self.width() - 32, max(self.bar.sizeHint().width(), 640))
        height = self.bar.sizeHint().height()
        self.bar.setGeometry((self.width() - width) // 2, self.height() - height - 24, width, height)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let go of pictures and of the source."""
        self.play(False)
        self._idle.stop()
        self._leave_source()
        self._photo = None
        self._loader.forget()
        self.closed.emit()
        super().closeEvent(event)

    # ---- inside ----

    def _fill_screen(self) -> None:
        """Full screen where the main window is. Not every display has somebody who gives it that size."""
        parent = self.parentWidget()
        screen = parent.screen() if parent is not None and not self.isVisible() else self.screen()
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def _go(self, row: int) -> None:
        if not 0 <= row < self._source.count():
            return
        moved = row != self._row
        self._row = row
        self._photo = self._source.photo_at(row)
        if moved:
            self.row_changed.emit(row)
        if self._photo is None:
            self._source.fetch(row)
            self.bar.set_photo(None, row, self._source.count())
            return
        self.bar.set_photo(self._photo, row, self._source.count())
        self.view.setAccessibleName(self._photo.paths[0].name)
        self._loader.show(self._photo, self._side())
        around = [self._source.photo_at(other) for other in (row + 1, row - 1)]
        self._loader.prefetch([photo for photo in around if photo is not None], self._side())
        for other in (row + 1, row + 2):
            if other < self._source.count() and self._source.photo_at(other) is None:
                self._source.fetch(other)

    def _follow(self) -> None:
        """The source has changed: stay with the photo, or go on with what has its place now."""
        if not self._source.count():
            self.close()
            return
        if self._photo is None:
            self._go(min(self._row, self._source.count() - 1))
            return
        row_of = getattr(self._source, "row_of", None)
        row = row_of(self._photo.id) if callable(row_of) else self._row
        if isinstance(row, int):
            if row != self._row:
                self._row = row
                self.bar.set_photo(self._photo, row, self._source.count())
                self.row_changed.emit(row)
            return
        row, self._row = min(self._row, self._source.count() - 1), -1
        self._go(row)

    def _leave_source(self) -> None:
        source = self._source
        if isinstance(source, QAbstractItemModel):
            for told in (source.dataChanged, source.modelReset, source.layoutChanged, source.rowsRemoved):
                told.disconnect(self._follow)
        self._source = PhotoList(())

    def _arrived(self, photo_id: int, image: QImage, side: int) -> None:
        photo = self._photo
        if photo is None or photo.id != photo_id:
            return
        size = QSize(photo.metadata.width, photo.metadata.height)
        if self._shown_id == photo_id and self.view.has_picture():
            self.view.improve(image, size)
        else:
            self.view.set_picture(image, size)
        self._shown_id = photo_id
        if side and self.is_playing():
            self._slide.start(round(1000 * self.slide_seconds))

    def _failed(self, photo_id: int, reason: str) -> None:
        if self._photo is not None and self._photo.id == photo_id:
            self.bar.set_remark(reason)
            self.bar.show()
            if self.is_playing():
                self._slide.start(round(1000 * self.slide_seconds))

    def _want_details(self) -> None:
        if self._photo is not None:
            self._loader.show_details(self._photo)

    def _next_slide(self) -> None:
        self._go((self._row + 1) % max(self._source.count(), 1))
        if self._source.count() < 2:
            self.play(False)

    def _side(self) -> int:
        screen = self.screen().size() * self.devicePixelRatioF()
        return -(-int(max(screen.width(), screen.height())) // 512) * 512

    def _wake(self) -> None:
        self.unsetCursor()
        self.bar.show()
        self._idle.start()

    def _hide_bar(self) -> None:
        if self.bar.underMouse() or self.bar.isAncestorOf(self.focusWidget()) or self.bar.remark():
            self._idle.start()
            return
        self.bar.hide()
        self.setCursor(Qt.CursorShape.BlankCursor)
