"""Answers what is asked of a library: words, pictures, filters, tags, textness."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clipdesk.catalog.catalog import Catalog
from clipdesk.core.entities import Hit, Ids, Matrix, Photo, TagSuggestion
from clipdesk.core.errors import ModelError, UserError
from clipdesk.core.query import Filter, Query, parse
from clipdesk.core.ranking import TEXTNESS_SCALES, Floats, sigma_of
from clipdesk.models.encoder import Encoder
from clipdesk.search.candidates import CandidateSearch, Ranked
from clipdesk.search.query_vectors import LoadPixels, QueryVector, QueryVectors
from clipdesk.search.searchable import Searchable
from clipdesk.search.vector_index import ExactIndex
from clipdesk.search.zero_shot import TagScorer, load_vocabulary

if TYPE_CHECKING:
    from clipdesk.search.textness import TextnessDirection

_log = logging.getLogger(__name__)
_GRAPH_SECONDS = 30.0
"""Whoever closes the library waits for it."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits best first; `sigma` scales the textness slider (None without terms); `notes` are one-line remarks."""

    hits: tuple[Hit, ...]
    sigma: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The same as columns of length n, without looking at the photos themselves.

    `similarities` are q·v, `textness` is t (NaN unknown), `good` tells what is above the match line.
    """

    photo_ids: Ids
    similarities: Floats
    textness: Floats
    good: npt.NDArray[np.bool_]
    sigma: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one state of the library has to compare, for work in another thread than the engine's; nothing is copied.

    `photo_ids` int64 [n], `live` bool [n], `vectors` n rows, `sample` float32 [m, dim] of what is usual in it.
    """

    model_key: str
    photo_ids: Ids
    live: npt.NDArray[np.bool_]
    vectors: ExactIndex
    sample: Matrix


