"""What the window tells: confirmations in passing, trouble in a place of its own; nothing on a page moves."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QUndoStack
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Folder, Photo
from clipdesk.core.errors import UserError
from clipdesk.core.messages import Failed, Reply
from clipdesk.core.paths import settings_file
from clipdesk.core.window_messages import BrowseRequest
from clipdesk.ui.bin_dialog import BinDialog
from clipdesk.ui.library_header import LibraryHeader
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.parts import Parts
from clipdesk.ui.results_message import ResultsMessage
from clipdesk.ui.results_toolbar import ResultsToolbar
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.toast import Toast
from clipdesk.ui.vocabulary_bar import VocabularyBar
from clipdesk.ui.window_state import WindowState
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.worker.supervisor import WorkerSupervisor
from tests.ui.conftest import WAIT, connect_to

OpenWindow = Callable[[Path], MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, store: SettingsStore) -> Callable[..., MainWindow]:
    """The window over a library, with a worker of its own."""

    def open_(library: Path) -> MainWindow:
        client = WorkerClient(connect_to(library))
        undo, state = QUndoStack(), WindowState(library)
        window = MainWindow(Parts(library, client, store, undo, state, lambda repair: client.start(repair=repair)))
        for part in (client, undo, state):
            part.setParent(window)
        qtbot.addWidget(window, before_close_func=lambda _: client.stop())
        client.start()
        window.show()
        return window

    return open_


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[QWidget]:
    """A page with a field, in a window."""
    window = QWidget()
    qtbot.addWidget(window)
    over = QWidget(window)
    QLineEdit(over)
    QVBoxLayout(window).addWidget(over)
    window.resize(640, 480)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield over


def client_of(window: MainWindow) -> WorkerClient:
    [client] = window.findChildren(WorkerClient, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return client


def all_photos(window: MainWindow, qtbot: QtBot) -> list[Photo]:
    model = window.search_page().results.model
    qtbot.waitUntil(lambda: model.count() > 0, timeout=WAIT)
    model.load(model.ids_at(0, model.count() - 1))
    qtbot.waitUntil(lambda: len(model.photos(model.ids_at(0, model.count() - 1))) == model.count(), timeout=WAIT)
    return model.photos(model.ids_at(0, model.count() - 1))


def test_a_confirmation_replaces_the_one_before_and_goes_by_itself(qtbot: QtBot, page: QWidget) -> None:
    toast = Toast(page, page.window(), stays=50)
    toast.tell("First")
    toast.tell("Second")
    assert toast.text() == "Second"
    assert page.rect().contains(toast.geometry().translated(-page.pos()))
    qtbot.waitUntil(toast.isHidden)


def test_a_confirmation_that_fits_is_one_line(page: QWidget) -> None:
    page.window().resize(1280, 800)
    toast = Toast(page, page.window(), stays=50)
    toast.tell("1 file moved to the bin.", lambda: None)
    QApplication.sendPostedEvents()
    [text] = toast.findChildren(QLabel)
    assert text.width() >= text.fontMetrics().horizontalAdvance(text.text())


def test_a_confirmation_stays_under_the_mouse(qtbot: QtBot, page: QWidget) -> None:
    toast = Toast(page, page.window(), stays=50)
    toast.tell("Done")
    place = QPointF(4, 4)
    QApplication.sendEvent(toast, QEnterEvent(place, place, place))
    assert not toast.findChild(QTimer).isActive()
    assert toast.text() == "Done"
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(toast.isHidden)


def test_the_keyboard_reaches_a_confirmation_and_comes_back(qtbot: QtBot, page: QWidget) -> None:
    toast, undone = Toast(page, page.window(), stays=50), list[str]()
    [field] = page.findChildren(QLineEdit)
    field.setFocus()
    toast.tell("Moved", lambda: undone.append("undone"))
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert toast.undo_button.hasFocus()
    assert not toast.findChild(QTimer).isActive()
    assert toast.text() == "Moved", "it does not go from under the keyboard"
    qtbot.keyClick(toast.undo_button, Qt.Key.Key_Space)
    assert undone == ["undone"]
    assert toast.isHidden()
    assert field.hasFocus()
    toast.tell("Moved", lambda: None)
    toast.close_button.setFocus()
    qtbot.keyClick(toast.close_button, Qt.Key.Key_Escape)
    assert toast.isHidden()


def test_nothing_moves_when_something_is_told(open_window: OpenWindow, own_library: Path, qtbot: QtBot) -> None:
    window = open_window(own_library)
    search = window.search_page()
    qtbot.waitUntil(lambda: search.results.model.count() == 40, timeout=WAIT)

    def places() -> list[QPoint | object]:
        widgets = (window.pages, search.slider, search.results.toolbar, search.results.view, search.details)
        return [(widget.mapTo(window, QPoint(0, 0)), widget.size()) for widget in widgets]

    before = places()
    window.watch.tell(Failed(7, "", kind="disk full"))
    window.toast.tell("4 photos copied.")
    qtbot.waitUntil(lambda: window.banner.isVisible() and window.toast.isVisible())
    QApplication.processEvents()
    assert places() == before
    window.banner.dismiss()
    window.toast.withdraw()
    QApplication.processEvents()
    assert places() == before


def test_what_went_to_the_bin_comes_back_by_the_confirmation(
    open_window: OpenWindow, own_library: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    window = open_window(own_library)
    photo = all_photos(window, qtbot)[0]
    window.search_page().photo_actions.move_files_to_bin(list(photo.paths))
    [question] = [one for one in QApplication.topLevelWidgets() if isinstance(one, BinDialog)]
    question.accept()
    qtbot.waitUntil(lambda: "moved to the bin" in window.toast.text(), timeout=WAIT)
    assert window.banner.text() == "", "a confirmation is no trouble"
    window.toast.undo_button.click()
    assert window.toast.isHidden(), "it says nothing that is no longer so"
    qtbot.waitUntil(photo.paths[0].exists, timeout=WAIT)
    qtbot.waitUntil(lambda: "came back" in window.toast.text(), timeout=WAIT)
    assert not window.toast.undo_button.isVisible()


def test_a_library_that_is_back_takes_its_line_back(open_window: OpenWindow, own_library: Path, qtbot: QtBot) -> None:
    window = open_window(own_library)
    search = window.search_page()
    qtbot.waitUntil(lambda: search.results.model.count() == 40 and not window.indexing.running, timeout=WAIT)
    away = own_library.with_name("away")
    own_library.rename(away)
    search.bar.set_query("a cat")
    qtbot.waitUntil(lambda: "gone" in window.banner.text(), timeout=WAIT)
    assert [button.text() for button in window.banner.buttons()] == ["Try again", "Begin anew"]
    window.banner.buttons()[0].click()
    qtbot.waitUntil(lambda: "gone" in window.banner.text(), timeout=WAIT)
    away.rename(own_library)
    qtbot.waitUntil(lambda: window.banner.text() == "", timeout=WAIT)
    qtbot.waitUntil(lambda: search.results.model.good_count() is not None, timeout=WAIT)


def test_files_are_called_files(client: WorkerClient, store: SettingsStore, qtbot: QtBot) -> None:
    header = LibraryHeader(client, store)
    qtbot.addWidget(header)
    header.show_folders([Folder(1, Path("/a"), files=49), Folder(2, Path("/b"), files=292)])
    told = " ".join(label.text() for label in header.findChildren(QLabel))
    assert "341 file" in told
    assert "341 photo" not in told


def test_a_new_folder_is_looked_through(open_window: OpenWindow, indexed: Path, tmp_path: Path, qtbot: QtBot) -> None:
    window = open_window(tmp_path / "new")
    said = list[str]()
    qtbot.waitUntil(lambda: not client_of(window).waiting, timeout=WAIT)
    window.add_folders([indexed / "Photos"])
    results = window.search_page().results

    def all_there() -> bool:
        said.extend(one.accessibleName() for one in results.findChildren(ResultsMessage) if one.isVisible())
        return results.model.count() > 0

    qtbot.waitUntil(all_there, timeout=WAIT)
    assert "Your folders are being looked through" in said
    assert "There are no photos here yet" not in said
    qtbot.waitUntil(lambda: not window.indexing.running, timeout=WAIT)


def test_settings_that_cannot_be_kept_are_told_without_talk_of_the_worker(
    store: SettingsStore, qtbot: QtBot, tmp_path: Path
) -> None:
    settings_file().unlink(missing_ok=True)
    settings_file().mkdir(parents=True)
    try:
        vocabularies = VocabularyBar(store)
        qtbot.addWidget(vocabularies)
        with qtbot.waitSignal(vocabularies.failed) as failed:
            vocabularies.add(tmp_path / "own.txt")
        assert isinstance(failed.args[0], UserError)
        toolbar = ResultsToolbar(store)
        qtbot.addWidget(toolbar)
        with qtbot.waitSignal(toolbar.told, timeout=WAIT):
            toolbar.zoom(1)
    finally:
        settings_file().rmdir()


@pytest.mark.skipif(os.name == "nt", reason="processes cannot be stopped by a signal")
def test_a_worker_that_hangs_holds_nobody_up(own_library: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clipdesk.ui.patience.LONGEST", 300)
    links = list[WorkerSupervisor]()

    def connect(receive: Callable[..., None]) -> WorkerSupervisor:
        link = connect_to(own_library)(receive)
        assert isinstance(link, WorkerSupervisor)
        links.append(link)
        return link

    client, owner, replies = WorkerClient(connect), QObject(), list[Reply]()
    with qtbot.waitSignal(client.ready, timeout=WAIT):
        client.start()
    handle = links[0]._handle  # pyright: ignore[reportPrivateUsage] (the process has no other name)
    assert handle is not None
    os.kill(handle.process.pid, signal.SIGSTOP)
    try:
        for number in range(100):  # far more than a pipe holds
            words = f"{number} " + "dog " * 2000
            client.ask(owner, lambda i, words=words: BrowseRequest(i, words), replies.append, replies.append, topic="x")
        with qtbot.waitSignal(client.slow, timeout=WAIT) as slow:
            pass
        assert slow.args == [True]
    finally:
        os.kill(handle.process.pid, signal.SIGCONT)
    qtbot.waitUntil(lambda: bool(replies), timeout=WAIT)
    os.kill(handle.process.pid, signal.SIGSTOP)
    for _ in range(200):
        client.ask(owner, lambda i: BrowseRequest(i, "dog " * 2000), replies.append, replies.append)
    client.stop(1.0)
    assert not handle.process.is_alive()
