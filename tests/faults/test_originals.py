"""Photos are read, and nothing else: whatever is run over them, they are what they were."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import every_command, ordinary_user, originals, tracing, whole_window
from tests.faults.conftest import Effort, Figures
from tests.faults.every_command import Place
from tests.models import taught

pytestmark = [
    pytest.mark.photos,
    pytest.mark.skipif(
        not ordinary_user.available(), reason="root cannot be held back by permission bits on this system"
    ),
]
_ROOT = Path(__file__).parents[2]
_NEEDS_STRACE = "strace is not installed, or may not look into processes here"


@pytest.fixture(scope="module")
def place(photos_folder: Path, effort: Effort, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Photos, ordinary ones and odd ones, and folders to work in."""
    folder = tmp_path_factory.mktemp("originals")
    pictures = sorted(path for path in (photos_folder / "library").rglob("*.jpg"))
    odd = sorted(path for path in (photos_folder / "odd").rglob("*") if path.is_file())
    model = taught.make(folder / "model") if effort(0, 1) else folder / "model"
    made = originals.make(folder / "Photos", pictures[:: effort(18, 4)], odd[:: effort(40, 4)])
    yield Place(made, folder / "work", model)
    originals.unlock(made.folder)


@pytest.fixture(scope="module")
def after_commands(place: Place, effort: Effort) -> Place:
    """Every command has been run; in `make test` those that take long have not."""
    every_command.run(place, every_command.everyday(place))
    if effort(0, 1):
        every_command.run(place, every_command.research(place))
    every_command.run(place, every_command.endings(place))
    return place


def test_every_command_is_among_those_that_are_run(place: Place) -> None:
    assert every_command.names() == {*every_command.everyday(place), *every_command.research(place)}


@pytest.mark.parametrize("tried", ["open(name, 'ab')", "os.remove(name)", "os.rename(name, name + '2')"])
def test_locked_photos_hold_an_ordinary_user_back(place: Place, tried: str) -> None:
    command = [sys.executable, "-c", f"import os; name = {str(place.photos.ordinary[0])!r}; {tried}"]
    done = subprocess.run(ordinary_user.as_ordinary_user(command), capture_output=True, text=True, check=False)
    assert "PermissionError" in done.stderr


@pytest.mark.timeout(1200)
def test_no_command_changes_an_original(after_commands: Place, figures: Figures) -> None:
    figures("commands", len(after_commands.ran))
    figures("files and folders compared", len(after_commands.photos.before))
    assert after_commands.photos.changes() == []


@pytest.mark.skipif(not tracing.available(), reason=_NEEDS_STRACE)
def test_indexing_opens_for_writing_only_library_cache_and_log(after_commands: Place, figures: Figures) -> None:
    [indexing] = [name for name in after_commands.traces if name.startswith("index ") and name.endswith("--json")]
    traced = after_commands.traced(indexing)
    figures("system calls read", traced.calls)
    thumbnails = [
        path for _, path in traced.written if Path(path).is_relative_to(after_commands.library / "thumbnails")
    ]
    assert thumbnails, "the decoders were not seen"
    assert traced.outside(*after_commands.own_folders()) == []


@pytest.mark.skipif(not tracing.available(), reason=_NEEDS_STRACE)
def test_no_command_tries_to_write_to_an_original(after_commands: Place, figures: Figures) -> None:
    """What is refused by a locked folder may be tried all the same: here it may not even be tried."""
    figures("commands traced", len(after_commands.traces))
    for name in after_commands.traces:
        tried = [one for one in after_commands.traced(name).written if _is_below(one[1], after_commands.photos.folder)]
        assert tried == [], name


@pytest.fixture(scope="module")
def after_window(place: Place) -> Place:
    """Every page of the window was used, in a process of its own, since this one may be root's."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", whole_window.__file__]
    environment = {**place.environment(), whole_window.ORIGINALS: str(place.photos.folder)}
    done = subprocess.run(
        place.wrapped("window", command), cwd=_ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "1 passed" in done.stdout
    return place


def test_a_tour_of_the_whole_window_changes_no_original(after_window: Place, figures: Figures) -> None:
    figures("files and folders compared", len(after_window.photos.before))
    assert after_window.photos.changes() == []


@pytest.mark.skipif(not tracing.available(), reason=_NEEDS_STRACE)
def test_the_window_tries_to_write_to_no_original(after_window: Place, figures: Figures) -> None:
    traced = after_window.traced("window")
    figures("system calls read", traced.calls)
    assert [one for one in traced.written if _is_below(one[1], after_window.photos.folder)] == []


@pytest.mark.skipif(not tracing.available(), reason=_NEEDS_STRACE)
def test_neither_a_command_nor_the_window_speaks_of_the_internet(
    after_commands: Place, after_window: Place, figures: Figures
) -> None:
    """Native code too: no process so much as makes a socket for it. Models are installed from a folder here."""
    figures("commands traced", len(after_commands.traces))
    assert "window" in after_window.traces
    for name in after_window.traces:
        assert after_window.traced(name).internet == frozenset(), name


def _is_below(path: str, folder: Path) -> bool:
    return Path(path).is_relative_to(folder)
