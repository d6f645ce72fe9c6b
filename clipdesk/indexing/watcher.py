"""The watcher: tells which folders to scan again after photos changed, once the changes have settled."""

import errno
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clipdesk.indexing.long_paths import extended
from clipdesk.indexing.scanner import nested
from clipdesk.indexing.settling import Settling
from clipdesk.indexing.volumes import is_network

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

    from clipdesk.indexing.native_events import RootEvents

_log = logging.getLogger(__name__)

_LIMIT_ERRORS = (errno.ENOSPC, errno.EMFILE, errno.ENFILE)
_SETTLE_LOOKS = 4
"""Looks at touched files within one settling time."""
_WAITS = 15
"""A burst that lasts longer than so many settling times is reported in between."""

Identity = tuple[int, int]


@dataclass(slots=True)
class _Root:
    """One watched root; used by the watcher's thread only."""

    path: Path
    inner: tuple[Path, ...]
    settling: Settling
    polled: bool = False
    identity: Identity | None = None
    events: "RootEvents | None" = None
    next_scan: float = 0.0
    new_folders: bool = False

    def is_watched(self) -> bool:
        return self.polled or (self.events is not None and self.events.is_alive())


@dataclass(frozen=True, slots=True)
class _Touch:
    root: _Root
    folder: str
    name: str


@dataclass(frozen=True, slots=True)
class _Overflow:
    root: _Root


@dataclass(frozen=True, slots=True)
class _Lost:
    root: _Root


_Item = _Touch | _Overflow | _Lost | None


