"""The tags page: the tags of the library, those that its photos look like, and their photos to accept or reject."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont, QPalette, QShowEvent, QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from clipdesk.core.messages import Failed, Reply
from clipdesk.core.window_messages import TagOverviewReply, TagOverviewRequest, TagReviewReply, TagReviewRequest
from clipdesk.ui.calm_line import CalmLine
from clipdesk.ui.plain_text import show_plain
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.tag_list import TagList
from clipdesk.ui.tag_review import TagReview, tag_query
from clipdesk.ui.thumbnail_loader import ThumbnailLoader
from clipdesk.ui.vocabulary_bar import VocabularyBar
from clipdesk.ui.worker_client import WorkerClient

_SETTLED = 1500
"""Milliseconds without another change before the whole library is looked through again."""


class TagsPage(QWidget):
    """Looks again when the library or its tags change while it is shown; nothing is asked for a hidden page."""

    search_requested = Signal(str)
    preview_requested = Signal(list, int)

    def __init__(
        self,
        client: WorkerClient,
        undo: QUndoStack,
        store: SettingsStore,
        thumbnails: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._stale = True
        self._loader = ThumbnailLoader(thumbnails, self)
        self.line = CalmLine(self)
        self.vocabularies = VocabularyBar(store, self)
        self.tags = TagList(self)
        self.review = TagReview(client, undo, store, self._loader, self)
        self._empty = QLabel(self)
        show_plain(self._empty)
        self._pages = QStackedWidget(self)
        self._arrange()
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED)
        self._settled.timeout.connect(self._refresh)
        self._connect()

    def _arrange(self) -> None:
        title = QLabel(self.tr("Tags"), self)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(QFont.Weight.DemiBold)
        title.setFont(font)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(title)
        top.addStretch(1)
        top.addWidget(self.vocabularies)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.review)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.tags)
        splitter.addWidget(self._pages)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([264, 800])
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(self.line)
        column.addWidget(splitter, 1)
        self._say_empty()

    def _connect(self) -> None:
        client = self._client
        self.tags.chosen.connect(self._choose)
        self.tags.activated.connect(self._open)
        self.review.search_requested.connect(self.search_requested)
        self.review.preview_requested.connect(self.preview_requested)
        self.review.again_requested.connect(self._ask_review)
        self.review.failed.connect(self.line.fail)
        self.vocabularies.chosen.connect(lambda _: self._refresh())
        self.vocabularies.failed.connect(self.line.fail)
        self.line.again.connect(self._refresh)
        client.tags_changed.connect(self._tags_changed)
        client.changed.connect(lambda _: self._changed())
        client.ready.connect(lambda _: self._changed())

    # ---- for the window ----

    def activated_page(self) -> None:
        """The page is shown now: bring it up to date."""
        if self._stale:
            self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """See `activated_page`."""
        super().showEvent(event)
        self.activated_page()

    # ---- asking ----

    def _changed(self) -> None:
        self._stale = True
        self._loader.forget_missing()
        if self.isVisible():
            self._settled.start()

    def _tags_changed(self) -> None:
        # What photos look like is known already: only the counts change.
        self._stale = True
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        self._ask_overview()
        if self.tags.tag:
            self._ask_review()

    def _ask_overview(self) -> None:
        self._stale = False
        vocabulary = self.vocabularies.vocabulary()
        if self.tags.model.is_empty():
            self.line.work(self.tr("Looking through your photos…"))
        self._client.ask(
            self, lambda i: TagOverviewRequest(i, vocabulary), self._show_overview, self._tell, topic="overview"
        )

    def _ask_review(self) -> None:
        tag, vocabulary = self.tags.tag, self.vocabularies.vocabulary()

        def done(reply: Reply) -> None:
            assert isinstance(reply, TagReviewReply)
            self.review.show_photos(reply)

        self._client.ask(
            self, lambda i: TagReviewRequest(i, tag, vocabulary=vocabulary), done, self._tell, topic="review"
        )

    # ---- showing ----

    def _show_overview(self, reply: Reply) -> None:
        assert isinstance(reply, TagOverviewReply)
        self.line.clear()
        self.tags.show_overview(reply)
        self._say_empty()
        if self.tags.tag:
            self.review.show_tag(self.tags.tag, self.tags.model.count_of(self.tags.tag)[0])

    def _choose(self, tag: str) -> None:
        self._pages.setCurrentWidget(self.review)
        self.review.show_tag(tag, self.tags.model.count_of(tag)[0])
        self._ask_review()

    def _open(self, tag: str) -> None:
        if self.tags.model.count_of(tag)[0]:
            self.search_requested.emit(tag_query(tag))
        else:
            self.review.view.setFocus()

    def _tell(self, failed: Failed) -> None:
        self._stale = True
        self.line.fail(failed)

    def _say_empty(self) -> None:
        if self.tags.model.is_empty():
            text = self.tr("As soon as there are photos, what they look like is listed here.")
        else:
            text = self.tr("Choose a tag to see the photos that look like it.")
        self._empty.setText(text)
        if not self.tags.tag:
            self._pages.setCurrentWidget(self._empty)
