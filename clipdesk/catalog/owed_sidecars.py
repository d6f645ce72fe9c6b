"""Photos whose accepted tags are still to be written beside them: kept until that is done, whatever happens between."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, select

from clipdesk.catalog.database import Database, put
from clipdesk.catalog.schema import state

_KEY = "owed sidecars"
_Tickets = dict[int, int]
"""By photo id: the number of the change that its sidecar waits for."""


class OwedSidecars:
    """What the thread that writes sidecars has to do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> _Tickets:
        """Return the photos whose sidecars are to be written, each with a ticket for `settle`."""
        with self._database.read() as connection:
            return _stored(connection)

    def settle(self, tickets: Mapping[int, int]) -> None:
        """These are done; not those that were changed again meanwhile, which have another ticket."""
        with self._database.write() as connection:
            stored = _stored(connection)
            _store(connection, {one: ticket for one, ticket in stored.items() if tickets.get(one) != ticket})


def owe(connection: Connection, photo_ids: Iterable[int]) -> None:
    """Note, in the transaction that changes their tags, that the sidecars of photos are to be written."""
    stored = _stored(connection)
    ticket = 1 + max(stored.values(), default=0)
    _store(connection, stored | dict.fromkeys(photo_ids, ticket))


def _stored(connection: Connection) -> _Tickets:
    value: dict[str, int] | None = connection.execute(
        select(state.c.value).where(state.c.key == _KEY)
    ).scalar_one_or_none()
    return {int(photo_id): ticket for photo_id, ticket in (value or {}).items()}


def _store(connection: Connection, tickets: _Tickets) -> None:
    if tickets:
        put(connection, state, {"key": _KEY, "value": tickets})
    else:
        connection.execute(delete(state).where(state.c.key == _KEY))
