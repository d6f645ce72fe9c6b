"""Half-written files of processes that died: whoever comes next to write to the library clears them away."""

import logging
import shutil
from contextlib import suppress
from pathlib import Path

_log = logging.getLogger(__name__)
_PATTERNS = (
    "backups/*.part*",
    "catalog.sqlite.new*",
    "catalog.sqlite.patched",
    "repair-*",
    "*.part",
    "in-flight.new",
    "writer.ending",
)


def clear(library: Path) -> None:
    """Delete what lies about in the folder of a library; for its only writer, before it writes anything there.

    Parts of thumbnails lie in folders of their own, which are looked through by an index run.
    """
    for pattern in _PATTERNS:
        for path in library.glob(pattern):
            _log.info("what a process that died has left is deleted")
            with suppress(OSError):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()
