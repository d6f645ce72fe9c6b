"""What can be done with photos: menu, keyboard, clipboard, copies, undo."""

import sys
import threading
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QImage, QUndoStack
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Photo, PhotoMetadata
from clipdesk.core.window_messages import BrowseReply, BrowseRequest
from clipdesk.ui import export, file_actions
from clipdesk.ui.bin_dialog import BinDialog
from clipdesk.ui.export import Exporter
from clipdesk.ui.export_dialog import ExportDialog
from clipdesk.ui.open_with import OpenWith, installed, read_entry
from clipdesk.ui.photo_actions import PhotoActions
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient
from tests.ui.conftest import WAIT, WaitReply


@pytest.fixture
def photos(client: WorkerClient, wait_reply: WaitReply) -> list[Photo]:
    reply = wait_reply(client, BrowseRequest)
    assert isinstance(reply, BrowseReply)
    return list(reply.photos)


class Desk:
    """A window with actions on `chosen`."""

    def __init__(self, qtbot: QtBot, client: WorkerClient, store: SettingsStore, chosen: list[Photo]) -> None:
        self.chosen = chosen
        self.undo = QUndoStack()
        self.window = QWidget()
        self.window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        qtbot.addWidget(self.window)
        self.actions = PhotoActions(client, self.undo, store, lambda: self.chosen, self.window)
        self.window.addActions(self.actions.actions())

    def dialog(self, kind: type[QDialog]) -> QDialog | None:
        return next((one for one in self.window.findChildren(kind) if one.isVisible()), None)


@pytest.fixture
def desk(qtbot: QtBot, client: WorkerClient, store: SettingsStore, photos: list[Photo]) -> Desk:
    return Desk(qtbot, client, store, photos[:2])


def test_copy_puts_files_on_the_clipboard(qtbot: QtBot, desk: Desk) -> None:
    desk.window.show()
    desk.window.setFocus()
    with qtbot.waitSignal(desk.actions.done):
        desk.actions.action("copy").trigger()
    mime = QGuiApplication.clipboard().mimeData()
    assert isinstance(mime, QMimeData)
    assert [Path(url.toLocalFile()) for url in mime.urls()] == [photo.paths[0] for photo in desk.chosen]


