"""Folders that are taken away in the middle of a run, and tags that a full disk does not take: nothing is forgotten."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from worker.hooks import HookedEncoder

from clipdesk.core.entities import Pixels
from clipdesk.core.errors import DiskFullError, LibraryMissingError
from clipdesk.core.messages import IndexReply, IndexRequest, SetTagsRequest
from clipdesk.core.settings import Settings
from clipdesk.worker import encoders
from clipdesk.worker.resources import Hooks
from clipdesk.worker.service import Service

from .conftest import Effort, Figures
from .invariants import broken
from .libraries import Undisturbed, make_undisturbed
from .likeness import contents, differences
from .small_disks import mounted

_SETTINGS = Settings(decoder_processes=1, threads=1)
_PICTURES = 60
_BATCHES = 4


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return make_undisturbed(tmp_path_factory.mktemp("undisturbed"), _PICTURES)


def _service(library: Path, *, at_batch: int = -1, do: Callable[[], object] = lambda: None) -> Service:
    """A service that does something while it embeds one of its batches."""
    seen = [0]

    def before(_: Pixels) -> None:
        seen[0] += 1
        if seen[0] == at_batch:
            do()

    hooks = Hooks(load_encoder=lambda settings: HookedEncoder(encoders.load(settings), before))
    return Service(library, _SETTINGS, write=True, create=True, emit=lambda _: None, hooks=hooks)


def _index(service: Service, *folders: Path) -> IndexReply:
    reply = service.call(IndexRequest(1, folders))
    assert isinstance(reply, IndexReply)
    return reply


def test_the_photos_vanish_in_the_middle_of_a_run(
    undisturbed: Undisturbed, tmp_path: Path, effort: Effort, figures: Figures
) -> None:
    """As a drive that is unplugged: what was read stays and is offline, the rest comes when it is back."""
    photos, away = tmp_path / "Photos", tmp_path / "unplugged"
    shutil.copytree(undisturbed.photos, photos)
    kept = 0
    for seed in range(effort(1, 15)):
        library = tmp_path / f"library {seed}"
        chance = random.Random(seed)
        at_batch = chance.randint(1, _BATCHES - 1)
        service = _service(library, at_batch=at_batch, do=lambda: photos.rename(away))
        try:
            assert _index(service, photos).report.failed == (), seed
            known = service.resources.library.catalog.files.counts()["indexed"]
            assert 0 < known < _PICTURES, seed
            photos.mkdir()  # what is left of most drives: the folder that they were mounted on
            report = _index(service).report
            assert report.offline == known, seed
            assert "is offline" in " ".join(report.notes), seed
            kept += known
        finally:
            service.close()
        photos.rmdir()
        assert broken(library, {}, tmp_path / "looked at") == [], seed
        away.rename(photos)
        service = _service(library)
        assert _index(service).report.offline == 0, seed
        service.close()
        assert differences(contents(library), undisturbed.contents) == [], seed
    figures("photos kept while they were away", kept)


def test_the_library_vanishes_in_the_middle_of_a_run(
    undisturbed: Undisturbed, tmp_path: Path, effort: Effort, figures: Figures
) -> None:
    """It is told, no empty library takes its place, and the run is finished when it is back."""
    away = tmp_path / "unplugged"
    times = effort(1, 15)
    for seed in range(times):
        library = tmp_path / f"library {seed}"
        at_batch = random.Random(seed).randint(1, _BATCHES)

        def vanish(library: Path = library) -> None:
            library.rename(away)

        service = _service(library, at_batch=at_batch, do=vanish)
        try:
            with pytest.raises(LibraryMissingError):
                _index(service, undisturbed.photos)
                _index(service)
            assert not library.exists(), seed
        finally:
            service.close()
        assert not library.exists(), seed
        away.rename(library)
        assert broken(library, {}, tmp_path / "looked at") == [], seed
        service = _service(library)
        _index(service, undisturbed.photos)
        service.close()
        assert differences(contents(library), undisturbed.contents) == [], seed
    figures("vanished libraries survived", times)


def test_tags_on_a_full_disk(undisturbed: Undisturbed, tmp_path: Path, effort: Effort, figures: Figures) -> None:
    """What was said to be kept is kept; what was not is refused."""
    refused = 0
    accepted: dict[Path, set[str]] = {}
    with mounted(tmp_path / "disk") as small:
        if small is None:
            pytest.skip("this user may not mount a file system")
        library = small.folder / "library"
        shutil.copytree(undisturbed.library, library)
        service = _service(library)
        try:
            found = service.resources.library.catalog.photos
            photos = list(found.get(found.filter(())).values())
            for seed in range(effort(3, 60)):
                chance = random.Random(seed)
                small.leave(chance.randrange(1_500_000))
                for number in range(40):
                    photo, tag = chance.choice(photos), f"tag {seed} {number} " + "x" * chance.randrange(4000)
                    try:
                        service.call(SetTagsRequest(1, (photo.id,), accept=(tag,)))
                    except DiskFullError:
                        refused += 1
                    else:
                        accepted.setdefault(photo.paths[0], set()).add(tag)
        finally:
            service.close()
        assert broken(library, accepted, tmp_path / "looked at") == []
        small.heal()
        assert broken(library, accepted, tmp_path / "looked at") == []
    assert refused
    figures("tags kept", sum(map(len, accepted.values())))
    figures("tags refused", refused)
