"""Scores: term algebra, the textness slider and the order of results; numpy only.

All embeddings are unit length and the similarity of a photo v to a query q is q·v. With the textness slider at s, the
score is q·v + `TEXTNESS_SHARE` · s · sigma · t, where t is the photo's calibrated textness and sigma the spread of q·v
over the library: adding a multiple of the textness direction to q gives exactly this order (after PicCollage's study
of CLIP), so moving the slider needs no encoder.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Ids, Vector
from clipdesk.core.errors import UserError

Floats = npt.NDArray[np.float32]
"""Float32, shape [n]."""

TEXTNESS_SHARE = 1.25
"""Spreads of q·v that one step of the slider is worth between a photo without and one with words."""
TEXTNESS_SCALES = (-2.0, 0.0, 2.0)
"""Slider positions that candidates are fetched for: whatever is best anywhere between is near the top of one."""
SAMPLE = 5_000
"""Photos that are enough to know the spread of q·v."""
LEAST_SIGMA = 0.005
"""In a library of near-identical photos the spread is nothing, and the slider should still do something."""


def combine(vectors: Sequence[Vector], weights: Sequence[float]) -> Vector:
    """Return the weighted sum of unit vectors (float32 [dim] each) at unit length.

    Raises UserError when the terms cancel out, since then no direction is left.
    """
    total = np.sum([np.float64(weight) * vector for vector, weight in zip(vectors, weights, strict=True)], axis=0)
    length = float(np.linalg.norm(total))
    if length < 1e-4 * float(np.abs(weights).max()):
        raise UserError("The terms of this query cancel each other out", "Leave one of them out or change a weight")
    return np.asarray(total / length, dtype=np.float32)


def sigma_of(similarities: Floats) -> float:
    """Return the standard deviation of q·v over (a sample of) the library, at least `LEAST_SIGMA`."""
    return max(float(np.std(similarities)), LEAST_SIGMA) if len(similarities) else LEAST_SIGMA


def textness_scores(similarities: Floats, textness: Floats, sigma: float, scale: float) -> Floats:
    """Return q·v + `TEXTNESS_SHARE` · scale · sigma · t: float32 [n]; unknown textness (NaN) counts as 0."""
    if scale == 0:
        return similarities
    share = np.float32(TEXTNESS_SHARE * scale * sigma) * np.nan_to_num(textness, nan=0.0)
    return (similarities + share).astype(np.float32)


def order(scores: Floats, ids: Ids) -> npt.NDArray[np.intp]:
    """Return the positions of the best score first; ties by id, so that the same query always looks the same."""
    return np.lexsort((ids, -scores))


def best(scores: Floats, count: int) -> npt.NDArray[np.intp]:
    """Return the positions of the `count` highest scores, in no order; all of them when there are fewer."""
    if count >= len(scores):
        return np.arange(len(scores))
    if count <= 0:
        return np.arange(0)
    return np.argpartition(scores, len(scores) - count)[len(scores) - count :]
