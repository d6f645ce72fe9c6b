"""How fluid the window is: a real window, drawn offscreen, over a large library whose worker is indexing.

The window runs in a process of its own, as `clipdesk app`, and drives itself (`ui.driving`): it scrolls, types and
moves the textness slider, and notes how long every frame takes. Cold starts are processes of their own as well.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from clipdesk.bench.library import make_library
from clipdesk.bench.photos import distinct_photos, photos_below
from clipdesk.bench.search import embed_photos
from clipdesk.bench.table import Measurement
from clipdesk.bench.vectors import photo_like
from clipdesk.core.paths import thumbnail_file
from clipdesk.core.settings import Settings, save

if TYPE_CHECKING:
    from clipdesk.core.entities import Matrix

_FRAME, _WORST = 16.7, 50.0
"""Milliseconds: of 99 frames in 100, and of every frame."""
_WINDOW, _RESULTS = 1.0, 2.0
"""Seconds from the start of the process to the window, and to results in it."""
_TIMEOUT = 600
_MODEL = "pocket"


def measure(source: Path, size: int, new: int, runs: int) -> list[Measurement]:
    """Measure frames over `size` photos while `new` others are indexed, and `runs` cold starts, bundled model."""
    centres, key = _centres(source)
    with tempfile.TemporaryDirectory(prefix="clipdesk-bench-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        library = folder / "library"
        make_library(library, photo_like(centres, size), key)
        _make_thumbnails(library / "thumbnails", photos_below(source), size)
        environment = _own_settings(folder / "home")
        found = _starts(library, folder, runs, environment, size)
        distinct_photos(source, new, folder / "new photos")
        told = _run(library, folder, environment, folder / "new photos")
    return found + _frames(told, size)


def _centres(source: Path) -> "tuple[Matrix, str]":
    from clipdesk.models.loader import load_encoder

    encoder = load_encoder(_MODEL)
    try:
        return embed_photos(source, encoder), encoder.info.key
    finally:
        encoder.close()


def _make_thumbnails(thumbnails: Path, photos: list[Path], size: int) -> None:
    """Give every photo of `make_library` a thumbnail file; a few real ones under many names."""
    from PIL import Image

    made: list[Path] = []
    thumbnails.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(photos[:200]):
        with Image.open(path) as picture:
            picture.thumbnail((512, 512))
            made.append(thumbnails / f"{number}.jpg")
            picture.convert("RGB").save(made[-1], quality=85)
    for row in range(size):
        link = thumbnail_file(thumbnails, f"{row:032x}")
        link.parent.mkdir(exist_ok=True)
        _link(made[row % len(made)], link)


def _link(source: Path, target: Path) -> None:
    """Give a file another name; where the file system has no (more) links of it, a copy does."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _own_settings(home: Path) -> dict[str, str]:
    """The environment of a user who has changed nothing but lets indexing take all it can."""
    places = {"HOME": home, "WIN_PD_OVERRIDE_LOCAL_APPDATA": home / "config", "XDG_RUNTIME_DIR": home}
    places |= {f"XDG_{name.upper()}_HOME": home / name for name in ("config", "data", "cache", "state")}
    for folder in (home / "config", home / "Library" / "Application Support"):  # the second one on macOS
        save(Settings(cpu_in_use=1.0, model=_MODEL), folder / "clipdesk" / "settings.toml")
    return {**os.environ, **{name: str(path) for name, path in places.items()}, "QT_QPA_PLATFORM": "offscreen"}


def _starts(library: Path, folder: Path, runs: int, environment: dict[str, str], size: int) -> list[Measurement]:
    """Cold starts: a first one reads files from the disk and compiles modules, and does not count."""
    taken: list[tuple[float, float]] = []
    for _ in range(runs + 1):
        began = time.time()
        told = _run(library, folder, environment)
        taken.append((told["window"] - began, told["results"] - began))
    windows, results = (sorted(column) for column in np.transpose(taken[1:]).tolist())
    note = f"median of {runs} cold processes, {size:,} photos"
    return [
        Measurement("first window on screen", median(windows), "s", at_most=_WINDOW, note=note),
        Measurement("first results in it", median(results), "s", at_most=_RESULTS, note=f"worst {results[-1]:.2f} s"),
    ]


def _run(library: Path, folder: Path, environment: dict[str, str], *arguments: Path) -> dict[str, Any]:
    """Run the window until it has measured itself; with a folder to add, it drives itself as well."""
    out = folder / "measured.json"
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", "clipdesk", "--library", library, "app", "--measure", out, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=_TIMEOUT, check=False)
    if done.returncode or not out.exists():
        raise RuntimeError(f"the window failed: {done.stderr.decode(errors='replace')[-500:]}")
    return json.loads(out.read_text(encoding="utf-8"))


def _frames(told: dict[str, Any], size: int) -> list[Measurement]:
    """Percentiles of each script's frames, and of all of them against the targets."""
    by_name = {name: 1000 * np.asarray(seconds) for name, seconds in told["frames"].items()}
    found: list[Measurement] = []
    for name, frames in by_name.items():
        note = f"{len(frames):,} frames; p50 {np.median(frames):.1f} ms, worst {frames.max():.1f} ms"
        found.append(Measurement(f"frames while {name}, p99", float(np.percentile(frames, 99)), "ms", note=note))
    every = np.concatenate(list(by_name.values()))
    indexed = f"{size:,} photos in the library, {told['indexed']:,} more indexed meanwhile"
    if told["indexing_ended"]:
        indexed += ", all before the end"
    p99 = float(np.percentile(every, 99))
    return [
        *found,
        Measurement("all frames, p50", float(np.median(every)), "ms", note=f"{len(every):,} frames"),
        Measurement("all frames, p99", p99, "ms", at_most=_FRAME, note=indexed),
        Measurement("all frames, worst", float(every.max()), "ms", at_most=_WORST),
    ]
