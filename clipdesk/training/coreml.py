"""Core ML for Apple's devices, through coremltools (the extra `coreml`): one program for each tower.

coremltools 9 is tested by its makers with PyTorch up to 2.7. With PyTorch 2.13, which clipdesk uses, models traced by
`torch.jit` fail on attention; those captured by `torch.export` with fixed sizes convert. Conversion runs on Linux and
macOS; only a Mac can run the outcome, so elsewhere its numbers are read back and compared with the model's.
"""

import contextlib
import importlib
import io
import json
import logging
import shutil
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Matrix
from clipdesk.core.errors import ModelError, UserError
from clipdesk.models import files
from clipdesk.training.export import REPORT, check_pictures, check_texts, cosines, new_folder

if TYPE_CHECKING:
    import torch

PRECISIONS = ("float16", "float32")
IMAGE, TEXT = "image.mlpackage", "text.mlpackage"
_LARGE = 1024
"""Constants with fewer elements are shapes and small vectors, which converters fold together."""
_TOLERANCE = {"float16": 2e-3, "float32": 1e-5}
"""Largest difference of a weight, relative to the largest of its tensor."""


def tools() -> Any:
    """The coremltools module; UserError when it is not installed or cannot be used here."""
    logger = logging.getLogger("coremltools")
    level = logger.level
    # Away from a Mac it warns of every part that only a Mac has.
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            coremltools = importlib.import_module("coremltools")  # an extra: most installations have none
    except ImportError as error:
        raise UserError(
            "Core ML needs coremltools, which is not installed", 'On Linux or macOS: pip install "clipdesk[coreml]"'
        ) from error
    finally:
        logger.setLevel(level)
    return coremltools


def export_coreml(folder: Path, out: Path, precision: str = "float16") -> dict[str, Any]:
    """Write `image.mlpackage` and `text.mlpackage` of the model of `folder` into `out`; returns sizes and checks.

    The image program takes float32 [1, 3, size, size] in 0..1 (it normalises by itself), the text program int32
    [1, context length] token ids; both give "embedding", float32 [1, dim], unit length. "weights" says how far the
    programs' numbers are from the model's; on a Mac "agreement" has the cosines of what they predict. Raises UserError
    without coremltools, ModelError when the programs do not hold the model's numbers.
    """
    if precision not in PRECISIONS:
        raise UserError(f"Core ML cannot be exported in {precision}", f"Choose one of {', '.join(PRECISIONS)}.")
    coremltools = tools()
    from clipdesk.models.open_clip_encoder import load_model

    config = files.read_config(folder)
    model = load_model(folder)
    wholes = _towers(model, config)
    known = known_weights(model)
    with new_folder(out):
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            # Progress bars, and remarks on a version of PyTorch that its makers have not tested.
            warnings.simplefilter("ignore")
            matches = {
                name: _convert(coremltools, tower, example, out / name, precision, known)
                for name, tower, example in wholes
            }
        for file in folder.iterdir():
            if file.name in (files.CONFIG, files.DESCRIPTION) or file.name.startswith(("merges", "tokenizer")):
                shutil.copyfile(file, out / file.name)
        report: dict[str, Any] = {
            "model": folder.name,
            "format": "coreml",
            "precision": precision,
            "files": {name: _bytes(out / name) for name in matches},
            "weights": {name: weights_report(found) for name, found in matches.items()},
        }
        _check(report, missing_weights(model, [match for found in matches.values() for match in found]), out)
        if sys.platform == "darwin":
            report["agreement"] = predictions_agreement(coremltools, folder, out)
        (out / REPORT).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return report


def _check(report: dict[str, Any], missing: Sequence[str], out: Path) -> None:
    parts = report["weights"].values()
    unknown = [name for part in parts for name in part["unknown"]]
    difference = max(part["largest_difference"] for part in parts)
    if unknown or missing or difference > _TOLERANCE[report["precision"]]:
        told = (
            f"unknown: {', '.join(unknown) or '-'}; missing: {', '.join(missing) or '-'}; difference {difference:.2g}"
        )
        raise ModelError(f"The Core ML programs do not hold the model's weights ({told}): {out}")


def _bytes(package: Path) -> int:
    return sum(file.stat().st_size for file in package.rglob("*") if file.is_file())


def _towers(model: Any, config: dict[str, Any]) -> "list[tuple[str, torch.nn.Module, torch.Tensor]]":
    """The towers by the name of their package, each with an example of its input."""
    import torch
    from torch.nn import functional

    image = files.preprocessing(config)

    class ImageTower(torch.nn.Module):
        """float32 [1, 3, size, size] in 0..1 -> unit vector [1, dim]."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model
            self.register_buffer("scale", 1 / torch.tensor(image.std).view(1, 3, 1, 1))
            self.register_buffer("shift", (-torch.tensor(image.mean) / torch.tensor(image.std)).view(1, 3, 1, 1))

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            scaled = pixels * self.get_buffer("scale") + self.get_buffer("shift")
            return functional.normalize(self.model.encode_image(scaled), dim=-1)

    class TextTower(torch.nn.Module):
        """int32 token ids [1, length] -> unit vector [1, dim]."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            return functional.normalize(self.model.encode_text(tokens), dim=-1)

    length = int(config["model_cfg"].get("text_cfg", {}).get("context_length", 77))
    pixels = torch.zeros(1, 3, image.size, image.size)
    tokens = torch.ones(1, length, dtype=torch.int32)
    return [(IMAGE, ImageTower().eval(), pixels), (TEXT, TextTower().eval(), tokens)]


