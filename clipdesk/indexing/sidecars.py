"""XMP sidecars: `photo.jpg.xmp` (darktable, digiKam) or `photo.xmp` (Adobe's programs) beside `photo.jpg`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

SUFFIX = ".xmp"
_T = TypeVar("_T")


def is_sidecar(name: str) -> bool:
    """Tell whether a file of this name is an XMP sidecar."""
    return name[-4:].lower() == SUFFIX


def pick(photo_name: str, sidecars: Mapping[str, _T]) -> _T | None:
    """Choose a photo's sidecar among those of its folder, keyed by lower-case name; the more specific name wins."""
    name = photo_name.lower()
    found = sidecars.get(name + SUFFIX)
    return found if found is not None else sidecars.get(name.rpartition(".")[0] + SUFFIX)


def find(photo: Path) -> str | None:
    """Return the path of a photo's sidecar, or None; whatever the case of its name."""
    for name in (photo.name + SUFFIX, photo.stem + SUFFIX):
        if (photo.parent / name).is_file():
            return str(photo.parent / name)
    try:
        with os.scandir(photo.parent) as entries:
            sidecars = {entry.name.lower(): entry.path for entry in entries if is_sidecar(entry.name)}
    except OSError:
        return None
    return pick(photo.name, sidecars)
