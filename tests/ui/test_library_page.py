"""The library page over a real worker: every state of a folder, and the way out of it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Failure, FileState, Folder, FolderState, Progress
from clipdesk.core.messages import FoldersReply, FoldersRequest, Reply
from clipdesk.ui.failures_model import FailuresModel, grouped
from clipdesk.ui.folder_card import Activity, FolderCard
from clipdesk.ui.indexing import Indexing
from clipdesk.ui.library_page import LibraryPage
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient

_WAIT = 60_000


@pytest.fixture
def page(qtbot: QtBot, own_client: WorkerClient, store: SettingsStore) -> Iterator[LibraryPage]:
    page = LibraryPage(own_client, store)
    qtbot.addWidget(page)
    indexing = Indexing(own_client, page)
    indexing.progress.connect(page.set_progress)
    page.resize(1000, 700)
    page.show()
    qtbot.waitUntil(lambda: bool(page.folders.cards()), timeout=_WAIT)
    return page


def _card(page: LibraryPage) -> FolderCard:
    [card] = page.folders.cards()
    return card


def _agree(page: LibraryPage, words: str) -> None:
    """Press the button of the question that is shown."""
    [box] = page.findChildren(QMessageBox)
    [button] = [one for one in box.findChildren(QPushButton) if one.text() == words]
    button.click()


def _folders(wait_reply: Callable[..., Reply], client: WorkerClient) -> tuple[Folder, ...]:
    reply = wait_reply(client, FoldersRequest)
    assert isinstance(reply, FoldersReply)
    return reply.folders


def test_a_folder_that_is_well(page: LibraryPage) -> None:
    card = _card(page)
    assert card.folder.path.name == "Photos"
    assert "Up to date" in card.accessibleName()
    assert "40" in card.accessibleName()
    assert card.look_button.isHidden()
    assert page.failures.isHidden()


def test_a_folder_that_is_away_comes_back(page: LibraryPage, own_library: Path, qtbot: QtBot) -> None:
    photos, away = own_library.parent / "Photos", own_library.parent / "Unplugged"
    photos.rename(away)
    page.header.look_button.click()
    qtbot.waitUntil(lambda: _card(page).folder.state is FolderState.OFFLINE, timeout=_WAIT)
    card = _card(page)
    assert "Away" in card.accessibleName()
    assert not card.forget_button.isHidden()
    qtbot.waitUntil(card.look_button.isEnabled, timeout=_WAIT)
    away.rename(photos)
    card.look_button.click()
    qtbot.waitUntil(lambda: _card(page).folder.state is FolderState.ONLINE, timeout=_WAIT)
    assert _card(page) is card
    assert card.folder.files == 40


def test_a_folder_that_is_away_for_good_is_forgotten_after_asking(
    page: LibraryPage, own_library: Path, qtbot: QtBot
) -> None:
    shutil.rmtree(own_library.parent / "Photos")
    page.header.look_button.click()
    qtbot.waitUntil(lambda: _card(page).folder.state is FolderState.OFFLINE, timeout=_WAIT)
    _card(page).forget_button.click()
    assert page.folders.cards()
    _agree(page, "Forget its photos")
    qtbot.waitUntil(lambda: not page.folders.cards(), timeout=_WAIT)


def test_a_folder_is_removed_after_asking_and_its_photos_stay(
    page: LibraryPage, own_library: Path, own_client: WorkerClient, wait_reply: Callable[..., Reply], qtbot: QtBot
) -> None:
    before = sorted((own_library.parent / "Photos").rglob("*.*"))
    _card(page).remove_action.trigger()
    [box] = page.findChildren(QMessageBox)
    assert "photos themselves stay where they are" in box.informativeText()
    assert _folders(wait_reply, own_client)
    _agree(page, "Remove from the library")
    qtbot.waitUntil(lambda: not page.folders.cards(), timeout=_WAIT)
    assert not _folders(wait_reply, own_client)
    assert sorted((own_library.parent / "Photos").rglob("*.*")) == before


def test_saying_no_removes_nothing(
    page: LibraryPage, own_client: WorkerClient, wait_reply: Callable[..., Reply]
) -> None:
    _card(page).remove_action.trigger()
    [box] = page.findChildren(QMessageBox)
    box.reject()
    assert len(_folders(wait_reply, own_client)) == 1


def test_a_folder_is_removed_in_the_middle_of_a_run(
    page: LibraryPage, own_library: Path, own_client: WorkerClient, qtbot: QtBot
) -> None:
    more = own_library.parent / "More"
    shutil.copytree(own_library.parent / "Photos", more)
    for number, file in enumerate(path for path in more.rglob("*") if path.is_file()):
        with file.open("ab") as opened:
            opened.write(b"%d" % number)  # other contents: all of it must be read
    page._index((more,))
    with qtbot.waitSignal(own_client.progress, timeout=_WAIT, check_params_cb=lambda event: event.progress.done > 0):
        pass
    own_client.pause(True)
    qtbot.waitUntil(lambda: len(page.folders.cards()) == 2, timeout=_WAIT)
    [card] = [one for one in page.folders.cards() if one.folder.path.name == "Photos"]
    card.remove_action.trigger()
    _agree(page, "Remove from the library")
    qtbot.waitUntil(lambda: len(page.folders.cards()) == 1, timeout=_WAIT)
    own_client.pause(False)
    qtbot.waitUntil(lambda: page._progress is None and _card(page).folder.files == 40, timeout=_WAIT)


def test_failures_are_told_by_reason_and_tried_again(page: LibraryPage, own_library: Path, qtbot: QtBot) -> None:
    photos = own_library.parent / "Photos"
    good = next(path for path in photos.rglob("*.jpg"))
    broken = [photos / f"broken {number}.jpg" for number in range(3)]
    for file in broken:
        file.write_bytes(b"this is no picture at all")
    page.header.look_button.click()
    qtbot.waitUntil(lambda: bool(page.failures.model.groups), timeout=_WAIT)
    [group] = page.failures.model.groups
    assert [failure.path for failure in group.files] == broken
    assert not page.failures.isHidden()
    qtbot.waitUntil(lambda: "3" in _card(page).accessibleName(), timeout=_WAIT)
    # The user has mended one of them.
    shutil.copyfile(good, broken[0])
    index = page.failures.model.index(0, 0)
    page.failures.view.expand(index)
    page.failures.view.setCurrentIndex(page.failures.model.index(0, 0, index))
    assert "selected" in page.failures.retry_button.text()
    page.failures.retry_button.click()
    qtbot.waitUntil(lambda: len(page.failures.model.groups[0].files) == 2, timeout=_WAIT)
    assert page.failures.view.isExpanded(page.failures.model.index(0, 0))


def test_pause_and_go_on(page: LibraryPage, own_client: WorkerClient) -> None:
    page.set_progress(Progress(10, 100, 5.0, 18.0))
    page.header.pause_button.click()
    assert own_client.paused
    assert "Paused" in _card(page).accessibleName()
    assert "10" in page.header.progress_text.text()
    page.header.pause_button.click()
    assert not own_client.paused
    assert "Reading" in _card(page).accessibleName()
    page.set_progress(None)
    assert "Up to date" in _card(page).accessibleName()
    assert not page.header.progress_bar.isVisible()


def test_following_changes_is_a_setting(page: LibraryPage, store: SettingsStore) -> None:
    page.header.watch_box.click()
    assert store.settings.watch
    store.update(watch=False)
    assert not page.header.watch_box.isChecked()


def test_trouble_is_told_in_one_line_and_goes(page: LibraryPage, own_library: Path, qtbot: QtBot) -> None:
    page._index((own_library.parent / "nowhere",))
    qtbot.waitUntil(lambda: "no folder" in page.header.trouble.text(), timeout=_WAIT)
    assert not page.header.trouble.isHidden()
    page.header.look_button.click()
    assert page.header.trouble.isHidden()


def test_every_state_has_words_of_its_own(qtbot: QtBot) -> None:
    folder = Folder(1, Path("/photos"), files=5, failed=1, cloud=2, quarantined=3)
    card = FolderCard(folder)
    qtbot.addWidget(card)
    told = {card.state_text(folder, activity) for activity in Activity}
    away = Folder(1, Path("/photos"), FolderState.OFFLINE)
    assert len({*told, card.state_text(away, Activity.IDLE)}) == len(Activity) + 1
    assert all("could not be read" in text and "in the cloud" in text and "left out" in text for text in told)


def test_the_model_of_failures(qtmodeltester: object) -> None:
    failures = (
        Failure(Path("/a/1.jpg"), "cut off"),
        Failure(Path("/a/2.jpg"), "cut off"),
        Failure(Path("/a/3.jpg"), "too large"),
        Failure(Path("/a/4.heic"), "", FileState.CLOUD),
        Failure(Path("/a/5.tif"), "was read when clipdesk stopped", FileState.QUARANTINED),
        Failure(Path("/a/6.tif"), "another reason", FileState.QUARANTINED),
    )
    model = FailuresModel()
    model.set_groups(grouped(failures))
    qtmodeltester.check(model)  # type: ignore[attr-defined]
    assert [(group.state, len(group.files)) for group in model.groups] == [
        (FileState.FAILED, 2),
        (FileState.FAILED, 1),
        (FileState.QUARANTINED, 2),
        (FileState.CLOUD, 1),
    ]
    assert model.failures_at(model.index(1, 0, model.index(0, 0))) == (failures[1],)
    assert model.failures_at(model.index(2, 0)) == failures[4:]
