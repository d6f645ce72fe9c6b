"""Photos of the size that cameras make: what decoding a JPEG at a fraction of its size saves."""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from PIL import Image

from clipdesk.bench.photos import photos_below
from clipdesk.bench.table import Measurement
from clipdesk.core.entities import ImageSpec
from clipdesk.indexing.decoder import DecodeTask, prepare
from clipdesk.indexing.model_input import model_pixels
from clipdesk.indexing.thumbnails import encode_jpeg

_SIZES = ((12, (4000, 3000)), (48, (8000, 6000)))
_GRAIN = 6.0
"""Standard deviation of the noise, in grey levels: a photo that is only enlarged has no detail to decode."""


def measure(source: Path, spec: ImageSpec, runs: int) -> list[Measurement]:
    """Prepare one photo of `source`, enlarged to 12 and 48 megapixels, as indexing does, and whole, in turns."""
    photo = photos_below(source)[0]
    rows: list[Measurement] = []
    with tempfile.TemporaryDirectory(prefix="clipdesk-bench-") as scratch:
        for megapixels, size in _SIZES:
            file = Path(scratch) / f"{megapixels}.jpg"
            _enlarge(photo, size, file)
            reduced: list[float] = []
            whole: list[float] = []
            for run in range(2 * runs + 1):
                begun = perf_counter()
                prepare(DecodeTask(str(file), spec, str(Path(scratch) / f"thumbnails-{megapixels}-{run}")))
                reduced.append(perf_counter() - begun)
                begun = perf_counter()
                _decode_whole(file, spec)
                whole.append(perf_counter() - begun)
            note = f"decoded whole {1000 * median(whole):.0f} ms: {median(whole) / median(reduced):.1f} times as long"
            rows.append(Measurement(f"a JPEG of {megapixels} megapixels", 1000 * median(reduced), "ms", note=note))
    return rows


def _enlarge(photo: Path, size: tuple[int, int], file: Path) -> None:
    with Image.open(photo) as picture:
        large = np.asarray(picture.convert("RGB").resize(size, Image.Resampling.BICUBIC), dtype=np.float32)
    grain = np.random.default_rng(0).normal(0, _GRAIN, (*large.shape[:2], 1)).astype(np.float32)
    Image.fromarray(np.clip(large + grain, 0, 255).astype(np.uint8)).save(file, quality=92)


def _decode_whole(file: Path, spec: ImageSpec) -> None:
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    model_pixels(picture, spec)
    encode_jpeg(picture, 512)
