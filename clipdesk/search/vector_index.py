"""Nearest photos to a query vector, exactly: what is proposed by short vectors or a graph is scored here too.

Photos are named by their row in the order in which the index got them.
"""

from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import HalfMatrix, Matrix, Vector
from clipdesk.core.ranking import Floats, best
from clipdesk.search.growing import Rows
from clipdesk.search.mapped_rows import MappedRows, mapped_rows

Allowed = npt.NDArray[np.bool_]
"""Which rows may be found: bool, shape [n]."""

_FULL_PRECISION_BYTES = 512 * 1024 * 1024
"""Up to here vectors are kept as float32: converting float16 costs more than the matrix product itself."""
_CHUNK = 4_096
_CONVERTED = 1_024
"""Rows converted at a time: so many stay in the processor's cache; more take much longer."""
_SIGN_AND_REST = np.int32(-0x70002000)
_REBIAS = np.float32(2.0**112)


class VectorIndex(Protocol):
    """Finds the rows with the greatest inner product with a query."""

    def __len__(self) -> int:
        """The number of rows."""
        ...

    def search(self, query: Vector, count: int, allowed: Allowed | None = None) -> tuple[Rows, Floats]:
        """Return up to `count` allowed rows, best first, with their exact q·v; fewer when there are no more."""
        ...


class ExactIndex:
    """One float32 matrix product over every row: recall 1, a few milliseconds for 100,000 rows in memory.

    Takes float16 or float32 [n, dim], in memory or memory-mapped. Big ones stay as they are and are converted in
    pieces, and all do when not `full_precision`: for an index that mostly scores the candidates of another.
    """

    def __init__(self, vectors: HalfMatrix | Matrix, *, full_precision: bool = True) -> None:
        self._budget = _FULL_PRECISION_BYTES if full_precision else 0
        self._dim = vectors.shape[1]
        self._blocks: list[HalfMatrix | Matrix] = []
        self._bytes = 0
        self._rows = 0
        self._opened: dict[int, MappedRows] = {}
        self.append(vectors)

    def __len__(self) -> int:
        return self._rows

    def frozen(self) -> "ExactIndex":
        """Return an index of the present rows, which rows that are added later do not change; nothing is copied."""
        other = ExactIndex(np.zeros((0, self._dim), np.float16))
        other._blocks, other._rows, other._opened = list(self._blocks), self._rows, self._opened
        return other

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._dim

    def append(self, vectors: HalfMatrix | Matrix) -> None:
        """Add rows after the present ones: [n, dim]."""
        if not len(vectors):
            return
        size = len(vectors) * self._dim * 4
        added: HalfMatrix | Matrix = vectors
        if self._bytes + size <= self._budget:
            added = vectors.astype(np.float32, copy=False)
            self._bytes += size
        if self._blocks and len(self._blocks[-1]) < _CHUNK and self._blocks[-1].dtype == added.dtype:
            # Many small commits must not become many small products.
            added = cast("Matrix", np.concatenate([self._blocks.pop(), added]))
        if file := mapped_rows(added):
            self._opened[id(added)] = file
        self._blocks.append(added)
        self._rows = sum(len(block) for block in self._blocks)

    def similarities(self, query: Vector) -> Floats:
        """Return q·v of every row: float32 [n]."""
        return self._similarities_from(query, 0)

    def _similarities_from(self, query: Vector, first: int) -> Floats:
        result = np.empty(self._rows - first, np.float32)
        start, done = 0, 0
        for block in self._blocks:
            skipped = min(max(first - start, 0), len(block))
            start += len(block)
            step = len(block) if block.dtype == np.float32 else _CONVERTED
            for at in range(skipped, len(block), step):
                part = block[at : at + step]
                np.dot(_float32(part), query, out=result[done : done + len(part)])
                done += len(part)
        return result

    def similarities_at(self, query: Vector, rows: Rows) -> Floats:
        """Return q·v of some rows: float32 [len(rows)]."""
        return np.asarray(self.vectors_at(rows) @ query, dtype=np.float32)

    def vectors_at(self, rows: Rows) -> Matrix:
        """Return some rows: float32 [len(rows), dim]."""
        result = np.empty((len(rows), self._dim), np.float32)
        start = 0
        for block in self._blocks:
            here = (rows >= start) & (rows < start + len(block))
            if here.any():
                places, file = rows[here] - start, self._opened.get(id(block))
                result[here] = _float32(block[places] if file is None else file.rows(places))
            start += len(block)
        return result

    def search(self, query: Vector, count: int, allowed: Allowed | None = None) -> tuple[Rows, Floats]:
        """Return up to `count` allowed rows, best first, with their q·v."""
        return self._best(self.similarities(query), count, None if allowed is None else np.flatnonzero(allowed))

    def search_from(self, query: Vector, count: int, first: int, allowed: Allowed | None = None) -> tuple[Rows, Floats]:
        """Search the rows from `first` on."""
        rows = None if allowed is None else np.flatnonzero(allowed[first:])
        found, similarities = self._best(self._similarities_from(query, first), count, rows)
        return found + first, similarities

    @staticmethod
    def _best(similarities: Floats, count: int, rows: Rows | None) -> tuple[Rows, Floats]:
        if rows is not None:
            similarities = similarities[rows]
        top = best(similarities, max(count, 0))
        top = top[np.lexsort((top, -similarities[top]))]
        return (top if rows is None else rows[top]), similarities[top]


def _float32(vectors: HalfMatrix | Matrix) -> Matrix:
    """Return finite numbers as float32, exactly. numpy converts float16 one by one, several times slower.

    float16 has its sign, exponent and fraction in the order of float32: moved into place, only the exponent's bias is
    another, which a multiplication by a power of two mends (that of numbers below the normal ones too).
    """
    if vectors.dtype == np.float32:
        return cast("Matrix", vectors)
    bits = np.left_shift(vectors.view(np.int16), 13, dtype=np.int32)
    np.bitwise_and(bits, _SIGN_AND_REST, out=bits)
    result = bits.view(np.float32)
    return np.multiply(result, _REBIAS, out=result)
