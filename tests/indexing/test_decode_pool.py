import os
import subprocess
import sys
import threading
import time
from concurrent.futures import wait
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from clipdesk.core.entities import ImageSpec
from clipdesk.core.errors import DecodeError, LibraryError
from clipdesk.indexing.decode_pool import DecodePool
from clipdesk.indexing.decoder import DecodeTask, Prepared, load_pixels, prepare

SPEC = ImageSpec(64)


def troubled(task: DecodeTask) -> Prepared:
    """Does to its process what the file's name says."""
    name = Path(task.path).stem
    if name == "crash":
        os.abort()
    if name == "exit":
        os._exit(3)
    if name == "hang":
        threading.Event().wait()
    if name == "greedy":
        raise MemoryError
    if name == "bug":
        raise ZeroDivisionError
    if name == "full":
        raise LibraryError("the disk of the library is full", "free some space")
    return prepare(task)


def eat_memory(task: DecodeTask) -> Prepared:
    np.ones(6 << 30, np.uint8)
    return prepare(task)


def photo(folder: Path, name: str) -> Path:
    Image.new("RGB", (80, 60), (200, 10, 10)).save(folder / name)
    return folder / name


@pytest.fixture(scope="module")
def pool() -> "object":
    with DecodePool(SPEC, None, 2, prepare=troubled, seconds=20) as pool:
        yield pool


def test_pool_gives_what_prepare_gives(pool: DecodePool, small_library_photos: Path) -> None:
    files = sorted(small_library_photos.rglob("*.jpg"))[:20]
    futures = [pool.submit(pool.task(file)) for file in files]
    for file, future in zip(files, futures, strict=True):
        result, expected = future.result(), prepare(pool.task(file))
        assert result.pixels is not None
        assert np.array_equal(result.pixels, load_pixels(file, SPEC))
        assert (result.content_hash, result.metadata) == (expected.content_hash, expected.metadata)


def test_results_do_not_share_memory(pool: DecodePool, small_library_photos: Path) -> None:
    files = sorted(small_library_photos.rglob("*.jpg"))[:12]
    kept = [pool.submit(pool.task(file)).result().pixels for file in files]
    assert all(
        pixels is not None and np.array_equal(pixels, load_pixels(file, SPEC))
        for file, pixels in zip(files, kept, strict=True)
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("crash", "the decoder crashed on this file"),
        ("exit", "the decoder crashed on this file"),
        ("greedy", "more memory"),
        ("bug", "ZeroDivisionError"),
    ],
)
def test_trouble_costs_one_file(pool: DecodePool, tmp_path: Path, name: str, words: str) -> None:
    bad = pool.submit(pool.task(photo(tmp_path, f"{name}.png")))
    good = [pool.submit(pool.task(photo(tmp_path, f"{at}.png"))) for at in range(4)]
    with pytest.raises(DecodeError, match=words):
        bad.result(60)
    assert all(future.result(60).pixels is not None for future in good)


