"""Vectors shaped like those of photos: clustered, on a narrow cone."""

import numpy as np

from clipdesk.core.entities import Matrix


def clustered(count: int, dim: int = 64, seed: int = 0) -> Matrix:
    """Clusters of look-alikes around a common direction, as embeddings of photos lie."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((max(1, count // 25), dim)) + 2 * rng.standard_normal(dim)
    vectors = centres[rng.integers(len(centres), size=count)] + 0.5 * rng.standard_normal((count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
