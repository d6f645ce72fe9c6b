"""The system's bin: files go there off the main thread, and undo brings them back.

What cannot be moved stays where it is and is told; nothing is ever deleted, and nothing is written over.
"""

import errno
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFile, QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from clipdesk.core.entities import Photo
from clipdesk.core.messages import Failed
from clipdesk.core.window_messages import FilesChangedRequest, ForgetFilesRequest
from clipdesk.ui.jobs import JobThread
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.ui.worker_words import said

_SIDECAR = ".xmp"


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that lies in the bin now."""

    path: Path
    in_bin: Path


@dataclass(frozen=True, slots=True)
class Moves:
    """What became of some files. `failed` has a short reason for each file that stayed where it was."""

    done: tuple[Moved, ...] = ()
    failed: tuple[tuple[Path, str], ...] = ()


def move_to_bin(paths: Sequence[Path]) -> Moves:
    """Move files into the system's bin, `photo.jpg.xmp` with its photo. Takes its time: call it off the main thread."""
    done: list[Moved] = []
    failed: list[tuple[Path, str]] = []
    for path in paths:
        moved = _bin_one(path)
        if isinstance(moved, str):
            failed.append((path, moved))
            continue
        done.append(moved)
        # A sidecar that stays behind would be of no use to anyone; that it cannot be moved is no reason to stop.
        sidecar = path.with_name(path.name + _SIDECAR)
        if _exists(sidecar) and isinstance(with_it := _bin_one(sidecar), Moved):
            done.append(with_it)
    return Moves(tuple(done), tuple(failed))


def bring_back(moved: Sequence[Moved]) -> Moves:
    """Move files out of the bin to where they were. Takes its time: call it off the main thread."""
    done: list[Moved] = []
    failed: list[tuple[Path, str]] = []
    for one in moved:
        reason = _return_one(one)
        if reason:
            failed.append((one.path, reason))
        else:
            done.append(one)
    return Moves(tuple(done), tuple(failed))


def _bin_one(path: Path) -> Moved | str:
    if not _exists(path):
        return QCoreApplication.translate("FileBin", "it is no longer there")
    file = QFile(str(path))
    if not file.moveToTrash():
        return QCoreApplication.translate("FileBin", "its drive may have no bin, or the file is protected")
    # Where a system does not say where its bin is, the file cannot be brought back from here.
    return Moved(path, Path(file.fileName()))


