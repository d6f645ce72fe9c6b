"""File system events of one root folder through watchdog, boiled down to "this changed in that folder"."""

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from clipdesk.indexing.excludes import CATALOG, is_library_part, is_system_folder
from clipdesk.indexing.formats import is_photo
from clipdesk.indexing.sidecars import is_sidecar

_WINDOWS = sys.platform == "win32"
_EVENTS: list[type[FileSystemEvent]] = [
    # Not those of opening and reading: indexing itself makes them.
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
_QUEUE_LIMIT = Path("/proc/sys/fs/inotify/max_queued_events")

OnTouched = Callable[[str, str], None]
"""Called with a folder (absolute) and the name of the file in it that changed, "" for the folder itself."""
OnSignal = Callable[[], None]


def new_observer() -> BaseObserver:
    """Make the observer that suits this system."""
    return Observer()


class RootEvents:
    """Watches one root folder with all its sub-folders. Callbacks come from watchdog's threads and must be quick."""

    def __init__(
        self,
        root: Path,
        *,
        inner: Sequence[Path],
        on_touched: OnTouched,
        on_overflow: OnSignal,
        on_lost: OnSignal,
        observer_factory: Callable[[], BaseObserver] = new_observer,
    ) -> None:
        """Start watching; raises OSError (ENOSPC and EMFILE: the system's limit of watches is reached).

        `inner` are other roots inside this one, which have watchers of their own. `on_overflow` tells that events
        were lost, `on_lost` that the root itself is gone.
        """
        self._observer = observer_factory()
        self._overflow = _OverflowListener(on_overflow)
        handler = _Handler(root, inner, on_touched, on_overflow, on_lost)
        try:
            self._observer.start()
            self._observer.schedule(handler, os.path.realpath(root), recursive=True, event_filter=_EVENTS)
            self.check_limit()
        except BaseException:
            self.stop()
            raise

    def check_limit(self) -> None:
        """Raise OSError when no further folder can be watched.

        watchdog keeps quiet about sub-folders that it could not add, so ask for one watch more.
        """
        if sys.platform != "linux":
            return
        with tempfile.TemporaryDirectory(prefix="clipdesk-") as folder:
            watch = self._observer.schedule(FileSystemEventHandler(), folder, event_filter=_EVENTS)
            self._observer.unschedule(watch)

    def is_alive(self) -> bool:
        """Tell whether events can still come."""
        return self._observer.is_alive() and all(emitter.is_alive() for emitter in self._observer.emitters)

    def stop(self, timeout: float = 2.0) -> None:
        """Stop watching; waits at most `timeout` seconds for the threads."""
        self._overflow.close()
        if self._observer.ident is not None:
            self._observer.stop()
            self._observer.join(timeout)


class _Handler(FileSystemEventHandler):
    """Sorts out which events matter."""

    def __init__(
        self, root: Path, inner: Sequence[Path], on_touched: OnTouched, on_overflow: OnSignal, on_lost: OnSignal
    ) -> None:
        super().__init__()
        self._root = str(root)
        # Symlinks in the path are resolved to be watched at all; macOS reports resolved paths anyway.
        self._prefixes = tuple({path.rstrip(os.sep) + os.sep for path in (self._root, os.path.realpath(root))})
        self._inner = tuple(str(path) for path in inner)
        self._on_touched = on_touched
        self._on_overflow = on_overflow
        self._on_lost = on_lost
        self._limit = _burst_limit()
        self._count = 0

    def dispatch(self, event: FileSystemEvent) -> None:
        self._count += 1
        if self._count % self._limit == 0:
            # As many as fill the kernel's queue: more may have been dropped, and older versions of watchdog hide that.
            self._on_overflow()
        for path in filter(None, (os.fsdecode(event.src_path), os.fsdecode(event.dest_path))):
            relative = self._relative(path)
            if relative:
                self._sort(event, relative)
            elif relative is not None and isinstance(event, DirDeletedEvent | DirMovedEvent):
                self._on_lost()

    def _relative(self, path: str) -> str | None:
        for prefix in self._prefixes:
            if path.startswith(prefix):
                return path[len(prefix) :]
            if path + os.sep == prefix:
                return ""
        return None

    def _sort(self, event: FileSystemEvent, relative: str) -> None:
        path = f"{self._root}{os.sep}{relative}"
        parts = Path(relative).parts
        name = parts[-1]
        if self._is_elsewhere(path) or any(map(is_system_folder, parts[:-1])) or self._is_library(parts):
            return
        if event.is_directory:
            if not is_system_folder(name):
                self._on_touched(path, "")
        elif is_sidecar(name) or (is_photo(name) and not name.startswith(".")) or name.endswith(".icloud"):
            self._on_touched(path[: -len(name) - 1], name)
        elif _WINDOWS and isinstance(event, FileDeletedEvent):
            # Windows does not tell what it was that went: it may have been a folder.
            self._on_touched(path, "")

    def _is_elsewhere(self, path: str) -> bool:
        return any(path == other or path.startswith(other + os.sep) for other in self._inner)

    def _is_library(self, parts: Sequence[str]) -> bool:
        """Tell whether a path lies in clipdesk's own folders: thumbnails are written while photos are indexed."""
        return any(
            is_library_part(part) and Path(self._root, *parts[:i], CATALOG).exists() for i, part in enumerate(parts)
        )


class _OverflowListener(logging.Handler):
    """watchdog tells of a full inotify queue only in its log."""

    def __init__(self, on_overflow: OnSignal) -> None:
        super().__init__(logging.WARNING)
        self._on_overflow = on_overflow
        self._logger = logging.getLogger("watchdog")
        self._logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.getMessage().lower():
            self._on_overflow()

    def close(self) -> None:
        self._logger.removeHandler(self)
        super().close()


def _burst_limit() -> int:
    try:
        return max(64, int(_QUEUE_LIMIT.read_text()) // 2)
    except (OSError, ValueError):
        return 8192
