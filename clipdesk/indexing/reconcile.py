"""Every root folder on disk against the catalogue: what must be read, what is gone, what is away."""

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from clipdesk.catalog.catalog import Catalog
from clipdesk.core.entities import ChangeSet, Failure, Folder, FolderState, FoundFile, KnownFile
from clipdesk.core.errors import UserError
from clipdesk.indexing.scanner import nested, relative_to, scan
from clipdesk.indexing.volumes import device_of, is_offline

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """One file that must be read. `known` is its row when it changed, None when it is new."""

    folder: Folder
    found: FoundFile
    known: KnownFile | None = None
    photo_hash: str | None = None
    """Set when the photo is catalogued and only its embedding is missing: the content that is expected."""
    photo_id: int = 0
    """The photo whose embedding is missing, 0 otherwise."""

    @property
    def key(self) -> tuple[int, str]:
        """(folder id, path): what tells the file apart."""
        return self.folder.id, self.found.path

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.folder.path / self.found.path


class GoneFiles:
    """Files that are no longer where they were: each is either claimed by the new file that it became, or removed."""

    def __init__(self) -> None:
        self._by_photo: dict[int, list[KnownFile]] = defaultdict(list)
        self._left: dict[int, KnownFile] = {}

    def add(self, files: Iterable[KnownFile]) -> None:
        """Take the gone files of one folder."""
        for file in files:
            self._left[file.id] = file
            if file.photo_id is not None:
                self._by_photo[file.photo_id].append(file)

    def claim(self, photo_id: int, path: str) -> KnownFile | None:
        """The gone file of the same photo that became `path`, one of the same name first; None when there is none."""
        files = self._by_photo.get(photo_id)
        if not files:
            return None
        name = PurePosixPath(path).name
        file = next((file for file in files if PurePosixPath(file.path).name == name), files[0])
        files.remove(file)
        del self._left[file.id]
        return file

    def left(self) -> list[int]:
        """Row ids of the files that nothing has claimed."""
        return list(self._left)


@dataclass(slots=True)
class Survey:
    """What a look at the root folders found."""

    work: list[Work] = field(default_factory=list[Work])
    gone: GoneFiles = field(default_factory=GoneFiles)
    unchanged: int = 0
    offline: int = 0
    unreadable: list[Failure] = field(default_factory=list[Failure])
    notes: list[str] = field(default_factory=list[str])
    away: list[str] = field(default_factory=list[str])
    """The notes of folders that are offline."""
    forgotten: list[Folder] = field(default_factory=list[Folder])
    """Root folders that are gone for good: to be dropped once nothing of them is left to be claimed."""


def add_folders(catalog: Catalog, paths: Sequence[Path], excludes: Sequence[str]) -> list[Folder]:
    """Make `paths` root folders; one that lies in a root folder already is found there and not added again.

    Raises UserError for a path that is not a folder, before anything is added.
    """
    roots = catalog.folders.all()
    known = {folder.path: folder for folder in roots}
    wanted = [_normal(path) for path in paths]
    for path in wanted:
        if path in known or path.is_dir():
            continue
        if path.exists():
            raise UserError(f"{path} is not a folder.", "Name the folder that holds the photos.")
        raise UserError(f"There is no folder {path}.", "Check the name, or plug the drive in.")
    added: list[Folder] = []
    for path in wanted:
        if path in known:
            if excludes and set(excludes) - set(known[path].excludes):
                catalog.folders.update(known[path].id, excludes=tuple({*known[path].excludes, *excludes}))
        elif not any(path.is_relative_to(root) for root in known):
            known[path] = catalog.folders.add(path, device=device_of(path), excludes=tuple(excludes))
            added.append(known[path])
    return added


def _normal(path: Path) -> Path:
    """The folder's name as the catalogue has it: absolute, and as the user names it; resolve() would follow links."""
    return Path(os.path.normpath(path.expanduser().absolute()))


@dataclass(frozen=True, slots=True)
class _Look:
    """What one root folder looks like; `changes` is None when it could not be scanned."""

    folder: Folder
    files: int
    """How many the catalogue knows of it."""
    changes: ChangeSet | None
    away: str | None
    """Why it counts as offline, None when it does not."""


