"""The whole window over a real worker: first start, a later one, trouble with the library and with the worker."""

import multiprocessing
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QSlider
from pytestqt.qtbot import QtBot

from clipdesk.catalog.library import CATALOG_FILE, open_library
from clipdesk.core import settings as stored
from clipdesk.core.entities import IndexReport
from clipdesk.core.messages import ReadyEvent
from clipdesk.core.paths import settings_file
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import BrowseReply
from clipdesk.ui import application
from clipdesk.ui.application import Desk, WindowOptions
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.page_makers import DUPLICATES, FIRST_START, LIBRARY, PHOTOS, SETTINGS, TAGS
from clipdesk.ui.tag_changes import TagChanges
from clipdesk.worker.supervisor import WorkerSupervisor
from tests.ui.conftest import newest_worker

OWN = Settings(decoder_processes=1, threads=1, language="en")
WAIT = 60_000

Open = Callable[..., Desk]


class Seen:
    """What a window has told, from its beginning."""

    def __init__(self, window: MainWindow) -> None:
        self.answers = list[BrowseReply]()
        self.reports = list[IndexReport]()
        self.lines = list[str]()
        window.makers.answered.connect(self.answers.append)
        window.indexing.ended.connect(self.reports.append)
        window.banner.shown.connect(self.lines.append)


@pytest.fixture
def open_desk(qapp: QApplication) -> Iterator[Open]:
    """Opens the whole window over a library, as `clipdesk app` does."""
    opened = list[Desk]()
    stored.save(OWN)

    def open_(library: Path, *paths: Path) -> Desk:
        desk = Desk(application.application(), WindowOptions(library, paths), WorkerSupervisor)
        opened.append(desk)
        return desk

    yield open_
    for desk in opened:
        desk.close()
        desk.window.deleteLater()
        desk.deleteLater()
    settings_file().unlink(missing_ok=True)


def close(desk: Desk) -> None:
    desk.window.close()
    desk.close()


def search(desk: Desk, seen: Seen, query: str, qtbot: QtBot) -> BrowseReply:
    before = len(seen.answers)
    desk.window.search_page().bar.set_query(query)
    qtbot.waitUntil(lambda: len(seen.answers) > before, timeout=WAIT)
    return seen.answers[-1]


def test_from_the_first_start_to_the_second(
    open_desk: Open, small_library_photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    desk = open_desk(tmp_path / "library")
    window, seen = desk.window, Seen(desk.window)
    assert window.isVisible()
    assert window.pages.number == FIRST_START
    window.pages.page(FIRST_START).folders_chosen.emit([small_library_photos])  # type: ignore[attr-defined]
    assert window.pages.number == PHOTOS
    qtbot.waitUntil(lambda: any(report.added for report in seen.reports), timeout=WAIT)
    qtbot.waitUntil(lambda: bool(seen.answers) and seen.answers[-1].total == 40, timeout=WAIT)
    reply = search(desk, seen, "a dog", qtbot)
    assert len(reply.photo_ids) == 40
    assert window.search_page().results.model.count() == 40
    assert "40" in window.status.count_words()
    close(desk)

    desk = open_desk(tmp_path / "library")
    seen = Seen(desk.window)
    assert desk.window.pages.number == PHOTOS
    assert desk.window.search_page().bar.query() == "a dog"
    qtbot.waitUntil(lambda: bool(seen.answers), timeout=WAIT)
    assert list(seen.answers[0].photo_ids) == list(reply.photo_ids)


def test_every_page_opens(open_desk: Open, own_library: Path, qtbot: QtBot) -> None:
    desk = open_desk(own_library)
    window, seen = desk.window, Seen(desk.window)
    qtbot.waitUntil(lambda: bool(seen.answers) or window.pages.number == FIRST_START, timeout=WAIT)
    qtbot.waitUntil(lambda: window.pages.number == PHOTOS, timeout=WAIT)
    for number in (DUPLICATES, TAGS, LIBRARY, SETTINGS, PHOTOS):
        window.show_page(number)
        assert window.pages.currentWidget() is window.pages.page(number)
        photo_menu = next(action for action in window.menuBar().actions() if "Photo" in action.text())
        assert photo_menu.isEnabled() == (number == PHOTOS)
    assert window.banner.text() == ""


def test_a_photo_opens_its_like_and_a_folder_is_added(
    open_desk: Open, own_library: Path, tmp_path: Path, photos_folder: Path, qtbot: QtBot
) -> None:
    photo = next(path for path in (tmp_path / "Photos").rglob("*.jpg"))
    more = tmp_path / "More"
    more.mkdir()
    shutil.copyfile(next((photos_folder / "library").rglob("*.jpg")), more / "another.jpg")
    (more / "note.txt").write_text("no photo")
    desk = open_desk(own_library, photo, more, tmp_path / "missing.jpg")
    seen = Seen(desk.window)
    qtbot.waitUntil(lambda: str(photo) in desk.window.search_page().bar.query(), timeout=WAIT)
    qtbot.waitUntil(
        lambda: any(reply.similarities is not None and len(reply.photo_ids) for reply in seen.answers), timeout=WAIT
    )
    best = next(reply for reply in seen.answers if reply.similarities is not None)
    assert best.photos[0].paths[0] == photo
    qtbot.waitUntil(lambda: bool(seen.reports), timeout=WAIT)
    assert any("missing.jpg" in line for line in seen.lines)
    with open_library(own_library, write=False) as library:
        assert more in [folder.path for folder in library.catalog.folders.all()]


def drop(window: MainWindow, mime: QMimeData) -> None:
    actions, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(40, 40), actions, mime, left, none)
    window.dragEnterEvent(entering)
    assert entering.isAccepted()
    window.dropEvent(
        QDropEvent(
            QPointF(40, 40),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_what_is_dropped_on_the_window_is_searched_for(
    open_desk: Open, own_library: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    desk = open_desk(own_library)
    seen = Seen(desk.window)
    photo = next(path for path in (tmp_path / "Photos").rglob("*.jpg"))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photo))])
    drop(desk.window, mime)
    qtbot.waitUntil(lambda: bool(seen.answers) and seen.answers[-1].similarities is not None, timeout=WAIT)
    assert seen.answers[-1].photos[0].paths[0] == photo
    other = sorted((tmp_path / "Photos").rglob("*.jpg"))[-1]
    before = len(seen.answers)
    mime = QMimeData()
    mime.setImageData(QImage(str(other)))  # as a browser drops it: no file, only the picture
    drop(desk.window, mime)
    qtbot.waitUntil(lambda: len(seen.answers) > before, timeout=WAIT)
    assert seen.answers[-1].photos[0].paths[0] == other
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.jpg")])
    drop(desk.window, mime)
    assert "online" in desk.window.banner.text()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photo.parent))])
    with qtbot.waitSignal(desk.window.arrivals.folders, timeout=WAIT) as folders:
        drop(desk.window, mime)
    assert folders.args == [[photo.parent]]


