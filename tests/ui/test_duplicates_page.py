"""The duplicates page over a real worker: marks, keys, and what is asked of the bin."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Photo, PhotoMetadata
from clipdesk.core.messages import IndexRequest
from clipdesk.core.window_messages import DuplicateFile, DuplicateGroup, ForgetFilesRequest
from clipdesk.ui.duplicate_marks import DuplicateMarks
from clipdesk.ui.duplicates_model import DuplicateRole, DuplicatesModel
from clipdesk.ui.duplicates_page import DuplicatesPage
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.worker.service import Service
from tests.ui.conftest import SETTINGS, WAIT, WaitReply, connect_to, copy_library


def _group(kind: str, *names: str) -> DuplicateGroup:
    files = [
        DuplicateFile(
            Path("/p") / name,
            Photo(number if kind == "near" else 1, "0", (Path("/p") / name,), PhotoMetadata(400, 300)),
            1000,
            1 - number / 10,
            keep=number == 0,
            reason="resolution" if number == 0 else "",
        )
        for number, name in enumerate(names)
    ]
    return DuplicateGroup(kind, tuple(files))  # pyright: ignore[reportArgumentType]


_SAME, _NEAR = _group("same", "a.jpg", "b.jpg", "c.jpg"), _group("near", "d.jpg", "e.jpg")


@pytest.fixture
def marks() -> DuplicateMarks:
    marks = DuplicateMarks()
    marks.begin([_SAME, _NEAR])
    return marks


# ---- marks and model ----


def test_only_copies_of_the_same_content_are_marked_at_first(marks: DuplicateMarks) -> None:
    assert [file.path.name for file in marks.marked(_SAME)] == ["b.jpg", "c.jpg"]
    assert [file.path.name for file in marks.staying(_SAME)] == ["a.jpg"]
    assert not marks.marked(_NEAR)


def test_one_file_of_each_group_stays(marks: DuplicateMarks) -> None:
    assert not marks.mark(_SAME, _SAME.files[0], on=True)
    assert marks.mark(_SAME, _SAME.files[1], on=False)
    assert marks.mark(_SAME, _SAME.files[0], on=True)
    assert [file.path.name for file in marks.staying(_SAME)] == ["b.jpg"]
    marks.keep_only(_NEAR, _NEAR.files[1])
    assert [file.path.name for file in marks.marked(_NEAR)] == ["d.jpg"]
    marks.keep_all(_NEAR)
    assert not marks.marked(_NEAR)


def test_what_was_chosen_stays_chosen(marks: DuplicateMarks) -> None:
    marks.keep_all(_SAME)
    marks.keep_only(_NEAR, _NEAR.files[1])
    marks.begin([_group("same", "a.jpg", "b.jpg", "c.jpg"), _NEAR, _group("same", "x.jpg", "y.jpg")])
    assert not marks.marked(_SAME)
    assert [file.path.name for file in marks.marked(_NEAR)] == ["d.jpg"]


def test_the_model(qtmodeltester: ModelTester, marks: DuplicateMarks, qtbot: QtBot) -> None:
    model = DuplicatesModel(marks)
    qtmodeltester.check(model)
    model.show([_SAME, _NEAR])
    qtmodeltester.check(model)
    assert model.starts == [0, 3]
    assert model.index(0).data(DuplicateRole.BADGE)
    assert not model.index(1).data(DuplicateRole.BADGE)
    assert "400" in model.index(0).data(DuplicateRole.FACTS)[2]
    checked = [model.index(row).data(Qt.ItemDataRole.CheckStateRole) for row in range(5)]
    assert [state == Qt.CheckState.Checked for state in checked] == [False, True, True, False, False]
    with qtbot.waitSignal(model.dataChanged):
        assert model.setData(model.index(3), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    with qtbot.waitSignal(model.refused):
        assert not model.setData(model.index(4), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)


# ---- the page ----


@pytest.fixture(scope="module")
def library(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a copy, a smaller copy and a copy that was saved again."""
    library = copy_library(indexed, tmp_path_factory.mktemp("duplicates"))
    first, second, third = sorted((library.parent / "Photos").rglob("*.jpg"))[:3]
    shutil.copy2(first, first.with_stem(f"{first.stem} (1)"))
    with Image.open(second) as picture:
        picture.resize((picture.width // 2, picture.height // 2)).save(second.with_stem("small"))
    with Image.open(third) as picture:
        picture.save(third.with_stem(f"{third.stem}-edited"), quality=97)
    service = Service(library, SETTINGS, write=True, emit=lambda _: None)
    service.call(IndexRequest(1))
    service.close()
    return library


@pytest.fixture(scope="module")
def shared_client(qapp: object, library: Path) -> Iterator[WorkerClient]:
    client = WorkerClient(connect_to(library))
    client.start()
    yield client
    client.stop()


@pytest.fixture
def page(qtbot: QtBot, library: Path, shared_client: WorkerClient) -> DuplicatesPage:
    """The page, shown."""
    page = DuplicatesPage(shared_client, library / "thumbnails")
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    qtbot.waitUntil(lambda: page.kinds.tabText(0).endswith("(1)"), timeout=WAIT)
    qtbot.waitUntil(lambda: page.kinds.tabText(1).endswith("(2)"), timeout=WAIT)
    return page


def _marked(page: DuplicatesPage) -> list[str]:
    return [file.path.name for group in page.model.groups for file in page.marks.marked(group)]


def test_nothing_goes_when_what_should_stay_is_gone(qtbot: QtBot, page: DuplicatesPage) -> None:
    [group] = page.model.groups
    original = group.files[0].path
    away = original.rename(original.with_suffix(".away"))
    with qtbot.assertNotEmitted(page.bin_requested):
        page.bin_button.click()
        qtbot.waitUntil(lambda: "left alone" in page.line.text, timeout=WAIT)
    away.rename(original)


def test_near_duplicates_by_keyboard(qtbot: QtBot, page: DuplicatesPage) -> None:
    page.show_kind("near")
    assert page.model.rowCount() == 4
    assert _marked(page) == []
    assert not page.bin_button.isEnabled()
    view = page.view
    view.setFocus()
    view.setCurrentIndex(page.model.index(1))
    other = page.model.index(1).data()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert _marked(page) == [other]
    assert page.bin_button.isEnabled()
    qtbot.keyClick(view, Qt.Key.Key_K)
    assert _marked(page) == [page.model.index(0).data()]
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert _marked(page) == [page.model.index(0).data()]
    assert page.line.isVisible()
    qtbot.keyClick(view, Qt.Key.Key_U)
    assert _marked(page) == []
    with qtbot.waitSignal(page.preview_requested) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    group = page.model.groups[0]
    assert told.args == [[file.photo for file in group.files], 1]


def test_near_duplicates_by_mouse(qtbot: QtBot, page: DuplicatesPage) -> None:
    page.show_kind("near")
    where = page.view.visualRect(page.model.index(1)).topLeft()
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=where + QPoint(18, 18))
    assert _marked(page) == [page.model.index(1).data()]
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=where + QPoint(18, 18))
    assert _marked(page) == []
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=where + QPoint(100, 100))
    assert page.view.currentIndex().row() == 1
    assert _marked(page) == []
    page.best_button.click()
    assert sorted(_marked(page)) == sorted(page.model.index(row).data() for row in (1, 3))
    with qtbot.waitSignal(page.bin_requested, timeout=WAIT) as told:
        page.bin_button.click()
    # The copy of the same content is marked as well, but on a page that is not shown.
    assert sorted(path.name for path in told.args[0]) == sorted(_marked(page))


def test_the_copy_goes_to_the_bin_when_asked(
    qtbot: QtBot, page: DuplicatesPage, shared_client: WorkerClient, wait_reply: WaitReply
) -> None:
    [group] = page.model.groups
    copy = group.files[1].path
    assert _marked(page) == [copy.name]
    assert copy.stem.endswith(" (1)")
    with qtbot.waitSignal(page.bin_requested, timeout=WAIT) as told:
        page.bin_button.click()
    assert told.args == [[copy]]
    assert copy.exists()
    copy.unlink()
    client = page.findChild(WorkerClient) or page._client
    wait_reply(client, lambda i: ForgetFilesRequest(i, (copy,)))
    qtbot.waitUntil(lambda: page.model.rowCount() == 0, timeout=WAIT)
    assert not page.bin_button.isEnabled()
