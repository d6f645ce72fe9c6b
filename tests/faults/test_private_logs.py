"""Logs and diagnostics tell what happened, and never to which photo or for which words."""

import logging
import os
import random
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from clipdesk.core.messages import Failed, IndexReply, IndexRequest, Reply, Request, SearchRequest, SimilarRequest
from clipdesk.core.settings import Settings
from clipdesk.worker import logs, process
from clipdesk.worker.private_log import PrivateFormatter
from clipdesk.worker.resources import Hooks
from tests.faults import leaky
from tests.faults.conftest import Effort, Figures
from tests.faults.leaky import SECRET

_ROOT = Path(__file__).parents[2]
_SETTINGS = Settings(decoder_processes=1, threads=1)
_NAMES = (
    "{} at the sea.jpg",
    "<b>{}.png",
    "{}\nin two lines.png",
    "the bug of {}.png",
    "{} dies.png",
    "{}\u202e.png",
)
_QUERIES = ("{}", "{} - ", '"{}', "date:{}", "2:{} + ./{}.jpg", "in:{} tag:{}", "-{}:{}", "{}" * 500)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Photos whose names, folders, contents and metadata all say the secret."""
    folder = tmp_path / f"{SECRET} and family" / "Photos"
    folder.mkdir(parents=True)
    for number, name in enumerate(_NAMES):
        picture = Image.effect_noise((64 + number, 64), 90).convert("RGB")
        exif = Image.Exif()
        exif[0x010F] = exif[0x010E] = SECRET
        picture.save(folder / name.format(SECRET), exif=exif)
    (folder / f"broken {SECRET}.jpg").write_bytes(b"\xff\xd8\xff\xe1" + SECRET.encode() * 50)
    (folder / f"{SECRET}.jpg.xmp").write_text(f"<{SECRET}", encoding="utf-8")
    if sys.platform == "linux":
        (Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9 " + SECRET.encode() + b".jpg"))).write_bytes(b"no photo")
    return folder


@pytest.fixture
def log_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the processes of this test log to."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(tmp_path / "state"))
    from clipdesk.core.paths import log_folder

    return log_folder()


def _logged(folder: Path) -> str:
    """What all logs hold, those with everything left out."""
    files = [path for path in folder.iterdir() if "-debug" not in path.name]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def _ask_worker(library: Path, photos: Path) -> list[Reply]:
    """A worker in which everything fails: a run over the photos, then queries."""
    hooks = Hooks(leaky.load_leaky, leaky.prepare_leaky)
    requests: list[Callable[[int], Request]] = [lambda i: IndexRequest(i, (photos,))]
    requests += [lambda i, query=query: SearchRequest(i, query.replace("{}", SECRET)) for query in _QUERIES]
    requests += [lambda i: SearchRequest(i, f"{SECRET} {i}")] * len(leaky.errors())
    requests.append(lambda i: SimilarRequest(i, photos / f"{SECRET}.jpg"))
    replies: list[Reply] = []
    worker = process.start(library, _SETTINGS, hooks=hooks)
    try:
        for number, make in enumerate(requests, 1):
            worker.send(make(number))
            while not isinstance(message := worker.receive(), Reply) or message.id != number:
                pass
            replies.append(message)
    finally:
        worker.stop()
    return replies


def _die(library: Path) -> None:
    """A worker that dies of a query."""
    worker = process.start(library, _SETTINGS, hooks=Hooks(leaky.load_leaky))
    try:
        worker.send(SearchRequest(1, f"what {SECRET} dies of"))
        with pytest.raises((EOFError, OSError)):
            while True:
                worker.receive()
    finally:
        worker.stop()
    assert worker.process.exitcode not in (0, None)


def test_a_worker_in_which_everything_fails_tells_no_name(
    photos: Path, log_folder: Path, capfd: pytest.CaptureFixture[str], figures: Figures
) -> None:
    replies = _ask_worker(photos.parent / "library", photos)
    _die(photos.parent / "library")
    assert isinstance(replies[0], IndexReply)
    assert len(replies[0].report.failed) >= len(_NAMES) - 1
    assert sum(isinstance(one, Failed) and one.bug for one in replies) > 10
    logged = _logged(log_folder)
    figures("lines logged", logged.count("\n"))
    for told in (
        "a bug while answering",
        "a bug in the decoder",
        "could not be embedded",
        "nobody caught",
        "UserWarning",
    ):
        assert told in logged, "it says too little"
    assert "tests/faults/leaky.py:" in logged, "it does not say where"
    assert SECRET not in logged
    assert SECRET not in "".join(capfd.readouterr())


def test_everything_is_told_when_it_is_asked_for(
    photos: Path, log_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIPDESK_LOG", "debug")
    _ask_worker(photos.parent / "library", photos)
    assert SECRET in (log_folder / "worker-debug.log").read_text(encoding="utf-8")
    assert SECRET not in _logged(log_folder)


def test_a_window_in_which_everything_fails_tells_no_name(photos: Path, log_folder: Path, tmp_path: Path) -> None:
    told = tmp_path / "diagnostics.txt"
    command = [sys.executable, "-m", "tests.faults.leaky", str(photos.parent / "library"), str(photos), str(told)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr
    logged, diagnostics = _logged(log_folder), told.read_text(encoding="utf-8")
    for text in (logged, diagnostics):
        assert "a bug in the window" in text
        assert "nobody caught this" in text
        assert "a job of the window failed" in text
    assert "folder 1:" in diagnostics
    assert SECRET not in diagnostics
    assert SECRET not in logged
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize("command", ["index", "search", "similar", "tags", "doctor"])
def test_commands_that_fail_tell_the_user_and_not_the_log(command: str, photos: Path, log_folder: Path) -> None:
    """What a command prints is for whoever typed it; its log is not."""
    program = (
        "import sys\nfrom clipdesk import cli, cli_session, cli_health\nfrom tests.faults import leaky\n"
        "def broken(*_, **__): leaky.chained()\n"
        "cli_session.Options.settings = broken\ncli.run(sys.argv[1:])\n"
    )
    last = {"index": str(photos), "search": f"{SECRET} beach", "doctor": "--json"}.get(
        command, f"{photos}/{SECRET}.jpg"
    )
    arguments = ["--library", str(photos.parent / "library"), command, last]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, cwd=_ROOT, check=False
    )
    assert done.returncode == 1
    assert SECRET in done.stderr
    assert "RuntimeError" in (logged := _logged(log_folder))
    assert SECRET not in logged


# ---- the formatter ----


def test_no_error_gets_its_words_into_a_line(effort: Effort, figures: Figures) -> None:
    """Errors that lead to one another, in groups, as arguments, as the message itself, from other processes."""
    formatter, ways = PrivateFormatter(), leaky.errors()
    tries = effort(300, 30_000)
    for seed in range(tries):
        rng = random.Random(seed)
        error = _error(rng, ways, depth=rng.randrange(4))
        args: tuple[object, ...] = rng.choice([(), (error,), (Path(SECRET), error), (error, 7)])
        message: object = "failed" + " %s" * len(args) if rng.random() < 0.8 else error
        args = args if isinstance(message, str) else ()
        exc_info = (type(error), error, error.__traceback__) if rng.random() < 0.8 else None
        record = logging.LogRecord("clipdesk.x", logging.ERROR, __file__, 1, message, args, exc_info)
        assert SECRET not in formatter.format(record), f"seed {seed}"
    figures("errors logged", tries)


def _error(rng: random.Random, ways: list[Callable[[], object]], depth: int) -> Exception:
    """One of the ways to fail, with others that led to it."""
    earlier = _error(rng, ways, depth - 1) if depth else None
    try:
        try:
            rng.choice(ways)() if earlier is None else leaky.raises(earlier)
        except Exception as first:
            again = [*ways, partial(leaky.raises, _remote(first)), partial(leaky.raises, first)]
            rng.choice(again)()
    except Exception as error:
        return error if rng.random() < 0.7 else ExceptionGroup(SECRET, [error, ValueError(SECRET)])
    raise AssertionError("it did not fail")


def _remote(error: Exception) -> Exception:
    """The error as a process pool hands it over: its traceback is text."""
    from pebble.common import RemoteTraceback  # pyright: ignore[reportMissingTypeStubs]

    told = ValueError(SECRET)
    told.__cause__ = RemoteTraceback(f'Traceback:\n  File "/home/{SECRET}.py", line 1, in x\n{error} {SECRET}')
    return told


# ---- rotation ----

_WRITER = """
import logging, sys
from clipdesk.worker import logs
logs.start()
log = logging.getLogger("clipdesk.test")
for number in range(int(sys.argv[1])):
    log.info("line %d of a long story that nobody wants to read to its end, however much there is of it", number)
