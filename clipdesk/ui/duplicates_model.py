"""Groups of duplicates as one flat list of files, and the sections that they make."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from clipdesk.core.window_messages import DuplicateFile, DuplicateGroup
from clipdesk.ui.duplicate_marks import DuplicateMarks
from clipdesk.ui.plain_text import plain_tip
from clipdesk.ui.progress_words import in_bytes
from clipdesk.ui.results_model import Role

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class DuplicateRole(IntEnum):
    """What the model says of a file beside its photo (`Role.PHOTO`)."""

    FACTS = Qt.ItemDataRole.UserRole + 11
    """Lines of text about it."""
    BADGE = Qt.ItemDataRole.UserRole + 12
    """Why it is the one that is suggested to stay; "" for the others."""


class DuplicatesModel(QAbstractListModel):
    """One row a file; its check box tells whether it is to go to the bin."""

    refused = Signal()
    """The last file of a group cannot be marked."""

    def __init__(self, marks: DuplicateMarks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._marks = marks
        self._rows: list[tuple[DuplicateGroup, DuplicateFile]] = []
        self._shown: dict[int, Callable[[DuplicateGroup, DuplicateFile], Any]] = {
            Role.PHOTO: lambda _, file: file.photo,
            Qt.ItemDataRole.DisplayRole: lambda _, file: file.path.name,
            Qt.ItemDataRole.ToolTipRole: lambda _, file: plain_tip(str(file.path)),
            Qt.ItemDataRole.AccessibleTextRole: self._spoken,
            Qt.ItemDataRole.CheckStateRole: self._check_state,
            DuplicateRole.FACTS: self._facts,
            DuplicateRole.BADGE: lambda _, file: self._badge(file),
        }
        self.groups: list[DuplicateGroup] = []
        self.starts: list[int] = [0]
        marks.changed.connect(self._repaint)

    def show(self, groups: Sequence[DuplicateGroup]) -> None:
        """Show these groups."""
        self.beginResetModel()
        self.groups = list(groups)
        self._rows = [(group, file) for group in groups for file in group.files]
        self.starts, row = [], 0
        for group in groups:
            self.starts.append(row)
            row += len(group.files)
        self.starts = self.starts or [0]
        self.endResetModel()

    def file_at(self, row: int) -> tuple[DuplicateGroup, DuplicateFile] | None:
        """The group and file of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        """The number of files."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A file can be marked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a file's tile shows."""
        if not index.isValid():
            return None
        group, file = self._rows[index.row()]
        shown = self._shown.get(role)
        return shown(group, file) if shown is not None else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Mark a file, or not."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        group, file = self._rows[index.row()]
        done = self._marks.mark(group, file, on=Qt.CheckState(value) == Qt.CheckState.Checked)
        if not done:
            self.refused.emit()
        return done

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), [Qt.ItemDataRole.CheckStateRole])

    def _check_state(self, group: DuplicateGroup, file: DuplicateFile) -> Qt.CheckState:
        return Qt.CheckState.Checked if self._marks.is_marked(group, file) else Qt.CheckState.Unchecked

    def _facts(self, group: DuplicateGroup, file: DuplicateFile) -> list[str]:
        metadata = file.photo.metadata
        size = in_bytes(file.size)
        if metadata.width and metadata.height:
            size = f"{metadata.width} × {metadata.height} · {size}"
        lines = [file.path.name, str(file.path.parent), size]
        if group.kind == "near" and not file.keep:
            percent = self.tr("{percent} % alike").format(percent=min(99, int(100 * file.similarity)))
            lines[2] = f"{size} · {percent}"
        return lines

    def _badge(self, file: DuplicateFile) -> str:
        if not file.keep:
            return ""
        return {
            "resolution": self.tr("Best: most detail"),
            "size": self.tr("Best: largest file"),
            "original name": self.tr("Best: original name"),
            "oldest": self.tr("Best: oldest"),
        }.get(file.reason, self.tr("Suggested to keep"))

    def _spoken(self, group: DuplicateGroup, file: DuplicateFile) -> str:
        marked = self._marks.is_marked(group, file)
        told = [self.tr("to the bin") if marked else self.tr("stays"), self._badge(file), *self._facts(group, file)]
        return ", ".join(part for part in told if part)
