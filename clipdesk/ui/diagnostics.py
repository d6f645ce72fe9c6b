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
_TOLD = ("model_in_use", "model_key")
"""Words about the library that are not the user's; everything else that is told of it is numbers."""


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
    # Lists are of names of files; the other words are choices among a few, and the name of a model.
    lines += [f"  {name}: {len(value) if isinstance(value, tuple) else value}" for name, value in values.items()]
    lines += ["", "Library"]
    if status is None:
        lines.append("  the worker does not answer")
    for name, value in (status or {}).items():
        if name == "folders":
            lines += [f"  folder {at}: {one['files']} files, {one['state']}" for at, one in enumerate(value, 1)]
        elif name in _TOLD or not isinstance(value, str):
            lines.append(f"  {name}: {value}")
    return lines


def places(status: Mapping[str, Any] | None) -> dict[str, str]:
    """Where the user keeps photos and library, and what is written instead, should a log name one after all."""
    named = {str(Path.home()): "~"}
    if status is not None:
        named |= {one["path"]: f"(folder {at})" for at, one in enumerate(status["folders"], 1)}
        named[status["library"]] = "(library)"
    return {path: instead for path, instead in named.items() if len(Path(path).parts) > 1}


def with_logs(lines: list[str], places: Mapping[str, str]) -> str:
    """Add the end of each log, in a thread of its own. What stands at one of `places` is not told."""
    told = list(lines)
    for name in _LOGS:
        told += ["", name, *_tail(log_folder() / name)]
    text = "\n".join(told)
    # Longer paths first: one folder may lie in another. Of what is below a place, names are all that is left to tell.
    for path in sorted(places, key=len, reverse=True):
        text = re.sub(rf"{re.escape(path)}(?:[/\\][^\n]*)?", places[path], text)
    return text + "\n"


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
