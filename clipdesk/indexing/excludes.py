"""What a scan leaves out: system folders, and what the user's patterns name."""

import os
import unicodedata
from collections.abc import Sequence

from clipdesk.core.errors import UserError

_SYSTEM_FOLDERS = frozenset(
    {
        "$recycle.bin",
        "system volume information",
        "#recycle",
        "#snapshot",
        "@eadir",
        "@recycle",
        "@recently-snapshot",
        "lost+found",
        "__macosx",
    }
)
_BUNDLES = (".app", ".lrdata")
_PHOTO_PACKAGES = (".photoslibrary", ".photolibrary", ".migratedphotolibrary", ".aplibrary")
_PACKAGE_FOLDERS = frozenset({"originals", "masters"})
CATALOG = "catalog.sqlite"
"""The file that tells a clipdesk library's folder."""
_LIBRARY_FOLDERS = frozenset({"thumbnails", "index"})


def is_system_folder(name: str) -> bool:
    """Tell whether a folder of this name is hidden, a bin, a NAS's or archiver's side folder, or an app bundle."""
    if name.startswith("."):
        return True
    name = name.casefold()
    return name in _SYSTEM_FOLDERS or name.endswith(_BUNDLES)


def is_photo_package(name: str) -> bool:
    """Tell whether a folder is a photo library of Apple's programs, whose originals alone count."""
    return name.casefold().endswith(_PHOTO_PACKAGES)


def holds_originals(name: str) -> bool:
    """Tell whether a folder directly inside such a photo library holds the originals."""
    return name.casefold() in _PACKAGE_FOLDERS


def is_library_part(name: str) -> bool:
    """Tell whether a folder beside a `catalog.sqlite` belongs to clipdesk (thumbnails would be found as photos)."""
    return name in _LIBRARY_FOLDERS


class Excludes:
    """The user's patterns, read as lines of a .gitignore file whatever the case and Unicode form of letters.

    A pattern without a slash names files or folders at any depth; one with a slash inside or at its front is a path
    from the root folder; a slash at its end means folders only; `*` stops at a slash, `**` does not; `!` takes back.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile; raises UserError when a pattern means nothing."""
        lines = [fold(p.replace("\\", "/") if os.name == "nt" else p) for p in patterns if p.strip()]
        self._spec = None
        if lines:
            from pathspec import GitIgnoreSpec

            try:
                self._spec = GitIgnoreSpec.from_lines(lines)
            except ValueError as error:
                raise UserError(
                    f"An exclude pattern cannot be read: {error}", "Write it as in a .gitignore."
                ) from error

    def __bool__(self) -> bool:
        return self._spec is not None

    def matches(self, path: str, *, folder: bool = False) -> bool:
        """Tell whether `path` (relative to the root, forward slashes) is left out."""
        return self._spec is not None and self._spec.match_file(fold(path) + "/" if folder else fold(path))


def fold(path: str) -> str:
    """Make paths that differ only in case or Unicode composition (macOS writes NFD names) the same string."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
