"""Nearest photos to a query vector: exactly (numpy) or approximately (hnswlib), behind one protocol.

Photos are named by their row in the order in which the index got them. hnswlib is an implementation of hierarchical
navigable small world graphs (Malkov and Yashunin, arXiv:1603.09320).
"""

import math
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import HalfMatrix, Matrix, Vector
from clipdesk.core.ranking import Floats, best

if TYPE_CHECKING:
    import hnswlib

Rows = npt.NDArray[np.intp]
"""Row numbers of photos: intp, shape [n]."""
Allowed = npt.NDArray[np.bool_]
"""Which rows may be found: bool, shape [n]."""

_FULL_PRECISION_BYTES = 512 * 1024 * 1024
"""Up to here vectors are kept as float32: converting float16 costs more than the matrix product itself."""
_CHUNK = 4_096
_CONVERTED = 1_024
"""Rows converted at a time: so many stay in the processor's cache; four times as many took ten times as long."""
_SIGN_AND_REST = np.int32(-0x70002000)
_REBIAS = np.float32(2.0**112)

_LINKS = 16
_EF_CONSTRUCTION = 100
_EF_SHARE = 12
"""Candidates looked at for each one wanted. Measured on 100,000 jittered real embeddings, best 100: 3 finds .970 of the
right ones in 0.7 ms, 6 .986 in 1.2, 12 .999 in 2.3, 24 all in 4.3. (3 found .926 of 500,000.)"""
_LEAST_EF = 256
"""Measured on 20,000 jittered real embeddings with captions as queries: recall@20 and @100 above .99. Twice the links
take three to four times as long to build and gain less than .005."""


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
        self.append(vectors)

    def __len__(self) -> int:
        return self._rows

    def frozen(self) -> "ExactIndex":
        """Return an index of the present rows, which rows that are added later do not change; nothing is copied."""
        other = ExactIndex(np.zeros((0, self._dim), np.float16))
        other._blocks, other._rows = list(self._blocks), self._rows
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
            result[here] = block[rows[here] - start]
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
    """Return finite numbers as float32, exactly. numpy converts float16 one by one, six times slower than this.

    float16 has its sign, exponent and fraction in the order of float32: moved into place, only the exponent's bias is
    another, which a multiplication by a power of two mends (that of numbers below the normal ones too).
    """
    if vectors.dtype == np.float32:
        return cast("Matrix", vectors)
    bits = np.left_shift(vectors.view(np.int16), 13, dtype=np.int32)
    np.bitwise_and(bits, _SIGN_AND_REST, out=bits)
    result = bits.view(np.float32)
    return np.multiply(result, _REBIAS, out=result)


class HnswIndex:
    """A graph over the first rows of an exact index; the rows after them are searched exactly alongside.

    The graph proposes candidates only: what is returned is scored exactly, from the exact index.
    """

    def __init__(self, graph: "hnswlib.Index", exact: ExactIndex) -> None:
        self._graph = graph
        self._exact = exact
        self.graph_rows = graph.element_count

    @classmethod
    def build(cls, exact: ExactIndex, seconds: float = math.inf) -> "HnswIndex":
        """Make the graph of all rows, or of as many as `seconds` allow: see `extend`."""
        import hnswlib

        graph = hnswlib.Index("ip", exact.dim)
        graph.init_index(max(len(exact), 1), M=_LINKS, ef_construction=_EF_CONSTRUCTION, random_seed=1)
        index = cls(graph, exact)
        index.extend(seconds)
        return index

    @classmethod
    def load(cls, file: Path, exact: ExactIndex) -> "HnswIndex":
        """Read a saved graph of the first rows of `exact`. Raises RuntimeError when the file is none of hnswlib's."""
        import hnswlib

        graph = hnswlib.Index("ip", exact.dim)
        graph.load_index(str(file))
        if graph.element_count > len(exact):
            raise RuntimeError(f"the graph has {graph.element_count} rows, the matrix only {len(exact)}")
        return cls(graph, exact)

    def extend(self, seconds: float = math.inf) -> None:
        """Take the rows that came after the graph into it, as many as `seconds` allow (at least some thousands).

        On two cores some 5,000 rows of 384 numbers a second, ever fewer as the graph grows: 200,000 in a minute.
        """
        end = monotonic() + seconds
        if len(self._exact) > self._graph.max_elements:
            self._graph.resize_index(len(self._exact))
        for start in range(self.graph_rows, len(self._exact), _CHUNK):
            rows = np.arange(start, min(start + _CHUNK, len(self._exact)))
            self._graph.add_items(self._exact.vectors_at(rows), rows, num_threads=-1)
            if monotonic() > end:
                break
        self.graph_rows = self._graph.element_count

    def save(self, file: Path) -> None:
        """Write the graph."""
        self._graph.save_index(str(file))

    def __len__(self) -> int:
        return len(self._exact)

    def search(self, query: Vector, count: int, allowed: Allowed | None = None) -> tuple[Rows, Floats]:
        """Return up to `count` allowed rows, best first, with their exact q·v."""
        rows = self._candidates(query, count, allowed)
        if rows is None:
            return self._exact.search(query, count, allowed)
        newer, _ = self._exact.search_from(query, count, self.graph_rows, allowed)
        rows = np.concatenate([rows, newer])
        similarities = self._exact.similarities_at(query, rows)
        top = np.lexsort((rows, -similarities))[: max(count, 0)]
        return rows[top], similarities[top]

    def _candidates(self, query: Vector, count: int, allowed: Allowed | None) -> Rows | None:
        """Return at least `count` allowed rows of the graph, or None when an exact search is the better way."""
        total = self.graph_rows
        permitted = total if allowed is None else int(np.count_nonzero(allowed[:total]))
        # Rows that are not allowed take up places among the neighbours, so more of them are asked for.
        wanted = min(total, int(1.2 * count * total / max(permitted, 1)) + 16)
        if permitted < total // 2 or wanted > total // 4:
            return None
        self._graph.set_ef(max(_LEAST_EF, _EF_SHARE * wanted))
        try:
            labels, _ = self._graph.knn_query(query[None], k=wanted, num_threads=1)
        except RuntimeError:
            # "Cannot return the results in a contiguous 2D array": fewer are reachable than were asked for.
            return None
        rows = labels[0].astype(np.intp)
        if allowed is not None:
            rows = rows[allowed[rows]]
        return rows if len(rows) >= min(count, permitted) else None
