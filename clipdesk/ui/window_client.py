"""One window's own end of the worker client: goes with the window, and what listens to it goes too."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from clipdesk.core.messages import Failed, Reply, Request
from clipdesk.ui.worker_client import WorkerClient


class WindowClient(WorkerClient):
    """Asks through `shared`, and tells what `shared` tells. Starting and stopping are for the owner of `shared`."""

    def __init__(self, shared: WorkerClient, parent: QObject | None = None) -> None:
        super().__init__(shared.connect_worker, parent)
        self._shared = shared
        for ours, theirs in (
            (self.ready, shared.ready),
            (self.progress, shared.progress),
            (self.run_ended, shared.run_ended),
            (self.changed, shared.changed),
            (self.tags_changed, shared.tags_changed),
            (self.files_forgotten, shared.files_forgotten),
            (self.install_progress, shared.install_progress),
            (self.install_ended, shared.install_ended),
            (self.notice, shared.notice),
            (self.repaired, shared.repaired),
            (self.restarting, shared.restarting),
            (self.failed, shared.failed),
            (self.slow, shared.slow),
            (self.paused_changed, shared.paused_changed),
        ):
            theirs.connect(ours)

    def ask(
        self,
        owner: QObject,
        make: Callable[[int], Request],
        done: Callable[[Reply], None],
        failed: Callable[[Failed], None] | None = None,
        *,
        topic: str = "",
    ) -> int:
        """As of `WorkerClient`."""
        return self._shared.ask(owner, make, done, failed, topic=topic)

    def cancel(self, request_id: int) -> None:
        """As of `WorkerClient`."""
        self._shared.cancel(request_id)

    @property
    def waiting(self) -> bool:
        """As of `WorkerClient`."""
        return self._shared.waiting

    @property
    def paused(self) -> bool:
        """As of `WorkerClient`."""
        return self._shared.paused
