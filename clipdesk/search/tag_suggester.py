"""Suggests tags for a few photos, as `zero_shot.TagScorer` scores them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from clipdesk.core.entities import HalfMatrix, Matrix, TagSuggestion
from clipdesk.models.encoder import Encoder
from clipdesk.search.vocabulary import Tag, load_vocabulary
from clipdesk.search.zero_shot import TagScorer

_SHOWN = 1.5
"""Deviations from which on a tag is worth showing to somebody who looks at the photo: less than for a whole library,
where a wrong tag costs more."""


class TagSuggester:
    """Keeps the scorer of each vocabulary, as long as the model stays. For one thread at a time."""

    def __init__(self) -> None:
        self._model_key = ""
        self._scorers: dict[Path | None, tuple[tuple[Tag, ...], TagScorer]] = {}
        self._backgrounds: dict[Path | None, Matrix] = {}

    def suggest(
        self,
        vocabulary: Path | None,
        vectors: HalfMatrix,
        sample: Matrix,
        encoder: Encoder,
        checkpoint: Callable[[], None],
    ) -> list[TagSuggestion]:
        """Return the tags that at least half of the photos [n, dim] look like, best first.

        `sample` [m, dim] is what is usual in the library. Raises UserError for a vocabulary that cannot be read, and
        whatever `checkpoint` raises between two slices of the work.
        """
        scorer = self._scorer(vocabulary, encoder, checkpoint)
        if self._backgrounds.get(vocabulary) is not sample:
            scorer.set_background(sample)
            self._backgrounds[vocabulary] = sample
        scores = np.median(scorer.scores(vectors), axis=0)
        found = [
            TagSuggestion(tag.tag, round(score, 4), tag.group)
            for tag, score in zip(scorer.vocabulary, scores.tolist(), strict=True)
            if score >= _SHOWN
        ]
        return sorted(found, key=lambda one: -one.score)

    def _scorer(self, vocabulary: Path | None, encoder: Encoder, checkpoint: Callable[[], None]) -> TagScorer:
        if encoder.info.key != self._model_key:
            self._model_key = encoder.info.key
            self._scorers.clear()
            self._backgrounds.clear()
        tags = load_vocabulary(vocabulary)
        known = self._scorers.get(vocabulary)
        if known is None or known[0] != tags:
            self._backgrounds.pop(vocabulary, None)
            known = self._scorers[vocabulary] = (tags, TagScorer(encoder, tags, checkpoint=checkpoint))
        return known[1]
