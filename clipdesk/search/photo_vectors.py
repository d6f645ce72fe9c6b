"""The embeddings of one model that a search runs over, kept in step with the catalogue."""

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt

from clipdesk.catalog.catalog import Catalog
from clipdesk.core.entities import Ids
from clipdesk.core.errors import loggable
from clipdesk.core.ranking import SAMPLE, Floats
from clipdesk.search import reduction
from clipdesk.search.growing import GrowingArray
from clipdesk.search.hnsw_index import HnswIndex
from clipdesk.search.index_files import IndexFiles, SavedRows
from clipdesk.search.reduced_index import ReducedIndex
from clipdesk.search.vector_index import ExactIndex, Rows

_log = logging.getLogger(__name__)

FILES_FROM = 20_000
"""Photos from which on index files are worth it: fewer are read from the catalogue in a moment."""
REDUCED_FROM = 100_000_000
"""Numbers (photos times the length of a vector) from which on short vectors propose what is scored exactly: 260,000
photos of 384 numbers. Below, an exact search takes a part of the 60 ms that a query may take, and never misses a
photo. `clipdesk bench search` times both side by side."""
GRAPH_FROM = 200_000_000
"""Numbers of short vectors from which on a graph of them is worth it: two million photos with 96 each. Below, looking
at all of them takes less than 60 ms."""
_LEARNED_FROM = 20_000
_LEARNED_AGAIN = 2
"""Times that a library must have grown since its short vectors were chosen for them to be chosen anew."""
_GRAPH_SHARE = 0.9


