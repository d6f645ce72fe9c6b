"""What tuning found for a model on this machine: which engine runs its picture tower. Read on every start: light."""

import json
from dataclasses import asdict, dataclass, fields
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

import xxhash

from clipdesk.core.plain_data import parse_json
from clipdesk.models import files

RECORD = "tuning.json"
INT8_GRAPH = "image.int8.onnx"
_FORMAT = 1
_ENGINES = ("onnx float32", "onnx int8", "torch float32", "torch float16", "torch bfloat16")
_DEVICES = ("cpu", "mps", "cuda")
_MOST_THREADS, _MOST_AT_ONCE = 1024, 4096
_KINDS: dict[Any, type | tuple[type, ...]] = {str: str, int: int, float: (int, float)}
_READ = 1 << 22


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to run the picture tower, how fast it was here, and how well it agreed with float32."""

    engine: str
    """ "onnx float32", "onnx int8", "torch bfloat16" ..."""
    device: str
    threads: int
    """Of the CPU; 0 for as many as it has cores."""
    at_once: int
    """Photos in one call."""
    speed: float
    """Photos per second, encoding alone."""
    mean: float = 1.0
    """Mean cosine with float32 over real photos."""
    worst: float = 1.0
    shared: float = 1.0
    """Share (0..1) of the best ten of sample queries that stay the same."""
    kept: int = 0
    """Of int8: matrix products that stay float32."""
    products: int = 0

    @property
    def agrees(self) -> bool:
        """Whether it may stand in for float32."""
        return self.mean >= 0.995 and self.worst >= 0.98 and self.shared >= 0.95


@dataclass(frozen=True, slots=True)
class Tuning:
    """The result of tuning one model on one machine."""

    key: str
    machine: str
    """Processor, cores and versions, see `speeds.machine`."""
    photos: int
    """How many photos the agreement was measured on."""
    choice: Candidate
    candidates: tuple[Candidate, ...]
    graph: str = ""
    """A checksum (XXH3) of the 8-bit graph; "" when there is none, or an earlier version wrote this."""


_Made = TypeVar("_Made", Candidate, Tuning)


def record_folder(folder: Path, name: str) -> Path:
    """Where the results for a model lie: with an installed one; in the user's models folder for a bundled one."""
    from clipdesk.core import paths

    return folder if paths.resources() not in folder.parents else paths.models_folder() / ".tuned" / name


def read(folder: Path) -> Tuning | None:
    """What was found, None when nothing was or it cannot be read. It may be out of date, see `is_current`."""
    try:
        raw: dict[str, Any] = parse_json((folder / RECORD).read_text(encoding="utf-8"))
        if raw.pop("format") != _FORMAT:
            return None
        choice = _candidate(raw.pop("choice"))
        others = tuple(_candidate(entry) for entry in raw.pop("candidates"))
        return _of_right_kinds(Tuning(choice=choice, candidates=others, **raw))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _candidate(raw: dict[str, Any]) -> Candidate:
    """Raises ValueError, TypeError for what no tuning has written."""
    made = _of_right_kinds(Candidate(**raw))
    known = made.engine in _ENGINES and made.device in _DEVICES
    if not (known and 0 <= made.threads <= _MOST_THREADS and 1 <= made.at_once <= _MOST_AT_ONCE):
        raise ValueError("no such engine")
    if not all(isfinite(number) for number in (made.speed, made.mean, made.worst, made.shared)):
        raise ValueError("no such result")
    return made


def _of_right_kinds(made: _Made) -> _Made:
    for field in fields(made):
        value, kind = getattr(made, field.name), _KINDS.get(field.type)
        if kind is not None and (isinstance(value, bool) or not isinstance(value, kind)):
            raise ValueError(f"{field.name} is of another kind")
    return made


def write(folder: Path, tuning: Tuning) -> None:
    """Store what was found."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{RECORD}.part"
    part.write_text(json.dumps({"format": _FORMAT, **asdict(tuning)}, indent=1) + "\n", encoding="utf-8")
    part.replace(folder / RECORD)


def is_current(tuning: Tuning, folder: Path) -> bool:
    """Whether model, libraries and processor are still those that were measured, and the 8-bit graph is whole."""
    from clipdesk.models import speeds

    measured, here = tuning.key.rpartition("-")[2], files.key_of(folder).rpartition("-")[2]
    if measured != here or tuning.machine != speeds.machine():
        return False
    return tuning.choice.engine != "onnx int8" or tuning.graph in ("", graph_checksum(folder))


def graph_checksum(folder: Path) -> str:
    """The checksum of a model's 8-bit graph, "missing" without one."""
    digest = xxhash.xxh3_128()
    try:
        with (folder / INT8_GRAPH).open("rb") as file:
            while data := file.read(_READ):
                digest.update(data)
    except OSError:
        return "missing"
    return digest.hexdigest()
