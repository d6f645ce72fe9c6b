"""Embeddings and textness, per photo and model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, bindparam, delete, func, select, update

from clipdesk.catalog.bookkeeping import LIVE, bump_revision
from clipdesk.catalog.commit import write_embeddings
from clipdesk.catalog.database import Database, id_set, ids_in, put, raw_chunks, raw_rows
from clipdesk.catalog.schema import counters, embeddings, models, photos
from clipdesk.core.entities import HalfMatrix, Ids, Matrix

_CHUNK = 4_096
_TEXTNESS = "textness"
_EXPONENT = np.uint16(0x7C00)
"""All of it set: no finite number."""


@dataclass(frozen=True, slots=True)
class EmbeddingRows:
    """Embeddings in the order in which they were made.

    `photo_ids` int64 [n], `vectors` float16 [n, dim], `textness` float32 [n] (NaN where unknown); `last` is what to
    pass as `after` to read only newer ones.
    """

    photo_ids: Ids
    vectors: HalfMatrix
    textness: npt.NDArray[np.float32]
    last: int


class EmbeddingStore:
    """Reads and writes embeddings; vectors of different models never mix."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, model_key: str, after: int = 0) -> EmbeddingRows:
        """Return all embeddings of a model newer than `after`, orphans and hidden halves included; see `live`."""
        with self._database.read() as connection:
            model = connection.execute(select(models.c.id, models.c.dim).where(models.c.key == model_key)).one_or_none()
            if model is None:
                return _no_rows(0, after)
            # For a few newer ones, the index of models would be the wrong one: a million of its rows have this model.
            of_model = embeddings.c.model_id + 0 if after else embeddings.c.model_id
            chosen = (of_model == model.id, embeddings.c.id > after)
            count = connection.execute(select(func.count()).select_from(embeddings).where(*chosen)).scalar_one()
            rows = _no_rows(model.dim, after, count)
            statement = select(
                embeddings.c.id, embeddings.c.photo_id, embeddings.c.textness, embeddings.c.vector
            ).where(*chosen)
            at, last = 0, after
            for chunk in raw_chunks(connection, statement.order_by(embeddings.c.id), _CHUNK):
                ids, photo_ids, textness, vectors = zip(*chunk, strict=True)
                end = at + len(ids)
                rows.photo_ids[at:end] = photo_ids
                rows.textness[at:end] = np.array(textness, dtype=np.float32)
                rows.vectors[at:end] = _finite(b"".join(vectors), len(ids), model.dim)
                at, last = end, ids[-1]
        return EmbeddingRows(rows.photo_ids, rows.vectors, rows.textness, int(last))

    def live(self, model_key: str, among: Sequence[int] | Ids | None = None) -> Ids:
        """Return the ids of the photos that can be found, ascending: embedded, with a file, no hidden RAW half.

        Of all photos, or of those `among` some.
        """
        embedded = select(embeddings.c.photo_id).join(models).where(models.c.key == model_key)
        shown = select(photos.c.id).where(photos.c.live == 1, photos.c.pair_of.is_(None))
        if among is not None:
            ids = [int(one) for one in among]
            embedded, shown = embedded.where(ids_in(embeddings.c.photo_id, ids)), select(photos.c.id)
            # Not by the index of live photos: that is nearly all of them.
            shown = shown.where(photos.c.live + 0 == 1, photos.c.pair_of.is_(None), ids_in(photos.c.id, ids))
        with self._database.read() as connection:
            return np.intersect1d(id_set(connection, embedded), id_set(connection, shown), assume_unique=True)

    def vectors_of(self, model_key: str, photo_ids: Sequence[int] | Ids) -> tuple[Ids, HalfMatrix]:
        """Return the embeddings of those of `photo_ids` that have one: ids ascending, float16 [n, dim]."""
        statement = (
            select(embeddings.c.photo_id, embeddings.c.vector)
            .join(models)
            .where(models.c.key == model_key, ids_in(embeddings.c.photo_id, [int(one) for one in photo_ids]))
            .order_by(embeddings.c.photo_id)
        )
        with self._database.read() as connection:
            rows = raw_rows(connection, statement)
        if not rows:
            return np.zeros(0, np.int64), np.zeros((0, 0), np.float16)
        return _ids(rows), _finite(b"".join(row[1] for row in rows), len(rows), -1)

    def add(self, model_key: str, photo_ids: Sequence[int] | Ids, vectors: Matrix, textness: Sequence[float]) -> None:
        """Add embeddings (float32 [n, dim]) of photos that are there; those that have one of this model keep it."""
        rows = [
            (int(photo_id), vector, float(value))
            for photo_id, vector, value in zip(photo_ids, vectors, textness, strict=True)
        ]
        with self._database.write() as connection:
            write_embeddings(connection, model_key, rows)
            bump_revision(connection)

    def set_textness(
        self, model_key: str, photo_ids: Sequence[int] | Ids, values: Sequence[float] | npt.NDArray[np.float32]
    ) -> None:
        """Store the calibrated textness t of photos; NaN means unknown."""
        pairs = [
            {"photo": int(photo_id), "value": None if np.isnan(value) else float(value)}
            for photo_id, value in zip(photo_ids, values, strict=True)
        ]
        with self._database.write() as connection:
            model = connection.execute(select(models.c.id).where(models.c.key == model_key)).scalar_one_or_none()
            if model is None or not pairs:
                return
            connection.execute(
                update(embeddings)
                .where(embeddings.c.model_id == model, embeddings.c.photo_id == bindparam("photo"))
                .values(textness=bindparam("value")),
                pairs,
            )
            number = 1 + _counter(connection, _TEXTNESS)
            put(connection, counters, {"name": _TEXTNESS, "value": number})
            bump_revision(connection)

    def live_revision(self) -> int:
        """Return a number that grows whenever photos that were there before come to be found, or not to be."""
        with self._database.read() as connection:
            return _counter(connection, LIVE)

    def any(self, model_key: str) -> bool:
        """Whether a model has embeddings: cheaper than how many."""
        statement = select(embeddings.c.id).join(models).where(models.c.key == model_key).limit(1)
        with self._database.read() as connection:
            return connection.execute(statement).first() is not None

    def textness_revision(self) -> int:
        """Return a number that grows whenever textness is stored for photos that were embedded before."""
        with self._database.read() as connection:
            return _counter(connection, _TEXTNESS)

    def textness(self, model_key: str) -> tuple[Ids, npt.NDArray[np.float32]]:
        """Return the ids of all embedded photos, ascending, and their textness (NaN where unknown)."""
        statement = (
            select(embeddings.c.photo_id, embeddings.c.textness)
            .join(models)
            .where(models.c.key == model_key)
            .order_by(embeddings.c.photo_id)
        )
        with self._database.read() as connection:
            rows = raw_rows(connection, statement)
        return _ids(rows), np.array([row[1] for row in rows], dtype=np.float32)

    def remove(self, model_key: str) -> int:
        """Forget a model and its embeddings; returns how many there were."""
        with self._database.write() as connection:
            model = select(models.c.id).where(models.c.key == model_key)
            count = connection.execute(delete(embeddings).where(embeddings.c.model_id.in_(model))).rowcount
            connection.execute(delete(models).where(models.c.key == model_key))
            bump_revision(connection)
        return count

    def model_keys(self) -> list[str]:
        """Return the keys of the models that embedded anything here; cheaper than `models`."""
        with self._database.read() as connection:
            return list(connection.execute(select(models.c.key)).scalars())

    def models(self) -> dict[str, int]:
        """Return the number of embeddings of each model, by model key."""
        statement = (
            select(models.c.key, func.count(embeddings.c.id))
            .select_from(models.outerjoin(embeddings))
            .group_by(models.c.key)
        )
        with self._database.read() as connection:
            return dict(raw_rows(connection, statement))


def _finite(data: bytes, count: int, dim: int) -> HalfMatrix:
    """Stored vectors as float16 [count, dim]; damaged ones become zero, which is like nothing."""
    bits = np.frombuffer(data, "<u2").reshape(count, dim)
    vectors = bits.view("<f2").astype(np.float16, copy=False)
    if (bits & _EXPONENT).max(initial=0) < _EXPONENT:
        return vectors
    vectors = vectors.copy()
    vectors[~np.isfinite(vectors).all(axis=1)] = 0
    return vectors


def _no_rows(dim: int, last: int, count: int = 0) -> EmbeddingRows:
    return EmbeddingRows(
        np.zeros(count, np.int64), np.zeros((count, dim), np.float16), np.full(count, np.nan, np.float32), last
    )


def _counter(connection: Connection, name: str) -> int:
    return connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar_one_or_none() or 0


def _ids(rows: Sequence[tuple[int, ...]]) -> Ids:
    return np.fromiter((row[0] for row in rows), np.int64, len(rows))
