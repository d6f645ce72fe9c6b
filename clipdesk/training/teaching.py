"""What a teacher says of random views of photos, asked once per view and kept on disk."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from clipdesk.core.entities import HalfMatrix, Pixels
from clipdesk.models.encoder import Encoder
from clipdesk.training.photo_store import PhotoStore
from clipdesk.training.reports import Reports
from clipdesk.training.row_store import RowStore
from clipdesk.training.schedule import Indices

_AT_ONCE = 64


class Teaching:
    """Passes over the photos: in each, one view of every photo (uint8) and the teacher's vector of it (float16).

    Teacher and student see the same view: it is cut at the larger of their two sizes and scaled to the other's.
    Passes are made when they are first needed; later epochs take them again in turn.
    """

    def __init__(
        self,
        folder: Path,
        photos: PhotoStore,
        readable: Indices,
        teacher: Callable[[], Encoder],
        size: int,
        *,
        passes: int,
        least: float,
        colour: float,
        seed: int,
    ) -> None:
        """`teacher` is loaded when it is first asked; `size` is the side of the student's pictures."""
        self._folder, self._photos, self._readable, self._teacher = folder, photos, readable, teacher
        self._size, self._passes, self._least, self._colour, self._seed = size, passes, least, colour, seed
        self._open: dict[int, tuple[RowStore, RowStore]] = {}

    def make(self, number: int, stem: str, dim: int, reports: Reports, expired: Callable[[], bool]) -> None:
        """Make what is missing of pass `number`. `stem` names teacher and photos. OutOfTimeError when `expired()`."""
        number %= self._passes
        if number in self._open:
            return
        count, name = len(self._readable), f"{stem}-{self._size}-{self._seed}-{number}"
        views = RowStore(self._folder / f"views-{name}.u8", (count, self._size, self._size, 3), np.uint8)
        vectors = RowStore(self._folder / f"vectors-{name}.f16", (count, dim), np.float16)

        def ask(part: Indices) -> HalfMatrix:
            side = self._teacher().info.image.size
            larger, seed = max(self._size, side), (self._seed, number)
            cut = self._photos.views(self._readable[part], larger, seed, self._least, self._colour)
            for row, view in zip(part, cut, strict=True):
                views.put(int(row), _scaled(view, self._size))
            pixels = np.stack([_scaled(view, side) for view in cut])
            return self._teacher().encode_images(pixels).astype(np.float16)

        vectors.fill(ask, _AT_ONCE, reports.step("teaching"), expired)
        self._open[number] = (views, vectors)

    def at(self, number: int, indices: Indices) -> tuple[Pixels, npt.NDArray[np.float32]]:
        """Views uint8 [n, size, size, 3] and teacher's vectors float32 [n, dim] of pass `number`, which was made."""
        views, vectors = self._open[number % self._passes]
        return views.rows[indices], vectors.rows[indices].astype(np.float32)


def _scaled(view: Image.Image, size: int) -> Pixels:
    return np.asarray(view if view.width == size else view.resize((size, size), Image.Resampling.BICUBIC))
