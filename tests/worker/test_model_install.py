"""Installing models: from a hub on this machine, interrupted and resumed, by hand, refused, not trusted."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clipdesk.core import paths
from clipdesk.core.errors import CancelledError, ModelError
from clipdesk.core.install_messages import InstallPhase
from clipdesk.models import files, loader, registry, tuned
from clipdesk.worker import model_install
from tests.models import taught
from tests.models.hub_server import Hub, serving

NAME = "taught"
Told = list[tuple[InstallPhase, int, int]]


@pytest.fixture
def made(taught_model: Path) -> Path:
    """A small model that knows the sixteen pictures, as a folder of the hub."""
    return taught_model


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """clipdesk knows the model by name, and models lie in a folder of this test."""
    like = registry.card("ViT-B-32-256")
    from dataclasses import replace

    card = replace(like, name=NAME, hub="someone/model", title="Taught", architecture="ViT-S-32-alt")
    strict = replace(card, name="strict", restriction="For research only.")
    monkeypatch.setattr(registry, "_CARDS", (*registry.cards(), card, strict))
    monkeypatch.setattr(paths, "models_folder", lambda: tmp_path / "models")


@pytest.fixture
def server(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    content = {file.name: file.read_bytes() for file in made.iterdir()}
    hub = Hub(content | {"README.md": b"about"}, {"open_clip_model.safetensors"})
    with serving(hub):
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


def install(
    told: Told,
    source: Path | None = None,
    *,
    name: str = NAME,
    accepted: bool = False,
    trust: bool = False,
    stop: Callable[[], bool] | None = None,
    tuned: bool = False,
):
    return model_install.install(
        name,
        source,
        accepted=accepted,
        trust=trust,
        tuned=tuned,
        tell=lambda phase, done, total: told.append((phase, done, total)),
        cancelled=stop or (lambda: False),
    )


def test_a_model_is_fetched_converted_checked_and_used(server: Hub) -> None:
    told: Told = []
    found = install(told, tuned=True)
    assert found.trusted
    phases = list(dict.fromkeys(phase for phase, _, _ in told))
    assert phases == ["asking", "downloading", "converting", "checking", "tuning"]
    folder = loader.model_folder(NAME)
    tuning = tuned.read(folder)
    assert tuning is not None
    assert tuning.choice.agrees
    assert tuning.choice.speed == found.speed
    assert files.is_converted(folder)
    assert not (folder / "README.md").exists()
    assert files.distrust(folder) == ""
    assert not list(paths.models_folder().glob(".*"))
    asked = len(server.asked)
    encoder = loader.load_encoder(NAME)
    assert encoder.info.engine.startswith("ONNX Runtime")
    assert encoder.encode_texts(["a red square"]).shape == (1, 32)
    assert len(server.asked) == asked
    model_install.remove(NAME)
    assert not loader.is_installed(NAME)


def test_an_interrupted_download_goes_on(server: Hub) -> None:
    told: Told = []
    with pytest.raises(CancelledError):
        install(told, stop=lambda: any(done > 1_000_000 for _, done, _ in told))
    assert not loader.is_installed(NAME)
    assert install(told).trusted
    assert any(int(wanted.removeprefix("bytes=").removesuffix("-")) > 500_000 for wanted in server.ranges())


def test_converting_can_be_cancelled(server: Hub) -> None:
    told: Told = []
    with pytest.raises(CancelledError):
        install(told, stop=lambda: bool(told) and told[-1][0] == "converting")
    assert not loader.is_installed(NAME)
    assert (paths.models_folder() / f".installing-{NAME}" / "open_clip_model.safetensors").is_file()


def test_random_weights_are_installed_but_never_used(made: Path, tmp_path: Path) -> None:
    told: Told = []
    folder = taught.make(tmp_path / "random", steps=0)
    found = install(told, folder)
    assert "drawn pictures" in found.problem
    with pytest.raises(ModelError, match="not trusted") as error:
        loader.load_encoder(NAME)
    assert "clipdesk models remove taught" in error.value.hint
    model_install.remove(NAME)
    assert install(told, folder, trust=True).found == found.found
    assert loader.load_encoder(NAME).info.dim == 32


def test_files_by_hand_and_what_happens_when_they_change(made: Path) -> None:
    told: Told = []
    assert install(told, made).trusted
    assert [phase for phase, _, _ in told] == ["converting", "checking"]
    with pytest.raises(ModelError, match="already installed"):
        install(told, made)
    file = loader.model_folder(NAME) / "open_clip_model.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert "changed" in files.distrust(loader.model_folder(NAME))


def test_weights_of_another_architecture_are_refused(made: Path, tmp_path: Path) -> None:
    """Weights alone take the configuration of the model that is named."""
    weights = shutil.copyfile(made / "open_clip_model.safetensors", tmp_path / "w.safetensors")
    with pytest.raises(ModelError, match="do not fit"):
        install([], weights)
    assert not list(paths.models_folder().iterdir())


def test_a_licence_that_restricts_use_must_be_accepted(server: Hub) -> None:
    with pytest.raises(ModelError, match="For research only") as error:
        install([], name="strict")
    assert "--accept-licence" in error.value.hint
    assert not server.asked
    told: Told = []
    with pytest.raises(CancelledError):
        install(told, name="strict", accepted=True, stop=lambda: True)
    assert told[0][0] == "asking"
    assert server.asked


def test_a_small_disk_is_told_before_anything_is_fetched(server: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(Path.cwd())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(ModelError, match="too little space"):
        install([])
    assert not [path for _, path, _ in server.asked if "resolve" in path]


def test_a_hub_without_the_files_tells_the_way_by_hand(server: Hub) -> None:
    del server.files["open_clip_model.safetensors"]
    with pytest.raises(ModelError, match="no longer has") as error:
        install([])
    assert "--from FOLDER" in error.value.hint


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "pocket"])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(ModelError):
        install([], name=name)
