"""A catalogue that was damaged on its disk: told, kept aside, and brought back from its copies and from the photos."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from worker.hooks import HookedEncoder

from clipdesk.catalog.health import check
from clipdesk.catalog.library import open_library
from clipdesk.catalog.rescue import find_damage
from clipdesk.core.errors import UserError
from clipdesk.core.messages import (
    FailuresRequest,
    FoldersRequest,
    IndexRequest,
    Request,
    SearchReply,
    SearchRequest,
    StatusRequest,
)
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import BrowseRequest, PhotosRequest
from clipdesk.models.encoder import Encoder
from clipdesk.worker import encoders
from clipdesk.worker.repair import repair_library
from clipdesk.worker.resources import Hooks
from clipdesk.worker.service import Service

from .conftest import Effort, Figures
from .damage import Damage, damage
from .libraries import Undisturbed, make_undisturbed
from .likeness import Contents, contents, differences
from .running import clipdesk

_SETTINGS = Settings(decoder_processes=1, threads=1)
_PICTURES = 60
_ALIKE = 0.98
_QUESTIONS: tuple[Request, ...] = (
    FoldersRequest(1),
    StatusRequest(1),
    FailuresRequest(1),
    BrowseRequest(1, ""),
    SearchRequest(1, "squares", 100),
    SearchRequest(1, "date:2020 rating:>2", 100),
    SearchRequest(1, 'tag:"tag 3"', 100),
)


@dataclass(frozen=True)
class Tagged:
    """A library with a tag for each photo, half of which its newest copy has."""

    photos: Path
    library: Path
    contents: Contents
    copied: frozenset[str]


class _Lasting(HookedEncoder):
    """Serves one service after the other."""

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Tagged:
    made: Undisturbed = make_undisturbed(tmp_path_factory.mktemp("tagged"), _PICTURES)
    with open_library(made.library, write=True) as library:
        photos = library.catalog.photos.filter(()).tolist()
        for number, photo in enumerate(photos):
            if number == len(photos) // 2:
                library.back_up()
            library.catalog.tags.set_state([photo], f"tag {number}", "accepted")
    return Tagged(
        made.photos,
        made.library,
        contents(made.library),
        frozenset(f"tag {number}" for number in range(len(photos) // 2)),
    )


@pytest.fixture(scope="module")
def encoder() -> Iterator[Encoder]:
    encoder = encoders.load(_SETTINGS)
    yield encoder
    encoder.close()


@pytest.fixture
def hooks(encoder: Encoder) -> Hooks:
    return Hooks(load_encoder=lambda _: _Lasting(encoder, lambda _: None))


def _ask_everything(library: Path, hooks: Hooks) -> int:
    """Every question is answered, or refused in a line; returns how many were refused."""
    try:
        service = Service(library, _SETTINGS, write=False, emit=lambda _: None, hooks=hooks)
    except UserError:
        return len(_QUESTIONS)
    refused = 0
    try:
        for question in _QUESTIONS:
            try:
                reply = service.call(question)
                if isinstance(reply, SearchReply):
                    assert all(hit.score is None or np.isfinite(hit.score) for hit in reply.hits)
                    service.call(PhotosRequest(2, tuple(hit.photo.id for hit in reply.hits)))
            except UserError:
                refused += 1
    finally:
        service.close()
    return refused


def _index(library: Path, photos: Path, hooks: Hooks) -> None:
    service = Service(library, _SETTINGS, write=True, create=True, emit=lambda _: None, hooks=hooks)
    try:
        service.call(IndexRequest(1, (photos,)))
    finally:
        service.close()


def _other_photos(found: Contents, expected: Contents) -> int:
    """How many photos are not as they should be; all are there."""
    assert found.files.keys() == expected.files.keys()
    assert {row[2] for row in found.files.values()} == {"indexed"}
    others = 0
    for path, row in expected.files.items():
        mine = {model: vector for (photo, model), vector in found.vectors.items() if photo == found.files[path][3]}
        theirs = {model: vector for (photo, model), vector in expected.vectors.items() if photo == row[3]}
        assert mine.keys() == theirs.keys(), path
        others += any(float(mine[model] @ theirs[model]) < _ALIKE for model in theirs)
    return others


@pytest.mark.parametrize("copies", [True, False], ids=["with copies", "without copies"])
def test_a_damaged_catalogue(
    copies: bool, tagged: Tagged, hooks: Hooks, tmp_path: Path, effort: Effort, figures: Figures
) -> None:
    """Whatever was damaged: no photo is lost, and no tag without a word, but for single values in sound pages."""
    library = tmp_path / "library"
    replaced = lost_tags = 0
    times = effort(6, 80)
    for seed in range(times):
        chance = random.Random(f"{copies} {seed}")
        shutil.rmtree(library, ignore_errors=True)
        shutil.copytree(tagged.library, library)
        if not copies:
            shutil.rmtree(library / "backups")
        done = damage(library / "catalog.sqlite", chance)
        context = (seed, done.words)
        damaged = (library / "catalog.sqlite").read_bytes()
        _ask_everything(library, hooks)
        lines = " ".join(repair_library(library))
        assert find_damage(library) == [], context
        _index(library, tagged.photos, hooks)
        assert _ask_everything(library, hooks) == 0, context
        found = contents(library)
        assert _other_photos(found, tagged.contents) <= done.values, context
        names = {tag for _, tag, state in found.tags if state == "accepted"}
        lost = {tag for _, tag, _ in tagged.contents.tags} - names
        assert len(lost) <= done.values or "tags may be missing" in lines, (context, lines)
        if copies:
            assert len(lost & tagged.copied) <= done.values, (context, lost)
        if "is kept as" in lines:
            replaced += 1
            [aside] = library.glob("catalog.damaged-*.sqlite")
            assert aside.read_bytes() == damaged, context
        lost_tags += len(lost)
    assert replaced > times // 2
    figures("catalogues damaged", times)
    figures("replaced", replaced)
    figures("tags lost and told", lost_tags)


def test_a_repair_that_is_broken_off(
    tagged: Tagged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, effort: Effort
) -> None:
    """At each of its steps; the next one goes on with it, and nothing is read from what lay about."""
    original, library = tmp_path / "original", tmp_path / "library"
    shutil.copytree(tagged.library, original)
    with (original / "catalog.sqlite").open("r+b") as file:
        file.seek(16_384)
        file.write(random.Random(1).randbytes(20_000))
    (original / "catalog.sqlite-wal").write_bytes(b"of a process that was killed")
    shutil.copytree(original, library)
    repair_library(library)
    expected = contents(library)
    replace = Path.replace
    for step in range(1, 20, effort(2, 1)):
        shutil.rmtree(library)
        shutil.copytree(original, library)
        left = [step]

        def broken_off(path: Path, target: Path, left: list[int] = left) -> Path:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            return replace(path, target)

        monkeypatch.setattr(Path, "replace", broken_off)
        try:
            repair_library(library)
        except KeyboardInterrupt:
            finished = False
        else:
            finished = True
        monkeypatch.undo()
        repair_library(library)
        assert find_damage(library) == [], step
        assert differences(contents(library), expected) == [], step
        assert not [path.name for path in library.iterdir() if "repair" in path.name], step
        if finished:
            assert step > 3
            return
    raise AssertionError("there is no end to its steps")


def test_a_damaged_log(tagged: Tagged, tmp_path: Path, effort: Effort, figures: Figures) -> None:
    """What a killed process has left: the changes before the damage are there, and that others are lost is told."""
    open_one, killed = tmp_path / "open", tmp_path / "killed"
    shutil.copytree(tagged.library, open_one)
    with open_library(open_one, write=True) as library:
        photos = library.catalog.photos.filter(()).tolist()
        for number, photo in enumerate(photos):
            library.catalog.tags.set_state([photo], f"late {number}", "accepted")
        shutil.copytree(open_one, killed, ignore=shutil.ignore_patterns("*-shm", "writer.*"))
    lost_tags, times = 0, effort(6, 80)
    for seed in range(times):
        library_folder = tmp_path / "library"
        shutil.rmtree(library_folder, ignore_errors=True)
        shutil.copytree(killed, library_folder)
        done = damage(library_folder / "catalog.sqlite-wal", random.Random(seed)) if seed else Damage("nothing", 0)
        with open_library(library_folder, write=True) as library:
            note = library.note
            assert check(library.catalog) == [], (seed, done.words)
        with open_library(library_folder, write=True) as library:
            assert library.note == "", (seed, done.words)
        tags = {tag for _, tag, _ in contents(library_folder).tags}
        late = sum(tag.startswith("late") for tag in tags)
        assert len(tags) - late == _PICTURES, (seed, done.words)
        assert {f"late {number}" for number in range(late)} <= tags, (seed, done.words)
        assert bool(note) <= (late < _PICTURES), (seed, done.words)
        if "flipped" in done.words:
            assert bool(note) == (late < _PICTURES), (seed, done.words)
        lost_tags += _PICTURES - late
    assert lost_tags
    figures("logs damaged", times)
    figures("tags lost and told", lost_tags)


def test_the_command_line_with_a_damaged_catalogue(
    tagged: Tagged, tmp_path: Path, effort: Effort, figures: Figures
) -> None:
    """The same through real processes: each command says what to do, and what it says to do helps."""
    library = tmp_path / "library"
    told = 0
    for seed in range(effort(1, 10)):
        chance = random.Random(f"command line {seed}")
        shutil.rmtree(library, ignore_errors=True)
        shutil.copytree(tagged.library, library)
        words = damage(library / "catalog.sqlite", chance).words
        for command in (("search", "squares", "--json"), ("index",)):
            answer = clipdesk(library, *command)
            assert answer.code == 0 or "clipdesk doctor --repair" in answer.errors[0], (seed, words, answer.err)
            told += answer.code
        mended = clipdesk(library, "doctor", "--repair", "--json")
        assert (mended.code, mended.json["library"]["problems"]) == (0, []), (seed, words, mended.err)
        assert clipdesk(library, "index").code == 0, (seed, words)
        assert len(clipdesk(library, "search", "squares", "--limit", "100", "--json").json) == _PICTURES, (seed, words)
    assert told
    figures("commands refused", told)
