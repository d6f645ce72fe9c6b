"""The embeddings of one model that a search runs over, kept in step with the catalogue."""

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt

from clipdesk.catalog.catalog import Catalog
from clipdesk.core.entities import Ids
from clipdesk.core.errors import loggable
from clipdesk.core.ranking import SAMPLE, Floats
from clipdesk.search.index_files import IndexFiles, SavedRows
from clipdesk.search.vector_index import ExactIndex, HnswIndex, Rows

_log = logging.getLogger(__name__)

FILES_FROM = 20_000
"""Photos from which on index files are worth it. Measured on two busy cores, 384 numbers a photo: 10,000 photos are
read from the catalogue in 0.16 s and from files in 0.04 s, 100,000 in 0.96 s and 0.18 s."""
GRAPH_FROM = 300_000
"""Photos from which on a graph is worth it: below, an exact search takes half of the 60 ms that a query may take, and
never misses a photo. Measured on two shared cores, 384 numbers a photo, best 100 in ms: exact 3 for 10,000, 9 for
50,000, 19 for 200,000, 30 for 350,000 (69 as float16, as bigger ones are kept); the graph 2 for 100,000, built in 16 s,
54 s for 200,000, 219 s for 500,000."""
_GRAPH_SHARE = 0.9


class PhotoVectors:
    """Rows of embeddings, one a photo, in the order in which they were made. Not thread-safe.

    `photo_ids` int64 [n], `textness` float32 [n] (NaN unknown), `live` bool [n]: the photo can be found.
    """

    photo_ids: Ids
    textness: Floats
    live: npt.NDArray[np.bool_]
    exact: ExactIndex

    def __init__(self, catalog: Catalog, index_folder: Path, model_key: str, *, write: bool) -> None:
        self.model_key = model_key
        self._catalog = catalog
        self._files = IndexFiles(index_folder, catalog.state, model_key)
        self._write = write
        self._load()

    def __len__(self) -> int:
        return len(self.photo_ids)

    def refresh(self) -> bool:
        """Take in what was committed since; cheap, and False, when nothing was."""
        revision = self._catalog.revision()
        if revision == self._revision:
            return False
        if len(self) and not self._catalog.embeddings.models().get(self.model_key):
            # The model was removed, perhaps installed again: nothing here holds any more.
            self._load()
            return True
        self._read_newer()
        self._read_textness()
        self._revision = revision
        return True

    @property
    def graph(self) -> HnswIndex | None:
        """The graph, when there is one of nearly all photos; the others are searched exactly alongside."""
        return self._graph if self._graph is not None and self._covers(self._graph.graph_rows) else None

    def save(self, graph_seconds: float = 0) -> None:
        """Write index files (as the library's writer) when it is big enough and has changed enough to be worth it.

        The graph grows for `graph_seconds` at most. It is saved unfinished too, and goes on growing the next time;
        searches are exact until it has nearly all photos.
        """
        if not self._write or len(self) < FILES_FROM:
            return
        grown = graph_seconds > 0 and self._grow(graph_seconds)
        newer = len(self) - self._saved_rows
        if not grown and newer <= self._saved_rows // 10:
            return
        try:
            self._files.save(
                self.photo_ids,
                self.textness,
                self._last,
                self.exact,
                self._graph,
                textness_revision=self._textness_revision,
            )
        except OSError as error:
            _log.warning("the search index was not saved: %s", loggable(error))
            return
        self._saved_rows = len(self)

    def _covers(self, graph_rows: int) -> bool:
        return graph_rows >= _GRAPH_SHARE * len(self)

    def _grow(self, seconds: float) -> bool:
        if len(self) < GRAPH_FROM or self.graph is not None:
            return False
        _log.info("the search graph grows: it has %d of %d photos", self._graph_rows(), len(self))
        if self._graph is None:
            self._graph = HnswIndex.build(self.exact, seconds)
        else:
            self._graph.extend(seconds)
        _log.info("the search graph has %d of %d photos", self._graph_rows(), len(self))
        return True

    def _graph_rows(self) -> int:
        return 0 if self._graph is None else self._graph.graph_rows

    def row_of(self, photo_id: int) -> int | None:
        """Return the row of a photo, None when it is not embedded."""
        found = np.flatnonzero(self.photo_ids == photo_id)
        return int(found[0]) if len(found) else None

    def sample(self, count: int = SAMPLE) -> Rows:
        """Return up to `count` live rows, always the same ones of the same library."""
        rows = np.flatnonzero(self.live)
        if len(rows) <= count:
            return rows
        return np.sort(np.random.default_rng(0).choice(rows, count, replace=False))

    def _load(self) -> None:
        self._revision = self._catalog.revision()
        self._repeated = False
        saved = self._files.load()
        textness_revision = self._catalog.embeddings.textness_revision()
        read = None if saved is not None else self._catalog.embeddings.read(self.model_key)
        if read is not None:
            saved = SavedRows(read.photo_ids, read.vectors, read.textness, read.last, textness_revision)
        assert saved is not None
        self._saved_rows = 0 if read is not None else len(saved.photo_ids)
        self.photo_ids, self.textness, self._last = saved.photo_ids, saved.textness, saved.last
        self._textness_revision = saved.textness_revision
        covered = saved.graph is not None and self._covers(saved.graph_rows)
        self.exact = ExactIndex(saved.vectors, full_precision=not covered)
        self._graph = None
        if saved.graph is not None and (covered or self._write):
            try:
                self._graph = HnswIndex.load(saved.graph, self.exact)
            except RuntimeError as error:
                _log.warning("the search graph cannot be used, searching exactly: %s", loggable(error))
                self._saved_rows = 0
        self._read_newer()
        self._read_textness()

    def _read_textness(self) -> None:
        """Take in textness that was stored for photos after their embeddings had been read."""
        revision = self._catalog.embeddings.textness_revision()
        if revision == self._textness_revision:
            return
        photo_ids, textness = self._catalog.embeddings.textness(self.model_key)
        if len(photo_ids):
            places = np.minimum(np.searchsorted(photo_ids, self.photo_ids), len(photo_ids) - 1)
            self.textness = np.where(photo_ids[places] == self.photo_ids, textness[places], self.textness)
        self._textness_revision = revision

    def _read_newer(self) -> None:
        newer = self._catalog.embeddings.read(self.model_key, after=self._last)
        if len(newer.photo_ids):
            if not len(self):
                self.exact = ExactIndex(newer.vectors)
            else:
                self.exact.append(newer.vectors)
            self._repeated |= bool(np.isin(newer.photo_ids, self.photo_ids).any())
            self.photo_ids = np.concatenate([self.photo_ids, newer.photo_ids])
            self.textness = np.concatenate([self.textness, newer.textness])
            self._last = newer.last
        self.live = np.isin(self.photo_ids, self._catalog.embeddings.live(self.model_key))
        if self._repeated:
            # Embedded again since: the newest row of a photo counts.
            _, newest = np.unique(self.photo_ids[::-1], return_index=True)
            latest = np.zeros(len(self), np.bool_)
            latest[len(self) - 1 - newest] = True
            self.live &= latest
