"""Writes what one batch of indexing found, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from clipdesk.catalog.bookkeeping import bump_revision, pair, raw_photos_of, refresh_live, utc_now
from clipdesk.catalog.database import ids_in, insert_missing, pairs
from clipdesk.catalog.names import encode_path, fold, split_name, split_path
from clipdesk.catalog.rows import metadata_values, storable
from clipdesk.catalog.schema import directories, embeddings, files, keywords, models, photos
from clipdesk.core.entities import FileState, FoundFile, PhotoMetadata, Vector


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file.

    `file_id` is the row to update: the file's own when it changed, or the gone one's when it moved. `metadata` is None
    when the photo was known by its hash already; `content_hash` is None when the file was not read. The embedding is
    float32 [dim], unit length, and ignored when the photo has one of this model.
    """

    folder_id: int
    found: FoundFile
    file_id: int | None = None
    content_hash: str | None = None
    metadata: PhotoMetadata | None = None
    embedding: Vector | None = None
    textness: float | None = None
    state: FileState = FileState.INDEXED
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Touched:
    photos: set[int]
    shots: set[tuple[int, str]]


def write_batch(connection: Connection, results: Sequence[FileResult], model_key: str) -> None:
    """Write file rows, photos, metadata, embeddings, textness and failures of `results`."""
    results = _last_of_each_file(results)
    if not results:
        return
    directory_ids = _directory_ids(connection, results)
    photo_ids, fresh = _write_photos(connection, results)
    touched = _write_files(connection, results, directory_ids, photo_ids)
    _write_metadata(connection, results, photo_ids, fresh)
    write_embeddings(
        connection,
        model_key,
        [
            (photo_ids[result.content_hash], result.embedding, result.textness)
            for result in results
            if result.content_hash is not None and result.embedding is not None
        ],
    )
    refresh_live(connection, touched.photos - fresh)
    raws = raw_photos_of(connection, touched.shots)
    if raws:
        pair(connection, ids_in(photos.c.id, sorted(raws)))
    bump_revision(connection)


def write_embeddings(connection: Connection, model_key: str, rows: Sequence[tuple[int, Vector, float | None]]) -> None:
    """Insert embeddings (photo id, vector, textness); a photo that has one of this model keeps it."""
    if not rows:
        return
    model = model_id(connection, model_key, len(rows[0][1]))
    insert_missing(
        connection,
        embeddings,
        [
            {
                "photo_id": photo_id,
                "model_id": model,
                "vector": np.asarray(vector).astype("<f2").tobytes(),
                "textness": None if textness is None or np.isnan(textness) else float(textness),
            }
            for photo_id, vector, textness in rows
        ],
    )


def model_id(connection: Connection, model_key: str, dim: int) -> int:
    """Return the row id of a model, made when it is new. Raises ValueError when its vectors had another length."""
    row = connection.execute(select(models.c.id, models.c.dim).where(models.c.key == model_key)).one_or_none()
    if row is None:
        key = connection.execute(insert(models).values(key=model_key, dim=dim)).inserted_primary_key
        return int(key[0]) if key else 0
    if row.dim != dim:
        raise ValueError(f"embeddings of {model_key} have {row.dim} numbers, not {dim}")
    return int(row.id)


def _last_of_each_file(results: Sequence[FileResult]) -> list[FileResult]:
    return list({(result.folder_id, result.found.path): result for result in results}.values())


def _directory_ids(connection: Connection, results: Sequence[FileResult]) -> dict[tuple[int, str], int]:
    """Return the ids of the directories of `results` by (folder id, stored path); new ones are made."""
    wanted = {(result.folder_id, encode_path(split_path(result.found.path)[0])) for result in results}

    def known() -> dict[tuple[int, str], int]:
        statement = select(directories.c.folder_id, directories.c.path, directories.c.id).where(
            ids_in(directories.c.folder_id, sorted({folder for folder, _ in wanted})),
            ids_in(directories.c.path, sorted({path for _, path in wanted})),
        )
        return {(row[0], row[1]): row[2] for row in connection.execute(statement) if (row[0], row[1]) in wanted}

    have = known()
    if missing := wanted - have.keys():
        insert_missing(
            connection, directories, [{"folder_id": folder, "path": path} for folder, path in sorted(missing)]
        )
        have = known()
    return have


