"""The engines side by side on a full-size architecture with random weights, so that it can be measured anywhere.

Random weights have a real model's speed and memory, not its embeddings: that 8 bits agree there, which lets tuning
choose them, says nothing of a trained model, whose layers are judged anew when it is installed. Their sample queries
are photos, since the words of a random network mean nothing. Agreement of the bundled model is told beside it.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import numpy as np

from clipdesk.bench.library import make_library
from clipdesk.bench.memory import peak_bytes
from clipdesk.bench.photos import photos_below
from clipdesk.bench.table import Measurement
from clipdesk.bench.vectors import photo_like
from clipdesk.core import paths
from clipdesk.core.entities import ImageSpec, Pixels

if TYPE_CHECKING:
    from clipdesk.core.settings import Settings
    from clipdesk.models.encoder import Encoder
    from clipdesk.models.tuned import Candidate, Tuning

ARCHITECTURE = "ViT-B-32-256"
_NAME = f"random-{ARCHITECTURE}"
_PICTURES, _BATCH, _ROUNDS = 96, 16, 12
_TIMES, _AIM, _COLD = 2.0, 2.5, 0.9
_P = ParamSpec("_P")
_T = TypeVar("_T")


def measure(source: Path, count: int, runs: int, settings: "Settings") -> list[Measurement]:
    """Tune the random model and the bundled one; encode with every engine in turn; index; search from a cold start."""
    models = paths.cache_folder() / "bench" / "models"
    if not (models / _NAME / "clipdesk.json").is_file():
        _apart(_make, models / _NAME)
    found = _apart(_tune, models / _NAME, source)
    speeds = _apart(_side_by_side, models / _NAME, source, found, runs)
    results = _speed_rows(found, speeds)
    results += _agreement_rows(f"random {ARCHITECTURE}", found)
    results += _agreement_rows("bundled model", _apart(_tune_bundled, source))
    results.append(_apart(_memory, models, settings))
    results.append(_apart(_learn_textness, models, settings))
    results += _apart(_end_to_end, models, source, count, runs, settings)
    results.append(_cold_search(models, runs))
    return results


def _apart(work: Callable[_P, _T], *arguments: _P.args, **options: _P.kwargs) -> _T:
    """Run in a process of its own: its memory is its own, and PyTorch's threads end with it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **options).result()


def _make(folder: Path) -> None:
    from clipdesk.models.convert import convert
    from clipdesk.models.open_clip_encoder import make_random

    part = folder.with_name(f".{folder.name}")
    shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    make_random(part, ARCHITECTURE)
    convert(part)
    part.rename(folder)


