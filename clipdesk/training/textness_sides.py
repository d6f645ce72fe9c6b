"""The bias of a textness probe added to the text vector, against the same bias added to the image vectors.

PicCollage's study found the text side far more effective. In the scores, with q, v and the bias w all of unit length
and scale s:

    text side:   (q + s·w)·v / |q + s·w|    the denominator is the same for all photos, so the order is that of
                                            q·v + s·w·v: photos move by what they have of w
    image side:  q·(v + s·w) / |v + s·w|    the numerator gains s·q·w, the same for all photos: only the norms
                                            |v + s·w|² = 1 + 2s·w·v + s² tell photos apart, and they grow with w·v, so
                                            that for a positive s the photos with words are divided by *more*
    calibrated:  q·v + 1.25·s·sigma·t       what the app does (`search.textness`), for comparison

Measured is, over the queries, the share of pictures with words among the first ten, and what it costs: how far the ten
still stand out for the query (their mean q·v over that of all pictures, in standard deviations of q·v), and, where
pictures are labelled and queries are labels, the share of the ten that shows what was asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Matrix, Vector
from clipdesk.core.ranking import Floats, sigma_of, textness_scores
from clipdesk.training.textness_probe import TextnessProbe

SCALES = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
SIDES = ("text", "image", "calibrated")
TOP = 10
_STEADY = 0.02
"""Shares of words that move less than this over the whole scale do not move."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """What the sides are compared on: pictures with and without words, and queries."""

    vectors: Matrix
    """float32 [n, dim]."""
    written: npt.NDArray[np.bool_]
    """bool [n]."""
    texts: tuple[str, ...]
    queries: Matrix
    """float32 [m, dim], the text vectors of `texts`."""
    labels: tuple[str, ...] | None = None
    """What each picture shows, [n]: one of `texts`; None when unknown."""


def text_side(query: Vector, vectors: Matrix, bias: Vector, scale: float) -> Floats:
    """Cosine of the query plus scale · bias with every picture: float32 [n]."""
    moved = query + np.float32(scale) * bias
    return (vectors @ moved / np.float32(max(float(np.linalg.norm(moved)), 1e-6))).astype(np.float32)


def image_side(query: Vector, vectors: Matrix, bias: Vector, scale: float) -> Floats:
    """Cosine of the query with every picture plus scale · bias: float32 [n]."""
    moved = vectors + np.float32(scale) * bias
    return ((moved @ query) / np.maximum(np.linalg.norm(moved, axis=1), 1e-6)).astype(np.float32)


def calibrated(query: Vector, vectors: Matrix, probe: TextnessProbe, scale: float) -> Floats:
    """The app's form with the probe's direction: float32 [n]."""
    similarity = (vectors @ query).astype(np.float32)
    textness = np.clip((vectors @ probe.bias - probe.midpoint) / probe.gap, -2, 2).astype(np.float32)
    return textness_scores(similarity, textness, sigma_of(similarity), scale)


def scores(side: str, query: Vector, vectors: Matrix, probe: TextnessProbe, scale: float) -> Floats:
    """Scores of one of `SIDES`."""
    if side == "calibrated":
        return calibrated(query, vectors, probe, scale)
    return (text_side if side == "text" else image_side)(query, vectors, probe.bias, scale)


def compare_sides(mixture: Mixture, probe: TextnessProbe, scales: Sequence[float] = SCALES) -> dict[str, Any]:
    """The sides over all scales; see above for what the figures mean. "words" is the share of the mixture."""
    sides = {side: [_row(mixture, probe, side, scale) for scale in scales] for side in SIDES}
    reach = {side: round((rows[-1]["words"] or 0) - (rows[0]["words"] or 0), 4) for side, rows in sides.items()}
    return {
        "pictures": len(mixture.vectors),
        "words": round(float(mixture.written.mean()), 4),
        "queries": list(mixture.texts),
        "sides": sides,
        "reach": reach,
        "verdict": _verdict(reach, sides),
    }


def _row(mixture: Mixture, probe: TextnessProbe, side: str, scale: float) -> dict[str, float | None]:
    words: list[float] = []
    outstanding: list[float] = []
    precision: list[float] = []
    for text, query in zip(mixture.texts, mixture.queries, strict=True):
        similarity = mixture.vectors @ query
        order = np.argsort(-scores(side, query, mixture.vectors, probe, scale), kind="stable")
        first: list[int] = order[:TOP].tolist()
        words.append(float(mixture.written[first].mean()))
        outstanding.append(float((similarity[first].mean() - similarity.mean()) / sigma_of(similarity)))
        if mixture.labels is not None:
            precision.append(float(np.mean([mixture.labels[place] == text for place in first])))
    return {
        "scale": scale,
        "words": round(float(np.mean(words)), 4),
        "outstanding": round(float(np.mean(outstanding)), 3),
        "precision": round(float(np.mean(precision)), 4) if precision else None,
    }


def _verdict(reach: dict[str, float], sides: dict[str, list[dict[str, float | None]]]) -> str:
    """What the figures say of the study's finding, in a sentence or two."""
    text, image = reach["text"], reach["image"]
    told = f"From -2 to 2 words@10 moves by {text:+.2f} on the text side, by {image:+.2f} on the image side"
    found = [row["outstanding"] or 0.0 for row in sides["text"]]
    cost = f" For it, the ten stand out by {min(found[0], found[-1]):+.2f} at the end instead of {max(found):+.2f}."
    if text < _STEADY:
        return f"{told}: this model's embeddings give the bias nothing to hold on to."
    if image < -_STEADY:
        return f"{told}: only the text side does as it should, larger norms turn the image side round.{cost}"
    if image <= text / 2:
        return f"{told}: the text side is much more effective, as the study found.{cost}"
    return f"{told}: the study's finding does not hold here.{cost}"


def sides_table(result: dict[str, Any]) -> str:
    """`compare_sides`'s outcome as lines of text."""
    labelled = any(row["precision"] is not None for row in result["sides"]["text"])
    figures = ("words@10", "stands out", *(("right@10",) if labelled else ()))
    width = 11 * len(figures)
    names = {"text": "bias on the text", "image": "bias on the images", "calibrated": "calibrated"}
    lines = [
        f"{result['pictures']} pictures, {result['words']:.0%} with words; {len(result['queries'])} queries",
        " " * 7 + "  ".join(f"{names[side]:>{width}}" for side in SIDES),
        "  scale" + "  ".join("".join(f"{figure:>11}" for figure in figures) for _ in SIDES),
    ]
    for number, row in enumerate(result["sides"]["text"]):
        cells = "  ".join(_cells(result["sides"][side][number], labelled) for side in SIDES)
        lines.append(f"{row['scale']:+7.1f}{cells}")
    return "\n".join([*lines, result["verdict"]])


def _cells(row: dict[str, Any], labelled: bool) -> str:
    right = f"{row['precision']:11.3f}" if labelled else ""
    return f"{row['words']:11.3f}{row['outstanding']:+11.2f}{right}"
