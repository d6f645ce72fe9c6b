"""What a library holds, in a form in which two libraries can be compared: by content, never by row numbers."""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

_VECTORS_ALIKE = 0.999
"""Cosine of two embeddings of one photo: batches of another size differ in the last bits."""
_TEXTNESS_ALIKE = 0.05
_UNFINISHED = ("strikes", "skipped", "wanted model", "owed sidecars")
"""What the catalogue remembers of work that is not done."""


@dataclass(slots=True)
class Contents:
    """Everything that makes a difference to a user. Rows are told by content, files by root folder and path."""

    files: dict[str, tuple[Any, ...]] = field(default_factory=dict[str, tuple[Any, ...]])
    photos: dict[str, tuple[Any, ...]] = field(default_factory=dict[str, tuple[Any, ...]])
    tags: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    keywords: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Of each photo those that it came with. Those that clipdesk writes beside it are read at some later time."""
    beside: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """What stands in each sidecar."""
    vectors: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    textness: dict[tuple[str, str], float | None] = field(default_factory=dict[tuple[str, str], float | None])
    unfinished: dict[str, str] = field(default_factory=dict[str, str])
    thumbnails: set[str] = field(default_factory=set[str])

    @property
    def rows(self) -> int:
        """How much there is to compare."""
        return len(self.files) + len(self.photos) + len(self.tags) + len(self.keywords) + len(self.vectors)


def contents(library: Path) -> Contents:
    """Read a library that nobody writes to."""
    found = Contents(thumbnails={path.name for path in (library / "thumbnails").glob("*/*")})
    with closing(sqlite3.connect(f"file:{library / 'catalog.sqlite'}?mode=ro", uri=True)) as catalogue:
        for (root,) in catalogue.execute("SELECT path FROM folders"):
            for file in Path(root).rglob("*.xmp"):
                words = re.findall("li>(.*?)<", file.read_text(encoding="utf-8"))
                found.beside[str(file.relative_to(root))] = tuple(sorted(words))
        of = {row[0]: row[1] for row in catalogue.execute("SELECT id, content_hash FROM photos")}
        roots = {row[0]: Path(row[1]).name for row in catalogue.execute("SELECT id, path FROM folders")}
        for folder, directory, name, size, mtime, state, photo in catalogue.execute(
            "SELECT folder_id, path, name, size, mtime_ns, state, photo_id"
            " FROM files JOIN directories ON directories.id = directory_id"
        ):
            found.files[f"{roots[folder]}/{directory}/{name}"] = (size, mtime, state, of.get(photo))
        columns = "size, live, sort_at, taken_at, width, height, orientation, camera, latitude, rating, title"
        for photo, pair, *rest in catalogue.execute(f"SELECT id, pair_of, {columns} FROM photos"):
            found.photos[of[photo]] = (of.get(pair), *rest)
        found.tags = {
            (of[photo], tag, state) for photo, tag, state in catalogue.execute("SELECT photo_id, tag, state FROM tags")
        }
        ours = {(photo, tag) for photo, tag, _ in found.tags}
        words = catalogue.execute("SELECT photo_id, keyword FROM keywords")
        found.keywords = {(of[photo], word) for photo, word in words} - ours
        for photo, model, textness, vector in catalogue.execute(
            "SELECT photo_id, key, textness, vector FROM embeddings JOIN models ON models.id = model_id"
        ):
            found.vectors[of[photo], model] = np.frombuffer(vector, "<f2").astype(np.float32)
            found.textness[of[photo], model] = textness
        found.unfinished = {
            key: value
            for key, value in catalogue.execute("SELECT key, value FROM state")
            if key in _UNFINISHED and value != "null"
        }
    return found


def differences(one: Contents, other: Contents) -> list[str]:
    """Return in what two libraries differ, one line each; empty when they are alike."""
    told: list[str] = []
    for name in ("files", "photos", "beside", "unfinished"):
        told += _of_mappings(name, getattr(one, name), getattr(other, name))
    for name in ("tags", "keywords", "thumbnails"):
        mine, theirs = getattr(one, name), getattr(other, name)
        for missing, where in ((mine - theirs, "second"), (theirs - mine, "first")):
            told += [f"{name}: the {where} lacks {each}" for each in sorted(missing)]
    told += [f"vectors: only in one: {key}" for key in one.vectors.keys() ^ other.vectors.keys()]
    for key in one.vectors.keys() & other.vectors.keys():
        if float(one.vectors[key] @ other.vectors[key]) < _VECTORS_ALIKE:
            told.append(f"vectors of {key} differ")
        mine, theirs = one.textness[key], other.textness[key]
        if (mine is None) != (theirs is None) or abs((mine or 0.0) - (theirs or 0.0)) > _TEXTNESS_ALIKE:
            told.append(f"textness of {key}: {mine} and {theirs}")
    return told


def _of_mappings(name: str, one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [
        f"{name}: {key}: {one.get(key)} and {other.get(key)}"
        for key in sorted(one.keys() | other.keys())
        if one.get(key) != other.get(key)
    ]
