"""The main window: a rail of pages, the pages, what is to be told and the status below; wiring only."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from clipdesk.core.entities import Folder
from clipdesk.core.messages import Reply
from clipdesk.core.window_messages import BrowseReply, SamplesReply, SamplesRequest
from clipdesk.ui.arrivals import Arrivals
from clipdesk.ui.banner import Banner, Line
from clipdesk.ui.drops import is_droppable, local_paths
from clipdesk.ui.idle import Idle
from clipdesk.ui.indexing import Indexing
from clipdesk.ui.menus import Menus
from clipdesk.ui.model_switch import ModelSwitch
from clipdesk.ui.navigation_rail import NavigationRail
from clipdesk.ui.page_makers import FIRST_START, LIBRARY, PHOTOS, PageMakers
from clipdesk.ui.pages import Pages, Refreshing
from clipdesk.ui.parts import Parts
from clipdesk.ui.status_line import StatusLine
from clipdesk.ui.toast import Toast
from clipdesk.ui.worker_watch import WorkerWatch

if TYPE_CHECKING:
    from clipdesk.ui.search_page import SearchPage

_SIZE = (1280, 800)


class MainWindow(QMainWindow):
    """Shows the pages and hands on what one tells to the others."""

    closing = Signal()
    """The user has closed the window; its state is saved."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._looked_for_changes = False
        self.setWindowTitle("clipdesk")
        self.setAcceptDrops(True)
        self.banner, self.status, self.rail = Banner(self), StatusLine(self), NavigationRail(self)
        self.indexing = Indexing(parts.client, self)
        self.switch = ModelSwitch(parts.client, parts.store, self)
        self.watch = WorkerWatch(parts, self.indexing, self.banner, self.status, self)
        self.idle = Idle(parts.client, parts.store, self)
        self.arrivals = Arrivals(self)
        self.makers = PageMakers(parts, self.indexing, self.switch, self)
        self.pages = Pages(self.makers.all(), self)
        self.menus = Menus(self, parts.undo)
        self.toast = Toast(self.pages, self)
        self._arrange()
        self._wire_pages()
        self._wire_menus()
        self._restore()

    # ---- for the application ----

    def search_page(self) -> "SearchPage":
        """The page of photos, which is shown now."""
        self.show_page(PHOTOS)
        return self._photos()

    def show_page(self, number: int) -> None:
        """Show a page."""
        self.pages.show_page(number)
        self.idle.used()

    def come_forward(self) -> None:
        """Show the window above others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def add_folders(self, folders: Sequence[Path]) -> None:
        """Add folders to the library; what is found shows on the page of photos."""
        self._parts.state.set_text("folders", "yes")
        if self.pages.number == FIRST_START:
            self.show_page(PHOTOS)  # first, to hear that the folders are being looked through
        self.indexing.run(folders)

    def save_state(self) -> None:
        """Remember size, page and query."""
        state = self._parts.state
        state.set_layout("geometry", self.saveGeometry())
        state.set_text("page", str(self.pages.number))
        if self.pages.made(PHOTOS) is not None:
            self._photos().save_state()
        state.save()

    # ---- made once ----

    def _arrange(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        # Trouble is told beside the status, in a row that is always there: no page moves when it comes or goes.
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.banner, 1)
        below.addWidget(self.status)
        column.addWidget(self.pages, 1)
        column.addLayout(below)
        whole = QWidget(self)
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        self.setCentralWidget(whole)

    def _wire_pages(self) -> None:
        for symbol, name in self.makers.names():
            self.rail.add(symbol, name)
        self.rail.chosen.connect(self._go_to)
        self.pages.shown.connect(self._shown)
        self.makers.answered.connect(self._answered)
        self.makers.used.connect(self.idle.used)
        self.makers.search_requested.connect(lambda query: self.search_page().bar.set_query(query))
        self.makers.folders_wanted.connect(self.arrivals.choose_folder)
        self.makers.folders_chosen.connect(self.add_folders)
        self.makers.samples_requested.connect(self._ask_samples)
        self.makers.failed.connect(self.watch.tell)
        self.makers.told.connect(lambda text, hint: self.banner.tell(Line(text, hint, topic="told", symbol="warning")))
        self.makers.done.connect(self._done)
        self._parts.undo.indexChanged.connect(self.toast.withdraw)
        self.makers.bin_requested.connect(lambda paths: self._photos().photo_actions.move_files_to_bin(paths))
        self.makers.preview_requested.connect(lambda photos, row: self._photos().previews.show_photos(photos, row))
        self.status.offline_clicked.connect(lambda: self.show_page(LIBRARY))
        self.watch.answers_again.connect(self._answers_again)
        self.switch.switched.connect(self._answers_again)
        self.banner.shown.connect(lambda text: self.status.set_brief(bool(text)))
        self.watch.folders.connect(self._folders_known)
        self.arrivals.folders.connect(self.add_folders)
        self.arrivals.pictures.connect(lambda paths: self.search_page().find_similar(paths))
        self.arrivals.refused.connect(lambda text: self.banner.tell(Line(text, topic="refused")))

    def _wire_menus(self) -> None:
        menus, arrivals = self.menus, self.arrivals
        menus.add_pages(self.makers.names(), self._go_to)
        menus.add_folder.connect(arrivals.choose_folder)
        menus.open_picture.connect(arrivals.choose_picture)
        menus.paste.connect(arrivals.paste)
        menus.find.connect(lambda: self.search_page().bar.focus_search())
        menus.tiles_resized.connect(lambda step: self.search_page().resize_tiles(step))
        menus.details_toggled.connect(lambda: self.search_page().toggle_details())
        menus.photo_menu_wanted.connect(lambda menu: self._photos().fill_menu(menu))

    def _restore(self) -> None:
        state = self._parts.state
        self.resize(*_SIZE)
        self.restoreGeometry(state.layout("geometry"))
        page = state.text("page")
        if not state.text("folders"):
            self.show_page(FIRST_START)
        else:
            self.show_page(int(page) if page.isdecimal() and int(page) < FIRST_START else PHOTOS)

    # ---- what happens ----

    def _photos(self) -> "SearchPage":
        return cast("SearchPage", self.pages.page(PHOTOS))

    def _go_to(self, number: int) -> None:
        """A page of the rail; without any folder, the first start stands in the place of the photos."""
        first = number == PHOTOS and not self._parts.state.text("folders")
        self.show_page(FIRST_START if first else number)

    def _shown(self, number: int, page: QWidget) -> None:
        self.rail.show_chosen(PHOTOS if number == FIRST_START else number)
        self.menus.show_page(number == PHOTOS)
        if isinstance(page, Refreshing):
            page.activated_page()

    def _done(self, text: str, undoable: bool) -> None:
        self.toast.tell(text, self._parts.undo.undo if undoable else None)

    def _answers_again(self) -> None:
        if self.pages.made(PHOTOS) is not None:
            self._photos().refresh()

    def _answered(self, reply: BrowseReply) -> None:
        self.status.set_count(reply.total)
        if not self._looked_for_changes:  # after the first results, so as not to delay them
            self._looked_for_changes = True
            self.indexing.run_quietly()
            self.switch.resume()

    def _folders_known(self, folders: tuple[Folder, ...]) -> None:
        if not folders and self.indexing.running:
            return  # the first one is about to be added
        self._parts.state.set_text("folders", "yes" if folders else "")
        if folders and self.pages.number == FIRST_START:
            self.show_page(PHOTOS)
        elif not folders and self.pages.number == PHOTOS:
            self.show_page(FIRST_START)

    def _ask_samples(self) -> None:
        def add(reply: Reply) -> None:
            assert isinstance(reply, SamplesReply)
            self.add_folders([reply.folder])

        self._parts.client.ask(self, SamplesRequest, add, self.watch.tell)

    # ---- Qt's own ----

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A picture or a folder may be dropped anywhere; the window's own tiles may not."""
        inside = event.source() is not None  # pyright: ignore[reportUnnecessaryComparison] (None: from elsewhere)
        if not inside and (local_paths(event.mimeData()) or is_droppable(event.mimeData())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look for photos like the dropped pictures, add the dropped folders."""
        event.acceptProposedAction()
        self.arrivals.take_mime(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save the state; whether clipdesk ends is the application's choice."""
        self.save_state()
        self.closing.emit()
        event.accept()
