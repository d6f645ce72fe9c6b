"""Shorter vectors that keep nearly all of what tells photos apart: they propose what is then scored exactly.

Principal components (Pearson, 1901; Jolliffe, "Principal Component Analysis") of the second moment of the vectors, not
of their covariance: inner products with a query are wanted, and the direction that all photos share counts in them too.
"""

import numpy as np

from clipdesk.core.entities import Matrix

KEPT = 0.995
"""Share of the vectors' squared length that the short ones keep, if it takes no more than `MOST` numbers."""
LEAST, STEP, MOST = 64, 32, 160


def learn(sample: Matrix) -> Matrix:
    """Return a basis, float32 [dim, d] with orthonormal columns, strongest first, from vectors, float32 [n, dim].

    `vectors @ basis` are the short vectors, and their inner products with `query @ basis` come near those of the long
    ones.
    """
    moment = (sample.T @ sample).astype(np.float64) / max(len(sample), 1)
    strengths, directions = np.linalg.eigh(moment)
    strengths, directions = np.maximum(strengths[::-1], 0), directions[:, ::-1]
    kept = np.cumsum(strengths) / max(float(strengths.sum()), 1e-30)
    wanted = 1 + int(np.searchsorted(kept, KEPT))
    short = min(max(STEP * -(-wanted // STEP), LEAST), MOST, sample.shape[1])
    return np.ascontiguousarray(directions[:, :short], dtype=np.float32)
