"""Folder trees for tests, and what a catalogue would know of them."""

from collections.abc import Iterable
from pathlib import Path

from clipdesk.core.entities import ChangeSet, FileState, FoundFile, KnownFile


def write(root: Path, *names: str, data: bytes = b"photo") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def remember(found: Iterable[FoundFile], state: FileState = FileState.INDEXED) -> dict[str, KnownFile]:
    """What the catalogue would know after these files were indexed."""
    return {
        file.path: KnownFile(i, file.path, file.size, file.mtime_ns, state, i, file.sidecar_mtime_ns)
        for i, file in enumerate(found, 1)
    }


def new(changes: ChangeSet) -> set[str]:
    return {file.path for file in changes.new}


def gone(changes: ChangeSet) -> set[str]:
    return {file.path for file in changes.gone}
