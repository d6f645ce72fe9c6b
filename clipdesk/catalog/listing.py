"""Columns of all photos that can be found, for listing and sorting a whole library at once."""

from functools import cached_property

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from clipdesk.catalog.bookkeeping import REVISION
from clipdesk.catalog.database import Database, raw_rows
from clipdesk.catalog.names import decode_path
from clipdesk.catalog.rows import absolute
from clipdesk.catalog.schema import counters, directories, files, folders, photos
from clipdesk.core.entities import FileState, Ids

Ranks = npt.NDArray[np.int64]


class PhotoColumns:
    """What one state of the catalogue says of every photo that can be found, row by row, newest first.

    `photo_ids` int64 [n]. The other columns have the same length and are read when first asked for.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        statement = (
            select(photos.c.id, photos.c.sort_at)
            .where(photos.c.live == 1, photos.c.pair_of.is_(None))
            .order_by(photos.c.sort_at.desc(), photos.c.id.desc())
        )
        with database.read() as connection:
            rows = raw_rows(connection, statement)
        self.photo_ids: Ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        self._times = [row[1] for row in rows]

    @cached_property
    def days(self) -> npt.NDArray[np.bytes_]:
        """The day of each photo as ISO 8601 text: bytes [n]."""
        return np.array(self._times, "S10")

    @cached_property
    def names(self) -> Ranks:
        """The place of each photo in an order by file name: int64 [n]."""
        return self._places[0]

    @cached_property
    def folders(self) -> Ranks:
        """Which of `folder_paths` each photo lies in: int64 [n], -1 when its file is not known."""
        return self._places[1]

    @cached_property
    def folder_paths(self) -> list[str]:
        """The directories that hold photos, in order."""
        return self._places[2]

    def rows_of(self, photo_ids: Ids) -> npt.NDArray[np.intp]:
        """Return the rows of those of `photo_ids` that can be found, in their order."""
        if not len(self.photo_ids):
            return np.zeros(0, np.intp)
        places = np.minimum(np.searchsorted(self.photo_ids, photo_ids, sorter=self._by_id), len(self.photo_ids) - 1)
        rows = self._by_id[places]
        return rows[self.photo_ids[rows] == photo_ids]

    @cached_property
    def _by_id(self) -> npt.NDArray[np.intp]:
        return np.argsort(self.photo_ids)

    @cached_property
    def _places(self) -> tuple[Ranks, Ranks, list[str]]:
        held = select(files.c.photo_id, files.c.directory_id, files.c.stem, files.c.suffix).where(
            files.c.state == FileState.INDEXED.value, files.c.photo_id.is_not(None)
        )
        rooted = select(directories.c.id, folders.c.path, directories.c.path).select_from(directories.join(folders))
        with self._database.read() as connection:
            rows = raw_rows(connection, held.order_by(files.c.id.desc()))
            paths = {number: str(absolute(root, inside, "")) for number, root, inside in raw_rows(connection, rooted)}
        # The first file of a photo counts: the last one that the dictionary gets.
        first = {row[0]: row for row in rows}
        folder_paths = sorted(set(paths.values()))
        number_of = {path: number for number, path in enumerate(folder_paths)}
        folder_of = {directory: number_of[path] for directory, path in paths.items()}
        found = [first.get(photo_id) for photo_id in self.photo_ids.tolist()]
        names = [decode_path(row[2] + row[3]) if row else "" for row in found]
        ranks = np.empty(len(names), np.int64)
        ranks[sorted(range(len(names)), key=lambda row: (names[row], row))] = np.arange(len(names))
        of = np.fromiter((folder_of.get(row[1], -1) if row else -1 for row in found), np.int64, len(found))
        return ranks, of, folder_paths


class Listing:
    """Keeps the columns of the newest state of the catalogue. Not thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._revision: int | None = None
        self._columns: PhotoColumns | None = None

    def columns(self) -> PhotoColumns:
        """Return the columns as of now; read again only when the catalogue has changed."""
        with self._database.read() as connection:
            revision = connection.execute(select(counters.c.value).where(counters.c.name == REVISION)).scalar_one()
        if self._columns is None or revision != self._revision:
            self._columns, self._revision = PhotoColumns(self._database), revision
        return self._columns
