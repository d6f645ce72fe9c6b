"""A second start hands over to the first one."""

import getpass
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from clipdesk.ui.single_instance import SingleInstance, hand_over, server_name


@pytest.fixture
def name(tmp_path: Path) -> str:
    return server_name(tmp_path / "library")


@pytest.fixture
def instance(qtbot: QtBot, name: str) -> Iterator[SingleInstance]:
    instance = SingleInstance(name)
    assert instance.listen()
    yield instance
    instance.close()


def test_nobody_there(name: str) -> None:
    assert not hand_over(name, [])


_SECOND = """
import sys
from pathlib import Path
from clipdesk.ui.single_instance import hand_over
print(hand_over(sys.argv[1], [Path(name) for name in sys.argv[2:]]))
"""


@pytest.mark.parametrize("names", [["/a photo.jpg", "/写真/旅"], []])
def test_photos_and_folders_are_handed_over(
    instance: SingleInstance, name: str, names: list[str], qtbot: QtBot
) -> None:
    opened = list[list[Path]]()
    instance.opened.connect(opened.append)
    second = subprocess.Popen([sys.executable, "-c", _SECOND, name, *names], stdout=subprocess.PIPE, text=True)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=30_000)
    assert second.communicate()[0].strip() == "True"
    assert opened == [[Path(one) for one in names]]


@pytest.mark.parametrize(
    "message",
    [
        (1 << 30).to_bytes(4, "big") + b"[]",
        (7).to_bytes(4, "big") + b"nothing",
        (13).to_bytes(4, "big") + b'["relative"] ',
        (16).to_bytes(4, "big") + json.dumps({"paths": [1]}).encode()[:16].ljust(16),
    ],
)
def test_anything_else_is_refused(instance: SingleInstance, name: str, message: bytes, qtbot: QtBot) -> None:
    opened = list[object]()
    instance.opened.connect(opened.append)
    socket = QLocalSocket()
    socket.connectToServer(name)
    with qtbot.waitSignal(socket.disconnected, timeout=10_000):
        socket.write(QByteArray(message))
    assert opened == []


def test_what_a_crash_leaves_behind_is_no_obstacle(name: str, qtbot: QtBot) -> None:
    first = SingleInstance(name)
    assert first.listen()
    second = SingleInstance(name)
    assert second.listen(), "the name is taken over from a window that does not answer"
    second.close()
    first.close()


def test_a_user_without_a_name_has_a_server_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    named = server_name(tmp_path)
    monkeypatch.setattr(getpass, "getuser", nobody)
    assert server_name(tmp_path) not in ("", named)
