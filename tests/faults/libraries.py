"""Photos for small libraries."""

from pathlib import Path

import numpy as np
from PIL import Image


def make_pictures(folder: Path, count: int, *, first: int = 0) -> Path:
    """Pictures of coloured blocks, each of its own, in a few folders."""
    for number in range(first, first + count):
        file = folder / f"{number % 3}" / f"{number:04}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        blocks = np.random.default_rng(number).integers(0, 256, (6, 8, 3), dtype=np.uint8)
        Image.fromarray(blocks).resize((320, 240), Image.Resampling.NEAREST).save(file, quality=90)
    return folder
