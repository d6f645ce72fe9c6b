"""The window's process: one `QApplication`, one worker, one window at a time."""

import logging
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication

from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import ApplySettingsRequest
from clipdesk.ui import language, no_pickles, theme
from clipdesk.ui.bin import FileBin
from clipdesk.ui.file_open import Application
from clipdesk.ui.fonts import provide_fonts
from clipdesk.ui.garbage import collect_when_idle
from clipdesk.ui.icons import APPLICATION, icon
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.parts import Parts
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.single_instance import SingleInstance, server_name
from clipdesk.ui.tag_changes import TagChanges
from clipdesk.ui.tray import Tray
from clipdesk.ui.window_client import WindowClient
from clipdesk.ui.window_state import WindowState
from clipdesk.ui.worker_client import Message, WorkerClient, WorkerLink

_log = logging.getLogger(__name__)
_STOP = 8.0
"""Seconds that the worker has to end; the window is gone already."""
_WORKER = ("device", "threads", "decoder_processes", "excludes", "vocabularies", "sidecars")
"""Settings that the worker goes by."""

StartWorker = Callable[[Path, Settings, Callable[[Message], None]], WorkerLink]
"""Makes the link to a worker of a library, with these settings; what it is given gets every message."""


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What a start was asked for. `model` stands in for the one of the settings; `paths` are photos and folders."""

    library: Path
    paths: tuple[Path, ...] = ()
    model: str | None = None
    screenshots: Path | None = None
    hidden: bool = False
    """Start in the tray (at login), or minimised where there is none."""
    measure: Path | None = None
    """Where the window writes how quick it is, see `driving`."""


def run(options: WindowOptions, start_worker: StartWorker) -> int:
    """Show the window until the user ends it; returns the exit code."""
    app = application()
    if options.screenshots is not None:
        from clipdesk.ui.screenshots import draw

        return draw(options.screenshots, start_worker)
    instance = SingleInstance(server_name(options.library), app)
    if not instance.begin(options.paths):
        return 0
    desk = Desk(app, options, start_worker)
    if options.measure is not None:
        from clipdesk.ui.driving import Driving

        Driving(desk.window, options.measure, frames=bool(options.paths))
    instance.opened.connect(desk.open_paths)
    if isinstance(app, Application):
        app.file_open.opened.connect(desk.open_paths)
    app.aboutToQuit.connect(instance.close)
    with _Endings(app):
        code = app.exec()
        desk.close()
    return code


def application() -> QApplication:
    """Return the one QApplication, made if need be, with names and icon."""
    there = QApplication.instance()
    app = there if isinstance(there, QApplication) else Application(["clipdesk"])
    app.setApplicationName("clipdesk")
    app.setDesktopFileName("clipdesk")
    app.setWindowIcon(icon(APPLICATION))
    app.setQuitOnLastWindowClosed(False)
    no_pickles.refuse()
    provide_fonts(app)
    collect_when_idle(app)
    return app


class Desk(QObject):
    """Holds what outlives a window, and makes a new one when the language changes.

    The client of a window is its own: what listens to it goes when the window goes. Undo is for all windows, and what
    its commands need belongs to it. Where the user stands in the results is carried over by the state.
    """

    def __init__(self, app: QApplication, options: WindowOptions, start_worker: StartWorker) -> None:
        """The worker starts first: it gets ready while the window is being built."""
        super().__init__(app)
        self._app, self._options = app, options
        self._store = SettingsStore(parent=self)

        def connect(receive: Callable[[Message], None]) -> WorkerLink:
            settings = self._store.settings
            if options.model is not None:
                settings = settings.model_copy(update={"model": options.model})
            return start_worker(options.library, settings, receive)

        self.client = WorkerClient(connect, self)
        self.client.start()
        self._store.changed.connect(self._settings_changed)
        self.undo = QUndoStack(self)
        FileBin(self.client, self.undo, self.undo)
        TagChanges(self.client, self.undo, self._store, self.undo)
        language.install(app, self._store.settings.language)
        theme.apply(app, self._store.settings.theme)
        self._state = WindowState(options.library, self)
        self.tray = Tray(self)
        self.tray.show_icon(self._store.settings.keep_watching)
        self.tray.quit_wanted.connect(app.quit)
        self.tray.window_wanted.connect(lambda: self.window.come_forward())
        self.window = self._new_window(hidden=options.hidden)
        self.window.arrivals.take(options.paths)

    def open_paths(self, paths: list[Path]) -> None:
        """A later start: come to the front, with its photos and folders."""
        self.window.come_forward()
        self.window.arrivals.take(paths)

    def close(self) -> None:
        """Hide the window and end the worker."""
        self.window.save_state()
        self.window.hide()
        self.tray.show_progress(None)
        self._app.processEvents()
        self.client.stop(_STOP)
        self.undo.clear()  # while there is a QApplication, which the actions of the menu ask for

    def _new_window(self, *, hidden: bool = False) -> MainWindow:
        client = WindowClient(self.client)
        parts = Parts(self._options.library, client, self._store, self.undo, self._state, self._restart)
        window = MainWindow(parts)
        client.setParent(window)
        window.closing.connect(self._closing)
        window.indexing.progress.connect(self.tray.show_progress)
        window.indexing.ended.connect(self.tray.tell_end)
        if not hidden:
            window.show()
        elif not self.tray.keeps_running:
            window.showMinimized()
        return window

    def _closing(self) -> None:
        if not self.tray.keeps_running:
            self._app.quit()

    def _restart(self, repair: bool) -> None:
        self.client.start(repair=repair)

    def _settings_changed(self, before: Settings, after: Settings) -> None:
        self.tray.show_icon(after.keep_watching)
        if after.theme != before.theme:
            theme.apply(self._app, after.theme)
        if after.watch != before.watch:
            self.window.indexing.watch(after.watch)
        if any(getattr(after, name) != getattr(before, name) for name in _WORKER):
            self.client.ask(self, lambda i: ApplySettingsRequest(i, after), lambda _: None, topic="settings")
        if after.language != before.language:
            QTimer.singleShot(0, self._change_language)

    def _change_language(self) -> None:
        """Make the window anew: every widget gets its words when it is made."""
        language.install(self._app, self._store.settings.language)
        old = self.window
        old.save_state()
        self.tray.retranslate()
        self.window = self._new_window()
        old.hide()
        old.deleteLater()


class _Endings:
    """Ctrl-C and the system's wish to end (SIGTERM) close the window as its own button does; bugs go to the log."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._ours, self._theirs = socket.socketpair()
        for end in (self._ours, self._theirs):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._read)

    def __enter__(self) -> None:
        signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _, __: self._app.quit())
        sys.excepthook = _tell_log

    def __exit__(self, *_: object) -> None:
        sys.excepthook = sys.__excepthook__
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        self._ours.close()
        self._theirs.close()

    def _read(self) -> None:
        # That Python code runs here is enough: the signal's handler comes before it.
        self._ours.recv(64)


def _tell_log(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.error("a bug in the window", exc_info=(kind, error, trace))
