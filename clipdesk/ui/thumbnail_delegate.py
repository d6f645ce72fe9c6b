"""Paints one photo of a grid: its thumbnail, whether it is selected, and small badges. Never touches the disk."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from clipdesk.core.entities import Photo
from clipdesk.ui.icons import icon
from clipdesk.ui.results_model import Role
from clipdesk.ui.thumbnail_loader import ThumbnailLoader

_FRAME = 3
_CHIP = 20
_INSET = 4


class ThumbnailDelegate(QStyledItemDelegate):
    """Works for every model that gives a `Photo` for `Role.PHOTO` (and perhaps `Role.SIMILARITY`)."""

    def __init__(self, loader: ThumbnailLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.loader = loader
        self.show_similarity = False
        self._offline = icon("offline")
        self._nothing = icon("image")
        self._grounds: dict[tuple[int, bool], QColor] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The view says how large tiles are."""
        del index
        return option.rect.size()  # pyright: ignore[reportAttributeAccessIssue]  (the stubs lack the option's fields)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one tile."""
        tile: QRect = option.rect  # pyright: ignore
        palette: QPalette = option.palette  # pyright: ignore
        state: QStyle.StateFlag = option.state  # pyright: ignore
        photo: Photo | None = index.data(Role.PHOTO)
        side = round(tile.width() * painter.device().devicePixelRatio())
        picture = None if photo is None else self.loader.pixmap(photo.content_hash, side)
        self._ground(painter, tile, palette, state)
        if picture is not None:
            painter.drawPixmap(fitted(picture.size(), tile), picture)
        elif photo is not None and self.loader.is_missing(photo.content_hash):
            self._icon(painter, self._nothing, QRect(tile.center().x() - 16, tile.center().y() - 16, 32, 32))
        self._frame(painter, tile, palette, state)
        if photo is not None:
            self._badges(painter, tile, palette, option, photo, index)

    def _ground(self, painter: QPainter, tile: QRect, palette: QPalette, state: QStyle.StateFlag) -> None:
        # Opaque, square and not smoothed: a rounded see-through rectangle takes a hundred times as long.
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        key = (palette.cacheKey(), hovered)
        if key not in self._grounds:
            base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
            self._grounds[key] = _mixed(base, text, 0.12 if hovered else 0.06)
        painter.fillRect(tile, self._grounds[key])

    def _frame(self, painter: QPainter, tile: QRect, palette: QPalette, state: QStyle.StateFlag) -> None:
        """Selected tiles have a frame in the accent colour; the current one an outline when the keyboard is here."""
        if state & QStyle.StateFlag.State_Selected:
            _outline(painter, tile, _FRAME, palette.color(QPalette.ColorRole.Highlight))
        if state & QStyle.StateFlag.State_HasFocus:
            _outline(painter, tile.adjusted(-3, -3, 3, 3), 2, palette.color(QPalette.ColorRole.Text))

    def _badges(
        self,
        painter: QPainter,
        tile: QRect,
        palette: QPalette,
        option: QStyleOptionViewItem,
        photo: Photo,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft  # pyright: ignore
        trailing = tile.left() + _INSET if mirrored else tile.right() - _INSET - _CHIP + 1
        if photo.offline:
            chip = QRect(trailing, tile.top() + _INSET, _CHIP, _CHIP)
            self._chip(painter, chip, palette)
            self._icon(painter, self._offline, chip.adjusted(2, 2, -2, -2))
        similarity: float | None = index.data(Role.SIMILARITY) if self.show_similarity else None
        if similarity is not None:
            text = option.locale.toString(similarity, "f", 3)  # pyright: ignore
            width = QFontMetrics(painter.font()).horizontalAdvance(text) + 12
            left = tile.right() - _INSET - width + 1 if mirrored else tile.left() + _INSET
            chip = QRect(left, tile.bottom() - _INSET - _CHIP + 1, width, _CHIP)
            self._chip(painter, chip, palette)
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def _chip(self, painter: QPainter, chip: QRect, palette: QPalette) -> None:
        colour = QColor(palette.color(QPalette.ColorRole.Window))
        colour.setAlpha(220)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(chip, _CHIP / 2, _CHIP / 2)

    def _icon(self, painter: QPainter, shown: QIcon, where: QRect) -> None:
        shown.paint(painter, where)


def _mixed(base: QColor, other: QColor, share: float) -> QColor:
    """Return `base` with a share of another colour."""

    def part(one: int, two: int) -> int:
        return round(one + (two - one) * share)

    return QColor(part(base.red(), other.red()), part(base.green(), other.green()), part(base.blue(), other.blue()))


def _outline(painter: QPainter, around: QRect, width: int, colour: QColor) -> None:
    """Paint a frame inside a rectangle: four filled bars, which is much quicker than a pen."""
    left, top, right, bottom = around.left(), around.top(), around.right() - width + 1, around.bottom() - width + 1
    painter.fillRect(left, top, around.width(), width, colour)
    painter.fillRect(left, bottom, around.width(), width, colour)
    painter.fillRect(left, top, width, around.height(), colour)
    painter.fillRect(right, top, width, around.height(), colour)


def fitted(size: QSize, tile: QRect) -> QRect:
    """Return where a pixmap lies in a tile: as large as it can be, in the middle."""
    scaled = size.scaled(tile.size(), Qt.AspectRatioMode.KeepAspectRatio)
    offset = QPointF((tile.width() - scaled.width()) / 2, (tile.height() - scaled.height()) / 2).toPoint()
    return QRect(tile.topLeft() + offset, scaled)
