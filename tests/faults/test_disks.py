"""Disks that are full, fail, can only be read, or are gone: a clear line, no damage, and on it goes afterwards."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .conftest import Effort, Figures
from .faulty import FaultyDisk, compiled
from .invariants import broken
from .libraries import Undisturbed, make_undisturbed
from .likeness import contents, differences
from .running import clipdesk
from .small_disks import SmallDisk, mounted

_PICTURES = 40
_STORED = Path(__file__).parents[1] / "catalog" / "stored"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return make_undisturbed(tmp_path_factory.mktemp("undisturbed"), _PICTURES)


@pytest.fixture(scope="module")
def faulty_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("faulty"))


@pytest.fixture(params=["mounted", "preloaded"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[SmallDisk, Path]]:
    """A small disk and a folder on it."""
    if request.param == "mounted":
        with mounted(tmp_path / "disk") as small:
            if small is None:
                pytest.skip("this user may not mount a file system")
            yield small, small.folder
    else:
        folder = tmp_path / "disk"
        folder.mkdir()
        faulty = FaultyDisk(request.getfixturevalue("faulty_library"), tmp_path / "control", folder)
        yield faulty, folder
        faulty.close()


def _leftovers(library: Path) -> list[str]:
    """Half-written files that nobody will finish."""
    unfinished = ("*.part", "*.partial", "*.tmp", "*.new", "*.patched", "repair-*")
    return sorted(path.name for pattern in unfinished for path in library.rglob(pattern))


def _says_full(line: str) -> bool:
    return "full" in line and ("free some space" in line.lower())


def test_a_disk_fills_up_in_the_middle_of_a_run(
    disk: tuple[SmallDisk, Path], undisturbed: Undisturbed, tmp_path: Path, effort: Effort, figures: Figures
) -> None:
    """However much space there is, it ends in one line, what is there is sound, and the rest comes with space."""
    small, folder = disk
    refused = 0
    for seed in range(effort(1, 12)):
        library = folder / f"library {seed}"
        chance = random.Random(seed)
        room = 0
        for _ in range(2):
            room += chance.randrange(undisturbed.bytes)
            small.leave(room)
            told = clipdesk(library, "index", undisturbed.photos, environment=small.environment)
            assert told.code == 0 or _says_full(told.errors[0]), (seed, told.err)
            refused += told.code
            assert broken(library, {}, tmp_path / "looked at") == [], seed
        small.heal()
        told = clipdesk(library, "index", undisturbed.photos, environment=small.environment)
        assert told.code == 0, (seed, told.err)
        assert _leftovers(library) == [], seed
        assert differences(contents(library), undisturbed.contents) == [], seed
        shutil.rmtree(library)
    assert refused
    figures("full disks survived", refused)


def _damaged(undisturbed: Undisturbed, library: Path) -> None:
    shutil.copytree(undisturbed.library, library)
    with (library / "catalog.sqlite").open("r+b") as file:
        file.seek(20_000)
        file.write(random.Random(1).randbytes(30_000))


def _of_an_older_version(_: Undisturbed, library: Path) -> None:
    library.mkdir()
    shutil.copyfile(_STORED / "version-1.sqlite", library / "catalog.sqlite")


@pytest.mark.parametrize("prepare", [_damaged, _of_an_older_version])
def test_a_repair_and_a_migration_on_a_full_disk(
    prepare: Callable[[Undisturbed, Path], None],
    disk: tuple[SmallDisk, Path],
    undisturbed: Undisturbed,
    effort: Effort,
    figures: Figures,
) -> None:
    """What was there stays until all of what replaces it is written."""
    small, folder = disk
    expected = None
    refused = 0
    for seed in range(effort(1, 6)):
        library = folder / f"library {seed}"
        prepare(undisturbed, library)
        before = (library / "catalog.sqlite").stat().st_size
        small.leave(random.Random(seed).randrange(before) if seed else before // 2)
        told = clipdesk(library, "doctor", "--repair", "--json", environment=small.environment)
        if told.code:
            refused += 1
            assert any(_says_full(problem) for problem in told.json["library"]["problems"]), (seed, told.out)
        small.heal()
        told = clipdesk(library, "doctor", "--repair", "--json", environment=small.environment)
        assert (told.code, told.json["library"]["problems"]) == (0, []), (seed, told.out)
        assert _leftovers(library) == [], seed
        found = contents(library)
        expected = expected or found
        assert differences(found, expected) == [], seed
        assert len(found.files) > 3
        shutil.rmtree(library)
    assert refused
    figures("full disks survived", refused)


def test_reads_and_writes_fail_at_random(
    faulty_library: Path, undisturbed: Undisturbed, tmp_path: Path, effort: Effort, figures: Figures
) -> None:
    """Below the library and below the photos; whatever fails, the next run with a sound disk makes it good."""
    library = tmp_path / "library"
    faulty = FaultyDisk(faulty_library, tmp_path / "control", library, undisturbed.photos)
    ended_badly = 0
    for seed in range(effort(2, 30)):
        chance = random.Random(seed)
        for command in (("index", str(undisturbed.photos)), ("search", "squares", "--json"), ("index",)):
            rate = 10 ** chance.uniform(-2.7, -0.7)
            faulty.fail(seed, **chance.choice([{"reads": rate}, {"writes": rate}, {"reads": rate, "writes": rate}]))
            told = clipdesk(library, *command, environment=faulty.environment)
            faulty.heal()
            ended_badly += told.code
            assert broken(library, {}, tmp_path / "looked at") == [], seed
        told = clipdesk(library, "index", undisturbed.photos, environment=faulty.environment)
        assert told.code == 0, (seed, told.err)
        assert _leftovers(library) == [], seed
        assert differences(contents(library), undisturbed.contents) == [], seed
        shutil.rmtree(library)
    assert faulty.failed
    figures("failed reads and writes survived", faulty.failed)
    figures("commands that had to end", ended_badly)
    faulty.close()


def test_a_disk_that_can_only_be_read(undisturbed: Undisturbed, tmp_path: Path) -> None:
    """A real read-only file system: searching works, what writes says so, and works when it may."""
    with mounted(tmp_path / "disk") as small:
        if small is None:
            pytest.skip("this user may not mount a file system")
        library = small.folder / "library"
        shutil.copytree(undisturbed.library, library)
        expected = clipdesk(library, "search", "squares", "--json").json
        small.read_only()
        assert clipdesk(library, "search", "squares", "--json").json == expected
        for command in (("index", str(undisturbed.photos)), ("folders", "--json")):
            told = clipdesk(library, *command)
            assert told.code == 0 or "cannot be written to" in told.errors[0], told.err
        assert clipdesk(library, "index").code == 1
        told = clipdesk(library, "doctor", "--repair", "--json")
        assert told.code == 1
        assert any("cannot be written to" in problem for problem in told.json["library"]["problems"]), told.out
        small.read_only(False)
        assert clipdesk(library, "index").code == 0
        assert differences(contents(library), undisturbed.contents) == []
