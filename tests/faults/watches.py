"""Watches a tree where a limit of its own holds, and prints JSON: `python -m tests.faults.watches ROOT LIMIT`."""

import ctypes
import json
import os
import queue
import sys
import time
from pathlib import Path

from clipdesk.bench.memory import peak_bytes
from clipdesk.indexing.watcher import Watcher

_SECONDS = 60.0


def main(root: Path, limit: int) -> None:
    Path("/proc/sys/user/max_inotify_watches").write_text(str(limit))
    notices: queue.Queue[tuple[str, str]] = queue.Queue()
    changes: queue.Queue[frozenset[Path]] = queue.Queue()
    began = time.monotonic()
    watcher = Watcher(
        [root],
        changes.put,
        settle_seconds=0.1,
        on_notice=lambda message, hint: notices.put((message, hint)),
        poll_seconds=0.5,
    )
    watcher.start()
    assert watcher.wait_ready(_SECONDS)
    told = {"seconds": time.monotonic() - began, "watches": watches(), "free": free_watches(root, limit)}
    while not changes.empty():
        changes.get()
    (root / "new.jpg").write_bytes(b"x")
    told["seen"] = root in changes.get(timeout=_SECONDS)
    watcher.stop()
    told["notices"] = [notices.get() for _ in range(notices.qsize())]
    told["megabytes"] = peak_bytes() / 1e6
    print(json.dumps(told))


def watches() -> int:
    """How many folders this process watches."""
    return sum(info.read_text().count("inotify wd:") for info in Path("/proc/self/fdinfo").iterdir() if info.exists())


def free_watches(root: Path, limit: int) -> int:
    """How many another program could still have."""
    library = ctypes.CDLL(None, use_errno=True)
    own = library.inotify_init()
    try:
        for number, folder in enumerate((root, *root.iterdir())):
            if number > limit or library.inotify_add_watch(own, os.fsencode(folder), 0x100) < 0:
                return number
        return limit
    finally:
        os.close(own)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
