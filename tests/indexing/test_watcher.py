"""The watcher on real folders with real file system events."""

import errno
import logging
import os
import queue
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchdog.observers.api import BaseObserver

from clipdesk.indexing.scanner import relative_to, scan
from clipdesk.indexing.watcher import Watcher

SETTLE = 0.15
PATIENCE = 20.0


class Recorder:
    """Takes the watcher's callbacks and waits for what is expected."""

    def __init__(self) -> None:
        self.calls: queue.Queue[frozenset[Path]] = queue.Queue()
        self.notices: queue.Queue[tuple[str, str]] = queue.Queue()

    def on_change(self, folders: frozenset[Path]) -> None:
        self.calls.put(folders)

    def on_notice(self, message: str, hint: str) -> None:
        self.notices.put((message, hint))

    def next(self) -> frozenset[Path]:
        return self.calls.get(timeout=PATIENCE)

    def until(self, *folders: Path) -> set[Path]:
        """Wait until all these folders were reported; returns everything that was reported meanwhile."""
        seen: set[Path] = set()
        end = time.monotonic() + PATIENCE
        while not seen.issuperset(folders):
            seen |= self.calls.get(timeout=max(0.0, end - time.monotonic()))
        return seen


StartWatcher = Callable[..., tuple[Watcher, Recorder]]


@pytest.fixture
def start_watcher() -> Iterator[StartWatcher]:
    watchers: list[Watcher] = []

    def start(*folders: Path, first_report: bool = True, **options: object) -> tuple[Watcher, Recorder]:
        recorder = Recorder()
        settings = {"settle_seconds": SETTLE, "check_seconds": 0.2, "on_notice": recorder.on_notice, **options}
        watcher = Watcher(folders, recorder.on_change, **settings)  # type: ignore[arg-type]
        watchers.append(watcher)
        watcher.start()
        assert watcher.wait_ready(PATIENCE)
        if first_report:
            recorder.until(*folders)
        return watcher, recorder

    yield start
    for watcher in watchers:
        watcher.stop()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def test_a_new_photo_reports_its_folder(root: Path, start_watcher: StartWatcher) -> None:
    (root / "2020" / "trip").mkdir(parents=True)
    (root / "2021").mkdir()
    _, recorder = start_watcher(root)
    (root / "2020" / "trip" / "a.jpg").write_bytes(b"x")
    assert recorder.next() == {root / "2020" / "trip"}


def test_changes_deletions_and_sidecars_are_reported(root: Path, start_watcher: StartWatcher) -> None:
    for name in ("a", "b", "c"):
        (root / name).mkdir()
        (root / name / "x.jpg").write_bytes(b"x")
    _, recorder = start_watcher(root)
    (root / "a" / "x.jpg").write_bytes(b"xx")
    (root / "b" / "x.jpg").unlink()
    (root / "c" / "x.xmp").write_bytes(b"<x/>")
    assert recorder.until(root / "a", root / "b", root / "c") == {root / "a", root / "b", root / "c"}


def test_what_is_no_photo_is_not_reported(root: Path, start_watcher: StartWatcher) -> None:
    (root / "last").mkdir()
    (root / ".hidden").mkdir()
    (root / "lib" / "thumbnails").mkdir(parents=True)
    (root / "lib" / "catalog.sqlite").write_bytes(b"")
    (root / "seen.jpg").write_bytes(b"x")
    _, recorder = start_watcher(root)
    (root / "notes.txt").write_text("x")
    (root / "._a.jpg").write_bytes(b"x")
    (root / ".hidden" / "a.jpg").write_bytes(b"x")
    (root / "lib" / "thumbnails" / "a.jpg").write_bytes(b"x")
    assert (root / "seen.jpg").read_bytes() == b"x"
    (root / "last" / "a.jpg").write_bytes(b"x")
    assert recorder.next() == {root / "last"}


def test_a_file_that_gets_a_photo_s_name_at_last_is_reported(root: Path, start_watcher: StartWatcher) -> None:
    _, recorder = start_watcher(root)
    (root / "a.jpg.part").write_bytes(b"x")
    (root / "a.jpg.part").rename(root / "a.jpg")
    assert recorder.next() == {root}


def test_a_renamed_folder_reports_both_places(root: Path, start_watcher: StartWatcher) -> None:
    (root / "old").mkdir()
    (root / "old" / "a.jpg").write_bytes(b"x")
    _, recorder = start_watcher(root)
    (root / "old").rename(root / "new")
    assert recorder.until(root / "old", root / "new") == {root / "old", root / "new"}
    (root / "new" / "b.jpg").write_bytes(b"x")
    recorder.until(root / "new")


