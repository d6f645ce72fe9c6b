"""Text vectors that are needed again and again, kept in the user's cache folder."""

import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from clipdesk.core.entities import Matrix
from clipdesk.core.errors import loggable

_log = logging.getLogger(__name__)


def cached_vectors(file: Path, shape: tuple[int, int], make: Callable[[], Matrix]) -> Matrix:
    """Return the float32 matrix in `file`; made, and written there where possible, when missing or of another shape."""
    try:
        matrix = np.load(file, allow_pickle=False)
        if matrix.shape == shape and matrix.dtype == np.float32 and bool(np.isfinite(matrix).all()):
            return matrix
        _log.warning("cached vectors do not fit and are made again")
    except FileNotFoundError:
        pass
    except (OSError, ValueError, EOFError) as error:
        _log.warning("cached vectors cannot be read and are made again: %s", loggable(error))
    matrix = make()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as target:
            np.save(target, matrix)
        Path(name).replace(file)
    except OSError as error:
        _log.warning("vectors could not be cached: %s", loggable(error))
    return matrix
