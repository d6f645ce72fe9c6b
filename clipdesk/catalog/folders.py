"""Root folders of the library."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from clipdesk.catalog.bookkeeping import bump_revision, pair_all, refresh_live
from clipdesk.catalog.database import Database, raw_rows
from clipdesk.catalog.names import decode_path
from clipdesk.catalog.remembered import remember
from clipdesk.catalog.rows import stored_folder
from clipdesk.catalog.schema import directories, files, folders
from clipdesk.core.entities import FileState, Folder, FolderState
from clipdesk.core.errors import UserError


class FolderStore:
    """Adds, lists, changes and forgets root folders."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Folder]:
        """Return every root folder, by path, with its numbers of files."""
        with self._database.read() as connection:
            statement = (
                select(directories.c.folder_id, files.c.state, func.count())
                .join(files, files.c.directory_id == directories.c.id)
                .group_by(directories.c.folder_id, files.c.state)
            )
            counts: dict[int, dict[str, int]] = {}
            for folder_id, state, count in raw_rows(connection, statement):
                counts.setdefault(folder_id, {})[state] = count
            rows = connection.execute(select(folders).order_by(folders.c.path)).all()
        return [_folder(row, counts.get(row.id, {})) for row in rows]

    def add(self, path: Path, device: str | None = None, excludes: Sequence[str] = ()) -> Folder:
        """Add a root folder and return it.

        One that is there already is returned as it is (under whatever name it was added), and for a folder inside a
        root folder, that root folder: no file belongs to two.
        """
        path = Path(os.path.abspath(path))  # noqa: PTH100 (resolve() would follow links, and rename what the user chose)
        for folder in self.all():
            if _same(folder.path, path) or folder.path in path.parents:
                return folder
        with self._database.write() as connection:
            row = {
                "path": stored_folder(path),
                "state": FolderState.ONLINE.value,
                "device": device,
                "excludes": list(excludes),
            }
            key = connection.execute(insert(folders).values(row)).inserted_primary_key
            folder = Folder(id=int(key[0]) if key else 0, path=path, device=device, excludes=tuple(excludes))
            _absorb(connection, folder)
            bump_revision(connection)
        self.remember()
        return next(one for one in self.all() if one.id == folder.id)

    def update(self, folder_id: int, **changes: Any) -> None:
        """Change `path`, `state`, `device`, `excludes` or `last_scan` of a root folder.

        Raises `UserError` for a path that another root folder has, ValueError for any other name.
        """
        values: dict[str, Any] = {}
        for name, value in changes.items():
            match name:
                case "path":
                    if any(one.id != folder_id and _same(one.path, value) for one in self.all()):
                        raise UserError(f"{value} is in the library already", "Remove one of the two folders")
                    values[name] = stored_folder(value)
                case "state":
                    values[name] = FolderState(value).value
                case "device":
                    values[name] = value
                case "excludes":
                    values[name] = list(value)
                case "last_scan":
                    values[name] = value.isoformat() if isinstance(value, datetime) else value
                case _:
                    raise ValueError(f"a folder has no {name} to change")
        if values:
            with self._database.write() as connection:
                connection.execute(update(folders).where(folders.c.id == folder_id).values(values))
                if values.keys() & {"path", "state"}:
                    bump_revision(connection)
            if values.keys() & {"path", "device", "excludes"}:
                self.remember()

    def remove(self, folder_id: int) -> None:
        """Forget a root folder and its files; their photos stay as orphans for a while. No file is touched."""
        with self._database.write() as connection:
            inside = select(directories.c.id).where(directories.c.folder_id == folder_id)
            held = select(files.c.photo_id).where(files.c.directory_id.in_(inside), files.c.photo_id.is_not(None))
            photo_ids = set(connection.execute(held).scalars())
            connection.execute(delete(files).where(files.c.directory_id.in_(inside)))
            connection.execute(delete(directories).where(directories.c.folder_id == folder_id))
            connection.execute(delete(folders).where(folders.c.id == folder_id))
            refresh_live(connection, photo_ids)
            pair_all(connection)
            bump_revision(connection)
        self.remember()

    def remember(self) -> None:
        """Note the root folders beside the catalogue too, for when that is lost."""
        remember(self._database.file.parent, self.all())


def _folder(row: Any, counts: dict[str, int]) -> Folder:
    return Folder(
        id=row.id,
        path=Path(decode_path(row.path)),
        state=FolderState(row.state),
        device=row.device,
        excludes=tuple(row.excludes),
        files=counts.get(FileState.INDEXED.value, 0),
        last_scan=None if row.last_scan is None else datetime.fromisoformat(row.last_scan),
        failed=counts.get(FileState.FAILED.value, 0),
        cloud=counts.get(FileState.CLOUD.value, 0),
        quarantined=counts.get(FileState.QUARANTINED.value, 0),
    )


def _same(one: Path, other: Path) -> bool:
    """Return whether two names lead to one folder (links, systems where case makes no difference)."""
    if one == other:
        return True
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _absorb(connection: Connection, parent: Folder) -> None:
    """Hand the files of root folders that lie inside a new one over to it, unless they are on another volume."""
    rows = connection.execute(select(folders).where(folders.c.id != parent.id)).all()
    for row in rows:
        path = Path(decode_path(row.path))
        other_volume = row.device is not None and parent.device is not None and row.device != parent.device
        if parent.path not in path.parents or other_volume or row.state != FolderState.ONLINE.value:
            continue
        below = stored_folder(path)[len(stored_folder(parent.path)) :].strip(os.sep).replace(os.sep, "/")
        connection.execute(
            update(directories)
            .where(directories.c.folder_id == row.id, directories.c.path != "")
            .values(folder_id=parent.id, path=below + "/" + directories.c.path)
        )
        connection.execute(
            update(directories).where(directories.c.folder_id == row.id).values(folder_id=parent.id, path=below)
        )
        connection.execute(delete(folders).where(folders.c.id == row.id))
