"""Photos ready for cutting: decoded once, kept small and whole, memory-mapped; and random views of them."""

import io
import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import xxhash
from PIL import Image, ImageEnhance

from clipdesk.core.entities import Pixels
from clipdesk.core.errors import DecodeError, UserError
from clipdesk.indexing.decoder import load_preview
from clipdesk.training.row_store import RowStore
from clipdesk.training.schedule import Indices

_MARGIN = 1.25
"""Stored side over the model's: a crop of 64 % of the area is not enlarged."""
_AT_ONCE = 32
_LOG_RATIO = math.log(3 / 4)


class PhotoStore:
    """Whole photos squashed to a square, uint8 [side, side, 3], with the aspect ratio that undoes the squashing."""

    def __init__(self, folder: Path, files: Sequence[Path], size: int) -> None:
        """Open or start the store of `files` below `folder`; `size` is the side of the views that will be cut."""
        self._files = files
        self._side = round(size * _MARGIN)
        self.key = f"{_digest(files)}-{self._side}"
        """Names the photos as they are now and the size that they are kept in."""
        name = f"photos-{self.key}"
        self._photos = RowStore(folder / f"{name}.u8", (len(files), self._side, self._side, 3), np.uint8)
        self._cutters = ThreadPoolExecutor(min(8, os.cpu_count() or 1), thread_name_prefix="views")
        self._aspects = RowStore(folder / f"{name}.aspects", (len(files),), np.float32)

    def fill(self, tell: Callable[[int, int], None], expired: Callable[[], bool]) -> Indices:
        """Decode what is missing; gives the indices of the photos that can be read. OutOfTimeError when `expired()`."""
        with ThreadPoolExecutor(2) as pool:

            def make(part: Indices) -> list[Pixels | None]:
                return list(pool.map(self._read, part))

            self._photos.fill(make, _AT_ONCE, tell, expired)
        readable = self._photos.readable
        if not len(readable):
            raise UserError("none of the photos can be read", "Name a folder of photos.")
        return readable

    @property
    def failed(self) -> int:
        """How many files could not be read."""
        return self._photos.failed

    def _read(self, index: int) -> Pixels | None:
        try:
            encoded, width, height = load_preview(self._files[index], 2 * self._side)
        except DecodeError:
            return None
        with Image.open(io.BytesIO(encoded)) as picture:
            squashed = picture.convert("RGB").resize((self._side, self._side), Image.Resampling.BICUBIC)
        self._aspects.put(index, np.asarray(width / height, np.float32))
        return np.asarray(squashed)

    def views(self, indices: Indices, size: int, seed: Sequence[int], least: float, colour: float) -> list[Image.Image]:
        """A random view of each photo, size x size; see `random_view`. The same `seed` gives the same views."""

        def cut(index: int) -> Image.Image:
            rng = np.random.default_rng((*seed, index))
            picture = Image.fromarray(self._photos.rows[index])
            return random_view(picture, float(self._aspects.rows[index]), size, rng, least, colour)

        return list(self._cutters.map(cut, map(int, indices)))


def random_view(
    squashed: Image.Image, aspect: float, size: int, rng: np.random.Generator, least: float, colour: float
) -> Image.Image:
    """Random resized crop (Szegedy et al. 2015), flip and colour of a photo that was squashed to a square.

    `aspect` is the photo's width over height. The crop has between `least` and all of its area and a ratio of 3:4 to
    4:3; brightness, contrast and saturation change by up to `colour` (0.2: a fifth).
    """
    left, top, width, height = _box(aspect, rng, least)
    side = squashed.width
    box = (left * side, top * side, (left + width) * side, (top + height) * side)
    view = squashed.resize((size, size), Image.Resampling.BICUBIC, box)
    if rng.random() < 0.5:
        view = view.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for kind in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color) if colour else ():
        view = kind(view).enhance(1 + colour * float(rng.uniform(-1, 1)))
    return view


def _box(aspect: float, rng: np.random.Generator, least: float) -> tuple[float, float, float, float]:
    """(left, top, width, height) as shares of the photo's sides; the largest middle square after ten misfits."""
    for _ in range(10):
        area = rng.uniform(least, 1) * aspect
        ratio = math.exp(rng.uniform(_LOG_RATIO, -_LOG_RATIO))
        width, height = float(np.sqrt(area * ratio) / aspect), float(np.sqrt(area / ratio))
        if width <= 1 and height <= 1:
            return float(rng.uniform(0, 1 - width)), float(rng.uniform(0, 1 - height)), width, height
    width, height = min(1.0, 1 / aspect), min(1.0, aspect)
    return (1 - width) / 2, (1 - height) / 2, width, height


def _digest(files: Sequence[Path]) -> str:
    digest = xxhash.xxh3_64()
    for file in files:
        stat = file.stat() if file.is_file() else None
        digest.update(repr((str(file), stat and (stat.st_size, stat.st_mtime_ns))).encode("ascii", "backslashreplace"))
    return digest.hexdigest()
