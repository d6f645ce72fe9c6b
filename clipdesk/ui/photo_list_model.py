"""A plain list of photos for `TileView`, all of them at hand."""

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from clipdesk.core.entities import Photo
from clipdesk.ui.plain_text import plain_tip
from clipdesk.ui.results_model import Role

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class PhotoListModel(QAbstractListModel):
    """One row a photo."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photos: list[Photo] = []

    @property
    def photos(self) -> Sequence[Photo]:
        """The photos, in order."""
        return self._photos

    def show(self, photos: Sequence[Photo]) -> None:
        """Show these."""
        self.beginResetModel()
        self._photos = list(photos)
        self.endResetModel()

    def remove(self, photo_ids: Collection[int]) -> None:
        """Leave photos out; what is selected beside them stays selected."""
        for row in reversed(range(len(self._photos))):
            if self._photos[row].id in photo_ids:
                self.beginRemoveRows(_ROOT, row, row)
                del self._photos[row]
                self.endRemoveRows()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """The number of photos."""
        return 0 if parent.isValid() else len(self._photos)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The photo, its file's name and path."""
        if not index.isValid():
            return None
        photo = self._photos[index.row()]
        if role == Role.PHOTO:
            return photo
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return photo.paths[0].name
        return plain_tip(str(photo.paths[0])) if role == Qt.ItemDataRole.ToolTipRole else None
