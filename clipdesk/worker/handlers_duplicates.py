"""Finds files of the same content and photos that look nearly the same. Nothing is deleted here."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from clipdesk.catalog.files import HeldFile
from clipdesk.core.entities import Ids, Matrix, Photo
from clipdesk.core.window_messages import (
    DuplicateFile,
    DuplicateGroup,
    DuplicatesReply,
    DuplicatesRequest,
    UnchangedReply,
    UnchangedRequest,
)
from clipdesk.indexing.control import RunControl
from clipdesk.search.keep_best import Candidate, by_quality
from clipdesk.search.layout_store import LayoutStore
from clipdesk.search.near_duplicates import NearDuplicates, groups_of
from clipdesk.worker.resources import Resources

_PHOTOS_AT_ONCE = 200
_HASHES_AT_ONCE = 2_000


class _Kept:
    """What is kept between two requests: pairs that were found, layouts that were read."""

    def __init__(self) -> None:
        self.near = NearDuplicates()
        self.layouts: LayoutStore | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    photo: Photo
    file: HeldFile
    candidate: Candidate


def find(resources: Resources, request: DuplicatesRequest, control: RunControl) -> DuplicatesReply:
    """Find groups of duplicates, those that free the most bytes first."""
    found: list[DuplicateGroup] = []
    left_out = 0
    if request.same:
        groups, more = _same(resources, request.limit, control)
        found, left_out = [*found, *groups], left_out + more
    if request.near is not None:
        groups, more = _near(resources, request.near, request.limit, control)
        found, left_out = [*found, *groups], left_out + more
    found.sort(key=lambda group: -freed(group))
    return DuplicatesReply(request.id, tuple(found), left_out)


def unchanged(resources: Resources, request: UnchangedRequest, control: RunControl) -> UnchangedReply:
    """Look at files again, right before others are deleted because these stay."""
    there = [path for path, size, mtime_ns in request.files if _status(HeldFile(0, path, size, mtime_ns)) is not None]
    return UnchangedReply(request.id, tuple(there))


def freed(group: DuplicateGroup) -> int:
    """The bytes of all files of a group but the one to keep."""
    return sum(file.size for file in group.files if not file.keep)


def _same(resources: Resources, limit: int, control: RunControl) -> tuple[list[DuplicateGroup], int]:
    held = _files(resources, [photo_id for photo_id, _ in resources.library.catalog.photos.duplicates()], control)
    found = [_group("same", [(file, 1.0) for file in files]) for files in held.values() if len(files) > 1]
    return _first(found, limit)


def _near(resources: Resources, least: float, limit: int, control: RunControl) -> tuple[list[DuplicateGroup], int]:
    library = resources.library
    with resources.answering:
        snapshot = resources.engine().snapshot()
    kept = resources.kept(_Kept)
    store = kept.layouts = kept.layouts or LayoutStore(library.index_folder, library.thumbnails, write=library.writer)

    def checkpoint() -> None:
        resources.give_way(control)

    def layouts(photo_ids: Ids) -> Matrix:
        hashes: dict[int, str] = {}
        for start in range(0, len(photo_ids), _HASHES_AT_ONCE):
            checkpoint()
            hashes |= library.catalog.photos.hashes(photo_ids[start : start + _HASHES_AT_ONCE])
        return store.of([hashes.get(one, "0") for one in photo_ids.tolist()], checkpoint)

    pairs = kept.near.find(snapshot, layouts, checkpoint).at_least(least)
    rows = pairs.rows()
    photo_ids = dict(zip(rows, snapshot.photo_ids[rows].tolist(), strict=True))
    held = _files(resources, list(photo_ids.values()), control)
    best = {row: held[photo_id][0] for row, photo_id in photo_ids.items() if held.get(photo_id)}
    there = list(best)
    order, _ = by_quality([best[row].candidate for row in there])
    groups = groups_of(pairs, [there[place] for place in order])
    found = [_group("near", [(best[row], likeness) for row, likeness in group]) for group in groups]
    return _first(found, limit)


def _first(groups: list[DuplicateGroup], limit: int) -> tuple[list[DuplicateGroup], int]:
    groups.sort(key=lambda group: -freed(group))
    return groups[:limit], max(0, len(groups) - limit)


def _group(kind: Literal["same", "near"], files: Sequence[tuple[_Found, float]]) -> DuplicateGroup:
    order, reason = by_quality([found.candidate for found, _ in files])
    members: list[DuplicateFile] = []
    for place in order:
        found, likeness = files[place]
        keep = place == order[0]
        members.append(
            DuplicateFile(
                found.file.path,
                found.photo,
                found.file.size,
                round(likeness, 4),
                keep=keep,
                reason=reason if keep else "",
                mtime_ns=found.file.mtime_ns,
            )
        )
    return DuplicateGroup(kind, tuple(members))


def _files(resources: Resources, photo_ids: Sequence[int], control: RunControl) -> dict[int, list[_Found]]:
    """Return the files of photos that are there as they were indexed, those to keep first."""
    catalog = resources.library.catalog
    found: dict[int, list[_Found]] = {}
    for start in range(0, len(photo_ids), _PHOTOS_AT_ONCE):
        resources.give_way(control)
        part = photo_ids[start : start + _PHOTOS_AT_ONCE]
        photos = catalog.photos.get(part)
        held: dict[int, list[HeldFile]] = {}
        for file in catalog.files.online(part):
            held.setdefault(file.photo_id, []).append(file)
        for photo_id, files in held.items():
            if photo_id in photos:
                candidates = [_found(photos[photo_id], file) for file in _there(files)]
                order, _ = by_quality([one.candidate for one in candidates])
                found[photo_id] = [candidates[place] for place in order]
    return found


def _found(photo: Photo, file: HeldFile) -> _Found:
    pixels = photo.metadata.width * photo.metadata.height
    return _Found(photo, file, Candidate(pixels, file.size, file.path.stem, file.mtime_ns, str(file.path)))


def _there(files: Sequence[HeldFile]) -> list[HeldFile]:
    """Return the files that are still there, each once: links and other names of one file are no copies of it."""
    found: dict[tuple[int, int], HeldFile] = {}
    for file in files:
        status = _status(file)
        if status is not None:
            found.setdefault((status.st_dev, status.st_ino), file)
    return list(found.values())


def _status(file: HeldFile) -> os.stat_result | None:
    """Look at a file; None when it is gone, is a link, or was changed since it was indexed."""
    try:
        status = os.lstat(file.path)
    except (OSError, ValueError):
        return None
    same = stat.S_ISREG(status.st_mode) and (status.st_size, status.st_mtime_ns) == (file.size, file.mtime_ns)
    return status if same else None
