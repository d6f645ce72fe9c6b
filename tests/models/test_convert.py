"""PyTorch, the reference, against ONNX Runtime on the same files; and weights that must be refused.

One module for everything that loads torch into the test process, since that takes seconds.
"""

import json
import logging
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from clipdesk.core.errors import ModelError
from clipdesk.models.convert import convert
from clipdesk.models.files import describe
from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.models.open_clip_encoder import OpenClipEncoder, make_folder, pick_device

TEXTS = ["a dog running on the beach", "kids jumping into a pool", "", "red " * 100, "Zürich 😀", "2 o'clock"]


@pytest.fixture(scope="module")
def converted_vit(tiny_vit: Path) -> Path:
    convert(tiny_vit)
    return tiny_vit


@pytest.fixture(scope="module")
def converted_modern(tiny_modern: Path) -> Path:
    convert(tiny_modern)
    return tiny_modern


def lowest_cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float((a * b).sum(axis=1).min())


def agreement(folder: Path, pixels: NDArray[np.uint8]) -> float:
    """The lowest cosine between both engines, on photos and texts."""
    reference, converted = OpenClipEncoder(folder, "cpu"), OnnxEncoder(folder, 2)
    assert reference.info.key == converted.info.key
    assert reference.info.image == converted.info.image
    size = reference.info.image.size
    step = pixels.shape[1] // size
    small = np.ascontiguousarray(pixels[:, : step * size : step, : step * size : step])
    pictures = lowest_cosine(reference.encode_images(small), converted.encode_images(small))
    return min(pictures, lowest_cosine(reference.encode_texts(TEXTS), converted.encode_texts(TEXTS)))


def test_bundled_model(pocket: Path, photo_pixels: NDArray[np.uint8]) -> None:
    assert agreement(pocket, photo_pixels) > 0.9999


def test_vit(converted_vit: Path, photo_pixels: NDArray[np.uint8]) -> None:
    assert agreement(converted_vit, photo_pixels) > 0.9999
    assert describe(converted_vit).text.trim


def test_timm_network_in_half_precision(converted_modern: Path, photo_pixels: NDArray[np.uint8]) -> None:
    assert agreement(converted_modern, photo_pixels) > 0.9999
    assert not describe(converted_modern).text.trim


@pytest.mark.parametrize("name", ["image.onnx", "text.onnx"])
def test_graphs_hold_no_weights_and_accept_any_number(converted_modern: Path, name: str) -> None:
    graph = onnx.load(str(converted_modern / name), load_external_data=False)
    largest = max((len(tensor.raw_data) for tensor in graph.graph.initializer), default=0)
    assert largest < 1000
    assert (converted_modern / name).stat().st_size < 300_000
    assert graph.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "n"
    assert [entry.version for entry in graph.opset_import if entry.domain == ""] == [17]


def test_preprocessing_is_the_models_own(converted_vit: Path) -> None:
    image = describe(converted_vit).image
    assert (image.size, image.resize, image.interpolation) == (64, "squash", "bilinear")
    assert (image.mean, image.std) == ((0.5,) * 3, (0.25,) * 3)


def test_converting_again_gives_the_same_files(converted_vit: Path, tmp_path: Path) -> None:
    again = tmp_path / "tiny-vit"
    again.mkdir()
    for name in ("open_clip_config.json", "open_clip_model.safetensors"):
        shutil.copyfile(converted_vit / name, again / name)
    convert(again)
    for file in converted_vit.iterdir():
        assert file.read_bytes() == (again / file.name).read_bytes(), file.name


