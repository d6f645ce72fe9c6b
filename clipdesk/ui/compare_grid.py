"""Five rows of photos, one for each position of the textness slider: on the screen and as a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QHelpEvent, QImage, QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from clipdesk.core.entities import Photo

_LABELS = 96.0
_GAP = 8.0
_TWO_LINES = 48.0
"""A row so high has room for the position and its meaning."""
_TITLE = 72.0
_MARGIN = 32.0
_CELL = 160.0
"""Of a saved picture, in pixels."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a grid shows: the query, the rows by slider position, and thumbnails by content hash."""

    query: str = ""
    rows: tuple[tuple[float, tuple[Photo, ...]], ...] = ()
    images: Mapping[str, QImage] = field(default_factory=dict[str, QImage])

    def columns(self) -> int:
        """Photos of the longest row."""
        return max((len(photos) for _, photos in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the cells are: `cell` pixels each, the first one's corner at `x`, `y`; labels before it."""

    x: float
    y: float
    cell: float

    def of(self, row: int, column: int) -> QRectF:
        step = self.cell + _GAP
        return QRectF(self.x + column * step, self.y + row * step, self.cell, self.cell)

    def label(self, row: int) -> QRectF:
        return QRectF(self.x - _LABELS, self.y + row * (self.cell + _GAP), _LABELS - 2 * _GAP, self.cell)


class CompareGrid(QWidget):
    """Paints a comparison as large as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Comparison()
        self.setMinimumSize(480, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Comparison"))

    def sizeHint(self) -> QSize:
        """Room for ten photos in each of five rows."""
        return QSize(1120, 528)

    def show_comparison(self, shown: Comparison) -> None:
        """Show another one."""
        self._shown = shown
        names = (f"{_signed(scale)}: {', '.join(map(_name, photos))}" for scale, photos in shown.rows)
        self.setAccessibleDescription("\n".join(names))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, the other way round where the language goes so."""
        painter = QPainter(self)
        if self.isRightToLeft():
            painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        _draw_rows(painter, self._shown, self._places(), self.palette(), self.width() if self.isRightToLeft() else None)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tell the name of the photo under the mouse."""
        if isinstance(event, QHelpEvent):
            photo = self._photo_at(event.pos())
            QToolTip.showText(event.globalPos(), _name(photo) if photo else "", self)
            return True
        return super().event(event)

    def _places(self) -> _Places:
        columns, rows = max(self._shown.columns(), 1), max(len(self._shown.rows), 1)
        wide = (self.width() - _LABELS + _GAP) / columns - _GAP
        high = (self.height() + _GAP) / rows - _GAP
        cell = max(min(wide, high), 16)
        used = rows * (cell + _GAP) - _GAP
        return _Places(_LABELS, max((self.height() - used) / 2, 0), cell)

    def _photo_at(self, point: QPoint) -> Photo | None:
        places = self._places()
        x = self.width() - point.x() if self.isRightToLeft() else point.x()
        for row, (_, photos) in enumerate(self._shown.rows):
            for column, photo in enumerate(photos):
                if places.of(row, column).contains(x, point.y()):
                    return photo
        return None


def picture_of(shown: Comparison, palette: QPalette) -> QImage:
    """Return a comparison as a picture with its query as the title. Safe in any thread."""
    columns, rows = max(shown.columns(), 1), len(shown.rows)
    width = 2 * _MARGIN + _LABELS + columns * (_CELL + _GAP) - _GAP
    height = 2 * _MARGIN + _TITLE + rows * (_CELL + _GAP) - _GAP
    image = QImage(int(width), int(height), QImage.Format.Format_RGB32)
    image.fill(palette.color(QPalette.ColorRole.Base))
    painter = QPainter(image)
    font = QFont(painter.font())
    font.setPixelSize(26)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    title = painter.fontMetrics().elidedText(shown.query, Qt.TextElideMode.ElideRight, int(width - 2 * _MARGIN))
    painter.drawText(QRectF(_MARGIN, _MARGIN, width - 2 * _MARGIN, 32), Qt.AlignmentFlag.AlignVCenter, title)
    font.setPixelSize(15)
    font.setBold(False)
    painter.setFont(font)
    painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
    painter.drawText(QRectF(_MARGIN, _MARGIN + 32, width - 2 * _MARGIN, 24), 0, explanation())
    _draw_rows(painter, shown, _Places(_MARGIN + _LABELS, _MARGIN + _TITLE, _CELL), palette, None)
    painter.end()
    return image


def explanation() -> str:
    """Return what the rows are, in one sentence."""
    return QCoreApplication.translate(
        "CompareGrid",
        "The best photos at five positions of the slider: words in pictures count least above, most below.",
    )


def _draw_rows(
    painter: QPainter, shown: Comparison, places: _Places, palette: QPalette, mirrored: float | None
) -> None:
    """Draw labels and cells; with `mirrored`, a width, from right to left."""
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    big, small = QFont(painter.font()), QFont(painter.font())
    big.setPixelSize(20)
    big.setBold(True)
    small.setPixelSize(12)

    def turned(place: QRectF) -> QRectF:
        return place if mirrored is None else place.translated(mirrored - place.left() - place.right(), 0)

    for row, (scale, photos) in enumerate(shown.rows):
        label = turned(places.label(row))
        middle = label.center().y()
        lines = [(big, QPalette.ColorRole.WindowText, middle - 24, _signed(scale))]
        lines.append((small, QPalette.ColorRole.PlaceholderText, middle, _meaning(scale)))
        if label.height() < _TWO_LINES:
            lines[1:] = []
            lines[0] = (big, QPalette.ColorRole.WindowText, middle - 12, _signed(scale))
        for font, role, top, text in lines:
            painter.setFont(font)
            painter.setPen(palette.color(role))
            leading = Qt.AlignmentFlag.AlignLeft  # which the painter turns round where text goes from right to left
            painter.drawText(
                QRectF(label.left(), top, label.width(), 24), leading | Qt.AlignmentFlag.AlignVCenter, text
            )
        for column, photo in enumerate(photos):
            _draw_cell(painter, turned(places.of(row, column)), shown.images.get(photo.content_hash), palette)


def _draw_cell(painter: QPainter, place: QRectF, image: QImage | None, palette: QPalette) -> None:
    outline = QPainterPath()
    outline.addRoundedRect(place, 4, 4)
    if image is None or image.isNull():
        painter.fillPath(outline, palette.color(QPalette.ColorRole.Midlight))
        return
    side = float(min(image.width(), image.height()))
    source = QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
    painter.save()
    painter.setClipPath(outline)
    painter.drawImage(place, image, source)
    painter.restore()


def _signed(scale: float) -> str:
    """The position as it is written, its sign before it in every language."""
    return "\u2066" + f"{scale:+g}".replace("-", "−") + "\u2069" if scale else "0"


def _meaning(scale: float) -> str:
    if scale == 0:
        return QCoreApplication.translate("CompareGrid", "as usual")
    if scale <= -2:
        return QCoreApplication.translate("CompareGrid", "fewest words")
    if scale >= 2:
        return QCoreApplication.translate("CompareGrid", "most words")
    if scale < 0:
        return QCoreApplication.translate("CompareGrid", "fewer words")
    return QCoreApplication.translate("CompareGrid", "more words")


def _name(photo: Photo) -> str:
    return photo.paths[0].name if photo.paths else ""


def content_hashes(shown: Comparison) -> Sequence[str]:
    """Return the photos of a comparison, each once."""
    return list(dict.fromkeys(photo.content_hash for _, photos in shown.rows for photo in photos))
