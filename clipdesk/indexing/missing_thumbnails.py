"""Thumbnails are a cache: those that were deleted are made again from their photos, without embedding anything."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from clipdesk.catalog.library import Library
from clipdesk.core.errors import DecodeError
from clipdesk.indexing.control import RunControl
from clipdesk.indexing.decode_pool import DecodePool, default_processes
from clipdesk.indexing.decoder import DecodeTask, Prepared, prepare
from clipdesk.indexing.progress import ProgressMeter
from clipdesk.indexing.thumbnails import PART

_AT_ONCE = 512
"""Photos that are looked up in the catalogue in one go."""


@dataclass(slots=True)
class Remade:
    """How many thumbnails were made again, could not be, and wait for folders that are away."""

    made: int = 0
    failed: int = 0
    offline: int = 0

    def notes(self) -> list[str]:
        """What the user is told; nothing when none was missing."""
        told = (
            (self.made, "missing thumbnails were made again."),
            (self.failed, "thumbnails are missing and could not be made: their photos cannot be read."),
            (self.offline, "thumbnails are missing and will be made when their folders are back."),
        )
        return [f"{count} {words}" for count, words in told if count]


def missing_hashes(library: Library) -> list[str]:
    """Content hashes of the live photos without a thumbnail. Lists each folder once: no look at single files."""
    return _missing(library, _list(library)[0])


def make_missing(
    library: Library,
    control: RunControl,
    meter: ProgressMeter,
    processes: int = 0,
    prepare: Callable[[DecodeTask], Prepared] = prepare,
) -> Remade:
    """Make the thumbnails that are missing. Starts no decoder when there are none.

    Raises CancelledError after what is being decoded, `LibraryError` when the library's disk takes no more.
    """
    done = Remade()
    there, parts = _list(library)
    for part in parts:  # no decoder is at work now
        with suppress(OSError):
            part.unlink()
    hashes = _missing(library, there)
    if not hashes:
        return done
    meter.start(len(hashes))
    tasks = _tasks(library, hashes, done)
    first = next(tasks, None)
    if first is None:
        return done
    processes = min(processes or default_processes(), len(hashes))
    with DecodePool(None, library.thumbnails, processes, in_flight=3 * processes, prepare=prepare) as pool:
        flying: set[Future[Prepared]] = {pool.submit(first)}
        for task in tasks:
            while len(flying) >= pool.in_flight:
                control.checkpoint()
                flying = _settle(flying, meter)
            flying.add(pool.submit(task))
        while flying:
            control.checkpoint()
            flying = _settle(flying, meter)
    left = set(missing_hashes(library)) & set(hashes)
    done.failed = len(left) - done.offline
    done.made = len(hashes) - len(left)
    return done


def _list(library: Library) -> tuple[set[str], list[Path]]:
    """The content hashes that have a thumbnail, and what decoders that died have left half-written."""
    there: set[str] = set()
    parts: list[Path] = []
    with suppress(FileNotFoundError), os.scandir(library.thumbnails) as shards:
        for shard in shards:
            if shard.is_dir():
                with os.scandir(shard.path) as files:
                    names = [file.name for file in files]
                there.update(name.removesuffix(".jpg") for name in names)
                parts += [Path(shard.path, name) for name in names if name.endswith(PART)]
    return there, parts


def _missing(library: Library, there: set[str]) -> list[str]:
    return [content_hash for content_hash in library.catalog.photos.live_hashes() if content_hash not in there]


def _tasks(library: Library, hashes: list[str], done: Remade) -> Iterator[DecodeTask]:
    """What to decode; photos whose files are all away are only counted."""
    catalog = library.catalog
    for start in range(0, len(hashes), _AT_ONCE):
        ids = catalog.photos.by_hash(hashes[start : start + _AT_ONCE])
        for photo in catalog.photos.get(list(ids.values())).values():
            if photo.offline:
                done.offline += 1
            else:
                # A known content is not looked at for anything but its thumbnail.
                yield DecodeTask(
                    os.fspath(photo.paths[0]), None, str(library.thumbnails), frozenset({photo.content_hash})
                )


def _settle(flying: "set[Future[Prepared]]", meter: ProgressMeter) -> "set[Future[Prepared]]":
    ready, rest = wait(flying, timeout=0.2, return_when=FIRST_COMPLETED)
    for future in ready:
        with suppress(DecodeError):
            future.result()
    meter.advance(len(ready))
    return rest