def _write_photos(connection: Connection, results: Sequence[FileResult]) -> tuple[dict[str, int], set[int]]:
    """Return the photo ids of `results` by content hash, and which of them were made for it."""
    wanted = {result.content_hash: result for result in reversed(results) if result.content_hash is not None}
    statement = select(photos.c.content_hash, photos.c.id).where(ids_in(photos.c.content_hash, sorted(wanted)))
    indexed = {result.content_hash for result in results if result.state is FileState.INDEXED}
    have: dict[str, int] = {row[0]: row[1] for row in connection.execute(statement)}
    fresh = [(content_hash, result) for content_hash, result in wanted.items() if content_hash not in have]
    if fresh:
        rows: list[dict[str, Any]] = [
            {
                "content_hash": content_hash,
                "size": result.found.size,
                "live": int(content_hash in indexed),
                "orphaned_at": None if content_hash in indexed else utc_now(),
                **metadata_values(result.metadata or PhotoMetadata(), result.found.mtime_ns),
            }
            for content_hash, result in reversed(fresh)
        ]
        connection.execute(insert(photos), rows)
        have = {row[0]: row[1] for row in connection.execute(statement)}
    return have, {have[content_hash] for content_hash, _ in fresh}


def _write_files(
    connection: Connection,
    results: Sequence[FileResult],
    directory_ids: dict[tuple[int, str], int],
    photo_ids: dict[str, int],
) -> _Touched:
    """Replace the rows of the files; return what they touched before and after."""
    rows: list[dict[str, Any]] = []
    for result in results:
        directory, name = split_path(result.found.path)
        stem, suffix = split_name(name)
        rows.append(
            {
                "id": result.file_id,
                "directory_id": directory_ids[result.folder_id, encode_path(directory)],
                "name": encode_path(name),
                "stem": stem,
                "suffix": suffix,
                "size": result.found.size,
                "mtime_ns": result.found.mtime_ns,
                "sidecar_mtime_ns": result.found.sidecar_mtime_ns,
                "state": result.state.value,
                "photo_id": None if result.content_hash is None else photo_ids[result.content_hash],
                "reason": None if result.reason is None else storable(" ".join(result.reason.split())),
            }
        )
    own = [row["id"] for row in rows if row["id"] is not None]
    wanted = pairs((row["directory_id"], row["name"]) for row in rows)
    columns = select(files.c.photo_id, files.c.directory_id, files.c.stem)
    there = wanted.join(files, (files.c.directory_id == wanted.c.number) & (files.c.name == wanted.c.text))
    before = list(connection.execute(columns.select_from(there)).all())
    if own:
        before += connection.execute(columns.where(ids_in(files.c.id, own))).all()
    # Rows are replaced, not updated: two files that swapped names would break the unique rule half-way.
    if own:
        connection.execute(delete(files).where(ids_in(files.c.id, own)))
    connection.execute(
        delete(files).where(files.c.directory_id == bindparam("d"), files.c.name == bindparam("n")),
        [{"d": row["directory_id"], "n": row["name"]} for row in rows],
    )
    kept = [row for row in rows if row["id"] is not None]
    fresh = [{key: value for key, value in row.items() if key != "id"} for row in rows if row["id"] is None]
    for some in (kept, fresh):
        if some:
            connection.execute(insert(files), some)
    return _Touched(
        photos=({row.photo_id for row in before} | {row["photo_id"] for row in rows}) - {None},
        shots={(row.directory_id, row.stem) for row in before} | {(row["directory_id"], row["stem"]) for row in rows},
    )


def _write_metadata(
    connection: Connection, results: Sequence[FileResult], photo_ids: dict[str, int], fresh: set[int]
) -> None:
    """Fill the metadata of known photos that were read anew (a sidecar may have changed), and everyone's keywords."""
    read = {
        photo_ids[result.content_hash]: (result.metadata, result.found.mtime_ns)
        for result in results
        if result.content_hash is not None and result.metadata is not None
    }
    again = sorted(read.keys() - fresh)
    if again:
        rows = [{"photo": photo_id, **metadata_values(*read[photo_id])} for photo_id in again]
        columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "photo"}
        connection.execute(update(photos).where(photos.c.id == bindparam("photo")).values(columns), rows)
        connection.execute(delete(keywords).where(ids_in(keywords.c.photo_id, again)))
    words: list[dict[str, Any]] = []
    for photo_id, (metadata, _) in read.items():
        given = dict.fromkeys(storable(word) for word in metadata.keywords)
        words += [
            {"photo_id": photo_id, "position": position, "keyword": word, "folded": fold(word)}
            for position, word in enumerate(word for word in given if word)
        ]
    if words:
        connection.execute(insert(keywords), words)
