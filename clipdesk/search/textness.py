"""Textness: how much a picture looks like one with written words, for any model.

The idea is from PicCollage's study of CLIP: a linear layer with two outputs and no hidden layer, trained on embeddings
of pictures with and without written words, finds one direction of the embedding space that can be added to a query.
Here the pictures are pairs that clipdesk makes itself, the same ground with and without rendered words, so that nothing
but the words differs.

`nn.Linear(dim, 2)` with cross-entropy and weight decay on its rows w0, w1 has its optimum at w1 = -w0 (softmax sees
only the difference, decay prefers the even split), so it is exactly logistic regression on w = w1 - w0: a convex
problem of `dim` + 1 unknowns, solved by Newton's method (iteratively reweighted least squares; Bishop, Pattern
Recognition and Machine Learning, 4.3.3) in numpy alone, since clipdesk also runs where there is no PyTorch.

The unit vector b = w/|w| is then calibrated on held-out pairs: m is the midpoint between the means of b·v with and
without words, D the gap between them, and a picture's textness is t = (b·v - m)/D: -0.5 for a typical picture without
words, 0.5 for one with.
"""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import HalfMatrix, Matrix, Vector
from clipdesk.core.errors import ModelError, loggable
from clipdesk.core.plain_data import parse_json
from clipdesk.models.encoder import Encoder

if TYPE_CHECKING:  # Pillow and the fonts are needed for learning only, not on the way of every search
    from PIL import Image

_log = logging.getLogger(__name__)
_VERSION = 1
_RIDGE = 1e-3
"""Weight decay per example. With the first bundled model: 1e-4 tells pairs apart a little better (AUC .86, not .855),
1e-3 is better on real pictures with words (.77 against .72); more grounds than 500 add little."""
_CLIP = 2.0
"""|t| beyond this says nothing more about words; clipping keeps single odd pictures from always winning."""


@dataclass(frozen=True, slots=True)
class TextnessDirection:
    """What a model knows of written words.

    `direction` is b: float32, shape [dim], unit length. `midpoint` (m) and `gap` (D) calibrate b·v; `separation` is the
    ROC AUC on the held-out pairs that calibrated it (0.5: the model can't see words at all).
    """

    direction: Vector
    midpoint: float
    gap: float
    separation: float = 0.5


class State(Protocol):
    """Somewhere to keep JSON values: the catalogue's state store."""

    def get(self, key: str) -> Any:
        """The value of `key`, None when there is none."""
        ...

    def set(self, key: str, value: Any) -> None:
        """Keep `value` under `key`."""
        ...


def measure(direction: TextnessDirection, vectors: Matrix | HalfMatrix) -> npt.NDArray[np.float32]:
    """Textness t of embeddings [n, dim]: float32 [n], mostly within -1..1, never beyond 2."""
    along = vectors.astype(np.float32) @ direction.direction
    return np.clip((along - direction.midpoint) / direction.gap, -_CLIP, _CLIP).astype(np.float32)


def learn(
    encoder: Encoder,
    grounds: "Iterable[Image.Image]" = (),
    *,
    pairs: int = 600,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> TextnessDirection:
    """Learn a model's textness direction from `pairs` grounds with and without rendered words.

    `grounds` are pictures to write on (photos; any size, the middle square is used); at least a quarter of the pairs,
    all when there are no photos, are procedural. A quarter of the pairs is held out to calibrate.
    `progress(done, total)` is called after every batch. Takes 2 x pairs image encodings.
    """
    from clipdesk.search.rendering import embed, paint_words

    rng = np.random.default_rng(seed)
    size = max(224, encoder.info.image.size)
    plain: list[Matrix] = []
    painted: list[Matrix] = []
    done = 0
    for batch in _batches(grounds, rng, size, pairs):
        plain.append(embed(encoder, batch))
        painted.append(embed(encoder, [paint_words(picture, rng) for picture in batch]))
        done += len(batch)
        if progress:
            progress(done, pairs)
    return from_pairs(np.concatenate(plain), np.concatenate(painted), seed=seed)


def _batches(
    photos: "Iterable[Image.Image]", rng: np.random.Generator, size: int, pairs: int
) -> "Iterable[list[Image.Image]]":
    """Batches of `pairs` square grounds in all: three photos to a procedural one, procedural alone when photos end."""
    from clipdesk.search.grounds import ground
    from clipdesk.search.rendering import middle_square

    source = iter(photos)
    batch: list[Image.Image] = []
    for number in range(pairs):
        photo = next(source, None) if number % 4 else None
        batch.append(ground(rng, size) if photo is None else middle_square(photo, size))
        if len(batch) == 32 or number == pairs - 1:
            yield batch
            batch = []


def from_pairs(
    plain: Matrix, painted: Matrix, *, seed: int = 0, ridge: float = _RIDGE, held_out: float = 0.25
) -> TextnessDirection:
    """Direction and calibration from embeddings of the same grounds without and with words: float32 [n, dim] each."""
    order = np.random.default_rng(seed).permutation(len(plain))
    held, used = np.split(order, [int(len(plain) * held_out)])
    examples = np.concatenate([painted[used], plain[used]])
    labels = np.concatenate([np.ones(len(used)), np.zeros(len(used))])
    weights = _logistic_regression(examples, labels, ridge)
    length = float(np.linalg.norm(weights))
    # Words that change nothing at all leave no direction: any will do, its textness is small and means nothing.
    weights = weights / length if length > 1e-9 else np.ones(len(weights)) / np.sqrt(len(weights))
    direction = weights.astype(np.float32)
    with_words, without = painted[held] @ direction, plain[held] @ direction
    gap = float(with_words.mean() - without.mean())
    return TextnessDirection(
        direction=direction,
        midpoint=float(with_words.mean() + without.mean()) / 2,
        # A model that can't see words has no gap to speak of: the spread of b·v then keeps t finite and small.
        gap=max(gap, float(np.std(np.concatenate([with_words, without]))) / 2, 1e-4),
        separation=auc(with_words, without),
    )


def _logistic_regression(examples: Matrix, labels: npt.NDArray[np.float64], ridge: float) -> npt.NDArray[np.float64]:
    """Weights [dim] of two-class softmax regression (see above) by Newton's method; the intercept is not penalised."""
    inputs = np.column_stack([examples.astype(np.float64), np.ones(len(examples))])
    decay = np.full(inputs.shape[1], ridge * len(examples))
    decay[-1] = 1e-9
    weights = np.zeros(inputs.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -35, 35)))
        gradient = inputs.T @ (chance - labels) + decay * weights
        curvature = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + np.diag(decay)
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if float(np.abs(step).max()) < 1e-7 * max(1.0, float(np.abs(weights).max())):
            break
    return weights[:-1]


