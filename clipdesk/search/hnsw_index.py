"""Nearest photos through a graph of their short vectors, for libraries that are too big to look at every one.

hnswlib is an implementation of hierarchical navigable small world graphs (Malkov and Yashunin, arXiv:1603.09320). It
holds its vectors as float32 in memory and cannot map them: so it gets the short ones.
"""

import errno
import math
import os
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from clipdesk.core.entities import Vector
from clipdesk.core.ranking import Floats
from clipdesk.search.reduced_index import ReducedIndex, proposals
from clipdesk.search.vector_index import Allowed, Rows

if TYPE_CHECKING:
    import hnswlib

_CHUNK = 4_096
_LINKS = 16
_EF_CONSTRUCTION = 100
_EF_SHARE = 2
"""Candidates looked at for each one wanted."""


class HnswIndex:
    """A graph over the first rows of a reduced index; the rows after them are searched exactly alongside.

    The graph proposes candidates only: what is returned is scored exactly.
    """

    def __init__(self, graph: "hnswlib.Index", reduced: ReducedIndex) -> None:
        self._graph = graph
        self._reduced = reduced
        self.graph_rows = graph.element_count

    @classmethod
    def build(cls, reduced: ReducedIndex, seconds: float = math.inf) -> "HnswIndex":
        """Make the graph of all rows, or of as many as `seconds` allow: see `extend`."""
        import hnswlib

        graph = hnswlib.Index("ip", reduced.dim)
        graph.init_index(max(len(reduced), 1), M=_LINKS, ef_construction=_EF_CONSTRUCTION, random_seed=1)
        index = cls(graph, reduced)
        index.extend(seconds)
        return index

    @classmethod
    def load(cls, file: Path, reduced: ReducedIndex) -> "HnswIndex":
        """Read a saved graph of the first rows. Raises RuntimeError when the file is none of hnswlib's."""
        import hnswlib

        graph = hnswlib.Index("ip", reduced.dim)
        graph.load_index(str(file))
        if graph.element_count > len(reduced):
            raise RuntimeError(f"the graph has {graph.element_count} rows, the matrix only {len(reduced)}")
        return cls(graph, reduced)

    def over(self, reduced: ReducedIndex) -> "HnswIndex":
        """Return the same graph with the same rows, held in another way."""
        return HnswIndex(self._graph, reduced)

    def extend(self, seconds: float = math.inf) -> None:
        """Take the rows that came after the graph into it, as many as `seconds` allow (at least some thousands)."""
        end = monotonic() + seconds
        total = len(self._reduced)
        if total > self._graph.max_elements:
            self._graph.resize_index(total)
        for start in range(self.graph_rows, total, _CHUNK):
            rows = np.arange(start, min(start + _CHUNK, total))
            self._graph.add_items(self._reduced.rows(start, start + len(rows)), rows, num_threads=-1)
            if monotonic() > end:
                break
        self.graph_rows = self._graph.element_count

    def save(self, file: Path) -> None:
        """Write the graph. Raises OSError when the disk did not take all of it, which hnswlib does not tell."""
        self._graph.save_index(str(file))
        size = int(self._graph.index_file_size())
        if file.stat().st_size != size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def __len__(self) -> int:
        return len(self._reduced)

    def search(self, query: Vector, count: int, allowed: Allowed | None = None) -> tuple[Rows, Floats]:
        """Return up to `count` allowed rows, best first, with their exact q·v."""
        rows = self._candidates(query, count, allowed)
        if rows is None:
            return self._reduced.search(query, count, allowed)
        exact = self._reduced.exact
        newer, _ = exact.search_from(query, count, self.graph_rows, allowed)
        rows = np.concatenate([rows, newer])
        similarities = exact.similarities_at(query, rows)
        top = np.lexsort((rows, -similarities))[: max(count, 0)]
        return rows[top], similarities[top]

    def _candidates(self, query: Vector, count: int, allowed: Allowed | None) -> Rows | None:
        """Return at least `count` allowed rows of the graph, or None when looking at all is the better way."""
        total = self.graph_rows
        permitted = total if allowed is None else int(np.count_nonzero(allowed[:total]))
        # Rows that are not allowed take up places among the neighbours, so more of them are asked for.
        wanted = min(total, int(1.2 * proposals(count) * total / max(permitted, 1)))
        if permitted < total // 2 or wanted > total // 4:
            return None
        self._graph.set_ef(_EF_SHARE * wanted)
        short = (query @ self._reduced.basis).astype(np.float32)
        try:
            labels, _ = self._graph.knn_query(short[None], k=max(wanted, 1), num_threads=1)
        except RuntimeError:
            # "Cannot return the results in a contiguous 2D array": fewer are reachable than were asked for.
            return None
        rows = labels[0].astype(np.intp)
        if allowed is not None:
            rows = rows[allowed[rows]]
        return rows if len(rows) >= min(count, permitted) else None
