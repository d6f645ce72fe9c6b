"""A tour of every page of the window over photos that must stay as they are; `test_originals.py` runs it by its name.

It is a test of its own process: an ordinary user's, watched by strace. The photos lie where ORIGINALS says.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton, QSlider, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from clipdesk.ui.application import Desk
from clipdesk.ui.bin_dialog import BinDialog
from clipdesk.ui.export_dialog import ExportDialog
from clipdesk.ui.page_makers import DUPLICATES, LIBRARY, MODELS, PHOTOS, SETTINGS, TAGS
from clipdesk.ui.search_page import SearchPage
from tests.faults import originals
from tests.ui.test_tour import WAIT, OpenDesk, drop_file, open_desk, page_of, photos_shown

__all__ = ["open_desk"]
ORIGINALS = "CLIPDESK_TESTS_ORIGINALS"
_Kind = TypeVar("_Kind", bound=QWidget)


def test_whole_window(qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))  # the bin of this test alone
    photos = originals.Originals(Path(os.environ[ORIGINALS]))
    photos.remember()
    own = tmp_path / "Own" / "goes to the bin.jpg"
    own.parent.mkdir()
    shutil.copyfile(min((photos.open / originals.ORDINARY).rglob("*.jpg")), own)
    with own.open("ab") as file:
        file.write(b"of other content than the first")
    desk = open_desk()
    desk.window.resize(1280, 800)
    with qtbot.waitSignal(desk.window.indexing.ended, timeout=WAIT):
        desk.open_paths([photos.locked, photos.open, own.parent])
        qtbot.waitUntil(lambda: desk.window.pages.number == PHOTOS, timeout=WAIT)
    _photos(qtbot, desk, min((photos.locked / originals.ORDINARY).rglob("*.jpg")), tmp_path / "out")
    _duplicates(qtbot, desk)
    _tags(qtbot, desk)
    _library(qtbot, desk)
    _models_and_settings(qtbot, desk)
    assert photos.changes() == []
    _to_the_bin(qtbot, desk, own)
    assert photos.changes() == []


def _photos(qtbot: QtBot, desk: Desk, dropped: Path, out: Path) -> None:
    """Words, the slider, a dropped picture, details, tags, preview, actions."""
    page = page_of(desk)
    with qtbot.waitSignal(page.answered, timeout=WAIT):
        page.bar.set_query("dog on grass")
    slider = _only(page.slider, QSlider)
    for value in (slider.maximum(), slider.minimum(), 0):
        slider.setValue(value)
    with qtbot.waitSignal(page.answered, timeout=WAIT):
        drop_file(desk.window, dropped)
    qtbot.waitUntil(lambda: bool(photos_shown(page)) and dropped in photos_shown(page)[0].paths, timeout=WAIT)
    view = page.results.view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    tags = page.details.tags
    qtbot.waitUntil(lambda: bool(tags.suggestions()), timeout=WAIT)
    qtbot.mouseClick(tags.suggestions()[0].findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(tags.chips()), timeout=WAIT)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    preview = _window_on_top(qtbot, desk.window)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Plus, Qt.Key.Key_Left, Qt.Key.Key_Escape):
        qtbot.keyClick(preview, key)
    qtbot.waitUntil(lambda: not preview.isVisible(), timeout=WAIT)
    _actions(qtbot, desk, page, out)


def _actions(qtbot: QtBot, desk: Desk, page: SearchPage, out: Path) -> None:
    """What can be done with the selected photos; the bin is asked for, and then not meant."""
    actions = page.photo_actions
    page.results.view.selectAll()
    actions.action("copy").trigger()
    assert QGuiApplication.clipboard().mimeData().urls()
    QGuiApplication.clipboard().clear()  # Qt's offscreen clipboard outlives Python, and with it what Python put there
    actions.action("remove").trigger()
    desk.undo.undo()
    actions.action("bin").trigger()
    asked = _only(desk.window, BinDialog)
    assert len(asked.chosen()) > 10
    asked.reject()
    actions.action("export").trigger()
    export = _only(desk.window, ExportDialog)
    export.folder.setText(str(out))
    with qtbot.waitSignal(export.exporter.ended, timeout=WAIT):
        export.export_button.click()
    export.close()
    for name in ("similar", "more", "less"):
        page.results.view.setCurrentIndex(page.results.model.index(0, 0))
        with qtbot.waitSignal(page.answered, timeout=WAIT):
            actions.action(name).trigger()


def _duplicates(qtbot: QtBot, desk: Desk) -> None:
    """Every group marked, and the bin asked for in vain."""
    desk.window.show_page(DUPLICATES)
    page = desk.window.pages.page(DUPLICATES)
    qtbot.waitUntil(lambda: page.model.rowCount() > 0, timeout=WAIT)
    page.best_button.click()
    page.bin_button.click()
    qtbot.waitUntil(lambda: bool(_shown(desk.window, BinDialog)), timeout=WAIT)
    [asked] = _shown(desk.window, BinDialog)
    assert asked.chosen()
    asked.reject()


def _tags(qtbot: QtBot, desk: Desk) -> None:
    """A suggestion accepted for all its photos, and undone."""
    desk.window.show_page(TAGS)
    page = desk.window.pages.page(TAGS)
    qtbot.waitUntil(lambda: not page.tags.model.is_empty(), timeout=WAIT)
    last = page.tags.model.index(page.tags.model.rowCount() - 1)
    page.tags.choose(last.data())
    qtbot.waitUntil(lambda: bool(page.review.model.photos), timeout=WAIT)
    page.review.all_button.click()
    with qtbot.waitSignal(desk.client.tags_changed, timeout=WAIT):
        page.review.accept_button.click()
    with qtbot.waitSignal(desk.client.tags_changed, timeout=WAIT):
        desk.undo.undo()


def _library(qtbot: QtBot, desk: Desk) -> None:
    """Looked through again; what failed is tried again; a folder is taken out."""
    desk.window.show_page(LIBRARY)
    page = desk.window.pages.page(LIBRARY)
    qtbot.waitUntil(lambda: len(page.folders.cards()) == 3 and bool(page.failures.model.groups), timeout=WAIT)
    for button in (page.header.look_button, page.failures.retry_button):
        with _a_run(qtbot, desk):
            button.click()
    [card] = [one for one in page.folders.cards() if one.folder.path.name == "Open"]
    card.remove_action.trigger()
    _agree(page, "Remove from the library")
    qtbot.waitUntil(lambda: len(page.folders.cards()) == 2, timeout=WAIT)


def _models_and_settings(qtbot: QtBot, desk: Desk) -> None:
    """Watching on and off, caches emptied and made again, another look, another language."""
    desk.window.show_page(MODELS)
    desk.window.show_page(SETTINGS)
    page = desk.window.pages.page(SETTINGS)
    qtbot.waitUntil(page.storage.empty_button.isEnabled, timeout=WAIT)
    page.background.watch.click()
    page.background.watch.click()
    with _a_run(qtbot, desk):
        page.storage.empty_button.click()
        _agree(page, "Empty caches")
    page.help.copy_button.click()
    qtbot.waitUntil(lambda: "clipdesk 0." in QGuiApplication.clipboard().text(), timeout=WAIT)
    page.appearance.theme.setCurrentIndex(page.appearance.theme.findData("dark"))
    page.appearance.theme.activated.emit(page.appearance.theme.currentIndex())
    before = desk.window
    page.appearance.language.setCurrentIndex(page.appearance.language.findData("ja"))
    page.appearance.language.activated.emit(page.appearance.language.currentIndex())
    qtbot.waitUntil(lambda: desk.window is not before, timeout=WAIT)


def _to_the_bin(qtbot: QtBot, desk: Desk, own: Path) -> None:
    """What the user does mean to throw away goes, alone, and undo brings it back."""
    content = own.read_bytes()
    page = page_of(desk)
    page.bar.set_query('name:"goes to the bin"')
    qtbot.waitUntil(lambda: [photo.paths for photo in photos_shown(page)] == [(own,)], timeout=WAIT)
    page.results.view.setCurrentIndex(page.results.model.index(0, 0))
    page.photo_actions.action("bin").trigger()
    asked = _only(desk.window, BinDialog)
    assert own.exists()
    asked.accept()
    qtbot.waitUntil(lambda: not own.exists(), timeout=WAIT)
    qtbot.waitUntil(lambda: desk.undo.canUndo() and not desk.client.waiting, timeout=WAIT)
    desk.undo.undo()
    qtbot.waitUntil(own.exists, timeout=WAIT)
    assert own.read_bytes() == content


@contextmanager
def _a_run(qtbot: QtBot, desk: Desk) -> Iterator[None]:
    """Waits until a run over the folders has ended, whoever asked for it."""
    ended: list[object] = []
    for signal in (desk.client.changed, desk.client.run_ended):
        signal.connect(lambda *_: ended.append(None))
    yield
    qtbot.waitUntil(lambda: bool(ended), timeout=WAIT)


def _agree(page: QWidget, words: str) -> None:
    [box] = _shown(page, QMessageBox)
    [button] = [one for one in box.findChildren(QPushButton) if one.text() == words]
    button.click()


def _shown(parent: QWidget, kind: type[_Kind]) -> list[_Kind]:
    return [one for one in parent.findChildren(kind) if one.isVisible()]


def _only(parent: QWidget, kind: type[_Kind]) -> _Kind:
    found = _shown(parent, kind) if issubclass(kind, QDialog) else parent.findChildren(kind)
    assert len(found) == 1
    return found[0]


def _window_on_top(qtbot: QtBot, other: QWidget) -> QWidget:
    def others() -> list[QWidget]:
        return [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not other]

    qtbot.waitUntil(lambda: bool(others()), timeout=WAIT)
    return others()[0]
