"""Steps from one schema version to the next, each in one transaction, written with alembic's operations.

Alembic is imported only when a step must be made: a new catalogue comes straight from `catalog.schema`, and a test
proves that both ways end in the same tables.
"""

from collections.abc import Callable

from sqlalchemy import Connection


def step_to(version: int) -> Callable[[], None]:
    """Return the function that brings a catalogue from `version` - 1 to `version`."""
    from clipdesk.catalog.migrations import v0001, v0002

    return {1: v0001.upgrade, 2: v0002.upgrade}[version]


def migrate_to(connection: Connection, version: int) -> None:
    """Bring a catalogue from `version` - 1 to `version`, without committing."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from sqlalchemy import text

    context = MigrationContext.configure(connection)
    with Operations.context(context):
        step_to(version)()
    if version == 1:
        connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:new)"), {"new": f"{version:04}"})
    else:
        connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": f"{version:04}"})
