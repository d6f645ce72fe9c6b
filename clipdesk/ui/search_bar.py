"""The search bar: one line of text, the chips of its query, completions, and what is wrong with it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QSize, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from clipdesk.core.errors import QuerySyntaxError
from clipdesk.core.messages import Failed
from clipdesk.core.query_parts import QueryParts
from clipdesk.ui.completer import QueryCompleter
from clipdesk.ui.completions import Completion
from clipdesk.ui.drop_area import DropArea
from clipdesk.ui.drops import MOST_PICTURES, refusal, take_pictures
from clipdesk.ui.history import HistoryWalk, QueryHistory
from clipdesk.ui.icons import icon
from clipdesk.ui.jobs import JobThread
from clipdesk.ui.picture_cache import PictureCache
from clipdesk.ui.picture_dialog import choose_pictures
from clipdesk.ui.query_line import QueryLine
from clipdesk.ui.query_row import QueryRow
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.ui.worker_words import said

_DEBOUNCE = 150
_PATIENCE = 700
"""Milliseconds after which an unfinished query is taken for a mistake."""
_REMEMBER = 3000
"""Milliseconds after which a query was meant."""


class SearchBar(DropArea):
    """The query is what it is about: pictures and a line of text, see `QueryParts`; chips only show it.

    `query_changed` tells a query that can be read ("" for everything), a moment after the last key or at once on
    Enter; one with a mistake is pointed at instead, and the last good one stays.
    """

    query_changed = Signal(str)
    mistaken = Signal(bool)
    """The line has a mistake, so that results are those of a query before; False: no longer."""

    def __init__(self, client: WorkerClient, history: QueryHistory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._walk = HistoryWalk(history)
        self._parts = QueryParts()
        self._told = ""
        self._failed = False
        self._pictures = PictureCache(client, self)
        self._jobs = JobThread(self)
        self.line = QueryLine()
        self.row = QueryRow(self._pictures)
        self.completer = QueryCompleter(self.line, client, history)
        self._add = QToolButton()
        self._clear = self.line.addAction(icon("close"), QueryLine.ActionPosition.TrailingPosition)
        self._timers = {
            name: QTimer(self, singleShot=True, interval=interval)
            for name, interval in (("tell", _DEBOUNCE), ("mistake", _PATIENCE), ("remember", _REMEMBER))
        }
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.setFocusProxy(self.line)
        self.line.addAction(icon("search"), QueryLine.ActionPosition.LeadingPosition).setEnabled(False)
        self._clear.setToolTip(self.tr("Clear (Esc)"))
        self._clear.setVisible(False)
        self.line.setPlaceholderText(self.tr("Search your photos"))
        self.line.setAccessibleName(self.tr("Search your photos"))
        self._add.setIcon(icon("image-add"))
        self._add.setIconSize(QSize(20, 20))
        self._add.setFixedSize(40, 40)
        self._add.setAutoRaise(True)
        self._add.setToolTip(self.tr("Search with a picture…"))
        self._add.setAccessibleName(self.tr("Search with a picture"))
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(0)
        layout.addWidget(self.line, 0, 0)
        layout.addWidget(self._add, 0, 1)
        layout.addWidget(self.row, 1, 0, 1, 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self.line.steer = self._steer
        self.line.textEdited.connect(self._edited)
        self.line.left.connect(self.completer.close)
        self.line.picture_pasted.connect(lambda: self._take(QGuiApplication.clipboard().mimeData()))
        self.line.forget_requested.connect(self._history.clear)
        self.completer.chosen.connect(self._complete)
        self._clear.triggered.connect(lambda: self.set_query(""))
        self._add.clicked.connect(lambda: choose_pictures(self, self.add_pictures))
        self.hovered.connect(self.line.show_drop)
        self.dropped.connect(self._take)
        self.row.chips.turned.connect(lambda position: self._change_chip(position, turn=True))
        self.row.chips.removed.connect(lambda position: self._change_chip(position, turn=False))
        self._timers["tell"].timeout.connect(self._tell)
        self._timers["mistake"].timeout.connect(self._point_at_mistake)
        self._timers["remember"].timeout.connect(lambda: self._history.add(self._told))

    # ---- for others ----

    def query(self) -> str:
        """The whole query as text."""
        return self._parts.text()

    def set_query(self, text: str) -> None:
        """Show another query and tell it at once."""
        self._show(QueryParts.of(text))
        self._walk.restart()
        self._tell(anew=True)

    def add_pictures(self, paths: Sequence[Path], *, negative: bool = False) -> None:
        """Look for photos like (or unlike) these pictures too."""
        room = max(MOST_PICTURES - len(self._parts.pictures), 0)
        self._show(self._parts.with_pictures(list(paths)[:room], negative=negative))
        self._tell(anew=True)
        if len(paths) > room:
            self.row.show_message(
                self.tr("A query takes %n picture(s) at most; the others were left out.", "", MOST_PICTURES)
            )

    def add_words(self, words: str, *, negative: bool = False) -> None:
        """Look for these words too, as one term."""
        if words.strip():
            self._show(self._parts.with_words(words, negative=negative))
            self._tell(anew=True)

    def show_failure(self, failed: Failed | None) -> None:
        """Tell why the query could not be answered, until it changes; None takes that away, and nothing else."""
        if failed is not None and failed.position is not None and failed.text == self.line.text():
            self._point(failed.position, failed.message, failed.hint)
        elif failed is not None:
            self.row.show_message(_sentence(failed.message, failed.hint))
        elif self._failed:
            self.row.show_message("")
        self._failed = failed is not None

    def focus_search(self) -> None:
        """Go to the line, its text selected."""
        self.line.setFocus()
        self.line.selectAll()

    # ---- typing ----

    def _edited(self, text: str) -> None:
        if text == self._parts.line:
            return  # nobody typed it: `_show` did
        self._parts = QueryParts(self._parts.pictures, text)
        self._walk.restart()
        self.completer.offer()
        self._refresh()
        self._timers["tell"].start()

    def _show(self, parts: QueryParts) -> None:
        """Show a query that was not typed."""
        self._parts = parts
        self.line.replace_text(parts.line)
        self.completer.close()
        self._refresh()

    def _refresh(self) -> None:
        """Bring the chips up to date; a mistake is pointed at only when it stays for a while."""
        self._clear.setVisible(bool(self._parts.pictures or self._parts.line))
        words = self.tr("Add words") if self._parts.pictures else self.tr("Search your photos")
        self.line.setPlaceholderText(words)
        self._failed = False
        self.row.show_message("")
        try:
            query = self._parts.query()
        except QuerySyntaxError as error:
            self.row.chips.setEnabled(False)
            if self.row.has_hint():
                self._point(error.position, error.message, error.hint)
            else:
                self._timers["mistake"].start()
            return
        self._timers["mistake"].stop()
        self.mistaken.emit(False)
        self.row.chips.setEnabled(True)
        self.row.show_query(query)

    def _tell(self, *, anew: bool = False) -> None:
        """Tell the query unless it has a mistake or, without `anew`, is the one that was told last."""
        self._timers["tell"].stop()
        try:
            self._parts.query()
        except QuerySyntaxError:
            return
        self.row.chips.load_pictures()
        text = self._parts.text()
        if text == self._told and not anew:
            return
        self._told = text
        self._timers["remember"].start()
        self.query_changed.emit(text)

    def _commit(self) -> None:
        """Enter: what is there is meant."""
        failed = bool(self.row.message())
        self._pictures.forget_failures()
        self._show(QueryParts.of(self._parts.text()))
        self._point_at_mistake()
        self._tell(anew=failed)
        self._history.add(self._told)

    def _point_at_mistake(self) -> None:
        try:
            self._parts.query()
        except QuerySyntaxError as error:
            self._point(error.position, error.message, error.hint)

    def _point(self, position: int, message: str, hint: str) -> None:
        self.mistaken.emit(True)
        self.row.show_mistake(self.line.mapTo(self, QPoint(self.line.x_of(position), 0)).x(), _sentence(message, hint))

    def _steer(self, key: str) -> bool:
        """Use a special key of the line."""
        if self.completer.steer(key):
            return True
        match key:
            case "enter":
                self._commit()
            case "escape" if self._parts.pictures or self._parts.line:
                self.set_query("")
            case "up" | "down":
                recalled = self._walk.step(key == "up", self.query())
                if recalled is not None:
                    self._show(QueryParts.of(recalled))
                    self._timers["tell"].start()
                elif key == "down":
                    self.completer.offer(everything=True)
            case _:
                return False
        return True

    def _complete(self, completion: Completion) -> None:
        if completion.whole:
            self._show(QueryParts.of(completion.text))
            self._tell()
            return
        self._show(QueryParts(self._parts.pictures, completion.text))
        self.line.setCursorPosition(completion.cursor)
        if completion.more:
            self.completer.offer(everything=True)
        else:
            self._tell()

    # ---- pictures and chips ----

    def _change_chip(self, position: int, *, turn: bool) -> None:
        try:
            parts = self._parts.turned(position) if turn else self._parts.without(position)
        except (QuerySyntaxError, IndexError):
            return
        self._show(parts)
        self._tell()
        if not self.row.chips.chips():
            self.line.setFocus()

    def _take(self, mime: QMimeData) -> None:
        """Use what was dropped or pasted: pictures, or why not, or text."""
        why_not, text = refusal(mime), " ".join(mime.text().split()) if mime.hasText() else ""

        def taken(pictures: list[Path]) -> None:
            if pictures:
                self.add_pictures(pictures)
            elif why_not:
                self.row.show_message(why_not)
            elif text:
                self.line.insert(text)

        take_pictures(mime, self._jobs, taken)
        self.line.setFocus()


def _sentence(message: str, hint: str) -> str:
    parts = (said(part) for part in (message, hint) if part)
    stop = QCoreApplication.translate("SearchBar", "{sentence}.")
    ends = (".", "!", "?", "…", "。", "！", "？")
    return " ".join(part if part.endswith(ends) else stop.format(sentence=part) for part in parts)
