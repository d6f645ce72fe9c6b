"""Photos that look like one tag, to accept or reject in bulk."""

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeySequence, QPalette, QShortcut, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from clipdesk.core.entities import Photo
from clipdesk.core.messages import Failed, Reply, SetTagsRequest
from clipdesk.core.query_writing import quoted
from clipdesk.core.window_messages import TagReviewReply
from clipdesk.ui.icons import icon
from clipdesk.ui.photo_list_model import PhotoListModel
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.tag_changes import TagChanges
from clipdesk.ui.thumbnail_delegate import ThumbnailDelegate
from clipdesk.ui.thumbnail_loader import ThumbnailLoader
from clipdesk.ui.tile_view import TileView
from clipdesk.ui.worker_client import WorkerClient


class _Decide(QUndoCommand):
    """Accepts or rejects a tag for photos that had neither."""

    def __init__(self, review: "TagReview", tag: str, photo_ids: tuple[int, ...], *, accept: bool, text: str) -> None:
        super().__init__(text)
        self._review, self._tag, self._photo_ids, self._accept = review, tag, photo_ids, accept
        self._changes = review.changes

    def redo(self) -> None:
        """Do it, and again."""
        names = (self._tag,)
        accept, reject = (names, ()) if self._accept else ((), names)
        self._set_tags(accept=accept, reject=reject)

    def undo(self) -> None:
        """Back to neither."""
        self._set_tags(forget=(self._tag,))

    def _set_tags(self, **wish: tuple[str, ...]) -> None:
        """Through the page, or without it when it has gone with its window."""
        if shiboken6.isValid(self._review):
            self._review.set_tags(self._tag, self._photo_ids, **wish)
        else:
            accept, reject, forget = (wish.get(name, ()) for name in ("accept", "reject", "forget"))
            self._changes.send(self._photo_ids, accept=accept, reject=reject, forget=forget)


