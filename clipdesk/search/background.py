"""Whether a photo really matches: a line on q·v that unrelated queries of the same form hardly ever reach.

CLIP gives every photo a score for every query, and how high scores go differs from model to model and from library to
library. So the same library is asked what it gives unrelated queries: `resources/background_prompts.txt` for words, its
own photos for pictures, combined with the same weights as the query. With q̄ the mean of q·v over a sample of the
library and b̄ that of a background query, the line is

    a·q̄ + the 98th percentile of (b·v - a·b̄) over background queries b and photos v,    a = 1/2 · n/(n + 20)

The mean says how well the library suits a query in general: a vague query suits every photo a little, and a library of
one subject suits its subject. All of it would make nothing match in a library of dogs that is asked for dogs, none of
it labels queries by how vague they are; half is between. In a library of a few photos the mean says next to nothing.
"""

import logging
from collections.abc import Sequence

import numpy as np

from clipdesk.core.entities import Matrix, Vector
from clipdesk.core.paths import resources

_QUANTILE = 0.98
_MEAN_SHARE = 0.5
_FEW = 20
_QUERIES = 200
_log = logging.getLogger(__name__)


def background_prompts() -> list[str]:
    """The unrelated texts that ship with clipdesk."""
    lines = (resources() / "background_prompts.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


class MatchLine:
    """Draws the line for queries in one library. `photos` is a sample of it: float32 [n, dim], at least one row."""

    def __init__(self, photos: Matrix) -> None:
        self._photos = photos
        self._mean = photos.mean(axis=0)
        self._share = _MEAN_SHARE * len(photos) / (len(photos) + _FEW)
        self._levels: dict[tuple[tuple[float, bool], ...], float] = {}

    def line(self, query: Vector, form: Sequence[tuple[float, bool]], prompts: Matrix) -> float:
        """Return the q·v from which on photos match `query` (float32 [dim]).

        `form` has the weight of each term and whether it is a picture; `prompts` are the embedded background texts,
        float32 [m, dim].
        """
        largest = max(abs(weight) for weight, _ in form)
        key = tuple((round(weight / largest, 2), picture) for weight, picture in form)
        if key not in self._levels:
            if len(self._levels) > 64:
                self._levels.clear()
            self._levels[key] = self._level(key, prompts)
        return self._share * float(self._mean @ query) + self._levels[key]

    def _level(self, form: Sequence[tuple[float, bool]], prompts: Matrix) -> float:
        count = _QUERIES if any(picture for _, picture in form) else len(prompts)
        queries = np.zeros((count, self._photos.shape[1]), np.float32)
        own: list[tuple[np.ndarray, np.ndarray]] = []
        for place, (weight, picture) in enumerate(form):
            source = self._photos if picture else prompts
            drawn = np.arange(count) % len(source)
            if place:
                # Each further term in an order of its own, so that unrelated ones meet.
                rng = np.random.default_rng([len(self._photos), place])
                drawn = np.concatenate([rng.permutation(len(source)) for _ in range(-(-count // len(source)))])[:count]
            queries += np.float32(weight) * source[drawn]
            if picture:
                own.append((np.arange(count), drawn))
        length = np.linalg.norm(queries, axis=1, keepdims=True)
        scores = queries / np.maximum(length, 1e-6) @ self._photos.T
        scores -= np.float32(self._share) * scores.mean(axis=1, keepdims=True)
        keep = (length > 1e-3) & np.ones(len(self._photos), bool)
        for queries_at, photos_at in own:
            # A picture is no unrelated query to itself.
            keep[queries_at, photos_at] = False
        kept = scores[keep]
        return float(np.quantile(kept, _QUANTILE)) if len(kept) else -1.0