def test_torch_encoder_gives_unit_vectors(tiny_vit: Path, caplog: pytest.LogCaptureFixture) -> None:
    handlers = list(logging.getLogger().handlers)
    encoder = OpenClipEncoder(tiny_vit, "cpu", threads=2)
    assert logging.getLogger().handlers == handlers
    texts = encoder.encode_texts(TEXTS)
    assert texts.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(texts, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(texts, encoder.encode_texts(TEXTS))
    assert encoder.encode_texts([]).shape == (0, 32)
    pixels = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
    assert encoder.encode_images(pixels).shape == (3, 32)
    with pytest.raises(ValueError, match="pixels must be uint8"):
        encoder.encode_images(pixels[:, :32])
    assert (encoder.unknown_share("犬"), encoder.info.engine) == (1, "PyTorch, CPU")
    encoder.close()


def test_architecture_with_a_checkpoint_of_its_own(tmp_path: Path) -> None:
    checkpoint = tmp_path / "weights.safetensors"
    checkpoint.write_bytes(b"weights")
    make_folder(tmp_path / "made", "ViT-B-32", checkpoint, "openai")
    config = json.loads((tmp_path / "made" / "open_clip_config.json").read_text(encoding="utf-8"))
    assert config["model_cfg"]["quick_gelu"]
    assert config["preprocess_cfg"]["resize_mode"] == "shortest"
    assert (tmp_path / "made" / "open_clip_model.safetensors").read_bytes() == b"weights"
    with pytest.raises(ModelError, match="ViT-Z-99"):
        make_folder(tmp_path / "other", "ViT-Z-99", checkpoint)


def test_plain_pickled_weights_load(make_model: Callable[..., Path], tiny_vit: Path) -> None:
    config = json.loads((tiny_vit / "open_clip_config.json").read_text(encoding="utf-8"))["model_cfg"]
    folder = make_model("tiny-pickled", config, pickled=True)
    same = lowest_cosine(
        OpenClipEncoder(folder, "cpu").encode_texts(TEXTS), OpenClipEncoder(tiny_vit).encode_texts(TEXTS)
    )
    assert same > 0.999999
    with pytest.raises(ModelError, match="Only safetensors"):
        convert(folder)


class Evil:
    """A pickle that would run a program."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[Path]]:
        return Path.touch, (self.mark,)


def refused(folder: Path) -> str:
    with pytest.raises(ModelError) as told:
        OpenClipEncoder(folder, "cpu")
    assert "\n" not in str(told.value)
    assert told.value.hint
    return told.value.message


@pytest.fixture
def only_config(tiny_vit: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "broken"
    folder.mkdir()
    shutil.copyfile(tiny_vit / "open_clip_config.json", folder / "open_clip_config.json")
    return folder


def test_pickled_programs_are_refused_and_not_run(only_config: Path, tmp_path: Path) -> None:
    import torch

    mark = tmp_path / "ran"
    torch.save({"state_dict": {"a": Evil(mark)}}, only_config / "open_clip_pytorch_model.bin")
    assert "plain numbers" in refused(only_config)
    (only_config / "open_clip_pytorch_model.bin").write_bytes(pickle.dumps(Evil(mark)))
    assert "plain numbers" in refused(only_config)
    assert not mark.exists()


@pytest.mark.parametrize("data", [b"", b"garbage", b"\xff" * 100])
def test_damaged_weights_are_refused(only_config: Path, data: bytes) -> None:
    (only_config / "open_clip_model.safetensors").write_bytes(data)
    assert "plain numbers" in refused(only_config)


def test_weights_of_another_shape_are_refused(tiny_vit: Path, only_config: Path) -> None:
    config = json.loads((only_config / "open_clip_config.json").read_text(encoding="utf-8"))
    config["model_cfg"]["embed_dim"] = 48
    (only_config / "open_clip_config.json").write_text(json.dumps(config), encoding="utf-8")
    shutil.copyfile(tiny_vit / "open_clip_model.safetensors", only_config / "open_clip_model.safetensors")
    assert "do not fit" in refused(only_config)


def test_missing_weights_and_configuration_are_told(only_config: Path, tmp_path: Path) -> None:
    assert "No weights" in refused(only_config)
    assert "configuration cannot be read" in refused(tmp_path)


def test_devices() -> None:
    import torch

    assert pick_device("cpu") == "cpu"
    best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    assert pick_device("auto") == best
    for name in ({"cuda", "mps"} - {best}) if best != "cpu" else {"cuda", "mps"}:
        with pytest.raises(ModelError, match="not available"):
            pick_device(name)  # type: ignore[arg-type]