class Watcher:
    """Watches root folders and calls `on_change` with the folders (absolute, roots included) that changed.

    Each of these wants a scan with all folders inside it. Every root that is there is reported once when its watch
    is up, so that nothing is missed between a scan before and the watch. Further: roots that went away, came back or
    were replaced; roots in which events were lost; network drives every `poll_seconds`, since nobody tells of what
    other machines do there; all others every `safety_seconds` (what lies behind symlinked folders is not watched).
    A root whose native watch fails is polled as well, and `on_notice` says so (message, hint).

    Callbacks come one at a time from one thread, and may take long.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        on_change: Callable[[frozenset[Path]], None],
        *,
        settle_seconds: float = 2.0,
        on_notice: Callable[[str, str], None] | None = None,
        poll_seconds: float = 300.0,
        check_seconds: float = 5.0,
        safety_seconds: float = 3600.0,
        needs_polling: Callable[[Path], bool] = is_network,
        observer_factory: "Callable[[], BaseObserver] | None" = None,
    ) -> None:
        self._on_change = on_change
        self._on_notice = on_notice
        self._poll_seconds = poll_seconds
        self._check_seconds = check_seconds
        self._safety_seconds = safety_seconds
        self._tick = settle_seconds / _SETTLE_LOOKS
        self._needs_polling = needs_polling
        self._observer_factory = observer_factory
        self._roots = [
            _Root(path, nested(path, folders), Settling(path, settle_seconds, settle_seconds * _WAITS))
            for path in dict.fromkeys(folders)
        ]
        self._queue: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._held: frozenset[Path] = frozenset()

    def start(self) -> None:
        """Start watching in the background; a large tree takes seconds until its watch is up."""
        self._thread.start()

    def wait_ready(self, timeout: float | None = None) -> bool:
        """Wait until every root that is there is watched; False when `timeout` seconds were not enough."""
        return self._ready.wait(timeout)

    def stop(self, timeout: float = 5.0) -> None:
        """Stop; no callback starts after this. Waits at most `timeout` seconds for one that is running."""
        self._stopping.set()
        self._queue.put(None)
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def held(self) -> frozenset[Path]:
        """Return the files that were still growing at the last callback (a slow copy): leave them to the next one."""
        return self._held

    def _run(self) -> None:
        try:
            for root in self._roots:
                root.polled = self._needs_polling(root.path)
                self._check(root)
            self._ready.set()
            next_check = time.monotonic() + self._check_seconds
            while not self._stopping.is_set():
                pending = any(root.settling.pending for root in self._roots)
                wait = next_check - time.monotonic()
                self._drain(max(0.0, min(wait, self._tick) if pending else wait))
                if time.monotonic() >= next_check:
                    for root in self._roots:
                        self._check(root)
                    next_check = time.monotonic() + self._check_seconds
                self._report()
        except Exception:
            _log.exception("the watcher stopped")
            self._notice("Folders are no longer watched.", "Restart clipdesk, or index again by hand.")
        finally:
            for root in self._roots:
                self._release(root)

    def _drain(self, wait: float) -> None:
        """Take in all that watchdog's threads have queued; wait for the first for up to `wait` seconds."""
        items: dict[_TouchKey, _Touch] = {}
        try:
            item = self._queue.get(timeout=wait) if wait else self._queue.get_nowait()
            while not self._stopping.is_set():
                if isinstance(item, _Touch):
                    items[id(item.root), item.folder, item.name] = item
                elif isinstance(item, _Overflow):
                    item.root.settling.touch_all(time.monotonic())
                elif item is not None:
                    self._forget(item.root)
                    self._check(item.root)
                item = self._queue.get_nowait()
        except queue.Empty:
            pass
        now = time.monotonic()
        for touch in items.values():
            touch.root.settling.touch(touch.folder, touch.name, now)
            touch.root.new_folders |= not touch.name

    def _report(self) -> None:
        now = time.monotonic()
        folders: set[Path] = set()
        held: set[Path] = set()
        for root in self._roots:
            changed, growing = root.settling.take(now)
            folders |= changed
            held |= growing
            if changed and root.new_folders:
                root.new_folders = False
                self._check_limit(root)
        if not folders or self._stopping.is_set():
            return
        self._held = frozenset(held)
        try:
            self._on_change(frozenset(folders))
        except Exception:
            _log.exception("a change of folders could not be handled")

    def _check(self, root: _Root) -> None:
        """See whether the root is still the folder that is watched; set up its watch when it is not."""
        now = time.monotonic()
        identity = _identity(root.path)
        if root.identity is not None and (identity != root.identity or not root.is_watched()):
            self._forget(root)
        if identity is None:
            return
        if root.identity is None:
            root.identity = identity
            if not root.polled:
                self._watch(root)
            if not (root.polled and not self._ready.is_set()):
                root.settling.touch_all(now)
            root.next_scan = now + self._interval(root)
        elif now >= root.next_scan:
            root.settling.touch_all(now)
            root.next_scan = now + self._interval(root)

    def _forget(self, root: _Root) -> None:
        """End the watch of a root that is gone or was replaced, and have it looked at."""
        self._release(root)
        root.identity = None
        root.settling.touch_all(time.monotonic())

    def _interval(self, root: _Root) -> float:
        return self._poll_seconds if root.polled else self._safety_seconds

    def _watch(self, root: _Root) -> None:
        from clipdesk.indexing.native_events import RootEvents, new_observer

        put = self._queue.put
        try:
            root.events = RootEvents(
                root.path,
                inner=root.inner,
                on_touched=lambda folder, name: put(_Touch(root, folder, name)),
                on_overflow=lambda: put(_Overflow(root)),
                on_lost=lambda: put(_Lost(root)),
                observer_factory=self._observer_factory or new_observer,
            )
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                root.identity = None  # gone again; the next check looks after it
            else:
                self._poll(root, error)

    def _check_limit(self, root: _Root) -> None:
        """After new folders appeared: find out whether they could be watched."""
        if root.events is None:
            return
        try:
            root.events.check_limit()
        except OSError as error:
            self._poll(root, error)

    def _poll(self, root: _Root, error: OSError) -> None:
        """Fall back to a look every now and then."""
        _log.warning("native events are not to be had: %s", error.strerror)
        self._release(root)
        root.polled = True
        root.next_scan = time.monotonic() + self._poll_seconds
        message = f"{root.path} cannot be watched for changes; it is looked through every {_spoken(self._poll_seconds)}"
        hint = ""
        if error.errno in _LIMIT_ERRORS:
            message += ", since the system's limit of watched folders is reached"
            hint = "On Linux, raise the limit: sudo sysctl fs.inotify.max_user_watches=1048576."
            if error.errno in (errno.EMFILE, errno.ENFILE):
                hint = "On Linux, raise the limit: sudo sysctl fs.inotify.max_user_instances=1024."
        self._notice(message + ".", hint)

    def _notice(self, message: str, hint: str) -> None:
        if self._on_notice is None:
            return
        try:
            self._on_notice(message, hint)
        except Exception:
            _log.exception("a notice could not be handled")

    def _release(self, root: _Root) -> None:
        if root.events is not None:
            root.events.stop()
            root.events = None


_TouchKey = tuple[int, str, str]


def _identity(path: Path) -> Identity | None:
    try:
        status = Path(extended(path)).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"