class TagReview(QWidget):
    """A heading, the photos, and two buttons for what is selected. Accepting and rejecting can be undone."""

    search_requested = Signal(str)
    preview_requested = Signal(list, int)
    again_requested = Signal()
    """What is shown no longer holds: ask for the tag anew."""
    failed = Signal(Failed)

    def __init__(
        self, client: WorkerClient, undo: QUndoStack, store: SettingsStore, loader: ThumbnailLoader, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._client, self._undo, self._store = client, undo, store
        self.changes = TagChanges.of(client, undo, store, self)
        self._tag, self._more = "", 0
        self._deciding: set[int] = set()
        self.model = PhotoListModel(self)
        self.view = TileView(ThumbnailDelegate(loader, self), self)
        self.view.setModel(self.model)
        self.view.set_tile_size(144)
        loader.loaded.connect(lambda _: self.view.viewport().update())
        self._title, self._told = QLabel(self), QLabel(self)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(font)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._told.setWordWrap(True)
        self._buttons()
        self._arrange()
        self.view.selectionModel().selectionChanged.connect(lambda: self._name_buttons())
        self.model.rowsRemoved.connect(lambda: self._close_ranks())
        self.model.modelReset.connect(self._name_buttons)
        self._name_buttons()

    def _buttons(self) -> None:
        self.show_button = QPushButton(icon("photos"), "", self)
        self.show_button.clicked.connect(lambda: self.search_requested.emit(tag_query(self._tag)))
        self.all_button = QPushButton(self.tr("Select all"), self)
        self.all_button.clicked.connect(self._select_all)
        self.accept_button = QPushButton(icon("check"), "", self)
        self.accept_button.setToolTip(self.tr("The selected photos get this tag (key A)"))
        self.accept_button.clicked.connect(lambda: self._decide(accept=True))
        self.reject_button = QPushButton(icon("cross"), "", self)
        self.reject_button.setToolTip(self.tr("The tag is not suggested for the selected photos again (key R)"))
        self.reject_button.clicked.connect(lambda: self._decide(accept=False))
        for key, button in (("A", self.accept_button), ("R", self.reject_button)):
            shortcut = QShortcut(QKeySequence(key), self.view)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(button.click)
        for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(key), self.view)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self._preview)
        self.view.doubleClicked.connect(lambda _: self._preview())

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._told)
        top.addLayout(words, 1)
        top.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignTop)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self.all_button)
        bottom.addStretch(1)
        bottom.addWidget(self.reject_button)
        bottom.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        column.addLayout(bottom)

    # ---- for the page ----

    def show_tag(self, tag: str, accepted: int) -> None:
        """Begin with a tag: nothing of it is known yet but how many photos have it."""
        if tag != self._tag:
            self._tag = tag
            self._title.setText(tag)
            self._told.setText(self.tr("Looking…"))
            self.model.show(())
        self.show_button.setVisible(accepted > 0)
        self.show_button.setText(self.tr("Show %Ln tagged photo(s)", "", accepted))

    def show_photos(self, reply: TagReviewReply) -> None:
        """Show what looks like the tag; a selection stays as far as its photos are still there."""
        selected = {photo.id for photo in self.selected()}
        photos = [hit.photo for hit in reply.hits if hit.photo.id not in self._deciding]
        if [photo.id for photo in photos] != [photo.id for photo in self.model.photos]:
            self.model.show(photos)
            for row, photo in enumerate(photos):
                if photo.id in selected:
                    index = self.model.index(row)
                    self.view.selectionModel().select(index, self.view.selectionModel().SelectionFlag.Select)
        self._more = max(0, reply.total - len(reply.hits))
        self._tell()

    def selected(self) -> list[Photo]:
        """The selected photos, in order."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedIndexes())
        return [self.model.photos[row] for row in rows]

    def set_tags(
        self,
        tag: str,
        photo_ids: tuple[int, ...],
        *,
        accept: tuple[str, ...] = (),
        reject: tuple[str, ...] = (),
        forget: tuple[str, ...] = (),
    ) -> None:
        """Have the worker set the tag; photos that are decided leave at once, all comes back when it fails."""
        sidecars = self._store.settings.sidecars
        if tag == self._tag and not forget:
            # What was asked before may still be answered with them.
            self._deciding.update(photo_ids)
            self.model.remove(set(photo_ids))
            self._tell()

        def done(_: Reply) -> None:
            self._deciding.difference_update(photo_ids)
            if tag == self._tag and (forget or not self.model.photos):
                self.again_requested.emit()

        def failed(why: Failed) -> None:
            self._deciding.difference_update(photo_ids)
            self.failed.emit(why)
            self.again_requested.emit()

        self._client.ask(
            self, lambda i: SetTagsRequest(i, photo_ids, accept, reject, forget, sidecars=sidecars), done, failed
        )

    # ---- inside ----

    def _decide(self, *, accept: bool) -> None:
        photo_ids = tuple(photo.id for photo in self.selected())
        if not photo_ids:
            return
        count = len(photo_ids)
        if accept:
            text = self.tr("accept “{tag}” for %Ln photo(s)", "", count)
        else:
            text = self.tr("reject “{tag}” for %Ln photo(s)", "", count)
        self._undo.push(_Decide(self, self._tag, photo_ids, accept=accept, text=text.format(tag=self._tag)))

    def _select_all(self) -> None:
        self.view.selectAll()
        self.view.setFocus()

    def _preview(self) -> None:
        row = self.view.currentIndex().row()
        if row >= 0:
            self.preview_requested.emit(list(self.model.photos), row)

    def _close_ranks(self) -> None:
        self.view.updateGeometries()
        self.view.viewport().update()
        self._name_buttons()

    def _tell(self) -> None:
        shown = len(self.model.photos)
        if not shown:
            self._told.setText(self.tr("Nothing is left to look through for this tag."))
        elif self._more:
            told = self.tr("About %Ln photo(s) look like “{tag}”, the likeliest first.", "", shown + self._more)
            rest = self.tr("The first {count} are shown; more come as you go on.")
            rest = rest.format(count=self.locale().toString(shown))
            self._told.setText(f"{told.format(tag=self._tag)} {rest}")
        else:
            told = self.tr("About %Ln photo(s) look like “{tag}”, the likeliest first.", "", shown)
            rest = self.tr("Select those that do and accept them.")
            self._told.setText(f"{told.format(tag=self._tag)} {rest}")

    def _name_buttons(self) -> None:
        count = len(self.view.selectionModel().selectedIndexes())
        self.all_button.setEnabled(count < len(self.model.photos))
        for button, some, none in (
            (self.accept_button, self.tr("Accept %Ln", "", count), self.tr("Accept")),
            (self.reject_button, self.tr("Reject %Ln", "", count), self.tr("Reject")),
        ):
            button.setText(some if count else none)
            button.setEnabled(count > 0)


def tag_query(tag: str) -> str:
    """The query for the photos that have a tag."""
    return f"tag:{quoted(tag)}"