def _convert(
    coremltools: Any, tower: Any, example: Any, target: Path, precision: str, known: "Sequence[Known]"
) -> "list[Match]":
    """Convert and save one tower, and read its numbers back."""
    import torch

    name = "tokens" if example.dtype == torch.int32 else "pixels"
    kind = np.int32 if name == "tokens" else np.float32
    with torch.no_grad():
        exported: Any = torch.export.export(tower, (example,))
        captured = exported.run_decompositions({})
    program: Any = coremltools.convert(
        captured,
        inputs=[coremltools.TensorType(name=name, shape=tuple(example.shape), dtype=kind)],
        outputs=[coremltools.TensorType(name="embedding", dtype=np.float32)],
        convert_to="mlprogram",
        compute_precision=getattr(coremltools.precision, precision.upper()),
        minimum_deployment_target=coremltools.target.iOS16,
        skip_model_load=True,
    )
    program.save(str(target))
    return match_weights(stored_weights(coremltools, target), known)


# ---- the program's numbers against the model's ----

Known = tuple[str, npt.NDArray[np.float32]]
"""A tensor by name."""
_FOLDED = ", times a batch norm"
_LARGEST_HALF, _NEAR = 6e4, 0.05


class Match(NamedTuple):
    """A stored tensor, the model's tensor that it is (None: no one's), and how far it is from it."""

    stored: str
    own: str | None
    difference: float


def known_weights(model: Any) -> list[Known]:
    """Every tensor of a model, and its convolutions with the batch norm that follows them multiplied in."""
    from torch import nn

    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    plain: list[Known] = [
        (name, tensor.detach().numpy().astype(np.float32))
        for name, tensor in tensors.items()
        if tensor.is_floating_point() and tensor.numel() >= _LARGE
    ]
    norms: list[npt.NDArray[np.float32]] = []
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            norm: Any = module
            norms.append((norm.weight / (norm.running_var + norm.eps).sqrt()).detach().numpy())
    folded = [
        (f"{name}{_FOLDED}", values * norm.reshape(-1, 1, 1, 1))
        for name, values in plain
        if values.ndim == 4
        for norm in norms
        if len(norm) == len(values)
    ]
    return plain + folded


def stored_weights(coremltools: Any, package: Path) -> list[Known]:
    """The large constants of a saved program, as its file has them."""
    program = coremltools.models.MLModel(str(package), skip_model_load=True)
    found: dict[str, Any] = coremltools.optimize.coreml.get_weights_metadata(program, weight_threshold=_LARGE - 1)
    return [(name, np.asarray(entry.val)) for name, entry in found.items()]


def match_weights(stored: Sequence[Known], known: Sequence[Known]) -> list[Match]:
    """The nearest tensor of the model for each stored one, turned where that fits: its name and how far it is.

    The distance is the largest difference of two numbers, relative to the model's largest. A tensor that nothing comes
    near (5 % off or more) has no name.
    """
    found: list[Match] = []
    used: set[str] = set()
    for name, values in stored:
        numbers = np.nan_to_num(values.astype(np.float32), neginf=-_LARGEST_HALF, posinf=_LARGEST_HALF)
        same_size = [(own_name, own) for own_name, own in known if own.size == values.size]
        # Of equal tensors (fresh ones may all be zero) each is taken once.
        near = [(_difference(numbers, own), own_name in used, own_name) for own_name, own in same_size]
        difference, _, own_name = min(near, default=(1.0, False, ""))
        used.add(own_name)
        found.append(Match(name, own_name if difference < _NEAR else None, difference))
    return found


def weights_report(matches: Sequence[Match]) -> dict[str, Any]:
    """What `match_weights` found, in figures; "unknown" are stored tensors that the model does not have."""
    return {
        "tensors": len(matches),
        "largest_difference": round(max((match.difference for match in matches if match.own), default=0.0), 8),
        "unknown": [match.stored for match in matches if match.own is None],
    }


def missing_weights(model: Any, matches: Sequence[Match]) -> list[str]:
    """Large parameters of the model that no stored tensor is."""
    found = {match.own.removesuffix(_FOLDED) for match in matches if match.own}
    return [name for name, tensor in model.named_parameters() if tensor.numel() >= _LARGE and name not in found]


def _difference(values: npt.NDArray[np.float32], own: npt.NDArray[np.float32]) -> float:
    own = np.clip(np.nan_to_num(own, neginf=-_LARGEST_HALF, posinf=_LARGEST_HALF), -_LARGEST_HALF, _LARGEST_HALF)
    largest = max(float(np.abs(own).max()), 1e-12)
    flat = np.clip(values.reshape(-1), -_LARGEST_HALF, _LARGEST_HALF)
    forms = [own.reshape(-1), *([own.T.reshape(-1)] if own.ndim == 2 else [])]
    return min(float(np.abs(flat - form).max()) / largest for form in forms)


def predictions_agreement(coremltools: Any, folder: Path, out: Path) -> dict[str, dict[str, float]]:
    """On a Mac: cosines between what the programs predict and the model's vectors in float32."""
    from clipdesk.models.open_clip_encoder import OpenClipEncoder

    reference = OpenClipEncoder(folder, "cpu")
    pixels, texts = check_pictures(reference.info.image, None, 16), check_texts()[:16]
    image, text = (coremltools.models.MLModel(str(out / name)) for name in (IMAGE, TEXT))
    scaled = pixels.transpose(0, 3, 1, 2).astype(np.float32) / 255
    tokens = np.asarray(reference.tokens(texts), np.int32)
    return {
        "pictures": cosines(
            reference.encode_images(pixels), _predicted([image.predict({"pixels": p[None]}) for p in scaled])
        ),
        "texts": cosines(
            reference.encode_texts(texts), _predicted([text.predict({"tokens": t[None]}) for t in tokens])
        ),
    }


def _predicted(outcomes: Sequence[Any]) -> Matrix:
    return np.concatenate([outcome["embedding"] for outcome in outcomes]).astype(np.float32)