"""


def test_logs_stay_small_when_several_processes_write_them(log_folder: Path, effort: Effort, figures: Figures) -> None:
    lines, writers = effort(20_000, 100_000), 3
    started = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(lines)], stderr=subprocess.PIPE, text=True, cwd=_ROOT)
        for _ in range(writers)
    ]
    for one in started:
        assert one.communicate(timeout=200)[1] == ""
        assert one.returncode == 0
    sizes = {path.name: path.stat().st_size for path in log_folder.iterdir()}
    figures("bytes logged", lines * writers * 130)
    figures("bytes kept", sum(sizes.values()))
    assert len(sizes) == logs.KEPT + 1
    assert all(size <= 1.2 * logs.BYTES for size in sizes.values())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_log_that_cannot_be_written_is_not_printed_instead(log_folder: Path) -> None:
    log_folder.mkdir(parents=True)
    (log_folder / "clipdesk.log").symlink_to("/dev/full")
    done = subprocess.run(
        [sys.executable, "-c", _WRITER, "100"], capture_output=True, text=True, cwd=_ROOT, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_line_has_an_end() -> None:
    record = logging.LogRecord("clipdesk.x", logging.ERROR, __file__, 1, "%s", ("x" * 10_000_000,), None)
    assert len(PrivateFormatter().format(record)) < 10_000
