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


def add_folders(catalog: Catalog, paths: Sequence[Path], excludes: Sequence[str]) -> list[Folder]:
    """Make `paths` root folders; one that lies in a root folder already is found there and not added again.

    Raises UserError for a path that is not a folder, before anything is added.
    """
    roots = catalog.folders.all()
    known = {folder.path: folder for folder in roots}
    # absolute() keeps the way that the user names the place; resolve() would replace it by where links lead.
    wanted = [Path(os.path.normpath(path.expanduser().absolute())) for path in paths]
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

    def look(self, folders: Sequence[Folder]) -> Survey:
        """Compare `folders` with the catalogue; raises CancelledError when cancelled."""
        survey, seen = Survey(), 0
        roots = [folder.path for folder in self.catalog.folders.all()]
        for folder in folders:
            before = seen

            def count(found: int, before: int = before) -> None:
                nonlocal seen
                seen = before + found
                if self.on_found is not None:
                    self.on_found(seen)

            only = None if self.changed is None else relative_to(self.changed, folder.path)
            if only is None or only:
                self._look(folder, nested(folder.path, roots), only, survey, count)
        return survey

    def _look(
        self,
        folder: Folder,
        inner: Sequence[Path],
        only: Sequence[str] | None,
        survey: Survey,
        count: Callable[[int], None],
    ) -> None:
        known = self.catalog.files.known(folder.id)
        reason = is_offline(folder, len(known), None)
        changes: ChangeSet | None = None
        if reason is None or (self.accept_missing and folder.path.is_dir()):
            excludes = (*folder.excludes, *self.excludes)
            changes = scan(
                folder.path,
                known,
                excludes,
                on_found=count,
                cancelled=self.cancelled,
                skip=inner,
                only=only,
                held=self.held,
            )
            reason = reason or is_offline(folder, len(known), changes)
        if reason is not None and not self.accept_missing:
            self._away(folder, len(known), reason, survey)
            return
        if changes is None:  # missing, and the user said that this is meant
            survey.gone.add(known.values())
            survey.notes.append(f"{folder.path} is not there: its files were taken out of the library.")
            return
        self._take(folder, changes, survey)

    def _away(self, folder: Folder, files: int, reason: str, survey: Survey) -> None:
        survey.offline += files
        if files:
            survey.notes.append(
                f"{folder.path} is offline ({reason.rstrip('.')}): its {files} files are kept and stay searchable. "
                "If they are gone for good, run: clipdesk index --accept-missing"
            )
        else:
            survey.notes.append(f"{folder.path} is offline: {reason.rstrip('.')}.")
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
