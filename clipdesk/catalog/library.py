"""A library: one folder with the catalogue, the thumbnails and the search index."""

import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from clipdesk.catalog import leftovers, versions
from clipdesk.catalog.catalog import Catalog
from clipdesk.catalog.claim import Holder, noted
from clipdesk.catalog.database import Database, needs_recovery
from clipdesk.catalog.filesystems import is_network
from clipdesk.catalog.lock import WriterLock
from clipdesk.catalog.remembered import remembered
from clipdesk.catalog.schema import SCHEMA_VERSION
from clipdesk.catalog.write_ahead_log import committed_frames
from clipdesk.core.errors import LibraryBusyError, LibraryDamagedError, LibraryError, LibraryMissingError

CATALOG_FILE = "catalog.sqlite"
_DAY = 86_400.0
_LOG_CUT = (
    "The log of the catalogue {} was damaged, perhaps when the power failed: the last changes are lost, tags too. "
    "What is in the photos is found again by: clipdesk index"
)
_ENDING = "writer.ending"


@dataclass
class Library:
    """An open library; a context manager. `writer` tells whether this process may change it."""

    folder: Path
    catalog: Catalog
    writer: bool
    note: str = ""
    """What whoever reads must know: that it is a copy, of when, and who has the library."""
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
        """Copy the catalogue into `backups/`, where the newest three copies are kept; returns the copy.

        Raises `LibraryDamagedError` for a damaged one, which takes no older copy's place.
        """
        return versions.back_up_catalog(self.catalog.database.file, SCHEMA_VERSION)

    def back_up_daily(self) -> Path | None:
        """Do the same when the newest copy is older than a day; returns the copy, or None."""
        newest = versions.newest_backup(self.folder)
        if newest is not None and 0 <= time.time() - newest.stat().st_mtime < _DAY:
            return None
        return self.back_up()

    def close(self) -> None:
        """Close the catalogue and give the lock back."""
        try:
            self.catalog.close()
        finally:
            if self._lock is not None:
                self._lock.release()
                self._lock = None
                with suppress(OSError):
                    (self.folder / _ENDING).unlink(missing_ok=True)

    def announce_end(self) -> None:
        """Tell others that this writer gives the library back as soon as it has finished what it does."""
        if self._lock is not None:
            with suppress(OSError):
                (self.folder / _ENDING).touch()

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_library(folder: Path, *, write: bool, create: bool = False) -> Library:
    """Open a library for writing (one process at a time) or reading (always possible), or create it.

    What another computer writes to is read from a copy as of this moment, since nothing can be told of its locks.
    An older one is migrated, with a backup before each step. Raises `LibraryBusyError` when another process writes,
    `LibraryTooNewError` when a newer clipdesk has written it, `LibraryError` when it is missing (and not to be
    created), damaged or not accessible.
    """
    folder = Path(folder).expanduser().absolute()
    file = folder / CATALOG_FILE
    exists = _exists(folder, file)
    if not exists:
        _refuse_lost(folder, file, create=create)
    if write:
        return _open_writing(folder, file)
    elsewhere = noted(folder) if exists else None
    if elsewhere is not None and elsewhere.is_elsewhere() and (elsewhere.beat is not None or is_network(folder)):
        return _open_copy(folder, file, elsewhere)
    if not exists:
        _open_writing(folder, file).close()
    elif needs_recovery(file):
        # What looks like an interrupted transaction is the present one of whoever writes: readers wait for it.
        with suppress(LibraryBusyError):
            _open_writing(folder, file).close()
    version = _version(folder, file)
    if version is None and not create:
        _refuse_lost(folder, file, create=False)
    if version is None or version < SCHEMA_VERSION:
        try:
            _open_writing(folder, file).close()
        except LibraryBusyError:
            if _version(folder, file) != SCHEMA_VERSION:
                done = "made" if version is None else "upgraded"
                told = f"The library {folder} is being {done} by another clipdesk"
                raise LibraryBusyError(told, "Try again in a moment") from None
    return Library(folder, Catalog(Database(file, write=False)), writer=False)


def is_ending(folder: Path) -> bool:
    """Whether the writer of a library has announced its end."""
    return (folder / _ENDING).exists()


def _open_copy(folder: Path, file: Path, holder: Holder) -> Library:
    """Open a copy of what another computer writes to."""
    from clipdesk.catalog import snapshot

    copy = snapshot.take(file, holder)
    version = _version(folder, copy)
    if version is not None and version < SCHEMA_VERSION:
        database = Database(copy, write=True)
        try:
            versions.upgrade(database, version)
        finally:
            database.close()
    note = (
        f"The library {folder} is in use by {holder.words()}: "
        f"this is a copy of {versions.time_of(copy)} to search in, which does not change."
    )
    return Library(folder, Catalog(Database(copy, write=False)), writer=False, note=note)


def _refuse_lost(folder: Path, file: Path, *, create: bool) -> None:
    """Raise LibraryError where there is no catalogue, or where making one would hide that it was lost."""
    saved = versions.newest_backup(folder)
    if saved is not None:
        hint = f"Bring back the copy of {versions.time_of(saved)} with: clipdesk doctor --repair"
        raise LibraryDamagedError(f"The catalogue {file} is empty or missing, but there is a copy of it", hint)
    if remembered(folder):
        raise LibraryDamagedError(
            f"The catalogue {file} is empty or missing",
            "Make it anew for the same folders with: clipdesk doctor --repair",
        )
    if create:
        return
    if any((folder / name).is_dir() for name in ("thumbnails", "index")):
        raise LibraryDamagedError(
            f"The catalogue {file} is empty or missing", "Make it anew with: clipdesk index FOLDER"
        )
    raise LibraryMissingError(f"There is no library in {folder}", "Make one with: clipdesk index FOLDER")


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
        raise LibraryMissingError(
            f"The library folder {folder} cannot be made ({error.strerror or error})",
            "Choose another folder with --library",
        ) from error
    with ExitStack() as undo:
        lock = WriterLock(folder)
        undo.callback(lock.release)
        leftovers.clear(folder)
        logged = committed_frames(file)
        if _exists(folder, file) and not needs_recovery(file):
            # Looked at before anything is written: a newer library must stay as it is.
            _version(folder, file)
        database = Database(file, write=True)
        undo.callback(database.close)
        cut = logged > 0 and 0 <= database.logged_frames() < logged
        database.guard = lock.require
        with database.write() as connection:
            version = versions.version_of(connection)
            if version is not None:
                versions.refuse_newer(connection, folder, version)
        if version is None:
            versions.create(database)
        else:
            versions.upgrade(database, version)
        versions.sign(database)
        catalog = Catalog(database)
        # Each time: a process that died between the catalogue and this file has left it behind.
        catalog.folders.remember()
        undo.pop_all()
    return Library(folder, catalog, writer=True, note=_LOG_CUT.format(file) if cut else "", _lock=lock)
