"""Arrays that rows are added to again and again: adding one must not copy a million."""

from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

_Number = TypeVar("_Number", bound=np.generic)
_LEAST = 1_024
Rows = npt.NDArray[np.intp]
"""Row numbers of photos: intp, shape [n]."""


class GrowingArray(Generic[_Number]):
    """Holds an array and room for more rows behind it; what it gave away as `values` never changes.

    The first rows are not copied (they may be mapped from a file) until some are added.
    """

    def __init__(self, values: npt.NDArray[_Number]) -> None:
        self._room = self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def reserve(self, count: int) -> None:
        """Make room for `count` rows in all, and no more."""
        if count > len(self._room):
            room = np.empty((count, *self.values.shape[1:]), self.values.dtype)
            room[: len(self.values)] = self.values
            self._room, self.values = room, room[: len(self.values)]

    def append(self, rows: npt.NDArray[_Number]) -> None:
        """Add rows: [m, ...]. Takes time in proportion to their number, but for now and then one copy of everything."""
        count = len(self.values)
        end = count + len(rows)
        if end > len(self._room):
            room = np.empty((max(end + end // 8, _LEAST), *self.values.shape[1:]), self.values.dtype)
            room[:count] = self.values
            self._room = room
        self._room[count:end] = rows
        self.values = self._room[:end]
