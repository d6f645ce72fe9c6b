"""The settings page over a real worker: what is changed is saved, and takes effect."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from clipdesk.core import settings as stored
from clipdesk.core.messages import Reply, Request, SetTagsRequest, StatusReply, StatusRequest
from clipdesk.core.paths import log_folder, settings_file
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import BrowseReply, BrowseRequest
from clipdesk.ui import autostart
from clipdesk.ui.settings_page import SettingsPage
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient

_WAIT = 60_000
WaitReply = Callable[[WorkerClient, Callable[[int], Request]], Reply]


def _shown(qtbot: QtBot, client: WorkerClient, store: SettingsStore) -> SettingsPage:
    page = SettingsPage(client, store)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.activated_page()
    qtbot.waitUntil(lambda: page.model.model.count() > 0 and page.storage.open_button.isEnabled(), timeout=_WAIT)
    qtbot.waitUntil(lambda: bool(page.exclusions.folders.text()), timeout=_WAIT)
    return page


@pytest.fixture
def page(qtbot: QtBot, client: WorkerClient, store: SettingsStore) -> SettingsPage:
    return _shown(qtbot, client, store)


@pytest.fixture
def own_page(qtbot: QtBot, own_client: WorkerClient, store: SettingsStore) -> SettingsPage:
    return _shown(qtbot, own_client, store)


def _choose(box: QComboBox, value: str) -> None:
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_what_is_changed_is_saved_at_once(page: SettingsPage, store: SettingsStore) -> None:
    _choose(page.appearance.language, "ja")
    _choose(page.appearance.theme, "dark")
    page.appearance.tiles.setValue(page.appearance.tiles.maximum())
    page.performance.in_use.setValue(page.performance.in_use.minimum())
    page.tag_files.sidecars.click()
    saved = stored.load()
    assert saved == store.settings
    assert (saved.language, saved.theme, saved.tile_size, saved.cpu_in_use, saved.sidecars) == (
        "ja",
        "dark",
        512,
        0.1,
        True,
    )


def test_a_handle_that_is_drawn_is_saved_where_it_is_let_go(page: SettingsPage, store: SettingsStore) -> None:
    slider, told = page.performance.in_use, list[float]()
    store.changed.connect(lambda _, after: told.append(after.cpu_in_use))
    slider.setSliderDown(True)
    for position in range(slider.value(), slider.minimum() - 1, -1):
        slider.setSliderPosition(position)
    assert not told
    slider.setSliderDown(False)
    assert told == [0.1]


def test_changes_that_others_make_show(page: SettingsPage, store: SettingsStore) -> None:
    store.update(theme="light", tile_size=256, watch=True, cpu_idle=0.5, excludes=("*.png",))
    assert page.appearance.theme.currentData() == "light"
    assert page.appearance.tiles.value() * 8 == 256
    assert page.background.watch.isChecked()
    assert page.performance.idle.value() * 5 == 50
    assert page.exclusions.patterns.toPlainText() == "*.png"


def test_settings_that_cannot_be_saved_are_told(page: SettingsPage) -> None:
    settings_file().unlink(missing_ok=True)
    settings_file().mkdir(parents=True)
    try:
        _choose(page.appearance.theme, "dark")
        assert "settings" in page.trouble.text()
        assert not page.trouble.isHidden()
    finally:
        settings_file().rmdir()


def test_what_is_left_out_leaves_the_library(
    own_page: SettingsPage, own_client: WorkerClient, own_library: Path, qtbot: QtBot, store: SettingsStore
) -> None:
    folders = own_page.exclusions.folders.text()
    assert str(own_library.parent / "Photos") in folders
    year = next(path.name for path in sorted((own_library.parent / "Photos").iterdir()) if path.is_dir())
    own_page.exclusions.patterns.setPlainText(f"{year}/\n\n")
    assert own_page.exclusions.apply_button.isEnabled()
    with qtbot.waitSignal(own_client.changed, timeout=_WAIT) as changed:
        own_page.exclusions.apply_button.click()
    assert changed.args[0].removed > 0
    assert store.settings.excludes == (f"{year}/",)
    assert not own_page.exclusions.apply_button.isEnabled()


def test_the_model_and_what_runs_it(
    own_page: SettingsPage, own_client: WorkerClient, store: SettingsStore, qtbot: QtBot
) -> None:
    assert own_page.model.model.currentData() == "pocket"
    assert "MB" in own_page.model.about.text()
    _choose(own_page.model.model, "pocket")
    assert not own_page.model.model.isEnabled()
    assert not own_page.model.cancel_button.isHidden()
    qtbot.waitUntil(own_page.model.model.isEnabled, timeout=_WAIT)
    assert own_page.model.cancel_button.isHidden()
    # There is no such device here: the choice is taken back, with a reason.
    _choose(own_page.model.engine, own_page.model.engine.itemData(2))
    qtbot.waitUntil(lambda: store.settings.device == "auto", timeout=_WAIT)
    assert own_page.model.engine.currentData() == "auto"
    qtbot.waitUntil(lambda: bool(own_page.trouble.text()), timeout=_WAIT)


def test_where_data_lies_and_emptying_caches(
    own_page: SettingsPage, own_client: WorkerClient, own_library: Path, qtbot: QtBot
) -> None:
    assert own_page.storage.library.text() == str(own_library)
    assert "kB" in own_page.storage.sizes.text() or "MB" in own_page.storage.sizes.text()
    own_page.storage.empty_button.click()
    [box] = own_page.findChildren(QMessageBox)
    assert "photos are not touched" in box.informativeText()
    [agree] = [one for one in box.findChildren(QPushButton) if one.text() == "Empty caches"]
    with qtbot.waitSignal(own_client.changed, timeout=_WAIT):
        agree.click()
    assert len(list((own_library / "thumbnails").rglob("*.jpg"))) == 40


def test_diagnostics_are_copied_without_names_of_photos(
    page: SettingsPage, library_folder: Path, store: SettingsStore, qtbot: QtBot
) -> None:
    store.update(vocabularies=("/home/somebody/my secret tags.txt",))
    log_folder().mkdir(parents=True, exist_ok=True)
    photo = library_folder.parent / "Photos" / "on the beach with Zoe.jpg"
    lines = f"a line of the log about {Path.home()}\nan old line about {photo}\nand {library_folder / 'x.sqlite'}\n"
    (log_folder() / "worker.log").write_text(lines, encoding="utf-8")
    page.help.copy_button.click()
    qtbot.waitUntil(lambda: "Copied" in page.help.copied.text(), timeout=_WAIT)
    text = QGuiApplication.clipboard().text()
    assert "clipdesk 0." in text
    assert "onnxruntime" in text
    assert "folder 1: 40 files, online" in text
    assert "a line of the log about ~" in text
    assert "an old line about (folder 1)\n" in text
    assert "and (library)\n" in text
    assert "secret" not in text
    assert "Zoe" not in text
    assert str(library_folder.parent / "Photos") not in text


def test_start_at_login(page: SettingsPage, store: SettingsStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autostart, "_system", lambda: "Linux")
    page.background.login.click()
    assert store.settings.start_at_login
    assert autostart.is_enabled()
    page.background.login.click()
    assert not store.settings.start_at_login
    assert not autostart.is_enabled()


def test_the_wheel_scrolls_the_page_and_changes_nothing(page: SettingsPage, store: SettingsStore) -> None:
    before = store.settings
    for field in (page.appearance.theme, page.appearance.tiles, page.model.engine):
        field.clearFocus()
        at = QPointF(field.rect().center())
        event = QWheelEvent(
            at,
            field.mapToGlobal(at),
            QPoint(0, -120),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(field, event)
    assert store.settings == before


def test_every_field_is_named_and_can_be_reached(page: SettingsPage) -> None:
    for section in page.sections():
        assert section.accessibleName()
    for field in page.findChildren(QComboBox):
        assert field.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_worker_is_asked_again_only_after_changes(
    page: SettingsPage, client: WorkerClient, wait_reply: Callable[..., object]
) -> None:
    page.storage.sizes.setText("as it was")
    page.hide()
    page.show()
    assert isinstance(wait_reply(client, StatusRequest), StatusReply)
    assert page.storage.sizes.text() == "as it was"


def test_defaults_show(qtbot: QtBot, client: WorkerClient) -> None:
    page = SettingsPage(client, SettingsStore(Settings()))
    qtbot.addWidget(page)
    assert not page.background.watch.isChecked()
    assert not page.background.login.isChecked()
    assert not page.tag_files.sidecars.isChecked()
    assert page.performance.in_use.value() * 5 == 50


def _sidecar(photo: Path) -> Path:
    return photo.with_name(photo.name + ".xmp")


@pytest.mark.parametrize("agreed", [True, False])
def test_tags_of_before_are_offered_to_be_written(
    qtbot: QtBot, own_client: WorkerClient, own_page: SettingsPage, wait_reply: WaitReply, agreed: bool
) -> None:
    found = wait_reply(own_client, BrowseRequest)
    assert isinstance(found, BrowseReply)
    tagged, other = found.photos[:2]
    wait_reply(own_client, lambda i: SetTagsRequest(i, (tagged.id,), accept=("beach",)))
    own_page.tag_files.sidecars.click()
    qtbot.waitUntil(lambda: own_page.findChild(QMessageBox) is not None, timeout=_WAIT)
    box = own_page.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    agree, cancel = (next(one for one in box.buttons() if word in one.text()) for word in ("Write", "Cancel"))
    (agree if agreed else cancel).click()
    if agreed:
        qtbot.waitUntil(_sidecar(tagged.paths[0]).exists, timeout=_WAIT)
        assert "beach" in _sidecar(tagged.paths[0]).read_text(encoding="utf-8")
    wait_reply(own_client, StatusRequest)
    assert _sidecar(tagged.paths[0]).exists() is agreed
    assert not _sidecar(other.paths[0]).exists()


def test_nothing_is_asked_where_no_tag_was_accepted(
    qtbot: QtBot, own_client: WorkerClient, own_page: SettingsPage
) -> None:
    own_page.tag_files.sidecars.click()
    qtbot.waitUntil(lambda: not own_client.waiting, timeout=_WAIT)
    assert own_page.findChild(QMessageBox) is None
    own_page.tag_files.sidecars.click()
    assert not own_client.waiting