class PhotoVectors:
    """Rows of embeddings, one a photo, in the order in which they were made. Not thread-safe.

    `photo_ids` int64 [n], `textness` float32 [n] (NaN unknown), `live` bool [n]: the photo can be found. Each of these
    arrays stays as it is when there are more rows, or other values: then there is another array.
    """

    exact: ExactIndex
    reduced: ReducedIndex | None
    """What proposes, in a library that is too big to be searched exactly. None in others."""
    live_changes: int
    """Grows when photos that were there before come to be found, or not to be."""

    def __init__(self, catalog: Catalog, index_folder: Path, model_key: str, *, write: bool) -> None:
        self.model_key = model_key
        self._catalog = catalog
        self._files = IndexFiles(index_folder, catalog.state, model_key)
        self._write = write
        self.live_changes = 0
        self._load()

    def __len__(self) -> int:
        return len(self._photo_ids)

    @property
    def photo_ids(self) -> Ids:
        """The photo of each row."""
        return self._photo_ids.values

    @property
    def textness(self) -> Floats:
        """The calibrated textness of each row's photo, NaN where it is unknown."""
        return self._textness.values

    @property
    def live(self) -> npt.NDArray[np.bool_]:
        """Which rows can be found."""
        return self._live.values

    @property
    def graph(self) -> HnswIndex | None:
        """The graph, when there is one of nearly all photos; the others are searched exactly alongside."""
        return self._graph if self._graph is not None and _covers(self._graph.graph_rows, len(self)) else None

    def refresh(self) -> bool:
        """Take in what was committed since; cheap, and False, when nothing was."""
        revision = self._catalog.revision()
        if revision == self._revision:
            return False
        if len(self) and not self._catalog.embeddings.any(self.model_key):
            # The model was removed, perhaps installed again: nothing here holds any more.
            self._load()
            return True
        self._read_newer()
        self._read_textness()
        self._revision = revision
        return True

    def save(self, graph_seconds: float = 0) -> None:
        """Write index files (as the library's writer) when it is big enough and has changed enough to be worth it.

        The graph grows for `graph_seconds` at most. It is saved unfinished too, and goes on growing the next time;
        searches look at all photos until it has nearly all.
        """
        if not self._write or len(self) < FILES_FROM:
            return
        newer = len(self) - self._saved_rows
        learns = newer > 0 and self._must_learn()
        if learns:
            self._learn()
        grown = graph_seconds > 0 and self._grow(graph_seconds)
        if learns or grown or newer > self._saved_rows // 10:
            self._save()

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

    # ---- files ----

    def _save(self) -> None:
        try:
            self._files.save(
                self.photo_ids,
                self.textness,
                self._last,
                self.exact,
                self.reduced,
                self._graph,
                textness_revision=self._textness_revision,
                learned=self._learned,
            )
        except OSError as error:
            _log.warning("the search index was not saved: %s", loggable(error))
            return
        self._saved_rows = len(self)
        if self.reduced is not None and (saved := self._files.load(check=False)) is not None:
            # What was in memory is mapped from now on.
            self._hold(saved)

    def _must_learn(self) -> bool:
        return len(self) * self.exact.dim >= REDUCED_FROM and len(self) >= _LEARNED_AGAIN * self._learned

    def _learn(self) -> None:
        rows = np.linspace(0, len(self) - 1, min(_LEARNED_FROM, len(self))).astype(np.intp)
        self.reduced = ReducedIndex(self.exact, reduction.learn(self.exact.vectors_at(rows)))
        self._learned, self._graph = len(self), None

    def _grow(self, seconds: float) -> bool:
        reduced = self.reduced
        if reduced is None or len(self) * reduced.dim < GRAPH_FROM or self.graph is not None:
            return False
        _log.info("the search graph grows: it has %d of %d photos", _rows_of(self._graph), len(self))
        if self._graph is None:
            self._graph = HnswIndex.build(reduced, seconds)
        else:
            self._graph.extend(seconds)
        _log.info("the search graph has %d of %d photos", _rows_of(self._graph), len(self))
        return True

    # ---- reading ----

    def _load(self) -> None:
        self._revision = self._catalog.revision()
        self._live_revision: int | None = None
        self.live_changes += 1
        self._repeated = False
        self._greatest: int | None = None
        self._graph: HnswIndex | None = None
        saved = self._files.load()
        textness_revision = self._catalog.embeddings.textness_revision()
        self._saved_rows = 0 if saved is None else len(saved.photo_ids)
        if saved is None:
            read = self._catalog.embeddings.read(self.model_key)
            saved = SavedRows(read.photo_ids, read.vectors, read.textness, read.last, textness_revision)
        self._photo_ids, self._textness = GrowingArray(saved.photo_ids), GrowingArray(saved.textness)
        self._live = GrowingArray(np.zeros(len(saved.photo_ids), np.bool_))
        self._last, self._textness_revision = saved.last, saved.textness_revision
        self._hold(saved)
        if (
            saved.graph is not None
            and self.reduced is not None
            and (_covers(saved.graph_rows, len(self)) or self._write)
        ):
            try:
                self._graph = HnswIndex.load(saved.graph, self.reduced)
            except RuntimeError as error:
                _log.warning("the search graph cannot be used, looking at all photos: %s", loggable(error))
                self._saved_rows = 0
        self._read_newer()
        self._read_textness()

    def _hold(self, saved: SavedRows) -> None:
        self.exact = ExactIndex(saved.vectors, full_precision=saved.basis is None)
        self.reduced, self._learned = None, saved.learned
        if saved.basis is not None:
            self.reduced = ReducedIndex(self.exact, saved.basis, saved.reduced)
            self._graph = None if self._graph is None else self._graph.over(self.reduced)

    def _read_textness(self) -> None:
        """Take in textness that was stored for photos after their embeddings had been read."""
        revision = self._catalog.embeddings.textness_revision()
        if revision == self._textness_revision:
            return
        photo_ids, textness = self._catalog.embeddings.textness(self.model_key)
        if len(photo_ids):
            places = np.minimum(np.searchsorted(photo_ids, self.photo_ids), len(photo_ids) - 1)
            known = np.where(photo_ids[places] == self.photo_ids, textness[places], self.textness)
            self._textness = GrowingArray(known)
        self._textness_revision = revision

    def _read_newer(self) -> None:
        live_revision = self._catalog.embeddings.live_revision()
        newer = self._catalog.embeddings.read(self.model_key, after=self._last)
        if len(newer.photo_ids):
            if not len(self):
                self.exact, self.reduced = ExactIndex(newer.vectors), None
            else:
                self.exact.append(newer.vectors)
            if self.reduced is not None:
                self.reduced.extend()
            self._repeated |= self._has_any(newer.photo_ids)
            self._photo_ids.append(newer.photo_ids)
            self._textness.append(newer.textness)
            self._last = newer.last
        if live_revision != self._live_revision or self._repeated:
            self._read_live()
            self._live_revision = live_revision
        elif len(newer.photo_ids):
            self._live.append(np.isin(newer.photo_ids, self._catalog.embeddings.live(self.model_key, newer.photo_ids)))

    def _has_any(self, photo_ids: Ids) -> bool:
        """Whether any of these photos has a row. New photos have ids beyond all others, as a rule."""
        if self._greatest is None:
            self._greatest = int(self.photo_ids.max()) if len(self) else 0
        greatest, self._greatest = self._greatest, max(self._greatest, int(photo_ids.max()))
        if photo_ids.min() > greatest:
            return False
        return bool(np.isin(photo_ids, self.photo_ids).any())

    def _read_live(self) -> None:
        live = np.isin(self.photo_ids, self._catalog.embeddings.live(self.model_key))
        if self._repeated:
            # Embedded again since: the newest row of a photo counts.
            _, newest = np.unique(self.photo_ids[::-1], return_index=True)
            latest = np.zeros(len(self), np.bool_)
            latest[len(self) - 1 - newest] = True
            live &= latest
        self._live = GrowingArray(live)
        self.live_changes += 1


def _covers(graph_rows: int, rows: int) -> bool:
    return graph_rows >= _GRAPH_SHARE * rows


def _rows_of(graph: HnswIndex | None) -> int:
    return 0 if graph is None else graph.graph_rows
