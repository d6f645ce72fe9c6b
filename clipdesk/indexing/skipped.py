"""Photos that a model is not given any more, since the program died over them.

Their files stay indexed, and other models find them. A photo is known by its content, so one that changes is another.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from clipdesk.catalog.catalog import Catalog
from clipdesk.core.entities import Failure, FileState

_KEY = "skipped"


class SkippedPhotos:
    """Kept in the catalogue's small values: model key -> photo id -> reason."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def add(self, photo_ids: Iterable[tuple[str, int]], reason: str) -> None:
        """Skip these photos, as (model key, photo id), from now on."""
        stored = self._stored()
        for model_key, photo_id in photo_ids:
            stored.setdefault(model_key, {})[str(photo_id)] = reason
        self._catalog.state.set(_KEY, stored or None)

    def of(self, model_key: str) -> frozenset[int]:
        """The ids of the photos that this model is not given."""
        return frozenset(int(photo_id) for photo_id in self._stored().get(model_key, {}))

    def failures(self, model_key: str) -> list[Failure]:
        """What this model is not given and why, by path; only photos that are still there."""
        reasons = self._stored().get(model_key, {})
        if not reasons:
            return []
        found = self._catalog.photos.get([int(photo_id) for photo_id in reasons])
        listed = [
            Failure(photo.paths[0], reasons[str(photo_id)], FileState.QUARANTINED) for photo_id, photo in found.items()
        ]
        return sorted(listed, key=lambda failure: failure.path)

    def retry(self, paths: Sequence[Path] = ()) -> None:
        """Give the models these photos again at the next run; all when `paths` is empty."""
        stored = self._stored()
        if not stored:
            return
        ids = {str(photo.id) for photo in map(self._catalog.photos.by_path, paths) if photo is not None}
        left = {
            key: {one: why for one, why in some.items() if paths and one not in ids} for key, some in stored.items()
        }
        self._catalog.state.set(_KEY, {key: some for key, some in left.items() if some} or None)

    def _stored(self) -> dict[str, dict[str, str]]:
        return dict(self._catalog.state.get(_KEY) or {})