def _photos(source: Path, spec: ImageSpec) -> Pixels:
    from clipdesk.core.errors import DecodeError
    from clipdesk.indexing.decoder import load_pixels

    files = photos_below(source)
    found: list[Pixels] = []
    for file in files[:: max(1, len(files) // _PICTURES)]:
        try:
            found.append(load_pixels(file, spec))
        except DecodeError:
            continue
    return np.stack(found[:_PICTURES])


def _tune(folder: Path, source: Path) -> "Tuning":
    from clipdesk.models import files, tuning

    pixels = _photos(source, files.describe(folder).image)
    return tuning.tune(folder, folder.name, pixels, words=folder.name != _NAME)


def _tune_bundled(source: Path) -> "Tuning":
    """The bundled model is never run in 8 bits: it is tried with a copy."""
    from clipdesk.models.loader import bundled_folder

    with tempfile.TemporaryDirectory(prefix="clipdesk-bench-") as scratch:
        return _tune(Path(shutil.copytree(bundled_folder("pocket"), Path(scratch) / "pocket")), source)


def _encoder(folder: Path, candidate: "Candidate") -> "Encoder":
    from clipdesk.models.onnx_encoder import OnnxEncoder
    from clipdesk.models.open_clip_encoder import OpenClipEncoder

    kind, _, precision = candidate.engine.partition(" ")
    if kind == "onnx":
        return OnnxEncoder(folder, candidate.threads, tuning=candidate)
    if precision == "bfloat16":
        return OpenClipEncoder(folder, "cpu", candidate.threads, precision="bfloat16")
    return OpenClipEncoder(folder, "cpu", candidate.threads)


def _side_by_side(folder: Path, source: Path, found: "Tuning", runs: int) -> dict[str, list[float]]:
    """Photos per second of every engine, round by round, on the same photos."""
    from clipdesk.models import files, int8, tuned

    pixels = _photos(source, files.describe(folder).image)[:_BATCH]
    if not (folder / tuned.INT8_GRAPH).is_file():
        graph = folder / files.IMAGE_GRAPH
        int8.write(graph, folder / tuned.INT8_GRAPH, int8.examine(graph, pixels))
    candidates = [candidate for candidate in found.candidates if candidate.device == "cpu"]
    encoders = {candidate.engine: _encoder(folder, candidate) for candidate in candidates}
    speeds: dict[str, list[float]] = {name: [] for name in encoders}
    for encoder in encoders.values():
        encoder.encode_images(pixels)
    for _ in range(_ROUNDS * runs):
        for name, encoder in encoders.items():
            start = perf_counter()
            encoder.encode_images(pixels)
            speeds[name].append(len(pixels) / (perf_counter() - start))
    return speeds


def _speed_rows(found: "Tuning", speeds: dict[str, list[float]]) -> list[Measurement]:
    rows = [
        Measurement(f"{name}, encode only", median(values), "photos/s", note=f"{ARCHITECTURE}, best {max(values):.1f}")
        for name, values in speeds.items()
    ]
    choice = found.choice.engine
    if choice in speeds:
        times = [mine / plain for mine, plain in zip(speeds[choice], speeds["onnx float32"], strict=True)]
        note = f"aim {_AIM}; median of {len(times)} rounds, {min(times):.1f} to {max(times):.1f}"
        rows.append(Measurement(f"tuned choice: {choice}", median(speeds[choice]), "photos/s"))
        rows.append(Measurement("tuned, of ONNX float32", median(times), "times", at_least=_TIMES, note=note))
    return rows


def _agreement_rows(what: str, found: "Tuning") -> list[Measurement]:
    """The same for every engine that is not float32 itself."""
    rows: list[Measurement] = []
    for one in found.candidates:
        if one.engine == "onnx float32":
            continue
        layers = f", {one.kept} of {one.products} layers in float32" if one.products else ""
        note = (
            f"worst {one.worst:.4f}, {100 * one.shared:.0f} % of the best ten the same; {found.photos} photos{layers}"
        )
        rows.append(Measurement(f"{what}, {one.engine}: cosine", one.mean, "", note=note))
    return rows


@contextmanager
def _models_at(folder: Path) -> Generator[None]:
    """Look for installed models in another folder."""
    usual = paths.models_folder
    paths.models_folder = lambda: folder
    try:
        yield
    finally:
        paths.models_folder = usual


def _memory(models: Path, settings: "Settings") -> Measurement:
    from clipdesk.models.loader import load_encoder

    with _models_at(models):
        encoder = load_encoder(_NAME, device=settings.device, threads=settings.threads)
        size = encoder.info.image.size
        pixels = np.random.default_rng(0).integers(0, 256, (_BATCH, size, size, 3), dtype=np.uint8)
        for _ in range(4):
            encoder.encode_images(pixels)
        return Measurement("peak memory, encoding as tuned", peak_bytes() / 1e6, "MB", note=encoder.info.engine)


def _learn_textness(models: Path, settings: "Settings") -> Measurement:
    """Once for a library and model, so no part of an index run's speed: what is learned is kept beside the model."""
    from clipdesk.models.loader import load_encoder
    from clipdesk.search.textness import learn, save

    with _models_at(models):
        encoder = load_encoder(_NAME, device=settings.device, threads=settings.threads)
        begun = perf_counter()
        save(learn(encoder), models / _NAME / "textness.json", encoder.info.key)
        return Measurement("learning textness", perf_counter() - begun, "s", note="once for a library and a model")


def _end_to_end(models: Path, source: Path, count: int, runs: int, settings: "Settings") -> list[Measurement]:
    from clipdesk.bench import engine

    with _models_at(models):
        return engine.measure(source, count, runs, settings.model_copy(update={"model": _NAME}))


def _cold_search(models: Path, runs: int) -> Measurement:
    """A search in a new process, in a library of 1,000 photos embedded with this architecture."""
    from clipdesk.models import files

    folder = models / _NAME
    dim = files.describe(folder).dim
    centres = np.random.default_rng(5).standard_normal((100, dim)).astype(np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    start = (
        "import sys, pathlib; from clipdesk.core import paths;"
        f"paths.models_folder = lambda: pathlib.Path({str(models)!r});"
        "from clipdesk.__main__ import main; sys.exit(main())"
    )
    with tempfile.TemporaryDirectory(prefix="clipdesk-bench-") as scratch:
        library = Path(scratch) / "library"
        make_library(library, photo_like(centres, 1000), files.key_of(folder))
        asked = ["--library", str(library), "--model", _NAME, "search", "a dog on the beach", "--json"]
        times: list[float] = []
        for _ in range(2 * runs + 3):
            begun = perf_counter()
            done = subprocess.run([sys.executable, "-c", start, *asked], capture_output=True, check=False)
            times.append(perf_counter() - begun)
            if done.returncode:
                raise RuntimeError(done.stderr.decode(errors="replace")[-500:])
    note = f"median of {len(times) - 1} processes, least {min(times[1:]):.2f} s"
    return Measurement("cold clipdesk search, 1,000 photos", median(times[1:]), "s", at_most=_COLD, note=note)
