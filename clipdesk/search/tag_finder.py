"""Which photos of a library look like which tags, for a whole vocabulary at once.

Every photo is scored for every tag as `zero_shot.TagScorer` scores one, and a photo looks like a tag from
`zero_shot.SUGGESTED` on: the same line as for one photo's suggestions. A list of the user's own is scored beside the
built-in one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clipdesk.catalog.names import fold
from clipdesk.core.entities import Ids
from clipdesk.core.ranking import Floats
from clipdesk.models.encoder import Encoder
from clipdesk.search.engine import Snapshot
from clipdesk.search.vocabulary import Tag, load_vocabulary
from clipdesk.search.zero_shot import SUGGESTED, TagScorer

_PHOTOS_AT_ONCE = 512
"""A slice short enough that a typed query hardly waits for it."""
_KEPT = 3
Checkpoint = Callable[[], None]
"""Called between slices; raises to end the work."""


@dataclass(frozen=True, slots=True)
class TagCandidates:
    """The photos of each tag, best first: those of tag i are at `starts[i]` to `starts[i + 1]`."""

    tags: tuple[Tag, ...]
    starts: npt.NDArray[np.int64]
    photo_ids: Ids
    scores: Floats

    def of(self, place: int) -> tuple[Ids, Floats]:
        """Return the photo ids of a tag and their scores, in deviations."""
        here = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return self.photo_ids[here], self.scores[here]

    def place_of(self, tag: str) -> int | None:
        """Return the place of a tag, whatever its case; None for one that the vocabulary lacks."""
        wanted = fold(tag)
        return next((place for place, known in enumerate(self.tags) if fold(known.tag) == wanted), None)


class TagFinder:
    """Finds candidates and keeps them until the library's photos change. For one thread at a time."""

    def __init__(self) -> None:
        self._scorers: dict[tuple[str, tuple[Tag, ...]], TagScorer] = {}
        self._found: dict[tuple[str, tuple[Tag, ...]], tuple[int, TagCandidates]] = {}

    def find(
        self,
        vocabulary: tuple[Tag, ...],
        library: Snapshot,
        encoder: Callable[[], Encoder],
        checkpoint: Checkpoint,
    ) -> TagCandidates:
        """Return the candidates of every tag. Takes seconds for 100,000 photos that are new to it."""
        key = (library.model_key, vocabulary)
        photos = hash((library.photo_ids.tobytes(), library.live.tobytes()))
        known = self._found.get(key)
        if known is not None and known[0] == photos:
            return known[1]
        scorer = self._scorers.get(key) or _scorer(vocabulary, encoder(), checkpoint)
        scorer.set_background(library.sample)
        found = _candidates(scorer, vocabulary, library, checkpoint)
        for kept in (self._scorers, self._found):
            kept.pop(key, None)
            while len(kept) >= _KEPT:
                del kept[next(iter(kept))]
        self._scorers[key], self._found[key] = scorer, (photos, found)
        return found


def undecided(photo_ids: Ids, decided: Ids | None) -> npt.NDArray[np.bool_]:
    """Return which of a tag's photos it was neither accepted nor rejected for."""
    return np.ones(len(photo_ids), np.bool_) if decided is None else ~np.isin(photo_ids, decided)


def _scorer(vocabulary: tuple[Tag, ...], encoder: Encoder, checkpoint: Checkpoint) -> TagScorer:
    scorer, usual = TagScorer(encoder, vocabulary, checkpoint=checkpoint), load_vocabulary()
    if vocabulary == usual:
        return scorer
    # A list of three tags could not tell what stands out of them.
    return scorer.beside(TagScorer(encoder, usual, checkpoint=checkpoint))


def _candidates(
    scorer: TagScorer, vocabulary: tuple[Tag, ...], library: Snapshot, checkpoint: Checkpoint
) -> TagCandidates:
    rows = np.flatnonzero(library.live)
    found: list[tuple[Sequence[int] | npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]] = []
    for start in range(0, len(rows), _PHOTOS_AT_ONCE):
        checkpoint()
        part = rows[start : start + _PHOTOS_AT_ONCE]
        scores = scorer.scores(library.vectors.vectors_at(part))[:, : len(vocabulary)]
        photos, tags = np.nonzero(scores >= SUGGESTED)
        found.append((part[photos], tags, scores[photos, tags]))
    checkpoint()
    places = np.concatenate([one for one, _, _ in found]) if found else np.zeros(0, np.intp)
    tags = np.concatenate([one for _, one, _ in found]) if found else np.zeros(0, np.intp)
    scores = np.concatenate([one for _, _, one in found]) if found else np.zeros(0, np.float32)
    order = np.lexsort((-scores, tags))
    starts = np.searchsorted(tags[order], np.arange(len(vocabulary) + 1)).astype(np.int64)
    return TagCandidates(vocabulary, starts, library.photo_ids[places[order]], scores[order])
