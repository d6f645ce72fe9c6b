"""What can be done with the selected photos: one set of actions for menu, keyboard and preview."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from clipdesk.core.entities import Photo
from clipdesk.ui import file_actions
from clipdesk.ui.bin import FileBin
from clipdesk.ui.bin_dialog import BinDialog
from clipdesk.ui.export_dialog import ExportDialog
from clipdesk.ui.icons import icon
from clipdesk.ui.open_with import OpenWith
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.views import Views
from clipdesk.ui.worker_client import WorkerClient


class PhotoActions(QObject):
    """Actions on what `selection` returns at the moment they are triggered. `window` is the parent of their dialogs."""

    similar_requested = Signal(list)
    """Paths of photos to find the like of."""
    more_like = Signal(list)
    """Paths of photos to add to the query."""
    less_like = Signal(list)
    hide_requested = Signal(list)
    """Ids of photos to take out of the results: removed from them, or gone to the bin."""
    show_requested = Signal(list)
    """Ids of photos that come back: undone."""
    tags_wanted = Signal()
    """Give the keyboard to where tags are added."""
    told = Signal(str, str)
    """What could not be done, and what to do next."""
    done = Signal(str, bool)
    """What was done; whether undo takes it back."""

    def __init__(
        self,
        client: WorkerClient,
        undo: QUndoStack,
        store: SettingsStore,
        selection: Callable[[], list[Photo]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._client = client
        self._views = Views(client, self)
        self._undo = undo
        self._store = store
        self._selection = selection
        self._window = window
        self._bin = undo.findChild(FileBin) or FileBin(client, undo, self)
        self._bin.told.connect(self.told)
        self._bin.done.connect(self.done)
        self._bin.photos_gone.connect(self.hide_requested)
        self._bin.photos_back.connect(self.show_requested)
        self._open_with = OpenWith(self._paths, window)
        self._actions = self._make()

    def actions(self) -> list[QAction]:
        """Every action, to be added to a widget: their shortcuts work while it, or a widget in it, has the keyboard."""
        return list(self._actions.values())

    def action(self, name: str) -> QAction:
        """One of: open, show, copy, similar, more, less, tags, export, remove, bin."""
        return self._actions[name]

    def menu(self, parent: QWidget) -> QMenu:
        """A context menu for the selection; it deletes itself when it is closed."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu)
        return menu

    def fill(self, menu: QMenu) -> None:
        """Put the actions into a menu that is about to be shown."""
        chosen = self._selection()
        there = any(not photo.offline for photo in chosen)
        for name in ("open", "show", "copy", "export", "bin"):
            self._actions[name].setEnabled(there)
        menu.addAction(self._actions["open"])
        other = menu.addMenu(self._open_with.menu(menu))
        other.setEnabled(there)
        menu.addAction(self._actions["show"])
        menu.addAction(self._actions["copy"])
        menu.addSeparator()
        for name in ("similar", "more", "less"):
            menu.addAction(self._actions[name])
        menu.addSeparator()
        for name in ("tags", "export"):
            menu.addAction(self._actions[name])
        menu.addSeparator()
        for name in ("remove", "bin"):
            menu.addAction(self._actions[name])
        # A shortcut of an action that a closed menu left disabled would be dead.
        menu.aboutToHide.connect(self._enable_all, Qt.ConnectionType.UniqueConnection)

    def move_to_bin(self, photos: Sequence[Photo]) -> None:
        """Ask, then move files of these photos to the bin; undo brings them back."""
        here = self._here(photos)
        if not here:
            return
        dialog = BinDialog(here, self._front())
        dialog.accepted.connect(lambda: self._bin.move(dialog.chosen(), here))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def move_files_to_bin(self, paths: Sequence[Path]) -> None:
        """Ask, then move these files to the bin; undo brings them back."""
        if not paths:
            return
        dialog = BinDialog((), self._front(), files=paths)
        dialog.accepted.connect(lambda: self._bin.move(dialog.chosen()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # ---- the actions ----

    def _make(self) -> dict[str, QAction]:
        copy = QKeySequence(QKeySequence.StandardKey.Copy)
        enter = [QKeySequence(Qt.Key.Key_Return), QKeySequence(Qt.Key.Key_Enter)]
        delete = [QKeySequence(Qt.Key.Key_Delete), QKeySequence("Ctrl+Backspace")]
        return {
            "open": self._action(self.tr("Open"), "open", self.open, enter),
            "show": self._action(self.tr("Show in folder"), "folder", self._show_in_folder, [QKeySequence("Ctrl+R")]),
            "copy": self._action(self.tr("Copy"), "copy", self._copy, [copy]),
            "similar": self._action(self.tr("Find similar"), "search", self._similar, [QKeySequence("Ctrl+L")]),
            "more": self._action(self.tr("More like this"), "plus", lambda: self.more_like.emit(self._paths())),
            "less": self._action(self.tr("Less like this"), "minus", lambda: self.less_like.emit(self._paths())),
            "tags": self._action(self.tr("Add tags…"), "tag", self.tags_wanted.emit, [QKeySequence("Ctrl+T")]),
            "export": self._action(self.tr("Export copies…"), "export", self._export, [QKeySequence("Ctrl+E")]),
            "remove": self._action(self.tr("Remove from results"), "close", self._remove, [QKeySequence("Ctrl+H")]),
            "bin": self._action(
                self.tr("Move to the bin…"), "trash", lambda: self.move_to_bin(self._selection()), delete
            ),
        }

    def _action(
        self, text: str, sign: str, triggered: Callable[[], object], shortcuts: Sequence[QKeySequence] = ()
    ) -> QAction:
        action = QAction(icon(sign), text, self)
        action.setShortcuts(list(shortcuts))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: triggered() if self._selection() else None)
        return action

    @Slot()
    def _enable_all(self) -> None:
        for action in self._actions.values():
            action.setEnabled(True)

    def _front(self) -> QWidget:
        """The window that the user looks at: dialogs must not open behind the preview."""
        return QApplication.activeWindow() or self._window

    def _paths(self) -> list[Path]:
        """The shown file of every selected photo."""
        return [photo.paths[0] for photo in self._selection()]

    def _paths_here(self) -> list[Path]:
        """The same of those whose drive is connected."""
        return [photo.paths[0] for photo in self._here(self._selection())]

    def _here(self, photos: Sequence[Photo]) -> list[Photo]:
        """Those whose drive is connected; what is away is told."""
        here = [photo for photo in photos if not photo.offline]
        if len(here) < len(photos):
            self.told.emit(
                self.tr("%n photo(s) are on a drive that is not connected.", "", len(photos) - len(here)),
                self.tr("Connect the drive and try again."),
            )
        return here

    def open(self) -> None:
        """Open the selected photos with the programs that the system has for them."""
        self._views.opened(photo for photo in self._selection() if not photo.offline)
        refused = file_actions.open_files(self._paths_here())
        if refused:
            self.told.emit(
                self.tr("No program opened “{name}”.").format(name=refused[0].name),
                self.tr("Choose one with “Open with”."),
            )

    def _show_in_folder(self) -> None:
        for path in self._paths_here()[:1]:
            file_actions.show_in_folder(path, self._window, lambda text: self.told.emit(text, ""))

    def _copy(self) -> None:
        paths = self._paths_here()
        if paths:
            file_actions.copy_files(paths)
            self.done.emit(self.tr("%n photo(s) copied.", "", len(paths)), False)

    def _similar(self) -> None:
        self.similar_requested.emit(self._paths())

    def _export(self) -> None:
        paths = self._paths_here()
        if paths:
            ExportDialog(self._client, paths, self._front()).open()

    def _remove(self) -> None:
        ids = [photo.id for photo in self._selection()]
        self._undo.push(_RemoveCommand(self._bin, ids, self.tr("remove %n photo(s) from the results", "", len(ids))))


class _RemoveCommand(QUndoCommand):
    """Photos that the user does not want to see among these results. Told by the bin: it may outlive the window."""

    def __init__(self, bin_: FileBin, photo_ids: list[int], text: str) -> None:
        super().__init__(text)
        self._bin = bin_
        self._photo_ids = photo_ids

    def redo(self) -> None:
        """Hide them."""
        self._bin.photos_gone.emit(self._photo_ids)

    def undo(self) -> None:
        """Show them."""
        self._bin.photos_back.emit(self._photo_ids)
