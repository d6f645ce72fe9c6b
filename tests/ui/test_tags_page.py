"""The tags page over a real worker: choosing, accepting, rejecting, undoing, own lists."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoStack
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Photo, PhotoMetadata
from clipdesk.core.messages import SetTagsRequest
from clipdesk.core.query import parse
from clipdesk.core.window_messages import PhotoTagsReply, PhotoTagsRequest, TagCount, TagOverviewReply
from clipdesk.ui.photo_list_model import PhotoListModel
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.tag_changes import TagChanges
from clipdesk.ui.tag_list import TagList
from clipdesk.ui.tag_list_model import TagListModel, TagRole
from clipdesk.ui.tag_review import tag_query
from clipdesk.ui.tags_page import TagsPage
from clipdesk.ui.worker_client import WorkerClient
from tests.ui.conftest import WAIT, WaitReply, connect_to, copy_library

_OVERVIEW = TagOverviewReply(
    1,
    (TagCount("Aunt Mary", 3), TagCount("beach", 2, "places")),
    (TagCount("beach", 214, "places"), TagCount("dog", 8, "animals"), TagCount("cat", 1, "animals")),
)


@pytest.fixture(scope="module")
def library(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that the tests here change the tags of."""
    return copy_library(indexed, tmp_path_factory.mktemp("tags"))


@pytest.fixture(scope="module")
def tag_client(qapp: object, library: Path) -> Iterator[WorkerClient]:
    client = WorkerClient(connect_to(library))
    client.start()
    yield client
    client.stop()


@pytest.fixture
def undo() -> QUndoStack:
    return QUndoStack()


@pytest.fixture
def page(qtbot: QtBot, library: Path, tag_client: WorkerClient, store: SettingsStore, undo: QUndoStack) -> TagsPage:
    """The page, shown."""
    page = TagsPage(tag_client, undo, store, library / "thumbnails")
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    qtbot.waitUntil(lambda: not page.tags.model.is_empty(), timeout=WAIT)
    return page


def _choose(qtbot: QtBot, page: TagsPage) -> str:
    """Choose the most frequent suggestion."""
    tag = next(
        one
        for row in range(page.tags.model.rowCount())
        if (one := _tag(page, row)) and page.tags.model.count_of(one)[0] == 0
    )
    page.tags.choose(tag)
    qtbot.waitUntil(lambda: bool(page.review.model.photos), timeout=WAIT)
    return tag


def _tag(page: TagsPage, row: int) -> str | None:
    return page.tags.model.index(row).data(TagRole.TAG)


