"""Settings, remembered things and queries of another version, and whatever comes through the socket of the window."""

import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clipdesk.core.errors import QuerySyntaxError, UserError
from clipdesk.core.messages import IndexRequest, SearchReply, SearchRequest
from clipdesk.core.query import caret_line, parse
from clipdesk.core.settings import Settings, load, save
from clipdesk.ui.history import QueryHistory
from clipdesk.ui.single_instance import SingleInstance, hand_over, server_name
from clipdesk.ui.window_state import WindowState, state_file
from clipdesk.worker.service import Service
from tests.faults.conftest import Effort, Figures
from tests.faults.mutations import Original, damaged
from tests.indexing.dropped_rights import ordinary_user
from tests.worker.hooks import pictures

# ---- settings ----


def _settings_of_a_user(file: Path) -> Original:
    save(Settings(model="mine", excludes=("*.tmp", "raw/"), vocabularies=("/a/b.txt",), cpu_idle=0.5), file)
    return Original(
        "settings.toml", ".toml", file.read_bytes() + b"later = 1979-05-27\n[other]\nversion = { a = [1.5] }\n"
    )


ODD_SETTINGS = (
    "a = " + "[" * 100_000,
    "a" + ".a" * 50_000 + " = 1",
    "a" + ".a" * 400 + " = 1",
    "a = {" * 5_000,
    "threads = " + "9" * 5_000,
    "threads = 0x" + "f" * 10_000,
    "threads = nan\ncpu_idle = -inf\ntile_size = 1e308",
    'model = 1979-05-27\nversion = "99"\nexcludes = [[["a"]]]',
    "[model]\nx = 1\n[[excludes]]\na = 1",
    'model = "\\u0000../../etc"\nlanguage = "tlh"',
    "\0",
    "\ufeffversion = 2",
)


