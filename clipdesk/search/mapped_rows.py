"""Rows here and there of a mapped file, read instead of touched.

Touching a row makes its surroundings resident: after a few queries all of a matrix that the system has in its cache
counts as this process's memory. Reading takes as long and leaves nothing behind.
"""

import mmap
import os
from pathlib import Path
from typing import cast

import numpy as np

from clipdesk.core.entities import HalfMatrix, Matrix
from clipdesk.search.growing import Rows


class MappedRows:
    """Holds the file of a mapped matrix open: others may have deleted it by the time that it is read."""

    def __init__(self, matrix: "np.memmap[tuple[int, int], np.dtype[np.generic]]", file: Path) -> None:
        self._dim, self._dtype, self._offset = matrix.shape[1], matrix.dtype, matrix.offset
        self._descriptor = os.open(file, os.O_RDONLY)

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)

    def rows(self, rows: Rows) -> HalfMatrix | Matrix:
        """Return some rows, [len(rows), dim]. Raises OSError when the disk cannot be read."""
        width = self._dim * self._dtype.itemsize
        places = (rows * width + self._offset).tolist()
        if len(rows) and bool(np.all(np.diff(rows) == 1)):
            data = os.pread(self._descriptor, len(rows) * width, places[0])
        else:
            data = b"".join([os.pread(self._descriptor, width, place) for place in places])
        found = np.frombuffer(bytearray(data), self._dtype).reshape(len(rows), self._dim)
        return cast("HalfMatrix | Matrix", found)


def mapped_rows(matrix: HalfMatrix | Matrix) -> MappedRows | None:
    """Return what reads rows of a matrix.

    None when it is no whole mapped file (a part of one does not know where it begins), and on Windows, which cannot
    read at a place.
    """
    if not isinstance(matrix, np.memmap) or not isinstance(matrix.base, mmap.mmap) or matrix.filename is None:
        return None
    if not hasattr(os, "pread"):
        return None
    return MappedRows(matrix, Path(os.fsdecode(matrix.filename)))
