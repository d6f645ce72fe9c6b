"""Settings of the library: what is left out, the model and what runs it, tags in files."""

import sys
from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QWidget

from clipdesk.core.entities import Folder
from clipdesk.core.errors import UserError
from clipdesk.core.install_messages import ModelsReply, ModelsRequest, ModelState
from clipdesk.core.messages import Failed, IndexRequest, Reply, Request, UseModelRequest
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import ApplySettingsRequest
from clipdesk.ui.model_switch import ModelSwitch
from clipdesk.ui.plain_text import show_plain
from clipdesk.ui.progress_words import in_bytes, progress_words
from clipdesk.ui.settings_section import SettingsSection
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient


class WorkerSection(SettingsSection):
    """A section whose settings need work of the worker as well."""

    def __init__(self, client: WorkerClient, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self._client = client

    def apply_then(self, make: Callable[[int], Request], done: Callable[[Reply], None]) -> None:
        """Let the worker take the settings of now, then ask it for something that goes by them."""
        settings = self.settings

        def applied(_: Reply) -> None:
            self._client.ask(self, make, done, self.refused)

        self._client.ask(self, lambda i: ApplySettingsRequest(i, settings), applied, self.refused)

    def refused(self, failed: Failed) -> None:
        """The worker could not do it."""
        self.failed.emit(failed)


class Exclusions(WorkerSection):
    """Which folders there are, and what in them is left out."""

    def __init__(self, client: WorkerClient, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(client, store, parent)
        self.set_title(self.tr("Folders"))
        self.folders = QLabel(self)
        show_plain(self.folders)
        self.patterns = QPlainTextEdit(self)
        self.patterns.setTabChangesFocus(True)
        self.patterns.setPlaceholderText("Screenshots/\n*.png\nScans/2019")
        self.patterns.setFixedHeight(self.patterns.fontMetrics().lineSpacing() * 4 + 16)
        self.patterns.textChanged.connect(self._edited)
        self.apply_button = QPushButton(self.tr("Apply"), self)
        self.apply_button.clicked.connect(self._apply)
        self.add_row(self.tr("In the library"), self.folders)
        self.add_row(self.tr("Leave out"), self.patterns)
        self.add_hint(
            self.tr(
                "Names or paths of files and folders, one on each line. A slash at the end means a folder, a star "
                "stands for any letters. Folders are added and removed on the library page."
            )
        )
        row = QHBoxLayout()
        row.addWidget(self.apply_button)
        row.addStretch()
        self.add_wide(row)
        self.show_settings(self.settings)

    def show_folders(self, folders: tuple[Folder, ...]) -> None:
        """List the root folders."""
        self.folders.setText("\n".join(str(folder.path) for folder in folders) or self.tr("No folders yet"))

    def show_settings(self, settings: Settings) -> None:
        """See `SettingsSection`."""
        if self._written() != settings.excludes and not self.patterns.hasFocus():
            self.patterns.setPlainText("\n".join(settings.excludes))
        self._edited()

    def _written(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self.patterns.toPlainText().splitlines())
        return tuple(line for line in lines if line)

    def _edited(self) -> None:
        self.apply_button.setEnabled(self._written() != self.settings.excludes)

    def _apply(self) -> None:
        self.change(excludes=self._written())
        self._edited()
        self.apply_then(IndexRequest, lambda _: None)


class ModelChoice(WorkerSection):
    """Which model answers, and what runs it."""

    def __init__(
        self, client: WorkerClient, store: SettingsStore, switch: ModelSwitch, parent: QWidget | None = None
    ) -> None:
        super().__init__(client, store, parent)
        self.set_title(self.tr("Search"))
        self._models: tuple[ModelState, ...] = ()
        self._switch = switch
        self.model, self.engine = QComboBox(self), QComboBox(self)
        self.about = QLabel(self)
        show_plain(self.about)
        self.about.setWordWrap(True)
        self.cancel_button = QPushButton(self.tr("Stay with the old one"), self)
        self.cancel_button.hide()
        self.cancel_button.clicked.connect(lambda: switch.stay_with(self._answering()))
        self.engine.addItem(self.tr("The best for this computer"), "auto")
        self.engine.addItem(self.tr("Processor"), "cpu")
        if sys.platform == "darwin":
            self.engine.addItem(self.tr("Apple graphics"), "mps")
        else:
            self.engine.addItem(self.tr("NVIDIA graphics"), "cuda")
        self.add_row(self.tr("Model"), self.model)
        self.add_wide(self.about)
        self.add_wide(self.cancel_button)
        self.add_row(self.tr("Calculate with"), self.engine)
        self.model.activated.connect(lambda: switch.use(self.model.currentData()))
        self.engine.activated.connect(self._change_engine)
        switch.changed.connect(self._show_switch)
        switch.switched.connect(lambda _: self.refresh())
        switch.failed.connect(self._not_changed)
        self.show_settings(self.settings)

    def refresh(self) -> None:
        """Ask which models there are."""
        self._client.ask(self, ModelsRequest, self._show_models, self.refused, topic="models")

    def show_settings(self, settings: Settings) -> None:
        """See `SettingsSection`."""
        self.engine.setCurrentIndex(max(0, self.engine.findData(settings.device)))

    def _show_models(self, reply: Reply) -> None:
        assert isinstance(reply, ModelsReply)
        self._models = tuple(model for model in reply.models if model.installed and not model.problem)
        self.model.clear()
        for model in self._models:
            self.model.addItem(model.title, model.name)
        self.model.setCurrentIndex(self.model.findData(self._switch.name or self._answering()))
        self._describe()

    def _describe(self) -> None:
        model = next((one for one in self._models if one.in_use), None)
        if model is None or self._switch.name:
            return
        parts = (model.languages, in_bytes(model.bytes), model.licence)
        self.about.setText(" · ".join(part for part in parts if part))

    def _answering(self) -> str:
        return next((one.name for one in self._models if one.in_use), self.settings.model)

    def _show_switch(self) -> None:
        """The old model answers until every photo was read with the new one."""
        name, progress = self._switch.name, self._switch.progress
        self.engine.setEnabled(not name)
        self.model.setEnabled(not name)
        self.cancel_button.setVisible(bool(name))
        if not name:
            self.refresh()
            return
        self.model.setCurrentIndex(self.model.findData(name))
        told = self.tr("Your photos are being read for this model. The old one answers meanwhile.")
        if progress is not None:
            told = self.tr("Your photos are being read for this model: {progress}. The old one answers meanwhile.")
            told = told.format(progress=progress_words(progress))
        self.about.setText(told)

    def _change_engine(self) -> None:
        before, wanted = self.settings.device, self.engine.currentData()
        if wanted == before:
            return
        self.change(device=wanted)

        def back(failed: Failed) -> None:
            self.change(device=before)
            self.refused(failed)

        def applied(_: Reply) -> None:
            # Loading the model again makes it run on the new device.
            self._client.ask(self, lambda i: UseModelRequest(i, self._answering()), lambda _: None, back)

        settings = self.settings
        self._client.ask(self, lambda i: ApplySettingsRequest(i, settings), applied, back)

    def _not_changed(self, failed: Failed | UserError) -> None:
        self.refresh()
        self.failed.emit(failed)


class TagFiles(SettingsSection):
    """Whether accepted tags are written beside the photos."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.set_title(self.tr("Tags"))
        self.sidecars = QCheckBox(self.tr("Write accepted tags into small files beside the photos"), self)
        self.add_wide(self.sidecars)
        self.add_hint(
            self.tr("Other photo programs can read these files (.xmp). The photos themselves are never changed.")
        )
        self.show_settings(self.settings)
        self.sidecars.clicked.connect(self._write)

    def show_settings(self, settings: Settings) -> None:
        """See `SettingsSection`."""
        self.sidecars.setChecked(settings.sidecars)

    def _write(self, on: bool) -> None:
        self.change(sidecars=on)
