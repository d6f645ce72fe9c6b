"""The clock on the wall jumps, the computer sleeps and wakes: nothing is lost, nothing done twice, nothing blamed."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clipdesk.catalog.health import check
from clipdesk.catalog.library import open_library
from clipdesk.catalog.versions import backups

from .clocks import WallClock
from .conftest import Effort, Figures
from .libraries import make_pictures
from .running import clipdesk

_SECONDS = 120


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[WallClock]:
    clock = WallClock(tmp_path)
    yield clock
    clock.close()


def report(library: Path, clock: WallClock, *arguments: Path) -> dict[str, Any]:
    told = clipdesk(library, "index", *arguments, "--json", environment=clock.environment)
    assert told.code == 0, told.err
    assert told.json["failed"] == []
    return told.json


def test_the_clock_that_is_set_is_the_one_that_programs_see(clock: WallClock) -> None:
    program = (
        "import time, datetime, sqlite3; print(time.time(), datetime.datetime.now().timestamp(), time.monotonic(),"
    )
    program += " sqlite3.connect(':memory:').execute('''SELECT strftime('%s')''').fetchone()[0])"
    clock.set(365)
    environment = {**os.environ, **clock.environment}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    wall, today, steady, sql = map(float, done.stdout.split())
    year = 365 * 86_400
    assert all(abs(one - time.time() - year) < 60 for one in (wall, today, sql))
    assert abs(steady - time.monotonic()) < 60


def test_a_clock_that_jumps_between_runs_changes_nothing(
    tmp_path: Path, clock: WallClock, effort: Effort, figures: Figures
) -> None:
    seed = 9
    chance, library = random.Random(seed), tmp_path / "library"
    photos = make_pictures(tmp_path / "Photos", 8)
    report(library, clock, photos)
    jumps = effort(1, 12)
    for number in range(jumps):
        clock.set(chance.choice([2, 40, 400, 4000]))
        told = report(library, clock)
        assert (told["unchanged"], told["added"], told["updated"]) == (8 + number, 0, 0), f"seed {seed}, jump {number}"
        make_pictures(photos, 1, first=100 + number)
        clock.set(-chance.choice([0, 0.02, 0.7, 40, 400, 4000]))
        told = report(library, clock)
        assert (told["unchanged"], told["added"], told["updated"]) == (8 + number, 1, 0), f"seed {seed}, jump {number}"
    figures("jumps", 2 * jumps)
    with open_library(library, write=True) as opened:
        assert check(opened.catalog) == []
        opened.back_up()
    copies = backups(library)
    assert 1 < len(copies) <= 3
    shutil.copyfile(copies[-1], tmp_path / "copy.sqlite")
    (tmp_path / "of the copy").mkdir()
    (tmp_path / "copy.sqlite").rename(tmp_path / "of the copy" / "catalog.sqlite")
    with open_library(tmp_path / "of the copy", write=False) as copy:
        assert copy.catalog.files.counts()["indexed"] == 8 + jumps, "the copy that counts as newest is an old one"


def test_tags_of_a_photo_that_comes_back_outlive_a_jump_of_the_clock(tmp_path: Path, clock: WallClock) -> None:
    library, photos = tmp_path / "library", make_pictures(tmp_path / "Photos", 3)
    photo = photos / "0" / "0000.jpg"
    report(library, clock, photos)
    with open_library(library, write=True) as opened:
        found = opened.catalog.photos.by_path(photo)
        assert found is not None
        opened.catalog.tags.set_state([found.id], "holidays", "accepted")
    photo.rename(tmp_path / "elsewhere.jpg")
    clock.set(-9000)  # as with a flat battery
    assert report(library, clock)["removed"] == 1
    for days in (0, 4000):
        clock.set(days)
        report(library, clock)
    (tmp_path / "elsewhere.jpg").rename(photo)
    assert report(library, clock)["added"] == 1
    with open_library(library, write=False) as opened:
        found = opened.catalog.photos.by_path(photo)
        assert found is not None
        assert opened.catalog.tags.of(found.id) == {"holidays": "accepted"}


def test_a_computer_that_sleeps_while_it_indexes_goes_on(
    tmp_path: Path, clock: WallClock, effort: Effort, figures: Figures
) -> None:
    seed = 5
    chance, library, count = random.Random(seed), tmp_path / "library", effort(120, 800)
    photos = make_pictures(tmp_path / "Photos", count)
    command = [sys.executable, "-m", "clipdesk", "--library", str(library), "index", str(photos), "--json"]
    environment = {**os.environ, **clock.environment}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, text=True
    )
    began = time.monotonic()

    def made() -> int:
        return len(list((library / "thumbnails").rglob("*.jpg")))

    while not made():
        assert process.poll() is None
        assert time.monotonic() - began < _SECONDS
    sleeps = 0
    while process.poll() is None and sleeps < effort(4, 40):
        os.killpg(process.pid, signal.SIGSTOP)
        sleeps += 1
        clock.set(chance.choice([-0.3, 0.3, 3, 30]) * sleeps)
        os.killpg(process.pid, signal.SIGCONT)
        wanted = made() + 5
        while process.poll() is None and made() < wanted:
            assert time.monotonic() - began < 3 * _SECONDS
    out, err = process.communicate(timeout=3 * _SECONDS)
    assert process.returncode == 0, err
    told = json.loads(out)
    figures("sleeps", sleeps)
    figures("photos", told["added"])
    assert (told["added"], told["failed"]) == (count, []), f"seed {seed}"
    assert sleeps > 2
