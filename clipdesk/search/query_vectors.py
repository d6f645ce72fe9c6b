"""From the terms of a query to vectors."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from clipdesk.catalog.catalog import Catalog
from clipdesk.core.entities import ImageSpec, Matrix, Photo, Pixels, Vector
from clipdesk.core.errors import DecodeError, UserError
from clipdesk.core.paths import cache_folder
from clipdesk.core.query import Query, Term
from clipdesk.core.ranking import combine
from clipdesk.models.encoder import Encoder
from clipdesk.search.background import background_prompts
from clipdesk.search.cached_vectors import cached_vectors
from clipdesk.search.index_files import tag_of

LoadPixels = Callable[[Path, ImageSpec], Pixels]
"""Decodes a file to what a model wants: uint8 [size, size, 3]; raises `DecodeError`."""

_UNREADABLE_SHARE = 0.5
_NAME_ANOTHER = "Name a photo that opens in other programs, such as a JPEG"


@dataclass(frozen=True, slots=True)
class QueryVector:
    """A query as a vector: float32 [dim], unit length; `form` has each term's weight and whether it is a picture."""

    vector: Vector
    form: tuple[tuple[float, bool], ...]


class QueryVectors:
    """Makes vectors of texts and pictures. The encoder is loaded when the first of them needs it."""

    def __init__(
        self, catalog: Catalog, model_key: Callable[[], str], encoder: Callable[[], Encoder], load_pixels: LoadPixels
    ) -> None:
        self._catalog = catalog
        self._model_key = model_key
        self._encoder = encoder
        self._load_pixels = load_pixels
        self._prompts: Matrix | None = None

    def of_query(self, query: Query) -> QueryVector:
        """Return the weighted sum of the query's terms. Raises `UserError` for a picture that cannot be used."""
        vectors = [self._of_term(term) for term in query.terms]
        return QueryVector(
            combine(vectors, [term.weight for term in query.terms]),
            tuple((term.weight, term.picture is not None) for term in query.terms),
        )

    def of_picture(self, path: Path, photo: Photo | None = None) -> Vector:
        """Return a picture's vector: the stored one of a photo of the library, any other file is decoded."""
        photo = photo or self._catalog.photos.by_path(path)
        if photo is not None:
            _, vectors = self._catalog.embeddings.vectors_of(self._model_key(), [photo.id])
            if len(vectors):
                vector = vectors[0].astype(np.float32)
                return vector / np.float32(max(float(np.linalg.norm(vector)), 1e-6))
        # os.path never raises: a folder that may not be entered is told like a file that is not there.
        if os.path.isdir(path):  # noqa: PTH112
            raise UserError(f"{_named(path)} is a folder", "Name a picture in it")
        if not os.path.exists(path):  # noqa: PTH110
            raise UserError(
                f"There is no picture {_named(path)}", "Check the path; put it in quotes when it has spaces"
            )
        encoder = self._encoder()
        try:
            pixels = self._load_pixels(path, encoder.info.image)
        except DecodeError as error:
            raise DecodeError(f"{_named(path)} cannot be used: {error.message}", _NAME_ANOTHER) from error
        return encoder.encode_images(pixels[None])[0]

    def prompts(self) -> Matrix:
        """Return the vectors of the background prompts: float32 [m, dim]; cached on disk per model."""
        if self._prompts is None:
            texts = background_prompts()
            digest = sha256("\n".join(texts).encode()).hexdigest()[:12]
            encoder = self._encoder()
            file = cache_folder() / "background" / f"{tag_of(encoder.info.key)}-{digest}.npy"
            self._prompts = cached_vectors(file, (len(texts), encoder.info.dim), lambda: _text_vectors(encoder, texts))
        return self._prompts

    def notes(self, query: Query) -> tuple[str, ...]:
        """Return a remark when the query's words are in a script that the model never learned."""
        texts = [term.text for term in query.terms if term.text]
        if not texts or all(text.isascii() for text in texts):
            return ()
        encoder = self._encoder()
        if max(encoder.unknown_share(text) for text in texts) <= _UNREADABLE_SHARE:
            return ()
        from clipdesk.models.registry import multilingual

        names = ", ".join(card.name for card in multilingual())
        note = f"The model {encoder.info.name} never learned the script of this query, so the results mean little"
        return (f"{note}; models that read many languages: {names}",)

    def _of_term(self, term: Term) -> Vector:
        if term.picture is not None:
            return self.of_picture(term.picture)
        return _text_vectors(self._encoder(), [term.text])[0]


def _named(path: Path) -> str:
    """The path as a query names it: a `Path` forgets the `./` that makes a term a picture."""
    text = str(path)
    return text if path.is_absolute() or path.parts[:1] == ("..",) else f".{os.sep}{text}"


def _text_vectors(encoder: Encoder, texts: list[str]) -> Matrix:
    from clipdesk.search.zero_shot import text_vectors

    return text_vectors(encoder, texts)
