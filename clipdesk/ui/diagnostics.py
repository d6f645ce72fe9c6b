"""What helps to find out why something does not work, as text to paste: no photo, no query, no name of a file."""

import os
import platform
import re
from collections import deque
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import PySide6
from PySide6.QtCore import QSysInfo
from PySide6.QtGui import QGuiApplication

from clipdesk import __version__
from clipdesk.core.paths import log_folder
from clipdesk.core.settings import Settings

_PACKAGES = ("numpy", "onnxruntime", "torch", "open_clip_torch", "hnswlib", "sqlalchemy", "pillow", "rawpy")
_LOGS = ("clipdesk.log", "worker.log")
_LINES = 100
_PRIVATE = ("excludes", "vocabularies")
"""Settings that hold names of the user's files."""


def facts(settings: Settings, status: Mapping[str, Any] | None) -> list[str]:
    """Versions, the screen, settings, numbers of the library (None: the worker did not answer). On the main thread."""
    lines = [
        f"clipdesk {__version__}",
        f"Python {platform.python_version()}, Qt {PySide6.__version__} ({QGuiApplication.platformName()})",
        f"{QSysInfo.prettyProductName()}, {QSysInfo.kernelType()} {QSysInfo.kernelVersion()}",
        f"{QSysInfo.currentCpuArchitecture()}, {os.cpu_count()} cores",
        "; ".join(
            f"{screen.size().width()} x {screen.size().height()} at {screen.devicePixelRatio():g}"
            for screen in QGuiApplication.screens()
        ),
        ", ".join(f"{name} {number}" for name in _PACKAGES if (number := _version(name))),
        "",
        "Settings",
    ]
    values = settings.model_dump()
    lines += [f"  {name}: {len(value) if name in _PRIVATE else value}" for name, value in values.items()]
    lines += ["", "Library"]
    if status is None:
        lines.append("  the worker does not answer")
    for name, value in (status or {}).items():
        if name == "folders":
            lines += [f"  folder {at}: {one['files']} files, {one['state']}" for at, one in enumerate(value, 1)]
        elif name != "library":
            lines.append(f"  {name}: {value}")
    return lines


def with_logs(lines: list[str]) -> str:
    """Add the end of each log, in a thread of its own; the home folder is written as ~."""
    told = list(lines)
    for name in _LOGS:
        told += ["", name, *_tail(log_folder() / name)]
    text = "\n".join(told)
    return re.sub(re.escape(str(Path.home())), "~", text) + "\n"


def _tail(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            return [f"  {line.rstrip()}" for line in deque(opened, _LINES)]
    except OSError as error:
        return [f"  ({error.strerror or type(error).__name__})"]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
