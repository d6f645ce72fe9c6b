"""Tags and duplicates of a whole library, through the service, over real photos."""

import os
import shutil
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hooks import pictures
from PIL import Image

from clipdesk.core.entities import FolderState
from clipdesk.core.errors import UserError
from clipdesk.core.messages import (
    CancelRequest,
    Event,
    Failed,
    IndexRequest,
    PauseRequest,
    Reply,
    SearchReply,
    SearchRequest,
    SetTagsRequest,
    TagsReply,
)
from clipdesk.core.paths import cache_folder
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import (
    DuplicateGroup,
    DuplicatesReply,
    DuplicatesRequest,
    SuggestTagsRequest,
    TagOverviewReply,
    TagOverviewRequest,
    TagReviewReply,
    TagReviewRequest,
    UnchangedReply,
    UnchangedRequest,
)
from clipdesk.worker.service import Service


class Listener:
    """Keeps replies by id."""

    def __init__(self) -> None:
        self.replies: dict[int, Reply] = {}
        self._changed = threading.Condition()

    def __call__(self, message: Reply | Event) -> None:
        with self._changed:
            if isinstance(message, Reply):
                self.replies[message.id] = message
            self._changed.notify_all()

    def wait(self, request_id: int) -> Reply:
        with self._changed:
            assert self._changed.wait_for(lambda: request_id in self.replies, 60), "no reply came"
        return self.replies[request_id]


