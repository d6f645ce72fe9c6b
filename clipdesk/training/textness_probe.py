"""The textness probe of PicCollage's CLIP study: a linear layer that reads "has written words" off an embedding.

`nn.Linear(dim, 2)` with no hidden layer, trained by cross-entropy on embeddings of pictures with and without words;
the row of the positive class, w1, is the bias that is added to queries. `search.textness` finds the same direction for
the app without PyTorch (and calibrates it); this is the study's form, to be measured against it (`textness_sides`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from clipdesk.core.entities import Matrix, Vector
from clipdesk.core.errors import UserError
from clipdesk.search.grounds import ground
from clipdesk.search.rendering import middle_square, paint_words
from clipdesk.search.textness import auc, open_grounds

_RATE, _DECAY = 0.05, 1e-3


@dataclass(frozen=True, slots=True)
class TextnessProbe:
    """What the layer learned; accuracy and AUC are of pictures that it was not trained on."""

    bias: Vector
    """The positive row w1 at unit length: float32 [dim]."""
    accuracy: float
    auc: float
    midpoint: float
    """Half-way between the means of bias·v of the training pictures without and with words."""
    gap: float
    """Between these means."""


def train_probe(
    vectors: Matrix,
    written: npt.NDArray[np.bool_],
    used: npt.NDArray[np.bool_],
    *,
    steps: int = 400,
) -> TextnessProbe:
    """Train the layer on the `used` ones of `vectors` [n, dim]; `written` bool [n] says which have words.

    Adam on all of them at once. The layer starts at zero: the problem is convex, and PyTorch's random start would stay
    in w1 wherever nothing pulls at it. UserError when one of the four parts is empty.
    """
    for part, told in ((used, "train"), (~used, "test")):
        if not (written & part).any() or not (~written & part).any():
            raise UserError(f"Too few pictures to {told} the probe on", "Give some of both kinds, with and without.")
    import torch
    from torch import nn

    layer = nn.Linear(vectors.shape[1], 2)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    inputs = torch.tensor(vectors[used], dtype=torch.float32)
    targets = torch.tensor(written[used], dtype=torch.int64)
    # Both kinds count the same, however many there are of each.
    share = float(written[used].mean())
    loss_of = nn.CrossEntropyLoss(weight=torch.tensor([0.5 / (1 - share), 0.5 / share]))
    optimizer: Any = torch.optim.AdamW(layer.parameters(), lr=_RATE, weight_decay=0)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_of(layer(inputs), targets) + _DECAY * layer.weight.square().sum()
        loss.backward()
        optimizer.step()
    weights = layer.weight.detach().numpy().astype(np.float64)
    offset = layer.bias.detach().numpy().astype(np.float64)
    logits = vectors[~used] @ weights.T + offset
    bias = (weights[1] / max(float(np.linalg.norm(weights[1])), 1e-12)).astype(np.float32)
    along = vectors[used] @ bias
    with_words, without = float(along[written[used]].mean()), float(along[~written[used]].mean())
    margin = logits[:, 1] - logits[:, 0]
    truth = written[~used]
    return TextnessProbe(
        bias=bias,
        accuracy=float(((margin > 0) == truth).mean()),
        auc=auc(margin[truth], margin[~truth]),
        midpoint=(with_words + without) / 2,
        gap=max(with_words - without, 1e-6),
    )


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures with and without words. Pairs keep together: both of a pair are for training or neither is."""

    files: tuple[Path, ...]
    written: npt.NDArray[np.bool_]
    used: npt.NDArray[np.bool_]
    """True for training, False for the comparison."""
    labels: tuple[str, ...] | None = None
    """What each shows (the folder of its ground); None when nothing is known."""


def from_folders(with_words: Sequence[Path], without: Sequence[Path], *, seed: int = 0) -> Pictures:
    """Pictures of two folders, a random half of each for training."""
    rng = np.random.default_rng(seed)
    halves = [rng.permutation(len(files)) < len(files) // 2 for files in (with_words, without)]
    written = np.concatenate([np.ones(len(with_words), bool), np.zeros(len(without), bool)])
    return Pictures((*with_words, *without), written, np.concatenate(halves))


def render_pairs(
    grounds: Sequence[Path],
    folder: Path,
    *,
    pairs: int,
    seed: int = 0,
    size: int = 256,
    progress: Callable[[int, int], None] | None = None,
) -> Pictures:
    """Write `pairs` grounds with and without rendered words into `folder` as JPEG; half of the pairs is for training.

    `grounds` are photos, taken in a random order; without any, grounds are drawn. When they come from at least two
    folders, the folder's name is what a picture shows.
    """
    rng = np.random.default_rng(seed)
    order: list[int] = rng.permutation(len(grounds)).tolist()
    chosen = [grounds[place] for place in order[:pairs]]
    count = len(chosen) or pairs
    files: list[Path] = []
    names: list[str] = []
    for number in range(count):
        plain = _ground(chosen[number], size) if chosen else ground(rng, size)
        if plain is None:
            continue
        for kind, picture in (("plain", plain), ("words", paint_words(plain, rng))):
            files.append(folder / f"{number:05}-{kind}.jpg")
            picture.save(files[-1], quality=92)
            names.append(chosen[number].parent.name.replace("_", " ") if chosen else "")
        if progress:
            progress(number + 1, count)
    made = np.arange(len(files))
    labels = tuple(names) if len(set(names)) > 1 else None
    return Pictures(tuple(files), made % 2 == 1, made // 2 % 2 == 0, labels)


def _ground(file: Path, size: int) -> Image.Image | None:
    picture = next(iter(open_grounds([file])), None)
    return None if picture is None else middle_square(picture, size)
