"""A library on a network drive that several computers open: one writes, the others are told who, and read a copy."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue

import pytest

from clipdesk.catalog.health import check
from clipdesk.catalog.library import open_library

from .computer import STALE
from .conftest import Effort, Figures
from .libraries import make_pictures

_SECONDS = 60
apart = pytest.mark.parametrize("computer", [False], indirect=True, ids=["locks unknown to others"])
_ROOT = Path(__file__).resolve().parents[2]
PHOTOS = 6


class Command:
    """One command of clipdesk on one computer, while it runs."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=_ROOT,
            env=environment,
            start_new_session=True,
        )
        self.said = ""
        self._lines: Queue[str] = Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self._lines.put(line)
        self._lines.put("")

    def next(self) -> str:
        """The next line; "" after its end."""
        try:
            line = self._lines.get(timeout=_SECONDS)
        except Empty:
            pytest.fail(f"it says nothing more than {self.said!r}")
        self.said += line
        if not line:
            self._lines.put(line)
        return line

    def until(self, words: str) -> str:
        """The next line with these words; fails when it never comes."""
        while line := self.next():
            if words in line:
                return line
        pytest.fail(f"it never said {words!r}, but {self.said!r}")

    def answer(self, told: str) -> str:
        """What one that holds a library says when it is told to write."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{told}\n")
        self.process.stdin.flush()
        return self.next().strip()

    def end(self) -> int:
        """Wait for the end."""
        while self.next():
            pass
        return self.process.wait(_SECONDS)

    def send(self, number: int) -> None:
        """A signal to the command and its decoders: nothing of this computer goes on."""
        os.killpg(self.process.pid, number)

    def stop(self) -> None:
        """End it as a user does, or tell one that holds a library no more."""
        assert self.process.stdin is not None
        if "hold" in self.process.args:
            self.process.stdin.close()
        else:
            self.process.terminate()
        self.end()

    def close(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.send(signal.SIGCONT)
            self.send(signal.SIGKILL)
        self.process.wait()
        self._listener.join(_SECONDS)
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()


class Computer:
    """A computer with a name, and with locks that the drive passes on to others or not."""

    def __init__(self, name: str, folder: Path, *, locks_passed_on: bool) -> None:
        self.library, self.photos, self.cache = folder / "library", folder / "Photos", folder / f"cache of {name}"
        locks = "passed on" if locks_passed_on else str(folder / f"locks of {name}")
        self._module = [sys.executable, "-m", "tests.faults.computer", name, locks]
        self.commands: list[Command] = []

    def begin(self, *arguments: str) -> Command:
        """Start a command line."""
        return self._start("--library", str(self.library), *arguments)

    def hold(self) -> Command:
        """Start what opens the library for writing; its first line tells whether it got it."""
        return self._start("hold", str(self.library))

    def _start(self, *arguments: str) -> Command:
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.cache)}
        self.commands.append(Command([*self._module, *arguments], environment))
        return self.commands[-1]

    def finds(self) -> int:
        """How many photos a search on this computer finds."""
        command = self.begin("search", "coloured squares", "--limit", "100", "--json")
        assert command.end() == 0, command.said
        return len(json.loads(command.said[command.said.index("[") :]))


Name = Callable[[str], Computer]


@pytest.fixture(params=[True, False], ids=["locks passed on", "locks unknown to others"])
def computer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Name]:
    made: list[Computer] = []

    def make(name: str) -> Computer:
        made.append(Computer(name, tmp_path, locks_passed_on=request.param))
        return made[-1]

    yield make
    for command in (command for one in made for command in one.commands):
        command.close()


def said_last(library: Path) -> object:
    """What was written last, in a catalogue that is sound."""
    with open_library(library, write=True) as opened:
        assert check(opened.catalog) == []
        return opened.catalog.state.get("said")


@apart
def test_the_second_computer_is_told_who_has_it_and_reads_a_copy(computer: Name, figures: Figures) -> None:
    alpha, beta = computer("alpha"), computer("beta")
    first = alpha.begin("index", str(make_pictures(alpha.photos, PHOTOS)), "--watch")
    first.until("Watching")
    began = time.monotonic()
    refused = beta.begin("index")
    assert refused.end() == 1
    figures("seconds until the second is told", time.monotonic() - began)
    assert f"is in use by another clipdesk (process {first.process.pid} on alpha, since" in refused.said
    assert beta.finds() == PHOTOS
    make_pictures(beta.photos, 1, first=PHOTOS)
    first.until("1 added")
    assert beta.finds() == PHOTOS + 1, "the copy is older than the search"
    told = beta.begin("search", "coloured squares")
    told.until("on alpha, since")
    assert "copy of" in told.said
    assert len(list(beta.cache.rglob("*.sqlite"))) == 1, "older copies stay behind"
    first.stop()
    assert not (beta.library / "writer.json").exists()
    assert said_last(beta.library) is None


def test_a_computer_that_has_it_is_told(computer: Name) -> None:
    first = computer("alpha").hold()
    first.until("has it")
    refused = computer("beta").hold()
    refused.until(f"is in use by another clipdesk (process {first.process.pid} on alpha, since")
    assert first.answer("one") == "written"
    first.stop()
    assert computer("gamma").hold().next() == "has it\n"


@apart
def test_a_computer_that_is_gone_is_outwaited(computer: Name, figures: Figures) -> None:
    alpha, beta = computer("alpha"), computer("beta")
    first = alpha.hold()
    first.until("has it")
    first.send(signal.SIGKILL)
    first.process.wait()
    assert (alpha.library / "writer.json").exists()
    began = time.monotonic()
    second = beta.hold()
    second.until("has it")
    figures("seconds until it is taken over", time.monotonic() - began)
    assert time.monotonic() - began >= STALE
    assert second.answer("two") == "written"
    second.stop()
    assert said_last(beta.library) == "two"


@apart  # a server takes the locks of a computer away that sleeps
def test_a_computer_that_wakes_finds_the_library_taken_and_leaves_it_alone(computer: Name) -> None:
    alpha, beta = computer("alpha"), computer("beta")
    first = alpha.hold()
    first.until("has it")
    assert first.answer("one") == "written"
    first.send(signal.SIGSTOP)
    second = beta.hold()
    second.until("has it")
    assert second.answer("two") == "written"
    first.send(signal.SIGCONT)
    told = first.answer("three")
    assert "taken over while this computer slept or was cut off, by another clipdesk" in told
    assert f"(process {second.process.pid} on beta, since" in told
    first.stop()
    assert json.loads((beta.library / "writer.json").read_text())["host"] == "beta", "beta has lost its note"
    assert second.answer("four") == "written"
    second.stop()
    assert said_last(beta.library) == "four"


@pytest.mark.parametrize("beginning", ["nobody has it", "the one who had it is gone"])
def test_of_many_computers_at_once_one_gets_it(
    computer: Name, beginning: str, effort: Effort, figures: Figures
) -> None:
    computers = [computer(name) for name in ("alpha", "beta", "gamma", "delta", "epsilon")]
    rounds = effort(1, 12)
    for _ in range(rounds):
        if beginning != "nobody has it":
            computers[0].hold().until("has it")
            computers[0].commands[-1].send(signal.SIGKILL)
        held = [one.hold() for one in computers]
        first_lines = [one.next() for one in held]
        assert sum(line == "has it\n" for line in first_lines) == 1, first_lines
        assert sum("is in use by another clipdesk" in line for line in first_lines) == len(held) - 1, first_lines
        winner = held[first_lines.index("has it\n")]
        assert winner.answer("mine") == "written"
        winner.stop()
    figures("rounds", rounds)
    assert said_last(computers[0].library) == "mine"
