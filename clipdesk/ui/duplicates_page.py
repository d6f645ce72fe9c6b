"""The duplicates page: files of the same content, photos that look nearly the same, and what to do with them."""

from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont, QPalette, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabBar, QVBoxLayout, QWidget

from clipdesk.core.messages import Failed, Reply
from clipdesk.core.window_messages import (
    DuplicateGroup,
    DuplicatesReply,
    DuplicatesRequest,
    UnchangedReply,
    UnchangedRequest,
)
from clipdesk.ui.calm_line import CalmLine
from clipdesk.ui.duplicate_marks import DuplicateMarks
from clipdesk.ui.duplicates_view import DuplicatesView
from clipdesk.ui.icons import icon
from clipdesk.ui.progress_words import in_bytes
from clipdesk.ui.thumbnail_loader import ThumbnailLoader
from clipdesk.ui.worker_client import WorkerClient

Kind = Literal["same", "near"]
_KINDS: tuple[Kind, Kind] = ("same", "near")
_SETTLED = 1500
"""Milliseconds without another change before the library is looked through again."""


class DuplicatesPage(QWidget):
    """Groups of files with a mark on each that is to go. Nothing is deleted here: `bin_requested` asks for it."""

    bin_requested = Signal(list)
    """Paths. Of each group at least one other file was there, unchanged, a moment ago."""
    preview_requested = Signal(list, int)

    def __init__(self, client: WorkerClient, thumbnails: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._stale = True
        self._found: dict[Kind, DuplicatesReply | None] = {"same": None, "near": None}
        self._loader = ThumbnailLoader(thumbnails, self)
        self.marks = DuplicateMarks(self)
        self.view = DuplicatesView(self.marks, self._loader, self)
        self.model = self.view.duplicates
        self.line = CalmLine(self)
        self.kinds = QTabBar(self)
        self._empty, self._sum = QLabel(self), QLabel(self)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED)
        self._settled.timeout.connect(self._ask_worker)
        self._prepare()
        self._buttons()
        self._arrange()
        self._connect()
        self._show_found()

    def _prepare(self) -> None:
        self.kinds.setDrawBase(False)
        self.kinds.setExpanding(False)
        for _ in _KINDS:
            self.kinds.addTab("")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._sum.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def _buttons(self) -> None:
        self.only_button = QPushButton(self.tr("Keep only this one"), self)
        self.only_button.setToolTip(self.tr("The other files of its group are marked for the bin (key K)"))
        self.only_button.clicked.connect(self.view.keep_only)
        self.all_button = QPushButton(self.tr("Keep all"), self)
        self.all_button.setToolTip(self.tr("Nothing of this group goes to the bin (key U)"))
        self.all_button.clicked.connect(self.view.keep_all)
        self.best_button = QPushButton(icon("star"), self.tr("Keep the best of every group"), self)
        self.best_button.setToolTip(self.tr("Mark all others for the bin; look through them before you go on"))
        self.best_button.clicked.connect(self._keep_best)
        self.bin_button = QPushButton(icon("trash"), self.tr("Move to the bin…"), self)
        self.bin_button.clicked.connect(self._check)

    def _arrange(self) -> None:
        title = QLabel(self.tr("Duplicates"), self)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(QFont.Weight.DemiBold)
        title.setFont(font)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(title)
        top.addWidget(self.kinds)
        top.addStretch(1)
        top.addWidget(self.best_button)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self.only_button)
        bottom.addWidget(self.all_button)
        bottom.addStretch(1)
        bottom.addWidget(self._sum)
        bottom.addSpacing(8)
        bottom.addWidget(self.bin_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(self.line)
        column.addWidget(self._empty, 1)
        column.addWidget(self.view, 1)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self.kinds.currentChanged.connect(lambda _: self._show_found())
        self.view.selectionModel().currentChanged.connect(lambda: self._show_marks())
        self.view.preview_requested.connect(self.preview_requested)
        self.marks.changed.connect(self._show_marks)
        self.model.refused.connect(lambda: self.line.tell(self.tr("One file of each group always stays.")))
        self.line.again.connect(self._ask_worker)
        self._client.changed.connect(lambda _: self._changed())
        self._client.ready.connect(lambda _: self._changed())
        self._client.files_forgotten.connect(self._ask_soon)

    # ---- for the window ----

    def activated_page(self) -> None:
        """The page is shown now: bring it up to date."""
        if self._stale:
            self._ask_worker()

    def showEvent(self, event: QShowEvent) -> None:
        """See `activated_page`."""
        super().showEvent(event)
        self.activated_page()

    def show_kind(self, kind: Kind) -> None:
        """Show files of the same content, or photos that look nearly the same."""
        self.kinds.setCurrentIndex(_KINDS.index(kind))

    # ---- asking ----

    def _changed(self) -> None:
        self._stale = True
        self._loader.forget_missing()
        if self.isVisible():
            self._settled.start()

    def _ask_soon(self) -> None:
        self._stale = True
        if self.isVisible():
            self._ask_worker()

    def _ask_worker(self) -> None:
        self._stale = False
        if self._found["same"] is None:
            self.line.work(self.tr("Looking for duplicates…"))
        client = self._client
        client.ask(self, lambda i: DuplicatesRequest(i, near=None), self._take_same, self._tell, topic="same")
        client.ask(self, lambda i: DuplicatesRequest(i, same=False), self._take_near, self._tell, topic="near")

    def _take_same(self, reply: Reply) -> None:
        self._take("same", reply)

    def _take_near(self, reply: Reply) -> None:
        self._take("near", reply)

    def _take(self, kind: Kind, reply: Reply) -> None:
        assert isinstance(reply, DuplicatesReply)
        self._found[kind] = reply
        self.marks.begin([group for one in self._found.values() if one is not None for group in one.groups])
        self._show_found()

    def _tell(self, failed: Failed) -> None:
        self._stale = True
        self.line.fail(failed)

    # ---- showing ----

    @property
    def kind(self) -> Kind:
        """What is shown."""
        return _KINDS[self.kinds.currentIndex()]

    def _show_found(self) -> None:
        for place, (one, text) in enumerate(
            zip(_KINDS, (self.tr("Same content"), self.tr("Nearly the same")), strict=True)
        ):
            found = self._found[one]
            count = "" if found is None else f" ({self.locale().toString(len(found.groups) + found.left_out)})"
            self.kinds.setTabText(place, text + count)
        found = self._found[self.kind]
        groups = found.groups if found is not None else ()
        if list(groups) != self.model.groups:
            self.view.show_groups(groups)
        self.view.setVisible(bool(groups))
        self._empty.setVisible(not groups)
        if found is not None:
            self._empty.setText(
                self.tr("No file is here twice.") if self.kind == "same" else self.tr("No photos look nearly the same.")
            )
            self.line.clear()
        else:
            # The first look at a large library reads every thumbnail once.
            self.line.work(self.tr("Comparing your photos… The first time, this can take some minutes."))
        self._show_marks()

    def _show_marks(self) -> None:
        marked = [file for group in self.model.groups for file in self.marks.marked(group)]
        told = self.tr("%Ln file(s) marked", "", len(marked))
        self._sum.setText(f"{told} · {in_bytes(sum(file.size for file in marked))}" if marked else "")
        self.bin_button.setEnabled(bool(marked))
        chosen = self.view.current()
        self.only_button.setEnabled(chosen is not None)
        self.all_button.setEnabled(chosen is not None and bool(self.marks.marked(chosen[0])))
        self.best_button.setEnabled(bool(self.model.groups))

    def _marked_groups(self) -> list[DuplicateGroup]:
        """Those that are shown: what is not seen does not go."""
        return [group for group in self.model.groups if self.marks.marked(group)]

    # ---- what the user wants ----

    def _keep_best(self) -> None:
        self.marks.keep_best(self.model.groups)

    def _check(self) -> None:
        """Look whether what is to stay is still there, then ask for the rest to be moved."""
        groups = self._marked_groups()
        going = {group: [file.path for file in self.marks.marked(group)] for group in groups}
        staying = {group: self.marks.staying(group) for group in groups}
        files = tuple(
            dict.fromkeys((file.path, file.size, file.mtime_ns) for stay in staying.values() for file in stay)
        )

        def done(reply: Reply) -> None:
            assert isinstance(reply, UnchangedReply)
            there = set(reply.paths)
            paths = [
                path for group in groups if any(file.path in there for file in staying[group]) for path in going[group]
            ]
            if len(paths) < sum(len(part) for part in going.values()):
                self._stale = True
                self.line.tell(
                    self.tr("Some files that should stay have gone or changed; their groups are left alone.")
                )
            if paths:
                self.bin_requested.emit(list(dict.fromkeys(paths)))

        self._client.ask(self, lambda i: UnchangedRequest(i, files), done, self._tell, topic="check")
