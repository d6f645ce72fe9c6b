"""The menu bar: every command with its keys, so that nothing has to be found by chance."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence, QUndoStack
from PySide6.QtWidgets import QMainWindow, QMenu, QMessageBox

from clipdesk import __version__
from clipdesk.ui.icons import icon
from clipdesk.ui.newer_versions import where_newer_ones_are

_Keys = QKeySequence.StandardKey


class Menus(QObject):
    """Signals say what was chosen; the window does it."""

    add_folder = Signal()
    open_picture = Signal()
    paste = Signal()
    find = Signal()
    tiles_resized = Signal(int)
    """-1 smaller, 1 larger."""
    details_toggled = Signal()
    photo_menu_wanted = Signal(QMenu)
    """The menu to fill with what can be done with the selected photos."""

    def __init__(self, window: QMainWindow, undo: QUndoStack) -> None:
        super().__init__(window)
        self._window = window
        bar = window.menuBar()
        file = bar.addMenu(self.tr("&File"))
        self._add(file, "folder-add", self.tr("&Add folder…"), self.add_folder.emit, "Ctrl+O")
        self._add(file, "image-add", self.tr("Find photos like a &picture…"), self.open_picture.emit, "Ctrl+Shift+O")
        file.addSeparator()
        self._add(file, "close", self.tr("&Close"), window.close, _Keys.Quit)
        edit = bar.addMenu(self.tr("&Edit"))
        self._add_undo(edit, undo)
        self._add(edit, "image", self.tr("&Paste picture"), self.paste.emit, _Keys.Paste)
        self._add(edit, "search", self.tr("&Find"), self.find.emit, _Keys.Find)
        self._photo = bar.addMenu(self.tr("&Photo"))
        self._photo.aboutToShow.connect(self._fill)
        self._view = bar.addMenu(self.tr("&View"))

    def add_pages(self, pages: Sequence[tuple[str, str]], show: Callable[[int], None]) -> None:
        """Fill the View menu: (icon, name) of every page, then sizes and the full screen."""
        view, window = self._view, self._window
        for number, (symbol, name) in enumerate(pages):
            self._add(view, symbol, name, lambda n=number: show(n), f"Ctrl+{number + 1}")
        view.addSeparator()
        self._add(view, "panel", self.tr("&Details"), self.details_toggled.emit, "Ctrl+I")
        self._add(view, "plus", self.tr("&Larger tiles"), lambda: self.tiles_resized.emit(1), _Keys.ZoomIn)
        self._add(view, "minus", self.tr("&Smaller tiles"), lambda: self.tiles_resized.emit(-1), _Keys.ZoomOut)
        full = self._add(view, "full-screen", self.tr("&Full screen"), self._toggle_full_screen, _Keys.FullScreen)
        if full.shortcut().isEmpty():
            full.setShortcut(QKeySequence("F11"))
        help_ = window.menuBar().addMenu(self.tr("&Help"))
        self._add(help_, "info", self.tr("&About clipdesk"), self._about)

    def _add(
        self, menu: QMenu, symbol: str, words: str, act: Callable[[], object], keys: str | QKeySequence.StandardKey = ""
    ) -> QAction:
        action = QAction(icon(symbol), words, self._window)
        action.triggered.connect(lambda: act())
        action.setShortcut(QKeySequence(keys))
        menu.addAction(action)
        return action

    def _add_undo(self, edit: QMenu, undo: QUndoStack) -> None:
        back = undo.createUndoAction(self._window, self.tr("Undo"))
        back.setShortcut(QKeySequence(_Keys.Undo))
        back.setIcon(icon("undo"))
        again = undo.createRedoAction(self._window, self.tr("Redo"))
        again.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence(_Keys.Redo)])
        edit.addAction(back)
        edit.addAction(again)
        edit.addSeparator()

    def show_page(self, photos: bool) -> None:
        """Another page is shown: what can be done with photos is for the page of `photos` alone."""
        self._photo.menuAction().setEnabled(photos)

    def _fill(self) -> None:
        self._photo.clear()
        self.photo_menu_wanted.emit(self._photo)

    def _about(self) -> None:
        text = self.tr("Finds photos by what is in them. Everything happens on this computer.")
        told = f"<b>clipdesk {__version__}</b><p>{text}</p><p>{where_newer_ones_are()}</p>"
        QMessageBox.about(self._window, self.tr("About clipdesk"), told)

    def _toggle_full_screen(self) -> None:
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()
