"""When a burst of changes is over; the clock is given."""

from pathlib import Path

import pytest

from clipdesk.indexing.settling import Settling


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def test_a_burst_is_over_when_nothing_happened_for_the_settling_time(root: Path) -> None:
    (root / "a.jpg").write_bytes(b"x")
    settling = Settling(root, settle_seconds=2, max_wait=30)
    settling.touch(str(root), "a.jpg", 100)
    settling.touch(str(root), "gone.jpg", 101)
    assert settling.take(102.9) == (frozenset(), frozenset())
    assert settling.take(103) == ({root}, frozenset())
    assert not settling.pending


def test_a_file_that_grows_without_events_is_waited_for(root: Path) -> None:
    (root / "a.jpg").write_bytes(b"x")
    settling = Settling(root, settle_seconds=2, max_wait=30)
    settling.touch(str(root), "a.jpg", 100)
    (root / "a.jpg").write_bytes(b"xx")
    assert settling.take(102) == (frozenset(), frozenset())
    assert settling.take(103.9) == (frozenset(), frozenset())
    assert settling.take(104) == ({root}, frozenset())


def test_an_endless_burst_is_reported_in_between_without_the_growing_file(root: Path) -> None:
    (root / "done.jpg").write_bytes(b"x")
    (root / "grows.jpg").write_bytes(b"x")
    settling = Settling(root, settle_seconds=2, max_wait=30)
    settling.touch(str(root), "done.jpg", 100)
    for second in range(100, 131):
        settling.touch(str(root), "grows.jpg", second)
    assert settling.take(130) == ({root}, {root / "grows.jpg"})
    assert settling.take(132) == ({root}, frozenset())
    assert not settling.pending


def test_many_touched_folders_become_their_root(root: Path) -> None:
    settling = Settling(root, settle_seconds=2, max_wait=30)
    for i in range(200):
        settling.touch(str(root / f"{i}"), "a.jpg", 100)
    assert settling.take(102) == ({root}, frozenset())
    for i in range(10):
        settling.touch(str(root / f"{i}"), "a.jpg", 200)
    assert settling.take(202) == ({root / f"{i}" for i in range(10)}, frozenset())
