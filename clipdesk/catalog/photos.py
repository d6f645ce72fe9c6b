"""Photos: what lies in one or several files, with what it says of itself."""

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, select, update

from clipdesk.catalog.bookkeeping import bump_revision, pair_all
from clipdesk.catalog.database import Database, id_set, ids_in, put, raw_rows
from clipdesk.catalog.filters import file_conditions, matching
from clipdesk.catalog.names import encode_path, fold, split_name
from clipdesk.catalog.rows import absolute, to_metadata
from clipdesk.catalog.schema import directories, embeddings, files, folders, keywords, models, photos, state, views
from clipdesk.core.entities import FileState, FolderState, Ids, Photo
from clipdesk.core.query import Filter

_HELD = files.join(directories).join(folders)
_INDEXED = files.c.state == FileState.INDEXED.value
_PURGED = "orphans looked at"
_DAY, _LONG = timedelta(days=1), timedelta(days=30)
_FINDABLE = (photos.c.live == 1, photos.c.pair_of.is_(None))


class PhotoStore:
    """Finds and returns photos."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, ids: Sequence[int] | Ids, filters: Sequence[Filter] = ()) -> dict[int, Photo]:
        """Return photos by id; ids without a live file are left out. Files that `filters` match come first."""
        with self._database.read() as connection:
            return _photos(connection, [int(one) for one in ids], filters)

    def by_path(self, path: Path) -> Photo | None:
        """Return the photo that lies at `path`, which comes first in its paths; None when it is not indexed."""
        with self._database.read() as connection:
            photo_id = _photo_at(connection, path)
            if photo_id is None:
                return None
            photo = _photos(connection, [photo_id], ()).get(photo_id)
        if photo is None:
            return None
        first = sorted(photo.paths, key=lambda one: not _same(one, path))
        return Photo(photo.id, photo.content_hash, tuple(first), photo.metadata, photo.offline, photo.paired_paths)

    def by_hash(self, hashes: Iterable[str]) -> dict[str, int]:
        """Return the ids of known photos (orphans too) by content hash."""
        statement = select(photos.c.content_hash, photos.c.id).where(ids_in(photos.c.content_hash, sorted(set(hashes))))
        with self._database.read() as connection:
            return dict(raw_rows(connection, statement))

    def filter(self, filters: Sequence[Filter], limit: int | None = None) -> Ids:
        """Return the ids of the live photos (the first `limit`) that `filters` let through; no hidden RAW halves.

        Newest first. Filters of one kind are alternatives, those of different kinds must all hold, negated ones must
        not. Raises `UserError` for a `has:` or `is:` value that is not known.
        """
        with self._database.read() as connection:
            statement = (
                select(photos.c.id)
                .where(*_FINDABLE, *matching(connection, filters))
                .order_by(photos.c.sort_at.desc(), photos.c.id.desc())
                .limit(limit)
            )
            rows = raw_rows(connection, statement)
        return np.fromiter((row[0] for row in rows), np.int64, len(rows))

    def passing(self, filters: Sequence[Filter]) -> Ids:
        """Return the same photos as `filter`, by ascending id: several times faster where there are very many."""
        with self._database.read() as connection:
            return id_set(connection, select(photos.c.id).where(*_FINDABLE, *matching(connection, filters)))

    def count(self) -> int:
        """Return the number of live photos, hidden RAW halves not counted."""
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(photos).where(*_FINDABLE)).scalar_one()

    def missing_embeddings(self, model_key: str, limit: int) -> list[tuple[int, str, Path]]:
        """Return up to `limit` findable photos that `model_key` has not embedded: (id, content hash, a path).

        Those that were looked at most come first, then the newest taken; photos whose files are all offline are left
        out, since nobody can read them.
        """
        viewed = func.coalesce(views.c.count, 0)
        order = (viewed.desc(), photos.c.sort_at.desc(), photos.c.id.desc())
        statement = select(photos.c.id).select_from(photos.outerjoin(views)).where(*_missing(model_key))
        with self._database.read() as connection:
            ids = list(connection.execute(statement.order_by(*order).limit(limit)).scalars())
            found = _photos(connection, ids, ())
        return [(photo_id, found[photo_id].content_hash, found[photo_id].paths[0]) for photo_id in ids]

    def any_missing(self, model_key: str) -> bool:
        """Return whether `missing_embeddings` would find any, without putting them in order."""
        with self._database.read() as connection:
            found = connection.execute(select(photos.c.id).where(*_missing(model_key)).limit(1))
            return found.scalar_one_or_none() is not None

    def hashes(self, photo_ids: Sequence[int] | Ids) -> dict[int, str]:
        """Return content hashes by photo id; ids that are gone are left out."""
        statement = select(photos.c.id, photos.c.content_hash).where(
            ids_in(photos.c.id, [int(one) for one in photo_ids])
        )
        with self._database.read() as connection:
            return dict(raw_rows(connection, statement))

    def live_hashes(self) -> list[str]:
        """Return the content hashes of all live photos, hidden RAW halves too."""
        with self._database.read() as connection:
            return [row[0] for row in raw_rows(connection, select(photos.c.content_hash).where(photos.c.live == 1))]

    def pair_shots(self, folder_ids: Sequence[int] | None = None) -> None:
        """Hide the RAW half of each RAW+JPEG shot behind the other, in all or some root folders.

        `commit_batch` and `files.remove` keep this true by themselves; this is for after repairs.
        """
        inside = None
        if folder_ids is not None:
            directory_ids = select(directories.c.id).where(ids_in(directories.c.folder_id, list(folder_ids)))
            inside = files.c.directory_id.in_(directory_ids)
        with self._database.write() as connection:
            if pair_all(connection, inside):
                bump_revision(connection)

    def duplicates(self) -> list[tuple[int, int]]:
        """Return the photos that lie in several files, as (id, number of files), most files first."""
        number = func.count()
        statement = select(files.c.photo_id, number).where(_INDEXED).group_by(files.c.photo_id).having(number > 1)
        with self._database.read() as connection:
            rows = raw_rows(connection, statement.order_by(number.desc(), files.c.photo_id))
        return [(row[0], row[1]) for row in rows]

    def purge_orphans(self, older_than_days: float = 30) -> list[str]:
        """Forget photos (embeddings and tags too) that have had no file for so long; returns their content hashes.

        Where the clock may have jumped since the last time, it says nothing of their age: that counts from now on.
        """
        now = datetime.now(UTC).replace(tzinfo=None)
        limit = (now - timedelta(days=older_than_days)).isoformat(timespec="seconds")
        old = and_(photos.c.live == 0, photos.c.orphaned_at <= limit, ~exists().where(files.c.photo_id == photos.c.id))
        with self._database.write() as connection:
            known = connection.execute(select(state.c.value).where(state.c.key == _PURGED)).scalar_one_or_none()
            since = now - datetime.fromisoformat(known) if known is not None else None
            if since is None or not timedelta() <= since < _DAY:
                put(connection, state, {"key": _PURGED, "value": now.isoformat(timespec="seconds")})
            if since is not None and not timedelta() <= since < _LONG:
                anew = update(photos).where(photos.c.orphaned_at.is_not(None))
                connection.execute(anew.values(orphaned_at=now.isoformat(timespec="seconds")))
                return []
            rows = connection.execute(select(photos.c.id, photos.c.content_hash).where(old)).all()
            if rows:
                connection.execute(delete(photos).where(ids_in(photos.c.id, [row.id for row in rows])))
                bump_revision(connection)
        return [row.content_hash for row in rows]


def _missing(model_key: str) -> tuple[ColumnElement[bool], ...]:
    """Findable photos that can be read and that a model has not embedded."""
    has = (
        exists()
        .where(embeddings.c.photo_id == photos.c.id, embeddings.c.model_id == models.c.id)
        .where(models.c.key == model_key)
    )
    online = (
        exists()
        .where(files.c.photo_id == photos.c.id, files.c.directory_id == directories.c.id, _INDEXED)
        .where(folders.c.id == directories.c.folder_id, folders.c.state == FolderState.ONLINE.value)
    )
    return (*_FINDABLE, ~has, online)


def _photos(connection: Connection, ids: Sequence[int], filters: Sequence[Filter]) -> dict[int, Photo]:
    rows = connection.execute(select(photos).where(ids_in(photos.c.id, ids))).all()
    halves = connection.execute(
        select(photos.c.id, photos.c.pair_of).where(ids_in(photos.c.pair_of, ids), photos.c.live == 1)
    ).all()
    partners: dict[int, list[int]] = {}
    for photo_id, other in [(row.id, row.pair_of) for row in rows] + [(row.pair_of, row.id) for row in halves]:
        if other is not None:
            partners.setdefault(photo_id, []).append(other)
    everyone = {row.id for row in rows} | {one for others in partners.values() for one in others}
    places = _places(connection, everyone, filters)
    words: dict[int, list[str]] = {}
    statement = select(keywords.c.photo_id, keywords.c.keyword).where(ids_in(keywords.c.photo_id, ids))
    for photo_id, keyword in raw_rows(connection, statement.order_by(keywords.c.photo_id, keywords.c.position)):
        words.setdefault(photo_id, []).append(keyword)
    found = {
        row.id: Photo(
            id=row.id,
            content_hash=row.content_hash,
            paths=tuple(path for path, _ in places[row.id]),
            metadata=to_metadata(row, tuple(words.get(row.id, ()))),
            offline=not any(online for _, online in places[row.id]),
            paired_paths=tuple(path for other in partners.get(row.id, ()) for path, _ in places.get(other, ())),
        )
        for row in rows
        if places.get(row.id)
    }
    return {photo_id: found[photo_id] for photo_id in ids if photo_id in found}


def _places(
    connection: Connection, photo_ids: Iterable[int], filters: Sequence[Filter]
) -> dict[int, list[tuple[Path, bool]]]:
    """Return the paths of photos and whether each is online: matched ones first, then online, short, by name."""
    columns = (
        files.c.id,
        files.c.photo_id,
        folders.c.path,
        directories.c.path,
        files.c.name,
        folders.c.state == FolderState.ONLINE.value,
    )
    these = and_(ids_in(files.c.photo_id, sorted(set(photo_ids))), _INDEXED)
    conditions = file_conditions(connection, filters)
    matched: set[int] = set()
    if conditions:
        matched = set(connection.execute(select(files.c.id).where(these, *conditions)).scalars())
    found: dict[int, list[tuple[bool, bool, int, str, Path]]] = {}
    for row in raw_rows(connection, select(*columns).select_from(_HELD).where(these)):
        file_id, photo_id, folder, directory, name, online = row
        path = absolute(folder, directory, name)
        text = str(path)
        found.setdefault(photo_id, []).append((file_id not in matched, not online, len(text), text, path))
    return {
        photo_id: list({path: not offline for _, offline, _, _, path in sorted(places)}.items())
        for photo_id, places in found.items()
    }


def _photo_at(connection: Connection, path: Path) -> int | None:
    names = dict.fromkeys((os.path.abspath(path), os.path.realpath(path)))  # noqa: PTH100 (links are tried both ways)
    for row in connection.execute(select(folders.c.id, folders.c.path)).all():
        root = absolute(row.path, "", "")
        for base in dict.fromkeys((root, Path(os.path.realpath(root)))):
            for name in names:
                if not Path(name).is_relative_to(base):
                    continue
                inside = Path(name).relative_to(base)
                found = _photo_in(connection, row.id, inside, path)
                if found is not None:
                    return found
    return None


def _photo_in(connection: Connection, folder_id: int, inside: Path, path: Path) -> int | None:
    parent = "" if inside.parent == Path() else inside.parent.as_posix()
    held = (
        select(files.c.photo_id)
        .select_from(files.join(directories))
        .where(directories.c.folder_id == folder_id, _INDEXED)
    )
    exact = held.where(directories.c.path == encode_path(parent), files.c.name == encode_path(inside.name))
    found = connection.execute(exact).scalar_one_or_none()
    if found is not None or not path.exists():
        return found
    # Where case or composition makes no difference, the same file may have been named otherwise.
    stem, suffix = split_name(inside.name)
    alike: Any = select(files.c.photo_id, folders.c.path, directories.c.path, files.c.name).select_from(_HELD)
    alike = alike.where(folders.c.id == folder_id, files.c.stem == stem, files.c.suffix == suffix, _INDEXED)
    for photo_id, *parts in raw_rows(connection, alike):
        place = absolute(*parts)
        if fold(str(place)) == fold(os.path.abspath(path)) and _same(place, path):  # noqa: PTH100
            return photo_id
    return None


def _same(one: Path, other: Path) -> bool:
    try:
        return one == other or one.samefile(other)
    except (OSError, ValueError):
        return False