def test_a_folder_that_moves_in_is_reported_and_watched(
    root: Path, tmp_path: Path, start_watcher: StartWatcher
) -> None:
    (tmp_path / "outside" / "deep").mkdir(parents=True)
    (tmp_path / "outside" / "deep" / "a.jpg").write_bytes(b"x")
    _, recorder = start_watcher(root)
    (tmp_path / "outside").rename(root / "inside")
    seen = recorder.until(root / "inside")
    found = scan(root, {}, only=relative_to(seen, root)).new
    assert [file.path for file in found] == ["inside/deep/a.jpg"]
    (root / "inside" / "deep" / "b.jpg").write_bytes(b"x")
    recorder.until(root / "inside" / "deep")


def test_a_slow_copy_is_not_reported_before_its_end(root: Path, start_watcher: StartWatcher) -> None:
    sizes: list[int] = []
    settle = 0.6
    _, recorder = start_watcher(root, settle_seconds=settle)
    target, pause, chunks = root / "big.jpg", threading.Event(), 20

    def copy() -> None:
        with target.open("wb", buffering=0) as file:
            for _ in range(chunks):
                file.write(b"x" * 1000)
                pause.wait(settle / 10)  # as a whole it takes longer than the settling time
            sizes.append(file.tell())

    writer = threading.Thread(target=copy)
    writer.start()
    recorder.until(root)
    assert sizes == [chunks * 1000]  # the end came first
    writer.join()
    assert target.stat().st_size == chunks * 1000


@pytest.mark.skipif(os.name != "posix", reason="makes 10,000 hard links")
def test_a_storm_becomes_few_reports_that_miss_nothing(root: Path, start_watcher: StartWatcher) -> None:
    found: set[str] = set()
    reports: list[frozenset[Path]] = []
    complete = threading.Event()
    (root / "seed.jpg").write_bytes(b"x")

    def rescan(folders: frozenset[Path]) -> None:
        reports.append(folders)
        found.update(file.path for file in scan(root, {}, only=relative_to(folders, root)).new)
        if len(found) == 10_001:
            complete.set()

    watcher = Watcher([root], rescan, settle_seconds=0.5)
    watcher.start()
    try:
        assert watcher.wait_ready(PATIENCE)
        for i in range(20):
            folder = root / f"folder {i}"
            folder.mkdir()
            for j in range(500):
                (folder / f"{j}.jpg").hardlink_to(root / "seed.jpg")
        assert complete.wait(60)
    finally:
        watcher.stop()
    assert len(reports) <= 20


def test_a_root_that_goes_and_comes_back_is_reported_and_watched(root: Path, start_watcher: StartWatcher) -> None:
    (root / "a.jpg").write_bytes(b"x")
    _, recorder = start_watcher(root)
    (root / "a.jpg").unlink()
    root.rmdir()
    recorder.until(root)
    assert not root.exists()
    (root / "sub").mkdir(parents=True)
    recorder.until(root)
    (root / "sub" / "b.jpg").write_bytes(b"x")
    recorder.until(root / "sub")


def test_a_root_that_is_missing_at_first_is_watched_once_it_is_there(
    tmp_path: Path, start_watcher: StartWatcher
) -> None:
    _, recorder = start_watcher(tmp_path / "later", first_report=False)
    (tmp_path / "later" / "sub").mkdir(parents=True)
    recorder.until(tmp_path / "later")
    (tmp_path / "later" / "sub" / "a.jpg").write_bytes(b"x")
    recorder.until(tmp_path / "later" / "sub")


