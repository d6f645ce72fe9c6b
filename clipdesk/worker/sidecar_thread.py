"""Writes XMP sidecars in a thread of its own: a slow drive delays no question."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from clipdesk.catalog.catalog import Catalog
from clipdesk.core.errors import UserError
from clipdesk.core.messages import NoticeEvent

_log = logging.getLogger(__name__)


class SidecarThread:
    """Brings the sidecars of photos up to date with the catalogue's accepted tags, one photo after the other."""

    def __init__(self, catalog: Catalog, tell: Callable[[NoticeEvent], None]) -> None:
        self._catalog = catalog
        self._tell = tell
        self._lock = threading.Lock()
        self._thread: ThreadPoolExecutor | None = None

    def write(self, photo_ids: Sequence[int]) -> None:
        """Write the sidecars of these photos as soon as may be. Safe from any thread."""
        with self._lock:
            self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="sidecars")
            self._thread.submit(self._write, tuple(photo_ids))

    def close(self) -> None:
        """Finish what is to be written."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown(wait=True)

    def _write(self, photo_ids: tuple[int, ...]) -> None:
        try:
            failed = self._write_all(photo_ids)
        except Exception:
            _log.exception("a bug while writing sidecars")
            failed = ["Details are in the log"]
        if failed:
            message = "The tags could not be written beside "
            message += "a photo." if len(failed) == 1 else f"{len(failed)} photos."
            self._tell(NoticeEvent(message, f"{failed[0]}. The tags are kept in the library."))

    def _write_all(self, photo_ids: tuple[int, ...]) -> list[str]:
        from clipdesk.indexing.sidecar_writer import write_tags

        failed: list[str] = []
        for photo in self._catalog.photos.get(photo_ids).values():
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
