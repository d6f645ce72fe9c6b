"""Photos for small libraries, and a library that nothing has disturbed, to compare others with."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .likeness import Contents, contents
from .running import clipdesk


@dataclass(frozen=True)
class Undisturbed:
    """Photos, a finished library of them, what it holds and how many bytes it takes."""

    photos: Path
    library: Path
    contents: Contents
    bytes: int


def make_pictures(folder: Path, count: int, *, first: int = 0) -> Path:
    """Pictures of coloured blocks, each of its own, in a few folders."""
    for number in range(first, first + count):
        file = folder / f"{number % 3}" / f"{number:04}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        blocks = np.random.default_rng(number).integers(0, 256, (6, 8, 3), dtype=np.uint8)
        Image.fromarray(blocks).resize((320, 240), Image.Resampling.NEAREST).save(file, quality=90)
    return folder


def make_undisturbed(folder: Path, count: int) -> Undisturbed:
    """Make and index `count` pictures."""
    photos, library = make_pictures(folder / "Photos", count), folder / "library"
    assert clipdesk(library, "index", photos).code == 0
    size = sum(path.stat().st_size for path in library.rglob("*") if path.is_file())
    return Undisturbed(photos, library, contents(library), size)
