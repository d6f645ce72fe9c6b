"""No two keys of the window mean two things at once: Qt would then do neither."""

from collections import defaultdict
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShortcut, QUndoStack
from pytestqt.qtbot import QtBot

from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.page_makers import DUPLICATES, LIBRARY, PHOTOS, SETTINGS, TAGS
from clipdesk.ui.parts import Parts
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.window_state import WindowState
from clipdesk.ui.worker_client import WorkerClient

WAIT = 60_000


def test_no_key_is_ambiguous(qtbot: QtBot, own_client: WorkerClient, own_library: Path, store: SettingsStore) -> None:
    state = WindowState(own_library, own_client)
    window = MainWindow(Parts(own_library, own_client, store, QUndoStack(own_client), state, lambda _: None))
    qtbot.addWidget(window)
    window.show()
    for page in (DUPLICATES, TAGS, LIBRARY, SETTINGS, PHOTOS):
        window.show_page(page)
    qtbot.waitUntil(lambda: window.search_page().results.model.count() > 0, timeout=WAIT)
    everywhere: dict[str, list[str]] = defaultdict(list)
    somewhere: set[str] = set()
    for holder in (*window.findChildren(QAction), *window.findChildren(QShortcut)):
        action = isinstance(holder, QAction)
        keys = holder.shortcuts() if action else holder.keys()
        context = holder.shortcutContext() if action else holder.context()
        name = holder.text() if action else type(holder.parent()).__name__
        for key in keys:
            if context == Qt.ShortcutContext.WindowShortcut:
                everywhere[key.toString()].append(name)
            else:
                somewhere.add(key.toString())
    assert {"Ctrl+F", "Ctrl+Z", "Ctrl+1"} <= everywhere.keys()
    assert {key: names for key, names in everywhere.items() if len(names) > 1} == {}
    assert somewhere & everywhere.keys() == set()
