"""Photos as a user has them, locked and open, and everything that could change about them."""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ORDINARY = "ordinary"
"""The folder, in either half, of photos that are nothing but photos."""
_XATTR = "user.comment"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder. Every write, rename, link and change of attributes moves `changed`, whatever is put back."""

    content: str
    size: int
    mode: int
    inode: int
    links: int
    owner: tuple[int, int]
    modified: int
    changed: int
    attributes: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Originals:
    """A tree of photos: `locked` may not be written to by permission bits, `open` may."""

    folder: Path
    ordinary: list[Path] = field(default_factory=list[Path])
    """The files that are nothing but photos."""
    before: dict[str, Entry] = field(default_factory=dict[str, Entry])

    @property
    def locked(self) -> Path:
        return self.folder / "Locked"

    @property
    def open(self) -> Path:
        return self.folder / "Open"

    def remember(self) -> None:
        """From now on nothing may change."""
        self.before.update(entries(self.folder))

    def changes(self) -> list[str]:
        """What is different from when it was remembered, a line each."""
        after = entries(self.folder)
        return [
            *(f"gone: {name}" for name in sorted(self.before.keys() - after.keys())),
            *(f"new: {name}" for name in sorted(after.keys() - self.before.keys())),
            *(
                f"changed: {name}: {self.before[name]} is now {after[name]}"
                for name in sorted(self.before.keys() & after.keys())
                if self.before[name] != after[name]
            ),
        ]


def make(folder: Path, ordinary: Iterable[Path], odd: Iterable[Path]) -> Originals:
    """Copy photos into a locked and an open half, with extended attributes where the file system has them."""
    made = Originals(folder)
    made.ordinary.extend(_copy(made, ORDINARY, photo, number) for number, photo in enumerate(ordinary))
    for number, photo in enumerate(odd):
        _copy(made, "odd", photo, number)
    first = min(path for path in made.ordinary if path.is_relative_to(made.open))
    shutil.copyfile(first, first.with_stem(f"{first.stem} (copy)"))
    first.with_name(f"{first.name}.xmp").write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", encoding="utf-8")
    for path in (*made.locked.rglob("*"), made.locked):
        path.chmod(0o555 if path.is_dir() else 0o444)
    made.remember()
    return made


def _copy(made: Originals, kind: str, photo: Path, number: int) -> Path:
    half = made.open if number % 2 else made.locked
    copy = half / kind / photo.parent.name / photo.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(photo, copy)
    _attach(copy)
    return copy


def unlock(folder: Path) -> None:
    """Let pytest tidy up."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)


def entries(folder: Path) -> dict[str, Entry]:
    """Every file and folder below, by its path from there."""
    return {str(path.relative_to(folder)): _entry(path) for path in (folder, *folder.rglob("*"))}


def _entry(path: Path) -> Entry:
    told = path.lstat()
    content = hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(told.st_mode) else ""
    names = sorted(os.listxattr(path)) if hasattr(os, "listxattr") else []
    return Entry(
        content,
        told.st_size,
        told.st_mode,
        told.st_ino,
        told.st_nlink,
        (told.st_uid, told.st_gid),
        told.st_mtime_ns,
        told.st_ctime_ns,
        tuple((name, os.getxattr(path, name)) for name in names),
    )


def _attach(path: Path) -> None:
    if hasattr(os, "setxattr"):
        try:
            os.setxattr(path, _XATTR, b"a note of the user's")
        except OSError:  # a file system without them
            return
