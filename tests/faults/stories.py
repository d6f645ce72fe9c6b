"""Work that is done with a library from its beginning to its end, by one worker or by several that die on the way."""

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from PIL import Image

from clipdesk.catalog.library import CATALOG_FILE, open_library
from clipdesk.core import paths
from clipdesk.core import settings as stored
from clipdesk.core.messages import (
    Event,
    Failed,
    IndexReply,
    IndexRequest,
    ReadyEvent,
    Reply,
    Request,
    SearchReply,
    SearchRequest,
    SetTagsRequest,
    StopRequest,
    UseModelRequest,
)
from clipdesk.core.settings import Settings
from clipdesk.models.loader import bundled_folder
from clipdesk.worker.process import WorkerHandle, start
from clipdesk.worker.resources import Hooks

from .deadly_steps import DeadlyStep
from .libraries import make_pictures

SETTINGS = Settings(decoder_processes=1, threads=1)
SECOND = "second"
"""The model that is changed to: the bundled one, which sees every picture a little darker."""
PHOTOS = 20
_SECONDS = 120
_Answer = TypeVar("_Answer", bound=Reply | Event)


class DiedError(Exception):
    """The worker is gone."""


@dataclass(slots=True)
class Desk:
    """A folder of photos, their library, and the tags that a worker has said it kept."""

    folder: Path
    accepted: dict[Path, set[str]] = field(default_factory=dict[Path, set[str]])

    @property
    def library(self) -> Path:
        """The library's folder."""
        return self.folder / "library"

    @property
    def photos(self) -> Path:
        """The root folder of the photos."""
        return self.folder / "Photos"

    def copy(self, target: Path) -> "Desk":
        """Copy photos and library; the copied library knows the copied photos."""
        shutil.copytree(self.folder, target)
        copied = Desk(
            target, {target / path.relative_to(self.folder): set(tags) for path, tags in self.accepted.items()}
        )
        if (copied.library / CATALOG_FILE).exists():
            # Not by clipdesk, which would bring an older catalogue up to date.
            with closing(sqlite3.connect(copied.library / CATALOG_FILE)) as catalogue:
                catalogue.execute("UPDATE folders SET path = ?", (str(copied.photos),))
                catalogue.commit()
        return copied


@dataclass(slots=True)
class Worker:
    """A worker that is told what to do, and may die over it."""

    handle: WorkerHandle
    _number: int = 0

    def ask(self, make: Callable[[int], Request], kind: type[_Answer]) -> _Answer:
        """Ask and wait for the answer. Raises DiedError."""
        self._number += 1
        try:
            self.handle.send(make(self._number))
        except OSError:
            raise DiedError from None
        return self.wait(kind, self._number)

    def wait(self, kind: type[_Answer], number: int | None = None) -> _Answer:
        """Wait for a message of this kind. Raises DiedError."""
        until = time.monotonic() + _SECONDS
        try:
            while self.handle.connection.poll(max(0.0, until - time.monotonic())):
                message = self.handle.receive()
                if isinstance(message, kind) and (number is None or getattr(message, "id", None) == number):
                    return message
                assert not isinstance(message, Failed), f"{message.message} {message.hint}"
        except (EOFError, OSError):
            raise DiedError from None
        raise AssertionError(f"no {kind.__name__} came")

    def end(self) -> None:
        """Ask it to end in good order. Raises DiedError when it died before it had."""
        self.ask(StopRequest, Reply)
        self.handle.process.join(_SECONDS)
        if self.handle.process.exitcode:
            raise DiedError


Chapter = Callable[[Worker, Desk], None]


@dataclass(frozen=True, slots=True)
class Story:
    """What there is at first, and what is to be done with it; all of it can be begun again at any point."""

    name: str
    chapters: tuple[Chapter, ...]
    prepare: Callable[[Desk], None] | None = None
    """What happens to an indexed library before the story begins."""
    kills: int = 30
    """Workers that die over it in a long test."""
    settings: Settings = SETTINGS

    def live(
        self, desk: Desk, ledger: Path, step: int = 0, watch: Callable[[WorkerHandle], None] | None = None
    ) -> bool:
        """Let one worker do what is left; it dies at its step `step` (0: never), or when `watch` wills it.

        Returns whether it came to the end of the story.
        """
        ledger.unlink(missing_ok=True)
        handle = start(desk.library, self.settings, hooks=Hooks(load_encoder=DeadlyStep(ledger, step)))
        try:
            if watch is not None:
                watch(handle)
            worker = Worker(handle)
            worker.wait(ReadyEvent)
            for chapter in self.chapters:
                chapter(worker, desk)
            worker.end()
        except DiedError:
            return False
        finally:
            handle.process.kill()
            handle.process.join()
            handle.connection.close()
        return True


def index(worker: Worker, desk: Desk) -> None:
    """Bring the library up to date, and search it."""
    report = worker.ask(lambda number: IndexRequest(number, (desk.photos,)), IndexReply).report
    assert not report.cancelled
    worker.ask(lambda number: SearchRequest(number, "squares"), SearchReply)


def tag(worker: Worker, desk: Desk) -> None:
    """Give photos tags, also beside the photos, and take some away again."""
    with open_library(desk.library, write=False) as library:
        photos = {path: library.catalog.photos.by_path(path) for path in sorted(desk.photos.rglob("*.jpg"))}
    ids = {path: photo.id for path, photo in photos.items() if photo is not None}
    for turn, (path, photo_id) in enumerate(ids.items()):
        names = (f"holiday {turn % 4}", f"only {turn}")
        more = tuple(ids.values())[:3] if turn == 5 else ()
        # Where one photo gets tags twice, they are beside it both times: whoever begins again ends with the same.
        request = SetTagsRequest(
            0, (photo_id, *more), names, (f"no {turn}",), ("holiday 9",), sidecars=bool(more) or turn % 3 == 0
        )
        worker.ask(lambda number, request=request: replace(request, id=number), Reply)
        desk.accepted.setdefault(path, set()).update(names)


def switch(worker: Worker, desk: Desk) -> None:
    """Answer with the second model from now on."""
    worker.ask(lambda number: UseModelRequest(number, SECOND), Reply)
    assert stored.load().model == SECOND
    worker.ask(lambda number: SearchRequest(number, "squares"), SearchReply)


def install_second_model() -> None:
    """A second model without a download: other numbers for every picture, since it sees it darker."""
    target = paths.models_folder() / SECOND
    shutil.copytree(bundled_folder("pocket"), target)
    for name in ("clipdesk.json", "open_clip_config.json"):
        file = target / name
        file.write_text(file.read_text(encoding="utf-8").replace("0.48145466", "0.58145466"), encoding="utf-8")


def new_photos(desk: Desk) -> None:
    """Photos in three folders: two of the same content, one that cannot be read."""
    make_pictures(desk.photos, PHOTOS)
    shutil.copy2(desk.photos / "1" / "0001.jpg", desk.photos / "2" / "again.jpg")
    (desk.photos / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")


def change_photos(desk: Desk) -> None:
    """New ones, changed ones, moved ones, and some that are gone."""
    make_pictures(desk.photos, 6, first=PHOTOS)
    files = sorted((desk.photos / "0").glob("*.jpg"))
    for number, file in enumerate(files[:3]):
        Image.new("RGB", (200, 100), (40 * number, 90, 160)).save(file)
    (desk.photos / "moved").mkdir()
    for file in files[3:5]:
        file.rename(desk.photos / "moved" / f"was {file.name}")
    for file in sorted((desk.photos / "1").glob("*.jpg"))[-3:]:
        file.unlink()
