"""Photos with captions, split into those to train on and those to measure with."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clipdesk.core.errors import UserError
from clipdesk.training.evaluate import read_captions
from clipdesk.training.schedule import Indices


@dataclass(frozen=True, slots=True)
class CaptionSet:
    """Photos, each with one or more captions. `names` are paths below the images' folder."""

    names: tuple[str, ...]
    captions: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.names)

    def only(self, indices: Sequence[int] | Indices) -> "CaptionSet":
        """The photos of these indices."""
        return CaptionSet(tuple(self.names[int(i)] for i in indices), tuple(self.captions[int(i)] for i in indices))

    @property
    def texts(self) -> list[str]:
        """All captions, photo after photo."""
        return [text for texts in self.captions for text in texts]

    @property
    def starts(self) -> Indices:
        """Where the captions of each photo start in `texts`, and where the last ends: [photos + 1]."""
        return np.concatenate([[0], np.cumsum([len(texts) for texts in self.captions])]).astype(np.int64)

    def digest(self) -> str:
        """A short name of the content."""
        content = repr((self.names, self.captions)).encode("utf-8", "backslashreplace")
        return hashlib.sha256(content).hexdigest()[:16]


def read(file: Path) -> CaptionSet:
    """The set of an `image,caption` CSV. UserError when it is not one."""
    found: dict[str, list[str]] = {}
    for name, caption in read_captions(file):
        found.setdefault(name, []).append(caption)
    return CaptionSet(tuple(found), tuple(map(tuple, found.values())))


def write(captions: CaptionSet, file: Path) -> None:
    """Write a set as an `image,caption` CSV."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["image", "caption"])
        for name, texts in zip(captions.names, captions.captions, strict=True):
            writer.writerows([name, text] for text in texts)


def split(captions: CaptionSet, held_out: str, seed: int) -> tuple[CaptionSet, CaptionSet]:
    """(to train on, to measure with). `held_out`: a share of the photos (0..0.5), or an `image,caption` CSV of them.

    Photos of the CSV are not trained on even when the captions name them too.
    """
    share = _share(held_out)
    if share is None:
        measured = read(Path(held_out).expanduser())
        apart = set(measured.names)
        return _enough(captions.only([i for i, name in enumerate(captions.names) if name not in apart])), measured
    held = split_indices(len(captions), share, seed)
    trained = np.setdiff1d(np.arange(len(captions)), held)
    return _enough(captions.only(trained)), captions.only(held)


def split_indices(count: int, share: float, seed: int) -> Indices:
    """Sorted indices of the share that is held out, at least one unless the share is 0."""
    held = min(count - 1, max(1, round(count * share))) if share else 0
    return np.sort(np.random.default_rng((seed, 7)).permutation(count)[:held])


def _share(text: str) -> float | None:
    try:
        share = float(text)
    except ValueError:
        return None
    if not 0 <= share <= 0.5:
        raise UserError(f"{text} is no share of photos to hold out", "Use a number from 0 to 0.5, or a CSV file.")
    return share


def _enough(captions: CaptionSet) -> CaptionSet:
    if len(captions) < 2:
        raise UserError("there are fewer than two photos to train on", "Name more captions and photos.")
    return captions
