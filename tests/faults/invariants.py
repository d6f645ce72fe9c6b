"""What must hold of a library at every moment, also right after a process that used it was killed.

It is looked at in a copy: whoever opens a catalogue first also tidies up after the dead, which is for the next worker
to do.
"""

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import numpy as np

from clipdesk.catalog.health import check
from clipdesk.catalog.library import CATALOG_FILE, Library, open_library
from clipdesk.indexing.formats import is_photo
from clipdesk.indexing.missing_thumbnails import missing_hashes
from clipdesk.search.photo_vectors import PhotoVectors

_CATALOGUE = {CATALOG_FILE, f"{CATALOG_FILE}-wal", f"{CATALOG_FILE}-shm"}
_OF_WRITERS = {"writer.lock", "writer.json", "writer.ending", "crash.txt"}
_KEPT = _CATALOGUE | _OF_WRITERS | {"backups", "folders.json", "index", "thumbnails"}
"""What lies in the folder of a library that nobody uses. Readers may leave an empty log of changes, a worker that took
so long to end that its window killed it what tells of writers."""


def broken(library: Path, accepted: Mapping[Path, set[str]], scratch: Path) -> list[str]:
    """Return what is wrong with a library that nobody uses, one line each.

    `accepted` are the tags that the worker said it had kept, by photo; `scratch` is a folder for the copy. A library
    that does not exist yet is in order.
    """
    if not (library / CATALOG_FILE).exists():
        return [f"{len(accepted)} photos had tags, and there is no catalogue"] if accepted else []
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(library, scratch, ignore=shutil.ignore_patterns("writer.*"))
    told = _integrity(scratch / CATALOG_FILE)
    if told or _is_empty(scratch / CATALOG_FILE):
        return told
    with open_library(scratch, write=False) as opened:
        told += check(opened.catalog)
        told += _of_index(opened)
        told += _of_tags(opened, accepted)
        told += [f"photo {one} has no thumbnail" for one in missing_hashes(opened)]
    return told


def unfinished(library: Path) -> list[str]:
    """Return what a library lacks that is up to date, or what lies about in it, one line each."""
    with open_library(library, write=False) as opened:
        told: list[str] = []
        for folder in opened.catalog.folders.all():
            rows = set(opened.catalog.files.known(folder.id))
            told += [f"no row: {path}" for path in sorted(_photos_in(folder.path) - rows)]
            told += [f"no file: {path}" for path in sorted(rows - _photos_in(folder.path))]
            told += [f"left beside the photos: {path}" for path in folder.path.rglob("*.part")]
    told += [f"left in the library: {path.name}" for path in library.iterdir() if path.name not in _KEPT]
    for name in ("thumbnails", "backups"):
        ours = {".jpg", ".sqlite"}
        told += [
            f"left in {name}: {path.name}"
            for path in (library / name).rglob("*")
            if path.is_file() and path.suffix not in ours
        ]
    return told


def _integrity(catalogue: Path) -> list[str]:
    with closing(sqlite3.connect(catalogue)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    return [] if found == ["ok"] else found


def _is_empty(catalogue: Path) -> bool:
    """Whether the process died before it had made the first table."""
    with closing(sqlite3.connect(catalogue)) as connection:
        return connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def _of_index(library: Library) -> list[str]:
    """The index, as a search would have it now, holds exactly the embeddings of the catalogue."""
    told: list[str] = []
    for key in library.catalog.embeddings.model_keys():
        rows = library.catalog.embeddings.read(key)
        index = PhotoVectors(library.catalog, library.index_folder, key, write=False)
        if index.photo_ids.tolist() != rows.photo_ids.tolist():
            told.append(f"the index of {key} has other photos than the catalogue")
            continue
        if not np.array_equal(index.exact.vectors_at(np.arange(len(index))), rows.vectors.astype(np.float32)):
            told.append(f"the index of {key} has other vectors than the catalogue")
        if not np.array_equal(index.textness, rows.textness, equal_nan=True):
            told.append(f"the index of {key} has another textness than the catalogue")
        if set(index.photo_ids[index.live].tolist()) != set(library.catalog.embeddings.live(key).tolist()):
            told.append(f"the index of {key} finds other photos than the catalogue has")
    return told


def _of_tags(library: Library, accepted: Mapping[Path, set[str]]) -> list[str]:
    told: list[str] = []
    for path, tags in accepted.items():
        photo = library.catalog.photos.by_path(path)
        kept = library.catalog.tags.of(photo.id) if photo is not None else {}
        lost = {tag for tag in tags if kept.get(tag) != "accepted"}
        if lost:
            told.append(f"{path.name} has lost the tags {sorted(lost)}")
    return told


def _photos_in(root: Path) -> set[str]:
    return {
        os.path.relpath(Path(folder) / name, root).replace(os.sep, "/")
        for folder, _, names in os.walk(root)
        for name in names
        if is_photo(name)
    }
