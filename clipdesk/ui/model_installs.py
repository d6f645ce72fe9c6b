"""Installations of models: which go on, how far they are, how they ended."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from clipdesk.core.install_messages import InstallModelRequest, InstallProgressEvent
from clipdesk.core.messages import Failed
from clipdesk.ui.worker_client import WorkerClient


class ModelInstalls(QObject):
    """Every signal tells the model's name first."""

    progressed = Signal(str, object)
    """How far it is: InstallProgressEvent, or None while it waits for its turn."""
    ended = Signal(str)
    """It has ended, well or not."""
    failed = Signal(str, Failed)
    """Why it was not installed; not told when the user has broken it off."""

    def __init__(self, client: WorkerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._requests: dict[str, int] = {}
        self._broken_off: set[str] = set()
        client.install_progress.connect(self._progressed)
        client.install_ended.connect(self._ended)

    def __contains__(self, name: object) -> bool:
        return name in self._requests

    def begin(self, name: str, source: Path | None, *, accepted: bool) -> None:
        """Install a model, from files of the user's where `source` names them."""
        self._broken_off.discard(name)
        self._requests[name] = self._client.ask(
            self,
            lambda i: InstallModelRequest(i, name, source, accepted),
            lambda _: None,
            lambda failed: self._failed(name, failed),
        )
        self.progressed.emit(name, None)

    def break_off(self, name: str) -> None:
        """End an installation; what was downloaded stays."""
        self._broken_off.add(name)
        if name in self._requests:
            self._client.cancel(self._requests[name])

    def _progressed(self, event: InstallProgressEvent) -> None:
        # One that another window has begun (before the language was changed) shows here too.
        self._requests[event.name] = event.request_id
        self.progressed.emit(event.name, event)

    def _failed(self, name: str, failed: Failed) -> None:
        if name not in self._broken_off:
            self.failed.emit(name, failed)
        self._broken_off.discard(name)
        self._ended(failed.id)

    def _ended(self, request_id: int) -> None:
        for name in [name for name, one in self._requests.items() if one == request_id]:
            del self._requests[name]
            self.ended.emit(name)
