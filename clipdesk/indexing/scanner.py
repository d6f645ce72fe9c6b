"""The scanner: a root folder on disk against what the catalogue knows of it."""

import logging
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path, PurePath

from clipdesk.core.entities import ChangeSet, FileState, FoundFile, KnownFile
from clipdesk.indexing.excludes import Excludes, fold
from clipdesk.indexing.long_paths import extended
from clipdesk.indexing.tree import Tree, TreeWalk

_log = logging.getLogger(__name__)


def scan(
    root: Path,
    known: Mapping[str, KnownFile],
    excludes: Sequence[str] = (),
    *,
    on_found: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    skip: Sequence[Path] = (),
    only: Collection[str] | None = None,
    held: Collection[Path] = (),
) -> ChangeSet:
    """Compare the photo-typed files under `root` with `known` (by path relative to the root, forward slashes).

    A file has changed when its size, its time or its sidecar's time differs, when it came down from a cloud, or when
    its name differs only in case or Unicode composition from a known one that is gone (same file, new path: the
    found path of a `changed` pair may therefore differ from the known one). A file that failed before and did not
    change counts as unchanged, unless it was the disk that failed. Nothing is called gone that lies in a folder which
    could not be listed, the root included. Photo-typed things that are no regular files end in `unreadable`.

    `excludes` are patterns as `excludes.Excludes` reads them; `skip` are folders left out, such as `nested` roots;
    `only` limits the scan to these folders (relative, with all inside them; known files elsewhere are left alone);
    `held` are files (absolute) that are still being written: they are passed over, neither new nor gone. `on_found`
    gets the count of files so far. Raises CancelledError soon after `cancelled()` turns true, and UserError for a
    pattern that cannot be read.
    """
    walk = TreeWalk(root, Excludes(excludes), skip=relative_to(skip, root), on_found=on_found, cancelled=cancelled)
    scope = None if only is None else _outermost(only)
    identity = _identity(root)
    tree = walk.run(scope)
    if "" not in tree.closed and (identity is None or _identity(root) != identity):
        # Unplugged in the middle: what was not seen is not gone.
        tree.closed.append("")
        tree.unreadable.append(("", "folder cannot be listed: it is no longer there"))
    known_here = known if scope is None else _within(known, scope)
    return _compare(root, known_here, tree, frozenset(relative_to(held, root)))


def nested(root: Path, roots: Iterable[Path]) -> tuple[Path, ...]:
    """Return those of `roots` that lie inside `root`: their files belong to them, so a scan of `root` skips them."""
    return tuple(other for other in roots if other != root and relative_to((other,), root))


def relative_to(paths: Iterable[Path], root: Path) -> list[str]:
    """Return the paths that lie under `root`, relative to it with forward slashes ("" for the root itself)."""
    result: list[str] = []
    for path in paths:
        try:
            relative = path.relative_to(root)
        except ValueError:
            continue
        result.append("" if relative == PurePath() else relative.as_posix())
    return result


def _identity(root: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(extended(root))  # noqa: PTH116 - a Path would drop the long-path prefix
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _outermost(folders: Iterable[str]) -> list[str]:
    """Drop the folders that lie in another one of them; the scan of that one sees them."""
    kept: list[str] = []
    for folder in sorted({folder.strip("/") for folder in folders}, key=lambda folder: folder.split("/")):
        if not any(not outer or folder == outer or folder.startswith(outer + "/") for outer in kept):
            kept.append(folder)
    return kept


def _within(known: Mapping[str, KnownFile], folders: Sequence[str]) -> Mapping[str, KnownFile]:
    if "" in folders:
        return known
    prefixes = tuple(folder + "/" for folder in folders)
    return {path: file for path, file in known.items() if path.startswith(prefixes)}


def _compare(root: Path, known: Mapping[str, KnownFile], tree: Tree, held: frozenset[str]) -> ChangeSet:
    left = dict(known)
    new: list[FoundFile] = []
    changed: list[tuple[KnownFile, FoundFile]] = []
    unchanged = 0
    for found in tree.files:
        file = left.pop(found.path, None)
        if found.path in held:
            unchanged += file is not None
        elif file is None:
            new.append(found)
        elif _differs(file, found):
            changed.append((file, found))
        else:
            unchanged += 1
    for path, _ in tree.unreadable:
        left.pop(path, None)
    if "" in tree.closed:
        unchanged += len(left)
        left = {}
    elif tree.closed:
        prefixes = tuple(folder + "/" for folder in tree.closed)
        kept = [path for path in left if path.startswith(prefixes)]
        unchanged += len(kept)
        for path in kept:
            del left[path]
    if new and left:
        same, pairs = _respelt(root, new, left)
        unchanged += same
        changed += pairs
    _log.debug("scan: %d new, %d changed, %d gone, %d unchanged", len(new), len(changed), len(left), unchanged)
    return ChangeSet(tuple(new), tuple(changed), tuple(left.values()), unchanged, tuple(tree.unreadable))


def _differs(known: KnownFile, found: FoundFile) -> bool:
    if found.cloud and found.size == 0:
        # A stub of older macOS tells nothing of the file that it stands for.
        return False
    if known.size != found.size or known.mtime_ns != found.mtime_ns or known.sidecar_mtime_ns != found.sidecar_mtime_ns:
        return True
    return known.state is FileState.CLOUD and not found.cloud


def _respelt(
    root: Path, new: list[FoundFile], gone: dict[str, KnownFile]
) -> tuple[int, list[tuple[KnownFile, FoundFile]]]:
    """Pair new with gone paths that differ only in case or Unicode composition, and take them out of both.

    Returns how many are the same file under a name that the system holds for equal (nothing to do), and the other
    pairs. Names that are not alone with their folded form (`a.jpg` beside `A.jpg`) are left as they are.
    """
    olds: dict[str, list[str]] = {}
    for path in gone:
        olds.setdefault(fold(path), []).append(path)
    news: dict[str, int] = {}
    for found in new:
        key = fold(found.path)
        if key in olds:
            news[key] = news.get(key, 0) + 1
    if not news:
        return 0, []
    same, pairs, kept = 0, list[tuple[KnownFile, FoundFile]](), list[FoundFile]()
    for found in new:
        key = fold(found.path)
        if news.get(key) != 1 or len(olds[key]) != 1:
            kept.append(found)
            continue
        known = gone.pop(olds[key][0])
        if not _differs(known, found) and _only_normalised(root, known.path, found.path):
            same += 1
        else:
            pairs.append((known, found))
    new[:] = kept
    return same, pairs


def _only_normalised(root: Path, old: str, now: str) -> bool:
    """Tell whether two paths differ in Unicode composition alone and the file system opens both as one file."""
    import unicodedata

    if unicodedata.normalize("NFC", old) != unicodedata.normalize("NFC", now):
        return False
    try:
        return os.path.samefile(extended(root / old), extended(root / now))  # noqa: PTH121 - as in _identity
    except OSError:
        return False
