"""Every command of the command line over one tree of photos, each in a process of its own."""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from tests.faults import ordinary_user, tracing
from tests.faults.originals import ORDINARY, Originals

Command = list[str | Path]
_TIME = 300
_HOMES = ("config", "data", "cache", "state")
_WATCHING = "Watching for changes"


@dataclass
class Place:
    """Where commands run: the photos, and folders for all that clipdesk writes."""

    photos: Originals
    folder: Path
    model: Path
    """A small model, as somebody would bring it."""
    ran: list[str] = field(default_factory=list[str])
    traces: dict[str, Path] = field(default_factory=dict[str, Path])

    def __post_init__(self) -> None:
        for path in (self.out, self.folder / "tmp", *(self.home / name for name in _HOMES)):
            path.mkdir(parents=True)

    @property
    def library(self) -> Path:
        return self.folder / "library"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def own_folders(self) -> list[Path]:
        """What clipdesk may write to while it indexes: library, caches, logs; and the system's place for scratch."""
        return [self.library, self.home / "cache" / "clipdesk", self.home / "state" / "clipdesk", self.folder / "tmp"]

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "HF_ENDPOINT"}
        return {
            **kept,
            **{f"XDG_{name.upper()}_HOME": str(self.home / name) for name in _HOMES},
            "HOME": str(self.home),
            "TMPDIR": str(self.folder / "tmp"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def wrapped(self, name: str, command: list[str]) -> list[str]:
        """`command` for an ordinary user, and watched where that is possible."""
        command = ordinary_user.as_ordinary_user(command)
        if not tracing.available():
            return command
        self.traces[name] = self.folder / f"{len(self.traces)}.strace"
        return tracing.tracing(command, self.traces[name])

    def traced(self, name: str) -> tracing.Traced:
        return tracing.read(self.traces[name], self.folder)


def names() -> set[str]:
    """Every command that there is, as one types it."""
    from clipdesk.cli import app

    return set(_names(typer.main.get_command(app), ()))


def _names(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(path)
        return
    for name, one in below.items():
        yield from _names(one, (*path, name))


def everyday(place: Place) -> dict[str, list[Command]]:
    """What anybody runs, by command."""
    photos = place.photos
    first, last = photos.ordinary[0], photos.ordinary[-1]
    return {
        "index": [["index", photos.locked, photos.open, "--json"], ["index"], ["index", "--retry"]],
        "folders": [["folders", "--json"]],
        "search": [["search", f'"{first}" + grass - water name:*.jpg']],
        "similar": [["similar", first]],
        "tags": [["tags", last]],
        "textness-grid": [["textness-grid", "a street", "--names", "--out", place.out / "grid.png"]],
        "models list": [["models", "list"]],
        "evaluate": [["evaluate", _captions(place), "--images", photos.folder]],
        "doctor": [["doctor", "--repair"]],
    }


def research(place: Place) -> dict[str, list[Command]]:
    """What takes long: training, models, benchmarks, samples."""
    photos, out, captions = place.photos, place.out, _captions(place)
    locked, opened = photos.locked / ORDINARY, photos.open / ORDINARY
    terms = place.folder / "terms.txt"
    terms.write_text("a dog\npeople in a street\n", encoding="utf-8")
    student = place.folder / "student.json"
    student.write_text(
        '{"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16}', encoding="utf-8"
    )
    limits: Command = ["--epochs", "1", "--batch", "4", "--device", "cpu"]
    distill: Command = ["distill", "--teacher", "pocket", "--student", student, "--passes", "1", *limits]
    return {
        "evaluate": [
            ["evaluate", "--classes", locked],
            ["evaluate", "--textness", locked, opened],
            ["evaluate", "--study"],
            ["evaluate", "--against", "pocket", "--images", opened, "--queries", terms],
        ],
        "models install": [["models", "install", "mine", "--trust", "--from", place.model]],
        "models use": [["models", "use", "mine"]],
        "models tune": [["models", "tune", "mine"]],
        "models remove": [["models", "remove", "mine"]],
        "train": [["train", captions, "--images", photos.folder, "--model", place.model, "--out", out / "t", *limits]],
        "distill": [
            [*distill, "--images", locked, "--out", out / "student of a folder"],
            [*distill, "--out", out / "student of the library"],
        ],
        "textness": [["textness", "--grounds", locked, "--pairs", "16", "--out", out / "textness.json"]],
        "export": [["export", place.model, "--out", out / "onnx", "--images", locked]],
        "bench": [["bench", "engine", "--quick", "--photos", locked]],
        "demo": [["demo"]],
        "app": [["app", "--screenshot", out / "pictures"]],
    }


def endings(place: Place) -> dict[str, list[Command]]:
    """What takes folders out of the library."""
    away: Command = ["index", "--accept-missing", place.photos.open]
    return {"index": [away, ["index", "--watch"]], "folders": [["folders", "--remove", place.photos.locked]]}


def run(place: Place, commands: dict[str, list[Command]]) -> None:
    """Run them all, each as an ordinary user; fails at the first that does not end well."""
    for group in commands.values():
        for command in group:
            _run(place, [sys.executable, "-m", "clipdesk", "--library", str(place.library), *map(os.fspath, command)])
            place.ran.append(" ".join(map(str, command)))


def _run(place: Place, command: list[str]) -> None:
    name = " ".join(command[5:])
    started = subprocess.Popen(
        place.wrapped(name, command),
        cwd=place.folder,
        env=place.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="surrogateescape",
        start_new_session=True,
    )
    try:
        if "--watch" in command:
            assert started.stderr is not None
            assert any(_WATCHING in line for line in started.stderr), "it never began to watch"
            os.killpg(started.pid, signal.SIGINT)
        told, errors = started.communicate(timeout=_TIME)
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
            started.communicate()
    assert started.returncode == 0, f"{name}: exit code {started.returncode}\n{told[-2000:]}\n{errors[-4000:]}"


def _captions(place: Place) -> Path:
    file = place.folder / "captions.csv"
    if not file.exists():
        with file.open("w", newline="", encoding="utf-8") as target:
            writer = csv.writer(target)
            writer.writerow(["image", "caption"])
            for photo in place.photos.ordinary:
                writer.writerow([photo.relative_to(place.photos.folder), f"a picture called {photo.stem}"])
    return file
