"""Which files of which groups of duplicates the user wants in the bin. One file of each group always stays."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from clipdesk.core.window_messages import DuplicateFile, DuplicateGroup

_Key = tuple[str, frozenset[Path]]


class DuplicateMarks(QObject):
    """Marks by group and path.

    Of files with the same content all but the best are marked at first, since nothing is lost with them; of photos that
    only look alike none is: that is for the user's eyes.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._marks: dict[_Key, frozenset[Path]] = {}

    def begin(self, groups: Sequence[DuplicateGroup]) -> None:
        """Take these groups; what was chosen for one that is here again stays chosen."""
        self._marks = {(key := _key(group)): self._marks.get(key, first_marks(group)) for group in groups}
        self.changed.emit()

    def is_marked(self, group: DuplicateGroup, file: DuplicateFile) -> bool:
        """Whether a file is to go."""
        return file.path in self._marks.get(_key(group), ())

    def marked(self, group: DuplicateGroup) -> list[DuplicateFile]:
        """The files of a group that are to go."""
        marks = self._marks.get(_key(group), ())
        return [file for file in group.files if file.path in marks]

    def staying(self, group: DuplicateGroup) -> list[DuplicateFile]:
        """The files of a group that stay."""
        marks = self._marks.get(_key(group), ())
        return [file for file in group.files if file.path not in marks]

    def mark(self, group: DuplicateGroup, file: DuplicateFile, *, on: bool) -> bool:
        """Mark a file or not; False, and nothing is changed, when no file of the group would stay."""
        marks = self._marks[_key(group)]
        return self._set(group, marks | {file.path} if on else marks - {file.path})

    def keep_only(self, group: DuplicateGroup, file: DuplicateFile) -> None:
        """Mark all others."""
        self._set(group, frozenset(one.path for one in group.files) - {file.path})

    def keep_all(self, group: DuplicateGroup) -> None:
        """Mark none."""
        self._set(group, frozenset())

    def keep_best(self, groups: Sequence[DuplicateGroup]) -> None:
        """Mark all but the suggested file of each of these groups."""
        for group in groups:
            self._marks[_key(group)] = others(group)
        self.changed.emit()

    def _set(self, group: DuplicateGroup, marks: frozenset[Path]) -> bool:
        if len(marks) >= len(group.files):
            return False
        if marks != self._marks[_key(group)]:
            self._marks[_key(group)] = marks
            self.changed.emit()
        return True


def _key(group: DuplicateGroup) -> _Key:
    """What a group is known by; the hash of a whole one, with all that is known of its photos, takes long."""
    return group.kind, frozenset(file.path for file in group.files)


def first_marks(group: DuplicateGroup) -> frozenset[Path]:
    """The files that are marked before the user has said anything."""
    return others(group) if group.kind == "same" else frozenset()


def others(group: DuplicateGroup) -> frozenset[Path]:
    """All files of a group but the one that is suggested to stay."""
    best = next((file for file in group.files if file.keep), group.files[0])
    return frozenset(file.path for file in group.files) - {best.path}
