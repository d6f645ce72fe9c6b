"""Requests about single photos: what was said before a change, files that went and came back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hooks import pictures

from clipdesk.core.messages import IndexReply, IndexRequest, SetTagsRequest, TagsReply
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import (
    FilesChangedRequest,
    ForgetFilesRequest,
    PhotoTagsRequest,
    SuggestTagsRequest,
    TagBefore,
    TagsSet,
)
from clipdesk.worker.service import Service


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return pictures(tmp_path / "Photos" / "2019", 4).parent


@pytest.fixture
def service(folder: Path, tmp_path: Path) -> Iterator[Service]:
    settings = Settings(decoder_processes=1, threads=1)
    service = Service(tmp_path / "library", settings, write=True, create=True, emit=lambda _: None)
    service.call(IndexRequest(1, (folder,)))
    yield service
    service.close()


def ids_of(service: Service, folder: Path) -> list[int]:
    found = [service.resources.library.catalog.photos.by_path(path) for path in sorted(folder.rglob("*.jpg"))]
    return [photo.id for photo in found if photo is not None]


def test_what_was_before_undoes_a_change(service: Service, folder: Path) -> None:
    one, two, three, _ = ids_of(service, folder)
    service.call(SetTagsRequest(2, (one,), accept=("Sea",)))
    service.call(SetTagsRequest(3, (two,), reject=("sea",)))
    reply = service.call(SetTagsRequest(4, (one, two, three), accept=("SEA",)))
    assert isinstance(reply, TagsSet)
    assert reply.before == (
        TagBefore("SEA", "accepted", (one,)),
        TagBefore("SEA", "rejected", (two,)),
        TagBefore("SEA", None, (three,)),
    )
    tags = service.call(PhotoTagsRequest(5, (one, two, three)))
    assert (tags.accepted, tags.rejected, tags.partly) == (("SEA",), (), ())


def test_what_was_before_is_found_however_letters_are_composed(service: Service, folder: Path) -> None:
    ids = tuple(ids_of(service, folder)[:1])
    service.call(SetTagsRequest(2, ids, reject=("Caf\u00e9",)))
    reply = service.call(SetTagsRequest(3, ids, accept=("cafe\u0301",)))
    assert isinstance(reply, TagsSet)
    assert reply.before == (TagBefore("cafe\u0301", "rejected", ids),)


def test_suggestions_leave_out_what_is_settled(service: Service, folder: Path) -> None:
    ids = tuple(ids_of(service, folder)[:1])
    first = service.call(SuggestTagsRequest(2, ids, top=2000))
    assert isinstance(first, TagsReply)
    names = [one.tag for one in first.tags]
    scores = [one.score for one in first.tags]
    assert scores == sorted(scores, reverse=True)
    assert names
    service.call(SetTagsRequest(3, ids, reject=(names[0].upper(),)))
    again = service.call(SuggestTagsRequest(4, ids, top=2000))
    assert isinstance(again, TagsReply)
    assert [one.tag for one in again.tags] == names[1:]
    assert service.call(SuggestTagsRequest(5, (999_999,))) == TagsReply(5, ())


def test_only_files_that_are_gone_are_forgotten(service: Service, folder: Path) -> None:
    gone, here, *_ = sorted(folder.rglob("*.jpg"))
    content = gone.read_bytes()
    before = service.resources.library.catalog.photos.by_path(gone)
    gone.unlink()
    service.call(ForgetFilesRequest(2, (gone, here, folder / "never there.jpg", Path("/elsewhere/a.jpg").absolute())))
    assert service.resources.library.catalog.files.counts()["indexed"] == 3
    gone.write_bytes(content)
    reply = service.call(FilesChangedRequest(3, (gone,)))
    assert isinstance(reply, IndexReply)
    assert (reply.report.added, reply.report.removed) == (1, 0)
    after = service.resources.library.catalog.photos.by_path(gone)
    assert before is not None
    assert after is not None
    assert after.id == before.id, "its tags and embedding are still there"


def test_nothing_is_forgotten_when_the_folder_itself_is_away(service: Service, folder: Path) -> None:
    files = tuple(sorted(folder.rglob("*.jpg")))
    folder.rename(folder.with_name("unplugged"))
    service.call(ForgetFilesRequest(2, files))
    assert service.resources.library.catalog.files.counts()["indexed"] == 4
