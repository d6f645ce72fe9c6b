"""Models for other programs: ONNX in three precisions, checked against PyTorch in float32.

A folder of an export holds one ONNX file for each tower with its weights inside, the vocabulary, the configuration and
`clipdesk.json`, so that `clipdesk models install NAME --from FOLDER` can take it again, and `export.json`, which says
how it was made and how well it agrees.
"""

import json
import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import ImageSpec, Matrix, Pixels
from clipdesk.core.errors import ModelError, UserError
from clipdesk.core.paths import resources
from clipdesk.models import files
from clipdesk.models.encoder import Encoder

PRECISIONS = ("float32", "float16", "int8")
REPORT = "export.json"
_NOT_COPIED = {
    *files.WEIGHTS,
    files.DESCRIPTION,
    files.IMAGE_GRAPH,
    files.TEXT_GRAPH,
    "textness.json",
    "README.md",
    REPORT,
}
_MOST_PHOTOS = 64
_LEAST = {"float32": 0.9999, "float16": 0.999, "int8": 0.9}
"""The worst cosine that is still taken for a good export."""


def source_folder(name: str) -> Path:
    """The folder of an installed model, or of one that is named by its path. ModelError when it is neither."""
    from clipdesk.models.loader import model_folder

    path = Path(name).expanduser()
    return path.absolute() if (path / files.CONFIG).is_file() else model_folder(name)


@contextmanager
def new_folder(out: Path) -> Generator[None]:
    """Make `out` to be filled, and empty it again when that fails.

    UserError when it holds something already or cannot be written.
    """
    _make(out)
    try:
        yield
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise UserError(f"{out} is not empty", "Name a new folder.")
    except OSError as error:
        raise UserError(f"{out} cannot be made: {error.strerror or error}", "Choose another place.") from error


def export_onnx(
    folder: Path, out: Path, precision: str, *, images: Path | None = None, threads: int = 0
) -> dict[str, Any]:
    """Write the model of `folder` as ONNX into `out`; returns sizes and the agreement with PyTorch in float32.

    "float32"; "float16": weights stored in half precision and cast where they are used, so that any CPU computes in
    float32; "int8": see `models.quantise`. Checked on up to 64 photos of `images`, else on pictures that clipdesk
    draws, and on its tags. Raises ModelError for a model that cannot be read, UserError for a folder in use.
    """
    from clipdesk.models.onnx_encoder import OnnxEncoder
    from clipdesk.models.open_clip_encoder import OpenClipEncoder

    if precision not in PRECISIONS:
        raise UserError(f"ONNX cannot be exported in {precision}", f"Choose one of {', '.join(PRECISIONS)}.")
    with new_folder(out):
        reference = OpenClipEncoder(folder, "cpu", threads)
        _write_graphs(folder, out, precision)
        exported = OnnxEncoder(out, threads)
        pixels, texts = check_pictures(exported.info.image, images), check_texts()
        report: dict[str, Any] = {
            "model": folder.name,
            "format": "onnx",
            "precision": precision,
            "files": {file.name: file.stat().st_size for file in sorted(out.iterdir())},
            "checked_on": {"pictures": len(pixels), "texts": len(texts)},
            "agreement": compare(reference, exported, pixels, texts),
        }
        _check(report, precision, out)
        (out / REPORT).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return report


def _write_graphs(folder: Path, out: Path, precision: str) -> None:
    """The graphs with their weights, and what is needed beside them."""
    from clipdesk.models.convert import convert
    from clipdesk.models.quantise import embed_weights, quantise

    with tempfile.TemporaryDirectory(prefix="clipdesk-export-") as scratch:
        staged = Path(scratch) / out.name
        _stage(folder, staged, half=precision == "float16")
        description = convert(staged, _scripts(folder))
        for graph in (description.image_graph, description.text_graph):
            whole = Path(scratch) / graph
            embed_weights(staged / graph, out / graph if precision != "int8" else whole)
            if precision == "int8":
                quantise(whole, out / graph)
        for file in staged.iterdir():
            if file.name not in {*files.WEIGHTS, description.image_graph, description.text_graph}:
                shutil.copyfile(file, out / file.name)


def _stage(folder: Path, staged: Path, *, half: bool) -> None:
    """A copy of the model with its weights in one precision, to be converted."""
    import torch
    from safetensors import torch as stored

    from clipdesk.models.open_clip_encoder import load_model

    staged.mkdir()
    for file in folder.iterdir():
        if file.is_file() and file.name not in _NOT_COPIED:
            shutil.copyfile(file, staged / file.name)
    state: dict[str, torch.Tensor] = load_model(folder).state_dict()
    kind = torch.float16 if half else torch.float32
    numbers = {name: (value.to(kind) if value.is_floating_point() else value).clone() for name, value in state.items()}
    save: Any = cast("Any", stored).save_file
    save(numbers, staged / files.WEIGHTS[0])


def _scripts(folder: Path) -> tuple[str, ...] | None:
    """The scripts that the model says it learned; None leaves them to its configuration."""
    return files.describe(folder).scripts if files.is_converted(folder) else None


def check_pictures(spec: ImageSpec, images: Path | None, count: int = _MOST_PHOTOS) -> Pixels:
    """Pictures to compare encoders on: uint8 [n, size, size, 3], evenly from the photos below `images`, else drawn."""
    if images is not None:
        from clipdesk.indexing.decoder import load_pixels
        from clipdesk.training.evaluate import pictures_in

        found = pictures_in(images)
        chosen = found[:: -(-len(found) // count)]
        return np.stack([load_pixels(file, spec) for file in chosen])
    from clipdesk.search.grounds import ground
    from clipdesk.search.rendering import model_pixels, paint_words

    rng = np.random.default_rng(0)
    plain = [ground(rng, max(spec.size, 128)) for _ in range(count // 4)]
    return model_pixels([*plain, *(paint_words(picture, rng) for picture in plain)], spec)


def check_texts() -> list[str]:
    """Texts to compare encoders on: background prompts of clipdesk, and short and long oddities."""
    lines = (resources() / "background_prompts.txt").read_text(encoding="utf-8").splitlines()
    prompts = [line for line in lines if line and not line.startswith("#")]
    return [*prompts[:60], "a dog", "word " * 200, "Zürich, 3 o'clock"]


def compare(reference: Encoder, other: Encoder, pixels: Pixels, texts: Sequence[str]) -> dict[str, dict[str, float]]:
    """Cosines between two encoders' vectors of the same pictures and texts: mean and worst."""
    return {
        "pictures": cosines(reference.encode_images(pixels), other.encode_images(pixels)),
        "texts": cosines(reference.encode_texts(texts), other.encode_texts(texts)),
    }


def cosines(a: Matrix, b: Matrix) -> dict[str, float]:
    """Mean and worst cosine of the rows of `a` and `b` [n, dim]."""
    found: npt.NDArray[np.float64] = (a.astype(np.float64) * b).sum(1)
    found /= np.linalg.norm(a.astype(np.float64), axis=1) * np.linalg.norm(b.astype(np.float64), axis=1)
    return {"mean_cosine": round(float(found.mean()), 6), "worst_cosine": round(float(found.min()), 6)}


def _check(report: dict[str, Any], precision: str, out: Path) -> None:
    worst = min(part["worst_cosine"] for part in report["agreement"].values())
    if not worst >= _LEAST[precision]:
        raise ModelError(
            f"the export in {precision} disagrees with the model (cosine {worst:.4f}): {out}",
            "Choose a higher precision." if precision != "float32" else "",
        )
