"""Arrays on disk that are filled once, row by row, and survive a kill in the middle."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from clipdesk.training.schedule import Indices

_MISSING, _DONE, _FAILED = 0, 1, 2


class OutOfTimeError(Exception):
    """The time limit came while something was prepared; what was done is kept."""


class RowStore:
    """A memory-mapped array [rows, ...] and a byte for each row that says whether it is there.

    Whoever names `file` must put everything that the rows depend on into the name.
    """

    def __init__(self, file: Path, shape: Sequence[int], dtype: npt.DTypeLike) -> None:
        """Open or create `file` (the rows, raw) and `file`.done."""
        self.rows: npt.NDArray[Any] = _map(file, tuple(shape), np.dtype(dtype))
        self._state: npt.NDArray[np.uint8] = _map(file.with_name(f"{file.name}.done"), (shape[0],), np.dtype(np.uint8))

    @property
    def readable(self) -> Indices:
        """Rows that are there."""
        return np.flatnonzero(self._state == _DONE)

    @property
    def missing(self) -> Indices:
        """Rows that nobody has tried to make yet."""
        return np.flatnonzero(self._state == _MISSING)

    @property
    def failed(self) -> int:
        """How many rows could not be made."""
        return int((self._state == _FAILED).sum())

    def put(self, row: int, value: npt.NDArray[Any] | None) -> None:
        """Keep a row; None says that it cannot be made. The mark comes after the values: a kill loses only itself."""
        if value is not None:
            self.rows[row] = value
        self._state[row] = _FAILED if value is None else _DONE

    def fill(
        self,
        make: Callable[[Indices], Sequence[npt.NDArray[Any] | None] | npt.NDArray[Any]],
        at_once: int,
        tell: Callable[[int, int], None],
        expired: Callable[[], bool],
    ) -> None:
        """Make all missing rows, `at_once` at a time; `tell(done, total)`. Raises OutOfTimeError when `expired()`."""
        missing = self.missing
        before = len(self._state) - len(missing)
        for start in range(0, len(missing), at_once):
            if expired():
                raise OutOfTimeError
            part = missing[start : start + at_once]
            for row, value in zip(part, make(part), strict=True):
                self.put(int(row), value)
            tell(before + start + len(part), len(self._state))


def _map(file: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if not file.is_file() or file.stat().st_size != size:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as new:
            new.truncate(size)
    return np.memmap(file, dtype, "r+", shape=shape)
