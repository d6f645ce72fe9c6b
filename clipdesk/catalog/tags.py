"""Tags that the user accepted or rejected."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Literal

import numpy as np
from sqlalchemy import Connection, delete, func, select

from clipdesk.catalog.bookkeeping import bump_revision
from clipdesk.catalog.database import Database, ids_in, put, raw_rows
from clipdesk.catalog.names import fold
from clipdesk.catalog.owed_sidecars import owe
from clipdesk.catalog.rows import storable
from clipdesk.catalog.schema import photos, tags
from clipdesk.core.entities import Ids
from clipdesk.core.errors import UserError

TagState = Literal["accepted", "rejected"]


class TagStore:
    """Remembers what the user said of tags; case makes no difference between them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_state(self, photo_ids: Sequence[int], tag: str, state: TagState | None) -> None:
        """Accept or reject `tag` for photos; None forgets it. Raises `UserError` for an empty tag."""
        self.change(photo_ids, [(tag, state)])

    def change(
        self, photo_ids: Sequence[int], changes: Sequence[tuple[str, TagState | None]], *, sidecars: bool = False
    ) -> None:
        """Accept, reject or forget several tags for photos, in one transaction: all of it or, when killed, nothing.

        With `sidecars`, those of the photos are owed from then on. Raises `UserError` for an empty tag.
        """
        named: list[tuple[str | None, TagState | None]] = [
            (storable(" ".join(tag.split())), state) for tag, state in changes
        ]
        with self._database.write(durable=True) as connection:
            found = connection.execute(select(photos.c.id).where(ids_in(photos.c.id, list(photo_ids))))
            known = list(found.scalars())
            for name, state in named:
                if name is None:
                    raise UserError("A tag needs a name")
                _set(connection, known, name, state)
            if sidecars:
                owe(connection, known)
            bump_revision(connection)

    def of(self, photo_id: int) -> dict[str, TagState]:
        """Return the tags of a photo with their states, by name."""
        statement = select(tags.c.tag, tags.c.state).where(tags.c.photo_id == photo_id).order_by(tags.c.folded)
        with self._database.read() as connection:
            return dict(raw_rows(connection, statement))

    def states(self, photo_ids: Sequence[int]) -> dict[str, dict[int, TagState]]:
        """Return the tags of several photos: by name, the photos that have each, with their states."""
        statement = select(tags.c.folded, tags.c.tag, tags.c.photo_id, tags.c.state)
        statement = statement.where(ids_in(tags.c.photo_id, list(photo_ids))).order_by(tags.c.folded, tags.c.photo_id)
        names: dict[str, str] = {}
        found: dict[str, dict[int, TagState]] = {}
        with self._database.read() as connection:
            for folded, tag, photo_id, state in raw_rows(connection, statement):
                found.setdefault(names.setdefault(folded, tag), {})[photo_id] = state
        return found

    def decided(self) -> dict[str, Ids]:
        """Return the photos that each tag was accepted or rejected for, by the tag's folded name (`names.fold`)."""
        statement = select(tags.c.folded, tags.c.photo_id).order_by(tags.c.folded)
        with self._database.read() as connection:
            rows = raw_rows(connection, statement)
        return {
            folded: np.array([photo_id for _, photo_id in group], np.int64)
            for folded, group in groupby(rows, key=itemgetter(0))
        }

    def counts(self) -> dict[str, int]:
        """Return on how many live photos each accepted tag is, most frequent first."""
        number = func.count()
        statement = (
            select(func.min(tags.c.tag), number)
            .select_from(tags.join(photos))
            .where(tags.c.state == "accepted", photos.c.live == 1)
            .group_by(tags.c.folded)
            .order_by(number.desc(), tags.c.folded)
        )
        with self._database.read() as connection:
            return dict(raw_rows(connection, statement))


def _set(connection: Connection, photo_ids: Sequence[int], name: str, state: TagState | None) -> None:
    folded = fold(name)
    if state is None:
        connection.execute(delete(tags).where(ids_in(tags.c.photo_id, photo_ids), tags.c.folded == folded))
        return
    for photo_id in photo_ids:
        put(connection, tags, {"photo_id": photo_id, "folded": folded, "tag": name, "state": state})
