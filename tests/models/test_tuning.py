"""Tuning: only what agrees with float32 may be chosen, 8 bits survive outliers, and old results are not used."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from clipdesk.core import paths
from clipdesk.core.errors import CancelledError
from clipdesk.models import files, int8, loader, tuned, tuning
from clipdesk.models.convert import convert
from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.models.open_clip_encoder import OpenClipEncoder
from clipdesk.models.tuned import Candidate
from clipdesk.models.tuned_encoder import TunedEncoder
from clipdesk.search.grounds import ground

VIT: dict[str, Any] = {
    "embed_dim": 64,
    "vision_cfg": {"image_size": 64, "layers": 2, "width": 192, "head_width": 32, "patch_size": 16},
    "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 64, "heads": 2, "layers": 1},
}
BLOCK = "visual.transformer.resblocks.{}."


@pytest.fixture(scope="session")
def pixels() -> NDArray[np.uint8]:
    random = np.random.default_rng(0)
    return np.stack([np.asarray(ground(random, 64), np.uint8) for _ in range(40)])


@pytest.fixture(scope="session")
def outliers(make_model: Callable[..., Path]) -> Path:
    """A converted ViT some of whose channels are a hundred times larger than others, as in trained ones.

    The same function in float32: what a norm multiplies, the following weights divide.
    """
    from safetensors.numpy import load_file, save_file

    folder = make_model("outliers", VIT)
    weights = folder / files.WEIGHTS[0]
    state = load_file(weights)
    random = np.random.default_rng(0)
    for layer in range(2):
        for norm, product in (("ln_1", "attn.in_proj_weight"), ("ln_2", "mlp.c_fc.weight")):
            factor = np.ones(192, np.float32)
            factor[random.choice(192, 4, replace=False)] = 100
            for part in ("weight", "bias"):
                state[f"{BLOCK.format(layer)}{norm}.{part}"] *= factor
            state[BLOCK.format(layer) + product] /= factor
    save_file(state, weights)
    convert(folder)
    return folder


@pytest.fixture
def folder(outliers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it where installed models lie."""
    monkeypatch.setattr(paths, "models_folder", lambda: tmp_path / "models")
    return Path(shutil.copytree(outliers, tmp_path / "models" / "mine"))


@pytest.fixture(autouse=True)
def briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "_SECONDS", 0.05)


def cosines(folder: Path, pixels: NDArray[np.uint8], products: list[int8.Product], kept: tuple[str, ...] = ()) -> float:
    int8.write(folder / files.IMAGE_GRAPH, folder / tuned.INT8_GRAPH, products, kept)
    candidate = Candidate("onnx int8", "cpu", 2, 8, 0)
    found = OnnxEncoder(folder, 2, tuning=candidate).encode_images(pixels)
    return float((OnnxEncoder(folder, 2).encode_images(pixels) * found).sum(axis=1).min())


def test_smoothing_is_what_lets_8_bits_bear_large_channels(folder: Path, pixels: NDArray[np.uint8]) -> None:
    products = int8.examine(folder / files.IMAGE_GRAPH, pixels[:8])
    assert sum(product.smoothing is not None for product in products) >= 4
    plain = [replace(product, smoothing=None, rows=False) for product in products]
    smoothed = cosines(folder, pixels, products)
    assert smoothed > 0.999
    assert 1 - cosines(folder, pixels, plain) > 20 * (1 - smoothed)


def test_rows_can_be_scaled_and_products_kept(folder: Path, pixels: NDArray[np.uint8]) -> None:
    products = int8.examine(folder / files.IMAGE_GRAPH, pixels[:8])
    assert cosines(folder, pixels, [replace(product, rows=True) for product in products]) > 0.999
    assert cosines(folder, pixels, products, tuple(product.output for product in products)) > 1 - 1e-6
    graph = onnx.load_model(folder / tuned.INT8_GRAPH, load_external_data=False)
    assert not [node for node in graph.graph.node if node.op_type == "DynamicQuantizeMatMul"]
    assert (folder / tuned.INT8_GRAPH).stat().st_size < 200_000


