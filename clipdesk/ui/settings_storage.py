"""Where data lies and how large it is; what helps when something does not work."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from clipdesk import __version__
from clipdesk.core import paths
from clipdesk.core.messages import Failed, IndexRequest, Reply, StatusReply, StatusRequest
from clipdesk.core.window_messages import EmptyCachesRequest
from clipdesk.ui import diagnostics
from clipdesk.ui.elided_label import ElidedLabel
from clipdesk.ui.jobs import JobThread
from clipdesk.ui.newer_versions import where_newer_ones_are
from clipdesk.ui.plain_text import show_plain
from clipdesk.ui.progress_words import in_bytes
from clipdesk.ui.question import ask
from clipdesk.ui.settings_library import WorkerSection
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient


class Storage(WorkerSection):
    """The library's place and sizes, and what can be deleted."""

    def __init__(self, client: WorkerClient, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(client, store, parent)
        self.set_title(self.tr("Where your data lies"))
        self._folder: Path | None = None
        self.library = ElidedLabel(self)
        self.sizes = QLabel(self)
        show_plain(self.sizes)
        self.sizes.setWordWrap(True)
        self.open_button = QPushButton(self.tr("Show in the file manager"), self)
        self.open_button.clicked.connect(self._show)
        self.open_button.setEnabled(False)
        self.empty_button = QPushButton(self.tr("Empty caches…"), self)
        self.empty_button.clicked.connect(self._ask)
        settings, log = ElidedLabel(self), ElidedLabel(self)
        settings.setText(str(paths.settings_file()))
        log.setText(str(paths.log_folder()))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.open_button)
        row.addWidget(self.empty_button)
        row.addStretch()
        self.add_row(self.tr("Library"), self.library)
        self.add_wide(self.sizes)
        self.add_wide(row)
        self.add_row(self.tr("Settings"), settings)
        self.add_row(self.tr("Logs"), log)

    def show_status(self, status: dict[str, Any]) -> None:
        """Show place and sizes, from a `StatusReply`."""
        self._folder = Path(status["library"])
        self.library.setText(status["library"])
        self.open_button.setEnabled(True)
        disk: dict[str, int] = status["disk"]
        told = self.tr("Catalogue {catalog}, thumbnails {thumbnails}, search index {index}")
        self.sizes.setText(told.format(**{name: in_bytes(size) for name, size in disk.items()}))

    def _show(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def _ask(self) -> None:
        told = self.tr(
            "The thumbnails and the search index are deleted and made again from your photos, which takes a while. "
            "Tags and photos are not touched."
        )
        empty = self.tr("Empty caches")
        ask(self, empty, self.tr("Empty the caches?"), told, empty, self._empty)

    def _empty(self) -> None:
        self.empty_button.setEnabled(False)

        def emptied(_: Reply) -> None:
            self.empty_button.setEnabled(True)
            # Looks at every folder, and so makes the thumbnails again.
            self._client.ask(self, IndexRequest, lambda _: None, self.refused)

        def not_emptied(failed: Failed) -> None:
            self.empty_button.setEnabled(True)
            self.refused(failed)

        self._client.ask(self, EmptyCachesRequest, emptied, not_emptied)


class Help(WorkerSection):
    """The version, and diagnostics to copy."""

    def __init__(self, client: WorkerClient, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(client, store, parent)
        self.set_title(self.tr("Help"))
        self._jobs = JobThread(self)
        self.copy_button = QPushButton(self.tr("Copy diagnostics"), self)
        self.copy_button.clicked.connect(self._collect)
        self.copied = QLabel(self)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.copy_button)
        row.addWidget(self.copied, 1)
        self.add_row(self.tr("Version"), QLabel(__version__, self))
        self.newer = QLabel(where_newer_ones_are(), self)
        self.newer.setWordWrap(True)
        self.newer.setOpenExternalLinks(True)
        self.add_wide(self.newer)
        self.add_wide(row)
        self.add_hint(
            self.tr(
                "Versions, settings, numbers and the end of the log, to send to whoever helps you. No photos in it."
            )
        )

    def _collect(self) -> None:
        self.copied.setText(self.tr("Collecting…"))
        self._client.ask(self, StatusRequest, self._have, lambda _: self._have(None), topic="diagnostics")

    def _have(self, reply: Reply | None) -> None:
        status = reply.status if isinstance(reply, StatusReply) else None
        lines, places = diagnostics.facts(self.settings, status), diagnostics.places(status)
        self._jobs.run(lambda: diagnostics.with_logs(lines, places), self._copy)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.setText(self.tr("Copied. Paste it where you need it."))
