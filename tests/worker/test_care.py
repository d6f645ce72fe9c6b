"""Settings, share of the processor, models, samples, caches; trouble with the library told by its kind."""

import os
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hooks import picture, pictures
from indexing.dropped_rights import ordinary_user, public_folder

from clipdesk.core.errors import (
    DiskFullError,
    LibraryBusyError,
    LibraryMissingError,
    LibraryReadOnlyError,
    UserError,
)
from clipdesk.core.install_messages import ModelsReply, ModelsRequest
from clipdesk.core.messages import (
    CancelRequest,
    Done,
    Event,
    Failed,
    FailureKind,
    IndexReply,
    IndexRequest,
    ProgressEvent,
    ReadyEvent,
    Reply,
    SearchReply,
    SearchRequest,
)
from clipdesk.core.paths import cache_folder, resources
from clipdesk.core.repair_messages import RepairedEvent
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import (
    ApplySettingsRequest,
    EmptyCachesRequest,
    SamplesReply,
    SamplesRequest,
    ShareRequest,
)
from clipdesk.worker import process
from clipdesk.worker.failures import failed
from clipdesk.worker.service import Service

_SETTINGS = Settings(decoder_processes=1)
_SOME = 100


class Listener:
    """Keeps what a service says, and lets a test wait for it."""

    def __init__(self) -> None:
        self._said: list[Reply | Event] = []
        self._changed = threading.Condition()

    def __call__(self, message: Reply | Event) -> None:
        with self._changed:
            self._said.append(message)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[Reply | Event], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(wanted, self._said)), 60), "it was never said"


@pytest.fixture
def some_photos(photos_folder: Path, tmp_path: Path) -> Path:
    """A folder with real photos, enough for a run of some seconds."""
    folder = tmp_path / "Photos"
    folder.mkdir()
    files = sorted(path for path in (photos_folder / "library").rglob("*") if path.is_file())
    for number, file in enumerate(files[:_SOME]):
        shutil.copyfile(file, folder / f"{number}{file.suffix}")
    return folder


def _service(folder: Path) -> Service:
    return Service(folder / "library", _SETTINGS, write=True, create=True, emit=lambda _: None)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = _service(tmp_path)
    yield service
    service.close()


def _index(service: Service, *folders: Path) -> IndexReply:
    reply = service.call(IndexRequest(1, folders))
    assert isinstance(reply, IndexReply)
    return reply


def _hits(service: Service) -> int:
    reply = service.call(SearchRequest(1, "squares", limit=50))
    assert isinstance(reply, SearchReply)
    return len(reply.hits)


# ---- settings ----


def test_settings_are_taken_for_the_next_run(service: Service, tmp_path: Path) -> None:
    pictures(tmp_path / "Photos", 3)
    picture(tmp_path / "Photos" / "Scans" / "s.jpg", 9)
    _index(service, tmp_path / "Photos")
    changed = _SETTINGS.model_copy(update={"excludes": ("Scans/",), "model": "no such model"})
    assert isinstance(service.call(ApplySettingsRequest(2, changed)), Done)
    assert _index(service).report.removed == 1
    assert _hits(service) == 3


def test_one_folder_is_looked_at_alone(service: Service, tmp_path: Path) -> None:
    for name in ("One", "Two"):
        pictures(tmp_path / name, 1)
    _index(service, tmp_path / "One", tmp_path / "Two")
    picture(tmp_path / "One" / "new.jpg", 50)
    picture(tmp_path / "Two" / "new.jpg", 51)
    reply = service.call(IndexRequest(2, only=(tmp_path / "One",)))
    assert isinstance(reply, IndexReply)
    assert reply.report.added == 1


# ---- the share ----


