"""What a search needs of one library and one model: made when first needed, kept until the next commit."""

from collections.abc import Callable, Sequence
from pathlib import Path

from clipdesk.catalog.catalog import Catalog
from clipdesk.core.entities import Matrix, Photo
from clipdesk.core.errors import UserError
from clipdesk.core.query import Filter
from clipdesk.search.background import MatchLine
from clipdesk.search.candidates import rows_of
from clipdesk.search.photo_vectors import PhotoVectors
from clipdesk.search.vector_index import Allowed

_BACKGROUND_PHOTOS = 1_000
_FILTERS = 8
_GROWN = 1.001
"""What the photos of a library have in common is measured again when it has grown by this."""
_WAITING = "Some photos are not indexed with this model yet and cannot be found; clipdesk index goes on with them"


class Searchable:
    """The photos of a library that one model has embedded, with what is known of all of them together."""

    def __init__(self, catalog: Catalog, index_folder: Path, model_key: Callable[[], str], *, write: bool) -> None:
        self._catalog = catalog
        self._index_folder = index_folder
        self._model_key = model_key
        self._write = write
        self._vectors: PhotoVectors | None = None
        self._sample: Matrix | None = None
        self._sampled = self._live_changes = 0
        self._line: MatchLine | None = None
        self._waiting: bool | None = None
        self._allowed: dict[tuple[Filter, ...], Allowed] = {}

    def refresh(self) -> None:
        """Take in what was committed since; one look at a number when nothing was."""
        if self._vectors is not None and self._vectors.refresh():
            self._waiting = None
            self._allowed.clear()
            if len(self._vectors) > self._sampled * _GROWN or self._vectors.live_changes != self._live_changes:
                self._sample = self._line = None

    def close(self) -> None:
        """Save the index when it has changed enough to be worth it, and let go of everything."""
        if self._vectors is not None:
            self.refresh()
            self._vectors.save()
        self._vectors = None
        self._forget()

    @property
    def vectors(self) -> PhotoVectors:
        """The photos' embeddings."""
        if self._vectors is None:
            self._vectors = PhotoVectors(self._catalog, self._index_folder, self._model_key(), write=self._write)
        return self._vectors

    @property
    def sample(self) -> Matrix:
        """The vectors of a sample of the photos: float32 [n, dim]."""
        if self._sample is None:
            self._sample = self.vectors.exact.vectors_at(self.vectors.sample())
            self._sampled, self._live_changes = len(self.vectors), self.vectors.live_changes
        return self._sample

    @property
    def match_line(self) -> MatchLine:
        """Draws the line between photos that match a query and those that do not."""
        if self._line is None:
            self._line = MatchLine(self.sample[:: max(1, len(self.sample) // _BACKGROUND_PHOTOS)])
        return self._line

    def require_photos(self) -> None:
        """Raise `UserError` when the library has no photos at all."""
        if not self.vectors.live.any() and not self._catalog.photos.count():
            raise UserError("The library has no photos yet", "Add some with: clipdesk index FOLDER")

    def require_embeddings(self) -> None:
        """Raise `UserError` when there is no photo that words or pictures could find."""
        if not self.vectors.live.any():
            raise UserError(
                "No photo of the library has been indexed with this model yet", "Do it with: clipdesk index FOLDER"
            )

    def allowed(self, filters: Sequence[Filter]) -> Allowed:
        """Return which rows may be found: live ones that `filters` let through."""
        key = tuple(filters)
        if not key:
            return self.vectors.live
        if key not in self._allowed:
            # Whoever filters asks again with the same filter, and a wide one can take longer than the search itself.
            if len(self._allowed) >= _FILTERS:
                self._allowed.clear()
            self._allowed[key] = rows_of(self.vectors, self._catalog.photos.passing(key))
        return self._allowed[key]

    def waiting(self) -> tuple[str, ...]:
        """Return a remark when there are readable photos that the model has not embedded."""
        if self._waiting is None:
            # Comparing two counts is far cheaper than looking for a photo that is not embedded.
            photos = self.vectors.live.sum()
            more = self._catalog.photos.count() > photos
            self._waiting = more and self._catalog.photos.any_missing(self.vectors.model_key)
        return (_WAITING,) if self._waiting else ()

    def row_of(self, photo: Photo) -> int | None:
        """Return the row of a photo that can be found, None for others."""
        row = self.vectors.row_of(photo.id)
        return row if row is not None and self.vectors.live[row] else None

    def _forget(self) -> None:
        self._sample = self._line = self._waiting = None
        self._allowed.clear()
