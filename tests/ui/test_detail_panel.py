"""Details of one photo and of several, their tags with undo, and sidecars."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QKeySequence, QUndoStack
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Photo, PhotoMetadata
from clipdesk.core.messages import IndexReply, IndexRequest
from clipdesk.core.window_messages import BrowseReply, BrowseRequest, PhotoTagsReply, PhotoTagsRequest
from clipdesk.indexing.xmp import read_xmp
from clipdesk.ui.detail_panel import DetailPanel
from clipdesk.ui.metadata_form import MetadataForm
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.tag_changes import TagChanges
from clipdesk.ui.tag_editor import TagLine
from clipdesk.ui.worker_client import WorkerClient
from tests.ui.conftest import WAIT, WaitReply


@pytest.fixture(autouse=True)
def british() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


def photos_of(client: WorkerClient, wait_reply: WaitReply) -> list[Photo]:
    reply = wait_reply(client, BrowseRequest)
    assert isinstance(reply, BrowseReply)
    return list(reply.photos)


def tags_of(client: WorkerClient, wait_reply: WaitReply, *photos: Photo) -> PhotoTagsReply:
    reply = wait_reply(client, lambda i: PhotoTagsRequest(i, tuple(photo.id for photo in photos)))
    assert isinstance(reply, PhotoTagsReply)
    return reply


class Desk:
    """A panel over a library of its own."""

    def __init__(self, qtbot: QtBot, client: WorkerClient, library: Path, store: SettingsStore) -> None:
        self._qtbot = qtbot
        self.undo = QUndoStack()
        self.panel = DetailPanel(client, self.undo, store, thumbnails=library / "thumbnails")
        qtbot.addWidget(self.panel)
        self.panel.resize(320, 720)
        self.panel.show()

    def chips(self) -> list[str]:
        return [chip.text() for chip in self.panel.tags.chips()]

    def type_tag(self, text: str) -> None:
        self.panel.edit_tags()
        editor = self.panel.focusWidget()
        assert editor is not None
        self._qtbot.keyClicks(editor, text)
        self._qtbot.keyClick(editor, Qt.Key.Key_Return)

    def wait_chips(self, *texts: str) -> None:
        self._qtbot.waitUntil(lambda: self.chips() == list(texts), timeout=WAIT)


@pytest.fixture
def desk(qtbot: QtBot, own_client: WorkerClient, own_library: Path, store: SettingsStore) -> Desk:
    return Desk(qtbot, own_client, own_library, store)


def test_typed_tags_undo_and_redo(qtbot: QtBot, desk: Desk, own_client: WorkerClient, wait_reply: WaitReply) -> None:
    photo = photos_of(own_client, wait_reply)[0]
    desk.panel.show_photos([photo])
    qtbot.waitUntil(desk.panel.view.has_picture, timeout=WAIT)
    desk.type_tag("by the sea, Beach ")
    desk.wait_chips("Beach", "by the sea")
    assert tags_of(own_client, wait_reply, photo).accepted == ("Beach", "by the sea")
    desk.undo.undo()
    desk.wait_chips()
    desk.undo.redo()
    desk.wait_chips("Beach", "by the sea")
    desk.panel.tags.chips()[0].removed.emit()
    desk.wait_chips("by the sea")
    desk.undo.undo()
    desk.wait_chips("Beach", "by the sea")


def test_the_undo_key_in_an_empty_line_undoes_the_tag(qtbot: QtBot, desk: Desk, own_client: WorkerClient, wait_reply):
    one, two = photos_of(own_client, wait_reply)[:2]
    desk.panel.addAction(undo := desk.undo.createUndoAction(desk.panel))
    undo.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
    desk.panel.show_photos([one])
    qtbot.waitUntil(desk.panel.view.has_picture, timeout=WAIT)
    desk.type_tag("holiday")
    desk.wait_chips("holiday")
    line = desk.panel.findChild(TagLine)
    qtbot.keyClicks(line, "sea")
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(line, Qt.Key.Key_Z, control)
    assert (line.text(), desk.chips()) == ("", ["holiday"]), "what is being typed comes first"
    qtbot.keyClick(line, Qt.Key.Key_Z, control)
    desk.wait_chips()
    assert line.text() == ""
    qtbot.keyClicks(line, "left over")
    desk.panel.show_photos([two])
    qtbot.waitUntil(lambda: line.text() == "", timeout=WAIT)


def test_suggestions_are_accepted_and_rejected(
    qtbot: QtBot, desk: Desk, own_client: WorkerClient, wait_reply: WaitReply
) -> None:
    photo = photos_of(own_client, wait_reply)[1]
    desk.panel.show_photos([photo])
    qtbot.waitUntil(lambda: len(desk.panel.tags.suggestions()) >= 2, timeout=WAIT)
    first, second = (row.tag() for row in desk.panel.tags.suggestions()[:2])
    desk.panel.tags.suggestions()[0].accept_button().click()
    desk.wait_chips(first)
    qtbot.waitUntil(lambda: desk.panel.tags.suggestions()[0].tag() == second, timeout=WAIT)
    desk.panel.tags.suggestions()[0].reject_button().click()
    qtbot.waitUntil(lambda: second not in [row.tag() for row in desk.panel.tags.suggestions()], timeout=WAIT)
    said = tags_of(own_client, wait_reply, photo)
    assert (said.accepted, said.rejected) == ((first,), (second,))
    desk.undo.undo()
    qtbot.waitUntil(lambda: second in [row.tag() for row in desk.panel.tags.suggestions()], timeout=WAIT)
    assert tags_of(own_client, wait_reply, photo).rejected == ()


def test_a_selection_and_exactly_what_was_before(
    qtbot: QtBot, desk: Desk, own_client: WorkerClient, wait_reply: WaitReply, store: SettingsStore
) -> None:
    one, two, three = photos_of(own_client, wait_reply)[:3]
    changes = TagChanges(own_client, desk.undo, store)
    for ids, change in (((one.id,), changes.accept), ((two.id,), changes.reject)):
        with qtbot.waitSignal(changes.changed, timeout=WAIT):
            change(ids, "sea")
    desk.panel.show_photos([one, two, three])
    desk.wait_chips("sea · 1")
    desk.type_tag("SEA")
    qtbot.waitUntil(lambda: len(tags_of(own_client, wait_reply, one, two, three).accepted) == 1, timeout=WAIT)
    desk.undo.undo()
    qtbot.waitUntil(lambda: tags_of(own_client, wait_reply, two).rejected != (), timeout=WAIT)
    qtbot.waitUntil(lambda: tags_of(own_client, wait_reply, one).accepted != (), timeout=WAIT)
    qtbot.waitUntil(lambda: tags_of(own_client, wait_reply, three).accepted == (), timeout=WAIT)
    assert tags_of(own_client, wait_reply, three).rejected == ()


def test_a_panel_that_is_closed_asks_nothing(
    qtbot: QtBot, desk: Desk, own_client: WorkerClient, wait_reply: WaitReply, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = photos_of(own_client, wait_reply)
    desk.panel.show_photos(photos[:1])
    qtbot.waitUntil(desk.panel.view.has_picture, timeout=WAIT)
    qtbot.waitUntil(lambda: bool(desk.panel.tags.suggestions()) and not own_client.waiting, timeout=WAIT)
    desk.panel.hide()
    desk.panel.show_photos(photos[1:2])
    [settle] = desk.panel.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    qtbot.waitUntil(lambda: not settle.isActive(), timeout=WAIT)
    own_client.tags_changed.emit()
    assert not own_client.waiting
    desk.panel.show()
    assert own_client.waiting


def test_undo_at_once(qtbot: QtBot, desk: Desk, own_client: WorkerClient, wait_reply: WaitReply) -> None:
    photo = photos_of(own_client, wait_reply)[0]
    changes = TagChanges(own_client, desk.undo, SettingsStore())
    told: list[None] = []
    changes.changed.connect(lambda: told.append(None))
    changes.accept([photo.id], "sea")
    desk.undo.undo()  # the worker has not answered yet
    qtbot.waitUntil(lambda: len(told) == 2, timeout=WAIT)
    assert tags_of(own_client, wait_reply, photo).accepted == ()


def test_sidecars_only_when_they_are_wanted(
    qtbot: QtBot, desk: Desk, own_client: WorkerClient, wait_reply: WaitReply, store: SettingsStore
) -> None:
    photo = photos_of(own_client, wait_reply)[0]
    sidecar = photo.paths[0].with_name(photo.paths[0].name + ".xmp")
    content = photo.paths[0].read_bytes()
    desk.panel.show_photos([photo])
    qtbot.waitUntil(desk.panel.view.has_picture, timeout=WAIT)
    desk.type_tag("before")
    desk.wait_chips("before")
    assert not sidecar.exists()
    store.update(sidecars=True)
    desk.type_tag("sea")
    qtbot.waitUntil(sidecar.exists, timeout=WAIT)
    assert read_xmp(sidecar.read_bytes()).keywords == ("before", "sea")
    desk.undo.undo()
    qtbot.waitUntil(lambda: read_xmp(sidecar.read_bytes()).keywords == ("before",), timeout=WAIT)
    assert photo.paths[0].read_bytes() == content


def test_a_sidecar_that_cannot_be_written_is_told(
    qtbot: QtBot, desk: Desk, own_client: WorkerClient, wait_reply: WaitReply, store: SettingsStore
) -> None:
    photo = photos_of(own_client, wait_reply)[0]
    sidecar = photo.paths[0].with_name(photo.paths[0].name + ".xmp")
    sidecar.write_text("not XMP")
    store.update(sidecars=True)
    changes = TagChanges(own_client, desk.undo, store)
    with qtbot.waitSignal(own_client.notice, timeout=WAIT) as told:
        changes.accept([photo.id], "sea")
    assert "could not be written" in told.args[0]
    assert "left as it is" in told.args[1]
    assert sidecar.read_text() == "not XMP"
    assert tags_of(own_client, wait_reply, photo).accepted == ("sea",)


def test_clicks_ask_for_a_tag_and_a_folder(
    qtbot: QtBot, desk: Desk, own_client: WorkerClient, wait_reply: WaitReply
) -> None:
    photo = photos_of(own_client, wait_reply)[0]
    desk.panel.show_photos([photo])
    qtbot.waitUntil(desk.panel.view.has_picture, timeout=WAIT)
    desk.type_tag("by the sea")
    desk.wait_chips("by the sea")
    with qtbot.waitSignal(desk.panel.tag_activated) as told:
        desk.panel.tags.chips()[0].click()
    assert told.args == ['tag:"by the sea"']
    found = wait_reply(own_client, lambda i: BrowseRequest(i, told.args[0]))
    assert isinstance(found, BrowseReply)
    assert found.photo_ids.tolist() == [photo.id]
    places = desk.panel.places
    assert places.paths() == [photo.paths[0]]
    with qtbot.waitSignal(desk.panel.folder_requested) as folder:
        places.folder_requested.emit(photo.paths[0].parent)
    inside = wait_reply(own_client, lambda i: BrowseRequest(i, folder.args[0]))
    assert isinstance(inside, BrowseReply)
    assert photo.id in inside.photo_ids.tolist()


@pytest.mark.photos
def test_formats_that_qt_cannot_read(
    qtbot: QtBot,
    photos_folder: Path,
    tmp_path: Path,
    start_client: Callable[[Path], WorkerClient],
    wait_reply: WaitReply,
    store: SettingsStore,
) -> None:
    folder = tmp_path / "Photos"
    folder.mkdir()
    odd = photos_folder / "odd"
    for file in (odd / "mde" / "heic_cheers_1440x960.heic", next(odd.rglob("t_images_Panasonic.rw2"))):
        shutil.copyfile(file, folder / file.name)
    client = start_client(tmp_path / "library")
    assert isinstance(wait_reply(client, lambda i: IndexRequest(i, (folder,))), IndexReply)
    desk = Desk(qtbot, client, tmp_path / "library", store)
    for photo in photos_of(client, wait_reply):
        desk.panel.show_photos([photo])
        with qtbot.waitSignal(desk.panel.loader.arrived, timeout=WAIT, check_params_cb=lambda _, __, side: side > 0):
            pass
        with qtbot.waitSignal(desk.panel.loader.arrived, timeout=WAIT, check_params_cb=lambda _, __, side: side > 1024):
            desk.panel.view.zoom_to(1.0)
        assert desk.panel.view.scale() == pytest.approx(1.0)


# ---- words ----

_KNOWN = PhotoMetadata(
    width=4032,
    height=3024,
    taken_at=datetime(2019, 8, 3, 14, 32, 5),
    camera="Canon EOS 5D",
    latitude=35.0116,
    longitude=-135.7681,
    altitude=51.6,
    rating=4,
    keywords=("Kyoto", "<b>bold</b>"),
)


def test_metadata_in_words(qtbot: QtBot) -> None:
    form = MetadataForm()
    qtbot.addWidget(form)
    photo = Photo(1, "00", (Path("a.jpg"),), _KNOWN)
    form.show_photos([photo])
    assert form.value("taken").endswith("3 August 2019, 14:32")
    assert form.value("size") == "4032 × 3024 · 12.2 megapixels"
    assert form.value("rating") == "★★★★"
    assert form.value("keywords") == "Kyoto, <b>bold</b>"
    assert form.value("place").startswith("35.0116° N, 135.7681° W, 52 m high<br>")
    assert "mlat=35.011600&amp;mlon=-135.768100" in form.value("place")
    assert form.value("lens") == ""
    other = replace(photo, metadata=replace(_KNOWN, taken_at=datetime(2020, 1, 2), camera="Pixel 7"))
    form.show_photos([photo, other])
    assert form.value("taken") == "03/08/2019 to 02/01/2020"
    assert form.value("camera") == "Canon EOS 5D, Pixel 7"
    assert form.value("place") == ""
    form.show_photos([replace(photo, metadata=PhotoMetadata())])
    assert form.isHidden()
