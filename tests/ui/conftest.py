"""What the tests of the window share: a small library, a worker that serves it, settings of their own."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clipdesk.catalog.library import open_library
from clipdesk.core.messages import IndexReply, IndexRequest, Reply, Request
from clipdesk.core.paths import settings_file
from clipdesk.core.settings import Settings
from clipdesk.ui.garbage import collect_when_idle
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import Connect, WorkerClient
from clipdesk.worker.service import Service
from clipdesk.worker.supervisor import WorkerSupervisor

SETTINGS = Settings(decoder_processes=1, threads=1)
PHOTOS = 40
WAIT = 60_000
"""Milliseconds that are enough for a worker on a busy machine."""
WaitReply = Callable[[WorkerClient, Callable[[int], Request]], Reply]


def connect_to(library: Path) -> Connect:
    """How a client starts the worker of a library."""
    return lambda receive: WorkerSupervisor(library, SETTINGS, receive, waits=(0.1, 0.1, 0.1))


def newest_worker() -> psutil.Process:
    """The worker that was started last; those of earlier tests may still be ending."""
    workers: list[tuple[float, psutil.Process]] = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if "spawn_main" in " ".join(child.cmdline()):
                workers.append((child.create_time(), child))
    return max(workers, key=lambda one: one[0])[1]


@pytest.fixture(scope="package", autouse=True)
def _garbage(qapp: QApplication) -> Iterator[None]:
    """As in the program: no widget is destroyed in the thread that listens to the worker."""
    collection = collect_when_idle(qapp)
    yield
    collection.stop()
    collection.deleteLater()


@pytest.fixture(scope="session")
def indexed(photos_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `Photos` and an indexed `library` of them, to be copied: nothing opens it later."""
    folder = tmp_path_factory.mktemp("indexed")
    files = sorted(path for path in (photos_folder / "library").rglob("*") if path.is_file())
    for path in files[:: max(1, len(files) // PHOTOS)][:PHOTOS]:
        copy = folder / "Photos" / path.relative_to(photos_folder / "library")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    service = Service(folder / "library", SETTINGS, write=True, create=True, emit=lambda _: None)
    try:
        reply = service.call(IndexRequest(1, (folder / "Photos",)))
    finally:
        service.close()
    assert isinstance(reply, IndexReply)
    assert reply.report.added == PHOTOS
    return folder


def copy_library(indexed: Path, target: Path) -> Path:
    """Copy photos and library; the copied library knows the copied photos."""
    shutil.copytree(indexed, target, dirs_exist_ok=True)
    with open_library(target / "library", write=True) as library:
        [folder] = library.catalog.folders.all()
        library.catalog.folders.update(folder.id, path=target / "Photos")
    return target / "library"


@pytest.fixture(scope="session")
def library_folder(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library (a folder) that `client` serves; its photos are in `Photos` beside it. Change nothing in either."""
    return copy_library(indexed, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def own_library(indexed: Path, tmp_path: Path) -> Path:
    """A library to change as a test likes; its photos are in `Photos` beside it."""
    return copy_library(indexed, tmp_path)


@pytest.fixture(scope="session")
def _session_client(qapp: object, library_folder: Path) -> Iterator[WorkerClient]:
    client = WorkerClient(connect_to(library_folder))
    client.start()
    yield client
    client.stop()


@pytest.fixture
def client(_session_client: WorkerClient, wait_reply: WaitReply) -> WorkerClient:
    """A client whose worker serves `library_folder`, ready. For questions only: a test that changes anything, stops
    or kills the worker takes `own_client`."""
    from clipdesk.core.messages import FoldersRequest

    wait_reply(_session_client, FoldersRequest)
    return _session_client


@pytest.fixture
def start_client(qtbot: QtBot) -> Iterator[Callable[[Path], WorkerClient]]:
    """Starts a client over any library folder (made when there is none) and waits until its worker is ready."""
    started: list[WorkerClient] = []

    def start(library: Path) -> WorkerClient:
        client = WorkerClient(connect_to(library))
        started.append(client)
        with qtbot.waitSignal(client.ready, timeout=WAIT):
            client.start()
        return client

    yield start
    for client in started:
        client.stop()


@pytest.fixture
def own_client(own_library: Path, start_client: Callable[[Path], WorkerClient]) -> WorkerClient:
    """A client whose worker serves `own_library`, ready."""
    return start_client(own_library)


@pytest.fixture
def store() -> Iterator[SettingsStore]:
    """Settings of this test alone."""
    yield SettingsStore(SETTINGS)
    settings_file().unlink(missing_ok=True)


@pytest.fixture
def wait_reply(qtbot: QtBot) -> WaitReply:
    """Asks and waits: `wait_reply(client, lambda i: BrowseRequest(i, "dog"))` gives the reply, or the `Failed`."""

    def wait(client: WorkerClient, make: Callable[[int], Request]) -> Reply:
        replies: list[Reply] = []
        client.ask(client, make, replies.append, replies.append)
        qtbot.waitUntil(lambda: bool(replies), timeout=WAIT)
        return replies[0]

    return wait
