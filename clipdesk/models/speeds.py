"""How quickly this computer embeds pictures with each model, as it was measured here.

Kept in the user's cache folder, by computer and model key: figures of another computer, or of other versions, are
never used.
"""

import json
import logging
import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from clipdesk.core import paths
from clipdesk.core.errors import loggable
from clipdesk.core.plain_data import parse_json
from clipdesk.models.encoder import Encoder

_log = logging.getLogger(__name__)
_BATCH = 16
_SECONDS = 1.5
_PACKAGES = ("onnxruntime", "torch")


def measure(encoder: Encoder, seconds: float = _SECONDS) -> float:
    """Photos a second that `encoder` embeds when it has the machine to itself: the median of batches of 16."""
    size = encoder.info.image.size
    pixels = np.random.default_rng(0).integers(0, 256, (_BATCH, size, size, 3), dtype=np.uint8)
    encoder.encode_images(pixels)
    times: list[float] = []
    began = perf_counter()
    while len(times) < 3 or perf_counter() - began < seconds:
        start = perf_counter()
        encoder.encode_images(pixels)
        times.append(perf_counter() - start)
    return _BATCH / float(np.median(times))


def of(model_key: str) -> float | None:
    """Photos a second, None when it was not measured on this computer."""
    rate = _read().get(machine(), {}).get(model_key)
    return float(rate) if isinstance(rate, int | float) and rate > 0 else None


def record(model_key: str, rate: float) -> None:
    """Remember photos a second; figures that cannot be written are measured again the next time."""
    known = _read()
    known.setdefault(machine(), {})[model_key] = round(rate, 2)
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.{os.getpid()}")
        part.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        part.replace(file)
    except OSError as error:
        _log.warning("the speed of a model was not kept: %s", loggable(error))


@cache
def machine() -> str:
    """What speed depends on: processor, cores, versions of what runs the models."""
    parts = [_processor(), f"{os.cpu_count()} cores"]
    for package in _PACKAGES:
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(parts)


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    except (OSError, UnicodeDecodeError):
        pass
    return platform.processor() or platform.machine()


def _file() -> Path:
    return paths.cache_folder() / "speeds.json"


def _read() -> dict[str, Any]:
    try:
        known: Any = parse_json(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) and all(isinstance(one, dict) for one in known.values()) else {}  # pyright: ignore[reportUnknownVariableType]