def test_undecodable_and_library_errors_keep_their_kind(pool: DecodePool, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    with pytest.raises(DecodeError, match="empty"):
        pool.submit(pool.task(tmp_path / "a.jpg")).result(60)
    with pytest.raises(LibraryError, match="full") as caught:
        pool.submit(pool.task(photo(tmp_path, "full.png"))).result(60)
    assert caught.value.hint == "free some space"


def test_without_a_spec_there_are_no_pixels(pool: DecodePool, tmp_path: Path) -> None:
    result = pool.submit(DecodeTask(str(photo(tmp_path, "a.png")), None, None)).result(60)
    assert result.pixels is None
    assert result.metadata is not None


def test_hung_decoder_is_killed(tmp_path: Path) -> None:
    with DecodePool(SPEC, None, 2, prepare=troubled, seconds=1) as pool:
        hung = pool.submit(pool.task(photo(tmp_path, "hang.png")))
        good = [pool.submit(pool.task(photo(tmp_path, f"{at}.png"))) for at in range(6)]
        with pytest.raises(DecodeError, match="longer than 1 s"):
            hung.result(60)
        assert all(future.result(60).pixels is not None for future in good)


def test_crashes_in_a_row(tmp_path: Path) -> None:
    with DecodePool(SPEC, None, 2, prepare=troubled, seconds=20) as pool:
        names = ["crash", "0", "exit", "1", "crash", "exit", "2", "3"]
        futures = [pool.submit(pool.task(photo(tmp_path, f"{name}.png"))) for name in names]
        for name, future in zip(names, futures, strict=True):
            if name.isdigit():
                assert future.result(60).pixels is not None
            else:
                with pytest.raises(DecodeError, match="crashed"):
                    future.result(60)


def test_submit_waits_for_a_free_place(tmp_path: Path) -> None:
    with DecodePool(SPEC, None, 1, in_flight=2, prepare=troubled, seconds=60) as pool:
        hung = [pool.submit(pool.task(photo(tmp_path, "hang.png"))) for _ in range(2)]
        told: list[str] = []

        def submit() -> None:
            try:
                pool.submit(pool.task(tmp_path / "x.png"))
            except RuntimeError as error:
                told.append(str(error))

        third = threading.Thread(target=submit)
        third.start()
        third.join(0.3)
        assert third.is_alive()
        pool.close()
        third.join(30)
        assert not third.is_alive()
        assert told == ["the decode pool is closed"]
        assert all(future.cancelled() for future in hung)


def test_close_is_quick_and_leaves_no_process(tmp_path: Path) -> None:
    before = set(psutil.Process().children(recursive=True))
    pool = DecodePool(SPEC, None, 2, prepare=troubled)
    futures = [pool.submit(pool.task(photo(tmp_path, "hang.png"))) for _ in range(3)]
    started = time.monotonic()
    pool.close()
    pool.close()
    assert time.monotonic() - started < 10
    done, waiting = wait(futures, 10)
    assert not waiting
    assert all(future.cancelled() for future in done)
    left = [child for child in psutil.Process().children(recursive=True) if child not in before]
    assert [child for child in left if "resource_tracker" not in " ".join(child.cmdline())] == []
    with pytest.raises(RuntimeError):
        pool.submit(pool.task(tmp_path / "a.png"))


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not enforce RLIMIT_AS")
def test_address_space_is_limited(tmp_path: Path) -> None:
    with DecodePool(SPEC, None, 1, prepare=eat_memory) as pool, pytest.raises(DecodeError, match="more memory"):
        pool.submit(pool.task(photo(tmp_path, "a.png"))).result(60)


def test_pool_recovers_when_all_its_processes_are_killed(tmp_path: Path) -> None:
    with DecodePool(SPEC, None, 2, prepare=troubled) as pool:
        assert pool.submit(pool.task(photo(tmp_path, "a.png"))).result(60)
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()):
                child.kill()
        futures = [pool.submit(pool.task(photo(tmp_path, f"{at}.png"))) for at in range(4)]
        assert all(future.result(60).pixels is not None for future in futures)


PARENT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_decode_pool import SPEC, troubled
from clipdesk.indexing.decode_pool import DecodePool
import psutil

if __name__ == "__main__":
    pool = DecodePool(SPEC, None, 2, prepare=troubled)
    for _ in range(2):
        pool.submit(pool.task(Path(sys.argv[2]) / "hang.png"))
    pool.submit(pool.task(Path(sys.argv[2]) / "a.png"))
    while len([c for c in psutil.Process().children() if "spawn_main" in " ".join(c.cmdline())]) < 2:
        pass
    print(*(child.pid for child in psutil.Process().children()), flush=True)
    sys.stdin.read()
"""


def test_decoders_end_with_a_killed_parent(tmp_path: Path) -> None:
    photo(tmp_path, "a.png")
    (tmp_path / "parent.py").write_text(PARENT)
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "parent.py", Path(__file__).parent, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    children = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    assert len(children) >= 2
    parent.kill()
    _, errors = parent.communicate(timeout=60)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    assert "shared_memory" not in errors  # pebble's own locks may be named there: Python cleans those up itself
    assert "Traceback" not in errors
