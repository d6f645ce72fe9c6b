"""Procedural grounds: pictures of nothing in particular, on which words can be rendered.

They let any model learn what written words look like before a single photo is known. Every picture is square, RGB and
made from the given random generator alone, so the same seed makes the same grounds.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Field = npt.NDArray[np.floating[Any]]
"""A smooth or striped field of values in 0..1: shape [size, size]; colours and pixels 0..255: [..., 3]."""


def ground(rng: np.random.Generator, size: int) -> Image.Image:
    """One random ground of `size` x `size` pixels."""
    kind = rng.integers(len(_FIELDS) + 1)
    if kind == len(_FIELDS):
        return _landscape(rng, size)
    mix = _FIELDS[kind](rng, size)[..., None]
    dark, light = _colour(rng), _colour(rng)
    pixels = dark * (1 - mix) + light * mix
    if rng.random() < 0.4:
        pixels = _with_blobs(rng, pixels, size)
    return _finish(rng, pixels)


def _colour(rng: np.random.Generator) -> Field:
    """A random colour, 0..255, greyish more often than not, as photos are."""
    grey = rng.uniform(10, 245)
    return np.clip(grey + rng.normal(0, rng.choice([8, 30, 80]), 3), 0, 255).astype(np.float32)


def _noise(rng: np.random.Generator, size: int, cells: int) -> Field:
    """Smooth noise: a few random cells, enlarged."""
    coarse = Image.fromarray(rng.integers(0, 256, (cells, cells), dtype=np.uint8))
    return np.asarray(coarse.resize((size, size), Image.Resampling.BICUBIC), np.float32) / 255


def _plain(rng: np.random.Generator, size: int) -> Field:
    return np.full((size, size), rng.random(), np.float32)


def _ramp(rng: np.random.Generator, size: int) -> Field:
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    along = x * np.cos(angle) + y * np.sin(angle)
    return ((along - along.min()) / np.ptp(along)).astype(np.float32)


def _glow(rng: np.random.Generator, size: int) -> Field:
    y, x = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    distance = np.hypot(x - rng.uniform(0.1, 0.9), y - rng.uniform(0.1, 0.9))
    return np.clip(1 - distance / rng.uniform(0.4, 1.2), 0, 1).astype(np.float32)


def _stripes(rng: np.random.Generator, size: int) -> Field:
    wave = np.sin(_ramp(rng, size) * rng.uniform(4, 60) * np.pi)
    return ((wave > 0) if rng.random() < 0.5 else wave / 2 + 0.5).astype(np.float32)


def _checks(rng: np.random.Generator, size: int) -> Field:
    cells = int(rng.integers(3, 16))
    steps = np.arange(size) * cells // size
    return ((steps[:, None] + steps[None, :]) % 2).astype(np.float32)


def _clouds(rng: np.random.Generator, size: int) -> Field:
    field = sum((_noise(rng, size, 2**power + 1) / power for power in range(1, 7)), np.zeros((size, size), np.float32))
    return ((field - field.min()) / max(float(np.ptp(field)), 1e-6)).astype(np.float32)


def _bricks(rng: np.random.Generator, size: int) -> Field:
    rows = int(rng.integers(5, 14))
    y, x = np.mgrid[0 : float(rows) : size * 1j, 0 : rows / 2 : size * 1j]
    x = x + (np.floor(y) % 2) / 2
    joint = (y % 1 < 0.12) | (x % 1 < 0.06)
    return np.where(joint, 1.0, 0.3 * _noise(rng, size, rows)).astype(np.float32)


_FIELDS = (_plain, _ramp, _glow, _stripes, _checks, _clouds, _clouds, _bricks)


def _with_blobs(rng: np.random.Generator, pixels: Field, size: int) -> Field:
    """Put a few soft-edged ellipses and boxes on the field."""
    y, x = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    for _ in range(rng.integers(1, 7)):
        across, down = (x - rng.random()) / rng.uniform(0.05, 0.4), (y - rng.random()) / rng.uniform(0.05, 0.4)
        distance = np.hypot(across, down) if rng.random() < 0.6 else np.maximum(np.abs(across), np.abs(down))
        cover = np.clip((1 - distance) * rng.uniform(4, 40), 0, 1)[..., None].astype(np.float32)
        pixels = pixels * (1 - cover) + _colour(rng) * cover
    return pixels


def _landscape(rng: np.random.Generator, size: int) -> Image.Image:
    """A sky over one to three hills: the coarse layout of many photos."""
    sky = _ramp(rng, size)[..., None]
    pixels = _colour(rng) * sky + _colour(rng) * (1 - sky)
    rows = np.arange(size, dtype=np.float32)[:, None] / size
    horizon = float(rng.uniform(0.2, 0.6))
    for _ in range(int(rng.integers(1, 4))):
        ridge = horizon + 0.25 * (_noise(rng, size, int(rng.integers(2, 7)))[0] - 0.5)
        texture = 0.6 + 0.4 * _noise(rng, size, int(rng.integers(4, 60)))[..., None]
        pixels = np.where((rows > ridge)[..., None], _colour(rng) * texture, pixels)
        horizon += float(rng.uniform(0.1, 0.25))
    return _finish(rng, pixels)


def _finish(rng: np.random.Generator, pixels: Field) -> Image.Image:
    """Add sensor-like grain and make it a picture."""
    grain = rng.normal(0, rng.choice([0, 3, 10, 25]), pixels.shape)
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8), "RGB")
