"""Core ML: conversion runs where coremltools is installed (Linux, macOS); predictions need a Mac."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from test_export import CONVOLUTIONS, VIT, save_model

from clipdesk.core.errors import UserError
from clipdesk.training import coreml

needs_coremltools = pytest.mark.skipif(
    importlib.util.find_spec("coremltools") is None, reason="coremltools is not installed (the extra coreml)"
)


@needs_coremltools
@pytest.mark.parametrize("precision", ["float16", "float32"])
@pytest.mark.parametrize("vision", [VIT, CONVOLUTIONS], ids=["vit", "convolutions"])
def test_programs_hold_the_models_numbers(vision: dict[str, object], precision: str, tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", vision)
    out = tmp_path / "out"
    report = coreml.export_coreml(folder, out, precision)
    checkpoint = (folder / "open_clip_model.safetensors").stat().st_size
    share = sum(report["files"].values()) / checkpoint
    assert (0.45 if precision == "float16" else 0.9) < share < (0.65 if precision == "float16" else 1.2)
    for name, check in report["weights"].items():
        assert (out / name).is_dir()
        assert check["unknown"] == []
        assert check["tensors"] > 3
        assert check["largest_difference"] < (2e-3 if precision == "float16" else 1e-5)
    assert ("agreement" in report) == (sys.platform == "darwin")
    if sys.platform == "darwin":
        assert min(part["worst_cosine"] for part in report["agreement"].values()) > 0.99


@pytest.mark.skipif(importlib.util.find_spec("coremltools") is not None, reason="coremltools is installed")
def test_what_to_install_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"clipdesk\[coreml\]"):
        coreml.export_coreml(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_int8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be exported in int8"):
        coreml.export_coreml(tmp_path, tmp_path / "out", "int8")


def test_weights_are_found_turned_and_rounded_and_strangers_are_named() -> None:
    rng = np.random.default_rng(0)
    own = rng.normal(size=(40, 30)).astype(np.float32)
    stored = [("turned", own.T.astype(np.float16)), ("same", own), ("other", rng.normal(size=(40, 30)))]
    matches = coreml.match_weights(stored, [("own", own), ("small", own[:2])])
    assert [match.own for match in matches] == ["own", "own", None]
    check = coreml.weights_report(matches)
    assert (check["tensors"], check["unknown"]) == (3, ["other"])
    assert 0 < check["largest_difference"] < 1e-3
    assert matches[1].difference == 0


def test_batch_norms_are_multiplied_into_convolutions() -> None:
    import torch

    network = torch.nn.Sequential(torch.nn.Conv2d(16, 16, 3, bias=False), torch.nn.BatchNorm2d(16)).eval()
    torch.nn.init.uniform_(network[1].running_var, 0.5, 2)
    fused = torch.nn.utils.fusion.fuse_conv_bn_eval(network[0], network[1]).weight.detach().numpy()
    matches = coreml.match_weights([("fused", fused)], coreml.known_weights(network))
    assert matches[0].own == "0.weight, times a batch norm"
    assert matches[0].difference < 1e-5
    assert coreml.missing_weights(network, matches) == []
    assert coreml.missing_weights(network, []) == ["0.weight"]