@pytest.fixture(scope="module")
def photos(photos_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty photos, with copies: one of the same content, one smaller, one saved again; and links to one of them."""
    target = tmp_path_factory.mktemp("long") / "Photos"
    files = sorted(path for path in (photos_folder / "library").rglob("*.jpg"))[::15][:20]
    target.mkdir()
    for number, file in enumerate(files):
        shutil.copyfile(file, target / f"IMG_{1000 + number}.jpg")
    (target / "old").mkdir()
    shutil.copyfile(target / "IMG_1003.jpg", target / "old" / "IMG_1003 (1).jpg")
    with Image.open(target / "IMG_1005.jpg") as picture:
        picture.resize((picture.width // 2, picture.height // 2)).save(target / "old" / "small.jpg")
    with Image.open(target / "IMG_1007.jpg") as picture:
        picture.save(target / "IMG_1007-edited.jpg", quality=97)
    os.link(target / "IMG_1009.jpg", target / "same file.jpg")
    return target


@pytest.fixture(scope="module")
def shared(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("library") / "library"
    service = Service(library, Settings(decoder_processes=1), write=True, create=True, emit=lambda _: None)
    service.call(IndexRequest(1, (photos,)))
    service.close()
    return library


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def service(shared: Path, tmp_path: Path, listener: Listener) -> Iterator[Service]:
    shutil.copytree(shared, tmp_path / "library")
    service = Service(tmp_path / "library", Settings(), write=True, emit=listener)
    yield service
    service.close()


@pytest.fixture
def tags(tmp_path: Path) -> Path:
    file = tmp_path / "tags.txt"
    file.write_text(
        "[animals]\ndog\ncat\nhorse\nbird\n[people]\nchild\nman\nwoman\ncrowd\n[places]\nbeach\nsnow\nmountain\nforest\n"
        "swimming pool\nstreet | a street in a city\n[other]\nbicycle\nboat\ncar\nfood\nballoon\nflower\n",
        "utf-8",
    )
    return file


def _groups(service: Service, kind: str) -> dict[str, DuplicateGroup]:
    """Groups of one kind by the name of the file to keep."""
    reply = service.call(DuplicatesRequest(5))
    assert isinstance(reply, DuplicatesReply)
    for group in reply.groups:
        assert [file.keep for file in group.files] == [True] + [False] * (len(group.files) - 1)
    return {group.files[0].path.name: group for group in reply.groups if group.kind == kind}


def _overview(service: Service, vocabulary: Path) -> TagOverviewReply:
    reply = service.call(TagOverviewRequest(6, vocabulary))
    assert isinstance(reply, TagOverviewReply)
    return reply


def _review(service: Service, tag: str, vocabulary: Path, limit: int = 500) -> TagReviewReply:
    reply = service.call(TagReviewRequest(7, tag, limit, vocabulary))
    assert isinstance(reply, TagReviewReply)
    return reply


# ---- tags ----


def test_the_overview_counts_what_the_review_shows(service: Service, tags: Path) -> None:
    overview = _overview(service, tags)
    assert overview.accepted == ()
    assert len(overview.suggested) > 2
    assert [count.photos for count in overview.suggested] == sorted(
        (count.photos for count in overview.suggested), reverse=True
    )
    for count in overview.suggested:
        review = _review(service, count.tag, tags)
        assert len(review.hits) == review.total == count.photos
        scores = [hit.score for hit in review.hits]
        assert scores == sorted(scores, reverse=True)  # pyright: ignore[reportArgumentType]
    assert {count.group for count in overview.suggested} <= {"animals", "people", "places", "other"}


def test_what_was_decided_is_not_suggested_again(service: Service, tags: Path) -> None:
    [tag, *_] = [count.tag for count in _overview(service, tags).suggested]
    before = _review(service, tag, tags)
    first, second = before.hits[0].photo.id, before.hits[1].photo.id
    service.call(SetTagsRequest(8, (first,), accept=(tag.upper(),)))
    service.call(SetTagsRequest(9, (second,), reject=(tag,)))
    after = _review(service, tag, tags)
    assert after.total == before.total - 2
    assert {first, second}.isdisjoint(hit.photo.id for hit in after.hits)
    overview = _overview(service, tags)
    [accepted] = overview.accepted
    assert (accepted.tag, accepted.photos) == (tag.upper(), 1)
    assert accepted.group
    assert sum(count.photos for count in overview.suggested if count.tag == tag) == after.total


def test_a_limit_leaves_the_count_as_it_is(service: Service, tags: Path) -> None:
    count = _overview(service, tags).suggested[0]
    review = _review(service, count.tag, tags, limit=1)
    assert (len(review.hits), review.total) == (1, count.photos)


def test_a_tag_of_no_list_has_nothing_to_review(service: Service, tags: Path) -> None:
    assert _review(service, "Aunt Mary", tags).hits == ()


def test_a_list_that_cannot_be_read_is_told(service: Service, tags: Path) -> None:
    tags.write_text("dog\n[animals\n", "utf-8")
    with pytest.raises(UserError, match="line 2"):
        _overview(service, tags)


def test_an_empty_library(tmp_path: Path, tags: Path) -> None:
    service = Service(tmp_path / "empty", Settings(), write=True, create=True, emit=lambda _: None)
    assert _overview(service, tags).suggested == ()
    assert service.call(DuplicatesRequest(1)) == DuplicatesReply(1, ())
    service.close()


# ---- duplicates ----


def test_same_content(service: Service) -> None:
    groups = _groups(service, "same")
    assert [[file.path.name for file in group.files] for group in groups.values()] == [
        ["IMG_1003.jpg", "IMG_1003 (1).jpg"]
    ]
    best, copy = groups["IMG_1003.jpg"].files
    assert best.reason == "original name"
    assert best.photo.id == copy.photo.id
    assert best.size == copy.size == best.path.stat().st_size


def test_near_duplicates(service: Service) -> None:
    groups = _groups(service, "near")
    assert {name: [file.path.name for file in group.files[1:]] for name, group in groups.items()} == {
        "IMG_1005.jpg": ["small.jpg"],
        "IMG_1007.jpg": ["IMG_1007-edited.jpg"],
    }
    assert groups["IMG_1005.jpg"].files[0].reason == "resolution"
    assert groups["IMG_1007.jpg"].files[0].reason == "original name"
    assert 0.8 <= groups["IMG_1005.jpg"].files[1].similarity <= 1


def test_limits_and_kinds(service: Service) -> None:
    near = service.call(DuplicatesRequest(1, same=False, limit=1))
    assert isinstance(near, DuplicatesReply)
    assert [group.kind for group in near.groups] == ["near"]
    assert near.left_out == 1
    same = service.call(DuplicatesRequest(1, near=None))
    assert isinstance(same, DuplicatesReply)
    assert [group.kind for group in same.groups] == ["same"]


def test_files_that_are_gone_changed_or_away_are_no_duplicates(service: Service, photos: Path) -> None:
    copy = photos / "old" / "IMG_1003 (1).jpg"
    held, times = copy.read_bytes(), copy.stat()
    try:
        copy.write_bytes(held + b"more")
        assert not _groups(service, "same")
        copy.unlink()
        assert not _groups(service, "same")
        copy.symlink_to(photos / "IMG_1003.jpg")
        assert not _groups(service, "same")
    finally:
        copy.unlink(missing_ok=True)
        copy.write_bytes(held)
        os.utime(copy, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert _groups(service, "same")
    [folder] = service.resources.library.catalog.folders.all()
    service.resources.library.catalog.folders.update(folder.id, state=FolderState.OFFLINE)
    assert service.call(DuplicatesRequest(3)) == DuplicatesReply(3, ())


def test_what_stays_is_looked_at_again(service: Service, photos: Path) -> None:
    file = _groups(service, "same")["IMG_1003.jpg"].files[0]
    asked = (file.path, file.size, file.mtime_ns)
    request = UnchangedRequest(4, (asked, (photos / "gone.jpg", 5, 5), (file.path, file.size, 7)))
    assert service.call(request) == UnchangedReply(4, (file.path,))


# ---- beside everything else ----


def test_a_typed_query_is_answered_before_long_work_ends(service: Service, listener: Listener) -> None:
    service.start()
    with _held(service):
        service.submit(DuplicatesRequest(11))
        service.submit(TagOverviewRequest(12))
        service.submit(SearchRequest(13, "dog", 3))
    assert isinstance(listener.wait(13), SearchReply)
    assert isinstance(listener.wait(12), TagOverviewReply)
    assert list(listener.replies).index(13) < list(listener.replies).index(12)


def test_long_work_is_cancelled_while_it_waits_and_while_it_runs(service: Service, listener: Listener) -> None:
    service.start()
    with _held(service):
        service.submit(DuplicatesRequest(11))
        service.submit(TagOverviewRequest(12))
        service.submit(CancelRequest(13, 12))
        service.submit(CancelRequest(14, 11))
    assert listener.wait(11) == Failed(11, "Cancelled.")
    assert listener.wait(12) == Failed(12, "Cancelled.")
    assert isinstance(service.call(DuplicatesRequest(15)), DuplicatesReply)


def test_a_pause_of_indexing_holds_no_long_work(service: Service, listener: Listener, tags: Path) -> None:
    service.start()
    service.submit(PauseRequest(10, True))
    service.submit(TagOverviewRequest(11, tags))
    assert isinstance(listener.wait(11), TagOverviewReply)


def test_closing_ends_long_work(service: Service, listener: Listener) -> None:
    service.start()
    closing = threading.Thread(target=service.close)
    with _held(service):
        service.submit(DuplicatesRequest(11))
        closing.start()
        assert service.stopping.wait(30)
    closing.join(30)
    assert not closing.is_alive()
    assert listener.wait(11).id == 11


@contextmanager
def _held(service: Service) -> Generator[None]:
    """Hold what long work needs, as a question that is being answered does."""
    with service.resources.answering:
        yield


def test_what_suggestions_need_is_made_when_a_run_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(tmp_path / "cache"))
    listener = Listener()
    settings = Settings(decoder_processes=1, threads=1)
    service = Service(tmp_path / "library", settings, write=True, create=True, emit=listener)
    try:
        service.start()
        service.submit(IndexRequest(1, (pictures(tmp_path / "Photos", 2),)))
        listener.wait(1)
        service.submit(IndexRequest(2))
        listener.wait(2)
        # The next answer of that thread; it needs no vectors itself.
        service.submit(SuggestTagsRequest(3, (999_999,)))
        assert listener.wait(3) == TagsReply(3, ())
        assert list(cache_folder().glob("tags/*.npy"))
    finally:
        service.close()
