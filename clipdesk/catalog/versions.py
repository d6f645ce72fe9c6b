"""Brings a catalogue to the schema version of this clipdesk: creates, migrates with a backup before each step."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select

import clipdesk
from clipdesk.catalog import schema
from clipdesk.catalog.bookkeeping import REVISION
from clipdesk.catalog.database import Database, back_up, put
from clipdesk.core.errors import LibraryDamagedError, LibraryError, LibraryTooNewError

_log = logging.getLogger(__name__)
_KEPT_BACKUPS = 3
_WRITTEN_BY = "written_by"
_STAMP = "%Y%m%d-%H%M%S-%f"


def version_of(connection: Connection) -> int | None:
    """Return the schema version of a catalogue, None for a file without tables.

    Raises `LibraryError` for a database that is no catalogue.
    """
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if schema.alembic_version.name not in tables:
        raise LibraryError("The catalogue is a database of another program", "Choose another folder with --library")
    number = connection.execute(select(schema.alembic_version.c.version_num)).scalars().first()
    try:
        return int(number or "")
    except ValueError:
        raise LibraryDamagedError(
            "The catalogue does not tell its version: it is damaged", "Run: clipdesk doctor --repair"
        ) from None


def refuse_newer(connection: Connection, library: Path, version: int) -> None:
    """Raise `LibraryTooNewError` when a newer clipdesk has written the library."""
    if version <= schema.SCHEMA_VERSION:
        return
    try:
        statement = select(schema.state.c.value).where(schema.state.c.key == _WRITTEN_BY)
        writer = connection.execute(statement).scalar_one_or_none()
    except Exception:
        writer = None
    raise LibraryTooNewError(
        f"The library {library} was written by {f'clipdesk {writer}' if writer else 'a newer clipdesk'} "
        f"(catalogue version {version}); "
        f"this is clipdesk {clipdesk.__version__} (catalogue version {schema.SCHEMA_VERSION})",
        "Update clipdesk, or choose another library with --library",
    )


def create(database: Database) -> None:
    """Make the tables of the newest version in an empty database, without alembic."""
    with database.write() as connection:
        schema.metadata.create_all(connection)
        connection.execute(insert(schema.alembic_version).values(version_num=f"{schema.SCHEMA_VERSION:04}"))
        connection.execute(insert(schema.counters).values(name=REVISION, value=1))


def upgrade(database: Database, version: int) -> None:
    """Migrate from `version` step by step; each step is preceded by a backup and is undone when it fails."""
    from clipdesk.catalog.migrations import migrate_to

    for following in range(version + 1, schema.SCHEMA_VERSION + 1):
        back_up_catalog(database.file, following - 1)
        with database.write() as connection:
            migrate_to(connection, following)
        _log.info("catalogue brought to version %d", following)


def sign(database: Database) -> None:
    """Note which clipdesk writes this library, for the message that an older one may have to give."""
    with database.read() as connection:
        statement = select(schema.state.c.value).where(schema.state.c.key == _WRITTEN_BY)
        if connection.execute(statement).scalar_one_or_none() == clipdesk.__version__:
            return
    with database.write() as connection:
        put(connection, schema.state, {"key": _WRITTEN_BY, "value": clipdesk.__version__})


def back_up_catalog(file: Path, version: int) -> Path:
    """Copy the catalogue into `backups/` of its library; the newest three copies are kept.

    Raises `LibraryDamagedError` for a damaged one, which takes no older copy's place.
    """
    folder = file.parent / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"catalog-{_next_stamp(file.parent)}-version-{version}.sqlite"
    back_up(file, target)
    for old in backups(file.parent)[:-_KEPT_BACKUPS]:
        old.unlink(missing_ok=True)
    return target


def _next_stamp(library: Path) -> str:
    """The present time, or one just after the newest copy's: names keep their order when the clock goes back."""
    stamp = f"{datetime.now():{_STAMP}}"
    newest = newest_backup(library)
    if newest is None or newest.name < f"catalog-{stamp}":
        return stamp
    try:
        last = datetime.strptime(newest.name.removeprefix("catalog-")[: len(stamp)], _STAMP)
    except ValueError:  # not a name that clipdesk has given
        return stamp
    return f"{last + timedelta(microseconds=1):{_STAMP}}"


def backups(library: Path) -> list[Path]:
    """Return the copies of the catalogue, oldest first."""
    return sorted((library / "backups").glob("catalog-*.sqlite"))


def newest_backup(library: Path) -> Path | None:
    """Return the newest copy of the catalogue; None when there is none."""
    return max(backups(library), default=None)


def time_of(backup: Path) -> str:
    """Return when a copy was made, for people."""
    return f"{datetime.fromtimestamp(backup.stat().st_mtime):%Y-%m-%d %H:%M}"
