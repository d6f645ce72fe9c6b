"""Deleting what can be made again."""

import os
import shutil
from contextlib import suppress

from clipdesk.catalog.library import Library
from clipdesk.core.entities import FolderState
from clipdesk.core.paths import cache_folder
from clipdesk.indexing.control import RunControl

_AT_ONCE = 512


def drop_index(library: Library) -> None:
    """Delete the index files. Whoever uses them must have closed them."""
    shutil.rmtree(library.index_folder, ignore_errors=True)


def drop_vectors() -> None:
    """Delete the text vectors that are kept for all libraries."""
    for vectors in cache_folder().rglob("*.npy"):
        with suppress(OSError):
            vectors.unlink()


def drop_thumbnails(library: Library, control: RunControl) -> None:
    """Delete thumbnails; those of photos that are away stay, since nobody could make them again now.

    Raises CancelledError between two folders.
    """
    kept = _away(library)
    with suppress(FileNotFoundError), os.scandir(library.thumbnails) as shards:
        for shard in shards:
            control.checkpoint()
            if not shard.is_dir():
                continue
            with os.scandir(shard.path) as files:
                for file in files:
                    if file.name.removesuffix(".jpg") not in kept:
                        with suppress(OSError):
                            os.unlink(file.path)  # noqa: PTH108 - a hundred thousand of them


def _away(library: Library) -> frozenset[str]:
    """Content hashes of the photos without a file that is there."""
    catalog = library.catalog
    gone = [
        folder.path
        for folder in catalog.folders.all()
        if folder.state is FolderState.OFFLINE or not _is_listed(folder.path)
    ]
    if not gone:
        return frozenset()
    found: set[str] = set()
    hashes = catalog.photos.live_hashes()
    for start in range(0, len(hashes), _AT_ONCE):
        ids = catalog.photos.by_hash(hashes[start : start + _AT_ONCE])
        for photo in catalog.photos.get(list(ids.values())).values():
            if all(any(path.is_relative_to(folder) for folder in gone) for path in photo.paths):
                found.add(photo.content_hash)
    return frozenset(found)


def _is_listed(folder: "os.PathLike[str]") -> bool:
    """Whether a root folder is there and holds anything: an unmounted drive is often just an empty folder."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return False
