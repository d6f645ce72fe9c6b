"""A worker and a window in which everything fails, each time with the user's own words in what the error says."""

import concurrent.futures
import logging
import os
import sqlite3
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from clipdesk.core.entities import Matrix, Pixels
from clipdesk.core.errors import DecodeError, LibraryError
from clipdesk.core.settings import Settings
from clipdesk.indexing.decoder import DecodeTask, Prepared, prepare
from clipdesk.models.encoder import Encoder
from clipdesk.worker import encoders

SECRET = "Zyxomma"
"""In every name and query; nowhere in clipdesk."""


def errors() -> list[Callable[[], object]]:
    """Ways to fail, all of them with the secret."""
    return [
        (Path(SECRET) / "gone.jpg").read_bytes,
        lambda: int(f"{SECRET}.jpg"),
        lambda: {}[f"{SECRET} on the beach"],
        lambda: {}[Path(SECRET)],
        lambda: f"{SECRET}.jpg".encode("ascii").decode("utf-32"),
        lambda: bytes([0xFF]) + SECRET,
        lambda: getattr(Path(SECRET), SECRET),
        lambda: raises(OSError(f"cannot identify {SECRET}.jpg")),
        lambda: raises(OSError(5, f"no {SECRET}", f"{SECRET}.jpg")),
        lambda: raises(DecodeError(f"{SECRET}.jpg is cut off", f"See {SECRET}")),
        lambda: raises(LibraryError(f"{SECRET} is busy")),
        lambda: raises(type("OwnError", (ValueError,), {})(SECRET)),
        lambda: raises(ExceptionGroup(SECRET, [ValueError(SECRET), OSError(2, SECRET, SECRET)])),
        _noted,
        chained,
        lambda: sqlite3.connect(":memory:").execute(f"SELECT '{SECRET}' FROM {SECRET}"),
        _refused_by_the_catalogue,
        lambda: raises(UnicodeEncodeError("ascii", SECRET, 0, 1, SECRET)),
        lambda: raises(concurrent.futures.BrokenExecutor(SECRET)),
    ]


def raises(error: BaseException) -> None:
    """Raise it: a statement as a function."""
    raise error


def _noted() -> None:
    error = RuntimeError(SECRET)
    error.add_note(f"It was {SECRET}.jpg")
    raise error


def chained() -> None:
    """An error that came of two others."""
    try:
        int(SECRET)
    except ValueError as error:
        try:
            raises(KeyError(SECRET))
        except KeyError:
            raise RuntimeError(f"{error} at {SECRET}") from error


def _refused_by_the_catalogue() -> None:
    import sqlalchemy

    with sqlalchemy.create_engine("sqlite://").connect() as connection:
        connection.execute(sqlalchemy.text(f"SELECT * FROM {SECRET} WHERE name = :name"), {"name": f"{SECRET}.jpg"})


# ---- in the worker ----


class LeakyEncoder:
    """Fails in another way at every batch and at every query."""

    def __init__(self, inner: Encoder) -> None:
        self._inner = inner
        self._ways = errors()
        self._calls = 0

    def encode_images(self, batch: Pixels) -> Matrix:
        warnings.warn(f"{SECRET}.jpg is odd", UserWarning, stacklevel=2)
        if len(batch) == 1:
            if self._calls % 3 == 2:  # not all of them: a run in which no picture can be embedded is a failure
                self._calls += 1
                return np.asarray(self._inner.encode_images(batch))
            self._fail()
        threading.Thread(target=self._fail).start()
        raise RuntimeError(f"a batch with {SECRET}.jpg")

    def encode_texts(self, texts: list[str]) -> Matrix:
        if "dies" in texts[0]:
            os.abort()
        if SECRET in texts[0]:
            self._fail()
        return np.asarray(self._inner.encode_texts(texts))

    def _fail(self) -> None:
        self._calls += 1
        self._ways[self._calls % len(self._ways)]()

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


def load_leaky(settings: Settings) -> LeakyEncoder:
    return LeakyEncoder(encoders.load(settings))


def prepare_leaky(task: DecodeTask) -> Prepared:
    """A decoder with bugs: it fails on some files, and dies of others."""
    name = Path(task.path).name
    if "dies" in name:
        os.abort()
    if "bug" in name:
        try:
            int(name)
        except ValueError as error:
            raise KeyError(task.path) from error
    return prepare(task)


# ---- in the window ----


def window(library: Path, photos: Path, told: Path) -> int:
    """A window in which a slot, a job and a thread fail; then diagnostics are copied into the file `told`."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication

    from clipdesk.ui import application
    from clipdesk.ui.jobs import JobThread
    from clipdesk.ui.main_window import MainWindow
    from clipdesk.ui.page_makers import SETTINGS
    from clipdesk.ui.settings_page import SettingsPage
    from clipdesk.worker import logs
    from clipdesk.worker.supervisor import WorkerSupervisor

    logs.start()
    logs.keep_off_terminal()
    app = application.application()
    ways = [*errors()]
    patience = QTimer(app, interval=100)

    def window_of() -> MainWindow:
        return next(one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow))

    def go_wrong() -> None:
        if ways:
            way = ways.pop()
            JobThread(window_of()).run(way, lambda _: None)
            thread = threading.Thread(target=way)
            thread.start()
            thread.join()
            way()
            return
        if window_of().indexing.running:
            return
        patience.timeout.disconnect(go_wrong)
        patience.timeout.connect(look)
        window_of().search_page().bar.set_query(f"{SECRET} on the beach")
        window_of().show_page(SETTINGS)
        page = window_of().findChild(SettingsPage)
        assert page is not None
        page.help.copy_button.click()

    def look() -> None:
        if "clipdesk 0." in QGuiApplication.clipboard().text():
            told.write_text(QGuiApplication.clipboard().text(), encoding="utf-8")
            app.quit()

    patience.timeout.connect(go_wrong)
    patience.start()
    return application.run(application.WindowOptions(library, (photos,)), WorkerSupervisor)


if __name__ == "__main__":
    logging.raiseExceptions = True
    sys.exit(window(*map(Path, sys.argv[1:])))
