"""Changing over to another model, as the whole window sees it: one at a time, with its progress and its end."""

from PySide6.QtCore import QObject, Signal

from clipdesk.core.entities import Progress
from clipdesk.core.errors import UserError
from clipdesk.core.install_messages import ModelsReply, ModelsRequest
from clipdesk.core.messages import Failed, ProgressEvent, Reply, UseModelRequest
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient


class ModelSwitch(QObject):
    """Asks for the change, and for one that a restart has interrupted to go on."""

    changed = Signal()
    """`name` or `progress` is another one."""
    switched = Signal(str)
    """This model answers now."""
    failed = Signal(object)
    """`Failed` or `UserError`: why the old model stays, or what could not be saved."""

    def __init__(self, client: WorkerClient, store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client, self._store = client, store
        self._request = 0
        self._stay: str | None = None
        self.name = ""
        """The model that photos are being read for; "" for none."""
        self.progress: Progress | None = None
        client.progress.connect(self._progressed)

    def use(self, name: str) -> None:
        """Change over to a model; the old one answers until every photo was read with the new one."""
        self.name, self.progress, self._stay = name, None, None
        self._request = self._client.ask(
            self, lambda i: UseModelRequest(i, name), lambda _: self._done(name), self._failed, topic="use model"
        )
        self.changed.emit()

    def stay_with(self, old: str) -> None:
        """Break the change off; `old` is the model that answers."""
        self._stay = old
        self._client.cancel(self._request)

    def resume(self) -> None:
        """Let a change go on that was interrupted."""
        self._client.ask(self, ModelsRequest, self._known, lambda _: None, topic="wanted")

    def go_on(self, reply: ModelsReply) -> None:
        """The same, when it is known already what is wanted."""
        if reply.wanted and not self.name:
            self.use(reply.wanted)

    def _known(self, reply: Reply) -> None:
        assert isinstance(reply, ModelsReply)
        self.go_on(reply)

    def _progressed(self, event: ProgressEvent) -> None:
        if self.name and event.request_id == self._request:
            self.progress = event.progress
            self.changed.emit()

    def _done(self, name: str) -> None:
        self._end()
        self._save(name)
        self.switched.emit(name)

    def _failed(self, failed: Failed) -> None:
        stay = self._stay
        self._end()
        if stay is not None:  # as the user wished
            self._save(stay)
        else:
            self.failed.emit(failed)

    def _end(self) -> None:
        self.name, self.progress, self._stay, self._request = "", None, None, 0
        self.changed.emit()

    def _save(self, name: str) -> None:
        try:
            self._store.update(model=name)
        except UserError as error:
            self.failed.emit(error)
