import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hooks import picture, pictures

from clipdesk.core.errors import LibraryBusyError, LibraryError, QuerySyntaxError, UserError
from clipdesk.core.messages import (
    CancelRequest,
    Done,
    Event,
    FoldersReply,
    FoldersRequest,
    IndexedEvent,
    IndexReply,
    IndexRequest,
    PreviewReply,
    PreviewRequest,
    ProgressEvent,
    RemoveFolderRequest,
    Reply,
    SearchReply,
    SearchRequest,
    SetTagsRequest,
    SimilarRequest,
    StatusReply,
    StatusRequest,
    TagsReply,
    TagsRequest,
    TextnessGridReply,
    TextnessGridRequest,
    UseModelRequest,
    WatchRequest,
)
from clipdesk.core.settings import Settings
from clipdesk.worker.service import Service

_SETTINGS = Settings(decoder_processes=1)


class Listener:
    """Keeps what a service says, and lets a test wait for it."""

    def __init__(self) -> None:
        self.messages: list[Reply | Event] = []
        self._changed = threading.Condition()

    def __call__(self, message: Reply | Event) -> None:
        with self._changed:
            self.messages.append(message)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[Reply | Event], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(wanted, self.messages)), 60), "it was never said"


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def service(tmp_path: Path, listener: Listener) -> Iterator[Service]:
    service = Service(tmp_path / "library", _SETTINGS, write=True, create=True, emit=listener)
    yield service
    service.close()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return pictures(tmp_path / "Photos", 6)


def index(service: Service, *folders: Path) -> IndexReply:
    reply = service.call(IndexRequest(1, folders))
    assert isinstance(reply, IndexReply)
    return reply


def search(service: Service, query: str) -> SearchReply:
    reply = service.call(SearchRequest(2, query))
    assert isinstance(reply, SearchReply)
    return reply


def test_every_question_is_answered(service: Service, photos: Path) -> None:
    index(service, photos)
    first = photos / "a 0.jpg"
    found = search(service, "squares")
    assert len(found.hits) == 6
    assert all(hit.textness is not None for hit in found.hits)
    alike = service.call(SimilarRequest(3, first))
    assert isinstance(alike, SearchReply)
    assert alike.hits[0].photo.paths == (first,)
    tags = service.call(TagsRequest(4, first, top=3))
    assert isinstance(tags, TagsReply)
    assert len(tags.tags) == 3
    grid = service.call(TextnessGridRequest(5, "squares", scales=(-1, 1), per_scale=2))
    assert isinstance(grid, TextnessGridReply)
    assert [(scale, len(hits)) for scale, hits in grid.rows] == [(-1, 2), (1, 2)]
    preview = service.call(PreviewRequest(6, first, longest_side=80))
    assert isinstance(preview, PreviewReply)
    assert (preview.width, preview.height, preview.data[:2]) == (80, 60, b"\xff\xd8")
    status = service.call(StatusRequest(7))
    assert isinstance(status, StatusReply)
    assert (status.status["photos"], status.status["embeddings"]) == (6, 6)
    assert status.status["disk"]["catalog"] > 0


def test_tags_and_folders_change(service: Service, photos: Path) -> None:
    index(service, photos)
    [photo_id, *_] = [hit.photo.id for hit in search(service, "squares").hits]
    service.call(SetTagsRequest(3, (photo_id,), accept=("mosaic",)))
    assert [hit.photo.id for hit in search(service, "tag:mosaic").hits] == [photo_id]
    service.call(SetTagsRequest(4, (photo_id,), forget=("mosaic",)))
    assert search(service, "tag:mosaic").hits == ()
    with pytest.raises(UserError, match="not a folder of this library"):
        service.call(RemoveFolderRequest(5, photos / "nowhere"))
    assert service.call(RemoveFolderRequest(6, photos)) == Done(6)
    folders = service.call(FoldersRequest(7))
    assert isinstance(folders, FoldersReply)
    assert folders.folders == ()
    assert len(list(photos.iterdir())) == 6


def test_errors_are_the_users_to_mend(service: Service, photos: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryBusyError):
        Service(tmp_path / "library", _SETTINGS, write=True, emit=print)
    with pytest.raises(LibraryError, match="index"):
        Service(tmp_path / "nothing", _SETTINGS, write=False, emit=print)
    index(service, photos)
    with pytest.raises(QuerySyntaxError):
        search(service, 'squares "unclosed')
    with pytest.raises(UserError):
        service.call(UseModelRequest(3, "no such model"))
    reader = Service(tmp_path / "library", _SETTINGS, write=False, emit=print)
    try:
        assert len(search(reader, "squares").hits) == 6
        with pytest.raises(LibraryBusyError):
            index(reader)
    finally:
        reader.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_the_users_to_mend(service: Service, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "library" / "in-flight.new").symlink_to("/dev/full")
    with pytest.raises(UserError, match="disk is full"):
        index(service, photos)
    assert index(service, photos).report.added == 6


def test_a_search_sees_what_was_indexed_a_moment_ago(service: Service, photos: Path) -> None:
    index(service, photos)
    assert len(search(service, "squares").hits) == 6
    picture(photos / "new.jpg", 99)
    (photos / "a 0.jpg").unlink()
    report = index(service).report
    assert (report.added, report.removed) == (1, 1)
    names = {hit.photo.paths[0].name for hit in search(service, "squares").hits}
    assert "new.jpg" in names
    assert "a 0.jpg" not in names


def test_cancel_from_another_thread(tmp_path: Path, photos: Path) -> None:
    def cancel(message: Reply | Event) -> None:
        if isinstance(message, ProgressEvent) and message.progress.phase == "indexing":
            service.call(CancelRequest(9, target=message.request_id))

    service = Service(tmp_path / "library", _SETTINGS, write=True, create=True, emit=cancel)
    try:
        assert index(service, photos).report.cancelled
    finally:
        service.close()


def test_watching_leads_to_events(service: Service, listener: Listener, photos: Path) -> None:
    index(service, photos)
    assert service.call(WatchRequest(3)) == Done(3)
    shutil.copy(photos / "a 0.jpg", photos / "copy.jpg")
    listener.wait(lambda message: isinstance(message, IndexedEvent) and message.report.added == 1)
    assert service.call(WatchRequest(4, on=False)) == Done(4)


def test_watching_tells_failures_and_folders_that_come_back(service: Service, listener: Listener, photos: Path) -> None:
    index(service, photos)
    service.call(WatchRequest(3))
    (photos / "broken.jpg").write_bytes(b"no picture")
    listener.wait(lambda message: isinstance(message, IndexedEvent) and len(message.report.failed) == 1)
    away = photos.with_name("away")
    photos.rename(away)
    listener.wait(lambda message: isinstance(message, IndexedEvent) and message.report.offline > 0)
    listener.messages.clear()
    away.rename(photos)
    listener.wait(lambda message: isinstance(message, IndexedEvent) and message.report.offline == 0)
    service.call(WatchRequest(4, on=False))


def test_a_search_loads_nothing_heavy(service: Service, photos: Path, tmp_path: Path) -> None:
    index(service, photos)
    program = f"""
import sys
from pathlib import Path
from clipdesk.core.messages import SearchRequest
from clipdesk.core.settings import Settings
from clipdesk.worker.service import Service
service = Service(Path({str(tmp_path / "library")!r}), Settings(), write=False, emit=print)
assert len(service.call(SearchRequest(1, "squares")).hits) == 6
service.close()
heavy = ("torch", "open_clip", "scipy", "alembic", "huggingface_hub", "PySide6", "watchdog", "pebble", "rawpy", "PIL")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr[-2000:]