def test_weights_of_which_there_are_links_can_be_read(folder: Path, pixels: NDArray[np.uint8]) -> None:
    (folder / "another name").hardlink_to(folder / files.WEIGHTS[0])
    assert cosines(folder, pixels, int8.examine(folder / files.IMAGE_GRAPH, pixels[:8])) > 0.999


def test_a_model_is_tuned_and_then_runs_so(folder: Path, pixels: NDArray[np.uint8]) -> None:
    found = tuning.tune(folder, "mine", pixels)
    engines = [candidate.engine for candidate in found.candidates]
    assert engines == ["onnx float32", "onnx int8", "torch float32", "torch bfloat16"]
    assert found.choice.agrees
    assert all(candidate.speed > 0 for candidate in found.candidates)
    assert tuned.read(folder) == found
    assert tuned.is_current(found, folder)
    assert not (folder / "image.trial.onnx").exists()
    assert (folder / tuned.INT8_GRAPH).exists() == (found.choice.engine == "onnx int8")
    encoder = loader.load_encoder("mine")
    vectors = encoder.encode_images(pixels)
    assert ((vectors * OnnxEncoder(folder).encode_images(pixels)).sum(axis=1) > 0.99).all()
    assert encoder.info.key == files.key_of(folder) == found.key


def choosing(folder: Path, engine: str) -> None:
    """Store that an engine was chosen."""
    choice = Candidate(engine, "cpu", 1, 8, 99.0)
    from clipdesk.models import speeds

    tuned.write(folder, tuned.Tuning(files.key_of(folder), speeds.machine(), 32, choice, (choice,)))


