"""Which values filters can take in this library: what queries are completed with."""

from collections import Counter
from pathlib import PurePath

from sqlalchemy import ColumnElement, exists, func, select

from clipdesk.catalog.database import Database, raw_rows
from clipdesk.catalog.names import TYPE_SUFFIXES, decode_path, fold
from clipdesk.catalog.schema import directories, files, folders, keywords, photos, tags
from clipdesk.core.entities import FileState

_MOST = 5_000
_INDEXED = files.c.state == FileState.INDEXED.value
_LIVE = photos.c.live == 1
_number = func.count()


class ValueStore:
    """Counts what photos have. Every list is the most frequent first, at most 5,000 long."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def folders(self) -> tuple[str, ...]:
        """Return folders that hold photos somewhere below: from the root folder's own name on, forward slashes.

        Names that cannot be typed, since they are not Unicode or hold control characters, are left out.
        """
        statement = (
            select(folders.c.path, directories.c.path, _number)
            .select_from(files.join(directories).join(folders))
            .where(_INDEXED)
            .group_by(directories.c.id)
        )
        counts: Counter[str] = Counter()
        with self._database.read() as connection:
            rows = raw_rows(connection, statement)
        for root, inside, number in rows:
            path = PurePath(decode_path(root)).name
            counts[path] += number
            for part in decode_path(inside).split("/") if inside else ():
                path = f"{path}/{part}" if path else part
                counts[path] += number
        return _frequent({path: number for path, number in counts.items() if path and path.isprintable()})

    def cameras(self) -> tuple[str, ...]:
        """Return names of cameras, then of lenses."""
        return _frequent(self._counts(photos.c.camera)) + _frequent(self._counts(photos.c.lens))

    def tags(self) -> tuple[str, ...]:
        """Return accepted tags and the keywords of files, told apart without regard to case."""
        accepted = (
            select(func.min(tags.c.tag), _number)
            .select_from(tags.join(photos))
            .where(tags.c.state == "accepted", _LIVE)
            .group_by(tags.c.folded)
        )
        rejected = exists().where(
            tags.c.photo_id == keywords.c.photo_id, tags.c.folded == keywords.c.folded, tags.c.state == "rejected"
        )
        own = (
            select(func.min(keywords.c.keyword), _number)
            .select_from(keywords.join(photos))
            .where(_LIVE, ~rejected)
            .group_by(keywords.c.folded)
        )
        counts: Counter[str] = Counter()
        names: dict[str, str] = {}
        with self._database.read() as connection:
            for name, number in [*raw_rows(connection, accepted), *raw_rows(connection, own)]:
                counts[names.setdefault(fold(name), name)] += number
        return _frequent(counts)

    def types(self) -> tuple[str, ...]:
        """Return kinds of files, as `type:` names them."""
        counts: Counter[str] = Counter()
        with self._database.read() as connection:
            rows = raw_rows(connection, select(files.c.suffix, _number).where(_INDEXED).group_by(files.c.suffix))
        for suffix, number in rows:
            counts[_TYPES.get(suffix) or suffix.removeprefix(".")] += number
        return _frequent(counts)

    def years(self) -> tuple[str, ...]:
        """Return the years that photos are from, the newest first."""
        years = self._counts(func.substr(photos.c.sort_at, 1, 4))
        return tuple(sorted(years, reverse=True))

    def _counts(self, value: ColumnElement[str] | ColumnElement[str | None]) -> dict[str, int]:
        statement = select(value, _number).where(_LIVE, value.is_not(None)).group_by(value)
        with self._database.read() as connection:
            return dict(raw_rows(connection, statement))


_TYPES = {suffix: kind for kind, suffixes in reversed(TYPE_SUFFIXES.items()) for suffix in suffixes}
"""The first name that `type:` has for a suffix."""


def _frequent(counts: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))[:_MOST]
