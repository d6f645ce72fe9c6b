"""Nothing is lost: `kill -9` of the worker, of the window and of both, while they index, tag, change models, migrate.

After every kill the library is looked at as the dead left it. Then the next process goes on, and at the end there is
what there would have been without any kill.
"""

import itertools
import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from clipdesk.catalog.library import CATALOG_FILE, open_library
from clipdesk.core import settings as stored
from clipdesk.worker.process import WorkerHandle

from . import stories
from .conftest import Effort, Figures
from .deadly_steps import steps_of
from .invariants import broken, unfinished
from .likeness import Contents, contents, differences
from .stories import Desk, Story
from .windows import Window


def make_older(desk: Desk) -> None:
    """What this version's catalogue was before its last migration, with tags."""
    with open_library(desk.library, write=True) as library:
        for path in sorted(desk.photos.rglob("00*.jpg")):
            photo = library.catalog.photos.by_path(path)
            assert photo is not None
            library.catalog.tags.set_state([photo.id], f"old {path.stem}", "accepted")
            desk.accepted[path] = {f"old {path.stem}"}
    with closing(sqlite3.connect(desk.library / CATALOG_FILE)) as catalogue:
        catalogue.execute("DROP TABLE views")
        catalogue.execute("UPDATE alembic_version SET version_num = '0001'")
        catalogue.commit()


_INDEXING = Story("indexing", (stories.index,))
_STORIES = (
    _INDEXING,
    Story("indexing changes", (stories.index,), stories.change_photos),
    Story("tagging", (stories.tag,)),
    Story("switching models", (stories.switch,)),
    Story("migration", (), make_older, kills=70),
)


@dataclass
class Undisturbed:
    """How a story begins, and how it goes when nobody dies."""

    begin: Desk
    end: Contents
    steps: int
    seconds: float


