"""Writes XMP sidecars in a thread of its own: a slow drive delays no question.

What is to be written is in the catalogue, so that a process that dies leaves it to the next one.
"""

import logging
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from clipdesk.catalog.catalog import Catalog
from clipdesk.core.errors import UserError
from clipdesk.core.messages import NoticeEvent

_log = logging.getLogger(__name__)
_AT_ONCE = 100
"""Photos whose sidecars are written before that is noted."""


class SidecarThread:
    """Brings the sidecars of photos up to date with the catalogue's accepted tags, one photo after the other."""

    def __init__(self, catalog: Catalog, tell: Callable[[NoticeEvent], None]) -> None:
        self._catalog = catalog
        self._tell = tell
        self._lock = threading.Lock()
        self._thread: ThreadPoolExecutor | None = None

    def write(self) -> None:
        """Write the sidecars that are owed, as soon as may be. Safe from any thread."""
        with self._lock:
            self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="sidecars")
            self._thread.submit(self._write)

    def close(self) -> None:
        """Finish what is to be written."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown(wait=True)

    def _write(self) -> None:
        failed: list[str] = []
        try:
            owed = list(self._catalog.owed_sidecars.all().items())
            for start in range(0, len(owed), _AT_ONCE):
                some = dict(owed[start : start + _AT_ONCE])
                failed += self._write_all(some.keys())
                self._catalog.owed_sidecars.settle(some)
        except UserError as error:
            failed = [error.message]
        except Exception:
            _log.exception("a bug while writing sidecars")
            failed = ["Details are in the log"]
        if failed:
            message = "The tags could not be written beside "
            message += "a photo." if len(failed) == 1 else f"{len(failed)} photos."
            self._tell(NoticeEvent(message, f"{failed[0]}. The tags are kept in the library."))

    def _write_all(self, photo_ids: Collection[int]) -> list[str]:
        from clipdesk.indexing.sidecar_writer import write_tags

        failed: list[str] = []
        for photo in self._catalog.photos.get(list(photo_ids)).values():
            said = self._catalog.tags.of(photo.id)
            accepted = [tag for tag, state in said.items() if state == "accepted"]
            for path in photo.paths:
                if not _is_there(path):  # its drive is away: written with the next change of its tags
                    continue
                try:
                    write_tags(path, accepted)
                except UserError as error:
                    failed.append(error.message)
        return failed


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
