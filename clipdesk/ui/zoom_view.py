"""A picture that can be looked at closely: fitted or at any size, moved by hand, with the wheel or two fingers."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QSizePolicy, QWidget

_STEP = 1.25
_LARGEST = 8.0
"""Screen pixels for one of the picture."""
_LARGEST_FIT = 2.0
"""Small pictures are not blown up further than that when they are fitted."""
_PAN = 48.0


class ZoomView(QWidget):
    """Shows a picture in the coordinates of the whole photo, so that a better one takes its place without a jump."""

    detail_wanted = Signal()
    """The picture is shown larger than it is: a better one would look better."""
    zoom_changed = Signal(float)
    """Screen pixels for one of the photo."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._pixmap = QPixmap()
        self._fitted = QPixmap()
        self._size = QSizeF()
        self._scale: float | None = None
        self._centre = QPointF()
        self._dragged_from: QPointF | None = None
        self._detailed = False
        self.setMouseTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.grabGesture(Qt.GestureType.PinchGesture)

    # ---- what is shown ----

    def set_picture(self, image: QImage, size: QSize) -> None:
        """Show another photo, fitted. `size` is that of the whole photo in pixels, empty when it is not known."""
        self._scale = None
        self._detailed = False
        self._centre = QPointF()
        self._take(image, size)

    def improve(self, image: QImage, size: QSize) -> None:
        """Show a better picture of the same photo, at the same place."""
        self._take(image, size)

    def clear(self) -> None:
        """Show nothing."""
        self.set_picture(QImage(), QSize())

    def has_picture(self) -> bool:
        """Whether there is anything to see."""
        return not self._pixmap.isNull()

    def is_fitted(self) -> bool:
        """Whether the whole photo is shown, whatever the size of the window."""
        return self._scale is None

    def scale(self) -> float:
        """Screen pixels for one of the photo."""
        return (self._scale if self._scale is not None else self._fit_scale()) * self.devicePixelRatioF()

    # ---- zoom ----

    def fit(self) -> None:
        """Show the whole photo."""
        self._scale = None
        self._centre = QPointF(self._size.width() / 2, self._size.height() / 2)
        self._moved()

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Show `scale` screen pixels for one of the photo; the point `at` of the widget stays where it is."""
        if not self.has_picture():
            return
        at = at if at is not None else QRectF(self.rect()).center()
        before = self._to_photo(at)
        wanted = min(scale / self.devicePixelRatioF(), _LARGEST / self.devicePixelRatioF())
        if wanted <= self._fit_scale() * 1.01:
            self.fit()
            return
        self._scale = wanted
        self._centre += before - self._to_photo(at)
        self._moved()

    def zoom_in(self) -> None:
        """One step larger."""
        self.zoom_to(self.scale() * _STEP)

    def zoom_out(self) -> None:
        """One step smaller."""
        self.zoom_to(self.scale() / _STEP)

    # ---- events ----

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is in sight."""
        if not self.has_picture():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.scale() < 3)
        whole = self._shown_rect()
        shrunk = self._shrunk(whole)
        if shrunk is not None:
            painter.drawPixmap(whole, shrunk, QRectF(shrunk.rect()))
            return
        seen = whole.intersected(QRectF(self.rect()))
        factor = self._pixmap.width() / whole.width()
        source = QRectF((seen.topLeft() - whole.topLeft()) * factor, seen.size() * factor)
        painter.drawPixmap(seen, self._pixmap, source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A fitted picture stays fitted, another one inside."""
        self._moved()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom; two fingers on a touch pad move a picture that is larger than the view."""
        fingers = not event.pixelDelta().isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if fingers:
            self._pan(-QPointF(event.pixelDelta()))
        else:
            self.zoom_to(self.scale() * _STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to move the picture."""
        if event.button() == Qt.MouseButton.LeftButton and not self.is_fitted():
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture."""
        if self._dragged_from is not None:
            self._pan(self._dragged_from - event.position())
            self._dragged_from = event.position()
        else:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the picture."""
        self._dragged_from = None
        self._moved()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Between the whole photo and its own size."""
        if self.is_fitted():
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom, 0 fits, 1 shows the own size, arrows move what is larger than the view."""
        arrows = {
            Qt.Key.Key_Left: QPointF(-_PAN, 0),
            Qt.Key.Key_Right: QPointF(_PAN, 0),
            Qt.Key.Key_Up: QPointF(0, -_PAN),
            Qt.Key.Key_Down: QPointF(0, _PAN),
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_1:
            self.zoom_to(1.0)
        elif key in arrows and not self.is_fitted():
            self._pan(arrows[key])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Pinch, on touch pads and touch screens."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_to(self.scale() * (1 + event.value()), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom_to(self.scale() * pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.centerPoint())))
                return True
        return super().event(event)

    # ---- arithmetic ----

    def _take(self, image: QImage, size: QSize) -> None:
        self._image = image
        self._pixmap = QPixmap.fromImage(image) if not image.isNull() else QPixmap()
        self._fitted = QPixmap()
        before = self._size
        self._size = QSizeF(_whole_size(image, size))
        if before != self._size or self.is_fitted():
            self._centre = QPointF(self._size.width() / 2, self._size.height() / 2)
        self._moved()

    def _fit_scale(self) -> float:
        if self._size.isEmpty():
            return 1.0
        fitting = min(self.width() / self._size.width(), self.height() / self._size.height())
        return min(fitting, _LARGEST_FIT / self.devicePixelRatioF())

    def _shown_rect(self) -> QRectF:
        """The whole photo in the widget's coordinates."""
        scale = self._scale if self._scale is not None else self._fit_scale()
        corner = QRectF(self.rect()).center() - self._centre * scale
        return QRectF(corner, self._size * scale)

    def _to_photo(self, point: QPointF) -> QPointF:
        whole = self._shown_rect()
        return (point - whole.topLeft()) * (self._size.width() / max(whole.width(), 1e-6))

    def _pan(self, by: QPointF) -> None:
        if self._scale is not None:
            self._centre += by / self._scale
            self._moved()

    def _moved(self) -> None:
        """Keep the picture inside, ask for a better one when this one is too small, and draw."""
        if self._scale is not None:
            half = QSizeF(self.width() / self._scale / 2, self.height() / self._scale / 2)
            self._centre.setX(_inside(self._centre.x(), half.width(), self._size.width()))
            self._centre.setY(_inside(self._centre.y(), half.height(), self._size.height()))
        if self._dragged_from is None:
            self.setCursor(Qt.CursorShape.ArrowCursor if self.is_fitted() else Qt.CursorShape.OpenHandCursor)
        wanted = self._size.width() * self.scale()
        if self._scale is not None and not self._detailed and wanted > self._pixmap.width() * 1.1:
            self._detailed = True
            self.detail_wanted.emit()
        self.zoom_changed.emit(self.scale())
        self.update()

    def _shrunk(self, whole: QRectF) -> QPixmap | None:
        """A fitted picture that is much larger than the view, made small once and well; None for others."""
        ratio = self.devicePixelRatioF()
        wanted = (whole.size() * ratio).toSize()
        if not self.is_fitted() or wanted.isEmpty() or self._pixmap.width() < 1.5 * wanted.width():
            return None
        if self._fitted.size() != wanted:
            small = self._image.scaled(
                wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._fitted = QPixmap.fromImage(small)
        return self._fitted


def _whole_size(image: QImage, size: QSize) -> QSize:
    """The photo's own size, unless the picture has another shape: then what is written in the file is not true."""
    if size.isEmpty() or image.isNull():
        return image.size()
    same = abs(size.width() / size.height() * image.height() / image.width() - 1) < 0.05
    return size if same else image.size()


def _inside(centre: float, half: float, length: float) -> float:
    return length / 2 if 2 * half >= length else min(max(centre, half), length - half)
