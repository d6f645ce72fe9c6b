"""The real worker process: questions during a run, cancel, kill -9, a deadly file, and its end."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
from hooks import DEADLY, Gate, abort_on_deadly_picture, pictures
from PIL import Image

from clipdesk.catalog.library import open_library
from clipdesk.core.entities import FileState
from clipdesk.core.messages import (
    CancelRequest,
    Done,
    Event,
    Failed,
    FailuresReply,
    FailuresRequest,
    IndexReply,
    IndexRequest,
    NoticeEvent,
    ReadyEvent,
    Reply,
    RetryRequest,
    SearchReply,
    SearchRequest,
    StatusReply,
    StatusRequest,
    StopRequest,
)
from clipdesk.core.settings import Settings
from clipdesk.worker.process import WorkerHandle, start
from clipdesk.worker.resources import Hooks
from clipdesk.worker.supervisor import WorkerSupervisor

_SETTINGS = Settings(decoder_processes=1)
_Message = TypeVar("_Message", bound=Reply | Event)


class Desk:
    """A library, its photos, and the workers that a test starts."""

    def __init__(self, folder: Path) -> None:
        self.library = folder / "library"
        self.photos = folder / "Photos"
        self.workers: list[WorkerHandle] = []

    def start(self, hooks: Hooks | None = None) -> WorkerHandle:
        worker = start(self.library, _SETTINGS, hooks=hooks)
        self.workers.append(worker)
        wait_for(worker, ReadyEvent)
        return worker

    def states(self) -> dict[str, FileState]:
        with open_library(self.library, write=False) as library:
            [folder] = library.catalog.folders.all()
            return {path: file.state for path, file in library.catalog.files.known(folder.id).items()}


def wait_for(worker: WorkerHandle, kind: type[_Message], request_id: int | None = None) -> _Message:
    """The next message of this kind; another reply to the same request fails the test."""
    while worker.connection.poll(120):
        message = worker.receive()
        if isinstance(message, kind) and (request_id is None or getattr(message, "id", None) == request_id):
            return message
        if isinstance(message, Failed) and message.id in (0, request_id):
            pytest.fail(f"{message.message} {message.hint}")
    pytest.fail("the worker says nothing")


def wait_until_embedded(worker: WorkerHandle, count: int) -> None:
    for request_id in range(1000, 100_000):
        worker.send(StatusRequest(request_id))
        if wait_for(worker, StatusReply, request_id).status["embeddings"] >= count:
            return
    pytest.fail(f"there were never {count} embeddings")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    for worker in desk.workers:
        worker.process.kill()
        worker.process.join()
        worker.connection.close()


def test_index_and_search(desk: Desk) -> None:
    pictures(desk.photos, 6)
    worker = desk.start()
    worker.send(IndexRequest(1, (desk.photos,)))
    assert wait_for(worker, IndexReply, 1).report.added == 6
    worker.send(SearchRequest(2, "coloured squares", limit=4))
    assert len(wait_for(worker, SearchReply, 2).hits) == 4
    worker.send(SearchRequest(3, 'squares "unclosed'))
    failed = wait_for(worker, Failed, 3)
    assert (failed.exit_code, failed.text, failed.bug) == (2, 'squares "unclosed', False)
    assert failed.position is not None
    worker.send(StopRequest(4))
    wait_for(worker, Done, 4)
    worker.process.join(30)
    assert worker.process.exitcode == 0


def test_questions_are_answered_during_a_run_and_cancel_ends_it(desk: Desk, tmp_path: Path) -> None:
    pictures(desk.photos, 70)
    gate = Gate(tmp_path, hold=3)
    worker = desk.start(Hooks(gate))
    worker.send(IndexRequest(1, (desk.photos,)))
    wait_until_embedded(worker, 32)
    # The encoder is held in the middle of a batch now.
    worker.send(SearchRequest(2, "squares", limit=5))
    assert len(wait_for(worker, SearchReply, 2).hits) == 5
    worker.send(CancelRequest(3, target=1))
    wait_for(worker, Done, 3)
    (tmp_path / "go").touch()
    report = wait_for(worker, IndexReply, 1).report
    assert report.cancelled
    assert report.added == 48
    worker.send(IndexRequest(4))
    report = wait_for(worker, IndexReply, 4).report
    assert (report.added, report.unchanged, report.cancelled) == (22, 48, False)
    assert gate.embedded() == 70


def test_killed_in_the_middle_of_a_batch_it_goes_on_where_it_was(desk: Desk, tmp_path: Path) -> None:
    pictures(desk.photos, 60)
    gate = Gate(tmp_path, hold=3)
    worker = desk.start(Hooks(gate))
    worker.send(IndexRequest(1, (desk.photos,)))
    wait_until_embedded(worker, 32)
    children = psutil.Process(worker.process.pid).children(recursive=True)
    assert children, "there should be decoders"
    worker.process.kill()
    worker.process.join()
    psutil.wait_procs(children, timeout=20)
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    assert len(desk.states()) == 32

    (tmp_path / "go").touch()
    worker = desk.start(Hooks(gate))
    worker.send(IndexRequest(1))
    report = wait_for(worker, IndexReply, 1).report
    assert (report.added, report.unchanged, report.failed) == (28, 32, ())
    assert set(desk.states().values()) == {FileState.INDEXED}
    assert gate.embedded() == 60, "something was embedded twice, or not at all"
    worker.send(StatusRequest(2))
    assert wait_for(worker, StatusReply, 2).status["embeddings"] == 60


def test_a_file_that_kills_the_worker_twice_is_quarantined(desk: Desk) -> None:
    pictures(desk.photos, 20)
    deadly = desk.photos / "a 5 deadly.png"
    Image.new("RGB", (100, 100), DEADLY).save(deadly)
    messages: list[Reply | Event] = []
    supervisor = WorkerSupervisor(
        desk.library, _SETTINGS, messages.append, Hooks(abort_on_deadly_picture), waits=(0.0, 0.0, 0.0)
    )

    def stop_at_reply(message: Reply | Event) -> None:
        messages.append(message)
        if isinstance(message, IndexReply) or (isinstance(message, Failed) and message.bug):
            supervisor.stop()

    supervisor.on_message = stop_at_reply
    supervisor.send(IndexRequest(1, (desk.photos,)))
    supervisor.run()
    [report] = [message.report for message in messages if isinstance(message, IndexReply)]
    assert [(failure.path, failure.state) for failure in report.failed] == [(deadly, FileState.QUARANTINED)]
    told = [message for message in messages if isinstance(message, NoticeEvent)]
    assert len(told) == 2, told
    states = desk.states()
    assert states.pop(deadly.name) is FileState.QUARANTINED
    assert len(states) == 20
    assert set(states.values()) == {FileState.INDEXED}

    worker = desk.start()
    worker.send(IndexRequest(1))
    assert wait_for(worker, IndexReply, 1).report.unchanged == 21
    worker.send(FailuresRequest(2))
    assert wait_for(worker, FailuresReply, 2).failures[0].path == deadly
    worker.send(RetryRequest(3))
    wait_for(worker, Done, 3)
    worker.send(IndexRequest(4))
    assert wait_for(worker, IndexReply, 4).report.failed == (), "this worker's encoder can read it"


def test_supervisor_gives_up_on_a_worker_that_always_dies(desk: Desk) -> None:
    messages: list[Reply | Event] = []
    supervisor = WorkerSupervisor(desk.library, _SETTINGS, messages.append, waits=(0.0,))

    def kill_when_ready(message: Reply | Event) -> None:
        messages.append(message)
        if isinstance(message, ReadyEvent):
            for child in multiprocessing.active_children():
                child.kill()

    supervisor.on_message = kill_when_ready
    supervisor.send(IndexRequest(7, (desk.photos,)))
    supervisor.run()
    assert sum(isinstance(message, ReadyEvent) for message in messages) == 2
    failed = {message.id: message for message in messages if isinstance(message, Failed)}
    assert failed.keys() == {0, 7}
    assert failed[0].bug


def test_the_end_of_the_pipe_ends_the_worker_and_its_decoders(desk: Desk, tmp_path: Path) -> None:
    pictures(desk.photos, 40)
    worker = desk.start(Hooks(Gate(tmp_path, hold=2)))
    worker.send(IndexRequest(1, (desk.photos,)))
    wait_until_embedded(worker, 16)
    children = psutil.Process(worker.process.pid).children(recursive=True)
    worker.connection.close()
    (tmp_path / "go").touch()
    worker.process.join(60)
    assert worker.process.exitcode == 0
    assert psutil.wait_procs(children, timeout=20)[1] == []
    assert 16 <= len(desk.states()) < 40


def test_a_second_worker_only_reads(desk: Desk) -> None:
    pictures(desk.photos, 3)
    first = desk.start()
    first.send(IndexRequest(1, (desk.photos,)))
    wait_for(first, IndexReply, 1)
    second = start(desk.library, _SETTINGS)
    desk.workers.append(second)
    ready = wait_for(second, ReadyEvent)
    assert (ready.photos, ready.writer) == (3, False)
    second.send(SearchRequest(1, "squares"))
    assert len(wait_for(second, SearchReply, 1).hits) == 3
    second.send(IndexRequest(2))
    assert "another clipdesk" in wait_for(second, Failed, 2).message


def test_the_worker_of_a_killed_window_is_waited_for(desk: Desk, tmp_path: Path) -> None:
    pictures(desk.photos, 40)
    first = desk.start(Hooks(Gate(tmp_path, hold=2)))
    first.send(IndexRequest(1, (desk.photos,)))
    wait_until_embedded(first, 16)
    first.connection.close()  # as when its window is killed; it is in the middle of a batch
    announced = desk.library / "writer.ending"
    while not announced.exists():
        assert first.process.is_alive()
    second = start(desk.library, _SETTINGS)
    desk.workers.append(second)
    assert not second.connection.poll(3), "it does not open the library for reading only"
    (tmp_path / "go").touch()
    assert wait_for(second, ReadyEvent).writer
    assert not announced.exists()


@pytest.mark.skipif(psutil.WINDOWS, reason="niceness is told differently")
def test_the_worker_gives_way(desk: Desk) -> None:
    worker = desk.start()
    assert psutil.Process(worker.process.pid).nice() >= 10


def test_damage_that_shows_after_opening_is_told(desk: Desk) -> None:
    open_library(desk.library, write=True, create=True).close()
    file = desk.library / "catalog.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        pages = connection.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'models'").fetchall()
    with file.open("r+b") as opened:
        for (page,) in pages:
            opened.seek((page - 1) * size)
            opened.write(b"\xff" * size)
    worker = start(desk.library, _SETTINGS)
    desk.workers.append(worker)
    told = worker.receive()
    assert isinstance(told, Failed)
    assert (told.id, told.kind) == (0, "damaged")
