"""Nothing leaves this computer, and nothing is written but in clipdesk's own folders."""

import ctypes
import os
import platform
import re
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import offline

_WITHOUT_INTERNET = f"""
import ctypes, runpy, struct, sys
arch, number = {{"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}}[{platform.machine()!r}]
kill, allow = 0x80000000, 0x7FFF0000
rules = [
    (0x20, 0, 0, 4),  # the architecture
    (0x15, 0, 5, arch),
    (0x20, 0, 0, 0),  # the system call
    (0x15, 0, 3, number),
    (0x20, 0, 0, 16),  # socket()'s family
    (0x15, 2, 0, 2),
    (0x15, 1, 0, 10),
    (0x06, 0, 0, allow),
    (0x06, 0, 0, kill),
]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("rules", ctypes.c_void_p)]
program = Program(len(rules), ctypes.addressof(code))
library = ctypes.CDLL(None, use_errno=True)
assert library.prctl(38, 1, 0, 0, 0) == 0  # no new privileges
assert library.prctl(22, 2, ctypes.byref(program), 0, 0) == 0, ctypes.get_errno()
sys.argv[0] = "clipdesk"
exec(sys.argv.pop(1)) if sys.argv[1].startswith("import") else runpy.run_module("clipdesk", run_name="__main__")
"""
"""Runs clipdesk under a seccomp filter: the kernel kills whatever process opens a socket of IPv4 or IPv6."""


def picture(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    blocks = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    Image.fromarray(blocks).resize((160, 120), Image.Resampling.NEAREST).save(path)


def confined(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    command = [sys.executable, "-c", _WITHOUT_INTERNET, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env={**environment, "HOME": str(home)}
    )


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64") or ctypes.sizeof(ctypes.c_void_p) != 8,
    reason="the filter is written for Linux",
)
def test_indexing_and_searching_open_no_connection_and_write_only_clipdesks_folders(tmp_path: Path) -> None:
    home, library = tmp_path / "home", str(tmp_path / "library")
    home.mkdir()
    for number in range(3):
        picture(tmp_path / "Photos" / f"{number}.png", number)
    forbidden = confined(home, "import socket; socket.socket(socket.AF_INET)")
    assert forbidden.returncode < 0, "the filter does not work"
    for arguments in (["index", str(tmp_path / "Photos")], ["search", "squares"]):
        done = confined(home, "--library", library, *arguments)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr[-2000:]
    files = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
    assert [path for path in files if "clipdesk" not in path.parts] == []


@pytest.mark.parametrize("where", ["here", "in another process"])
def test_the_tests_themselves_open_no_connection(where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    monkeypatch.setenv(offline.NOTED, str(noted))
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    code = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    if where == "here":
        with pytest.raises(offline.ForbiddenConnectionError), closing(socket.socket()) as one:
            one.connect(("127.0.0.1", 9))
    else:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert "ForbiddenConnectionError" in done.stderr
    assert "127.0.0.1" in noted.read_text(encoding="utf-8")


def test_only_the_hub_is_imported_by_what_installs() -> None:
    """Libraries that connect are named in one file; the window and the worker reach it through an installation only."""
    package = Path(__file__).parents[1] / "clipdesk"
    asking = re.compile(
        r"^\s*(?:import|from) (?:huggingface_hub|httpx2?|requests|urllib\.request|urllib3|http\.client|ftplib|smtplib)",
        re.MULTILINE,
    )
    found = [path for path in package.rglob("*.py") if asking.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(package).as_posix() for path in found] == ["models/hub.py"]
