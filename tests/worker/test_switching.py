"""Changing over to another model: in the background, resumed, cancelled, given way; moved libraries; removing."""

import itertools
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hooks import Gate, picture, pictures

from clipdesk.catalog.library import open_library
from clipdesk.core import paths
from clipdesk.core import settings as stored
from clipdesk.core.errors import ModelError
from clipdesk.core.install_messages import (
    EstimatesReply,
    EstimatesRequest,
    ModelsReply,
    ModelsRequest,
    RemoveModelRequest,
)
from clipdesk.core.messages import (
    CancelRequest,
    Done,
    Event,
    Failed,
    IndexReply,
    IndexRequest,
    ProgressEvent,
    Reply,
    SearchReply,
    SearchRequest,
    UseModelRequest,
)
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import ViewedRequest
from clipdesk.models import files, loader, registry, speeds
from clipdesk.worker import switching
from clipdesk.worker.resources import Hooks
from clipdesk.worker.service import Service

NAME = "taught"
_SETTINGS = Settings(decoder_processes=1, threads=1)
_PHOTOS = 40
_NUMBERS = itertools.count(1000)
"""Two batches and a half."""


class Listener:
    """Keeps what a service says, and lets a test wait for it."""

    def __init__(self) -> None:
        self.messages: list[Reply | Event] = []
        self._changed = threading.Condition()

    def __call__(self, message: Reply | Event) -> None:
        with self._changed:
            self.messages.append(message)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[Reply | Event], bool]) -> Reply | Event:
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(wanted, self.messages)), 60), "it was never said"
            return next(message for message in self.messages if wanted(message))

    def reply(self, request_id: int) -> Reply | Event:
        return self.wait(lambda message: isinstance(message, Reply) and message.id == request_id)


