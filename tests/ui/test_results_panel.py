"""The grid with a real worker: keyboard, mouse, dragging, what is said when there is nothing to show."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Progress
from clipdesk.core.messages import IndexRequest, ProgressEvent, SetTagsRequest
from clipdesk.core.window_messages import FilesChangedRequest, ForgetFilesRequest
from clipdesk.ui.results_message import ResultsMessage
from clipdesk.ui.results_panel import ResultsPanel
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient

WAIT = 30_000
Key = Qt.Key
Show = Callable[..., ResultsPanel]
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def search(qtbot: QtBot, panel: ResultsPanel, query: str = "") -> None:
    with qtbot.waitSignal(panel.controller.answered, timeout=WAIT):
        panel.controller.search(query)


@pytest.fixture
def show(qtbot: QtBot, store: SettingsStore) -> Show:
    def make(client: WorkerClient, library: Path, query: str | None = "") -> ResultsPanel:
        panel = ResultsPanel(client, store, library / "thumbnails")
        qtbot.addWidget(panel)
        panel.resize(780, 560)
        with qtbot.waitExposed(panel):
            panel.show()
        panel.activateWindow()
        panel.view.setFocus()
        if query is not None:
            search(qtbot, panel, query)
        return panel

    return make


@pytest.fixture
def panel(show: Show, client: WorkerClient, library_folder: Path) -> ResultsPanel:
    return show(client, library_folder)


def selected_rows(panel: ResultsPanel) -> list[int]:
    return sorted(index.row() for index in panel.view.selectionModel().selectedIndexes())


def centre(panel: ResultsPanel, row: int) -> QPoint:
    return panel.view.visualRect(panel.model.index(row)).center()


def said(panel: ResultsPanel) -> str:
    [message] = panel.findChildren(ResultsMessage)
    assert message.isVisibleTo(panel)
    return message.findChildren(QLabel)[0].text()


def count(panel: ResultsPanel) -> str:
    return panel.toolbar.findChildren(QLabel)[0].text()


def test_keys_move_across_lines(qtbot: QtBot, panel: ResultsPanel) -> None:
    view, columns = panel.view, panel.view.tiles.columns
    page = view.viewport().height() // view.tiles.step - 1
    assert columns == 4
    assert page > 0
    view.setCurrentIndex(panel.model.index(0))

    for key, row in [
        (Key.Key_Right, 1),
        (Key.Key_Down, 1 + columns),
        (Key.Key_Left, columns),
        (Key.Key_Left, columns - 1),
        (Key.Key_End, 39),
        (Key.Key_Up, 35),
        (Key.Key_PageUp, 35 - columns * page),
        (Key.Key_PageDown, 35),
        (Key.Key_Home, 0),
        (Key.Key_Up, 0),
    ]:
        qtbot.keyClick(view, key)
        assert view.currentIndex().row() == row
        assert selected_rows(panel) == [row]
        assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


def test_ranges_and_all_with_the_keyboard(qtbot: QtBot, panel: ResultsPanel) -> None:
    view = panel.view
    view.setCurrentIndex(panel.model.index(5))

    qtbot.keyClick(view, Key.Key_Down, SHIFT)
    assert selected_rows(panel) == [5, 6, 7, 8, 9]
    qtbot.keyClick(view, Key.Key_Up, SHIFT)
    qtbot.keyClick(view, Key.Key_Up, SHIFT)
    assert selected_rows(panel) == [1, 2, 3, 4, 5]
    qtbot.keyClick(view, Key.Key_End, SHIFT)
    assert selected_rows(panel) == list(range(5, 40))
    qtbot.keyClick(view, Key.Key_A, CONTROL)
    assert selected_rows(panel) == list(range(40))
    qtbot.keyClick(view, Key.Key_Escape)
    assert selected_rows(panel) == []


def test_clicks_select(qtbot: QtBot, panel: ResultsPanel) -> None:
    view, left = panel.view, Qt.MouseButton.LeftButton

    with qtbot.waitSignal(panel.selection_changed, timeout=WAIT) as told:
        qtbot.mouseClick(view.viewport(), left, pos=centre(panel, 2))
    assert [photo.id for photo in told.args[0]] == panel.model.ids_at(2, 2)
    qtbot.mouseClick(view.viewport(), left, SHIFT, centre(panel, 7))
    assert selected_rows(panel) == [2, 3, 4, 5, 6, 7]
    qtbot.mouseClick(view.viewport(), left, CONTROL, centre(panel, 4))
    assert selected_rows(panel) == [2, 3, 5, 6, 7]
    assert [photo.id for photo in panel.selected_photos()] == panel.model.ids_at(2, 3) + panel.model.ids_at(5, 7)
    qtbot.mouseClick(view.viewport(), left, pos=QPoint(4, 4))
    assert selected_rows(panel) == []


def test_a_rubber_band_selects_what_it_touches(qtbot: QtBot, panel: ResultsPanel) -> None:
    viewport = panel.view.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(6, 6))
    qtbot.mouseMove(viewport, centre(panel, 5))
    assert selected_rows(panel) == [0, 1, 4, 5]
    qtbot.mouseMove(viewport, centre(panel, 1))
    assert selected_rows(panel) == [0, 1]
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=centre(panel, 1))
    qtbot.mouseMove(viewport, centre(panel, 6))
    assert selected_rows(panel) == [0, 1]


def test_space_enter_and_the_menu(qtbot: QtBot, panel: ResultsPanel) -> None:
    view = panel.view
    view.setCurrentIndex(panel.model.index(3))

    with qtbot.waitSignal(panel.preview_requested) as previewed:
        qtbot.keyClick(view, Key.Key_Space)
    assert previewed.args == [3]
    with qtbot.waitSignal(panel.activated) as activated:
        qtbot.keyClick(view, Key.Key_Return)
    assert activated.args == [panel.model.photo_at(3)]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre(panel, 1))
    with qtbot.waitSignal(panel.activated) as activated:
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre(panel, 1))
    assert activated.args == [panel.model.photo_at(1)]
    with qtbot.assertNotEmitted(panel.activated, wait=0):
        qtbot.keyClick(view, Key.Key_D)


def test_the_slider_keeps_selection_and_scroll_position(qtbot: QtBot, panel: ResultsPanel) -> None:
    search(qtbot, panel, "a dog in the grass")
    view = panel.view
    view.setCurrentIndex(panel.model.index(3))
    view.verticalScrollBar().setValue(150)
    [chosen] = panel.model.ids_at(3, 3)
    before = panel.model.ids_at(0, 39)

    panel.controller.set_textness(2.0)

    assert panel.model.ids_at(0, 39) != before
    assert view.verticalOffset() == 150
    assert [photo.id for photo in panel.selected_photos()] == [chosen]
    with qtbot.waitSignal(panel.controller.answered, timeout=WAIT):
        panel.controller.refine()
    assert view.verticalOffset() == 150
    assert [photo.id for photo in panel.selected_photos()] == [chosen]


def test_another_order_shows_what_is_selected(qtbot: QtBot, panel: ResultsPanel) -> None:
    view = panel.view
    view.setCurrentIndex(panel.model.index(0))
    with qtbot.waitSignal(panel.controller.answered, timeout=WAIT):
        panel.toolbar.set_choices("oldest", "none")
    assert view.currentIndex().row() == 39
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))

    view.clearSelection()
    with qtbot.waitSignal(panel.controller.answered, timeout=WAIT):
        panel.toolbar.set_choices("oldest", "folder")
    assert view.verticalOffset() == 0
    assert all(section.kind == "group" for section in panel.model.sections())


def test_removed_from_the_results_and_back(panel: ResultsPanel) -> None:
    away = panel.model.ids_at(0, 1)
    panel.hide_photos(away)
    assert panel.model.count() == 38
    panel.show_photos(away)
    assert panel.model.ids_at(0, 1) == away


def test_what_is_removed_leaves_the_place_and_the_next_photo(qtbot: QtBot, panel: ResultsPanel) -> None:
    search(qtbot, panel, "a dog in the grass")
    view = panel.view
    view.verticalScrollBar().setValue(210)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre(panel, 9))
    before = panel.model.ids_at(0, 39)

    panel.hide_photos(before[9:10])

    assert view.verticalOffset() == 210
    assert selected_rows(panel) == [9]
    assert panel.model.ids_at(view.currentIndex().row(), view.currentIndex().row()) == before[10:11]
    panel.show_photos(before[9:10])
    assert view.verticalOffset() == 210
    assert selected_rows(panel) == [view.currentIndex().row()] == [9]
    assert panel.model.ids_at(0, 39) == before

    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, CONTROL, centre(panel, 11))
    panel.hide_photos([before[9], before[11]])
    assert panel.model.ids_at(*[view.currentIndex().row()] * 2) == before[12:13]
    assert (selected_rows(panel), view.verticalOffset()) == ([10], 210)
    panel.show_photos([before[9], before[11]])
    assert (selected_rows(panel), view.verticalOffset()) == ([9, 11], 210)
    qtbot.keyClick(view, Key.Key_End)
    panel.hide_photos(before[39:])
    assert selected_rows(panel) == [38]
    panel.hide_photos(before)
    assert panel.model.count() == 0


def test_what_went_to_the_bin_and_comes_back_later_is_selected(
    qtbot: QtBot, show: Show, own_client: WorkerClient, own_library: Path
) -> None:
    panel = show(own_client, own_library)
    view = panel.view
    view.setCurrentIndex(panel.model.index(1))
    qtbot.waitUntil(lambda: bool(panel.selected_photos()), timeout=WAIT)
    [photo] = panel.selected_photos()
    panel.hide_photos([photo.id])
    with qtbot.waitSignal(panel.controller.answered, timeout=WAIT):
        own_client.tell(lambda i: ForgetFilesRequest(i, photo.paths))
    assert panel.model.count() == 39
    assert selected_rows(panel) == [1]

    panel.show_photos([photo.id])
    assert selected_rows(panel) == [1], "it is not back yet"
    with qtbot.waitSignal(panel.controller.answered, timeout=WAIT):
        own_client.tell(lambda i: FilesChangedRequest(i, photo.paths))

    assert panel.model.count() == 40
    assert [one.id for one in panel.selected_photos()] == [photo.id]
    assert view.currentIndex().row() == panel.model.row_of(photo.id)


def test_similarity_is_painted_on_demand(qtbot: QtBot, panel: ResultsPanel) -> None:
    search(qtbot, panel, "dog")
    rows = panel.view.visible_rows()
    hashes = [photo.content_hash for row in rows if (photo := panel.model.photo_at(row))]
    qtbot.waitUntil(lambda: all(panel.loader.pixmap(one, panel.view.tiles.side) for one in hashes), timeout=WAIT)
    before = panel.view.grab().toImage()

    panel.toolbar.similarity_toggled.emit(True)
    assert panel.view.grab().toImage() != before
    panel.toolbar.similarity_toggled.emit(False)
    assert panel.view.grab().toImage() == before


def test_tile_size_is_kept(qtbot: QtBot, panel: ResultsPanel, store: SettingsStore) -> None:
    assert panel.view.tiles.columns == 4
    with qtbot.waitSignal(store.changed, timeout=WAIT):
        panel.view.zoomed.emit(1)
        panel.view.zoomed.emit(1)
    assert store.settings.tile_size == 200
    assert panel.view.tiles.columns == 3


def test_pictures_can_be_dropped_but_not_those_from_here(qtbot: QtBot, panel: ResultsPanel, tmp_path: Path) -> None:
    file = tmp_path / "other.jpg"
    shutil.copyfile(next(path for path in panel.model.photos(panel.model.ids_at(0, 0))[0].paths), file)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    actions, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier

    entered = QDragEnterEvent(QPoint(9, 9), actions, mime, left, none)
    panel.dragEnterEvent(entered)
    assert entered.isAccepted()
    with qtbot.waitSignal(panel.pictures_dropped) as dropped:
        panel.dropEvent(QDropEvent(QPointF(9, 9), actions, mime, left, none))
    assert dropped.args == [[file]]


def test_a_picture_of_what_is_dragged(panel: ResultsPanel) -> None:
    panel.view.selectAll()
    photo = panel.model.photo_at(0)
    assert photo is not None
    picture = panel.view.dragged(photo, 12)
    assert picture.hasAlpha()
    assert picture.toImage().pixelColor(2, 12).alpha() > 0


def test_no_photo_passes_the_filters(qtbot: QtBot, panel: ResultsPanel) -> None:
    search(qtbot, panel, "date:1850")
    assert said(panel) == "No photo passes these filters"
    with qtbot.waitSignal(panel.all_requested):
        panel.findChild(QPushButton).click()
    search(qtbot, panel)
    assert not panel.findChildren(ResultsMessage) or panel.view.isVisible()
    assert panel.view.isVisible()


def test_a_failure_is_told_and_a_wrong_query_leaves_the_results(qtbot: QtBot, panel: ResultsPanel) -> None:
    with qtbot.waitSignal(panel.controller.failed, timeout=WAIT):
        panel.controller.search('dog "')
    assert panel.view.isVisible()
    assert count(panel) == "Results of the search before"
    assert panel.model.count() == 40
    with qtbot.waitSignal(panel.controller.failed, timeout=WAIT):
        panel.controller.search("./nowhere.jpg")
    assert "nowhere.jpg" in said(panel)


def test_results_of_another_query_are_pale(qtbot: QtBot, panel: ResultsPanel) -> None:
    hashes = [photo.content_hash for row in panel.view.visible_rows() if (photo := panel.model.photo_at(row))]
    qtbot.waitUntil(lambda: all(panel.loader.pixmap(one, panel.view.tiles.side) for one in hashes), timeout=WAIT)
    before = panel.view.viewport().grab().toImage()
    panel.show_outdated(True)
    assert count(panel) == "Results of the search before"
    assert panel.view.viewport().grab().toImage() != before
    panel.controller.refresh()
    qtbot.waitSignal(panel.controller.answered, timeout=WAIT).wait()
    assert count(panel) == "Results of the search before", "what is in the line is not answered yet"
    panel.show_outdated(False)
    assert count(panel).startswith("40 photo")
    assert panel.view.viewport().grab().toImage() == before


def test_the_count_tells_what_the_slider_puts_first(qtbot: QtBot, panel: ResultsPanel) -> None:
    search(qtbot, panel, "a dog in the grass")
    matches = count(panel)
    assert "likely match" in matches
    panel.controller.set_textness(2.0)
    assert count(panel) == f"{matches}  ·  words in pictures first"
    panel.controller.set_textness(-1.0)
    assert count(panel) == f"{matches}  ·  words in pictures last"
    panel.controller.set_textness(0.0)
    assert count(panel) == matches
    panel.controller.set_textness(2.0)
    with qtbot.waitSignal(panel.controller.answered, timeout=WAIT):
        panel.toolbar.set_choices("name", "none")
    assert count(panel) == matches, "the slider changes nothing in an order by name"


def test_nothing_matches_well(qtbot: QtBot, panel: ResultsPanel) -> None:
    search(qtbot, panel, "quarterly tax statement of a dentist on mars")
    assert [section.kind for section in panel.model.sections()] == ["nothing good"]
    assert panel.view.tiles.heading(0) is not None


def test_a_growing_library_does_not_jump(
    qtbot: QtBot, show: Show, own_client: WorkerClient, own_library: Path, photos_folder: Path
) -> None:
    panel = show(own_client, own_library)
    view = panel.view
    view.setCurrentIndex(panel.model.index(17))
    view.verticalScrollBar().setValue(400)
    [whole, *_] = [row for row in view.visible_rows() if view.visualRect(panel.model.index(row)).y() >= 0]
    [top] = panel.model.ids_at(whole, whole)
    chosen = panel.model.ids_at(17, 17)
    before = view.visualRect(panel.model.index(panel.model.row_of(top) or 0))
    for file in sorted(path for path in (photos_folder / "library").rglob("*") if path.is_file())[1:4]:
        shutil.copyfile(file, own_library.parent / "Photos" / f"new-{file.name}")

    with qtbot.waitSignal(panel.controller.answered, timeout=WAIT):
        own_client.tell(IndexRequest)

    assert panel.model.count() == 43
    after = view.visualRect(panel.model.index(panel.model.row_of(top) or 0))
    assert after.y() == before.y()
    assert [photo.id for photo in panel.selected_photos()] == chosen


def test_tags_that_change_are_looked_at_again(
    qtbot: QtBot, show: Show, own_client: WorkerClient, own_library: Path
) -> None:
    panel = show(own_client, own_library, "tag:mine")
    assert panel.model.count() == 0
    with qtbot.waitSignal(panel.controller.answered, timeout=WAIT):
        own_client.tell(lambda i: SetTagsRequest(i, (1, 2), accept=("mine",)))
    assert panel.model.count() == 2


def test_an_empty_library(
    qtbot: QtBot, show: Show, start_client: Callable[[Path], WorkerClient], tmp_path: Path
) -> None:
    panel = show(start_client(tmp_path / "library"), tmp_path / "library")
    assert said(panel) == "There are no photos here yet"
    with qtbot.waitSignal(panel.add_folders_requested):
        panel.findChild(QPushButton).click()


def test_a_watched_change_that_empties_the_library(
    qtbot: QtBot, show: Show, start_client: Callable[[Path], WorkerClient], tmp_path: Path
) -> None:
    client = start_client(tmp_path / "library")
    panel = show(client, tmp_path / "library")
    client.progress.emit(ProgressEvent(0, Progress(1, 1, 0.0, None, "finishing")))
    qtbot.waitUntil(lambda: len(panel.findChildren(ResultsMessage)) == 1)  # the one before has gone
    assert said(panel) == "Your photos are being read"
    with qtbot.waitSignal(panel.controller.answered, timeout=WAIT):
        client.changed.emit(None)
    qtbot.waitUntil(lambda: len(panel.findChildren(ResultsMessage)) == 1)
    assert said(panel) == "There are no photos here yet"


def test_a_new_worker_answers_what_its_predecessor_could_not(
    qtbot: QtBot, show: Show, own_client: WorkerClient, own_library: Path
) -> None:
    panel = show(own_client, own_library)
    own_client.stop()
    with qtbot.waitSignal(panel.controller.failed, timeout=WAIT):
        panel.controller.search("dog")
    assert panel.model.count() == 40
    assert panel.view.isVisible()

    with qtbot.waitSignal(panel.controller.answered, timeout=WAIT):
        own_client.start()
    assert panel.model.good_count() is not None
