"""The walk over a folder tree: which photo files lie where, without a loop, a recursion limit or much memory."""

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clipdesk.core.entities import FoundFile
from clipdesk.core.errors import CancelledError
from clipdesk.indexing.excludes import (
    CATALOG,
    Excludes,
    holds_originals,
    is_library_part,
    is_photo_package,
    is_system_folder,
)
from clipdesk.indexing.formats import is_photo
from clipdesk.indexing.long_paths import extended
from clipdesk.indexing.sidecars import is_sidecar, pick

_WINDOWS = sys.platform == "win32"
_HIDDEN = 0x2
"""FILE_ATTRIBUTE_HIDDEN of Windows."""
_RECALL = 0x1000 | 0x40000 | 0x400000
"""FILE_ATTRIBUTE_OFFLINE, _RECALL_ON_OPEN, _RECALL_ON_DATA_ACCESS of Windows: reading downloads."""
_JUNCTION = 0xA0000003
"""IO_REPARSE_TAG_MOUNT_POINT of Windows: a junction is a folder and no symlink, yet can loop."""
_DATALESS = 0x40000000
"""SF_DATALESS of macOS: iCloud holds the content."""
_UF_HIDDEN = 0x8000
"""UF_HIDDEN of macOS."""
_VANISHED = (errno.ENOENT, errno.ENOTDIR)
_STRIDE = 256
"""Entries between two looks at `cancelled`."""


@dataclass(slots=True)
class Tree:
    """What a walk saw; paths are relative to the root, with forward slashes."""

    files: list[FoundFile] = field(default_factory=list[FoundFile])
    unreadable: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Folders that could not be listed and photo-typed things that are no readable files, with the reason."""
    closed: list[str] = field(default_factory=list[str])
    """Those of the above that are folders: nothing is known of what lies in them."""


@dataclass(slots=True)
class _Listing:
    """One folder's entries, sorted out."""

    folders: list[os.DirEntry[str]] = field(default_factory=list[os.DirEntry[str]])
    photos: list[os.DirEntry[str]] = field(default_factory=list[os.DirEntry[str]])
    placeholders: list[os.DirEntry[str]] = field(default_factory=list[os.DirEntry[str]])
    sidecars: dict[str, os.DirEntry[str]] = field(default_factory=dict[str, os.DirEntry[str]])
    catalog: bool = False