@pytest.fixture(autouse=True)
def installed(converted_model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The small model is installed and known by name; models and settings are this test's own."""
    monkeypatch.setattr(paths, "models_folder", lambda: tmp_path / "models")
    monkeypatch.setattr(stored, "settings_file", lambda: tmp_path / "settings.toml")
    monkeypatch.setattr(paths, "cache_folder", lambda: tmp_path / "cache")
    shutil.copytree(converted_model, tmp_path / "models" / NAME)
    card = replace(registry.card("ViT-B-32-256"), name=NAME, title="Taught", hub="someone/model", image_gflop=0.01)
    monkeypatch.setattr(registry, "_CARDS", (*registry.cards(), card))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Indexed with the bundled model."""
    service = Service(tmp_path / "library", _SETTINGS, write=True, create=True, emit=lambda _: None)
    reply = service.call(IndexRequest(1, (pictures(tmp_path / "Photos", _PHOTOS),)))
    service.close()
    assert isinstance(reply, IndexReply)
    assert reply.report.added == _PHOTOS
    return tmp_path / "library"


@pytest.fixture
def opened(library: Path) -> Iterator[Callable[..., tuple[Service, Listener]]]:
    """Opens the library, as a worker does; `hold` is the batch that waits for `gate`/go."""
    services: list[Service] = []

    def start(gate: Gate | None = None, settings: Settings = _SETTINGS) -> tuple[Service, Listener]:
        listener = Listener()
        hooks = Hooks(load_encoder=gate) if gate else Hooks()
        service = Service(library, settings, write=True, emit=listener, hooks=hooks)
        services.append(service)
        switching.begin(service.resources)
        service.start()
        return service, listener

    yield start
    for service in services:
        service.close()


def models(service: Service) -> ModelsReply:
    reply = service.call(ModelsRequest(99))
    assert isinstance(reply, ModelsReply)
    return reply


def state(service: Service, name: str = NAME):
    return next(model for model in models(service).models if model.name == name)


def wanted(service: Service, listener: Listener) -> str:
    """Asked in its turn, as the window asks: what the service told itself before comes first."""
    number = next(_NUMBERS)
    service.submit(ModelsRequest(number))
    reply = listener.reply(number)
    assert isinstance(reply, ModelsReply)
    return reply.wanted


def hits(service: Service) -> int:
    reply = service.call(SearchRequest(98, "squares", limit=200))
    assert isinstance(reply, SearchReply)
    return len(reply.hits)


Opened = Callable[..., tuple[Service, Listener]]


def test_the_old_model_answers_until_all_photos_are_read(opened: Opened, tmp_path: Path) -> None:
    service, listener = opened(Gate(tmp_path, hold=2))
    service.submit(UseModelRequest(5, NAME))
    told = listener.wait(lambda one: isinstance(one, ProgressEvent) and one.progress.done > 0)
    assert isinstance(told, ProgressEvent)
    assert (told.request_id, told.model, told.progress.total) == (5, NAME, _PHOTOS)
    assert hits(service) == _PHOTOS
    assert models(service).wanted == NAME
    assert state(service, "pocket").in_use
    assert state(service).photos == 16
    (tmp_path / "go").touch()
    assert isinstance(listener.reply(5), Done)
    assert state(service).in_use
    assert (state(service).photos, wanted(service, listener)) == (_PHOTOS, "")
    assert hits(service) == _PHOTOS
    assert stored.load().model == NAME
    # The way back takes no reading at all: the old embeddings are kept.
    (tmp_path / "batches").unlink()
    service.submit(UseModelRequest(6, "pocket"))
    assert isinstance(listener.reply(6), Done)
    assert Gate(tmp_path, hold=0).embedded() == 0


def test_it_goes_on_after_a_restart(opened: Opened, tmp_path: Path) -> None:
    service, listener = opened(Gate(tmp_path, hold=2))
    service.submit(UseModelRequest(5, NAME))
    listener.wait(lambda one: isinstance(one, ProgressEvent) and one.progress.done > 0)
    closing = threading.Thread(target=service.close)
    closing.start()
    assert service.stopping.wait(30)
    (tmp_path / "go").touch()
    closing.join()
    assert isinstance(listener.reply(5), Failed)
    service, listener = opened(Gate(tmp_path, hold=0))
    assert models(service).wanted == NAME
    assert state(service, "pocket").in_use
    service.submit(UseModelRequest(6, NAME))
    assert isinstance(listener.reply(6), Done)
    totals = {one.progress.total for one in listener.messages if isinstance(one, ProgressEvent)}
    assert max(totals) < _PHOTOS
    assert state(service).photos == _PHOTOS


def test_whoever_cancels_stays_with_the_old_model(opened: Opened, tmp_path: Path) -> None:
    service, listener = opened(Gate(tmp_path, hold=2))
    service.submit(UseModelRequest(5, NAME))
    listener.wait(lambda one: isinstance(one, ProgressEvent) and one.progress.done > 0)
    service.submit(CancelRequest(6, 5))
    (tmp_path / "go").touch()
    assert isinstance(listener.reply(5), Failed)
    service.call(SearchRequest(7, "squares"))
    assert state(service, "pocket").in_use
    listener.wait(lambda _: models(service).wanted == "")


def test_other_runs_need_not_wait(opened: Opened, tmp_path: Path) -> None:
    service, listener = opened(Gate(tmp_path, hold=2))
    service.submit(UseModelRequest(5, NAME))
    listener.wait(lambda one: isinstance(one, ProgressEvent) and one.progress.done > 0)
    picture(tmp_path / "Photos" / "new.jpg", 999)
    service.submit(IndexRequest(6))
    (tmp_path / "go").touch()
    assert isinstance(listener.reply(5), Done)
    replies = [one.id for one in listener.messages if isinstance(one, Reply) and one.id in (5, 6)]
    assert replies == [6, 5]
    assert state(service).photos == _PHOTOS + 1
    assert state(service).in_use


def test_the_last_wish_holds(opened: Opened, tmp_path: Path) -> None:
    service, listener = opened(Gate(tmp_path, hold=2))
    service.submit(UseModelRequest(5, NAME))
    listener.wait(lambda one: isinstance(one, ProgressEvent) and one.progress.done > 0)
    service.submit(UseModelRequest(6, "pocket"))
    (tmp_path / "go").touch()
    assert isinstance(listener.reply(5), Failed)
    assert isinstance(listener.reply(6), Done)
    assert state(service, "pocket").in_use
    assert wanted(service, listener) == ""


def test_what_was_looked_at_is_read_first(opened: Opened, tmp_path: Path) -> None:
    service, listener = opened(Gate(tmp_path, hold=2))
    oldest = int(service.resources.library.catalog.photos.filter([])[-1])
    service.call(ViewedRequest(4, (oldest,)))
    service.submit(UseModelRequest(5, NAME))
    listener.wait(lambda one: isinstance(one, ProgressEvent) and one.progress.done > 0)
    ids, _ = service.resources.library.catalog.embeddings.vectors_of(loader.encoder_key(NAME), [oldest])
    assert ids.tolist() == [oldest]
    (tmp_path / "go").touch()
    assert isinstance(listener.reply(5), Done)


def test_a_library_that_knows_another_model_answers_with_it(opened: Opened) -> None:
    """The model was chosen for another library, or on the command line."""
    service, _ = opened(settings=_SETTINGS.model_copy(update={"model": NAME}))
    assert state(service, "pocket").in_use
    assert models(service).wanted == NAME
    assert hits(service) == _PHOTOS
    service.close()
    service, _ = opened(settings=_SETTINGS.model_copy(update={"model": "gone"}))
    assert state(service, "pocket").in_use


def test_a_moved_library_needs_no_reading(library: Path, opened: Opened, tmp_path: Path) -> None:
    """Nor one from another computer with the same model."""
    service, listener = opened()
    service.submit(UseModelRequest(5, NAME))
    assert isinstance(listener.reply(5), Done)
    service.close()
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(library, elsewhere / "library")
    shutil.copytree(tmp_path / "Photos", elsewhere / "Photos")
    with open_library(elsewhere / "library", write=True) as moved:
        [folder] = moved.catalog.folders.all()
        moved.catalog.folders.update(folder.id, path=elsewhere / "Photos")
    gate = Gate(tmp_path, hold=0)
    moved = Service(elsewhere / "library", _SETTINGS, write=True, emit=lambda _: None, hooks=Hooks(load_encoder=gate))
    try:
        moved.call(IndexRequest(1))
        moved.call(UseModelRequest(2, NAME))
        assert state(moved).in_use
        assert hits(moved) == _PHOTOS
        assert gate.embedded() == 0
    finally:
        moved.close()


def test_removing_a_model_frees_its_files_and_embeddings(opened: Opened, tmp_path: Path) -> None:
    service, listener = opened()
    service.submit(UseModelRequest(5, NAME))
    assert isinstance(listener.reply(5), Done)
    assert state(service).embeddings_bytes > _PHOTOS * 64
    with pytest.raises(ModelError, match="in use"):
        service.call(RemoveModelRequest(6, NAME))
    service.call(RemoveModelRequest(7, "pocket"))  # its embeddings alone: it comes with clipdesk
    assert state(service, "pocket").installed
    assert state(service, "pocket").photos == 0
    service.submit(UseModelRequest(8, "pocket"))
    assert isinstance(listener.reply(8), Done)
    assert state(service, "pocket").photos == _PHOTOS
    assert service.call(RemoveModelRequest(9, NAME)) == Done(9)
    assert not (tmp_path / "models" / NAME).exists()
    assert len(service.resources.library.catalog.embeddings.models()) == 1
    with pytest.raises(ModelError, match="not installed"):
        service.call(RemoveModelRequest(10, NAME))


def test_a_model_that_is_not_trusted_is_told_and_not_used(opened: Opened) -> None:
    service, listener = opened()
    files.write_trust(loader.model_folder(NAME), 3, 16, "only 3 of 16 drawn pictures found their own words")
    assert "drawn pictures" in state(service).problem
    service.submit(UseModelRequest(5, NAME))
    reply = listener.reply(5)
    assert isinstance(reply, Failed)
    assert "not trusted" in reply.message
    assert wanted(service, listener) == ""
    assert hits(service) == _PHOTOS


def test_estimates_are_measured_or_say_that_they_are_not(opened: Opened) -> None:
    service, _ = opened()

    def ask() -> dict[str, tuple[int, float | None, str]]:
        reply = service.call(EstimatesRequest(5))
        assert isinstance(reply, EstimatesReply)
        return {one.name: (one.photos, one.seconds, one.scaled_from) for one in reply.estimates}

    with service.resources.indexing:  # photos are being read: a measurement would be wrong
        assert ask()[NAME] == (_PHOTOS, None, "")
    told = ask()
    photos, seconds, source = told[NAME]
    assert (photos, source) == (_PHOTOS, "")
    assert seconds is not None
    assert 0 < seconds < 60
    assert told["pocket"][0] == 0
    large = told["ViT-B-16-SigLIP2"]
    assert large[0] == _PHOTOS
    assert large[2] in ("Taught", "Pocket")
    assert large[1] is not None
    rate = speeds.of(loader.encoder_key("pocket"))
    assert rate is not None
    # Twice as slow an encoder is seen at once; nothing is measured again.
    speeds.record(loader.encoder_key(NAME), 1.0)
    slower = ask()[NAME][1]
    assert slower is not None
    assert slower >= _PHOTOS
    assert ask()["pocket"] == told["pocket"]


def test_the_command_line_changes_over_too(library: Path, tmp_path: Path) -> None:
    """It reads the photos at once, while a search would still be answered with the old model."""
    environment = os.environ | {
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    shutil.copytree(tmp_path / "models" / NAME, tmp_path / "data" / "clipdesk" / "models" / NAME)

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "clipdesk", "--library", str(library), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    assert "pocket answers until then" in run("models", "use", NAME)
    with open_library(library, write=False) as opened:
        counts = opened.catalog.embeddings.models()
    assert sorted(counts.values()) == [_PHOTOS, _PHOTOS]
    assert len(run("search", "squares", "--limit", "100").splitlines()) >= _PHOTOS
    assert "pocket answers from now on" in run("models", "remove", NAME)
    with open_library(library, write=False) as opened:
        assert list(opened.catalog.embeddings.models().values()) == [_PHOTOS]