@dataclass(slots=True)
class Surveyor:
    """Looks at root folders; what is found out about them goes into the catalogue at once, file changes do not."""

    catalog: Catalog
    accept_missing: bool = False
    on_found: Callable[[int], None] | None = None
    cancelled: Callable[[], bool] | None = None
    excludes: Sequence[str] = ()
    """Patterns that hold for every folder, beside its own."""

    changed: Sequence[Path] | None = None
    """Look only at these folders (absolute) and what is in them; None: at everything."""
    held: Sequence[Path] = ()
    """Files that are still being written: passed over."""
    named: Sequence[Path] = ()
    """The folders that the user named: with `accept_missing`, only these are forgotten when they are away."""

    def look(self, folders: Sequence[Folder]) -> Survey:
        """Compare `folders`, all there are, with the catalogue.

        Raises CancelledError when cancelled, UserError when several folders are away and `accept_missing` was said
        without naming any: then nothing is forgotten.
        """
        survey, seen = Survey(), 0
        roots = [folder.path for folder in folders]
        away: list[_Look] = []
        for folder in folders:
            before = seen

            def count(found: int, before: int = before) -> None:
                nonlocal seen
                seen = before + found
                if self.on_found is not None:
                    self.on_found(seen)

            only = None if self.changed is None else relative_to(self.changed, folder.path)
            if only is None or only:
                look = self._look(folder, nested(folder.path, roots), only, count)
                if look.away is None and look.changes is not None:
                    self._take(folder, look.changes, survey)
                else:
                    away.append(look)
        gone = self._accepted(away)
        for look in away:
            if look.folder.id not in gone:
                self._away(look.folder, look.files, look.away or "", survey)
            elif look.changes is not None:
                self._take(look.folder, look.changes, survey)
            else:
                survey.gone.add(self.catalog.files.known(look.folder.id).values())
                survey.forgotten.append(look.folder)
                survey.notes.append(f"{look.folder.path} is not there: it was taken out of the library.")
        return survey

    def _look(
        self, folder: Folder, inner: Sequence[Path], only: Sequence[str] | None, count: Callable[[int], None]
    ) -> _Look:
        files = folder.files + folder.failed + folder.cloud + folder.quarantined
        reason = is_offline(folder, files, None)
        if reason is not None and not (self.accept_missing and folder.path.is_dir()):
            return _Look(folder, files, None, reason)  # its rows, which may be very many, are not needed
        known = self.catalog.files.known(folder.id)
        changes = scan(
            folder.path,
            known,
            (*folder.excludes, *self.excludes),
            on_found=count,
            cancelled=self.cancelled,
            skip=inner,
            only=only,
            held=self.held,
        )
        return _Look(folder, len(known), changes, reason or is_offline(folder, len(known), changes))

    def _accepted(self, away: Sequence[_Look]) -> set[int]:
        """Ids of the folders that the user gave up: those named, or the one that is away."""
        if not self.accept_missing:
            return set()
        if self.named:
            named = {_normal(path) for path in self.named}
            return {look.folder.id for look in away if look.folder.path in named}
        if len(away) > 1:
            raise UserError(
                f"{len(away)} folders are away: {', '.join(str(look.folder.path) for look in away)}.",
                f"Name those that are gone for good, as in: {_accepting(away[0].folder)}",
            )
        return {look.folder.id for look in away}

    def _away(self, folder: Folder, files: int, reason: str, survey: Survey) -> None:
        survey.offline += files
        if files:
            note = (
                f"{folder.path} is offline ({reason.rstrip('.')}): its {files} files are kept and stay searchable. "
                f"If they are gone for good, run: {_accepting(folder)}"
            )
        else:
            note = f"{folder.path} is offline: {reason.rstrip('.')}. If it is gone for good, run: {_accepting(folder)}"
        survey.notes.append(note)
        survey.away.append(note)
        if folder.state is not FolderState.OFFLINE:
            self.catalog.folders.update(folder.id, state=FolderState.OFFLINE)

    def _take(self, folder: Folder, changes: ChangeSet, survey: Survey) -> None:
        survey.work.extend(Work(folder, found) for found in changes.new)
        survey.work.extend(Work(folder, found, known) for known, found in changes.changed)
        survey.gone.add(changes.gone)
        survey.unchanged += changes.unchanged
        survey.unreadable.extend(Failure(folder.path / path, reason) for path, reason in changes.unreadable)
        facts: dict[str, object] = {}
        if folder.state is not FolderState.ONLINE:
            facts["state"] = FolderState.ONLINE
        device = device_of(folder.path)
        if device != folder.device:
            facts["device"] = device
        if facts or changes.new or changes.changed or changes.gone or folder.last_scan is None:
            self.catalog.folders.update(folder.id, last_scan=datetime.now(UTC), **facts)


def _accepting(folder: Folder) -> str:
    """The command that gives a folder up."""
    return f'clipdesk index --accept-missing "{folder.path}"'
