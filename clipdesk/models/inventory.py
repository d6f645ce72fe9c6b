"""What lay in a model's folder when it was checked, and whether it is still the same: nothing more, less or else.

A file is read again only when its time of change is another one: weights are large, and every search would wait.
"""

from pathlib import Path
from typing import cast

import xxhash

LATER = frozenset({"self_check.json", "textness.json", "tuning.json", "tuning.json.part", "image.int8.onnx"})
"""What comes after the check, or is changed by tools on purpose."""
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers leave in every folder that they show."""
Entry = list[int | str]
"""Size in bytes, time of change in ns, xxh3 of the content, 128 bits in hex."""
Inventory = dict[str, Entry]


def take(folder: Path) -> Inventory:
    """Note every file of a model."""
    return {file.name: _entry(file) for file in sorted(folder.iterdir()) if file.is_file() and not _is_extra(file.name)}


def difference(folder: Path, before: object) -> str:
    """What is not as it was, in a few words that follow "The model is not trusted:"; "" when all is.

    `before` is an `Inventory` as it was read from a file. Raises TypeError, ValueError for what is none, and OSError.
    """
    if not isinstance(before, dict):
        raise TypeError("an inventory is a table")
    known = cast("dict[str, object]", before)
    here = {path.name: path for path in folder.iterdir() if not _is_extra(path.name)}
    if missing := sorted(known.keys() - here.keys()):
        return f"its file {missing[0]} is missing"
    if unknown := sorted(here.keys() - known.keys()):
        return f"{unknown[0]} does not belong to it"
    for name, path in here.items():
        if not _is_same(path, known[name]):
            return "its files changed after they were checked"
    return ""


def _is_extra(name: str) -> bool:
    return name in LATER or name in _LITTER or name.endswith(".part")


def _entry(file: Path) -> Entry:
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns, _digest(file)]


def _is_same(path: Path, known: object) -> bool:
    if not isinstance(known, list):
        raise TypeError("an entry is a list")
    size, changed, digest = cast("list[object]", known)
    stat = path.stat()
    if not path.is_file() or stat.st_size != size:
        return False
    return stat.st_mtime_ns == changed or _digest(path) == digest


def _digest(file: Path) -> str:
    digest = xxhash.xxh3_128()
    with file.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
