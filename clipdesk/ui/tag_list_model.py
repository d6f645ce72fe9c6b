"""The tags of a library as a list: the user's own under one heading, those that photos look like under another."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from clipdesk.core.window_messages import TagCount
from clipdesk.ui.plain_text import plain_tip

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class TagRole(IntEnum):
    """What the model says beside a row's text."""

    TAG = Qt.ItemDataRole.UserRole + 1
    """The tag's name; None for a heading."""
    COUNT = Qt.ItemDataRole.UserRole + 2
    """How many photos, as shown at the end of the line."""
    ACCEPTED = Qt.ItemDataRole.UserRole + 3
    """Whether the row counts the photos that have the tag."""


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    tag: TagCount | None = None
    accepted: bool = False


class TagListModel(QAbstractListModel):
    """Headings and tags; `set_filter` leaves those whose name or group has the text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._accepted: Sequence[TagCount] = ()
        self._suggested: Sequence[TagCount] = ()
        self._wanted = ""
        self._rows: list[_Row] = []

    def set_tags(self, accepted: Sequence[TagCount], suggested: Sequence[TagCount]) -> None:
        """Show these."""
        self._accepted, self._suggested = accepted, suggested
        self._fill()

    def set_filter(self, text: str) -> None:
        """Show those with this in their name or group; all for ""."""
        self._wanted = " ".join(text.split()).casefold()
        self._fill()

    def row_of(self, tag: str, *, accepted: bool) -> int:
        """The row of a tag, preferably where it is accepted (or suggested); -1 when it is not shown."""
        rows = [row for row, one in enumerate(self._rows) if one.tag is not None and one.tag.tag == tag]
        return next((row for row in rows if self._rows[row].accepted == accepted), rows[0] if rows else -1)

    def count_of(self, tag: str) -> tuple[int, int]:
        """How many photos have a tag, and about how many more look like it."""
        wanted = tag.casefold()

        def photos(counts: Sequence[TagCount]) -> int:
            return next((one.photos for one in counts if one.tag.casefold() == wanted), 0)

        return photos(self._accepted), photos(self._suggested)

    def is_empty(self) -> bool:
        """Whether there are no tags at all, whatever the filter."""
        return not self._accepted and not self._suggested

    def rowCount(self, parent: Index = _ROOT) -> int:
        """The number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a row shows."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        if row.tag is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._spoken(row))
        if role == TagRole.TAG:
            return row.tag.tag
        if role == TagRole.COUNT:
            return row.tag.photos
        return row.accepted if role == TagRole.ACCEPTED else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        if not index.isValid() or self._rows[index.row()].tag is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def _spoken(self, row: _Row) -> str:
        if row.tag is None:
            return row.text
        if row.accepted:
            return self.tr("%Ln photo(s) tagged “{tag}”", "", row.tag.photos).format(tag=row.tag.tag)
        return self.tr("About %Ln photo(s) look like “{tag}”", "", row.tag.photos).format(tag=row.tag.tag)

    def _fill(self) -> None:
        rows: list[_Row] = []
        for heading, counts, accepted in (
            (self.tr("Your tags"), self._accepted, True),
            (self.tr("Suggestions"), self._suggested, False),
        ):
            found = [_Row(count.tag, count, accepted) for count in counts if self._passes(count)]
            rows += [_Row(heading), *found] if found else []
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _passes(self, count: TagCount) -> bool:
        return self._wanted in count.tag.casefold() or self._wanted in count.group.casefold()
