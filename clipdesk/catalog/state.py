"""Small values by name: calibrations, the generation of the index, counters of the quarantine."""

from typing import Any

from sqlalchemy import delete, select

from clipdesk.catalog.database import Database, put
from clipdesk.catalog.schema import state


class StateStore:
    """Keeps JSON values by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> Any:
        """Return the value of `key`, None when there is none."""
        with self._database.read() as connection:
            return connection.execute(select(state.c.value).where(state.c.key == key)).scalar_one_or_none()

    def set(self, key: str, value: Any) -> None:
        """Keep a JSON-able value; None forgets the key. What search can see is not changed by it."""
        with self._database.write() as connection:
            if value is None:
                connection.execute(delete(state).where(state.c.key == key))
            else:
                put(connection, state, {"key": key, "value": value})
