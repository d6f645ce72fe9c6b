"""How often photos were looked at."""

from collections.abc import Sequence

from sqlalchemy import select

from clipdesk.catalog.database import Database, ids_in, put, raw_rows
from clipdesk.catalog.schema import photos, views


class ViewStore:
    """Counts views of photos. What search can see is not changed by it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, photo_ids: Sequence[int]) -> None:
        """Count one more view of each of these photos; ids that are gone are left out."""
        with self._database.write() as connection:
            there = [row[0] for row in raw_rows(connection, select(photos.c.id).where(ids_in(photos.c.id, photo_ids)))]
            before = dict(raw_rows(connection, select(views).where(ids_in(views.c.photo_id, there))))
            for photo_id in there:
                put(connection, views, {"photo_id": photo_id, "count": before.get(photo_id, 0) + 1})

    def of(self, photo_ids: Sequence[int]) -> dict[int, int]:
        """Return the views of those of `photo_ids` that were looked at."""
        with self._database.read() as connection:
            return dict(raw_rows(connection, select(views).where(ids_in(views.c.photo_id, photo_ids))))