def _survives(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    settings = load(file)
    changed = settings.model_copy(update={"tile_size": 200})
    save(changed, file)
    assert load(file) == changed


@pytest.mark.parametrize("text", ODD_SETTINGS, ids=range(len(ODD_SETTINGS)))
def test_odd_settings_are_read_as_far_as_they_make_sense_and_can_be_saved(text: str, tmp_path: Path) -> None:
    _survives(tmp_path / "settings.toml", text.encode())


def test_damaged_settings_never_stop_the_program(tmp_path: Path, effort: Effort, figures: Figures) -> None:
    file = tmp_path / "settings.toml"
    sound, tries = _settings_of_a_user(file), effort(300, 10_000)
    for seed in range(tries):
        try:
            _survives(file, damaged(seed, (sound,)).data)
        except Exception as error:
            pytest.fail(f"seed {seed}: {error!r}")
    figures("settings damaged", tries)


def _things(chance: random.Random, depth: int = 0) -> object:
    """Some JSON value."""
    kinds = (None, True, -1, 1e300, "", "text", "\0", "\ud800", "a" * 5_000, [], {})
    one = chance.choice(kinds)
    if depth < 3 and isinstance(one, list):
        return [_things(chance, depth + 1) for _ in range(chance.randrange(5))]
    if depth < 3 and isinstance(one, dict):
        return {str(_things(chance, 3)): _things(chance, depth + 1) for _ in range(chance.randrange(5))}
    return one


def test_what_the_window_remembers_may_be_anything(
    qapp: QApplication, tmp_path: Path, effort: Effort, figures: Figures
) -> None:
    library, tries = tmp_path / "library", effort(200, 5_000)
    history, state = tmp_path / "recent-queries.json", state_file(library)
    state.parent.mkdir(parents=True, exist_ok=True)
    for seed in range(tries):
        chance = random.Random(seed)
        content = json.dumps(_things(chance)).encode() if seed else b"[" * 100_000
        content = damaged(seed, (Original("", ".json", content),)).data if chance.randrange(2) and seed else content
        for file in (history, state):
            file.write_bytes(content)
        try:
            assert all(query.strip() for query in QueryHistory(history).queries())
            remembered = WindowState(library)
            assert isinstance(remembered.text("page"), str)
            assert isinstance(remembered.layout("geometry"), QByteArray)
        except Exception as error:
            pytest.fail(f"seed {seed}: {error!r}")
    figures("window states", tries)


# ---- queries ----

_PIECES = (
    *("\"'()+-*^~:.,;#@%=<>/\\[]{}!?|&"),
    *("dog", "in:", "date:", "rating:", "camera:", "has:", "is:", "tag:", "type:", "name:", "near:", "later:"),
    *("2019", "..", "1e400", "-1", "99999999999999999999", "0.5", "inf", "nan", "٣", "²", "İ", "ß", "日本"),
    *("\0", "\ud800", "\udcff", "\u202e", "\u3000", "\t", "\n", " ", " ", " ", "./a.jpg", "~/", "C:\\", "OR", "NOT"),
)


def _query(seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(_PIECES) for _ in range(chance.randrange(1, 16)))


def test_every_query_is_read_or_refused_with_a_place(effort: Effort, figures: Figures) -> None:
    tries, refused = effort(10_000, 400_000), 0
    for seed in range(tries):
        text = _query(seed)
        try:
            parse(text)
        except QuerySyntaxError as error:
            refused += 1
            assert 0 <= error.position <= len(error.text), f"seed {seed}"
            assert caret_line(error).count("\n") == 1, f"seed {seed}"
        except Exception as error:
            pytest.fail(f"seed {seed}: {text!a}: {error!r}")
    assert 0 < refused < tries
    figures("queries read", tries)


@pytest.mark.parametrize("text", ["(" * 50_000, '"' * 50_001, "-" * 50_000, "a + " * 20_000 + "a", "in:" * 30_000])
def test_endless_queries_take_no_time(text: str) -> None:
    try:
        parse(text)
    except QuerySyntaxError as error:
        assert len(caret_line(error)) < 1_000


def test_every_query_is_answered_or_told(tmp_path: Path, effort: Effort, figures: Figures) -> None:
    """Through the whole engine: what reaches SQLite, the file system and the model."""
    tries = effort(250, 8_000)
    settings = Settings(decoder_processes=1)
    service = Service(tmp_path / "library", settings, write=True, create=True, emit=lambda _: None)
    filters = ("in:", "name:", "camera:", "date:", "rating:", "type:", "tag:", "has:", "is:", "")
    answered = 0
    try:
        service.call(IndexRequest(1, (pictures(tmp_path / "Photos", 2),)))
        for seed in range(tries):
            text = filters[seed % len(filters)] + _query(seed)
            try:
                answered += isinstance(service.call(SearchRequest(seed, text, limit=3)), SearchReply)
            except UserError as error:
                assert "\n" not in str(error), f"seed {seed}"
            except Exception as error:
                pytest.fail(f"seed {seed}: {text!a}: {error!r}")
    finally:
        service.close()
    assert answered > tries / 10
    figures("queries asked", tries)


# ---- the socket ----


@pytest.fixture
def name(tmp_path: Path) -> str:
    return server_name(tmp_path / "library")


@pytest.fixture
def instance(qtbot: QtBot, name: str) -> Iterator[SingleInstance]:
    instance = SingleInstance(name)
    assert instance.listen()
    yield instance
    instance.close()


Opened = list[list[Path]]


@pytest.fixture
def opened(instance: SingleInstance) -> Opened:
    opened: Opened = []
    instance.opened.connect(opened.append)
    return opened


def _framed(text: bytes) -> bytes:
    return len(text).to_bytes(4, "big") + text


def _send(name: str, message: bytes, qtbot: QtBot) -> None:
    """Send and wait until the other side hangs up."""
    caller = QLocalSocket()
    caller.connectToServer(name)
    with qtbot.waitSignal(caller.disconnected, timeout=20_000):
        caller.write(QByteArray(message))


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(_framed(b"[" * 100_000), id="nested"),
        pytest.param(_framed(b'["/a\\u0000b"]'), id="zero"),
        pytest.param(_framed(b'["/a\\ud800"]'), id="half a character"),
        pytest.param(_framed(b'["/a", 1]'), id="number"),
        pytest.param(_framed(b'["a"]'), id="relative"),
        pytest.param(_framed(b'{"/a": "/a"}'), id="table"),
        pytest.param(_framed(b"\xff\xfe"), id="no text"),
        pytest.param(_framed(b'["/a"]') + b"more", id="more behind it"),
        pytest.param((1 << 20).to_bytes(4, "big") + b"x" * (1 << 20), id="large and no JSON"),
        pytest.param(((1 << 20) + 1).to_bytes(4, "big"), id="too large"),
        pytest.param(b"\xff\xff\xff\xff", id="4 GB"),
        pytest.param(b"", id="nothing"),
        pytest.param(_framed(b'["/a"]')[:-1], id="never finished"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="web browser"),
    ],
)
def test_anything_but_a_message_is_hung_up_on(message: bytes, opened: Opened, name: str, qtbot: QtBot) -> None:
    _send(name, message, qtbot)
    assert opened == []


