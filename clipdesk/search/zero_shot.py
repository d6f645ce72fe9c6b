"""Zero-shot use of a model: prompt templates for queries and tags, and tag suggestions against a library's background.

A cosine between a photo and a tag says little by itself: some tags score high with every photo. So a tag's score for a
photo is how far the cosine stands out of what the library's photos get for that tag, in standard deviations.
"""

import tomllib
from collections.abc import Callable, Sequence
from copy import copy
from functools import cache

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import HalfMatrix, Matrix, TagSuggestion, Vector
from clipdesk.core.paths import cache_folder, resources
from clipdesk.models.encoder import Encoder
from clipdesk.search.cached_vectors import cached_vectors
from clipdesk.search.vocabulary import Tag, load_vocabulary, vocabulary_hash

SUGGESTED = 2.5
"""Tags that stand out less than this (in deviations) are not worth suggesting unasked: a few of the bundled tags are
above it for a photo."""
_SHORT_QUERY = 3
_TAGS_AT_ONCE = 32
_BACKGROUND = 5000
_PRIOR = 30
"""The weight of general expectations against a library's own photos: that of so many photos."""
_OWN_MEAN, _OWN_DEVIATION = 0.6, 0.5
"""How much of a tag's own background counts, the rest being that of all tags. Chosen by how many of the first ten
tags occur in photos' captions: more than with a full own background (z-scores)."""


@cache
def _templates() -> dict[str, tuple[str, ...]]:
    table = tomllib.loads((resources() / "templates.toml").read_text(encoding="utf-8"))
    return {name: tuple(entries) for name, entries in table.items()}


def class_templates() -> tuple[str, ...]:
    """The prompts whose mean stands for a class in zero-shot classification."""
    return _templates()["classes"]


def query_prompts(text: str, model: str) -> tuple[str, ...]:
    """What a model is shown for a query's words: the words, or for short ones several prompts with them."""
    text = " ".join(text.split())
    if len(text.split()) > _SHORT_QUERY or model in _templates()["plain_queries"]:
        return (text,)
    return tuple(template.replace("{}", text) for template in _templates()["short_queries"])


def text_vectors(encoder: Encoder, texts: Sequence[str]) -> Matrix:
    """Query vectors of `texts`, encoded in one batch: float32 [n, dim], unit length."""
    prompts = [query_prompts(text, encoder.info.name) for text in texts]
    encoded = encoder.encode_texts([prompt for group in prompts for prompt in group])
    return _group_means(encoded, [len(group) for group in prompts])


def text_vector(encoder: Encoder, text: str) -> Vector:
    """The query vector of `text`: float32 [dim], unit length."""
    return text_vectors(encoder, [text])[0]


def _group_means(vectors: Matrix, sizes: Sequence[int]) -> Matrix:
    """Normalised means of consecutive groups of rows."""
    if not sizes:
        return vectors
    starts = np.cumsum([0, *sizes[:-1]])
    sums = np.add.reduceat(vectors, starts, axis=0)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return (sums / np.maximum(lengths, 1e-12)).astype(np.float32)


class TagScorer:
    """Scores the tags of a vocabulary for photos. The tag vectors are cached on disk, per model and vocabulary."""

    def __init__(
        self,
        encoder: Encoder,
        vocabulary: Sequence[Tag] | None = None,
        *,
        cached: bool = True,
        checkpoint: Callable[[], None] = lambda: None,
    ) -> None:
        """Encode the vocabulary (the bundled one when None), or read its vectors from the cache folder.

        Encoding takes seconds; `checkpoint` is called again and again meanwhile, and may raise.
        """
        self._checkpoint = checkpoint
        self.vocabulary: tuple[Tag, ...] = tuple(vocabulary) if vocabulary is not None else load_vocabulary()
        self.matrix = self._load(encoder, cached)
        self._mean = np.zeros(len(self.vocabulary), np.float32)
        self._deviation = np.ones(len(self.vocabulary), np.float32)
        self.set_background(np.zeros((0, encoder.info.dim), np.float32))

    def beside(self, other: "TagScorer") -> "TagScorer":
        """Return a scorer of these tags and then the other's; a few tags alone say little about what is usual."""
        joined = copy(self)
        joined.vocabulary = self.vocabulary + other.vocabulary
        joined.matrix = np.concatenate([self.matrix, other.matrix])
        joined.set_background(np.zeros((0, self.matrix.shape[1]), np.float32))
        return joined

    def _load(self, encoder: Encoder, cached: bool) -> Matrix:
        templates = _templates()["tags"]
        name = f"{encoder.info.key}-{vocabulary_hash(self.vocabulary, templates)}.npy"
        file = (
            cache_folder() / "tags" / "".join(letter if letter.isalnum() or letter in "-._" else "_" for letter in name)
        )

        def make() -> Matrix:
            parts: list[Matrix] = []
            for start in range(0, len(self.vocabulary), _TAGS_AT_ONCE):
                self._checkpoint()
                tags = self.vocabulary[start : start + _TAGS_AT_ONCE]
                prompts = [template.replace("{}", tag.prompt) for tag in tags for template in templates]
                parts.append(_group_means(encoder.encode_texts(prompts), [len(templates)] * len(tags)))
            return np.concatenate(parts)

        return cached_vectors(file, (len(self.vocabulary), encoder.info.dim), make) if cached else make()

    def set_background(self, vectors: Matrix | HalfMatrix) -> None:
        """Take photos of the library [n, dim] (evenly, 5,000 of them at most) as what is usual.

        A tag's usual cosine and deviation are drawn towards those of all tags, the more so the fewer photos there are:
        a library of dogs should still have its dogs called dogs, and a photo that is alone in its library would stand
        out of nothing otherwise.
        """
        step = max(1, -(-len(vectors) // _BACKGROUND))
        sample = vectors[::step].astype(np.float32)
        if not len(sample):
            self._mean = np.zeros(len(self.vocabulary), np.float32)
            self._deviation = np.full(len(self.vocabulary), 0.05, np.float32)
            return
        cosines = sample @ self.matrix.T
        own = len(sample) / (len(sample) + _PRIOR)
        mean, deviation = cosines.mean(0), np.maximum(cosines.std(0), 0.005)
        usual = float(deviation.mean()) if len(sample) > 1 else 0.05
        self._mean = (mean.mean() + _OWN_MEAN * own * (mean - mean.mean())).astype(np.float32)
        self._deviation = (usual * (deviation / usual) ** (_OWN_DEVIATION * own)).astype(np.float32)

    def scores(self, vectors: Matrix | HalfMatrix) -> npt.NDArray[np.float32]:
        """How far each tag stands out for each photo: float32 [n, tags], in deviations.

        A photo that is nearer to all words than others (a hub) has its own mean over the tags taken away.
        """
        outstanding = (np.atleast_2d(vectors).astype(np.float32) @ self.matrix.T - self._mean) / self._deviation
        return (outstanding - outstanding.mean(1, keepdims=True)).astype(np.float32)

    def suggest(self, vector: Vector, top: int = 10, minimum: float | None = None) -> tuple[TagSuggestion, ...]:
        """The `top` tags of one photo [dim], best first; only those above `minimum` (see `SUGGESTED`) when given."""
        scores = self.scores(vector[None])[0]
        best = [int(place) for place in np.argsort(-scores, kind="stable")[: max(top, 0)]]
        return tuple(
            TagSuggestion(self.vocabulary[place].tag, round(float(scores[place]), 4), self.vocabulary[place].group)
            for place in best
            if minimum is None or scores[place] >= minimum
        )
