"""Watching the folders of a library: what changes in them is looked at again by an index run."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from clipdesk.core.messages import NoticeEvent, Request
from clipdesk.worker.handlers_index import ChangedRequest
from clipdesk.worker.resources import Resources

if TYPE_CHECKING:
    from clipdesk.indexing.watcher import Watcher


class FolderWatch:
    """One watcher at most, whoever asks for it. `submit` takes the index runs. Safe from any thread."""

    def __init__(self, resources: Resources, submit: Callable[[Request], None]) -> None:
        self._resources = resources
        self._submit = submit
        self._lock = threading.Lock()
        self._watcher: Watcher | None = None
        self._closed = False

    def turn(self, on: bool) -> None:
        """Watch the folders as they are now, or none. Raises LibraryError when this process may not write."""
        with self._lock:
            self._stop()
            if on:
                self._start()

    def renew(self) -> None:
        """Watch the folders as they are now, if any were watched."""
        with self._lock:
            if self._watcher is not None:
                self._stop()
                self._start()

    def close(self) -> None:
        """Stop for good."""
        with self._lock:
            self._closed = True
            self._stop()

    def _stop(self) -> None:
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.stop()

    def _start(self) -> None:
        from clipdesk.indexing.watcher import Watcher

        if self._closed:
            return
        self._resources.require_writer()

        def on_change(folders: frozenset[Path]) -> None:
            self._submit(ChangedRequest(0, tuple(sorted(folders)), tuple(started.held())))

        folders = [folder.path for folder in self._resources.library.catalog.folders.all()]
        started = Watcher(
            folders, on_change, on_notice=lambda message, hint: self._resources.emit(NoticeEvent(message, hint))
        )
        self._watcher = started
        started.start()
