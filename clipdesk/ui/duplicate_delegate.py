"""Paints one file among duplicates: the picture, what tells it apart, and whether it is to go to the bin."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from clipdesk.core.entities import Photo
from clipdesk.ui.duplicates_model import DuplicateRole
from clipdesk.ui.icons import icon
from clipdesk.ui.results_model import Role
from clipdesk.ui.thumbnail_delegate import ThumbnailDelegate, fitted
from clipdesk.ui.thumbnail_loader import ThumbnailLoader

_Index = QModelIndex | QPersistentModelIndex
_MARK = 32
_INSET = 8
_FADED = 0.35
TILE = 216
"""Side of a tile, in device-independent pixels."""


class DuplicateDelegate(ThumbnailDelegate):
    """A click on the mark, or Space, changes it."""

    def __init__(self, loader: ThumbnailLoader, parent: QObject | None = None) -> None:
        super().__init__(loader, parent)
        self._bin = icon("trash")
        self._stays = icon("check")

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one tile."""
        tile: QRect = option.rect  # pyright: ignore
        palette: QPalette = option.palette  # pyright: ignore
        state: QStyle.StateFlag = option.state  # pyright: ignore
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft  # pyright: ignore
        marked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        line = painter.fontMetrics().lineSpacing()
        words = QRect(tile.left() + _INSET, tile.bottom() - 3 * line - _INSET, tile.width() - 2 * _INSET, 3 * line)
        picture = QRect(tile.left(), tile.top(), tile.width(), words.top() - tile.top() - _INSET)
        self._ground(painter, tile, palette, state)
        photo: Photo = index.data(Role.PHOTO)
        pixmap = self.loader.pixmap(photo.content_hash, round(tile.width() * painter.device().devicePixelRatio()))
        if pixmap is not None:
            painter.setOpacity(_FADED if marked else 1.0)
            painter.drawPixmap(fitted(pixmap.size(), picture.adjusted(4, 4, -4, 0)), pixmap)
            painter.setOpacity(1.0)
        self._words(painter, words, palette, index.data(DuplicateRole.FACTS))
        self._frame(painter, tile, palette, state)
        self._mark(painter, mark_of(tile, mirrored=mirrored), palette, marked=marked)
        badge: str = index.data(DuplicateRole.BADGE)
        if badge:
            self._badge(painter, picture, palette, badge, mirrored=mirrored)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """Change the mark by mouse or keyboard."""
        if isinstance(event, QKeyEvent):
            wanted = event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select)
        elif isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton:
            mirrored = option.direction == Qt.LayoutDirection.RightToLeft  # pyright: ignore
            inside = mark_of(option.rect, mirrored=mirrored).contains(event.position().toPoint())  # pyright: ignore
            if inside and event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
                return True
            wanted = inside and event.type() == QEvent.Type.MouseButtonRelease
        else:
            wanted = False
        if not wanted:
            return False
        marked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        state = Qt.CheckState.Unchecked if marked else Qt.CheckState.Checked
        model.setData(index, state, Qt.ItemDataRole.CheckStateRole)
        return True

    def _words(self, painter: QPainter, where: QRect, palette: QPalette, facts: list[str]) -> None:
        metrics = painter.fontMetrics()
        line = QRect(where.left(), where.top(), where.width(), metrics.lineSpacing())
        for place, text in enumerate(facts):
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText if place else QPalette.ColorRole.Text))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, shown)
            line.translate(0, line.height())

    def _mark(self, painter: QPainter, where: QRect, palette: QPalette, *, marked: bool) -> None:
        chip = QRectF(where).adjusted(2, 2, -2, -2)
        painter.setBrush(palette.color(QPalette.ColorRole.Window))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawRoundedRect(chip, chip.height() / 2, chip.height() / 2)
        self._icon(painter, self._bin if marked else self._stays, where.adjusted(7, 7, -7, -7))

    def _badge(self, painter: QPainter, picture: QRect, palette: QPalette, text: str, *, mirrored: bool) -> None:
        metrics = QFontMetrics(painter.font())
        width = min(metrics.horizontalAdvance(text) + 16, picture.width() - _MARK - 2 * _INSET)
        height = metrics.height() + 8
        left = picture.left() + _INSET if mirrored else picture.right() - _INSET - width + 1
        chip = QRect(left, picture.top() + _INSET, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 8)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, shown)


def mark_of(tile: QRect, *, mirrored: bool) -> QRect:
    """Where the mark of a tile lies: at its leading top corner."""
    left = tile.right() - 4 - _MARK + 1 if mirrored else tile.left() + 4
    return QRect(left, tile.top() + 4, _MARK, _MARK)
