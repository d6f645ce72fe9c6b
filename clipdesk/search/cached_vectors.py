"""Text vectors that are needed again and again, kept in the user's cache folder."""

import logging
import os
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np

from clipdesk.core.entities import Matrix
from clipdesk.core.errors import loggable

_log = logging.getLogger(__name__)
_DIGITS = 8
"""Of the checksum at the end of a file."""


def cached_vectors(file: Path, shape: tuple[int, int], make: Callable[[], Matrix]) -> Matrix:
    """Return the float32 matrix in `file`; made, and written there where possible, when missing or of another shape."""
    try:
        matrix = _read(file)
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
        write_whole(file, _bytes(matrix))
    except OSError as error:
        _log.warning("vectors could not be cached: %s", loggable(error))
    return matrix


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, and nothing else is. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
        Path(name).replace(file)
    except OSError:
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)
        raise


def _bytes(matrix: Matrix) -> bytes:
    buffer = BytesIO()
    np.save(buffer, matrix)
    content = buffer.getvalue()
    return content + _checksum(content)


def _read(file: Path) -> Matrix:
    """Raises OSError, ValueError for a file that is not as it was written."""
    content = file.read_bytes()
    array, checksum = content[:-_DIGITS], content[-_DIGITS:]
    if _checksum(array) != checksum:
        raise ValueError("it is damaged")
    matrix: Matrix = np.load(BytesIO(array), allow_pickle=False)
    return matrix


def _checksum(content: bytes) -> bytes:
    return b"%08x" % zlib.crc32(content)
