"""Photo files: where photos lie, and what could not be read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, func, select, update

from clipdesk.catalog.bookkeeping import bump_revision, pair, raw_photos_of, refresh_live
from clipdesk.catalog.database import Database, ids_in, raw_rows
from clipdesk.catalog.names import decode_path, encode_path, split_path
from clipdesk.catalog.rows import STATES, absolute
from clipdesk.catalog.schema import directories, files, folders, photos
from clipdesk.core.entities import Failure, FileState, FolderState, KnownFile

_NOT_INDEXED = (FileState.FAILED.value, FileState.QUARANTINED.value, FileState.CLOUD.value)


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that holds a photo: where, how many bytes, when it was last changed (ns since 1970)."""

    photo_id: int
    path: Path
    size: int
    mtime_ns: int


class FileStore:
    """Lists, counts and forgets files."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, folder_id: int) -> dict[str, KnownFile]:
        """Return what is known of every file of a root folder, by path relative to it."""
        columns = (
            files.c.directory_id,
            files.c.name,
            files.c.id,
            files.c.size,
            files.c.mtime_ns,
            files.c.state,
            files.c.photo_id,
            files.c.sidecar_mtime_ns,
        )
        with self._database.read() as connection:
            inside = connection.execute(
                select(directories.c.id, directories.c.path).where(directories.c.folder_id == folder_id)
            )
            prefixes = {row[0]: f"{decode_path(row[1])}/" if row[1] else "" for row in inside}
            statement = select(*columns).where(
                files.c.directory_id.in_(select(directories.c.id).where(directories.c.folder_id == folder_id))
            )
            rows = raw_rows(connection, statement)
        known: dict[str, KnownFile] = {}
        for directory_id, name, file_id, size, mtime_ns, state, photo_id, sidecar_mtime_ns in rows:
            path = prefixes[directory_id] + (decode_path(name) if "\x01" in name else name)
            known[path] = KnownFile(file_id, path, size, mtime_ns, STATES[state], photo_id, sidecar_mtime_ns)
        return known

    def hashes_of_sizes(self, sizes: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return the content hashes of every known photo (orphans too) that has one of these sizes in bytes."""
        found: dict[int, set[str]] = {}
        with self._database.read() as connection:
            statement = select(photos.c.size, photos.c.content_hash).where(ids_in(photos.c.size, set(sizes)))
            for size, content_hash in raw_rows(connection, statement):
                found.setdefault(size, set()).add(content_hash)
        return {size: frozenset(hashes) for size, hashes in found.items()}

    def at(self, paths: Iterable[Path]) -> dict[Path, int]:
        """Return the row ids of the files that are known at these absolute paths, just as they are written."""
        found: dict[Path, int] = {}
        known = select(files.c.id).select_from(files.join(directories))
        with self._database.read() as connection:
            roots = [
                (row[0], absolute(row[1], "", "")) for row in raw_rows(connection, select(folders.c.id, folders.c.path))
            ]
            for path in paths:
                for folder_id, root in roots:
                    if not path.is_relative_to(root):
                        continue
                    directory, name = split_path(path.relative_to(root).as_posix())
                    statement = known.where(
                        directories.c.folder_id == folder_id,
                        directories.c.path == encode_path(directory),
                        files.c.name == encode_path(name),
                    )
                    file_id = connection.execute(statement).scalar_one_or_none()
                    if file_id is not None:
                        found[path] = file_id
        return found

    def online(self, photo_ids: Iterable[int]) -> list[HeldFile]:
        """Return the indexed files of photos that do not lie in an offline folder, by photo and path."""
        statement = (
            select(files.c.photo_id, folders.c.path, directories.c.path, files.c.name, files.c.size, files.c.mtime_ns)
            .select_from(files.join(directories).join(folders))
            .where(
                ids_in(files.c.photo_id, sorted(set(photo_ids))),
                files.c.state == FileState.INDEXED.value,
                folders.c.state == FolderState.ONLINE.value,
            )
        )
        with self._database.read() as connection:
            rows = raw_rows(connection, statement)
        held = [HeldFile(row[0], absolute(row[1], row[2], row[3]), row[4], row[5]) for row in rows]
        return sorted(held, key=lambda file: (file.photo_id, file.path))

    def remove(self, file_ids: Iterable[int]) -> int:
        """Forget files; returns how many there were. Photos without any file left stay as orphans for a while."""
        ids = sorted(set(file_ids))
        with self._database.write() as connection:
            these = ids_in(files.c.id, ids)
            rows = connection.execute(select(files.c.photo_id, files.c.directory_id, files.c.stem).where(these)).all()
            if not rows:
                return 0
            connection.execute(delete(files).where(these))
            refresh_live(connection, {row.photo_id for row in rows if row.photo_id is not None})
            raws = raw_photos_of(connection, {(row.directory_id, row.stem) for row in rows})
            if raws:
                pair(connection, ids_in(photos.c.id, sorted(raws)))
            bump_revision(connection)
            return len(rows)

    def failures(self) -> list[Failure]:
        """Return the files that are not in the index (failed, quarantined, in the cloud), by path."""
        statement = (
            select(folders.c.path, directories.c.path, files.c.name, files.c.reason, files.c.state)
            .select_from(files.join(directories).join(folders))
            .where(files.c.state.in_(_NOT_INDEXED))
        )
        with self._database.read() as connection:
            rows = raw_rows(connection, statement)
        found = [
            Failure(absolute(folder, directory, name), reason or "", STATES[state])
            for folder, directory, name, reason, state in rows
        ]
        return sorted(found, key=lambda failure: failure.path)

    def retry(self, paths: Sequence[Path] = ()) -> int:
        """Let the next index run try failed and quarantined files again (all when `paths` is empty).

        Their recorded time is cleared, so that a scan finds them changed. Returns how many there are.
        """
        statement = (
            select(folders.c.path, directories.c.path, files.c.name, files.c.id)
            .select_from(files.join(directories).join(folders))
            .where(files.c.state.in_((FileState.FAILED.value, FileState.QUARANTINED.value)))
        )
        wanted = {Path(path).absolute() for path in paths}
        with self._database.write() as connection:
            ids = [
                file_id
                for folder, directory, name, file_id in raw_rows(connection, statement)
                if not wanted or absolute(folder, directory, name) in wanted
            ]
            connection.execute(update(files).where(ids_in(files.c.id, ids)).values(mtime_ns=-1))
            return len(ids)

    def counts(self) -> dict[str, int]:
        """Return the number of files by state ("indexed", "failed" ...), and of "photos" and "orphans"."""
        with self._database.read() as connection:
            counts = {state.value: 0 for state in FileState}
            statement = select(files.c.state, func.count()).group_by(files.c.state)
            counts.update(dict(raw_rows(connection, statement)))
            lives = select(photos.c.live, func.count()).group_by(photos.c.live)
            numbers: dict[int, int] = dict(raw_rows(connection, lives))
        return {**counts, "photos": numbers.get(1, 0), "orphans": numbers.get(0, 0)}
