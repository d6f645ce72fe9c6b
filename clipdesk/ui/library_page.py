"""The library page: which folders are in the library, how they are, and what could not be read."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clipdesk.core.entities import Folder, Progress
from clipdesk.core.errors import UserError
from clipdesk.core.messages import (
    Failed,
    FailuresReply,
    FailuresRequest,
    FoldersReply,
    FoldersRequest,
    IndexRequest,
    ProgressEvent,
    RemoveFolderRequest,
    Reply,
    Request,
    RetryRequest,
)
from clipdesk.ui.failures_view import FailuresView
from clipdesk.ui.file_actions import show_in_folder
from clipdesk.ui.folder_card import Activity
from clipdesk.ui.folder_list import FolderList
from clipdesk.ui.library_header import LibraryHeader
from clipdesk.ui.question import ask
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient

_EVERY = 2000
"""Milliseconds between two looks at the folders' numbers while photos are being read."""


class LibraryPage(QWidget):
    """Folders with their states, and the files that are not in the library with the reasons."""

    add_folders_requested = Signal()

    def __init__(self, client: WorkerClient, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._progress: Progress | None = None
        self._run = 0
        self._asked = QElapsedTimer()
        self._stale = True
        self.header = LibraryHeader(client, store, self)
        self.folders = FolderList(self)
        self.failures = FailuresView(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(self.header)
        column.addWidget(self.folders)
        column.addWidget(self.failures, 100)
        column.addStretch(1)
        self._connect()

    def _connect(self) -> None:
        self.header.add_requested.connect(self.add_folders_requested)
        self.header.look_requested.connect(self._index)
        self.folders.look_again.connect(self._look_at)
        self.folders.remove_requested.connect(self._ask_remove)
        self.folders.forget_requested.connect(self._ask_forget)
        self.folders.show_requested.connect(_show)
        self.folders.failures_requested.connect(self.failures.view.setFocus)
        self.failures.retry_requested.connect(self._retry)
        self.failures.show_requested.connect(self._show_file)
        self._client.changed.connect(self._refresh)
        self._client.ready.connect(self._refresh)
        self._client.progress.connect(self._note_run)
        self._client.paused_changed.connect(self._show_activity)

    # ---- for the window ----

    def activated_page(self) -> None:
        """The page is shown now: bring it up to date."""
        if self._stale:
            self._ask_worker()

    def set_progress(self, progress: Progress | None) -> None:
        """Show how far indexing is; None when it has ended."""
        before, self._progress = self._progress, progress
        self.header.show_progress(progress)
        self._show_activity()
        if progress is None:
            self._run = 0
        phases = [one.phase if one is not None else None for one in (before, progress)]
        if phases[0] != phases[1] or (progress is not None and self._asked.hasExpired(_EVERY)):
            self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """See `activated_page`."""
        super().showEvent(event)
        self.activated_page()

    # ---- what the worker knows ----

    def _refresh(self) -> None:
        """Nothing is asked of the worker for a page that nobody sees."""
        self._stale = True
        if self.isVisible():
            self._ask_worker()

    def _ask_worker(self) -> None:
        self._stale = False
        self._asked.start()
        self._client.ask(self, FoldersRequest, self._show_folders, self._tell, topic="folders")
        self._client.ask(self, FailuresRequest, self._show_failures, self._tell, topic="failures")

    def _show_folders(self, reply: Reply) -> None:
        assert isinstance(reply, FoldersReply)
        self.folders.show_folders(reply.folders)
        self.header.show_folders(reply.folders)

    def _show_failures(self, reply: Reply) -> None:
        assert isinstance(reply, FailuresReply)
        self.failures.show_failures(reply.failures)

    def _show_activity(self) -> None:
        progress = self._progress
        if self._client.paused:
            activity = Activity.PAUSED
        elif progress is None:
            activity = Activity.IDLE
        else:
            activity = Activity.LOOKING if progress.phase == "scanning" else Activity.READING
        self.folders.show_activity(activity)

    def _note_run(self, event: ProgressEvent) -> None:
        if not event.model:  # a change of the model gives way by itself
            self._run = event.request_id

    def _tell(self, failed: Failed) -> None:
        self.header.trouble.tell(failed)

    # ---- what the user wants ----

    def _look_at(self, folder: Folder) -> None:
        self._index(only=(folder.path,))

    def _index(
        self, folders: tuple[Path, ...] = (), *, accept_missing: bool = False, only: tuple[Path, ...] = ()
    ) -> None:
        self._do(lambda i: IndexRequest(i, folders, accept_missing, only=only), lambda: None)

    def _retry(self, paths: tuple[Path, ...]) -> None:
        self._do(lambda i: RetryRequest(i, paths), self._index)

    def _do(self, make: Callable[[int], Request], then: Callable[[], None]) -> None:
        """Ask for a change; `then` comes when it is made, and what was said of earlier trouble goes."""
        self.header.trouble.tell(None)

        def done(_: Reply) -> None:
            then()
            self._refresh()

        self._client.ask(self, make, done, self._tell)

    def _ask_remove(self, folder: Folder) -> None:
        question = self.tr("Remove {name} from the library?").format(name=folder.path.name)
        told = self.tr(
            "The photos themselves stay where they are, unchanged. They are only no longer found here. "
            "You can add the folder again at any time."
        )
        ask(self, self.tr("Library"), question, told, self.tr("Remove from the library"), lambda: self._remove(folder))

    def _ask_forget(self, folder: Folder) -> None:
        question = self.tr("Forget the photos of {name}?").format(name=folder.path.name)
        told = self.tr(
            "%Ln photo(s) that are away now are no longer found. No file is deleted: if the drive comes back, add "
            "the folder again.",
            "",
            folder.files,
        )
        forget = self.tr("Forget its photos")
        ask(
            self,
            self.tr("Library"),
            question,
            told,
            forget,
            lambda: self._index((folder.path,), accept_missing=True, only=(folder.path,)),
        )

    def _show_file(self, path: Path) -> None:
        show_in_folder(path, self, lambda text: self.header.trouble.tell(UserError(text)))

    def _remove(self, folder: Folder) -> None:
        # A run would make it wait, for hours perhaps: it is cut short, and goes on afterwards without the folder.
        cut = self._run if self._progress is not None else 0
        if cut:
            self._client.cancel(cut)
        self._do(lambda i: RemoveFolderRequest(i, folder.path), self._index if cut else lambda: None)


def _show(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
