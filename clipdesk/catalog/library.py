"""A library: one folder with the catalogue, the thumbnails and the search index."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from clipdesk.catalog import versions
from clipdesk.catalog.catalog import Catalog
from clipdesk.catalog.database import Database, needs_recovery
from clipdesk.catalog.lock import WriterLock
from clipdesk.catalog.schema import SCHEMA_VERSION
from clipdesk.core.errors import LibraryError

CATALOG_FILE = "catalog.sqlite"


@dataclass
class Library:
    """An open library; a context manager. `writer` tells whether this process may change it."""

    folder: Path
    catalog: Catalog
    writer: bool
    _lock: WriterLock | None = field(default=None, repr=False)

    @property
    def thumbnails(self) -> Path:
        """Where thumbnails lie (see `core.paths.thumbnail_file`)."""
        return self.folder / "thumbnails"

    @property
    def index_folder(self) -> Path:
        """Where the search index lies: a cache that can be deleted."""
        return self.folder / "index"

    def back_up(self) -> Path:
        """Copy the catalogue into `backups/`, where the newest three copies are kept; returns the copy."""
        return versions.back_up_catalog(self.catalog.database.file, SCHEMA_VERSION)

    def close(self) -> None:
        """Close the catalogue and give the lock back."""
        try:
            self.catalog.close()
        finally:
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_library(folder: Path, *, write: bool, create: bool = False) -> Library:
    """Open a library for writing (one process at a time) or reading (always possible), or create it.

    An older one is migrated, with a backup before each step. Raises `LibraryBusyError` when another process writes,
    `LibraryTooNewError` when a newer clipdesk has written it, `LibraryError` when it is missing (and not to be
    created), damaged or not accessible.
    """
    folder = Path(folder).expanduser().absolute()
    file = folder / CATALOG_FILE
    exists = _exists(folder, file)
    if not exists and not create:
        raise LibraryError(f"There is no library in {folder}", "Make one with: clipdesk index FOLDER")
    if write:
        return _open_writing(folder, file)
    if not exists or needs_recovery(file):
        _open_writing(folder, file).close()
    version = _version(folder, file)
    if version is None and not create:
        raise LibraryError(f"There is no library in {folder}", "Make one with: clipdesk index FOLDER")
    if version is None or version < SCHEMA_VERSION:
        _open_writing(folder, file).close()
    return Library(folder, Catalog(Database(file, write=False)), writer=False)


def _exists(folder: Path, file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False
    except NotADirectoryError:
        raise LibraryError(f"{folder} is a file, not a folder", "Choose another folder with --library") from None
    except OSError as error:
        raise LibraryError(
            f"The library {folder} cannot be read ({error.strerror or error})", "Check its permissions and its disk"
        ) from error


def _version(folder: Path, file: Path) -> int | None:
    database = Database(file, write=False)
    try:
        with database.read() as connection:
            version = versions.version_of(connection)
            if version is not None:
                versions.refuse_newer(connection, folder, version)
            return version
    finally:
        database.close()


def _open_writing(folder: Path, file: Path) -> Library:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The library folder {folder} cannot be made ({error.strerror or error})",
            "Choose another folder with --library",
        ) from error
    with ExitStack() as undo:
        lock = WriterLock(folder)
        undo.callback(lock.release)
        if _exists(folder, file) and not needs_recovery(file):
            # Looked at before anything is written: a newer library must stay as it is.
            _version(folder, file)
        database = Database(file, write=True)
        undo.callback(database.close)
        with database.write() as connection:
            version = versions.version_of(connection)
            if version is not None:
                versions.refuse_newer(connection, folder, version)
        if version is None:
            versions.create(database)
        else:
            versions.upgrade(database, version)
        versions.sign(database)
        undo.pop_all()
    return Library(folder, Catalog(database), writer=True, _lock=lock)