def _processor_seconds() -> float:
    """What this process has used, and its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_a_run_takes_its_share_of_the_processor(service: Service, some_photos: Path, share: float) -> None:
    """Counted is all that the run uses, its decoders included; the rest is left to others."""
    service.call(ShareRequest(1, share))
    used, began = _processor_seconds(), time.monotonic()
    assert _index(service, some_photos).report.added == _SOME
    taken = (_processor_seconds() - used) / (time.monotonic() - began) / (os.cpu_count() or 1)
    assert share * 0.4 < taken < share * 1.3


def test_a_run_that_rests_is_cancelled_at_once(tmp_path: Path, some_photos: Path) -> None:
    heard = Listener()
    service = Service(tmp_path / "library", _SETTINGS, write=True, create=True, emit=heard)
    try:
        service.start()
        service.submit(ShareRequest(1, 0.01))
        service.submit(IndexRequest(2, (some_photos,)))
        heard.wait(lambda one: isinstance(one, ProgressEvent) and one.progress.done > 0)
        began = time.monotonic()
        service.submit(CancelRequest(3, target=2))
        heard.wait(lambda one: isinstance(one, IndexReply) and one.report.cancelled)
        assert time.monotonic() - began < 10
    finally:
        service.close()


# ---- models, samples, caches ----


def test_models_to_choose_from(service: Service) -> None:
    reply = service.call(ModelsRequest(1))
    assert isinstance(reply, ModelsReply)
    first = reply.models[0]
    assert (first.name, first.installed, first.in_use) == ("pocket", True, True)
    assert first.bytes > 1_000_000
    assert first.languages
    assert any(not model.installed and model.bytes and model.licence for model in reply.models)


def test_samples_lie_beside_the_library(service: Service, tmp_path: Path) -> None:
    reply = service.call(SamplesRequest(1))
    assert isinstance(reply, SamplesReply)
    assert reply.folder.parent == tmp_path
    assert _index(service, reply.folder).report.added > 10


def test_caches_are_emptied_and_made_again(service: Service, tmp_path: Path) -> None:
    pictures(tmp_path / "Photos", 4)
    _index(service, tmp_path / "Photos")
    assert _hits(service) == 4
    thumbnails = service.resources.library.thumbnails
    vectors = cache_folder() / "tags" / "made.npy"
    vectors.parent.mkdir(parents=True, exist_ok=True)
    vectors.write_bytes(b"old")
    assert len(list(thumbnails.rglob("*.jpg"))) == 4
    assert isinstance(service.call(EmptyCachesRequest(2)), Done)
    assert not vectors.exists()
    assert not list(thumbnails.rglob("*.jpg"))
    assert not list(service.resources.library.index_folder.glob("*"))
    assert _hits(service) == 4
    _index(service)
    assert len(list(thumbnails.rglob("*.jpg"))) == 4


def test_thumbnails_of_photos_that_are_away_stay(service: Service, tmp_path: Path) -> None:
    pictures(tmp_path / "Photos", 2)
    for seed in (20, 21, 22):
        picture(tmp_path / "Drive" / f"{seed}.jpg", seed)
    _index(service, tmp_path / "Photos", tmp_path / "Drive")
    # Nobody has noticed yet that it is gone.
    (tmp_path / "Drive").rename(tmp_path / "Unplugged")
    service.call(EmptyCachesRequest(2))
    assert len(list(service.resources.library.thumbnails.rglob("*.jpg"))) == 3


# ---- trouble ----


def _kind_of_worker(folder: Path) -> tuple[FailureKind, ReadyEvent | None]:
    """What a worker says when it opens the library."""
    worker = process.start(folder / "library", _SETTINGS)
    try:
        assert worker.connection.poll(60)
        message = worker.receive()
    finally:
        worker.stop()
    if isinstance(message, ReadyEvent):
        return message.kind, message
    assert isinstance(message, Failed)
    return message.kind, None


def test_a_library_that_is_in_use_is_read(service: Service, tmp_path: Path) -> None:
    kind, ready = _kind_of_worker(tmp_path)
    assert kind == "busy"
    assert ready is not None
    assert not ready.writer


def test_a_library_of_a_newer_version(tmp_path: Path) -> None:
    _service(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "library" / "catalog.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert _kind_of_worker(tmp_path) == ("too new", None)


def test_a_damaged_library_is_repaired_first_when_asked(tmp_path: Path) -> None:
    service = _service(tmp_path)
    pictures(tmp_path / "Photos", 3)
    _index(service, tmp_path / "Photos")
    service.close()
    (tmp_path / "library" / "catalog.sqlite").write_bytes(b"no catalogue" * 1000)
    assert _kind_of_worker(tmp_path) == ("damaged", None)
    worker = process.start(tmp_path / "library", _SETTINGS, repair=True)
    said: list[Reply | Event] = []
    try:
        while not any(isinstance(one, RepairedEvent) for one in said):
            assert worker.connection.poll(60)
            said.append(worker.receive())
    finally:
        worker.stop()
    assert isinstance(said[0], ReadyEvent)
    assert said[0].photos == 3
    [repaired] = [one for one in said if isinstance(one, RepairedEvent)]
    assert repaired.folders == 1


@pytest.mark.skipif(
    not all(path.stat().st_mode & 0o001 for path in (*resources().parents, *Path(sys.prefix).parents)),
    reason="the checkout or its environment lies where no other user may look",
)
def test_a_library_that_cannot_be_written_to_is_read() -> None:
    with public_folder() as folder:
        service = _service(folder)
        pictures(folder / "Photos", 2)
        _index(service, folder / "Photos")
        service.close()
        for path in folder.rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        with ordinary_user():
            with pytest.raises(LibraryReadOnlyError) as refused:
                _service(folder)
            reading = Service(folder / "library", _SETTINGS, write=False, emit=lambda _: None)
            reading.resources.refused = refused.value
            try:
                assert _hits(reading) == 2
                with pytest.raises(LibraryReadOnlyError):
                    reading.call(IndexRequest(1))
            finally:
                reading.close()


def test_a_library_that_is_deleted_while_it_is_open(tmp_path: Path) -> None:
    service = _service(tmp_path)
    pictures(tmp_path / "Photos", 2)
    try:
        shutil.rmtree(tmp_path / "library")
        with pytest.raises(LibraryMissingError):
            _index(service, tmp_path / "Photos")
    finally:
        service.close()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (DiskFullError("full"), "disk full"),
        (LibraryBusyError("busy"), "busy"),
        (LibraryMissingError("gone"), "missing"),
        (UserError("anything else"), ""),
    ],
)
def test_a_failure_tells_its_kind(error: UserError, kind: FailureKind) -> None:
    assert failed(7, error).kind == kind


def test_a_full_disk_is_told_as_one(service: Service, tmp_path: Path) -> None:
    """The catalogue may not grow by a single page: SQLite says the same when a disk is full."""
    pictures(tmp_path / "Photos", 12)
    database = service.resources.library.catalog.database
    with database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFullError):
        _index(service, tmp_path / "Photos")
