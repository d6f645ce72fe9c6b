"""Pictures of every page and state of the window, over sample photos: `clipdesk app --screenshot DIR`.

Real windows with a real worker; what they show is found as a user would find it. Nothing of the user's own is read.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QEventLoop, QThreadPool, QTimer
from PySide6.QtGui import QImage, QUndoStack
from PySide6.QtWidgets import QApplication

from clipdesk.core.entities import Progress
from clipdesk.core.errors import UserError
from clipdesk.core.messages import Failed, IndexRequest, Reply, Request, SetTagsRequest
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import BrowseReply, BrowseRequest, SamplesReply, SamplesRequest
from clipdesk.ui import language, theme
from clipdesk.ui.application import StartWorker
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.page_makers import DUPLICATES, LIBRARY, SETTINGS, TAGS
from clipdesk.ui.parts import Parts
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.tag_list import TagList
from clipdesk.ui.thumbnail_loader import ThumbnailLoader
from clipdesk.ui.window_client import WindowClient
from clipdesk.ui.window_state import WindowState
from clipdesk.ui.worker_client import WorkerClient

_SIZE = (1280, 800)
_PATIENCE = 120.0
_CALM = 0.3
"""Seconds in which nothing happens any more."""
_SOON = 2600
"""Milliseconds: what a timer does so soon is waited for."""
_SETTINGS = Settings(language="en", theme="light", tile_size=168)


class Screenshots:
    """Draws the states one after the other. `home` is an empty folder that stands in for a user's own."""

    def __init__(self, app: QApplication, folder: Path, home: Path, start_worker: StartWorker) -> None:
        self._app, self._folder, self._home, self._start_worker = app, folder, home, start_worker
        self._pictures = home / "Pictures"
        self._library, self._client = home / "library", self._connect(home / "library")
        self._window: MainWindow | None = None

    def draw(self) -> None:
        """Draw everything."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._show(_SETTINGS)
        self._save("first-start")
        self._indexing()
        self._searches()
        self._pages()
        self._show(_SETTINGS.model_copy(update={"theme": "dark"}))
        self._search("flower + building -in:Drawn")
        self._select("palace")
        self._save("dark")
        self._show(_SETTINGS.model_copy(update={"language": "ja"}))
        self._search("flower -in:Drawn")
        self._select("flower")
        self._save("japanese")
        self._client.stop()
        self._error()
        self._client.stop()

    # ---- the states ----

    def _indexing(self) -> None:
        """Half of the sample photos are in the library, and the others are being added."""
        reply = self._ask(SamplesRequest)
        assert isinstance(reply, SamplesReply)
        shutil.copytree(reply.folder, self._pictures, dirs_exist_ok=True)
        others = self._home / "Drawn"
        (self._pictures / "Drawn").rename(others)
        self._shown.add_folders([self._pictures])
        self._settle()
        self._shown.indexing.progress.emit(Progress(12, 34, 41.0, 25.0))
        self._settle()
        self._save("indexing")
        others.rename(self._pictures / "Drawn")
        self._add_curiosities()
        self._ask(IndexRequest)
        drive = self._home / "Holiday drive"
        shutil.copytree(self._pictures / "2014", drive / "2014")
        self._ask(lambda i: IndexRequest(i, (drive,)))
        drive.rename(self._home / "unplugged")
        self._ask(IndexRequest)
        self._settle()

    def _add_curiosities(self) -> None:
        """Copies, a smaller copy, and a file that cannot be read."""
        cat = next(self._pictures.rglob("*cat.png"))
        copies = self._pictures / "Copies"
        copies.mkdir()
        shutil.copyfile(cat, copies / cat.name)
        palace = next(self._pictures.rglob("*palace.jpg"))
        smaller = QImage(str(palace))
        smaller.scaledToWidth(smaller.width() * 3 // 4).save(str(copies / "summer palace, for mail.jpg"), quality=80)
        (copies / "IMG_0412.jpg").write_bytes(palace.read_bytes()[:2000])

    def _searches(self) -> None:
        self._search("building -in:Drawn")
        self._save("results")
        self._search("a birthday cake with candles -in:Drawn")
        self._save("weak-results")
        self._search("flower in:Norway")
        self._save("nothing-found")
        self._shown.search_page().find_similar([next(self._pictures.rglob("*coffee.png"))])
        self._settle()
        self._save("similar")
        self._search("building -in:Drawn")
        self._select("palace, for mail")
        self._save("details")

    def _pages(self) -> None:
        for query, tags in (("flower", ("flower", "garden")), ("a cat", ("cat", "pet")), ("rocket", ("rocket",))):
            reply = self._ask(lambda i, query=query: BrowseRequest(i, query))
            assert isinstance(reply, BrowseReply)
            best = (int(reply.photo_ids[0]),)
            self._ask(lambda i, best=best, tags=tags: SetTagsRequest(i, best, accept=tags))
        for name, page in (("duplicates", DUPLICATES), ("tags", TAGS), ("library", LIBRARY), ("settings", SETTINGS)):
            self._shown.show_page(page)
            self._settle()
            if page == TAGS:
                self._choose_tag("sunset")
            self._save(name)

    def _error(self) -> None:
        """A library whose catalogue is no database any more."""
        library = self._home / "damaged"
        library.mkdir()
        (library / "catalog.sqlite").write_bytes(b"This was a catalogue once. " * 400)
        self._library, self._client = library, self._connect(library)
        self._show(_SETTINGS)
        self._shown.search_page()
        self._settle()
        self._save("error")

    # ---- how ----

    @property
    def _shown(self) -> MainWindow:
        assert self._window is not None
        return self._window

    def _connect(self, library: Path) -> WorkerClient:
        client = WorkerClient(lambda receive: self._start_worker(library, _SETTINGS, receive), self._app)
        client.start()
        return client

    def _show(self, settings: Settings) -> None:
        """Show a new window in the place of the one before."""
        before, owner = self._window, WindowClient(self._client)
        if before is not None:
            before.save_state()
            before.hide()
            before.deleteLater()
        language.install(self._app, settings.language)
        theme.apply(self._app, settings.theme)
        store, state = SettingsStore(settings, owner), WindowState(self._library, owner)
        self._window = MainWindow(Parts(self._library, owner, store, QUndoStack(owner), state, lambda _: None))
        owner.setParent(self._window)
        self._window.resize(*_SIZE)
        self._window.show()
        self._settle()

    def _search(self, query: str) -> None:
        self._shown.search_page().bar.set_query(query)
        self._settle()

    def _select(self, name: str) -> None:
        """Select the first photo whose file name has `name` in it."""
        results = self._shown.search_page().results
        rows = [row for row in range(results.model.count()) if name in str(results.model.photo_at(row))]
        results.view.setCurrentIndex(results.model.index(rows[0]))
        self._settle()

    def _choose_tag(self, name: str) -> None:
        """Choose a tag on the page of tags."""
        tags = self._shown.pages.findChild(TagList)
        assert isinstance(tags, TagList)
        tags.choose(name)
        self._settle()

    def _ask(self, make: Callable[[int], Request]) -> Reply:
        told: list[Reply] = []
        self._client.ask(self._client, make, told.append, told.append)
        self._wait(lambda: bool(told))
        if isinstance(told[0], Failed):
            raise UserError(told[0].message, told[0].hint)
        return told[0]

    def _settle(self) -> None:
        """Wait until nothing is being asked, loaded or painted any more."""
        calm_since = monotonic()

        def calm() -> bool:
            nonlocal calm_since
            if self._busy():
                calm_since = monotonic()
            return monotonic() - calm_since > _CALM

        self._wait(calm)

    def _busy(self) -> bool:
        timers = (timer for timer in self._shown.findChildren(QTimer) if timer.isActive() and timer.isSingleShot())
        return (
            self._client.waiting
            or QThreadPool.globalInstance().activeThreadCount() > 0
            or any(loader.busy for loader in self._shown.findChildren(ThumbnailLoader))
            or any(timer.interval() <= _SOON for timer in timers)
        )

    def _wait(self, done: Callable[[], bool]) -> None:
        end = monotonic() + _PATIENCE
        while not done():
            self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if monotonic() > end:
                raise UserError("The window did not come to rest.", "Try again when the computer is less busy.")

    def _save(self, name: str) -> None:
        file = self._folder / f"{name}.png"
        if not self._shown.grab().save(str(file)):
            raise UserError(f"{file} cannot be written.", "Name a folder that can be written to.")
        print(file, file=sys.stderr, flush=True)


def draw(folder: Path, start_worker: StartWorker) -> int:
    """Draw every state into `folder`; returns the exit code. Raises UserError."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory(prefix="clipdesk-", ignore_cleanup_errors=True) as scratch:
        home = Path(scratch)
        with _home(home):
            Screenshots(app, folder, home, start_worker).draw()
    return 0


@contextmanager
def _home(home: Path) -> Generator[None]:
    """A home folder of its own, here and in the worker, where the system's way to name it is the environment."""
    places = {"HOME": home, **{f"XDG_{name}_HOME": home / f".{name.lower()}" for name in ("CONFIG", "DATA", "CACHE")}}
    before = {name: os.environ.get(name) for name in places}
    (home / "Pictures").mkdir(parents=True)
    os.environ.update({name: str(path) for name, path in places.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
