"""A day of use in little time: photos come, change, move and go at random while questions are asked, over and over."""

import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from clipdesk.catalog.health import check
from clipdesk.catalog.library import open_library
from clipdesk.core.messages import (
    Event,
    Failed,
    IndexReply,
    IndexRequest,
    PreviewRequest,
    ReadyEvent,
    Reply,
    Request,
    SearchRequest,
    SimilarRequest,
    StatusRequest,
    TagsRequest,
    WatchRequest,
)
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import BrowseRequest
from clipdesk.worker.process import WorkerHandle, start

from .big_libraries import distinct_content
from .conftest import Effort, Figures
from .watching import megabytes, open_files

_SECONDS = 120
_WORDS = ("dog", "beach", "red", "squares", "night", "a child", "snow", "text", "car", "green - blue")
_LEAST_ROUNDS = 6
_GROWTH, _SLACK = 1.05, 15.0
"""By how much, and by how many MB, the memory may be larger near the end than it was before."""


class Desk:
    """A worker, and the photos as they should be: which content lies where."""

    def __init__(self, folder: Path, seed: int, contents: int) -> None:
        self.library, self.photos = folder / "library", folder / "Photos"
        self.photos.mkdir()
        self.chance = random.Random(seed)
        self.contents = contents
        self.here: dict[Path, int] = {}
        self.done: Counter[str] = Counter()
        self.worker: WorkerHandle = start(self.library, Settings(decoder_processes=1))
        self._number = 0
        self._names = 0
        self._until(ReadyEvent)

    def ask(self, *requests: Request) -> list[Reply]:
        """Send all, then wait for all the replies; a failure fails the test."""
        for request in requests:
            self.worker.send(request)
        waiting, replies = {request.id for request in requests}, list[Reply]()
        while waiting:
            message = self._next()
            assert not isinstance(message, Failed), f"{message.message} {message.hint}"
            if isinstance(message, Reply) and message.id in waiting:
                waiting.discard(message.id)
                replies.append(message)
        return replies

    def next_id(self) -> int:
        self._number += 1
        return self._number

    def _until(self, kind: type[Event]) -> None:
        while not isinstance(message := self._next(), kind):
            assert not isinstance(message, Failed), message

    def _next(self) -> Reply | Event:
        assert self.worker.connection.poll(_SECONDS), "the worker says nothing"
        return self.worker.receive()

    # ---- what the user does ----

    def change(self) -> None:
        """One thing that happens to the photos."""
        names = ("add", "add", "edit", "move", "delete", "rename a folder")
        name = self.chance.choice(names) if self.here else "add"
        self.done[name] += 1
        {
            "add": self._add,
            "edit": self._edit,
            "move": self._move,
            "delete": self._delete,
            "rename a folder": self._rename_folder,
        }[name]()

    def question(self) -> Request:
        """Something to ask."""
        number, chance = self.next_id(), self.chance
        words = f"{chance.choice(_WORDS)} + {chance.choice(_WORDS)}"
        self.done["questions"] += 1
        kind = chance.randrange(6)
        if kind < 2 or not self.here:
            return SearchRequest(number, words, 20, chance.uniform(-2, 2))
        if kind == 2:
            return BrowseRequest(number, words, limit=200)
        photo = chance.choice(sorted(self.here))
        if kind == 3:
            return SimilarRequest(number, photo, 10)
        return TagsRequest(number, photo, 5) if kind == 4 else PreviewRequest(number, photo, 200)

    def _write(self, path: Path) -> None:
        self.here[path] = self.chance.randrange(self.contents)
        path.write_bytes(distinct_content(self.here[path]))

    def _place(self) -> Path:
        folder = self.photos / f"{self.chance.randrange(12):02}"
        folder.mkdir(exist_ok=True)
        self._names += 1
        return folder / f"IMG_{self._names:06}.jpg"

    def _add(self) -> None:
        self._write(self._place())

    def _edit(self) -> None:
        self._write(self.chance.choice(sorted(self.here)))

    def _move(self) -> None:
        before, after = self.chance.choice(sorted(self.here)), self._place()
        self.here[after] = self.here.pop(before)
        before.rename(after)

    def _delete(self) -> None:
        path = self.chance.choice(sorted(self.here))
        del self.here[path]
        path.unlink()

    def _rename_folder(self) -> None:
        before = self.chance.choice(sorted({path.parent for path in self.here}))
        after = self.photos / f"{self.chance.randrange(12):02}"
        if after.exists():
            return
        before.rename(after)
        for path in [path for path in self.here if path.parent == before]:
            self.here[after / path.name] = self.here.pop(path)

    def warm_up(self) -> None:
        """Ask for everything once: models and vocabularies are loaded then, and stay."""
        photo, ids = min(self.here), [self.next_id() for _ in range(4)]
        self.ask(SearchRequest(ids[0], "dog"), SimilarRequest(ids[1], photo), TagsRequest(ids[2], photo))
        self.ask(PreviewRequest(ids[3], photo, 200))

    def look(self) -> None:
        """Bring the library up to date; then it has what the disk has."""
        [reply] = self.ask(IndexRequest(self.next_id()))
        assert isinstance(reply, IndexReply)
        assert (reply.report.failed, reply.report.offline) == ((), 0)
        with open_library(self.library, write=False) as library:
            [folder] = library.catalog.folders.all()
            known = {folder.path / path for path in library.catalog.files.known(folder.id)}
        assert known == set(self.here)


@pytest.fixture
def desk(tmp_path: Path, effort: Effort) -> Iterator[Desk]:
    desk = Desk(tmp_path, seed=8, contents=effort(60, 2_000))
    yield desk
    desk.worker.process.kill()
    desk.worker.process.join()
    desk.worker.connection.close()


@pytest.mark.timeout(2400)
def test_a_day_of_use_leaves_memory_and_open_files_as_they_were(desk: Desk, effort: Effort, figures: Figures) -> None:
    seconds, photos = effort(8, 1200), effort(30, 300)
    memory: list[float] = []
    files: list[int] = []
    while len(desk.here) < photos:
        desk._add()
    desk.ask(IndexRequest(desk.next_id(), (desk.photos,)), WatchRequest(desk.next_id(), True))
    desk.warm_up()
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(memory) < _LEAST_ROUNDS:
        for _ in range(desk.chance.randrange(1, 25)):
            desk.change()
            if len(desk.here) > 2 * photos:
                desk._delete()
        desk.ask(*(desk.question() for _ in range(desk.chance.randrange(6))))
        desk.look()
        memory.append(megabytes(desk.worker.process.pid))
        files.append(open_files(desk.worker.process.pid))
    desk.ask(StatusRequest(desk.next_id()), WatchRequest(desk.next_id(), False))
    third = len(memory) // 3
    before, after = median(memory[third : 2 * third]), median(memory[2 * third :])
    for name, count in desk.done.items():
        figures(name, count)
    figures("rounds", len(memory))
    figures("memory MB, middle", before)
    figures("memory MB, end", after)
    figures("open files, middle", median(files[third : 2 * third]))
    figures("open files, end", median(files[2 * third :]))
    desk.worker.stop()
    assert after < before * _GROWTH + _SLACK, [round(one) for one in memory]
    assert median(files[2 * third :]) <= median(files[third : 2 * third]) + 1, files
    assert not list(desk.library.glob("*.part"))
    with open_library(desk.library, write=True) as library:
        assert check(library.catalog) == []
        generations = [path for path in library.index_folder.rglob("*") if path.is_file()]
        figures("index files", len(generations))
        figures("photos known", library.catalog.files.counts()["photos"])
    assert shutil.disk_usage(desk.library).free > 0
