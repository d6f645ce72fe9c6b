"""What `clipdesk textness` does, piece by piece: the probe, the comparison of both sides, the grid, textness.json."""

import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clipdesk.core.entities import Matrix
from clipdesk.core.errors import UserError
from clipdesk.models.encoder import Encoder
from clipdesk.search import textness
from clipdesk.search.grid_picture import GridCell, draw
from clipdesk.search.zero_shot import text_vector, text_vectors
from clipdesk.training.evaluate import LoadPixels, Progress, embed_files, pictures_in
from clipdesk.training.textness_probe import Pictures, TextnessProbe, from_folders, render_pairs, train_probe
from clipdesk.training.textness_sides import TOP, Mixture, compare_sides, scores

QUERIES = ("a street", "people", "a house", "food", "a car", "an animal", "a shop", "a sign")
"""What is searched for when no queries are given and the pictures have no labels."""
_GRID_SCALES = (-2.0, -1.0, 0.0, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to learn from: two folders, or grounds to write on (none: drawn ones)."""

    folders: tuple[Path, Path] | None = None
    """Pictures with words, pictures without."""
    grounds: tuple[Path, ...] = ()
    pairs: int = 600
    seed: int = 0
    queries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The probe, what it was compared on, and the figures."""

    probe: TextnessProbe
    mixture: Mixture
    files: tuple[Path, ...]
    """The pictures of the mixture; rendered ones are there as long as `studied` is open."""
    values: dict[str, Any]


@contextmanager
def studied(
    encoder: Encoder, plan: Plan, load_pixels: LoadPixels, *, progress: Progress | None = None
) -> Generator[Outcome]:
    """Train the probe on half of the pictures and compare the sides on the other half."""
    with tempfile.TemporaryDirectory(prefix="clipdesk-textness-") as scratch:
        pictures = _pictures(plan, Path(scratch), progress)
        vectors = embed_files(encoder, pictures.files, load_pixels, progress=progress)
        probe = train_probe(vectors, pictures.written, pictures.used)
        mixture = _mixture(encoder, pictures, vectors, plan.queries)
        values = {
            "model": encoder.info.name,
            "probe": {
                "trained_on": int(pictures.used.sum()),
                "tested_on": len(mixture.vectors),
                "accuracy": round(probe.accuracy, 4),
                "auc": round(probe.auc, 4),
            },
            **compare_sides(mixture, probe),
        }
        kept = np.flatnonzero(~pictures.used)
        yield Outcome(probe, mixture, tuple(pictures.files[place] for place in kept), values)


def _pictures(plan: Plan, scratch: Path, progress: Progress | None) -> Pictures:
    if plan.folders:
        with_words, without = (pictures_in(folder) for folder in plan.folders)
        return from_folders(with_words, without, seed=plan.seed)
    return render_pairs(ground_files(plan.grounds), scratch, pairs=plan.pairs, seed=plan.seed, progress=progress)


def ground_files(folders: Sequence[Path]) -> list[Path]:
    """Every picture below several folders."""
    return [file for folder in folders for file in pictures_in(folder)]


def _mixture(encoder: Encoder, pictures: Pictures, vectors: Matrix, queries: Sequence[str]) -> Mixture:
    """The pictures that the probe was not trained on; labels count only when they are the queries."""
    kept = ~pictures.used
    labels = None
    if pictures.labels and not queries:
        labels = tuple(label for label, keep in zip(pictures.labels, kept, strict=True) if keep)
    texts = tuple(queries) or (tuple(sorted(set(labels))) if labels else QUERIES)
    return Mixture(vectors[kept], pictures.written[kept], texts, text_vectors(encoder, texts), labels)


def draw_grid(encoder: Encoder, outcome: Outcome, query: str, side: str, out: Path) -> None:
    """The ten best pictures of the mixture at scales -2..2, a row each, with the bias on one side."""
    vector, mixture = text_vector(encoder, query), outcome.mixture
    rows: list[tuple[float, list[GridCell]]] = []
    for scale in _GRID_SCALES:
        order = np.argsort(-scores(side, vector, mixture.vectors, outcome.probe, scale), kind="stable")
        best: list[int] = order[:TOP].tolist()
        rows.append((scale, [GridCell(outcome.files[place], outcome.files[place].name) for place in best]))
    draw(query, rows, out)


def write_direction(encoder: Encoder, plan: Plan, out: Path, *, progress: Progress | None = None) -> dict[str, Any]:
    """Learn the app's calibrated direction on the plan's grounds and write `textness.json`; same plan, same file.

    UserError when `out` cannot be written or lies in a folder that is not there.
    """
    grounds = ground_files(plan.grounds)
    order: list[int] = np.random.default_rng(plan.seed).permutation(len(grounds)).tolist()
    opened = textness.open_grounds([grounds[place] for place in order[: plan.pairs]])
    direction = textness.learn(encoder, opened, pairs=plan.pairs, seed=plan.seed, progress=progress)
    try:
        textness.save(direction, out, encoder.info.key)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror or error}", "Choose another place.") from error
    return {
        "file": str(out),
        "pairs": plan.pairs,
        "separation": round(direction.separation, 4),
        "midpoint": round(direction.midpoint, 6),
        "gap": round(direction.gap, 6),
    }
