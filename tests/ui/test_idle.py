"""How much of the processor indexing may take: less while the window is used."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from clipdesk.core.messages import Request
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import ShareRequest
from clipdesk.ui.idle import Idle
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient


class Link:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.shares = list[float]()

    def run(self) -> None: ...

    def stop(self, timeout: float = 10.0) -> None: ...

    def repair_first(self) -> None: ...

    def send(self, request: Request) -> None:
        if isinstance(request, ShareRequest):
            self.shares.append(request.share)


def test_less_while_the_window_is_used(qtbot: QtBot) -> None:
    link = Link()
    client = WorkerClient(lambda _: link)
    client.start()
    store = SettingsStore(Settings(cpu_in_use=0.25, cpu_idle=0.75))
    window = QLineEdit()
    qtbot.addWidget(window)
    idle = Idle(client, store, window)
    assert idle.share() == 0.75, "nothing was used yet"
    window.show()
    window.activateWindow()
    active = Qt.ApplicationState.ApplicationActive
    qtbot.waitUntil(lambda: QGuiApplication.applicationState() == active, timeout=10_000)
    idle.used()
    idle.used()
    qtbot.waitUntil(lambda: link.shares[-1:] == [0.25], timeout=10_000)
    assert link.shares.count(0.25) == 1, "told once"
    idle.rest()
    qtbot.waitUntil(lambda: link.shares[-1] == 0.75, timeout=10_000)
    client.stop()