def test_layers_stay_float_until_the_rest_agrees(
    folder: Path, pixels: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without smoothing these products hurt: the tuner finds which, keeps few of them, and what is left agrees."""
    examine = int8.examine

    def plain(*arguments: Any) -> list[int8.Product]:
        found = examine(*arguments)
        worst = max(found, key=lambda product: product.error)
        return [replace(one, error=10.0 if one is worst else one.error) for one in found]

    judged: list[int] = []

    def strict(self: Any, candidate: Candidate, _: Any) -> Candidate:
        judged.append(candidate.kept)
        enough = candidate.kept >= 2 or candidate.engine != "onnx int8"
        return replace(candidate, mean=1.0 if enough else 0.9)

    monkeypatch.setattr(int8, "examine", plain)
    monkeypatch.setattr(tuning._Tuner, "_judged", strict)
    found = tuning.tune(folder, "mine", pixels, torch_too=False)
    chosen = next(candidate for candidate in found.candidates if candidate.engine == "onnx int8")
    assert chosen.kept == 2
    assert chosen.products > 4
    assert judged[0] == 0


def test_what_disagrees_is_never_chosen() -> None:
    slow = Candidate("onnx float32", "cpu", 2, 16, 10.0)
    quick = Candidate("onnx int8", "cpu", 2, 16, 30.0)
    assert tuning.choose([slow, quick]) is quick
    for spoilt in ({"mean": 0.9949}, {"worst": 0.979}, {"shared": 0.94}):
        assert tuning.choose([slow, replace(quick, **spoilt)]) is slow
    near = Candidate("torch bfloat16", "cpu", 2, 16, 12.0)
    assert tuning.choose([slow, near]) is slow, "PyTorch must be clearly faster"
    assert tuning.choose([slow, replace(near, speed=13.0)]).engine == "torch bfloat16"


def test_agreement() -> None:
    random = np.random.default_rng(0)
    rows = random.standard_normal((60, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assert tuning.agreement(rows, rows, rows[:9]) == (pytest.approx(1), pytest.approx(1), 1.0)
    other = rows.copy()
    other[0] = -other[0]
    mean, worst, shared = tuning.agreement(rows, other, rows[:9])
    assert worst == pytest.approx(-1)
    assert mean == pytest.approx(58 / 60)
    assert 0.8 < shared < 1
    other[0, 0] = np.nan
    assert tuning.agreement(rows, other, rows) == (0.0, 0.0, 0.0)


def test_results_of_another_machine_model_or_version_are_not_used(folder: Path, pixels: NDArray[np.uint8]) -> None:
    products = int8.examine(folder / files.IMAGE_GRAPH, pixels[:8])
    int8.write(folder / files.IMAGE_GRAPH, folder / tuned.INT8_GRAPH, products)
    choosing(folder, "onnx int8")
    assert loader.load_encoder("mine").info.engine == "ONNX Runtime int8, CPU"
    record = folder / tuned.RECORD
    content = json.loads(record.read_text())
    reference = OnnxEncoder(folder).encode_images(pixels)
    for name, value in (("machine", "another"), ("key", "mine-0123")):
        record.write_text(json.dumps(content | {name: value}))
        encoder = loader.load_encoder("mine")
        assert np.array_equal(encoder.encode_images(pixels), reference)
        assert encoder.info.engine == "ONNX Runtime, CPU"
    for broken in ("{", "[]", json.dumps(content | {"format": 99})):
        record.write_text(broken)
        assert tuned.read(folder) is None
    choosing(folder, "onnx int8")
    (folder / tuned.INT8_GRAPH).unlink()
    assert np.array_equal(loader.load_encoder("mine").encode_images(pixels), reference)


def test_pytorch_runs_full_batches_only(
    folder: Path, pixels: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    choosing(folder, "torch bfloat16")
    encoder = loader.load_encoder("mine")
    assert isinstance(encoder, TunedEncoder)
    reference = OnnxEncoder(folder)
    assert encoder.info.engine == "PyTorch bfloat16, CPU"
    assert np.array_equal(encoder.encode_images(pixels[:1]), reference.encode_images(pixels[:1]))
    assert np.array_equal(encoder.encode_texts(["a dog"]), reference.encode_texts(["a dog"]))
    many, exact = encoder.encode_images(pixels), reference.encode_images(pixels)
    assert not np.array_equal(many, exact)
    assert ((many * exact).sum(axis=1) > 0.999).all()
    assert np.allclose(np.linalg.norm(many, axis=1), 1, atol=1e-5)
    encoder.close()
    record = json.loads((folder / tuned.RECORD).read_text()) | {"machine": "another"}
    (folder / tuned.RECORD).write_text(json.dumps(record))
    stale = loader.load_encoder("mine")
    assert np.array_equal(stale.encode_images(pixels), exact)
    assert stale.info.engine == "ONNX Runtime, CPU"


def test_a_bundled_model_has_its_results_elsewhere_and_no_8_bits(
    pocket: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "models_folder", lambda: tmp_path)
    before = sorted(pocket.iterdir())
    size = files.describe(pocket).image.size
    random = np.random.default_rng(0)
    some = np.stack([np.asarray(ground(random, size), np.uint8) for _ in range(32)])
    found = tuning.tune(pocket, "pocket", some, torch_too=False)
    assert [candidate.engine for candidate in found.candidates] == ["onnx float32"]
    assert sorted(pocket.iterdir()) == before
    assert tuned.read(tuned.record_folder(pocket, "pocket")) == found
    assert loader.load_encoder("pocket").encode_images(some).shape[0] == 32


def test_it_can_be_cancelled(folder: Path, pixels: NDArray[np.uint8]) -> None:
    said: list[str] = []
    with pytest.raises(CancelledError):
        tuning.tune(folder, "mine", pixels, tell=said.append, cancelled=lambda: len(said) > 3)
    assert tuned.read(folder) is None
    assert not (folder / "image.trial.onnx").exists()


def test_too_little_memory_halves_the_batch(
    tiny_vit: Path, monkeypatch: pytest.MonkeyPatch, pixels: NDArray[np.uint8]
) -> None:
    import torch

    encoder = OpenClipEncoder(tiny_vit, "cpu")
    whole = encoder.encode_images(pixels)
    real, sizes = OpenClipEncoder(tiny_vit, "cpu")._encode_pixels, []

    def small(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        sizes.append(len(batch))
        if len(batch) > 5:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(batch)

    monkeypatch.setattr(encoder, "_encode_pixels", small)
    with pytest.raises(torch.OutOfMemoryError):
        encoder.encode_images(pixels)
    monkeypatch.setattr(encoder, "_device", "cuda")
    assert np.allclose(encoder.encode_images(pixels), whole, atol=1e-5)
    assert sizes[-1] <= 5
