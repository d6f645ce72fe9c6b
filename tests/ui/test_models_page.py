"""The models page over a real worker: a model from a hub on this machine, interrupted, used, removed; trouble told."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from clipdesk.core import paths
from clipdesk.core.entities import Progress
from clipdesk.core.install_messages import Estimate, InstallProgressEvent, ModelsReply, ModelsRequest, ModelState
from clipdesk.models import files, registry
from clipdesk.ui import model_words
from clipdesk.ui.model_card import ModelCard
from clipdesk.ui.model_switch import ModelSwitch
from clipdesk.ui.models_page import ModelsPage
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.worker.model_install import by_hand
from tests.models.hub_server import Hub, serving
from tests.ui.conftest import WAIT, WaitReply

# A model that clipdesk knows; what the hub has of it is a small one that was taught by the tests.
NAME = "ViT-B-32-256"


@pytest.fixture
def models_folder() -> Iterator[Path]:
    folder = paths.models_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def hub(taught_model: Path, monkeypatch: pytest.MonkeyPatch, models_folder: Path) -> Iterator[Hub]:
    content = {file.name: file.read_bytes() for file in taught_model.iterdir()}
    hub = Hub(content, {"open_clip_model.safetensors"}, repository=registry.card(NAME).hub)
    with serving(hub):
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def make_page(qtbot: QtBot, store: SettingsStore) -> Callable[[WorkerClient], ModelsPage]:
    def make(client: WorkerClient) -> ModelsPage:
        page = ModelsPage(client, ModelSwitch(client, store))
        page._switch.setParent(page)
        qtbot.addWidget(page)
        page.resize(1000, 800)
        page.show()
        qtbot.waitUntil(lambda: bool(page.cards()), timeout=WAIT)
        return page

    return make


def _agree(page: ModelsPage, words: str) -> None:
    """Press the button of the question that is shown."""
    [box] = [one for one in page.findChildren(QMessageBox) if one.isVisible()]
    [button] = [one for one in box.findChildren(QPushButton) if one.text() == words]
    button.click()


def test_a_model_is_installed_used_and_removed(
    hub: Hub,
    make_page: Callable[[WorkerClient], ModelsPage],
    own_library: Path,
    start_client: Callable[[Path], WorkerClient],
    store: SettingsStore,
    qtbot: QtBot,
) -> None:
    page = make_page(start_client(own_library))
    card = page.card(NAME)
    assert "Not installed" in card.state.text()
    assert "Recommended" in card.state.text()
    assert card.use_button.isHidden()
    card.install_button.click()
    assert not card.running.isHidden()
    qtbot.waitUntil(lambda: card.model.installed and card.running.isHidden(), timeout=WAIT)
    assert card.install_button.isHidden()
    assert "Installed" in card.state.text()
    # Its own speed was measured while it was checked.
    measured = "on this computer."
    qtbot.waitUntil(lambda: "to read 40 " in card.time.text() and card.time.text().endswith(measured), timeout=WAIT)
    card.use_button.click()
    assert "Pocket answers until then" in card.progress_words.text()
    qtbot.waitUntil(lambda: card.model.in_use, timeout=WAIT)
    assert store.settings.model == NAME
    assert card.running.isHidden()
    assert "40 of 40 photos read" in card.state.text()
    assert not card.remove_action.isVisible()
    pocket = page.card("pocket")
    pocket.use_button.click()
    qtbot.waitUntil(lambda: pocket.model.in_use, timeout=WAIT)
    card.remove_action.trigger()
    _agree(page, "Remove")
    qtbot.waitUntil(lambda: not card.model.installed, timeout=WAIT)
    assert not (paths.models_folder() / NAME).exists()


def test_an_installation_is_broken_off_and_goes_on(
    hub: Hub,
    make_page: Callable[[WorkerClient], ModelsPage],
    own_library: Path,
    start_client: Callable[[Path], WorkerClient],
    qtbot: QtBot,
) -> None:
    hub.pause = 0.05
    page = make_page(start_client(own_library))
    card = page.card(NAME)
    card.install_button.click()
    qtbot.waitUntil(lambda: card.bar.value() > 50, timeout=WAIT)
    assert "Downloading" in card.progress_words.text()
    card.cancel_button.click()
    qtbot.waitUntil(lambda: card.running.isHidden() and card.model.partial > 0, timeout=WAIT)
    assert not card.trouble.text()
    assert card.install_button.text() == "Go on with the download"
    hub.repository = "nobody/nothing"
    card.install_button.click()
    qtbot.waitUntil(lambda: bool(card.trouble.text()), timeout=WAIT)
    assert "does not have" in card.trouble.text()
    assert "Install from files" in card.trouble.text()
    card.remove_action.trigger()
    _agree(page, "Remove")
    qtbot.waitUntil(lambda: not card.model.partial, timeout=WAIT)


def test_a_model_that_is_not_trusted_says_why(
    converted_model: Path,
    models_folder: Path,
    make_page: Callable[[WorkerClient], ModelsPage],
    own_client: WorkerClient,
    wait_reply: WaitReply,
) -> None:
    shutil.copytree(converted_model, models_folder / "mine")
    files.write_trust(models_folder / "mine", 3, 16, "only 3 of 16 drawn pictures found their own words")
    reply = wait_reply(own_client, ModelsRequest)
    assert isinstance(reply, ModelsReply)
    card = make_page(own_client).card("mine")
    assert "only 3 of 16 drawn pictures" in card.state.text()
    assert card.use_button.isHidden()
    assert card.install_button.text() == "Install again"
    assert card.about.text() == "A model of your own."


def test_a_licence_that_restricts_use_is_asked_for(
    hub: Hub,
    make_page: Callable[[WorkerClient], ModelsPage],
    own_library: Path,
    start_client: Callable[[Path], WorkerClient],
    qtbot: QtBot,
) -> None:
    page = make_page(start_client(own_library))
    card = page.card("MobileCLIP2-S0")
    card.install_button.click()
    [box] = page.findChildren(QMessageBox)
    assert "research only" in box.informativeText()
    assert "huggingface.co/apple" in box.informativeText()
    assert not hub.asked
    _agree(page, "Accept and install")
    qtbot.waitUntil(lambda: bool(card.trouble.text()), timeout=WAIT)  # this hub does not have it
    assert hub.asked


# ---- words ----


def state(**changes: object) -> ModelState:
    made = ModelState("mine", "Mine", "", 5_000_000, "", installed=True, in_use=False, known=False)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_every_known_model_has_words_of_its_own(qtbot: QtBot) -> None:
    for card in registry.cards():
        model = state(
            name=card.name,
            known=True,
            good_for="?",
            languages=card.languages,
            restriction=card.restriction,
            licence=card.licence,
            licence_link=card.licence_link,
            figures_source=card.figures.source if card.figures else "",
            imagenet=card.figures.imagenet if card.figures else None,
        )
        assert model_words.about(model) != "?"
        assert card.languages in model_words._LANGUAGES
        assert bool(model_words.restriction(model)) == bool(card.restriction)
        assert f'href="{card.licence_link}"' in model_words.facts(model)
        assert (card.figures is None) or f'href="{card.figures.source}"' in model_words.facts(model)


@pytest.mark.parametrize(
    ("estimate", "told"),
    [
        (None, ""),
        (Estimate("mine", 0, 0.0), ""),
        (Estimate("mine", 9), "not measured yet"),
        (Estimate("mine", 9, 30.0), "Less than a minute"),
        (Estimate("mine", 9, 1800.0, "Pocket"), "by the speed of Pocket here"),
        (Estimate("mine", 9, 36_000.0), "About 10 hour"),
    ],
)
def test_times_are_told_as_they_are_known(qtbot: QtBot, estimate: Estimate | None, told: str) -> None:
    words = model_words.time_for(estimate)
    assert told in words
    assert bool(words) == bool(told)


def test_a_card_shows_what_goes_on(qtbot: QtBot) -> None:
    card = ModelCard(state())
    qtbot.addWidget(card)
    card.show()
    card.show_model(state(photos=7), 9)
    assert "7 of 9 photos read" in card.state.text()
    card.show_install(True)
    assert "turn" in card.progress_words.text()
    card.show_install(True, InstallProgressEvent(1, "mine", "downloading", 3_000_000_000, 4_000_000_000))
    assert (card.bar.value(), card.bar.maximum()) == (750, 1000)
    assert card.use_button.isHidden()
    card.show_install(False)
    assert not card.use_button.isHidden()
    card.show_switch(True, Progress(5, 50, 2.0, 22.0), "Pocket")
    assert "5 of 50" in card.progress_words.text()
    with qtbot.waitSignal(card.stay_requested):
        card.cancel_button.click()
    card.show_switch(False)
    assert card.running.isHidden()


def test_the_way_by_hand_names_buttons_not_commands() -> None:
    card = registry.card(NAME)
    for again in ("Try again when connected. ", ""):
        told = model_words.without_command(again + by_hand(card))
        assert told.startswith(again)
        assert "clipdesk models" not in told
        assert "Install from files" in told
        assert card.hub in told
    assert model_words.without_command("Free some space.") == "Free some space."
