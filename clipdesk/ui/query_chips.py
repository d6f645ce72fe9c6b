"""What was understood of a query, as a row of chips: one for each term and each filter."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QIcon,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QSizePolicy,
    QStyle,
    QToolButton,
    QWidget,
)

from clipdesk.core.query import Filter, FilterKind, Query, Term
from clipdesk.ui.icons import icon
from clipdesk.ui.picture_cache import PictureCache
from clipdesk.ui.plain_text import plain_tip

_HEIGHT = 32
_PICTURE = 32
_WIDEST = 240
_ICONS = {
    FilterKind.IN: "folder",
    FilterKind.NAME: "image",
    FilterKind.TYPE: "image",
    FilterKind.CAMERA: "camera",
    FilterKind.DATE: "calendar",
    FilterKind.RATING: "star",
    FilterKind.TAG: "tag",
    FilterKind.HAS: "info",
    FilterKind.IS: "photos",
}


@dataclass(frozen=True, slots=True)
class ChipContent:
    """What one chip shows. `picture` is the path of a picture term, "" for everything else."""

    label: str
    negative: bool
    symbol: str
    picture: str = ""


def contents_of(query: Query) -> list[ChipContent]:
    """Return the chips of a query: terms in their order, then filters."""
    return [*map(_of_term, query.terms), *map(_of_filter, query.filters)]


def _of_term(term: Term) -> ChipContent:
    weight = abs(term.weight)
    times = "" if weight == 1 else f"{weight:g} × "
    symbol = "minus" if term.weight < 0 else "plus"
    if term.picture is None:
        return ChipContent(times + term.text, term.weight < 0, symbol)
    return ChipContent(times.strip(), term.weight < 0, symbol, str(term.picture))


def _of_filter(one: Filter) -> ChipContent:
    label = one.text if one.kind in (FilterKind.IN, FilterKind.CAMERA, FilterKind.TAG) else f"{one.kind}: {one.text}"
    return ChipContent(label, one.negated, "minus" if one.negated else _ICONS[one.kind])


class Chip(QAbstractButton):
    """One chip. Click, Space or Enter turns it round; its cross, Delete or Backspace removes it."""

    removed = Signal()
    focused = Signal()
    moved = Signal(int)
    """To the chip before (-1) or after (1) this one."""

    def __init__(self, pictures: PictureCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.content = ChipContent("", False, "plus")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._cross = QToolButton(self)
        self._cross.setIcon(icon("close"))
        self._cross.setIconSize(QSize(12, 12))
        self._cross.setAutoRaise(True)
        self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._cross.setToolTip(self.tr("Remove"))
        self._cross.setAccessibleName(self.tr("Remove"))
        self._cross.clicked.connect(self.removed)
        pictures.arrived.connect(self._arrived)

    def show_content(self, content: ChipContent) -> None:
        """Show something else."""
        if content == self.content:
            return
        self.content = content
        self.setText(content.label)
        self._describe()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The width of its parts, at most some 240 pixels."""
        text = self.fontMetrics().horizontalAdvance(self.content.label)
        width = 8 + 16 + (8 + _PICTURE if self.content.picture else 0) + (4 + text if text else 0) + 8 + 24 + 4
        return QSize(min(width, _WIDEST), _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the sign, the picture, the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._draw_ground(painter)
        content, at = self.content, 8
        picture = self._pictures.get(content.picture) if content.picture else None
        symbol = "warning" if content.picture and self._pictures.failure(content.picture) else content.symbol
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        icon(symbol).paint(painter, self._visual(QRect(at, 8, 16, 16)), mode=mode)
        at += 20
        if content.picture:
            at += 4
            place = self._visual(QRect(at, 2, _PICTURE, _HEIGHT - 4))
            if picture is None:
                icon("image").paint(painter, place.adjusted(6, 4, -6, -4), mode=QIcon.Mode.Disabled)
            else:
                self._draw_picture(painter, place, picture)
            at += _PICTURE + 4
        place = self._visual(QRect(at, 0, self.width() - at - 32, _HEIGHT))
        painter.setPen(
            self._colour(QPalette.ColorRole.PlaceholderText if content.negative else QPalette.ColorRole.Text)
        )
        shown = self.fontMetrics().elidedText(content.label, Qt.TextElideMode.ElideMiddle, place.width())
        leading = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeading)
        painter.drawText(place, leading | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cross at the trailing end."""
        self._cross.setGeometry(self._visual(QRect(self.width() - 28, 4, 24, 24)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete, Enter and the arrows; Space is the button's own."""
        forward = Qt.Key.Key_Left if self.isRightToLeft() else Qt.Key.Key_Right
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.removed.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.click()
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self.moved.emit(1 if event.key() == forward else -1)
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the keyboard is here."""
        super().focusInEvent(event)
        self.focused.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be clicked."""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show that no more."""
        self.update()

    def _visual(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)

    def _colour(self, role: QPalette.ColorRole) -> QColor:
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        return self.palette().color(group, role)

    def _draw_ground(self, painter: QPainter) -> None:
        hover = self.isEnabled() and self.underMouse()
        ground = self._colour(QPalette.ColorRole.Midlight if hover else QPalette.ColorRole.AlternateBase)
        edge = QPen(self._colour(QPalette.ColorRole.Mid), 1)
        if self.content.negative:
            edge.setStyle(Qt.PenStyle.DashLine)
            edge.setColor(self._colour(QPalette.ColorRole.PlaceholderText))
        if self.hasFocus():
            edge = QPen(self._colour(QPalette.ColorRole.Highlight), 2)
        painter.setPen(edge)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _draw_picture(self, painter: QPainter, place: QRect, picture: QPixmap) -> None:
        """Fill the place with the middle of the picture; a negative one is pale."""
        ratio = max(place.width() / picture.width(), place.height() / picture.height())
        width, height = place.width() / ratio, place.height() / ratio
        source = QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(place), 4, 4)
        painter.save()
        painter.setClipPath(outline)
        painter.setOpacity(0.5 if self.content.negative else 1.0)
        painter.drawPixmap(QRectF(place), picture, source)
        painter.restore()

    def _arrived(self, path: str) -> None:
        if path == self.content.picture:
            self._describe()
            self.update()

    def _describe(self) -> None:
        content = self.content
        what = self.tr("picture {name}").format(name=content.picture) if content.picture else content.label
        name = self.tr("Without {what}") if content.negative else self.tr("With {what}")
        self.setAccessibleName(name.format(what=what))
        failure = self._pictures.failure(content.picture) if content.picture else ""
        turn = self.tr("Click to look for this again.") if content.negative else self.tr("Click to leave this out.")
        self.setToolTip(plain_tip("\n".join(part for part in (content.picture, failure, turn) if part)))
