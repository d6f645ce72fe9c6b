"""Tells the worker how much of the processor it may take: less while the window is being used."""

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import ShareRequest
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient

_IDLE_AFTER = 60_000
"""Milliseconds without a sign of use."""


class Idle(QObject):
    """In use: the window is active, and something in it was used in the last minute."""

    def __init__(self, client: WorkerClient, store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client, self._store = client, store
        self._told: float | None = None
        self._timer = QTimer(self, singleShot=True, interval=_IDLE_AFTER)
        self._timer.timeout.connect(self.rest)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._state_changed)
        client.ready.connect(self._forget)
        store.changed.connect(self._settings_changed)

    def used(self) -> None:
        """Something was used: a key, the wheel, a page."""
        self._timer.start()
        self._tell()

    def rest(self) -> None:
        """Nothing was used for a while."""
        self._timer.stop()
        self._tell()

    def share(self) -> float:
        """The share that indexing may take now."""
        active = QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
        settings = self._store.settings
        return settings.cpu_in_use if active and self._timer.isActive() else settings.cpu_idle

    def _state_changed(self, _: Qt.ApplicationState) -> None:
        self.used()

    def _forget(self, _: object) -> None:
        self._told = None
        self._tell()

    def _settings_changed(self, _: Settings, __: Settings) -> None:
        self._tell()

    def _tell(self) -> None:
        share = self.share()
        if share != self._told:
            self._told = share
            self._client.ask(self, lambda i: ShareRequest(i, share), lambda _: None, lambda _: None, topic="share")