def test_random_messages(opened: Opened, name: str, qtbot: QtBot, effort: Effort, figures: Figures) -> None:
    sound = (Original("", "", _framed(b'["/a", "/b/c"]')), Original("", "", _framed(b"[]")))
    tries = effort(40, 1_500)
    for seed in range(tries):
        message = damaged(seed, sound).data
        expected = message[4:] if message[4:] and int.from_bytes(message[:4], "big") == len(message) - 4 else b""
        if len(message) < 4 or len(message) < 4 + int.from_bytes(message[:4], "big") <= 4 + (1 << 20):
            continue  # waits for the rest, until its time is over
        caller = QLocalSocket()
        caller.connectToServer(name)
        assert caller.waitForConnected(5_000), f"seed {seed}"
        caller.write(QByteArray(message))
        qtbot.waitUntil(lambda one=caller: one.bytesAvailable() > 0 or _is_hung_up(one), timeout=20_000)
        if caller.bytesAvailable():
            assert json.loads(expected) == [str(path) for path in opened[-1]], f"seed {seed}"
        caller.abort()
    assert hand_over_from_another_process(name, qtbot)
    figures("messages", tries)


def _is_hung_up(caller: QLocalSocket) -> bool:
    return caller.state() == QLocalSocket.LocalSocketState.UnconnectedState


def hand_over_from_another_process(name: str, qtbot: QtBot) -> bool:
    code = "import sys; from clipdesk.ui.single_instance import hand_over; sys.exit(not hand_over(sys.argv[1], []))"
    process = subprocess.Popen([sys.executable, "-c", code, name])
    qtbot.waitUntil(lambda: process.poll() is not None, timeout=30_000)
    return process.returncode == 0


def test_callers_that_say_nothing_keep_nobody_out(opened: Opened, name: str, qtbot: QtBot) -> None:
    callers = [QLocalSocket() for _ in range(40)]
    for caller in callers:
        caller.connectToServer(name)
    qtbot.waitUntil(lambda: all(map(_is_hung_up, callers)), timeout=20_000)
    assert hand_over_from_another_process(name, qtbot)
    assert opened == [[]]


_as_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root can act as another user here"
)


@_as_root
@pytest.mark.parametrize("open_to_all", [False, True])
def test_another_user_is_not_let_in(open_to_all: bool, opened: Opened, instance: SingleInstance, qtbot: QtBot) -> None:
    """Permissions keep others out; should a system ignore those of sockets, the window asks who calls."""
    path = instance.findChild(QLocalServer).fullServerName()
    if open_to_all:
        Path(path).chmod(0o777)
    with socket.socket(socket.AF_UNIX) as caller:
        with ordinary_user():
            if not open_to_all:
                with pytest.raises(PermissionError):
                    caller.connect(path)
                return
            caller.connect(path)
        caller.sendall(_framed(b'["/a"]'))
        caller.setblocking(False)
        qtbot.waitUntil(lambda: _answer(caller) is not None, timeout=20_000)
        assert _answer(caller) == b""
    assert opened == []


def _answer(caller: socket.socket) -> bytes | None:
    try:
        return caller.recv(1)
    except BlockingIOError:
        return None
    except ConnectionError:
        return b""


@_as_root
def test_a_window_of_another_user_is_told_nothing(name: str) -> None:
    """A name can be guessed: somebody else may listen there first."""
    path = Path(_path_of(name))
    with socket.socket(socket.AF_UNIX) as theirs:
        with ordinary_user():
            theirs.bind(str(path))
            path.chmod(0o777)
            # Who a listening socket belongs to is noted here.
            theirs.listen()
        try:
            assert not hand_over(name, [Path("/private/photo.jpg")])
            theirs.settimeout(5)
            caller, _ = theirs.accept()
            with caller:
                caller.settimeout(5)
                assert caller.recv(1) == b"", "not a byte"
        finally:
            path.unlink()


def _path_of(name: str) -> str:
    server = QLocalServer()
    assert server.listen(name)
    path = server.fullServerName()
    server.close()
    return path
