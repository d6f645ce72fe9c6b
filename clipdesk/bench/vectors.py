"""Vectors shaped like those of a real photo library, in any number.

Random vectors tell nothing about an approximate index: in hundreds of dimensions they are all equally far from each
other. Here a few hundred embeddings of real photos are the centres of clusters of very unequal sizes, as the subjects
of a library are, and every vector is its centre moved by noise about as far as two photos of one subject are apart.
"""

import numpy as np

from clipdesk.core.entities import HalfMatrix, Matrix

_CHUNK = 20_000
_SPREAD = (0.35, 0.9)
"""Length of the noise beside a centre of length 1, drawn anew for every vector: cosines of 0.94 to 0.74."""


def photo_like(centres: Matrix, count: int, seed: int = 1) -> HalfMatrix:
    """Make `count` unit vectors, float16 [count, dim], around `centres`, float32 [n, dim]."""
    random = np.random.default_rng(seed)
    weights = 1.0 / np.arange(1, len(centres) + 1)
    weights = random.permutation(weights / weights.sum())
    made = np.empty((count, centres.shape[1]), np.float16)
    root = covariance_root(centres)
    for start in range(0, count, _CHUNK):
        size = min(_CHUNK, count - start)
        chosen = centres[random.choice(len(centres), size, p=weights)]
        noise = random.standard_normal((size, len(root)), dtype=np.float32) @ root
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        vectors = chosen + noise * random.uniform(*_SPREAD, (size, 1)).astype(np.float32)
        made[start : start + size] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return made


def covariance_root(centres: Matrix) -> Matrix:
    """What turns white noise [n, k] into noise in the directions in which the photos really differ: [k, dim]."""
    _, strengths, directions = np.linalg.svd(centres - centres.mean(axis=0), full_matrices=False)
    return (strengths[:, None] * directions).astype(np.float32)


def hard_to_shorten(dim: int = 512, centres: int = 3_000, queries: int = 12, seed: int = 5) -> tuple[Matrix, Matrix]:
    """Make centres and queries, float32 [n, dim] each, whose strength falls slowly: as 1 / place.

    The 160 strongest of 512 directions hold only .83 of the variance. Queries lie
    off the photos' cone, as texts do, in a direction that nothing says is a weak one of the photos'.
    """
    random = np.random.default_rng(seed)
    strengths = 1.0 / np.arange(1, dim + 1)
    directions, _ = np.linalg.qr(random.standard_normal((dim, dim)))
    root = (np.sqrt(strengths / strengths.sum())[:, None] * directions.T).astype(np.float32)
    shared, gap = _unit(random.standard_normal((2, dim)).astype(np.float32))
    made = _unit(random.standard_normal((centres, dim)).astype(np.float32) @ root + shared)
    subjects = made[random.choice(centres, queries)] - shared
    wanted = _unit(subjects + 0.5 * random.standard_normal((queries, dim)).astype(np.float32) @ root)
    return made, _unit(0.45 * wanted + 0.8 * gap + 0.3 * shared)


def _unit(vectors: Matrix) -> Matrix:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
