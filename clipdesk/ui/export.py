"""Copies of photos for somebody else: the files as they are, or smaller JPEG pictures without what they tell."""

import errno
import itertools
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from PySide6.QtCore import QCoreApplication, QObject, Signal

from clipdesk.core.messages import Failed, PreviewReply, PreviewRequest, Reply
from clipdesk.ui.jobs import JobThread
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.ui.worker_words import said


def copy_to(path: Path, folder: Path) -> str:
    """Copy a file into `folder` under a name that is free there; returns a short reason when it cannot be copied."""
    try:
        with path.open("rb") as source:
            target, file = _free(folder, path.name)
            try:
                with file:
                    shutil.copyfileobj(source, file, 1 << 20)
                shutil.copystat(path, target)
            except BaseException:
                target.unlink(missing_ok=True)
                raise
    except OSError as error:
        return _reason(error)
    return ""


def write_to(data: bytes, name: str, folder: Path) -> str:
    """Write a picture into `folder` under a name that is free there; returns a short reason when it cannot."""
    try:
        target, file = _free(folder, name)
        try:
            with file:
                file.write(data)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    except OSError as error:
        return _reason(error)
    return ""


def _free(folder: Path, name: str) -> tuple[Path, IO[bytes]]:
    """Make a file that was not there before."""
    folder.mkdir(parents=True, exist_ok=True)
    wished = Path(name)
    for number in itertools.count(1):
        target = folder / (name if number == 1 else f"{wished.stem} ({number}){wished.suffix}")
        with suppress(FileExistsError):
            return target, target.open("xb")
    raise AssertionError("unreachable")


def _reason(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return QCoreApplication.translate("Exporter", "the disk is full")
    if isinstance(error, FileNotFoundError):
        return QCoreApplication.translate("Exporter", "it is not there now")
    if isinstance(error, PermissionError):
        return QCoreApplication.translate("Exporter", "permission denied")
    return error.strerror or type(error).__name__


class Exporter(QObject):
    """Copies one file after the other; can be stopped between two."""

    progressed = Signal(int)
    ended = Signal(int, list)
    """How many copies were made, and (path, reason) of what could not be copied."""

    def __init__(self, client: WorkerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._jobs = JobThread(self)
        self._waiting: list[Path] = []
        self._folder = Path()
        self._longest_side = 0
        self._made = 0
        self._busy = False
        self._failed: list[tuple[Path, str]] = []

    def start(self, paths: Sequence[Path], folder: Path, longest_side: int = 0) -> None:
        """Copy into `folder`: the files themselves, or with a `longest_side` JPEG pictures of at most that size."""
        self._waiting, self._folder, self._longest_side = list(paths), folder, longest_side
        self._made, self._failed = 0, []
        self._next()

    @property
    def busy(self) -> bool:
        """Whether a copy is being made."""
        return self._busy

    def stop(self) -> None:
        """Stop after the present one."""
        self._waiting.clear()

    def _next(self) -> None:
        self.progressed.emit(self._made + len(self._failed))
        self._busy = bool(self._waiting)
        if not self._busy:
            self.ended.emit(self._made, self._failed)
            return
        path, folder, side = self._waiting.pop(0), self._folder, self._longest_side

        def written(reason: str) -> None:
            if reason:
                self._failed.append((path, reason))
            else:
                self._made += 1
            self._next()

        def drawn(reply: Reply) -> None:
            assert isinstance(reply, PreviewReply)
            data = reply.data
            self._jobs.run(lambda: write_to(data, f"{path.stem}.jpg", folder), written)

        def failed(failure: Failed) -> None:
            written(said(failure.message))

        if side:
            self._client.ask(self, lambda i: PreviewRequest(i, path, side), drawn, failed)
        else:
            self._jobs.run(lambda: copy_to(path, folder), written)