def test_a_worker_that_is_killed_in_mid_search_comes_back(
    open_desk: Open, own_library: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    desk = open_desk(own_library)
    seen = Seen(desk.window)
    search(desk, seen, "a dog", qtbot)
    qtbot.waitUntil(lambda: bool(seen.reports), timeout=WAIT)
    before = len(seen.answers)
    desk.window.search_page().bar.set_query("people in the snow")
    newest_worker().kill()
    qtbot.waitUntil(lambda: any("starting again" in line for line in seen.lines), timeout=WAIT)
    assert desk.window.search_page().results.model.count() == 40, "what was shown stays"
    qtbot.waitUntil(lambda: len(seen.answers) > before, timeout=WAIT)
    assert desk.window.search_page().results.controller.query == "people in the snow"
    assert desk.window.banner.text() == ""


def test_a_library_that_another_process_has_can_be_searched(open_desk: Open, own_library: Path, qtbot: QtBot) -> None:
    with open_library(own_library, write=True):
        desk = open_desk(own_library)
        seen = Seen(desk.window)
        assert len(search(desk, seen, "a dog", qtbot).photo_ids) == 40
        qtbot.waitUntil(lambda: "Another clipdesk" in desk.window.banner.text(), timeout=WAIT)
    with qtbot.waitSignal(desk.client.ready, timeout=WAIT) as ready:
        desk.window.banner.buttons()[0].click()
    assert cast("ReadyEvent", ready.args[0]).writer


def test_a_damaged_library_is_repaired(open_desk: Open, own_library: Path, qtbot: QtBot) -> None:
    catalogue = own_library / CATALOG_FILE
    content = bytearray(catalogue.read_bytes())
    content[100:60_000] = b"x" * 59_900
    catalogue.write_bytes(content)
    desk = open_desk(own_library)
    seen = Seen(desk.window)
    qtbot.waitUntil(lambda: "damaged" in desk.window.banner.text(), timeout=WAIT)
    [repair, _] = desk.window.banner.buttons()
    assert repair.text() == "Repair"
    runs = len(seen.reports)
    with qtbot.waitSignal(desk.client.ready, timeout=WAIT):
        repair.click()
    qtbot.waitUntil(lambda: len(seen.reports) > runs, timeout=WAIT)
    assert "The library is mended" in "".join(seen.lines)
    assert not any("clipdesk index" in line for line in seen.lines)
    assert len(search(desk, seen, "a dog", qtbot).photo_ids) == 40


def test_a_library_folder_that_is_deleted_while_it_is_open(open_desk: Open, own_library: Path, qtbot: QtBot) -> None:
    desk = open_desk(own_library)
    seen = Seen(desk.window)
    search(desk, seen, "a dog", qtbot)
    qtbot.waitUntil(lambda: bool(seen.reports), timeout=WAIT)
    shutil.rmtree(own_library)
    desk.window.search_page().bar.set_query("a cat")
    qtbot.waitUntil(lambda: "gone" in desk.window.banner.text(), timeout=WAIT)
    with qtbot.waitSignal(desk.client.ready, timeout=WAIT) as ready:
        [_, anew] = desk.window.banner.buttons()
        assert anew.text() == "Begin anew"
        anew.click()
    assert cast("ReadyEvent", ready.args[0]).photos == 0
    qtbot.waitUntil(lambda: desk.window.pages.number == FIRST_START, timeout=WAIT)


def test_closing_while_indexing_ends_the_worker_within_seconds(
    open_desk: Open, photos_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    others = multiprocessing.active_children()
    desk = open_desk(tmp_path / "library")
    with qtbot.waitSignal(desk.client.progress, timeout=WAIT):
        desk.window.add_folders([photos_folder / "library"])
        qtbot.waitUntil(lambda: "of" in desk.window.status.words(), timeout=WAIT)
    workers = [worker for worker in multiprocessing.active_children() if worker not in others]
    assert workers
    close(desk)
    assert not desk.window.isVisible()
    assert [worker.exitcode for worker in workers] == [0]


def test_language_and_theme_change_at_once(open_desk: Open, own_library: Path, qtbot: QtBot) -> None:
    desk = open_desk(own_library)
    seen = Seen(desk.window)
    search(desk, seen, "a dog", qtbot)
    first = desk.window
    first.makers.settings.update(theme="dark")
    qtbot.waitUntil(lambda: first.palette().window().color().lightness() < 64, timeout=WAIT)
    with qtbot.waitSignal(first.destroyed, timeout=WAIT):
        first.makers.settings.update(language="ja")
    assert desk.window.search_page().bar.query() == "a dog"
    assert desk.window.menuBar().actions()[0].text() != "&File"
    desk.window.makers.settings.update(language="en", theme="system")
    qtbot.waitUntil(lambda: desk.window.menuBar().actions()[0].text() == "&File", timeout=WAIT)


def test_another_language_changes_nothing_else(open_desk: Open, own_library: Path, qtbot: QtBot) -> None:
    """Not the query, the slider, what is hidden, the selection, the scroll position, nor what can be undone."""
    desk = open_desk(own_library)
    seen, page = Seen(desk.window), desk.window.search_page()
    search(desk, seen, "a dog", qtbot)
    page.slider.findChild(QSlider).setValue(15)
    results = page.results
    away, chosen = results.model.ids_at(0, 0), results.model.ids_at(14, 14)
    results.view.select_photos(away)
    qtbot.waitUntil(lambda: bool(results.selected_photos()), timeout=WAIT)
    changes = TagChanges.of(desk.client, desk.undo, desk.window.makers.settings, desk)
    with qtbot.waitSignal(changes.changed, timeout=WAIT):
        changes.accept(away, "holiday")
    page.photo_actions.action("remove").trigger()
    assert results.model.count() == 39
    results.view.select_photos(chosen)
    results.view.verticalScrollBar().setValue(60)
    desk.window.show_page(SETTINGS)
    with qtbot.waitSignal(desk.window.destroyed, timeout=WAIT):
        desk.window.makers.settings.update(language="ja")

    assert desk.window.pages.number == SETTINGS
    seen, page = Seen(desk.window), desk.window.search_page()
    results = page.results
    qtbot.waitUntil(lambda: bool(seen.answers), timeout=WAIT)
    assert (page.bar.query(), page.slider.value(), results.controller.textness) == ("a dog", 1.5, 1.5)
    assert results.model.count() == 39
    qtbot.waitUntil(lambda: bool(results.selected_photos()), timeout=WAIT)
    assert [one.id for one in results.selected_photos()] == chosen
    assert results.view.verticalOffset() == 60
    desk.undo.undo()
    assert [one.id for one in results.selected_photos()] == away
    qtbot.waitUntil(lambda: [chip.text() for chip in page.details.tags.chips()] == ["holiday"], timeout=WAIT)
    desk.undo.undo()
    qtbot.waitUntil(lambda: not page.details.tags.chips(), timeout=WAIT)


def test_a_hidden_start_shows_no_window_over_others(qtbot: QtBot, own_library: Path) -> None:
    """At login; without a tray (there is none offscreen) it waits in the task bar, where the user can find it."""
    options = WindowOptions(own_library, hidden=True)
    desk = Desk(application.application(), options, WorkerSupervisor)
    try:
        assert desk.window.isMinimized()
        desk.open_paths([])
        assert not desk.window.isMinimized()
        assert desk.window.isVisible()
    finally:
        close(desk)
        desk.window.deleteLater()
        desk.deleteLater()


def test_how_results_are_arranged_is_remembered(open_desk: Open, own_library: Path, qtbot: QtBot) -> None:
    first = open_desk(own_library)
    first.window.search_page().results.toolbar.set_choices("name", "folder")
    close(first)
    second = open_desk(own_library)
    toolbar = second.window.search_page().results.toolbar
    assert (toolbar.order(), toolbar.group()) == ("name", "folder")
    seen = Seen(second.window)
    qtbot.waitUntil(lambda: bool(seen.answers), timeout=WAIT)
    assert seen.answers[-1].groups
