"""Everything about the selected photos, beside the results: a large picture, what is known of them, their tags."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPalette, QShowEvent, QUndoStack
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.entities import Photo
from clipdesk.core.query_writing import quoted
from clipdesk.ui.elided_label import ElidedLabel
from clipdesk.ui.file_places import FilePlaces
from clipdesk.ui.icons import icon
from clipdesk.ui.metadata_form import MetadataForm
from clipdesk.ui.preview_loader import PreviewLoader
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.tag_changes import TagChanges
from clipdesk.ui.tag_editor import TagEditor
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.ui.zoom_view import ZoomView

_SIDE = 1024
"""Pixels of the large picture's longest side, before anybody looks closely."""
_SETTLE = 60
"""Milliseconds: whoever runs through results with an arrow key held down does not look at each."""


class DetailPanel(QWidget):
    """Shows one photo or a selection."""

    tag_activated = Signal(str)
    """The query for a tag that was clicked."""
    folder_requested = Signal(str)
    """The query for a folder whose photos are wanted."""
    preview_requested = Signal()

    def __init__(
        self,
        client: WorkerClient,
        undo: QUndoStack,
        store: SettingsStore,
        parent: QWidget | None = None,
        *,
        thumbnails: Path | None = None,
    ) -> None:
        """`thumbnails`: where they lie; without it the picture comes a moment later."""
        super().__init__(parent)
        self._photos: list[Photo] = []
        self.loader = PreviewLoader(client, thumbnails, self)
        self.loader.arrived.connect(self._arrived)
        self.loader.failed.connect(self._failed)
        self._shown_id = -1
        self._view = ZoomView(self)
        self._name = ElidedLabel(self)
        self._remark = QLabel(self)
        self._metadata = MetadataForm(self)
        self.places = FilePlaces(self)
        self._files = self._heading(self.tr("Files"))
        self._tags = TagEditor(client, TagChanges.of(client, undo, store, self), self)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE)
        self._settle.timeout.connect(self._look_closer)
        self._stack = QStackedLayout(self)
        self._wire()
        self._lay_out()

    def show_photos(self, photos: Sequence[Photo]) -> None:
        """Show these photos; none: say how to choose some."""
        before, self._photos = self._photos, list(photos)
        self._stack.setCurrentIndex(1 if photos else 0)
        if not photos or before == self._photos:
            return
        several = len(photos) > 1
        self._name.setText(self.tr("%n photos", "", len(photos)) if several else photos[0].paths[0].name)
        self._remark.hide()
        self._metadata.show_photos(photos)
        self.places.show_photos(photos if not several else ())
        self.places.setVisible(not several)
        self._files.setVisible(not several)
        self._settle.start()

    def edit_tags(self) -> None:
        """Give the keyboard to the line where tags are added."""
        self._tags.edit()

    @property
    def tags(self) -> TagEditor:
        """The tags of what is shown."""
        return self._tags

    @property
    def view(self) -> ZoomView:
        """The large picture."""
        return self._view

    def _wire(self) -> None:
        self._view.detail_wanted.connect(self._want_details)
        self._tags.tag_activated.connect(lambda tag: self.tag_activated.emit(f"tag:{quoted(tag)}"))
        self.places.folder_requested.connect(lambda folder: self.folder_requested.emit(f"in:{quoted(str(folder))}"))

    def _lay_out(self) -> None:
        empty = QLabel(self.tr("Select a photo to see what is known of it."), self)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty.setWordWrap(True)
        empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        empty.setContentsMargins(24, 24, 24, 24)
        self._stack.addWidget(empty)
        full = QWidget(self)
        whole = QVBoxLayout(full)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._view, 2)
        whole.addWidget(self._scrolled(), 3)
        self._stack.addWidget(full)
        self._view.setMinimumHeight(160)
        self.setMinimumWidth(256)

    def _scrolled(self) -> QScrollArea:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 16, 16, 24)
        column.setSpacing(16)
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        larger = QToolButton(self)
        larger.setIcon(icon("full-screen"))
        larger.setAutoRaise(True)
        larger.setToolTip(self.tr("Preview over the whole screen (Space)"))
        larger.setAccessibleName(self.tr("Preview over the whole screen"))
        larger.clicked.connect(self.preview_requested)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._name, 1)
        head.addWidget(larger)
        self._remark.setWordWrap(True)
        self._remark.setTextFormat(Qt.TextFormat.PlainText)
        self._remark.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._remark.hide()
        column.addLayout(head)
        column.addWidget(self._remark)
        column.addWidget(self._metadata)
        # Files before tags: how many there are is known at once, so nothing moves when the tags come.
        for heading, section in ((self._files, self.places), (self._heading(self.tr("Tags")), self._tags)):
            part = QVBoxLayout()
            part.setSpacing(8)
            part.addWidget(heading)
            part.addWidget(section)
            column.addLayout(part)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _heading(self, words: str) -> QLabel:
        heading = QLabel(words, self)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        return heading

    def _look_closer(self) -> None:
        """The selection has settled: now ask for what costs something, unless nobody sees it."""
        if not self._photos or not self.isVisible():
            return
        photo = self._photos[0]
        self._tags.show_photos(self._photos)
        self._view.setAccessibleName(self.tr("Picture of {name}").format(name=photo.paths[0].name))
        self.loader.show(photo, _SIDE)

    def _arrived(self, photo_id: int, image: QImage, side: int) -> None:
        if not self._photos or self._photos[0].id != photo_id:
            return
        metadata = self._photos[0].metadata
        size = QSize(metadata.width, metadata.height)
        if photo_id == self._shown_id:
            self._view.improve(image, size)
        else:
            self._view.set_picture(image, size)
        self._shown_id = photo_id

    def _failed(self, photo_id: int, reason: str) -> None:
        if self._photos and self._photos[0].id == photo_id:
            if self._shown_id != photo_id:
                self._view.clear()
            self._remark.setText(reason)
            self._remark.show()

    def showEvent(self, event: QShowEvent) -> None:
        """It was closed for a while: show what is selected now."""
        super().showEvent(event)
        self._look_closer()

    def _want_details(self) -> None:
        if self._photos:
            self.loader.show_details(self._photos[0])
