"""The model with real replies of a real worker, watched by Qt's own model tester."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from clipdesk.core.window_messages import BrowseReply, BrowseRequest
from clipdesk.ui.results_model import ResultsModel, Role
from clipdesk.ui.worker_client import WorkerClient

WAIT = 20_000
Select = QItemSelectionModel.SelectionFlag.Select


@pytest.fixture
def model(client: WorkerClient, qtmodeltester: ModelTester) -> ResultsModel:
    model = ResultsModel(client)
    qtmodeltester.check(model)
    return model


@pytest.fixture
def browse(client: WorkerClient, wait_reply):
    def ask(query: str = "", **options: object) -> BrowseReply:
        reply = wait_reply(client, lambda i: BrowseRequest(i, query, **options))
        assert isinstance(reply, BrowseReply)
        return reply

    return ask


def part(reply: BrowseReply, rows: slice | np.ndarray) -> BrowseReply:
    alike = None if reply.similarities is None else reply.similarities[rows]
    return replace(
        reply, photo_ids=reply.photo_ids[rows], similarities=alike, textness=reply.textness[rows], good=reply.good[rows]
    )


def test_rows_are_there_at_once_and_photos_when_wanted(qtbot: QtBot, model: ResultsModel, browse) -> None:
    reply = replace(browse(), photos=())
    model.show(reply, "")
    assert model.rowCount() == model.count() == 40
    assert model.photo_at(3) is None
    assert model.index(3).data(Qt.ItemDataRole.DisplayRole) is None

    with qtbot.waitSignal(model.loaded, timeout=WAIT):
        model.want(range(10))

    photo = model.photo_at(3)
    assert photo is not None
    assert photo.id == reply.photo_ids[3]
    assert model.index(3).data(Role.PHOTO) == photo
    assert model.index(3).data() == photo.paths[0].name
    assert model.index(3).data(Qt.ItemDataRole.ToolTipRole) == str(photo.paths[0])
    assert model.photo_at(-1) is None
    assert model.photo_at(40) is None


def test_a_row_is_fetched_for_whoever_asks(qtbot: QtBot, model: ResultsModel, browse) -> None:
    model.show(replace(browse(), photos=()), "")

    with qtbot.waitSignal(model.dataChanged, timeout=WAIT):
        model.fetch(39)

    assert model.photo_at(39) is not None
    assert model.photo_at(0) is None


def test_the_slider_moves_rows_and_what_is_selected_moves_along(model: ResultsModel, browse) -> None:
    reply = browse("a dog in the grass")
    model.show(reply, "a dog in the grass")
    assert model.ids_at(0, 39) == reply.photo_ids.tolist()
    selection = QItemSelectionModel(model)
    held = [QPersistentModelIndex(model.index(row)) for row in (0, 5, 39)]
    chosen = model.ids_at(0, 0) + model.ids_at(5, 5)
    for row in (0, 5):
        selection.select(model.index(row), Select)

    model.set_textness(2.0)

    ids = model.ids_at(0, 39)
    assert ids != reply.photo_ids.tolist()
    assert sorted(ids) == sorted(reply.photo_ids.tolist())
    assert {ids[index.row()] for index in selection.selectedIndexes()} == set(chosen)
    assert [ids[index.row()] for index in held] == [reply.photo_ids[row] for row in (0, 5, 39)]
    assert ids == browse("a dog in the grass", textness=2.0).photo_ids.tolist()

    model.set_textness(0.0)
    assert model.ids_at(0, 39) == reply.photo_ids.tolist()


def test_newer_results_keep_what_is_selected(model: ResultsModel, browse) -> None:
    full = browse()
    model.show(part(full, slice(5, 35)), "")
    selection = QItemSelectionModel(model)
    gone, kept = model.ids_at(0, 0)[0], model.ids_at(7, 7)[0]
    for row in (0, 7):
        selection.select(model.index(row), Select)

    model.update(part(full, slice(6, 40)), "")
    assert model.ids_at(0, 33) == full.photo_ids[6:].tolist()
    assert [model.ids_at(index.row(), index.row())[0] for index in selection.selectedIndexes()] == [kept]

    model.update(full, "")
    assert model.count() == 40
    assert model.row_of(gone) == 5
    assert [model.ids_at(index.row(), index.row())[0] for index in selection.selectedIndexes()] == [kept]

    model.update(browse(order="name"), "", ranked=False)
    names = [photo.paths[0].name.casefold() for photo in model.photos(model.ids_at(0, 39))]
    assert names == sorted(names)
    assert [model.ids_at(index.row(), index.row())[0] for index in selection.selectedIndexes()] == [kept]

    model.update(part(full, slice(0, 0)), "")
    assert model.count() == 0
    assert not selection.hasSelection()


def test_hidden_photos_are_gone_until_they_are_shown_again(model: ResultsModel, browse) -> None:
    reply = browse()
    model.show(reply, "")
    away = model.ids_at(2, 4)

    model.hide(away)
    assert model.count() == 37
    assert model.row_of(away[0]) is None
    model.update(browse(), "")
    assert model.count() == 37
    model.hide(away[:1], hidden=False)
    assert model.ids_at(2, 2) == away[:1]
    model.show(browse("dog"), "dog")
    assert model.count() == 40


def test_sections_of_days_and_folders(model: ResultsModel, browse, library_folder: Path) -> None:
    model.show(browse(group="folder"), "")
    sections = model.sections()
    assert all(section.kind == "group" for section in sections)
    assert all(Path(section.label).is_relative_to(library_folder.parent / "Photos") for section in sections)
    assert sections == sorted(sections, key=lambda section: section.start)

    model.show(browse("dog"), "dog")
    assert [section.kind for section in model.sections()] in (["good", "weak"], ["nothing good"])
    assert (model.good_count() or 0) < 40


def test_files_are_dragged_as_urls(qtbot: QtBot, model: ResultsModel, browse) -> None:
    model.show(browse(), "")

    mime = model.mimeData([model.index(1), model.index(2)])

    assert [Path(url.toLocalFile()) for url in mime.urls()] == [
        photo.paths[0] for photo in model.photos(model.ids_at(1, 2))
    ]