class TreeWalk:
    """Walks a root folder, or only some folders in it, once.

    Real folders come first. Then each symlinked folder (or junction) is followed, unless it is a folder that was
    walked already: told by device and inode, so no loop and no photo twice. A walk of only some folders cannot know
    the whole tree, and leaves out links that point into the root instead. Symlinked photos count unless their
    target lies in a folder that was walked.
    """

    def __init__(
        self,
        root: Path,
        excludes: Excludes,
        *,
        skip: Iterable[str] = (),
        on_found: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """`skip` names folders (relative to the root) that are left out, such as other roots inside this one."""
        self._root = extended(root)
        self._excludes = excludes
        self._skip = frozenset(skip)
        self._on_found = on_found
        self._cancelled = cancelled
        self._tree = Tree()
        self._seen: set[tuple[int, int]] = set()
        self._folder_links: list[tuple[str, str]] = []
        self._file_links: list[tuple[str, str, int]] = []
        self._steps = 0
        self._partial = False

    def run(self, only: Sequence[str] | None = None) -> Tree:
        """Walk; raises CancelledError. `only` are folders relative to the root, "" for the root itself."""
        starts = [""] if only is None else [rel for rel in only if self.is_inside(rel)]
        self._partial = "" not in starts
        for rel in starts:
            self._walk(f"{self._root}{os.sep}{rel.replace('/', os.sep)}" if rel else self._root, rel, linked=False)
        while self._folder_links:
            links = sorted(self._folder_links, key=lambda link: link[1])
            self._folder_links = []
            for path, rel in links:
                self._follow(path, rel)
        for path, rel, sidecar_mtime_ns in self._file_links:
            self._add_link(path, rel, sidecar_mtime_ns)
        self._tell()
        return self._tree

    def is_inside(self, rel: str) -> bool:
        """Tell whether no rule leaves out the folder `rel` or one that it lies in."""
        path, child = self._root, ""
        for part in rel.split("/") if rel else ():
            child = f"{child}/{part}" if child else part
            catalog = is_library_part(part) and os.path.exists(f"{path}{os.sep}{CATALOG}")  # noqa: PTH110 - as in _note
            if not self._enters(os.path.basename(path), part, child, catalog=catalog):  # noqa: PTH119 - as in _note
                return False
            path = f"{path}{os.sep}{part}"
        return True

    def _enters(self, parent: str, name: str, rel: str, *, catalog: bool) -> bool:
        """Tell whether the walk goes into folder `name`, whose parent folder holds a catalogue when `catalog`."""
        if is_system_folder(name) or rel in self._skip or (catalog and is_library_part(name)):
            return False
        if is_photo_package(parent) and not holds_originals(name):
            return False
        return not self._excludes.matches(rel, folder=True)

    def _walk(self, top: str, top_rel: str, *, linked: bool) -> None:
        """Walk the real folders under `top`; those seen before are passed over when `top` was reached by a link."""
        stack = [(top, top_rel)]
        while stack:
            path, rel = stack.pop()
            if not self._note(path, rel, fresh_only=linked):
                continue
            try:
                listing = self._list(path)
            except OSError as error:
                self._close(rel, error)
                continue
            parent = rel.rpartition("/")[2] or os.path.basename(path)  # noqa: PTH119 - as in _note
            for entry in listing.folders:
                child = f"{rel}/{entry.name}" if rel else entry.name
                if not self._enters(parent, entry.name, child, catalog=listing.catalog):
                    continue
                if _is_link(entry):
                    self._folder_links.append((entry.path, child))
                elif not _is_hidden(entry):
                    stack.append((entry.path, child))
            if not is_photo_package(parent):
                self._add_photos(listing, rel)
            self._tell()

    def _note(self, path: str, rel: str, *, fresh_only: bool) -> bool:
        """Remember a folder's identity; False when it is not to be walked."""
        try:
            status = os.stat(path)  # noqa: PTH116 - plain strings: a Path for each would double the time
        except OSError as error:
            self._close(rel, error)
            return False
        identity = (status.st_dev, status.st_ino)
        if fresh_only and identity in self._seen:
            return False
        if status.st_ino:
            self._seen.add(identity)
        return True

    def _list(self, path: str) -> _Listing:
        """Sort out the entries of one folder; raises OSError, in the middle of the listing too."""
        listing = _Listing()
        with os.scandir(path) as entries:
            for entry in entries:
                self._step()
                name = entry.name
                if _is_folder(entry):
                    listing.folders.append(entry)
                elif name.startswith("."):
                    if name.endswith(".icloud") and is_photo(name[1:-7]):
                        listing.placeholders.append(entry)
                elif is_photo(name):
                    listing.photos.append(entry)
                elif is_sidecar(name):
                    listing.sidecars[name.lower()] = entry
                elif name == CATALOG:
                    listing.catalog = True
        return listing

    def _add_photos(self, listing: _Listing, rel: str) -> None:
        prefix = rel + "/" if rel else ""
        for entry in listing.photos:
            self._step()
            child = prefix + entry.name
            if self._excludes and self._excludes.matches(child):
                continue
            sidecar = _mtime(pick(entry.name, listing.sidecars)) if listing.sidecars else 0
            if entry.is_symlink():
                self._file_links.append((entry.path, child, sidecar))
                continue
            try:
                self._add(child, entry.stat(follow_symlinks=False), sidecar)
            except OSError as error:
                self._refuse(child, error)
        for entry in listing.placeholders:
            # Older macOS keeps a stub `.IMG_1.jpg.icloud` in the place of `IMG_1.jpg`.
            child = prefix + entry.name[1:-7]
            if not self._excludes.matches(child):
                self._tree.files.append(FoundFile(child, 0, _mtime(entry), 0, cloud=True))

    def _add(self, rel: str, status: os.stat_result, sidecar_mtime_ns: int) -> None:
        if not stat.S_ISREG(status.st_mode):
            self._tree.unreadable.append((rel, "not a regular file"))
        elif not (_WINDOWS and getattr(status, "st_file_attributes", 0) & _HIDDEN):
            self._tree.files.append(
                FoundFile(rel, status.st_size, status.st_mtime_ns, sidecar_mtime_ns, is_placeholder(status))
            )

    def _follow(self, path: str, rel: str) -> None:
        """Walk a symlinked folder, unless it is one that was walked (or may be walked in a whole walk)."""
        if self._partial and self._points_inside(path):
            return
        self._walk(path, rel, linked=True)

    def _points_inside(self, path: str) -> bool:
        root, target = os.path.realpath(self._root), os.path.realpath(path)
        try:
            return os.path.commonpath((root, target)) == root
        except ValueError:  # different drives
            return False

    def _add_link(self, path: str, rel: str, sidecar_mtime_ns: int) -> None:
        """Add a symlinked photo, unless its target is in the tree and so found under its own name."""
        try:
            status = os.stat(path)  # noqa: PTH116 - as in _note
            home = os.stat(os.path.dirname(os.path.realpath(path)))  # noqa: PTH116, PTH120 - as in _note
        except OSError as error:
            missing = error.errno in _VANISHED
            self._tree.unreadable.append((rel, "link to a missing file" if missing else _reason(error)))
            return
        name = os.path.basename(os.path.realpath(path))  # noqa: PTH119 - as in _note
        inside = (home.st_dev, home.st_ino) in self._seen or (self._partial and self._points_inside(path))
        if not (inside and is_photo(name) and not name.startswith(".")):
            self._add(rel, status, sidecar_mtime_ns)

    def _close(self, rel: str, error: OSError) -> None:
        """Note a folder that cannot be listed; one that is simply no longer there is gone, not closed."""
        if rel and error.errno in _VANISHED:
            return
        self._tree.closed.append(rel)
        self._tree.unreadable.append((rel, f"folder cannot be listed: {_reason(error)}"))

    def _refuse(self, rel: str, error: OSError) -> None:
        if error.errno not in _VANISHED:
            self._tree.unreadable.append((rel, _reason(error)))

    def _step(self) -> None:
        self._steps += 1
        if self._steps % _STRIDE == 0:
            self._tell()

    def _tell(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise CancelledError
        if self._on_found is not None:
            self._on_found(len(self._tree.files))


def is_placeholder(status: os.stat_result) -> bool:
    """Tell whether a file's content is in a cloud, so that reading it would download it (Windows, macOS)."""
    attributes: int = getattr(status, "st_file_attributes", 0)
    flags: int = getattr(status, "st_flags", 0)
    return bool(attributes & _RECALL or flags & _DATALESS)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a symlink into a folder that may not be searched


def _is_link(entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        return True
    return _WINDOWS and getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == _JUNCTION


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    """Tell whether a folder is hidden by an attribute; free on Windows, one call a folder on macOS."""
    if not (_WINDOWS or sys.platform == "darwin"):
        return False
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    attributes: int = getattr(status, "st_file_attributes", 0)
    flags: int = getattr(status, "st_flags", 0)
    return bool(attributes & _HIDDEN or flags & _UF_HIDDEN)


def _mtime(entry: os.DirEntry[str] | None) -> int:
    if entry is None:
        return 0
    try:
        return entry.stat().st_mtime_ns
    except OSError:
        return 0


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