def test_paths_of_every_kind_survive_as_urls(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a b.jpg", "Küste #1 50%.jpg", "海.jpg", "a;b,c&d.jpg")]
    assert [Path(url.toLocalFile()) for url in file_actions.files_mime(paths).urls()] == paths


@pytest.mark.parametrize(
    ("name", "signal"), [("similar", "similar_requested"), ("more", "more_like"), ("less", "less_like")]
)
def test_pictures_for_the_query(qtbot: QtBot, desk: Desk, name: str, signal: str) -> None:
    with qtbot.waitSignal(getattr(desk.actions, signal)) as told:
        desk.actions.action(name).trigger()
    assert told.args == [[photo.paths[0] for photo in desk.chosen]]


def test_removed_from_results_and_back(qtbot: QtBot, desk: Desk) -> None:
    ids = [photo.id for photo in desk.chosen]
    with qtbot.waitSignal(desk.actions.hide_requested) as hidden:
        desk.actions.action("remove").trigger()
    assert hidden.args == [ids]
    with qtbot.waitSignal(desk.actions.show_requested) as shown:
        desk.undo.undo()
    assert shown.args == [ids]


def test_nothing_happens_without_a_selection(qtbot: QtBot, desk: Desk) -> None:
    desk.chosen = []
    with qtbot.assertNotEmitted(desk.actions.hide_requested):
        for action in desk.actions.actions():
            action.trigger()
    assert desk.undo.count() == 0


def test_delete_asks_first(qtbot: QtBot, desk: Desk) -> None:
    desk.window.show()
    desk.window.activateWindow()
    desk.window.setFocus()
    qtbot.waitUntil(desk.window.hasFocus)
    qtbot.keyClick(desk.window, Qt.Key.Key_Delete)
    dialog = desk.dialog(BinDialog)
    assert dialog is not None
    dialog.reject()
    assert all(photo.paths[0].exists() for photo in desk.chosen)
    assert desk.undo.count() == 0


def test_a_photo_that_is_away_is_told(qtbot: QtBot, desk: Desk) -> None:
    away = Photo(7, "00", (Path("/away/one.jpg").absolute(),), PhotoMetadata(), offline=True)
    desk.chosen = [away]
    with qtbot.waitSignal(desk.actions.told) as told:
        desk.actions.action("open").trigger()
    assert "not connected" in told.args[0]
    menu = desk.actions.menu(desk.window)
    assert not desk.actions.action("bin").isEnabled()
    assert desk.actions.action("similar").isEnabled()
    menu.aboutToHide.emit()
    assert desk.actions.action("bin").isEnabled(), "its shortcut must work for the next photo"


def test_every_menu_entry_has_an_icon_and_words(desk: Desk) -> None:
    entries = [action for action in desk.actions.menu(desk.window).actions() if not action.isSeparator()]
    assert len(entries) == 11
    assert all(action.text() for action in entries)
    assert all(not action.icon().isNull() for action in entries if action.menu() is None)


# ---- copies ----


def test_copies_never_write_over(qtbot: QtBot, client: WorkerClient, photos: list[Photo], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    first = photos[0].paths[0]
    (out / first.name).write_bytes(b"mine")
    exporter = Exporter(client)
    with qtbot.waitSignal(exporter.ended, timeout=WAIT) as ended:
        exporter.start([first, tmp_path / "gone.jpg", first], out)
    assert ended.args[0] == 2
    assert [path.name for path, _ in ended.args[1]] == ["gone.jpg"]
    assert (out / first.name).read_bytes() == b"mine"
    assert (out / f"{first.stem} (2).jpg").read_bytes() == first.read_bytes()
    assert (out / f"{first.stem} (3).jpg").stat().st_mtime_ns == first.stat().st_mtime_ns


def test_smaller_copies(qtbot: QtBot, client: WorkerClient, photos: list[Photo], tmp_path: Path) -> None:
    exporter = Exporter(client)
    with qtbot.waitSignal(exporter.ended, timeout=WAIT) as ended:
        exporter.start([photos[0].paths[0]], tmp_path / "new" / "folder", 256)
    assert ended.args == [1, []]
    [file] = (tmp_path / "new" / "folder").iterdir()
    image = QImage(str(file))
    assert max(image.width(), image.height()) == 256


def test_a_copy_that_ends_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "one.jpg"
    source.write_bytes(b"12345")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export.shutil, "copyfileobj", full)
    assert "full" in export.copy_to(source, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_export_dialog(qtbot: QtBot, client: WorkerClient, photos: list[Photo], tmp_path: Path) -> None:
    dialog = ExportDialog(client, [photo.paths[0] for photo in photos[:3]])
    qtbot.addWidget(dialog)
    dialog.folder.setText(str(tmp_path / "out"))
    with qtbot.waitSignal(dialog.exporter.ended, timeout=WAIT):
        dialog.export_button.click()
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_a_dialog_that_is_closed_does_not_hold_the_window_up(
    qtbot: QtBot, client: WorkerClient, photos: list[Photo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, copied = threading.Event(), list[Path]()

    def copy_slowly(path: Path, _: Path) -> str:
        slow.wait(10)
        copied.append(path)
        return ""

    monkeypatch.setattr(export, "copy_to", copy_slowly)
    dialog = ExportDialog(client, [photo.paths[0] for photo in photos[:3]])
    dialog.show()
    dialog.export_button.click()
    dialog.close()
    QCoreApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)
    assert not copied
    assert shiboken6.isValid(dialog)
    with qtbot.waitSignal(dialog.destroyed, timeout=WAIT):
        slow.set()
    assert copied == [photos[0].paths[0]]


# ---- programs ----

_ENTRY = """[Desktop Entry]
Type=Application
Name=Viewer
Name[ja]=ビューア
Exec={command} --new %F %i
MimeType=image/jpeg;image/png;
Icon=viewer
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux lists programs in desktop entries")
def test_programs_of_desktop_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    applications = tmp_path / "applications"
    applications.mkdir()
    text = _ENTRY.format(command=sys.executable)
    (applications / "viewer.desktop").write_text(text, encoding="utf-8")
    (applications / "player.desktop").write_text(text.replace("image/jpeg;image/png", "audio/ogg"), encoding="utf-8")
    (applications / "gone.desktop").write_text(_ENTRY.format(command="/nowhere/viewer"), encoding="utf-8")
    (applications / "bad.desktop").write_bytes(b"\xff[Desktop")
    [program] = installed("ja_JP")
    assert (program.name, program.icon) == ("ビューア", "viewer")
    paths = [tmp_path / "a b.jpg", tmp_path / "c.jpg"]
    assert program.arguments(paths) == [[sys.executable, "--new", *map(str, paths)]]
    (applications / "viewer.desktop").write_text(text.replace("%F", "%u"), encoding="utf-8")
    one = read_entry(applications / "viewer.desktop", "en_GB")
    assert one is not None
    assert one.arguments(paths) == [[sys.executable, "--new", path.as_uri()] for path in paths]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the system asks")
def test_open_with_starts_the_program(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    (tmp_path / "applications").mkdir()
    entry = _ENTRY.format(command="cp").replace("--new %F %i", f"-t {tmp_path} %F")
    (tmp_path / "applications" / "copier.desktop").write_text(entry, encoding="utf-8")
    photo = tmp_path / "elsewhere" / "one.jpg"
    photo.parent.mkdir()
    photo.write_bytes(b"1")
    window = QWidget()
    qtbot.addWidget(window)
    opener = OpenWith(lambda: [photo], window)
    menu = opener.menu(window)
    menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: len(menu.actions()) == 3, timeout=WAIT)
    menu.actions()[0].trigger()
    qtbot.waitUntil((tmp_path / "one.jpg").exists, timeout=WAIT)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the system's own file manager is called")
def test_a_folder_that_no_program_shows_is_told(qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # no dbus-send
    monkeypatch.setattr("clipdesk.ui.file_actions.QDesktopServices.openUrl", lambda _: False)
    show = next(action for action in desk.actions.actions() if action.text() == "Show in folder")
    with qtbot.waitSignal(desk.actions.told, timeout=WAIT) as told:
        show.trigger()
    assert str(desk.chosen[0].paths[0].parent) in told.args[0]
