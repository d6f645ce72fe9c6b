"""The embeddings of one model that a search runs over, kept in step with the catalogue."""

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt

from clipdesk.catalog.catalog import Catalog
from clipdesk.core.entities import Ids
from clipdesk.core.ranking import SAMPLE, Floats
from clipdesk.search.index_files import IndexFiles, SavedRows
from clipdesk.search.vector_index import ExactIndex, HnswIndex, Rows

_log = logging.getLogger(__name__)

FILES_FROM = 20_000
"""Photos from which on index files are worth it: below, reading the catalogue takes less than a tenth of a second."""
GRAPH_FROM = 150_000
"""Photos from which on a graph is worth it: below, an exact search is fast enough and never misses a photo."""


class PhotoVectors:
    """Rows of embeddings, one a photo, in the order in which they were made. Not thread-safe.

    `photo_ids` int64 [n], `textness` float32 [n] (NaN unknown), `live` bool [n]: the photo can be found.
    """

    photo_ids: Ids
    textness: Floats
    live: npt.NDArray[np.bool_]
    exact: ExactIndex
    graph: HnswIndex | None

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
        self._revision = revision
        return True

    def save(self) -> None:
        """Write index files (as the library's writer) when it is big enough and has changed enough to be worth it."""
        newer = len(self) - self._saved_rows
        if not self._write or len(self) < FILES_FROM or newer <= self._saved_rows // 10:
            return
        if len(self) >= GRAPH_FROM:
            if self.graph is None:
                self.graph = HnswIndex.build(self.exact)
            else:
                self.graph.extend()
        try:
            self._files.save(self.photo_ids, self.textness, self._last, self.exact, self.graph)
        except OSError as error:
            _log.warning("the search index was not saved: %s", error)
            return
        self._saved_rows = len(self)

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
        read = None if saved is not None else self._catalog.embeddings.read(self.model_key)
        if read is not None:
            saved = SavedRows(read.photo_ids, read.vectors, read.textness, read.last, None)
        assert saved is not None
        self._saved_rows = 0 if read is not None else len(saved.photo_ids)
        self.photo_ids, self.textness, self._last = saved.photo_ids, saved.textness, saved.last
        self.exact = ExactIndex(saved.vectors, full_precision=saved.graph is None)
        self.graph = None
        if saved.graph is not None:
            try:
                self.graph = HnswIndex.load(saved.graph, self.exact)
            except RuntimeError as error:
                _log.warning("the search graph cannot be used, searching exactly: %s", error)
                self._saved_rows = 0
        self._read_newer()

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
