"""Starting at login: what is written on each system."""

import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clipdesk.core.errors import UserError
from clipdesk.ui import autostart


@pytest.fixture(params=["Linux", "Darwin"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(autostart, "_system", lambda: request.param)
    return str(request.param)


def test_on_and_off(system: str) -> None:
    assert not autostart.is_enabled()
    autostart.set_enabled(True)
    assert autostart.is_enabled()
    assert autostart.entry().is_file()
    autostart.set_enabled(False)
    autostart.set_enabled(False)
    assert not autostart.is_enabled()


def test_what_is_started_is_this_clipdesk(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", '/opt/my "photo" apps/50 % $more\\python')
    autostart.set_enabled(True)
    try:
        content = autostart.entry().read_bytes()
    finally:
        autostart.set_enabled(False)
    expected = [sys.executable, "-m", "clipdesk", "app", "--hidden"]
    if system == "Darwin":
        assert plistlib.loads(content)["ProgramArguments"] == expected
        return
    [line] = [one for one in content.decode().splitlines() if one.startswith("Exec=")]
    # Strings of desktop entries are unescaped first, then arguments are unquoted, then field codes are replaced.
    value = line.removeprefix("Exec=").replace("\\\\", "\\")
    if shutil.which("sh") is None:
        pytest.skip("no POSIX shell to unquote with")
    words = subprocess.run(["sh", "-c", f"printf '%s\\n' {value}"], capture_output=True, text=True, check=True).stdout
    assert words.replace("%%", "%").splitlines() == expected


def test_a_folder_that_takes_nothing_is_told(system: str) -> None:
    folder = autostart.entry().parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.is_dir():
        folder.rmdir()
    folder.write_bytes(b"in the way")
    try:
        with pytest.raises(UserError, match="Starting at login"):
            autostart.set_enabled(True)
    finally:
        folder.unlink()


def test_the_command_starts_clipdesk() -> None:
    program, *arguments = autostart.command()
    assert Path(program).is_file()
    done = subprocess.run([program, *arguments, "--help"], capture_output=True, text=True, timeout=60, check=True)
    assert "app" in done.stdout
