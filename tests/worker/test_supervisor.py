"""What a worker was told once holds for the one that takes its place."""

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from hooks import picture, pictures

from clipdesk.core.messages import (
    Done,
    Event,
    IndexedEvent,
    IndexReply,
    IndexRequest,
    ReadyEvent,
    Reply,
    StatusReply,
    StatusRequest,
    WatchRequest,
)
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import ApplySettingsRequest
from clipdesk.worker.supervisor import WorkerSupervisor

_SETTINGS = Settings(decoder_processes=1)
_Wait = Callable[[Callable[[Reply | Event], bool]], Reply | Event]


@pytest.fixture
def said() -> "queue.SimpleQueue[Reply | Event]":
    return queue.SimpleQueue()


@pytest.fixture
def supervisor(tmp_path: Path, said: "queue.SimpleQueue[Reply | Event]") -> Iterator[WorkerSupervisor]:
    supervisor = WorkerSupervisor(tmp_path / "library", _SETTINGS, said.put, waits=(0.1, 0.1))
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    yield supervisor
    supervisor.stop()
    thread.join(30)
    assert not thread.is_alive()


@pytest.fixture
def wait(said: "queue.SimpleQueue[Reply | Event]") -> _Wait:
    def wait_for(wanted: Callable[[Reply | Event], bool]) -> Reply | Event:
        while not wanted(message := said.get(timeout=60)):
            pass
        return message

    return wait_for


@pytest.fixture
def kill_worker() -> Callable[[], None]:
    """Kills the worker of this test; a process of a test before it may not have ended yet."""
    before = set(psutil.Process().children())

    def kill() -> None:
        mine = [one for one in psutil.Process().children() if one not in before and one.is_running()]
        [worker] = [one for one in mine if "spawn_main" in " ".join(one.cmdline())]
        worker.kill()

    return kill


def test_settings_and_watching_outlive_the_worker(
    kill_worker: Callable[[], None], supervisor: WorkerSupervisor, wait: _Wait, tmp_path: Path
) -> None:
    photos = pictures(tmp_path / "Photos", 2)
    supervisor.send(IndexRequest(1, (photos,)))
    wait(lambda one: isinstance(one, IndexReply))
    supervisor.send(ApplySettingsRequest(2, _SETTINGS.model_copy(update={"excludes": ("Scans/",)})))
    wait(lambda one: isinstance(one, Done) and one.id == 2)
    supervisor.send(WatchRequest(3))
    wait(lambda one: isinstance(one, Done) and one.id == 3)
    kill_worker()
    wait(lambda one: isinstance(one, ReadyEvent))
    picture(photos / "Scans" / "s.jpg", 70)
    picture(photos / "new.jpg", 71)
    supervisor.send(IndexRequest(4))
    wait(lambda one: isinstance(one, IndexReply))
    supervisor.send(StatusRequest(5))
    status = wait(lambda one: isinstance(one, StatusReply))
    assert isinstance(status, StatusReply)
    assert status.status["photos"] == 3
    picture(photos / "later.jpg", 72)
    wait(lambda one: isinstance(one, IndexedEvent) and one.report.added == 1)