def test_another_folder_in_the_place_of_the_root_is_reported_and_watched(
    root: Path, tmp_path: Path, start_watcher: StartWatcher
) -> None:
    (tmp_path / "other" / "sub").mkdir(parents=True)
    _, recorder = start_watcher(root)
    root.rename(tmp_path / "away")
    (tmp_path / "other").rename(root)
    recorder.until(root)
    (root / "sub" / "a.jpg").write_bytes(b"x")
    recorder.until(root / "sub")


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting needs root on Linux")
def test_a_drive_that_is_mounted_and_unmounted_is_reported(root: Path, start_watcher: StartWatcher) -> None:
    _, recorder = start_watcher(root)
    if subprocess.run(["mount", "-t", "tmpfs", "none", str(root)], check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        recorder.until(root)
        (root / "sub").mkdir()
        recorder.until(root / "sub")
        (root / "sub" / "a.jpg").write_bytes(b"x")
        recorder.until(root / "sub")
    finally:
        subprocess.run(["umount", str(root)], check=True)
    recorder.until(root)


@pytest.mark.skipif(os.name != "posix", reason="needs symlinks")
def test_a_symlinked_root_is_watched_under_its_own_name(
    root: Path, tmp_path: Path, start_watcher: StartWatcher
) -> None:
    (tmp_path / "link").symlink_to(root)
    (root / "sub").mkdir()
    _, recorder = start_watcher(tmp_path / "link")
    (root / "sub" / "a.jpg").write_bytes(b"x")
    assert recorder.next() == {tmp_path / "link" / "sub"}


def test_a_root_inside_a_root_reports_its_own_changes_once(root: Path, start_watcher: StartWatcher) -> None:
    (root / "inner").mkdir()
    _, recorder = start_watcher(root, root / "inner")
    (root / "inner" / "a.jpg").write_bytes(b"x")
    assert recorder.next() == {root / "inner"}


def test_network_drives_are_polled(root: Path, start_watcher: StartWatcher) -> None:
    _, recorder = start_watcher(root, first_report=False, needs_polling=lambda _path: True, poll_seconds=0.2)
    assert [recorder.next(), recorder.next()] == [{root}, {root}]
    assert recorder.notices.empty()


def test_native_roots_are_looked_through_now_and_then(root: Path, start_watcher: StartWatcher) -> None:
    _, recorder = start_watcher(root, safety_seconds=0.3)
    assert [recorder.next(), recorder.next()] == [{root}, {root}]


@pytest.mark.parametrize(("code", "limit"), [(errno.ENOSPC, "max_user_watches"), (errno.EMFILE, "max_user_instances")])
def test_without_free_watches_it_polls_and_says_so(
    root: Path, start_watcher: StartWatcher, code: int, limit: str
) -> None:
    def fail() -> BaseObserver:
        raise OSError(code, os.strerror(code))

    _, recorder = start_watcher(root, observer_factory=fail, poll_seconds=0.2)
    message, hint = recorder.notices.get(timeout=PATIENCE)
    assert str(root) in message
    assert limit in hint
    assert recorder.next() == {root}
    assert recorder.notices.empty()


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
def test_a_real_shortage_of_watches_is_noticed(root: Path) -> None:
    for i in range(20):
        (root / str(i)).mkdir()
    program = textwrap.dedent("""
        import queue, sys
        from pathlib import Path
        from clipdesk.indexing.watcher import Watcher
        Path("/proc/sys/user/max_inotify_watches").write_text("10")
        notices, changes, root = queue.Queue(), queue.Queue(), Path(sys.argv[1])
        notice = lambda message, hint: notices.put(hint)
        watcher = Watcher([root], changes.put, settle_seconds=0.1, on_notice=notice, poll_seconds=0.2)
        watcher.start()
        print(notices.get(timeout=20), changes.get(timeout=20) == {root})
        watcher.stop()
    """)
    in_namespace = ["unshare", "--user", "--map-root-user"]
    try:
        subprocess.run([*in_namespace, "true"], check=True, capture_output=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("user namespaces are not allowed here")
    command = [*in_namespace, sys.executable, "-c", program, str(root)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert "max_user_watches" in done.stdout, done.stderr
    assert done.stdout.strip().endswith("True")


def test_lost_events_have_the_whole_root_looked_through(root: Path, start_watcher: StartWatcher) -> None:
    (root / "sub").mkdir()
    _, recorder = start_watcher(root)
    # The kernel's queue cannot be made to overflow on demand: this is what watchdog logs when it does.
    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; filesystem events were lost")
    assert recorder.next() == {root}


def test_an_error_in_the_callback_does_not_end_the_watch(root: Path) -> None:
    calls: queue.Queue[frozenset[Path]] = queue.Queue()

    def fail(folders: frozenset[Path]) -> None:
        calls.put(folders)
        raise ValueError("a bug of the caller")

    watcher = Watcher([root], fail, settle_seconds=SETTLE)
    watcher.start()
    try:
        calls.get(timeout=PATIENCE)
        (root / "a.jpg").write_bytes(b"x")
        assert calls.get(timeout=PATIENCE) == {root}
    finally:
        watcher.stop()


def test_stopping_is_quick_and_final(root: Path, start_watcher: StartWatcher) -> None:
    watcher, _ = start_watcher(root)
    before = time.monotonic()
    watcher.stop()
    assert time.monotonic() - before < 5
    assert not any(thread.name == "watcher" for thread in threading.enumerate())
    watcher.stop()


def test_a_watcher_that_never_started_can_be_stopped(root: Path) -> None:
    watcher = Watcher([root], lambda _folders: None)
    watcher.stop()
    assert not watcher.wait_ready(0)
