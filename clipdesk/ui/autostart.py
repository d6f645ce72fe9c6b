"""Starting clipdesk at login, the way each system does it; nothing is written before the user asks for it."""

import platform
import plistlib
import sys
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths

from clipdesk.core.errors import UserError
from clipdesk.core.paths import resources

_NAME = "clipdesk"
_LABEL = "org.clipdesk.clipdesk"
_RUN = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"


def _system() -> str:
    # Not sys.platform: every branch is to be checked, and can be tested, on every system.
    return platform.system()


def command() -> list[str]:
    """What starts the window of this clipdesk: the app itself when it is frozen, Python and the package otherwise."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "app", "--hidden"]
    python = Path(sys.executable)
    if _system() == "Windows" and python.with_name("pythonw.exe").is_file():
        python = python.with_name("pythonw.exe")
    return [str(python), "-m", _NAME, "app", "--hidden"]


def set_enabled(on: bool) -> None:
    """Start clipdesk at login from now on, or no more. Raises UserError when the system does not take it."""
    try:
        if _system() == "Windows":
            _set_in_registry(on)
        elif on:
            _write(entry(), _launch_agent() if _system() == "Darwin" else _desktop_entry())
        else:
            entry().unlink(missing_ok=True)
    except OSError as error:
        told = f"Starting at login could not be changed ({error.strerror or type(error).__name__})"
        raise UserError(told, f"Check the permissions of {entry().parent}") from error


def is_enabled() -> bool:
    """Whether clipdesk is started at login."""
    if _system() == "Windows":
        return _registry().contains(_NAME)
    return entry().is_file()


def entry() -> Path:
    """The file that starts clipdesk at login, on systems that have one."""
    if _system() == "Darwin":
        return Path.home() / "Library" / "LaunchAgents" / f"{_LABEL}.plist"
    config = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(config) / "autostart" / f"{_NAME}.desktop"


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _desktop_entry() -> bytes:
    """After the Desktop Entry Specification 1.5, with its quoting of arguments."""
    escaped = ((word.translate({ord(c): f"\\{c}" for c in '"`$\\'})).replace("\\", "\\\\") for word in command())
    line = " ".join(f'"{word}"' for word in escaped).replace("%", "%%")
    icon = resources() / "icons" / f"{_NAME}.svg"
    lines = ("[Desktop Entry]", "Type=Application", f"Name={_NAME}", f"Exec={line}", f"Icon={icon}", "Terminal=false")
    return ("\n".join(lines) + "\n").encode()


def _launch_agent() -> bytes:
    return plistlib.dumps({"Label": _LABEL, "ProgramArguments": command(), "RunAtLoad": True})


def _registry() -> QSettings:
    return QSettings(_RUN, QSettings.Format.NativeFormat)


def _set_in_registry(on: bool) -> None:
    run = _registry()
    if on:
        run.setValue(_NAME, " ".join(f'"{word}"' for word in command()))
    else:
        run.remove(_NAME)
    run.sync()
    if run.status() != QSettings.Status.NoError:
        raise PermissionError(13, "Access is denied")
