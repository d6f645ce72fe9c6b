"""The bin: files go and come back whole, and what cannot is told."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QTreeWidget
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Photo, PhotoMetadata
from clipdesk.core.window_messages import BrowseReply, BrowseRequest, PhotosReply, PhotosRequest
from clipdesk.ui.bin import FileBin, bring_back, move_to_bin
from clipdesk.ui.bin_dialog import BinDialog
from clipdesk.ui.worker_client import WorkerClient
from tests.ui.conftest import WAIT, WaitReply


@pytest.fixture(autouse=True)
def trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bin of this test alone, where the system lets one choose."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "Trash"


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    folder = tmp_path / "Photos at home"
    folder.mkdir()
    (folder / "Küste 1.jpg").write_bytes(b"not really a photo")
    return folder / "Küste 1.jpg"


def photos_of(client: WorkerClient, wait_reply: WaitReply) -> list[Photo]:
    found = wait_reply(client, BrowseRequest)
    assert isinstance(found, BrowseReply)
    reply = wait_reply(client, lambda i: PhotosRequest(i, tuple(found.photo_ids.tolist())))
    assert isinstance(reply, PhotosReply)
    return list(reply.photos)


def test_there_and_back(photo_file: Path, trash: Path) -> None:
    sidecar = photo_file.with_name(photo_file.name + ".xmp")
    sidecar.write_text("<x/>")
    other = photo_file.with_name("other.xmp")
    other.write_text("<y/>")
    moves = move_to_bin([photo_file])
    assert [one.path for one in moves.done] == [photo_file, sidecar]
    assert moves.failed == ()
    assert list(photo_file.parent.iterdir()) == [other], "only its own sidecar goes along"
    back = bring_back(moves.done)
    assert back.done == moves.done
    assert photo_file.read_bytes() == b"not really a photo"
    assert sidecar.read_text() == "<x/>"
    if sys.platform.startswith("linux"):
        assert [path for path in trash.rglob("*") if path.is_file()] == [], "nothing of it is left in the bin"


def test_two_of_the_same_name(photo_file: Path, tmp_path: Path) -> None:
    other = tmp_path / photo_file.name
    other.write_bytes(b"another")
    moves = move_to_bin([photo_file, other])
    assert len({one.in_bin for one in moves.done}) == 2
    bring_back(moves.done)
    assert (photo_file.read_bytes(), other.read_bytes()) == (b"not really a photo", b"another")


def test_what_cannot_be_moved_stays(photo_file: Path) -> None:
    gone = photo_file.with_name("gone.jpg")
    moves = move_to_bin([gone, photo_file])
    assert [path for path, _ in moves.failed] == [gone]
    assert [one.path for one in moves.done] == [photo_file]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no such names")
def test_a_name_that_qt_cannot_write_stays(tmp_path: Path) -> None:
    odd = tmp_path / "odd\udcff.jpg"
    odd.write_bytes(b"kept")
    moves = move_to_bin([odd])
    assert moves.done == ()
    assert moves.failed[0][0] == odd
    assert odd.read_bytes() == b"kept"


def test_nothing_is_written_over(photo_file: Path) -> None:
    moves = move_to_bin([photo_file])
    photo_file.write_bytes(b"a new one")
    back = bring_back(moves.done)
    assert back.done == ()
    assert "another file" in back.failed[0][1]
    assert photo_file.read_bytes() == b"a new one"
    assert moves.done[0].in_bin.read_bytes() == b"not really a photo"


def test_an_emptied_bin_and_a_folder_that_went(photo_file: Path) -> None:
    moves = move_to_bin([photo_file])
    photo_file.parent.rmdir()
    assert bring_back(moves.done).failed == ()
    assert photo_file.exists(), "its folder is made again"
    moves = move_to_bin([photo_file])
    moves.done[0].in_bin.unlink()
    assert "no longer in the bin" in bring_back(moves.done).failed[0][1]


@pytest.mark.photos
def test_bin_undo_redo_with_a_worker(
    qtbot: QtBot, own_library: Path, start_client: Callable[[Path], WorkerClient], wait_reply: WaitReply
) -> None:
    client = start_client(own_library)
    photos = photos_of(client, wait_reply)
    photo = photos[3]
    content = photo.paths[0].read_bytes()
    undo = QUndoStack()
    bin_ = FileBin(client, undo)
    with qtbot.waitSignal(bin_.photos_gone, timeout=WAIT) as gone:
        bin_.move([photo.paths[0]], [photo])
    assert gone.args == [[photo.id]]
    assert not photo.paths[0].exists()
    qtbot.waitUntil(lambda: len(photos_of(client, wait_reply)) == len(photos) - 1, timeout=WAIT)

    with qtbot.waitSignals([bin_.photos_back, client.changed], timeout=WAIT):
        undo.undo()
    assert photo.paths[0].read_bytes() == content
    back = {one.id: one for one in photos_of(client, wait_reply)}
    assert back[photo.id].paths == photo.paths, "it is the same photo, with its tags and all"

    with qtbot.waitSignal(bin_.photos_gone, timeout=WAIT):
        undo.redo()
    assert not photo.paths[0].exists()
    with qtbot.waitSignal(client.changed, timeout=WAIT):
        undo.undo()
    assert len(photos_of(client, wait_reply)) == len(photos)


@pytest.mark.photos
def test_undo_before_the_files_are_in_the_bin(qtbot: QtBot, own_client: WorkerClient, wait_reply: WaitReply) -> None:
    photo = photos_of(own_client, wait_reply)[0]
    undo = QUndoStack()
    bin_ = FileBin(own_client, undo)
    with qtbot.waitSignal(bin_.photos_gone, timeout=WAIT):
        bin_.move([photo.paths[0]], [photo])
    with qtbot.waitSignals([bin_.photos_back, bin_.photos_gone, bin_.photos_back], timeout=WAIT, order="strict"):
        undo.undo()
        undo.redo()
        undo.undo()
    assert photo.paths[0].exists()


@pytest.mark.photos
def test_a_failure_is_told_and_nothing_is_on_the_undo_stack(qtbot: QtBot, client: WorkerClient, tmp_path: Path) -> None:
    undo = QUndoStack()
    bin_ = FileBin(client, undo)
    with qtbot.waitSignal(bin_.told, timeout=WAIT) as told:
        bin_.move([tmp_path / "gone.jpg"])
    assert "“gone.jpg” could not be moved to the bin and stays where it is." in told.args[0]
    assert undo.count() == 0


# ---- the question ----


def photo_in(*paths: str, paired: tuple[str, ...] = ()) -> Photo:
    made = tuple(Path(path).absolute() for path in paths)
    return Photo(1, "00", made, PhotoMetadata(), paired_paths=tuple(Path(path).absolute() for path in paired))


def test_one_file_is_simply_asked_for(qtbot: QtBot) -> None:
    photo = photo_in("a/one.jpg")
    dialog = BinDialog([photo])
    qtbot.addWidget(dialog)
    assert dialog.chosen() == [photo.paths[0]]
    assert dialog.findChild(QTreeWidget).isHidden()


def test_of_several_files_the_shown_one_is_chosen(qtbot: QtBot) -> None:
    photo = photo_in("a/one.jpg", "b/copy.jpg", paired=("a/one.cr2",))
    dialog = BinDialog([photo, photo_in("c/two.jpg")])
    qtbot.addWidget(dialog)
    assert [path.name for path in dialog.chosen()] == ["one.jpg", "two.jpg"]
    files = dialog.findChild(QTreeWidget)
    parent = files.topLevelItem(0)
    assert [parent.child(place).checkState(0) == Qt.CheckState.Checked for place in range(3)] == [True, False, False]
    parent.child(2).setCheckState(0, Qt.CheckState.Checked)
    parent.child(0).setCheckState(0, Qt.CheckState.Unchecked)
    assert [path.name for path in dialog.chosen()] == ["one.cr2", "two.jpg"]


def test_single_files_are_all_listed(qtbot: QtBot) -> None:
    paths = [Path("a/one.jpg").absolute(), Path("b/one.jpg").absolute()]
    dialog = BinDialog((), files=paths)
    qtbot.addWidget(dialog)
    assert dialog.chosen() == paths
    files = dialog.findChild(QTreeWidget)
    assert not files.isHidden()
    files.topLevelItem(0).setCheckState(0, Qt.CheckState.Unchecked)
    assert dialog.chosen() == paths[1:]