def _rows(model: TagListModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


# ---- the models ----


def test_the_list_of_tags(qtmodeltester: ModelTester) -> None:
    model = TagListModel()
    qtmodeltester.check(model)
    model.set_tags(_OVERVIEW.accepted, _OVERVIEW.suggested)
    qtmodeltester.check(model)
    assert _rows(model) == ["Your tags", "Aunt Mary", "beach", "Suggestions", "beach", "dog", "cat"]
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable
    assert "214" in model.index(4).data(Qt.ItemDataRole.AccessibleTextRole)
    model.set_filter(" ANIM ")
    assert _rows(model) == ["Suggestions", "dog", "cat"]
    model.set_filter("beach")
    assert _rows(model) == ["Your tags", "beach", "Suggestions", "beach"]
    assert model.row_of("beach", accepted=True) == 1
    assert model.row_of("beach", accepted=False) == 3
    assert model.row_of("dog", accepted=False) == -1
    assert model.count_of("Beach") == (2, 214)
    model.set_filter("nothing")
    assert model.rowCount() == 0
    assert not model.is_empty()


def test_a_list_of_photos(qtmodeltester: ModelTester) -> None:
    photos = [Photo(number, f"{number}", (Path(f"/p/{number}.jpg"),), PhotoMetadata()) for number in range(6)]
    model = PhotoListModel()
    qtmodeltester.check(model)
    model.show(photos)
    qtmodeltester.check(model)
    model.remove({1, 2, 5})
    assert [photo.id for photo in model.photos] == [0, 3, 4]
    qtmodeltester.check(model)


def test_the_chosen_tag_stays_where_it_is(qtbot: QtBot) -> None:
    tags = TagList()
    qtbot.addWidget(tags)
    tags.resize(240, 240)
    tags.show()
    many = tuple(TagCount(f"tag {number:02}", 100 - number) for number in range(60))
    tags.show_overview(TagOverviewReply(1, (), many))
    with qtbot.waitSignal(tags.chosen) as told:
        tags.choose("tag 40")
    assert told.args == ["tag 40"]
    place = tags.view.visualRect(tags.view.currentIndex()).y()
    with qtbot.assertNotEmitted(tags.chosen):
        tags.show_overview(TagOverviewReply(2, (TagCount("mine", 1), TagCount("yours", 1)), many[5:]))
    assert tags.view.currentIndex().data() == "tag 40"
    assert tags.view.visualRect(tags.view.currentIndex()).y() == place
    qtbot.keyClicks(tags.find_line, "tag 4")
    qtbot.waitUntil(lambda: tags.model.rowCount() == 11)
    assert tags.tag == "tag 40"
    assert tags.view.currentIndex().data() == "tag 40"


@pytest.mark.parametrize("tag", ["beach", "golden hour", "Straße", 'the "Vasa"', "to-do", "C++", "犬"])
def test_the_query_for_a_tag(tag: str) -> None:
    query = parse(tag_query(tag))
    assert [one.text for one in query.filters] == [tag]
    assert not query.terms


# ---- the page ----


def test_accepting_and_undoing(qtbot: QtBot, page: TagsPage, tag_client: WorkerClient, undo: QUndoStack) -> None:
    tag = _choose(qtbot, page)
    before = [photo.id for photo in page.review.model.photos]
    assert page.tags.model.count_of(tag) == (0, len(before))
    assert not page.review.accept_button.isEnabled()
    view = page.review.view
    view.setFocus()
    view.setCurrentIndex(page.review.model.index(0))
    assert page.review.accept_button.isEnabled()
    with qtbot.waitSignal(tag_client.tags_changed, timeout=WAIT):
        qtbot.keyClick(view, Qt.Key.Key_A)
    assert [photo.id for photo in page.review.model.photos] == before[1:]
    assert view.tiles.count == len(before) - 1
    qtbot.waitUntil(lambda: page.tags.model.count_of(tag) == (1, len(before) - 1), timeout=WAIT)
    assert page.tags.tag == tag
    assert page.review.show_button.isVisible()
    with qtbot.waitSignal(page.search_requested) as told:
        page.review.show_button.click()
    assert told.args == [tag_query(tag)]
    undo.undo()
    qtbot.waitUntil(lambda: page.tags.model.count_of(tag) == (0, len(before)), timeout=WAIT)
    qtbot.waitUntil(lambda: [photo.id for photo in page.review.model.photos] == before, timeout=WAIT)
    undo.redo()
    qtbot.waitUntil(lambda: page.tags.model.count_of(tag) == (1, len(before) - 1), timeout=WAIT)


def test_undoing_when_the_page_has_gone_with_its_window(
    qtbot: QtBot,
    library: Path,
    tag_client: WorkerClient,
    store: SettingsStore,
    undo: QUndoStack,
    wait_reply: WaitReply,
) -> None:
    TagChanges(tag_client, undo, store, undo)
    page = TagsPage(tag_client, undo, store, library / "thumbnails")
    page.show()
    qtbot.waitUntil(lambda: not page.tags.model.is_empty(), timeout=WAIT)
    tag = _choose(qtbot, page)
    page.review.view.setCurrentIndex(page.review.model.index(0))
    [photo] = page.review.selected()
    with qtbot.waitSignal(tag_client.tags_changed, timeout=WAIT):
        page.review.accept_button.click()
    with qtbot.waitSignal(page.destroyed, timeout=WAIT):
        page.deleteLater()
    with qtbot.waitSignal(tag_client.tags_changed, timeout=WAIT):
        undo.undo()
    tags = wait_reply(tag_client, lambda i: PhotoTagsRequest(i, (photo.id,)))
    assert isinstance(tags, PhotoTagsReply)
    assert tag not in tags.accepted


def test_rejecting_all(qtbot: QtBot, page: TagsPage) -> None:
    tag = _choose(qtbot, page)
    page.review.all_button.click()
    assert len(page.review.selected()) == len(page.review.model.photos)
    page.review.reject_button.click()
    assert not page.review.model.photos
    qtbot.waitUntil(lambda: page.tags.model.count_of(tag) == (0, 0), timeout=WAIT)
    assert not page.review.all_button.isEnabled()


def test_tags_that_are_set_elsewhere_are_seen(
    qtbot: QtBot, page: TagsPage, tag_client: WorkerClient, wait_reply: WaitReply
) -> None:
    tag = _choose(qtbot, page)
    last = page.review.model.photos[-1].id
    count = len(page.review.model.photos)
    wait_reply(tag_client, lambda i: SetTagsRequest(i, (last,), accept=("Aunt Mary", tag)))
    qtbot.waitUntil(lambda: page.tags.model.count_of("Aunt Mary") == (1, 0), timeout=WAIT)
    qtbot.waitUntil(lambda: len(page.review.model.photos) == count - 1, timeout=WAIT)
    page.tags.choose("Aunt Mary")
    page.tags.view.setFocus()
    with qtbot.waitSignal(page.search_requested) as told:
        qtbot.keyClick(page.tags.view, Qt.Key.Key_Return)
    assert told.args == ['tag:"Aunt Mary"']


def test_photos_can_be_looked_at_large(qtbot: QtBot, page: TagsPage) -> None:
    _choose(qtbot, page)
    page.review.view.setFocus()
    page.review.view.setCurrentIndex(page.review.model.index(1))
    with qtbot.waitSignal(page.preview_requested) as told:
        qtbot.keyClick(page.review.view, Qt.Key.Key_Space)
    assert told.args == [list(page.review.model.photos), 1]


def test_own_lists(qtbot: QtBot, page: TagsPage, store: SettingsStore, tmp_path: Path) -> None:
    own = tmp_path / "own words.txt"
    words = {"running hound", "people at the lake", "a beach", "snow and ice", "a bicycle race", "a crowd of people"}
    own.write_text("\n".join(words), "utf-8")
    page.vocabularies.add(own)
    assert store.settings.vocabularies == (str(own),)
    qtbot.waitUntil(lambda: bool(words & set(_rows(page.tags.model))), timeout=WAIT)
    assert "puppy" not in _rows(page.tags.model)
    own.write_text("[never closed\n", "utf-8")
    page.vocabularies.chosen.emit(own)
    qtbot.waitUntil(lambda: "line 1" in page.line.text, timeout=WAIT)
    own.write_text("\n".join(words), "utf-8")
    page.line.again_button.click()
    qtbot.waitUntil(lambda: not page.line.isVisible(), timeout=WAIT)
    page.vocabularies.remove_button.click()
    assert store.settings.vocabularies == ()
    assert own.exists()
    assert page.vocabularies.vocabulary() is None
    qtbot.waitUntil(lambda: not words & set(_rows(page.tags.model)), timeout=WAIT)


def test_an_empty_library_says_so(
    qtbot: QtBot, start_client: Callable[[Path], WorkerClient], store: SettingsStore, tmp_path: Path
) -> None:
    client = start_client(tmp_path / "empty")
    page = TagsPage(client, QUndoStack(client), store, tmp_path)
    qtbot.addWidget(page)
    page.show()
    assert page.line.isVisible()
    qtbot.waitUntil(lambda: not page.line.isVisible(), timeout=WAIT)
    assert page.tags.model.is_empty()
