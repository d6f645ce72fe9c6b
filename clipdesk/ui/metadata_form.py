"""What is known of a photo, in words: when, with what, how large, where."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from clipdesk.core.entities import Photo, PhotoMetadata

translate = QCoreApplication.translate
_MAP = "https://www.openstreetmap.org/?mlat={latitude:.6f}&mlon={longitude:.6f}#map=15/{latitude:.6f}/{longitude:.6f}"


class MetadataForm(QWidget):
    """Rows of a name and a value; rows that a photo has nothing for are left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._values: dict[str, QLabel] = {}
        for name, words in (
            ("title", self.tr("Title")),
            ("taken", self.tr("Taken")),
            ("camera", self.tr("Camera")),
            ("lens", self.tr("Lens")),
            ("size", self.tr("Size")),
            ("rating", self.tr("Rating")),
            ("keywords", self.tr("Keywords")),
            ("place", self.tr("Place")),
        ):
            self._add(name, words)

    def show_photos(self, photos: Sequence[Photo]) -> None:
        """Show what is known of one photo, or what several have in common."""
        told = _of_one(photos[0].metadata) if len(photos) == 1 else _of_several([one.metadata for one in photos])
        for name, label in self._values.items():
            text = told.get(name, "")
            label.setText(text)
            self._form.setRowVisible(label, bool(text))
        self.setVisible(any(told.values()))

    def value(self, name: str) -> str:
        """The text of a row; empty when it is left out."""
        return self._values[name].text()

    def _add(self, name: str, words: str) -> None:
        caption = QLabel(words, self)
        caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        value = QLabel(self)
        value.setWordWrap(True)
        value.setTextFormat(Qt.TextFormat.RichText if name == "place" else Qt.TextFormat.PlainText)
        value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        value.setOpenExternalLinks(True)
        value.setAccessibleName(words)
        if name == "place":
            value.setToolTip(self.tr("Opens the map of openstreetmap.org in your browser, which is told this place"))
        caption.setBuddy(value)
        self._form.addRow(caption, value)
        self._values[name] = value


def _of_one(metadata: PhotoMetadata) -> dict[str, str]:
    return {
        "title": metadata.title or "",
        "taken": moment(metadata.taken_at),
        "camera": metadata.camera or "",
        "lens": metadata.lens or "",
        "size": _size(metadata),
        "rating": "★" * metadata.rating if metadata.rating else "",
        "keywords": ", ".join(metadata.keywords),
        "place": _place(metadata),
    }


def _of_several(all_of_them: Sequence[PhotoMetadata]) -> dict[str, str]:
    days = sorted(one.taken_at.replace(tzinfo=None) for one in all_of_them if one.taken_at is not None)
    cameras = sorted({one.camera for one in all_of_them if one.camera})
    lenses = sorted({one.lens for one in all_of_them if one.lens})
    locale = QLocale()
    taken = ""
    if days:
        first, last = (locale.toString(_qt(day).date(), QLocale.FormatType.ShortFormat) for day in (days[0], days[-1]))
        taken = (
            first if first == last else translate("MetadataForm", "{first} to {last}").format(first=first, last=last)
        )
    return {"taken": taken, "camera": _some(cameras), "lens": _some(lenses)}


def _some(names: Sequence[str]) -> str:
    """At most three names; how many there are beyond."""
    shown = ", ".join(names[:3])
    if len(names) <= 3:
        return shown
    return translate("MetadataForm", "{names} and {count} more").format(
        names=shown, count=QLocale().toString(len(names) - 3)
    )


def moment(taken: datetime | None) -> str:
    """A date and a time as the user's country writes them."""
    if taken is None:
        return ""
    locale, when = QLocale(), _qt(taken)
    day = locale.toString(when.date(), QLocale.FormatType.LongFormat)
    return f"{day}, {locale.toString(when.time(), QLocale.FormatType.ShortFormat)}"


def _qt(taken: datetime) -> QDateTime:
    """The time that the camera's clock showed, whatever the time zone here."""
    return QDateTime.fromString(taken.replace(tzinfo=None, microsecond=0).isoformat(), Qt.DateFormat.ISODate)


def _size(metadata: PhotoMetadata) -> str:
    if not metadata.width or not metadata.height:
        return ""
    locale, pixels = QLocale(), metadata.width * metadata.height
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    sides = f"{locale.toString(metadata.width)} × {locale.toString(metadata.height)}"
    if pixels < 1e5:
        return sides
    return f"{sides} · " + translate("MetadataForm", "{count} megapixels").format(
        count=locale.toString(pixels / 1e6, "f", 1)
    )


def _place(metadata: PhotoMetadata) -> str:
    if metadata.latitude is None or metadata.longitude is None:
        return ""
    locale = QLocale()
    north = (
        translate("MetadataForm", "{degrees}° N")
        if metadata.latitude >= 0
        else translate("MetadataForm", "{degrees}° S")
    )
    east = (
        translate("MetadataForm", "{degrees}° E")
        if metadata.longitude >= 0
        else translate("MetadataForm", "{degrees}° W")
    )
    words = ", ".join(
        text.format(degrees=locale.toString(abs(value), "f", 4))
        for text, value in ((north, metadata.latitude), (east, metadata.longitude))
    )
    if metadata.altitude is not None:
        words += ", " + translate("MetadataForm", "{metres} m high").format(
            metres=locale.toString(round(metadata.altitude))
        )
    link = _MAP.format(latitude=metadata.latitude, longitude=metadata.longitude).replace("&", "&amp;")
    shown = translate("MetadataForm", "Show on a map")
    return f'{words}<br><a href="{link}">{shown}</a>'