def auc(positive: npt.NDArray[Any], negative: npt.NDArray[Any]) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties counting half.

    Computed from ranks (Mann and Whitney 1947); 0.5 when either side is empty.
    """
    if not len(positive) or not len(negative):
        return 0.5
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left") + np.searchsorted(ordered, positive, "right")
    return float(below.sum() / (2 * len(positive) * len(negative)))


def to_json(direction: TextnessDirection, encoder_key: str) -> dict[str, Any]:
    """What is stored of a direction; `encoder_key` says for which weights it holds."""
    return {
        "version": _VERSION,
        "model": encoder_key,
        "direction": [round(float(value), 6) for value in direction.direction],
        "midpoint": direction.midpoint,
        "gap": direction.gap,
        "separation": direction.separation,
    }


def from_json(stored: Any, dim: int) -> TextnessDirection | None:
    """The stored direction; None when it is missing, damaged, of another version or of another model's size."""
    try:
        if stored["version"] != _VERSION:
            return None
        vector = np.asarray(stored["direction"], np.float32)
        midpoint, gap, separation = (float(stored[key]) for key in ("midpoint", "gap", "separation"))
    except (KeyError, TypeError, ValueError):
        return None
    length = float(np.linalg.norm(vector))
    if vector.shape != (dim,) or not np.isfinite([length, midpoint, gap]).all() or length < 0.5 or gap <= 0:
        return None
    return TextnessDirection(vector / length, midpoint, gap, separation)


def load(path: Path, dim: int) -> TextnessDirection | None:
    """The direction that ships in a model's folder (`textness.json`); None when there is none or it doesn't fit."""
    try:
        return from_json(parse_json(path.read_text(encoding="utf-8")), dim)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        _log.warning("textness.json cannot be read, learning it again: %s", loggable(error))
        return None


def save(direction: TextnessDirection, path: Path, encoder_key: str) -> None:
    """Write `textness.json`."""
    path.write_text(json.dumps(to_json(direction, encoder_key)) + "\n", encoding="utf-8")


def open_grounds(paths: Sequence[Path]) -> "Iterable[Image.Image]":
    """The readable ones of `paths` (thumbnails) as RGB pictures, one at a time."""
    from PIL import Image

    for path in paths:
        try:
            with Image.open(path) as picture:
                yield picture.convert("RGB")
        except (OSError, ValueError, SyntaxError) as error:
            _log.debug("no ground from %s: %s", path, error)


def stored_direction(encoder: Encoder, state: State, folder: Path | None) -> TextnessDirection | None:
    """The direction that came with the model (in its `folder`) or that this library learned; None when neither."""
    shipped = load(folder / "textness.json", encoder.info.dim) if folder else None
    return shipped or from_json(state.get(_state_key(encoder)), encoder.info.dim)


def direction_for(
    encoder: Encoder,
    state: State,
    *,
    folder: Path | None = None,
    thumbnails: Sequence[Path] = (),
    pairs: int = 600,
    progress: Callable[[int, int], None] | None = None,
) -> TextnessDirection:
    """The model's direction: shipped in its `folder`, learned before, or learned now and kept in `state`.

    `thumbnails` are photos of the library to write on, taken in this order: pass a random few hundred.
    `ModelError` when the model gives vectors that nothing can be learned from.
    """
    found = stored_direction(encoder, state, folder)
    if found is not None:
        return found
    try:
        direction = learn(encoder, open_grounds(thumbnails), pairs=pairs, progress=progress)
    except np.linalg.LinAlgError as error:
        raise ModelError(
            f"The model {encoder.info.name} gives unusable embeddings ({error})", "Install it again or use another one."
        ) from error
    state.set(_state_key(encoder), to_json(direction, encoder.info.key))
    return direction


def _state_key(encoder: Encoder) -> str:
    return f"textness/{encoder.info.key}"