@pytest.fixture(scope="module", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings and models of these tests are their own, also in the processes that they start."""
    home = str(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as environment:
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            environment.setenv(f"XDG_{name}_HOME", home)
        environment.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", home)
        stories.install_second_model()
        stored.save(stories.SETTINGS)
        yield


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Story], Undisturbed]:
    """Tells how a story begins and ends when nobody dies; each is tried out once."""
    known: dict[str, Undisturbed] = {}
    desks: dict[str, Desk] = {}

    def tell(story: Story) -> Undisturbed:
        if story.name in known:
            return known[story.name]
        folder = tmp_path_factory.mktemp("undisturbed")
        if story is _INDEXING:
            begin = Desk(folder / "begin")
            stories.new_photos(begin)
        else:
            tell(_INDEXING)
            begin = desks[_INDEXING.name].copy(folder / "begin")
        if story.prepare is not None:
            story.prepare(begin)
        desks[story.name] = desk = begin.copy(folder / "end")
        began = time.monotonic()
        assert story.live(desk, folder / "ledger")
        seconds = time.monotonic() - began
        assert broken(desk.library, desk.accepted, folder / "scratch") == []
        assert unfinished(desk.library) == []
        steps, _ = steps_of(folder / "ledger")
        known[story.name] = Undisturbed(begin, contents(desk.library), steps, seconds)
        return known[story.name]

    return tell


@pytest.mark.parametrize("story", _STORIES, ids=lambda story: story.name)
def test_a_worker_that_is_killed_loses_nothing(
    story: Story, told: Callable[[Story], Undisturbed], tmp_path: Path, effort: Effort, figures: Figures
) -> None:
    calm = told(story)
    kills = trial = 0
    lives = effort(1, 4)
    # In an order of its own, but none twice as long as there are others.
    steps = itertools.cycle(random.Random(story.name).sample(range(1, calm.steps + 1), calm.steps))
    while kills < effort(1, story.kills):
        trial += 1
        kills += _disturbed(story, calm, f"{story.name} {trial}", steps, lives, tmp_path)
    figures("kills", kills)
    figures("libraries", trial)
    figures("steps to die at", calm.steps)
    figures("rows compared", trial * calm.end.rows)


def _disturbed(story: Story, calm: Undisturbed, seed: str, steps: Iterator[int], lives: int, tmp_path: Path) -> int:
    """Kill one worker after the other, at most `lives`, over one library; returns how many died."""
    dice, kills = random.Random(seed), 0
    ledger, scratch = tmp_path / "ledger", tmp_path / "scratch"
    stored.save(stories.SETTINGS)
    desk = calm.begin.copy(tmp_path / "disturbed")
    died: list[str] = []
    for life in range(lives):
        # Half of them die at one of their steps, where it matters, half by the clock, wherever that finds them.
        step = next(steps) if life % 2 == 0 else 0
        moment = dice.uniform(0.0, calm.seconds)
        if story.live(desk, ledger, step, None if step else _at(moment)):
            break
        kills += 1
        died.append(f"step {step or 'by clock'} {steps_of(ledger)}")
        assert broken(desk.library, desk.accepted, scratch) == [], (seed, died)
    assert story.live(desk, ledger), (seed, died)
    assert broken(desk.library, desk.accepted, scratch) == [], (seed, died)
    assert unfinished(desk.library) == [], (seed, died)
    assert differences(calm.end, contents(desk.library)) == [], (seed, died)
    migrated = any((desk.library / "backups").glob("*-version-1.sqlite"))
    assert migrated == (story.prepare is make_older)
    shutil.rmtree(desk.folder)
    return kills


def test_a_window_that_is_killed_loses_nothing(tmp_path: Path, effort: Effort, figures: Figures) -> None:
    """The window, its worker, or both; a killed window is opened again at once, while its worker may still end."""
    begin = Desk(tmp_path / "begin")
    stories.new_photos(begin)
    calm = begin.copy(tmp_path / "undisturbed")
    stored.save(stories.SETTINGS)
    began = time.monotonic()
    _open(calm)
    seconds = time.monotonic() - began
    end, kills = contents(calm.library), 0
    trials = effort(1, 12)
    for trial in range(trials):
        dice = random.Random(f"window {trial}")
        desk = begin.copy(tmp_path / "disturbed")
        stored.save(stories.SETTINGS)
        victims = ["window", "worker", "both"]
        dice.shuffle(victims)
        for victim in victims:
            moment = dice.uniform(0.1, 0.7) * seconds
            kills += _open(desk, moment, victim, tmp_path / "scratch")
        _open(desk)
        assert broken(desk.library, desk.accepted, tmp_path / "scratch") == [], (trial, victims)
        assert unfinished(desk.library) == [], (trial, victims)
        assert differences(end, contents(desk.library)) == [], (trial, victims)
        assert stored.load().model == stories.SECOND
        shutil.rmtree(desk.folder)
    assert kills >= trials
    figures("kills", kills)
    figures("libraries", trials)
    figures("rows compared", trials * end.rows)


def _open(desk: Desk, moment: float | None = None, victims: str = "", scratch: Path | None = None) -> bool:
    """Open a window and let it work, or die; whether anybody died. After the death of all the library is looked at."""
    window = Window(desk)
    try:
        came_to_its_end = window.live(moment, victims)
        assert came_to_its_end or victims in ("window", "both"), window.lines
        if victims == "both" and scratch is not None:
            window.wait_for_family()
            assert broken(desk.library, desk.accepted, scratch) == [], (moment, victims)
        if moment is None:
            window.wait_for_family()
    finally:
        if victims != "window":
            window.end()
    return window.killed


def _at(moment: float) -> Callable[[WorkerHandle], None]:
    """Kills a worker so many seconds after its start."""

    def watch(handle: WorkerHandle) -> None:
        timer = threading.Timer(moment, handle.process.kill)
        timer.daemon = True
        timer.start()

    return watch
