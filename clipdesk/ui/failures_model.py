"""Files that are not in the library, grouped by why."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from clipdesk.core.entities import Failure, FileState
from clipdesk.ui.icons import icon
from clipdesk.ui.plain_text import plain_tip
from clipdesk.ui.worker_words import said

_Index = QModelIndex | QPersistentModelIndex
_ORDER = (FileState.FAILED, FileState.QUARANTINED, FileState.CLOUD)
_ICONS = {FileState.FAILED: "warning", FileState.QUARANTINED: "cross", FileState.CLOUD: "cloud"}
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Files with one reason."""

    state: FileState
    reason: str
    files: tuple[Failure, ...]


def grouped(failures: tuple[Failure, ...]) -> tuple[FailureGroup, ...]:
    """Group by state and reason: what failed first, then the largest groups; files in the order given."""
    found: dict[tuple[FileState, str], list[Failure]] = {}
    for failure in failures:
        reason = failure.reason if failure.state is FileState.FAILED else ""
        found.setdefault((failure.state, reason), []).append(failure)
    groups = [FailureGroup(state, reason, tuple(files)) for (state, reason), files in found.items()]
    return tuple(sorted(groups, key=lambda group: (_ORDER.index(group.state), -len(group.files), group.reason)))


class FailuresModel(QAbstractItemModel):
    """A tree of two levels: reasons, and the files below. Two columns: name, folder."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[FailureGroup, ...] = ()

    @property
    def groups(self) -> tuple[FailureGroup, ...]:
        """The groups, in order."""
        return self._groups

    def set_groups(self, groups: tuple[FailureGroup, ...]) -> None:
        """Show these; nothing happens when they are shown already."""
        if groups == self._groups:
            return
        self.beginResetModel()
        self._groups = groups
        self.endResetModel()

    def failures_at(self, index: _Index) -> tuple[Failure, ...]:
        """The file at `index`, or all files of the group there."""
        if not index.isValid():
            return ()
        if index.internalId() == 0:
            return self._groups[index.row()].files
        return (self._groups[index.internalId() - 1].files[index.row()],)

    # ---- of QAbstractItemModel ----

    def index(self, row: int, column: int, parent: _Index = _NOWHERE) -> QModelIndex:
        """A group has the internal id 0, a file its group's number + 1."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: _Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]
        """A file's group."""
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Groups, or the files of one."""
        if not parent.isValid():
            return len(self._groups)
        return len(self._groups[parent.row()].files) if parent.internalId() == 0 and parent.column() == 0 else 0

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Name and folder."""
        return 2

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, and an icon for a group."""
        if not index.isValid():
            return None
        if index.internalId() == 0:
            group = self._groups[index.row()]
            if role == Qt.ItemDataRole.DisplayRole:
                return self._title(group) if index.column() == 0 else self.tr("%Ln file(s)", "", len(group.files))
            if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
                return icon(_ICONS[group.state])
            return None
        [failure] = self.failures_at(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return failure.path.name if index.column() == 0 else str(failure.path.parent)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{failure.path}\n{failure.reason}")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Reason"), self.tr("Folder"))[section]

    def _title(self, group: FailureGroup) -> str:
        match group.state:
            case FileState.CLOUD:
                return self.tr("In the cloud, not on this computer: looking at them would download them")
            case FileState.QUARANTINED:
                return self.tr("Left out: clipdesk stopped twice while it was reading them")
            case _:
                reason = said(group.reason)
                return reason[:1].upper() + reason[1:]
