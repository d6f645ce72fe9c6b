"""Several clipdesks over one library on one computer: windows that start at once, a window and the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clipdesk.catalog.health import check
from clipdesk.catalog.library import open_library
from clipdesk.core.errors import LibraryError

from .conftest import Effort, Figures
from .libraries import make_pictures
from .running import clipdesk

_SECONDS = 120
StartWindow = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start_window(tmp_path: Path) -> Iterator[StartWindow]:
    """Starts a window of the library in `tmp_path`, as a click on its icon does."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: Path) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "clipdesk", "--library", str(tmp_path / "library"), "app"]
        started.append(subprocess.Popen([*command, *map(str, arguments)], stderr=subprocess.DEVNULL))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + _SECONDS
    while not true():
        assert time.monotonic() < end, "it never comes true"
        time.sleep(0.05)


def known(library: Path) -> int:
    """How many files are indexed by now; 0 before there is a library."""
    try:
        with open_library(library, write=False) as opened:
            return opened.catalog.files.counts()["indexed"]
    except LibraryError:
        return 0


def writer(library: Path) -> int:
    """The process that writes."""
    return int(json.loads((library / "writer.json").read_text())["pid"])


def test_of_windows_that_start_at_once_one_stays(
    tmp_path: Path, start_window: StartWindow, effort: Effort, figures: Figures
) -> None:
    library, rounds = tmp_path / "library", effort(1, 6)
    for number in range(rounds):
        photos = [make_pictures(tmp_path / f"Photos {number} {one}", 2) for one in range(3)]
        windows = [start_window(folder) for folder in photos]
        wait_until(lambda windows=windows: sum(one.poll() is None for one in windows) <= 1)
        left = [one for one in windows if one.poll() is None]
        assert len(left) == 1
        assert sorted(one.poll() for one in windows if one not in left) == [0, 0]
        wait_until(lambda number=number: known(library) == 6 * (number + 1))  # all that the others were given, too
        left[0].send_signal(signal.SIGTERM)
        assert left[0].wait(_SECONDS) == 0
        wait_until(lambda: not (library / "writer.json").exists())
    figures("rounds", rounds)
    with open_library(library, write=True) as opened:
        assert check(opened.catalog) == []


def test_the_command_line_beside_a_window_that_indexes(
    tmp_path: Path, start_window: StartWindow, effort: Effort, figures: Figures
) -> None:
    library, count = tmp_path / "library", effort(100, 1000)
    photos = make_pictures(tmp_path / "Photos", count)
    window = start_window(photos)
    wait_until(lambda: known(library) > 0)
    found, commands = [0], 0
    while found[-1] < count:
        told = clipdesk(library, "search", "coloured squares", "--limit", str(count), "--json")
        assert told.code == 0, told.err
        found.append(len(told.json))
        refused = clipdesk(library, "index", "--json")
        assert refused.code == 1
        assert f"in use by another clipdesk (process {writer(library)} on {os.uname().nodename}" in refused.err
        commands += 2
    assert found == sorted(found), "photos were found and then lost"
    window.send_signal(signal.SIGTERM)
    assert window.wait(_SECONDS) == 0
    figures("commands", commands)
    told = clipdesk(library, "index", "--json")
    assert (told.json["unchanged"], told.json["added"]) == (count, 0)
    with open_library(library, write=True) as opened:
        assert check(opened.catalog) == []
