"""The top of the library page: numbers, what can be done with the whole library, progress, trouble."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from clipdesk.core.entities import Folder, FolderState, Progress
from clipdesk.core.errors import UserError
from clipdesk.ui.elided_label import ElidedLabel
from clipdesk.ui.icons import icon
from clipdesk.ui.plain_text import show_plain
from clipdesk.ui.progress_words import progress_words
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.trouble_line import TroubleLine
from clipdesk.ui.worker_client import WorkerClient


class LibraryHeader(QWidget):
    """Title, numbers and buttons; a line of progress; a line of trouble."""

    add_requested = Signal()
    look_requested = Signal()

    def __init__(self, client: WorkerClient, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client, self._store = client, store
        self._title, self._numbers = QLabel(self.tr("Library"), self), ElidedLabel(self)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(font)
        self._numbers.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._buttons()
        self._progress_line()
        self.trouble = TroubleLine(self)
        self._arrange()
        client.paused_changed.connect(self._show_pause)
        store.changed.connect(self._show_watch)
        self._progress: Progress | None = None
        self.show_progress(None)

    def _buttons(self) -> None:
        self.add_button = QPushButton(icon("folder-add"), self.tr("Add a folder…"), self)
        self.add_button.clicked.connect(self.add_requested)
        self.look_button = QPushButton(icon("refresh"), self.tr("Look for changes"), self)
        self.look_button.setToolTip(self.tr("Look for new, changed and deleted photos in every folder"))
        self.look_button.clicked.connect(self.look_requested)
        self.watch_box = QCheckBox(self.tr("Follow changes by itself"), self)
        self.watch_box.setToolTip(self.tr("Photos that come, go or change are noticed while clipdesk is open"))
        self._show_watch()
        self.watch_box.toggled.connect(self._watch)

    def _progress_line(self) -> None:
        self.progress_bar = QProgressBar(self)
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setFixedHeight(8)
        self.progress_bar.setAccessibleName(self.tr("Progress"))
        self.progress_text = QLabel(self)
        show_plain(self.progress_text)
        self.pause_button = QPushButton(self)
        self.pause_button.clicked.connect(lambda: self._client.pause(not self._client.paused))
        self._running = QWidget(self)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self._title)
        top.addWidget(self._numbers, 1)
        top.addWidget(self.watch_box)
        top.addWidget(self.look_button)
        top.addWidget(self.add_button)
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.progress_text)
        middle.addWidget(self.progress_bar)
        running = QHBoxLayout(self._running)
        running.setContentsMargins(0, 0, 0, 0)
        running.setSpacing(16)
        running.addLayout(middle, 1)
        running.addWidget(self.pause_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(self.trouble)
        column.addWidget(self._running)

    def show_folders(self, folders: Sequence[Folder]) -> None:
        """Tell how many files there are, in how many folders."""
        if not folders:
            self._numbers.setText(self.tr("No folders yet"))
            return
        told = [
            self.tr("%Ln file(s)", "", sum(folder.files for folder in folders)),
            self.tr("%Ln folder(s)", "", len(folders)),
        ]
        away = sum(folder.state is FolderState.OFFLINE for folder in folders)
        if away:
            told.append(self.tr("%Ln away", "", away))
        self._numbers.setText(" · ".join(told))

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far a run is; None: there is none."""
        self._progress = progress
        self._running.setVisible(progress is not None or self._client.paused)
        self.look_button.setEnabled(progress is None)
        self._show_pause()

    def _show_pause(self) -> None:
        paused, progress = self._client.paused, self._progress
        self.pause_button.setText(self.tr("Go on") if paused else self.tr("Pause"))
        self.pause_button.setIcon(icon("play" if paused else "pause"))
        self._running.setVisible(progress is not None or paused)
        words = progress_words(progress) if progress is not None else ""
        if paused:
            words = self.tr("Paused at {progress}").format(progress=words) if words else self.tr("Paused")
        self.progress_text.setText(words)
        counted = progress is not None and progress.total > 0
        self.progress_bar.setVisible(progress is not None)
        # Without an end in sight the bar only moves, but not while everything rests.
        self.progress_bar.setRange(0, progress.total if progress is not None and counted else int(paused))
        self.progress_bar.setValue(progress.done if progress is not None and counted else 0)

    def _show_watch(self) -> None:
        self.watch_box.setChecked(self._store.settings.watch)

    def _watch(self, on: bool) -> None:
        try:
            self._store.update(watch=on)
        except UserError as error:
            self.trouble.tell(error)
