"""The command `clipdesk bench` and `python -m clipdesk.bench`."""

import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clipdesk.bench.table import Measurement, lines

if TYPE_CHECKING:
    from collections.abc import Generator

    from clipdesk.core.settings import Settings


class What(StrEnum):
    """What can be measured."""

    ALL = "all"
    ENGINE = "engine"
    SEARCH = "search"
    MODELS = "models"
    UI = "ui"


app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def bench(
    what: Annotated[What, typer.Argument(help="What to measure.")] = What.ALL,
    photos: Annotated[
        Path | None, typer.Option("--photos", metavar="FOLDER", help="Real photos to measure with; else the samples.")
    ] = None,
    count: Annotated[int, typer.Option("--count", min=64, help="Photos of an index run.")] = 2500,
    runs: Annotated[int, typer.Option("--runs", min=1, help="Runs of every measurement.")] = 3,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer photos, vectors and runs: a first look.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Also a million vectors: minutes and gigabytes.")] = False,
) -> None:
    """Measure photos per second, search latency, memory, start-up and the window's frames, beside their targets."""
    from clipdesk.core import settings

    chosen = settings.load()
    missed: list[str] = []
    with _photo_source(photos) as source:
        steps: list[Callable[[], list[Measurement]]] = []
        if what in (What.ALL, What.ENGINE):
            steps.append(lambda: _engine(source, 128 if quick else count, 1 if quick else runs, chosen))
        if what in (What.ALL, What.SEARCH):
            sizes = (1_000, 10_000) if quick else (1_000, 10_000, 100_000, *((1_000_000,) if full else ()))
            steps.append(lambda: _search(source, sizes, 3 if quick else 5 * runs, chosen))
        if what is What.MODELS:  # takes minutes and 800 MB of cache: only when asked for
            steps.append(lambda: _models(source, 128 if quick else 600, 1 if quick else runs, chosen))
        if what in (What.ALL, What.UI):
            size, new = (10_000, 1_500) if quick else (100_000, 8_000)
            steps.append(lambda: _window(source, size, new, 1 if quick else runs))
        for step in steps:
            measurements = step()
            print("\n".join(lines(measurements)), end="\n\n", flush=True)
            missed += [measurement.name for measurement in measurements if measurement.met is False]
    print(f"targets missed: {', '.join(missed)}" if missed else "all targets met")


def _engine(source: Path, count: int, runs: int, chosen: "Settings") -> list[Measurement]:
    from clipdesk.bench import engine

    return engine.measure(source, count, runs, chosen)


def _search(source: Path, sizes: tuple[int, ...], runs: int, chosen: "Settings") -> list[Measurement]:
    from clipdesk.bench import search

    return search.measure(source, sizes, runs, chosen)


def _models(source: Path, count: int, runs: int, chosen: "Settings") -> list[Measurement]:
    from clipdesk.bench import models

    return models.measure(source, count, runs, chosen)


def _window(source: Path, size: int, new: int, runs: int) -> list[Measurement]:
    from clipdesk.bench import window

    return window.measure(source, size, new, runs)


@contextmanager
def _photo_source(photos: Path | None) -> "Generator[Path]":
    """The folder to take photos from: the user's, or the sample photos in a folder that goes away again."""
    if photos is not None:
        yield photos.expanduser().absolute()
        return
    from clipdesk.search.samples import sample_photos

    with tempfile.TemporaryDirectory(prefix="clipdesk-samples-") as folder:
        sample_photos(Path(folder))
        yield Path(folder)
