"""The tags of one photo or of a selection: accepted ones, more by typing, suggestions to accept or reject."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette, QShowEvent
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QVBoxLayout, QWidget

from clipdesk.core.entities import Photo
from clipdesk.core.messages import Failed, Reply, TagsReply
from clipdesk.core.window_messages import (
    CompletionsReply,
    CompletionsRequest,
    PhotoTagsReply,
    PhotoTagsRequest,
    SuggestTagsRequest,
)
from clipdesk.ui.flow_layout import FlowLayout
from clipdesk.ui.plain_text import show_plain
from clipdesk.ui.suggestion_row import SuggestionRow
from clipdesk.ui.tag_changes import TagChanges
from clipdesk.ui.tag_chip import TagChip
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.ui.worker_words import said

_MOST_ROWS = 8
_PATIENCE = 500
"""Milliseconds until it is told that suggestions are being looked for: the first ones of a model take seconds."""


class TagLine(QLineEdit):
    """Undoes what is being typed; when there is nothing of that, the keys are left to the window: it undoes tags."""

    def event(self, event: QEvent) -> bool:
        """QLineEdit itself claims the keys even when it has nothing to undo."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()
            if undo or redo:
                event.ignore()
                return True
        return super().event(event)


class TagEditor(QWidget):
    """Shows and changes tags; every change can be undone."""

    tag_activated = Signal(str)
    """The name of a tag that was clicked."""

    def __init__(self, client: WorkerClient, changes: TagChanges, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._changes = changes
        self._ids: tuple[int, ...] = ()
        self._stale = False
        self._tags_of: tuple[int, ...] = ()
        self._suggestions_of: tuple[int, ...] = ()
        self._chips: list[TagChip] = []
        self._known = QStringListModel(self)
        self._chip_area = QWidget(self)
        self._flow = FlowLayout(self._chip_area)
        self._edit = TagLine(self)
        self._heading = QLabel(self.tr("Suggested"), self)
        self._rows = [SuggestionRow(self) for _ in range(_MOST_ROWS)]
        self._remark = QLabel(self)
        show_plain(self._remark)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._patience.timeout.connect(self._say_wait)
        self._prepare()
        self._lay_out()
        client.tags_changed.connect(self._ask)

    def _prepare(self) -> None:
        self._edit.setPlaceholderText(self.tr("Add a tag…"))
        self._edit.setAccessibleName(self.tr("Add a tag"))
        self._edit.setClearButtonEnabled(True)
        self._edit.setMaxLength(128)
        self._edit.setMinimumHeight(32)
        self._edit.setTextMargins(4, 0, 4, 0)
        self._edit.returnPressed.connect(self._typed)
        completer = QCompleter(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._edit.setCompleter(completer)
        self._heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._remark.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._remark.setWordWrap(True)
        self._remark.hide()
        self._heading.hide()
        self._chip_area.hide()
        for row in self._rows:
            row.hide()
            row.accepted.connect(partial(self._decide, self._changes.accept))
            row.rejected.connect(partial(self._decide, self._changes.reject))

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self._chip_area)
        whole.addWidget(self._edit)
        whole.addWidget(self._heading)
        rows = QVBoxLayout()
        rows.setSpacing(0)
        for row in self._rows:
            rows.addWidget(row)
        whole.addLayout(rows)
        whole.addWidget(self._remark)

    def show_photos(self, photos: Sequence[Photo]) -> None:
        """Show the tags of these photos; the ones of the photos before stay until they are known."""
        ids = tuple(photo.id for photo in photos)
        if ids == self._ids:
            return
        self._ids = ids
        self._edit.setText("")
        self._edit.setEnabled(bool(ids))
        self._ask()
        self._client.ask(self, CompletionsRequest, self._completions_arrived, lambda _: None, topic="completions")

    def showEvent(self, event: QShowEvent) -> None:
        """What was not asked meanwhile is asked now."""
        super().showEvent(event)
        if self._stale:
            self._ask()

    def edit(self) -> None:
        """Give the keyboard to the line where tags are added."""
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._edit.selectAll()

    def chips(self) -> list[TagChip]:
        """The tags that are shown as given."""
        return list(self._chips)

    def suggestions(self) -> list[SuggestionRow]:
        """The rows of suggestions that are shown."""
        return [row for row in self._rows if not row.isHidden()]

    def _ask(self) -> None:
        """Ask for the tags, but not for an editor that nobody sees."""
        ids = self._ids
        self._stale = not self.isVisible()
        if ids and not self._stale:
            self._patience.start()
            ask = self._client.ask
            ask(self, lambda i: PhotoTagsRequest(i, ids), partial(self._arrived, ids), self._failed, topic="tags")
            ask(
                self,
                lambda i: SuggestTagsRequest(i, ids, _MOST_ROWS),
                partial(self._suggested, ids),
                self._failed,
                topic="suggestions",
            )

    def _arrived(self, ids: tuple[int, ...], reply: Reply) -> None:
        assert isinstance(reply, PhotoTagsReply)
        self._tags_of = ids
        self._show_chips([*((tag, None) for tag in reply.accepted), *reply.partly])

    def _suggested(self, ids: tuple[int, ...], reply: Reply) -> None:
        assert isinstance(reply, TagsReply)
        self._suggestions_of = ids
        self._patience.stop()
        self._remark.hide()
        for row, suggestion in zip(self._rows, reply.tags, strict=False):
            row.show_suggestion(suggestion)
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(reply.tags))
        self._heading.setVisible(bool(reply.tags))

    def _decide(self, change: Callable[..., None], tag: str) -> None:
        """Accept or reject a suggestion, unless it is still that of the photos before."""
        if self._suggestions_of == self._ids:
            change(self._ids, tag)

    def _forget(self, tag: str) -> None:
        if self._tags_of == self._ids:
            self._changes.forget(self._ids, tag)

    def _say_wait(self) -> None:
        self._remark.setText(self.tr("Looking for tags that suit…"))
        self._remark.show()

    def _failed(self, failed: Failed) -> None:
        self._patience.stop()
        self._remark.setText(self.tr("The tags cannot be shown now: {reason}").format(reason=said(failed.message)))
        self._remark.show()

    def _completions_arrived(self, reply: Reply) -> None:
        assert isinstance(reply, CompletionsReply)
        self._known.setStringList(list(reply.tags))

    def _show_chips(self, tags: Sequence[tuple[str, int | None]]) -> None:
        focused = next((place for place, chip in enumerate(self._chips) if chip.hasFocus()), None)
        if [(chip.tag, chip.partly, chip.text()) for chip in self._chips] != [
            (tag, count is not None, f"{tag} · {count}" if count is not None else tag) for tag, count in tags
        ]:
            for chip in self._chips:
                self._flow.removeWidget(chip)
                chip.hide()
                chip.deleteLater()
            self._chips = [self._chip(tag, count) for tag, count in tags]
            if focused is not None:
                left = self._chips[min(focused, len(self._chips) - 1)] if self._chips else self._edit
                left.setFocus()
        self._chip_area.setVisible(bool(tags))
        self._chip_area.updateGeometry()

    def _chip(self, tag: str, count: int | None) -> TagChip:
        chip = TagChip(tag, count, self._chip_area)
        chip.clicked.connect(lambda: self.tag_activated.emit(tag))
        chip.removed.connect(partial(self._forget, tag))
        self._flow.addWidget(chip)
        chip.show()
        return chip

    def _typed(self) -> None:
        tags = [" ".join(part.split()) for part in self._edit.text().split(",")]
        tags = [tag for tag in tags if tag]
        if tags and self._ids:
            self._changes.accept(self._ids, *tags)
        self._edit.setText("")  # unlike clear(), which the line would undo
