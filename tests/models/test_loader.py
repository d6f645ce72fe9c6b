"""Finding models by name, and their keys."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipdesk.core import paths
from clipdesk.core.errors import ModelError
from clipdesk.models import files, loader
from clipdesk.models.onnx_encoder import OnnxEncoder


@pytest.fixture
def own_models() -> Iterator[Path]:
    """The user's models folder, empty."""
    folder = paths.models_folder()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


def copy_of(pocket: Path, folder: Path) -> Path:
    shutil.copytree(pocket, folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    return folder


def test_bundled_model_loads(own_models: Path) -> None:
    encoder = loader.load_encoder("pocket", threads=1)
    assert isinstance(encoder, OnnxEncoder)
    assert encoder.info.key == loader.encoder_key("pocket")
    assert encoder.info.bytes == loader.model_bytes("pocket")
    assert loader.installed() == ["pocket"]


def test_model_put_into_the_models_folder_loads(own_models: Path, pocket: Path) -> None:
    copy_of(pocket, own_models / "mine")
    (own_models / "not a model").mkdir()
    assert loader.installed() == ["pocket", "mine"]
    assert loader.is_installed("mine")
    assert loader.load_encoder("mine").info.name == "mine"


def test_unconverted_model_goes_to_torch(own_models: Path, tiny_vit: Path) -> None:
    (own_models / "tiny").mkdir()
    for name in ("open_clip_config.json", "open_clip_model.safetensors"):
        shutil.copyfile(tiny_vit / name, own_models / "tiny" / name)
    assert loader.load_encoder("tiny", device="cpu").info.engine == "PyTorch, CPU"


def test_known_but_not_installed_says_how_to_install_it() -> None:
    with pytest.raises(ModelError, match="not installed") as told:
        loader.load_encoder("ViT-B-32-256")
    assert told.value.hint == "Run: clipdesk models install ViT-B-32-256"
    assert not loader.is_installed("ViT-B-32-256")


@pytest.mark.parametrize("name", ["", ".", "..", "../pocket", "/etc", "no-such-model"])
def test_unknown_names_and_paths_are_refused(own_models: Path, name: str) -> None:
    with pytest.raises(ModelError, match="Unknown model"):
        loader.model_folder(name)


def test_key_follows_the_weights_and_the_configuration(pocket: Path, tmp_path: Path) -> None:
    copy = copy_of(pocket, tmp_path / "pocket")
    assert files.key_of(copy) == files.key_of(pocket)
    config = copy / "open_clip_config.json"
    config.write_text(config.read_text(encoding="utf-8").replace("\n", "\r\n"), encoding="utf-8")
    assert files.key_of(copy) == files.key_of(pocket)
    with (copy / "open_clip_model.safetensors").open("r+b") as weights:
        weights.seek(-1, 2)
        last = weights.read(1)
        weights.seek(-1, 2)
        weights.write(bytes([last[0] ^ 1]))
    changed = files.key_of(copy)
    assert changed != files.key_of(pocket)
    config.write_text(config.read_text(encoding="utf-8").replace("bicubic", "bilinear"), encoding="utf-8")
    assert files.key_of(copy) != changed


def test_key_names_the_folder(pocket: Path, tmp_path: Path) -> None:
    assert files.key_of(copy_of(pocket, tmp_path / "other")).replace("other", "pocket") == files.key_of(pocket)
