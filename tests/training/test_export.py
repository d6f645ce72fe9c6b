"""Exports checked against PyTorch: a tiny ViT and a tiny convolutional network, random weights."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from clipdesk.core.errors import ModelError, UserError
from clipdesk.models import files
from clipdesk.models.loader import load_encoder, model_folder
from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.models.quantise import embed_weights, per_channel
from clipdesk.training import export

TEXT: dict[str, Any] = {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2}
VIT: dict[str, Any] = {"image_size": 64, "layers": 2, "width": 64, "head_width": 16, "patch_size": 16}
CONVOLUTIONS: dict[str, Any] = {
    "image_size": 64,
    "timm_model_name": "test_resnet",
    "timm_pool": "avg",
    "timm_proj": "linear",
}


def save_model(folder: Path, vision: dict[str, Any]) -> Path:
    """A random open_clip model, float32."""
    import torch
    from safetensors.torch import save_file

    from clipdesk.models import torchvision_operators

    torchvision_operators.ensure()
    import open_clip

    torch.manual_seed(0)
    config = {"embed_dim": 32, "vision_cfg": vision, "text_cfg": TEXT}
    model = open_clip.CLIP(**config)
    for norm in (module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)):
        torch.nn.init.uniform_(norm.running_var, 0.5, 1.5)
        torch.nn.init.uniform_(norm.weight, 0.5, 1.5)
    folder.mkdir()
    (folder / files.CONFIG).write_text(json.dumps({"model_cfg": config}), encoding="utf-8")
    save_file({name: value.clone() for name, value in model.state_dict().items()}, folder / files.WEIGHTS[0])
    return folder


@pytest.fixture(scope="module")
def tiny_vit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "tiny", VIT)


@pytest.fixture(scope="module")
def tiny_convolutions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "convolutions", CONVOLUTIONS)


def types_of(graph: Path) -> dict[int, int]:
    """Numbers in the graph's weights by ONNX element type."""
    found: dict[int, int] = {}
    for tensor in onnx.load(str(graph), load_external_data=False).graph.initializer:
        found[tensor.data_type] = found.get(tensor.data_type, 0) + int(np.prod(tensor.dims))
    return found


@pytest.mark.parametrize(
    ("precision", "least", "bytes_each"), [("float32", 0.99999, 4), ("float16", 0.9999, 2), ("int8", 0.99, 1)]
)
@pytest.mark.parametrize("model", ["tiny_vit", "tiny_convolutions"])
def test_every_precision_agrees_with_torch(
    model: str, precision: str, least: float, bytes_each: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder: Path = request.getfixturevalue(model)
    out = tmp_path / "exported"
    report = export.export_onnx(folder, out, precision, threads=2)
    for part in report["agreement"].values():
        assert least < part["worst_cosine"] <= part["mean_cosine"] <= 1.000001
    assert json.loads((out / export.REPORT).read_text(encoding="utf-8")) == report
    assert not (out / files.WEIGHTS[0]).exists()
    numbers = sum(np.prod(t.dims) for t in onnx.load(str(out / "text.onnx")).graph.initializer)
    size = report["files"]["text.onnx"]
    assert bytes_each * numbers < size < bytes_each * numbers * 1.25 + 100_000
    main = {"float32": onnx.TensorProto.FLOAT, "float16": onnx.TensorProto.FLOAT16}.get(precision)
    for graph in ("image.onnx", "text.onnx"):
        kinds = types_of(out / graph)
        eight = kinds.get(onnx.TensorProto.INT8, 0) + kinds.get(onnx.TensorProto.UINT8, 0)
        assert (eight if main is None else kinds[main]) > 0.9 * sum(kinds.values()), (graph, kinds)


def test_an_export_is_a_model_again(tiny_vit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clipdesk.core.paths.models_folder", lambda: tmp_path)
    export.export_onnx(tiny_vit, tmp_path / "small", "int8", threads=2)
    assert model_folder("small") == tmp_path / "small"
    encoder = load_encoder("small", threads=1)
    vector = encoder.encode_texts(["a dog"])
    assert vector.shape == (1, 32)
    assert encoder.info.key.startswith("small-")
    assert encoder.info.key != files.key_of(tiny_vit)
    encoder.close()
    with pytest.raises(ModelError, match="No weights"):
        export.export_onnx(tmp_path / "small", tmp_path / "again", "float32")
    assert not (tmp_path / "again").exists()


def test_folders_in_use_and_unknown_precisions_are_refused(tiny_vit: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="not empty"):
        export.export_onnx(tiny_vit, tmp_path, "float32")
    assert (tmp_path / "notes.txt").read_text() == "mine"
    with pytest.raises(UserError, match="float8"):
        export.export_onnx(tiny_vit, tmp_path / "new", "float8")
    assert not (tmp_path / "new").exists()


def test_a_bad_export_is_not_left_behind(tiny_vit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(export._LEAST, "int8", 1.1)
    with pytest.raises(ModelError, match="Choose a higher precision"):
        export.export_onnx(tiny_vit, tmp_path / "new", "int8", threads=2)
    assert not (tmp_path / "new").exists()


def test_source_is_a_name_or_a_folder(tiny_vit: Path) -> None:
    assert export.source_folder(str(tiny_vit)) == tiny_vit
    assert export.source_folder("pocket") == model_folder("pocket")
    with pytest.raises(ModelError, match="nowhere"):
        export.source_folder("nowhere")


def test_real_photos_are_taken_evenly(photos_folder: Path) -> None:
    spec = OnnxEncoder(model_folder("pocket")).info.image
    pixels = export.check_pictures(spec, photos_folder / "library", 8)
    assert 4 <= len(pixels) <= 8
    assert pixels.shape[1:] == (spec.size, spec.size, 3)
    assert pixels.std() > 20


def test_per_channel_rounds_to_the_nearest_step() -> None:
    weights = np.random.default_rng(0).normal(size=(5, 3, 2, 2)).astype(np.float32) * np.float32(0.3)
    weights[4] = 0
    values, scales = per_channel(weights)
    assert (values.dtype, scales.shape) == (np.int8, (5, 1, 1, 1))
    assert np.abs(values[:4].reshape(4, -1)).max(1).tolist() == [127] * 4
    assert (np.abs(values * scales - weights) <= scales / 2 + 1e-7).all()


def test_bundled_model_in_one_file(tmp_path: Path) -> None:
    """The graph of the bundled model points into its safetensors file; the copy holds the weights and works alone."""
    folder = model_folder("pocket")
    embed_weights(folder / "image.onnx", tmp_path / "image.onnx")
    for name in ("clipdesk.json", files.CONFIG):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    pixels = export.check_pictures(OnnxEncoder(folder).info.image, None, 8)
    alone, whole = OnnxEncoder(tmp_path, 2), OnnxEncoder(folder, 2)
    np.testing.assert_array_equal(alone.encode_images(pixels), whole.encode_images(pixels))
