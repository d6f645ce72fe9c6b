"""How a picture is laid out, as a short vector: tells copies of one picture from other pictures of the same subject.

An embedding tells what is in a picture, and a small model's is no judge of whether two are the same shot: different
photos of one subject may be nearer to each other than a small copy is to its original. So near-duplicates are told by
their layout as well, after perceptual hashing (Zauner, "Implementation and benchmarking of perceptual image hash
functions", 2010): the low frequencies of a cosine transform, here kept as numbers and not as bits, in colour, and each
weighted by its frequency, since the strength of natural pictures falls that way.
Other sizes and JPEG qualities hardly change it, brightness and small turns a little, a cut border most.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Matrix
from clipdesk.core.marked_jpeg import is_whole

_SIDE = 32
_LUMA, _CHROMA = 10, 5
_CHROMA_SHARE = 0.5
_LEAST_LUMA, _LEAST_CHROMA = 8.0, 30.0
"""What is flatter than this is like nothing: there would be only noise to compare."""
DIM = _LUMA * _LUMA + 2 * _CHROMA * _CHROMA
"""The length of a layout vector."""

Planes = npt.NDArray[np.uint8]
"""Luma and both chromas of small pictures: uint8 [n, 32, 32, 3]."""


def read_planes(thumbnail: Path) -> Planes:
    """Read a thumbnail as uint8 [32, 32, 3]. Raises OSError for one that is missing or damaged."""
    from PIL import Image

    data = thumbnail.read_bytes()
    if not is_whole(data):
        raise OSError("the thumbnail is damaged")
    with Image.open(BytesIO(data)) as picture:
        # An eighth of the size is decoded in a fraction of the time.
        picture.draft("YCbCr", (2 * _SIDE, 2 * _SIDE))
        small = picture.convert("YCbCr").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    return np.asarray(small, np.uint8)


def layouts(planes: Planes) -> Matrix:
    """Return the layouts of small pictures: float32 [n, DIM], unit length; shorter for what is flat, down to zero."""
    cosines = _cosines(max(_LUMA, _CHROMA))
    spectrum = np.einsum("ki,nijc,lj->nckl", cosines, planes.astype(np.float32), cosines, optimize=True)
    parts = [_weighted(spectrum[:, 0], _LUMA, _LEAST_LUMA, 1.0)]
    parts += [_weighted(spectrum[:, channel], _CHROMA, _LEAST_CHROMA, _CHROMA_SHARE) for channel in (1, 2)]
    joined = np.concatenate(parts, axis=1)
    return (joined / np.maximum(np.linalg.norm(joined, axis=1, keepdims=True), 1.0)).astype(np.float32)


def _cosines(count: int) -> Matrix:
    """The first `count` rows of the cosine transform of 32 numbers (DCT-II, orthonormal but for the first)."""
    places = np.arange(_SIDE) + 0.5
    return (np.cos(np.pi * np.outer(np.arange(count), places) / _SIDE) * np.sqrt(2 / _SIDE)).astype(np.float32)


def _weighted(spectrum: Matrix, size: int, least: float, share: float) -> Matrix:
    rows, columns = np.mgrid[:size, :size]
    kept = (spectrum[:, :size, :size] * np.hypot(rows, columns)).reshape(len(spectrum), -1)
    return share * kept / np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), least)
