"""Follows the worker: what it tells of itself and of the library goes to the banner and to the status line."""

from PySide6.QtCore import QObject, QTimer, Signal

from clipdesk.core.entities import FolderState, IndexReport
from clipdesk.core.messages import Failed, FoldersReply, FoldersRequest, ReadyEvent, Reply
from clipdesk.core.repair_messages import RepairedEvent
from clipdesk.ui.banner import Banner, Line
from clipdesk.ui.indexing import Indexing
from clipdesk.ui.parts import Parts
from clipdesk.ui.repair_words import RepairWords
from clipdesk.ui.status_line import StatusLine
from clipdesk.ui.trouble import DISK, MISSING, READ_ONLY, SLOW, TOPIC, Trouble, WaysOut
from clipdesk.ui.worker_words import said

_LOOK_AFTER = 3000
"""Milliseconds until it is looked again whether the library folder is back."""


class WorkerWatch(QObject):
    """`folders` tells the root folders (tuple[Folder]) whenever they may have changed."""

    folders = Signal(tuple)
    answers_again = Signal()
    """A worker came back after another one had ended."""

    def __init__(
        self, parts: Parts, indexing: Indexing, banner: Banner, status: StatusLine, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._client, self._store = parts.client, parts.store
        self._indexing, self._banner, self._status = indexing, banner, status
        self._lost = False
        self._gone = QTimer(self, singleShot=True, interval=_LOOK_AFTER)
        self._gone.timeout.connect(self._look)
        self._missing = False
        ways = WaysOut(lambda: parts.restart(False), lambda: parts.restart(True), indexing.run, self.ask_folders)
        self._trouble = Trouble(ways, self)
        self._repair_words = RepairWords(self)
        client = parts.client
        client.ready.connect(self._ready)
        client.restarting.connect(self._restarting)
        client.notice.connect(self._notice)
        client.repaired.connect(self._repaired)
        client.failed.connect(self.tell)
        client.changed.connect(self._changed)
        client.slow.connect(self._slow)
        client.paused_changed.connect(status.set_paused)
        indexing.failed.connect(self.tell)
        indexing.failed.connect(lambda _: self.ask_folders())
        indexing.ended.connect(self._run_ended)
        indexing.progress.connect(status.set_progress)
        status.pause_toggled.connect(client.pause)
        status.set_paused(client.paused)

    def ask_folders(self) -> None:
        """Ask for the root folders; `folders` tells them."""
        self._client.ask(self, FoldersRequest, self._folders, self.tell, topic="folders")

    def tell(self, failed: Failed) -> None:
        """Show a failure that nobody else shows."""
        if failed.id == 0:
            self._lost = True
            self._status.set_progress(None)
        if failed.kind == "missing" and failed.id:
            self._missing = True
            self._gone.start()
        if failed.kind != "worker died" or failed.id == 0:  # of a dead worker one line is enough
            self._banner.tell(self._trouble.line(failed))

    def _ready(self, event: ReadyEvent) -> None:
        for topic in (TOPIC, MISSING):
            self._banner.withdraw(topic)
        self._missing = False
        self._status.set_count(event.photos)
        self._status.set_read_only(not event.writer)
        if event.writer:
            self._banner.withdraw(READ_ONLY)
        else:
            self._banner.tell(self._trouble.read_only(event.kind, event.told))
        if self._client.paused:
            self._client.pause(True)
        if self._store.settings.watch and event.writer:
            self._indexing.watch(True)
        self.ask_folders()
        if self._lost:
            self._lost = False
            self.answers_again.emit()

    def _restarting(self) -> None:
        self._lost = True
        self._status.set_progress(None)
        self._banner.tell(self._trouble.restarting())

    def _slow(self, on: bool) -> None:
        if on:
            self._banner.tell(self._trouble.slow())
        else:
            self._banner.withdraw(SLOW)

    def _look(self) -> None:
        """A library folder that was gone may be back; the line about it stands, or the user has read it."""
        if self._missing:
            self._client.ask(self, FoldersRequest, self._folders, lambda _: self._gone.start(), topic="folders")

    def _notice(self, text: str, hint: str) -> None:
        self._banner.tell(Line(said(text), said(hint)))

    def _repaired(self, event: RepairedEvent) -> None:
        self._banner.tell(self._repair_words.line(event))
        if event.folders:
            self._indexing.run()

    def _changed(self, _: IndexReport) -> None:
        self._banner.withdraw(DISK)
        self.ask_folders()

    def _run_ended(self, report: IndexReport) -> None:
        for note in (note for note in report.notes if note not in report.away):  # the status line tells of these
            self._banner.tell(Line(said(note), topic=f"note {note}"))

    def _folders(self, reply: Reply) -> None:
        assert isinstance(reply, FoldersReply)
        if self._missing:
            self._missing = False
            self._banner.withdraw(MISSING)
            self.answers_again.emit()
        self._status.set_offline(any(folder.state is FolderState.OFFLINE for folder in reply.folders))
        self.folders.emit(reply.folders)
