"""The page of photos: search bar and textness slider above the results, details beside them."""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QVBoxLayout, QWidget

from clipdesk.core.messages import Failed
from clipdesk.core.query_writing import pictures_query
from clipdesk.core.window_messages import BrowseReply
from clipdesk.ui.detail_panel import DetailPanel
from clipdesk.ui.history import QueryHistory
from clipdesk.ui.parts import Parts
from clipdesk.ui.photo_actions import PhotoActions
from clipdesk.ui.previews import Previews
from clipdesk.ui.results_panel import ResultsPanel
from clipdesk.ui.results_standing import stand, standing_of
from clipdesk.ui.search_bar import SearchBar
from clipdesk.ui.textness_slider import TextnessSlider
from clipdesk.ui.theme import GRID

_DETAILS = 320
"""First width of the details, in device-independent pixels."""


class SearchPage(QWidget):
    """Wires words to results, results to details and to what can be done with photos."""

    answered = Signal(object)
    """BrowseReply"""
    used = Signal()
    """The user did something here."""
    failed = Signal(Failed)
    """What is wrong with the library or the worker, rather than with a query."""
    told = Signal(str, str)
    """What could not be done, and what to do next."""
    done = Signal(str, bool)
    """What was done; whether undo takes it back."""
    folders_wanted = Signal()

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        client, store, undo, thumbnails = parts.client, parts.store, parts.undo, parts.thumbnails
        self._parts = parts
        self.bar = SearchBar(client, QueryHistory(parent=self), self)
        self.slider = TextnessSlider(self)
        self.results = ResultsPanel(client, store, thumbnails, self)
        self.details = DetailPanel(client, undo, store, self, thumbnails=thumbnails)
        self.previews = Previews(parts, self.results, self)
        self.photo_actions = PhotoActions(client, undo, store, self.previews.meant, self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._arrange()
        self._wire_search()
        self._wire_photos()
        self._wire_actions()
        self._restore()

    def save_state(self) -> None:
        """Remember the query, how its results are arranged, and the splitter."""
        state, toolbar = self._parts.state, self.results.toolbar
        state.standing = standing_of(self.results)
        state.set_text("query", self.bar.query())
        state.set_text("order", toolbar.order())
        state.set_text("group", toolbar.group())
        toolbar.save_size()
        state.set_layout("splitter", self.splitter.saveState())

    def refresh(self) -> None:
        """The library has changed: look again, without a jump."""
        self.results.controller.refresh()

    def resize_tiles(self, step: int) -> None:
        """Make tiles larger (1) or smaller (-1)."""
        self.results.toolbar.zoom(step)

    def toggle_details(self) -> None:
        """Show or hide the details."""
        self.details.setVisible(not self.details.isVisible())

    def fill_menu(self, menu: QMenu) -> None:
        """Put what can be done with the selected photos into a menu."""
        menu.addActions(self.photo_actions.actions())

    def find_similar(self, paths: list[Path]) -> None:
        """Show what looks like these pictures."""
        self.bar.set_query(pictures_query(paths))

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        top.setSpacing(2 * GRID)
        top.addWidget(self.bar, 1)
        top.addWidget(self.slider, 0, Qt.AlignmentFlag.AlignTop)
        self.splitter.addWidget(self.results)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setCollapsible(0, False)
        self.splitter.setSizes([3 * _DETAILS, _DETAILS])
        self.splitter.setHandleWidth(GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.splitter, 1)

    def _restore(self) -> None:
        state = self._parts.state
        if not (sizes := state.layout("splitter")).isEmpty():
            self.splitter.restoreState(sizes)
        self.results.toolbar.set_choices(state.text("order"), state.text("group"))
        if state.standing is not None:
            self.slider.set_value(state.standing.textness)
            self.results.controller.set_textness(state.standing.textness)
            stand(self.results, state.standing)
        self.bar.set_query(state.text("query"))
        self.bar.focus_search()

    def _wire_search(self) -> None:
        controller = self.results.controller
        self.bar.query_changed.connect(self._search)
        self.bar.mistaken.connect(self.results.show_outdated)
        self.slider.moved.connect(controller.set_textness)
        self.slider.moved.connect(self.used)
        self.slider.rested.connect(lambda _: controller.refine())
        self.slider.compare_requested.connect(self._compare)
        controller.answered.connect(self._answered)
        controller.failed.connect(self._failed)

    def _wire_photos(self) -> None:
        results = self.results
        results.selection_changed.connect(self.details.show_photos)
        results.activated.connect(lambda _: self.photo_actions.action("open").trigger())
        results.preview_requested.connect(self.previews.show_results)
        results.menu_requested.connect(self._open_menu)
        results.pictures_dropped.connect(self.find_similar)
        results.add_folders_requested.connect(self.folders_wanted)
        results.all_requested.connect(lambda: self.bar.set_query(""))
        results.view.verticalScrollBar().valueChanged.connect(self.used)
        self.details.tag_activated.connect(self.bar.set_query)
        self.details.folder_requested.connect(self.bar.set_query)
        self.details.preview_requested.connect(lambda: self.previews.show_results(results.view.currentIndex().row()))

    def _wire_actions(self) -> None:
        actions, bar = self.photo_actions, self.bar
        self.results.addActions(actions.actions())
        self.previews.add_actions(actions.actions())
        self.previews.menu_requested.connect(self._open_menu)
        actions.similar_requested.connect(self.find_similar)
        actions.more_like.connect(bar.add_pictures)
        actions.less_like.connect(lambda paths: bar.add_pictures(paths, negative=True))
        actions.hide_requested.connect(self.results.hide_photos)
        actions.show_requested.connect(self.results.show_photos)
        actions.told.connect(self.told)
        actions.done.connect(self.done)
        self.results.toolbar.told.connect(self.told)
        actions.tags_wanted.connect(self._edit_tags)

    def _search(self, query: str) -> None:
        self.used.emit()
        self.bar.show_failure(None)
        self.slider.set_query(query)
        self.results.controller.search(query)

    def _answered(self, reply: BrowseReply) -> None:
        self.bar.show_failure(None)
        self.answered.emit(reply)

    def _failed(self, failed: Failed) -> None:
        if failed.kind:
            self.failed.emit(failed)
        else:
            self.bar.show_failure(failed)

    def _compare(self) -> None:
        from clipdesk.ui.compare_dialog import CompareDialog

        CompareDialog(self._parts.client, self._parts.thumbnails, self.bar.query(), self).open()

    def _open_menu(self, place: QPoint) -> None:
        self.photo_actions.menu(self).popup(place)

    def _edit_tags(self) -> None:
        self.details.show()
        self.details.edit_tags()
