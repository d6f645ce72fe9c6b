"""The results of a search: toolbar, grid, and what is said when there is nothing to show."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from clipdesk.core.entities import Photo, Progress
from clipdesk.core.messages import Failed, ProgressEvent
from clipdesk.core.window_messages import BrowseReply
from clipdesk.ui.drops import pictures_named, take_pictures
from clipdesk.ui.jobs import JobThread
from clipdesk.ui.results_message import ResultsMessage
from clipdesk.ui.results_model import ResultsModel
from clipdesk.ui.results_toolbar import ResultsToolbar
from clipdesk.ui.results_view import ResultsView
from clipdesk.ui.search_controller import SearchController
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.thumbnail_delegate import ThumbnailDelegate
from clipdesk.ui.thumbnail_loader import ThumbnailLoader
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.ui.worker_words import said

_TOLD_EVERY = 200
"""Milliseconds between two looks at a large selection whose photos are still coming."""
_MOST_SELECTED = 20_000
"""Photos of a selection that are loaded; nobody does more than that at a time."""


class ResultsPanel(QWidget):
    """Shows what `controller` finds. `thumbnails` is the library's thumbnail folder."""

    current_changed = Signal(object)
    """Photo, or None."""
    selection_changed = Signal(list)
    """The selected photos as far as they are loaded; again when the others have come."""
    activated = Signal(object)
    preview_requested = Signal(int)
    menu_requested = Signal(QPoint)
    pictures_dropped = Signal(list)
    add_folders_requested = Signal()
    all_requested = Signal()
    """Nothing was found, and the user wants to see everything."""

    def __init__(
        self, client: WorkerClient, store: SettingsStore, thumbnails: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model = ResultsModel(client, self)
        self.controller = SearchController(client, self.model)
        self.loader = ThumbnailLoader(thumbnails, self)
        self._delegate = ThumbnailDelegate(self.loader, self)
        self.view = ResultsView(self.model, self._delegate, self)
        self.toolbar = ResultsToolbar(store, self)
        self._jobs = JobThread(self)
        self._message: ResultsMessage | None = None
        self._progress: Progress | None = None
        self._reply: BrowseReply | None = None
        self._unanswered = self._mistaken = False
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._incomplete = False
        self._told = QTimer(self, singleShot=True)
        self._told.timeout.connect(self._tell_selection)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.toolbar)
        layout.addLayout(self._stack, 1)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.view)
        self.view.set_tile_size(store.settings.tile_size)
        self._wire(client)

    def selected_photos(self) -> list[Photo]:
        """The selected photos, as far as they are loaded, in the order of the results."""
        return self.model.photos(self.view.selected_ids())

    def hide_photos(self, photo_ids: Sequence[int]) -> None:
        """Remove photos from these results; another search shows them again."""
        self.model.hide(photo_ids)
        self._show_state()

    def show_photos(self, photo_ids: Sequence[int]) -> None:
        """Bring photos back that were removed, and select them."""
        self.model.hide(photo_ids, hidden=False)
        self.view.select_photos(photo_ids)
        self._show_state()

    def show_outdated(self, outdated: bool) -> None:
        """Show that these results are not those of what is in the search line, which has a mistake."""
        self._mistaken = outdated
        self._count()

    def _wire(self, client: WorkerClient) -> None:
        view, toolbar, controller = self.view, self.toolbar, self.controller
        view.opened.connect(self._open)
        view.preview_requested.connect(self.preview_requested)
        view.menu_requested.connect(self.menu_requested)
        view.selectionModel().selectionChanged.connect(lambda *_: self._told.start(0))
        view.selectionModel().currentChanged.connect(lambda *_: self._told.start(0))
        self.model.modelReset.connect(lambda: self._told.start(0))
        self.model.loaded.connect(self._more_loaded)
        self.model.arranged.connect(self._count)
        toolbar.order_changed.connect(controller.set_order)
        toolbar.group_changed.connect(controller.set_group)
        toolbar.tile_size_changed.connect(view.set_tile_size)
        view.zoomed.connect(toolbar.zoom)
        toolbar.similarity_toggled.connect(self._show_similarity)
        controller.answered.connect(self._answered)
        controller.failed.connect(self._failed)
        controller.rearranged.connect(view.show_current)
        client.progress.connect(self._progressed)
        client.changed.connect(lambda _: self._changed())
        client.run_ended.connect(self._run_ended)
        client.ready.connect(self._worker_ready)

    # ---- selection ----

    def _tell_selection(self) -> None:
        ids = self.view.selected_ids()
        photos = self.model.photos(ids)
        self._incomplete = len(photos) < min(len(ids), _MOST_SELECTED)
        if self._incomplete:
            self.model.load(ids[:_MOST_SELECTED])
        self.selection_changed.emit(photos)
        self.current_changed.emit(self.model.photo_at(self.view.currentIndex().row()))

    def _more_loaded(self) -> None:
        if self._incomplete and not self._told.isActive():
            self._told.start(_TOLD_EVERY)

    def _open(self, row: int) -> None:
        photo = self.model.photo_at(row)
        if photo is not None:
            self.activated.emit(photo)

    # ---- what is shown ----

    def _answered(self, reply: BrowseReply) -> None:
        self._reply, self._unanswered = reply, False
        self._show_state()

    def _count(self) -> None:
        outdated = (self._mistaken or self._unanswered) and self._reply is not None
        self.view.set_dimmed(outdated)
        textness = self.controller.textness if self.model.by_score else 0.0
        self.toolbar.set_count(self.model.count(), self.model.good_count(), textness, outdated=outdated)

    def _show_state(self) -> None:
        self._count()
        self.toolbar.setEnabled(self._reply is not None and self._reply.total > 0)
        if self._reply is None or self.model.count():
            self._show_message(None)
        elif not self._reply.total:
            self._show_message(self._empty_library())
        else:
            self._show_message(
                ResultsMessage(
                    "search",
                    self.tr("No photo passes these filters"),
                    self.tr("Take one of them out, or look at everything."),
                    self.tr("Show all photos"),
                    self,
                ),
            )
            assert self._message is not None
            self._message.chosen.connect(self.all_requested)

    def _empty_library(self) -> ResultsMessage:
        if self._progress is not None and self._progress.phase == "scanning":
            return ResultsMessage(
                "photos",
                self.tr("Your folders are being looked through"),
                self.tr("The first photos will be here in a moment; you can search them while the rest follows."),
                parent=self,
            )
        if self._progress is not None:
            return ResultsMessage(
                "photos",
                self.tr("Your photos are being read"),
                self.tr("The first ones will be here in a moment; you can search them while the rest follows."),
                parent=self,
            )
        message = ResultsMessage(
            "photos",
            self.tr("There are no photos here yet"),
            self.tr("Choose the folders that hold your photos. They are only read, never changed."),
            self.tr("Choose photo folders…"),
            self,
        )
        message.chosen.connect(self.add_folders_requested)
        return message

    def _failed(self, failed: Failed) -> None:
        # A query that cannot be read: the search bar points at the place. A worker that died: the banner tells, and
        # the next one is asked again. The results stay.
        self._unanswered, self._mistaken = not failed.text, bool(failed.text)
        self._count()
        if failed.text or failed.kind == "worker died":
            if self._reply is None and not failed.text:
                words = self.tr("Your photos cannot be shown now"), self.tr("The line below tells why.")
                self._show_message(ResultsMessage("offline", *words, parent=self))
            return
        message = ResultsMessage("warning", said(failed.message), said(failed.hint), self.tr("Try again"), self)
        message.chosen.connect(self.controller.refresh)
        self._show_message(message)

    def _show_message(self, message: ResultsMessage | None) -> None:
        before, self._message = self._message, message
        if message is not None:
            self._stack.addWidget(message)
            self._stack.setCurrentWidget(message)
        else:
            self._stack.setCurrentWidget(self.view)
        if before is not None:
            self._stack.removeWidget(before)
            before.deleteLater()

    def _show_similarity(self, on: bool) -> None:
        self._delegate.show_similarity = on
        self.view.viewport().update()

    def _progressed(self, event: ProgressEvent) -> None:
        before = self._progress.phase if self._progress is not None else ""
        self._progress = event.progress
        if before != event.progress.phase and self._reply is not None and not self._reply.total:
            self._show_state()

    def _changed(self) -> None:
        self._progress = None  # what was told of watched changes has no other end than this
        self.loader.forget_missing()

    def _worker_ready(self) -> None:
        if self._unanswered:
            self.controller.refresh()

    def _run_ended(self) -> None:
        self._progress = None
        if self._reply is not None and not self._reply.total:
            self.controller.refresh()  # its answer tells whether there is still nothing

    # ---- pictures dropped on the results ----

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pictures from elsewhere can be dropped to find their like; photos from here are taken, to do nothing."""
        if event.source() is self.view or pictures_named(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """A photo from here cannot be dropped here."""
        event.setAccepted(event.source() is not self.view)

    def dropEvent(self, event: QDropEvent) -> None:
        """Find photos like the dropped pictures."""
        mime = event.mimeData()
        if event.source() is self.view or not (pictures_named(mime) or mime.hasImage()):
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        take_pictures(mime, self._jobs, lambda paths: self.pictures_dropped.emit(paths) if paths else None)
