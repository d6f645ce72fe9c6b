"""Whether a catalogue is sound."""

from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.sql.selectable import FromClause

from clipdesk.catalog.bookkeeping import bump_revision, pair_all, refresh_live
from clipdesk.catalog.catalog import Catalog
from clipdesk.catalog.database import integrity_problems
from clipdesk.catalog.schema import embeddings, files, models, photos
from clipdesk.catalog.sense import nonsense
from clipdesk.core.entities import FileState

_INDEXED = files.c.state == FileState.INDEXED.value
_HELD = exists().where(files.c.photo_id == photos.c.id, _INDEXED)
_WITHOUT_PHOTO = and_(_INDEXED, ~exists().where(photos.c.id == files.c.photo_id))
_WITHOUT_OWNER = ~exists().where(photos.c.id == embeddings.c.photo_id)
_OF_WRONG_SIZE = exists().where(
    models.c.id == embeddings.c.model_id, func.length(embeddings.c.vector) != 2 * models.c.dim
)
_WRONGLY_LIVE = or_((photos.c.live == 1) != _HELD, (photos.c.live == 1) != photos.c.orphaned_at.is_(None))
_other = photos.alias("other")
_HIDDEN = and_(
    photos.c.pair_of.is_not(None),
    ~exists().where(_other.c.id == photos.c.pair_of, _other.c.live == 1, _other.c.pair_of.is_(None)),
)
_INVARIANTS: tuple[tuple[FromClause, ColumnElement[bool], str], ...] = (
    (files, _WITHOUT_PHOTO, "indexed files have no photo"),
    (embeddings, _WITHOUT_OWNER, "embeddings have no photo"),
    (embeddings, _OF_WRONG_SIZE, "embeddings have a length that is not their model's"),
    (photos, _WRONGLY_LIVE, "photos are wrongly listed as having a file or none"),
    (photos, _HIDDEN, "photos are hidden behind one that cannot be found"),
)


def check(catalog: Catalog) -> list[str]:
    """Return what is wrong with a catalogue, one line each; empty when it is sound. Reads the whole file."""
    with catalog.database.read() as connection:
        problems = [f"Catalogue: {problem}" for problem in integrity_problems(connection)]
        for table, condition, told in _INVARIANTS:
            count = connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
            if count:
                problems.append(f"Catalogue: {count} {told}")
        if not problems:
            raw: Any = connection.connection.driver_connection
            problems = [f"Catalogue: {count} rows of {name} make no sense" for name, count in nonsense(raw).items()]
    return problems


def repair(catalog: Catalog) -> list[str]:
    """Make the invariants hold again and return what is still wrong.

    Files without a photo and useless embeddings are forgotten, so that the next index run makes them anew.
    """
    with catalog.database.write() as connection:
        connection.execute(delete(files).where(_WITHOUT_PHOTO))
        connection.execute(delete(embeddings).where(_WITHOUT_OWNER))
        connection.execute(delete(embeddings).where(_OF_WRONG_SIZE))
        refresh_live(connection, connection.execute(select(photos.c.id).where(_WRONGLY_LIVE)).scalars())
        pair_all(connection)
        bump_revision(connection)
    return check(catalog)
