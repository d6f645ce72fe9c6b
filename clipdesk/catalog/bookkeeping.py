"""What every change must leave true: which photos are live, which halves of shots are hidden, the revision."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, exists, func, or_, select, true, update
from sqlalchemy.sql import ColumnElement

from clipdesk.catalog.database import ids_in, pairs, put
from clipdesk.catalog.names import PAIR_SUFFIXES, RAW_SUFFIXES
from clipdesk.catalog.schema import counters, files, photos
from clipdesk.core.entities import FileState

REVISION = "revision"
LIVE = "live"
"""Counts the changes of which photos can be found, but for photos that are new."""


def utc_now() -> str:
    """Return the present as ISO 8601 text in UTC, to the second."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def bump_revision(connection: Connection) -> None:
    """Tell readers that what search can see has changed."""
    connection.execute(update(counters).where(counters.c.name == REVISION).values(value=counters.c.value + 1))


def _bump_live(connection: Connection) -> None:
    known = select(counters.c.value).where(counters.c.name == LIVE)
    number = connection.execute(known).scalar_one_or_none() or 0
    put(connection, counters, {"name": LIVE, "value": number + 1})


def refresh_live(connection: Connection, photo_ids: Iterable[int]) -> None:
    """Set `live` and `orphaned_at` of photos whose files changed."""
    ids = sorted(set(photo_ids))
    if not ids:
        return
    held = exists().where(files.c.photo_id == photos.c.id, files.c.state == FileState.INDEXED.value)
    these = ids_in(photos.c.id, ids)
    connection.execute(update(photos).where(these, held).values(live=1, orphaned_at=None))
    since = func.coalesce(photos.c.orphaned_at, utc_now())
    connection.execute(update(photos).where(these, ~held).values(live=0, orphaned_at=since, pair_of=None))
    _bump_live(connection)


def raw_photos_of(connection: Connection, shots: Iterable[tuple[int, str]]) -> set[int]:
    """Return the photos with a RAW file among `shots` (directory id, stem)."""
    wanted = pairs(sorted(set(shots)))
    statement = (
        select(files.c.photo_id)
        .select_from(wanted.join(files, (files.c.directory_id == wanted.c.number) & (files.c.stem == wanted.c.text)))
        .where(files.c.suffix.in_(sorted(RAW_SUFFIXES)), files.c.photo_id.is_not(None))
    )
    return set(connection.execute(statement).scalars())


def pair(connection: Connection, which: ColumnElement[bool] | None = None) -> int:
    """Point RAW photos (those that `which` names, else all) at the other picture of their shot, or at none.

    A pair is a RAW and a JPEG or HEIF file of one directory and stem, taken in the same second where both say when.
    Returns how many photos changed.
    """
    raw, other, partner = files.alias("raw"), files.alias("other"), photos.alias("partner")
    second = 19  # of "2019-06-01T12:00:00"
    found = (
        select(func.min(other.c.photo_id))
        .select_from(
            raw.join(other, and_(other.c.directory_id == raw.c.directory_id, other.c.stem == raw.c.stem)).join(
                partner, partner.c.id == other.c.photo_id
            )
        )
        .where(
            raw.c.photo_id == photos.c.id,
            raw.c.suffix.in_(sorted(RAW_SUFFIXES)),
            raw.c.state == FileState.INDEXED.value,
            other.c.suffix.in_(sorted(PAIR_SUFFIXES)),
            other.c.state == FileState.INDEXED.value,
            other.c.photo_id != photos.c.id,
            or_(
                photos.c.taken_at.is_(None),
                partner.c.taken_at.is_(None),
                func.substr(partner.c.taken_at, 1, second) == func.substr(photos.c.taken_at, 1, second),
            ),
        )
        .correlate(photos)
        .scalar_subquery()
    )
    changed = photos.c.pair_of.is_distinct_from(found)
    statement = update(photos).where(true() if which is None else which, changed).values(pair_of=found)
    count = connection.execute(statement).rowcount
    if count:
        _bump_live(connection)
    return count


def pair_all(connection: Connection, folder_files: ColumnElement[bool] | None = None) -> int:
    """Pair every RAW photo, or those with a file that `folder_files` (a condition on `files`) names."""
    holders = select(files.c.photo_id).where(
        files.c.suffix.in_(sorted(RAW_SUFFIXES)),
        files.c.state == FileState.INDEXED.value,
        true() if folder_files is None else folder_files,
    )
    return pair(connection, or_(photos.c.id.in_(holders), photos.c.pair_of.is_not(None)))