class SearchEngine:
    """Searches one library with one model. Not thread-safe: its owner lets one request in at a time.

    `encoder` may be a function that loads it: it is called when words or a picture need it, never for filters or for
    photos like one of the library. Without `model_key` it is asked for the key as well.
    """

    def __init__(
        self,
        catalog: Catalog,
        index_folder: Path,
        encoder: Encoder | Callable[[], Encoder],
        *,
        write: bool,
        load_pixels: LoadPixels,
        model_key: str | None = None,
    ) -> None:
        self._catalog = catalog
        # Asked for again and again: a function that loads is called once.
        self._load_encoder: Callable[[], Encoder] = cache(encoder) if callable(encoder) else lambda: encoder
        self._known_key = model_key
        self._queries = QueryVectors(catalog, self._model_key, self._load_encoder, load_pixels)
        self._library = Searchable(catalog, index_folder, self._model_key, write=write)
        self._scorers: dict[Path | None, TagScorer] = {}

    def search(self, text: str, limit: int, textness: float = 0.0, *, for_slider: bool = False) -> SearchResult:
        """Answer a query of the query language; filters alone list by date, newest first, without scores.

        With `for_slider`, the hits also hold the best `limit` at either end of the textness slider (beyond `limit`,
        after the others), so that moving it only re-orders what was sent. Raises `QuerySyntaxError`, and `UserError`
        for an empty library or a picture that cannot be used.
        """
        query = parse(text)
        self.refresh()
        self._library.require_photos()
        if not query.terms:
            return SearchResult(self._listed(query.filters, max(limit, 0)), None, self._library.waiting())
        self._library.require_embeddings()
        notes = self._queries.notes(query) + self._library.waiting()
        made = self._queries.of_query(query)
        return self._answer(made, limit, textness, notes, query.filters, for_slider=for_slider)

    def rank(self, query: Query, limit: int, textness: float = 0.0) -> Ranking:
        """Rank for a query with terms, with the best `limit` at either end of the slider too, as `search` does.

        Raises `UserError` for a picture that cannot be used.
        """
        self.refresh()
        vectors = self._library.vectors
        if not vectors.live.any():
            none = np.zeros(0, np.float32)
            return Ranking(np.zeros(0, np.int64), none, none, none > 0, sigma_of(none), self._library.waiting())
        notes = self._queries.notes(query) + self._library.waiting()
        made = self._queries.of_query(query)
        search = CandidateSearch(vectors, made.vector, self._library.sample, self._direction)
        scales = tuple({textness, *TEXTNESS_SCALES})
        allowed = self._library.allowed(query.filters)
        rows, similarities = search.best(max(limit, 0), scales, allowed, filtered=bool(query.filters))
        ranked = search.ranked(rows, similarities, textness)
        good = ranked.similarities >= self._match_line(made)
        photo_ids, known = vectors.photo_ids[ranked.rows], vectors.textness[ranked.rows]
        return Ranking(photo_ids, ranked.similarities, known, good, search.sigma, notes)

    def similar(self, path: Path, limit: int, textness: float = 0.0, *, for_slider: bool = False) -> SearchResult:
        """Return photos that look like the file `path`; itself first when it is a photo of the library.

        Raises `UserError` for an empty library, `DecodeError` for a file that is no picture.
        """
        self.refresh()
        self._library.require_photos()
        self._library.require_embeddings()
        photo = self._shown(self._catalog.photos.by_path(path))
        made = QueryVector(self._queries.of_picture(path, photo), ((1.0, True),))
        found = self._answer(made, limit, textness, self._library.waiting(), (), for_slider=for_slider)
        if photo is None or limit < 1:
            return found
        row = self._library.row_of(photo)
        if row is None:
            return found
        itself = CandidateSearch(self._library.vectors, made.vector, self._library.sample, self._direction).ranked(
            np.array([row]), np.ones(1, np.float32), textness
        )
        own = Hit(photo, float(itself.scores[0]), _known(float(self._library.vectors.textness[row])), "good", 1.0)
        others = tuple(hit for hit in found.hits if hit.photo.id != photo.id)
        return SearchResult((own, *(others if for_slider else others[: limit - 1])), found.sigma, found.notes)

    def tags(self, path: Path, top: int, vocabulary: Path | None = None) -> tuple[TagSuggestion, ...]:
        """Suggest `top` tags for one picture, of the library or not, best first."""
        self.refresh()
        scorer = self._scorers.get(vocabulary)
        if scorer is None:
            scorer = TagScorer(self._load_encoder(), load_vocabulary(vocabulary))
            self._scorers[vocabulary] = scorer
        scorer.set_background(self._library.sample)
        return scorer.suggest(self._queries.of_picture(path), top)

    def textness_grid(
        self, query: str, scales: Sequence[float], per_scale: int
    ) -> tuple[tuple[float, tuple[Hit, ...]], ...]:
        """Return the best `per_scale` photos for a query at each position of the textness slider."""
        if not parse(query).terms:
            raise UserError("A query of filters alone has no order that textness could change", "Add words to it")
        return tuple((scale, self.search(query, per_scale, scale).hits) for scale in scales)

    def notes(self, text: str) -> tuple[str, ...]:
        """Return the remarks that a search for `text` comes with. Raises `QuerySyntaxError`."""
        return self._queries.notes(parse(text)) + self._library.waiting()

    def snapshot(self) -> Snapshot:
        """Return the library as it is now."""
        self.refresh()
        vectors = self._library.vectors
        return Snapshot(
            vectors.model_key, vectors.photo_ids, vectors.live, vectors.exact.frozen(), self._library.sample
        )

    def refresh(self) -> None:
        """Take in what was committed since; cheap when nothing was."""
        self._library.refresh()

    def prepare(self) -> None:
        """Make what would slow the next first search down: caches and, for the writer, index files.

        Takes a bounded time: the graph of a very big library grows for `_GRAPH_SECONDS`, and goes on the next time.
        """
        self.refresh()
        vectors = self._library.vectors
        if len(vectors):
            self._queries.prompts()
            vectors.save(_GRAPH_SECONDS)

    def close(self) -> None:
        """Save the index when it has changed enough to be worth it."""
        self._library.close()
        self._scorers.clear()

    # ---- what a search needs, made when first needed ----

    def _model_key(self) -> str:
        return self._known_key or self._load_encoder().info.key

    def _direction(self) -> "TextnessDirection | None":
        from clipdesk.models.loader import model_folder
        from clipdesk.search.textness import stored_direction

        encoder = self._load_encoder()
        try:
            folder = model_folder(encoder.info.name)
        except ModelError:
            folder = None
        return stored_direction(encoder, self._catalog.state, folder)

    # ---- answering ----

    def _answer(
        self,
        made: QueryVector,
        limit: int,
        textness: float,
        notes: tuple[str, ...],
        filters: Sequence[Filter],
        *,
        for_slider: bool,
    ) -> SearchResult:
        vectors = self._library.vectors
        limit = max(limit, 0)
        allowed = self._library.allowed(filters)
        search = CandidateSearch(vectors, made.vector, self._library.sample, self._direction)
        scales = {textness, *TEXTNESS_SCALES} if for_slider else {textness}
        rows, similarities = search.best(limit, tuple(scales), allowed, filtered=bool(filters))
        ranked = search.ranked(rows, similarities, textness)
        if not for_slider:
            ranked = ranked.first(limit)
        return SearchResult(self._hits(ranked, self._match_line(made), filters), search.sigma, notes)

    def _match_line(self, made: QueryVector) -> float:
        words = any(not picture for _, picture in made.form)
        prompts = self._queries.prompts() if words else np.zeros((0, len(made.vector)), np.float32)
        return self._library.match_line.line(made.vector, made.form, prompts)

    def _hits(self, ranked: Ranked, line: float, filters: Sequence[Filter]) -> tuple[Hit, ...]:
        vectors = self._library.vectors
        photo_ids = vectors.photo_ids[ranked.rows]
        photos = self._catalog.photos.get(photo_ids, filters)
        table = zip(
            photo_ids.tolist(),
            ranked.scores.tolist(),
            vectors.textness[ranked.rows].tolist(),
            ranked.similarities.tolist(),
            strict=True,
        )
        return tuple(
            Hit(photos[photo_id], score, _known(t), "good" if similarity >= line else "weak", similarity)
            for photo_id, score, t, similarity in table
            if photo_id in photos
        )

    def _listed(self, filters: Sequence[Filter], limit: int) -> tuple[Hit, ...]:
        photo_ids = self._catalog.photos.filter(filters, limit)
        vectors = self._library.vectors
        photos = self._catalog.photos.get(photo_ids, filters)
        here = np.isin(vectors.photo_ids, photo_ids)
        textness = dict(zip(vectors.photo_ids[here].tolist(), vectors.textness[here].tolist(), strict=True))
        return tuple(
            Hit(photo, None, _known(textness.get(photo_id, float("nan"))), "good") for photo_id, photo in photos.items()
        )

    def _shown(self, photo: Photo | None) -> Photo | None:
        """Return the half of a RAW + JPEG shot that results show, for the half that they hide."""
        if photo is None or self._library.row_of(photo) is not None:
            return photo
        for path in photo.paired_paths:
            other = self._catalog.photos.by_path(path)
            if other is not None and self._library.row_of(other) is not None:
                return other
        return photo


def _known(textness: float) -> float | None:
    return None if np.isnan(textness) else textness
