"""Groups of duplicates side by side, with the keys that decide about them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QWidget

from clipdesk.core.window_messages import DuplicateFile, DuplicateGroup
from clipdesk.ui.duplicate_delegate import TILE, DuplicateDelegate
from clipdesk.ui.duplicate_marks import DuplicateMarks
from clipdesk.ui.duplicates_model import DuplicatesModel
from clipdesk.ui.progress_words import in_bytes
from clipdesk.ui.thumbnail_loader import ThumbnailLoader
from clipdesk.ui.tile_view import TileView


class DuplicatesView(TileView):
    """Space or Delete marks a file, K keeps only the current one of its group, U keeps all, Enter shows it large."""

    preview_requested = Signal(list, int)
    """The photos of the current group, and which of them."""

    def __init__(self, marks: DuplicateMarks, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(DuplicateDelegate(loader), parent)
        self.itemDelegate().setParent(self)
        self._marks = marks
        self.duplicates = DuplicatesModel(marks, self)
        self.setModel(self.duplicates)
        self.set_tile_size(TILE)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName(self.tr("Duplicates"))
        loader.loaded.connect(lambda _: self.viewport().update())
        self.doubleClicked.connect(lambda _: self.preview())
        for key, act in (
            (Qt.Key.Key_K, self.keep_only),
            (Qt.Key.Key_U, self.keep_all),
            (Qt.Key.Key_Delete, self.toggle),
            (Qt.Key.Key_Backspace, self.toggle),
            (Qt.Key.Key_Return, self.preview),
            (Qt.Key.Key_Enter, self.preview),
        ):
            self._on_key(key, act)

    def _on_key(self, key: Qt.Key, act: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(act)

    def show_groups(self, groups: Sequence[DuplicateGroup]) -> None:
        """Show these; the current file stays current when it is still among them, or else the one in its place."""
        before, row = self.current(), self.currentIndex().row()
        self.duplicates.show(groups)
        self.set_sections(self.duplicates.starts, [self._title(group) for group in groups] or [""])
        if before is None:
            row = 0
        else:
            paths = [file.path for group in groups for file in group.files]
            row = paths.index(before[1].path) if before[1].path in paths else min(row, len(paths) - 1)
        if groups:
            self.setCurrentIndex(self.duplicates.index(row))

    def current(self) -> tuple[DuplicateGroup, DuplicateFile] | None:
        """The current file with its group."""
        return self.duplicates.file_at(self.currentIndex().row())

    def keep_only(self) -> None:
        """Mark the other files of the group."""
        chosen = self.current()
        if chosen is not None:
            self._marks.keep_only(*chosen)

    def keep_all(self) -> None:
        """Mark no file of the group."""
        chosen = self.current()
        if chosen is not None:
            self._marks.keep_all(chosen[0])

    def toggle(self) -> None:
        """Mark the current file, or not."""
        index = self.currentIndex()
        if index.isValid():
            marked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            state = Qt.CheckState.Unchecked if marked else Qt.CheckState.Checked
            self.duplicates.setData(index, state, Qt.ItemDataRole.CheckStateRole)

    def preview(self) -> None:
        """Show the photos of the group large."""
        chosen = self.current()
        if chosen is not None:
            group, file = chosen
            # A photo that lies in several files is shown once for each of them.
            self.preview_requested.emit([one.photo for one in group.files], group.files.index(file))

    def _title(self, group: DuplicateGroup) -> str:
        freed = in_bytes(sum(file.size for file in group.files if not file.keep))
        if group.kind == "same":
            told = self.tr("%Ln file(s) with the same content", "", len(group.files))
        else:
            told = self.tr("%Ln photo(s) that look nearly the same", "", len(group.files))
        freed = self.tr("{size} could be freed").format(size=freed)
        return f"{told} · {freed}"