def _return_one(moved: Moved) -> str:
    if moved.in_bin == moved.path:
        return QCoreApplication.translate("FileBin", "this system’s bin gives files back only by hand")
    if not _exists(moved.in_bin):
        return QCoreApplication.translate("FileBin", "it is no longer in the bin")
    if _exists(moved.path):
        return QCoreApplication.translate("FileBin", "another file has its place now; it is still in the bin")
    try:
        moved.path.parent.mkdir(exist_ok=True)
        shutil.move(moved.in_bin, moved.path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return QCoreApplication.translate("FileBin", "the disk is full")
        return QCoreApplication.translate("FileBin", "its folder cannot be written to")
    if moved.in_bin.parent.name == "files":  # of the trash specification of freedesktop.org: the note beside it
        with suppress(OSError):
            (moved.in_bin.parent.parent / "info" / f"{moved.in_bin.name}.trashinfo").unlink()
    return ""


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True


class FileBin(QObject):
    """Moves files to the bin and back, tells the worker, and keeps both on the undo stack.

    Commands hold it: one that is a child of the stack lives as long as it, and what it does goes on in another window.
    """

    photos_gone = Signal(list)
    """Ids of photos that leave the results, as a rule for having no file left."""
    photos_back = Signal(list)
    told = Signal(str, str)
    """What could not be done, and what to do next."""
    done = Signal(str, bool)
    """What was done; whether undo takes it back."""

    def __init__(self, client: WorkerClient, undo: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._undo = undo
        self._jobs = JobThread(self)
        self._forgetting = 0
        self._came_back: list[Path] = []

    def move(self, paths: Sequence[Path], photos: Sequence[Photo] = ()) -> None:
        """Move `paths` to the bin; `photos` are those that they belong to."""

        def done(moves: Moves) -> None:
            if moves.done:
                text = self.tr("move %n file(s) to the bin", "", _photo_files(moves.done))
                self._undo.push(_BinCommand(self, moves.done, photos, text))
            self._after_move(moves, photos)

        self._jobs.run(lambda: move_to_bin(paths), done)

    def move_again(self, command: "_BinCommand") -> None:
        """Redo."""
        self._jobs.run(command.move_files, lambda moves: self._after_move(moves, command.photos))

    def bring_back(self, command: "_BinCommand") -> None:
        """Undo."""

        def done(moves: Moves) -> None:
            paths = tuple(one.path for one in moves.done)
            if paths:
                self._came_back += paths
                self._look_again()
                self.photos_back.emit([photo.id for photo in command.photos if set(photo.paths) & set(paths)])
            if moves.failed:
                first, reason = moves.failed[0]
                self.told.emit(
                    self.tr("“{name}” could not be brought back.").format(name=first.name)
                    if len(moves.failed) == 1
                    else self.tr("%n file(s) could not be brought back.", "", len(moves.failed)),
                    self.tr("{name}: {reason}.").format(name=first.name, reason=reason),
                )
            elif paths:
                self.done.emit(self.tr("%n file(s) came back from the bin.", "", _photo_files(moves.done)), False)

        self._jobs.run(command.return_files, done)

    def _forgotten(self) -> None:
        self._forgetting -= 1
        self._look_again()

    def _not_forgotten(self, failed: Failed) -> None:
        self.told.emit(said(failed.message), said(failed.hint))
        self._forgotten()

    def _look_again(self) -> None:
        """Let the worker find what came back, but only when it has forgotten what went before."""
        paths = tuple(self._came_back)
        if paths and not self._forgetting:
            self._came_back.clear()
            self._client.ask(self, lambda i: FilesChangedRequest(i, paths), lambda _: None)

    def _after_move(self, moves: Moves, photos: Sequence[Photo]) -> None:
        paths = tuple(one.path for one in moves.done)
        if paths:
            self._forgetting += 1
            self._client.ask(
                self, lambda i: ForgetFilesRequest(i, paths), lambda _: self._forgotten(), self._not_forgotten
            )
            self.photos_gone.emit([photo.id for photo in photos if set(photo.paths) <= set(paths)])
        if moves.failed:
            first, reason = moves.failed[0]
            self.told.emit(
                self.tr("“{name}” could not be moved to the bin and stays where it is.").format(name=first.name)
                if len(moves.failed) == 1
                else self.tr(
                    "%n file(s) could not be moved to the bin and stay where they are.", "", len(moves.failed)
                ),
                self.tr("{name}: {reason}.").format(name=first.name, reason=reason),
            )
        elif paths:
            self.done.emit(self.tr("%n file(s) moved to the bin.", "", _photo_files(moves.done)), True)


class _BinCommand(QUndoCommand):
    """Files that were moved to the bin; pushed when they are there."""

    def __init__(self, bin_: FileBin, moved: tuple[Moved, ...], photos: Sequence[Photo], text: str) -> None:
        super().__init__(text)
        self.photos = tuple(photos)
        self._moved = moved
        self._bin = bin_
        self._pushed = False

    def redo(self) -> None:
        """Move the files to the bin again."""
        if self._pushed:
            self._bin.move_again(self)
        self._pushed = True

    def undo(self) -> None:
        """Bring the files back."""
        self._bin.bring_back(self)

    # Called in the thread of the bin, one after the other: each finds what the one before has left.

    def move_files(self) -> Moves:
        """Move them; sidecars go along by themselves."""
        moves = move_to_bin([one.path for one in self._moved if one.path.suffix != _SIDECAR])
        self._moved = moves.done
        return moves

    def return_files(self) -> Moves:
        """Bring them back, and forget those that cannot be."""
        moves = bring_back(self._moved)
        self._moved = moves.done
        return moves


def _photo_files(moved: Sequence[Moved]) -> int:
    return sum(one.path.suffix != _SIDECAR for one in moved)
