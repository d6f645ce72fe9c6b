"""`clipdesk train` and `clipdesk distill`. Nothing heavy is imported before one of them runs."""

from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clipdesk import cli_output
from clipdesk.cli_output import absolute
from clipdesk.cli_session import Options

if TYPE_CHECKING:
    from clipdesk.training.reports import Outcome, Reports


class Recipe(StrEnum):
    """Shapes of contrastive training."""

    OPEN_CLIP = "open_clip"
    TEXTBOOK = "textbook"


class Lock(StrEnum):
    """Towers that can be kept as they are."""

    IMAGE = "image"
    TEXT = "text"


class Device(StrEnum):
    """Where training runs."""

    AUTO = "auto"
    CPU = "cpu"
    MPS = "mps"
    CUDA = "cuda"


class Precision(StrEnum):
    """Numbers that matrix products are computed in."""

    AUTO = "auto"
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


_Out = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the model is made; a run there goes on.")]
_Epochs = Annotated[float, typer.Option("--epochs", min=0, metavar="N", help="Times that every photo is seen.")]
_Batch = Annotated[int, typer.Option("--batch", min=2, metavar="N", help="Photos in a step.")]
_Rate = Annotated[float | None, typer.Option("--rate", metavar="R", help="Highest learning rate.")]
_Minutes = Annotated[
    float | None,
    typer.Option("--time-limit", min=0, metavar="MINUTES", help="Stop after this time; the same command goes on."),
]
_Restart = Annotated[bool, typer.Option("--restart", help="Begin anew instead of going on.")]
_Device = Annotated[Device, typer.Option("--device", help="auto takes CUDA, Apple MPS or the CPU.")]
_Precision = Annotated[Precision, typer.Option("--precision", help="auto takes bfloat16 where it is quicker.")]
_Half = Annotated[bool, typer.Option("--half", help="Write float16 weights, half as large.")]
_Seed = Annotated[int, typer.Option("--seed", min=0, metavar="N", help="Another seed is another run.")]
_Saves = Annotated[int, typer.Option("--save-steps", min=0, hidden=True)]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON, no progress.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(train)
    app.command()(distill)


def train(
    context: typer.Context,
    captions: Annotated[Path, typer.Argument(metavar="CAPTIONS.csv", help="Rows image,caption.")],
    images: Annotated[Path, typer.Option("--images", metavar="DIR", help="The captions' photos.")],
    out: _Out,
    recipe: Annotated[
        Recipe, typer.Option("--recipe", help="open_clip: any of its models; textbook: heads on frozen backbones.")
    ] = Recipe.OPEN_CLIP,
    model: Annotated[
        str, typer.Option("--model", metavar="NAME|FILE", help="Architecture, config.json or model folder.")
    ] = "ViT-B-32",
    start: Annotated[
        Path | None, typer.Option("--from", metavar="PATH", help="Begin with the weights of a model folder or file.")
    ] = None,
    lock: Annotated[Lock | None, typer.Option("--lock", help="Keep a tower's weights as they are.")] = None,
    image_weights: Annotated[
        Path | None, typer.Option("--image-weights", metavar="FILE", help="textbook: ResNet-50's weights.")
    ] = None,
    text_weights: Annotated[
        Path | None, typer.Option("--text-weights", metavar="FOLDER", help="textbook: DistilBERT's folder.")
    ] = None,
    held_out: Annotated[
        str, typer.Option("--held-out", metavar="SHARE|CSV", help="Photos to measure with, not to train on.")
    ] = "0.1",
    epochs: _Epochs = 32,
    batch: _Batch = 64,
    rate: _Rate = None,
    minutes: _Minutes = None,
    restart: _Restart = False,
    device: _Device = Device.AUTO,
    precision: _Precision = Precision.AUTO,
    half: _Half = False,
    seed: _Seed = 0,
    save_steps: _Saves = 0,
    as_json: _Json = False,
) -> None:
    """Train an image tower and a text tower on captioned photos."""
    textbook = recipe is Recipe.TEXTBOOK
    if textbook and (lock or start):
        raise typer.BadParameter("--lock and --from are for --recipe open_clip; the textbook's backbones are frozen")
    if not textbook and (image_weights or text_weights):
        raise typer.BadParameter("--image-weights and --text-weights are for --recipe textbook")
    with _reports(as_json) as reports:
        from clipdesk.training.contrastive import Settings
        from clipdesk.training.train import train as run

        settings = Settings(
            captions=absolute(captions),
            images=absolute(images),
            out=absolute(out),
            recipe=recipe.value,
            model=model,
            start=absolute(start) if start else None,
            lock=lock.value if lock else None,
            image_weights=absolute(image_weights) if image_weights else None,
            text_weights=absolute(text_weights) if text_weights else None,
            held_out=held_out,
            epochs=epochs,
            batch=batch,
            rate=rate or (1e-3 if textbook else 5e-4),
            decay=1e-3 if textbook else 0.2,
            seed=seed,
            minutes=minutes,
            restart=restart,
            device=device.value,
            threads=context.obj.settings().threads,
            precision=precision.value,
            half=half,
            save_steps=save_steps,
        )
        outcome = run(settings, reports)
    _print(outcome, settings.out, as_json=as_json)


def distill(
    context: typer.Context,
    out: _Out,
    teacher: Annotated[str, typer.Option("--teacher", metavar="NAME", help="An installed model, or a model folder.")],
    images: Annotated[
        Path | None, typer.Option("--images", metavar="FOLDER", help="Photos; without it, those of the library.")
    ] = None,
    student: Annotated[
        str, typer.Option("--student", metavar="vit|conv|FILE.json", help="vit: the study's; conv: for CPUs.")
    ] = "vit",
    heads: Annotated[int, typer.Option("--heads", min=1, metavar="N", help="Attention heads of vit: 12 or 24.")] = 12,
    size: Annotated[
        int | None, typer.Option("--size", min=32, max=1024, metavar="PX", help="Side of the student's pictures.")
    ] = None,
    start: Annotated[
        Path | None, typer.Option("--from", metavar="PATH", help="Begin with the weights of another student.")
    ] = None,
    epochs: _Epochs = 32,
    batch: _Batch = 64,
    rate: _Rate = None,
    passes: Annotated[
        int, typer.Option("--passes", min=1, metavar="N", help="Views of each photo that the teacher is asked about.")
    ] = 8,
    held_out: Annotated[
        float, typer.Option("--held-out", min=0, max=0.5, metavar="SHARE", help="Photos to measure with.")
    ] = 0.05,
    minutes: _Minutes = None,
    restart: _Restart = False,
    device: _Device = Device.AUTO,
    precision: _Precision = Precision.AUTO,
    half: _Half = False,
    seed: _Seed = 0,
    save_steps: _Saves = 0,
    as_json: _Json = False,
) -> None:
    """Teach a small image tower to see as a large model does, on your own photos."""
    with _reports(as_json) as reports:
        from clipdesk.training.distill import Settings, distil

        options: Options = context.obj
        settings = Settings(
            teacher=teacher,
            photos=absolute(images) if images else _library_photos(options),
            out=absolute(out),
            student=student,
            heads=heads,
            size=size,
            start=absolute(start) if start else None,
            epochs=epochs,
            batch=batch,
            rate=rate or 1e-3,
            passes=passes,
            held_out=held_out,
            seed=seed,
            minutes=minutes,
            restart=restart,
            device=device.value,
            threads=options.settings().threads,
            precision=precision.value,
            half=half,
            save_steps=save_steps,
        )
        outcome = distil(settings, reports)
    _print(outcome, settings.out, as_json=as_json)


def _library_photos(options: Options) -> tuple[Path, ...]:
    """The library's own small copies of its photos: quick to read, and there for photos that are offline too."""
    from clipdesk.catalog.library import open_library
    from clipdesk.core.paths import thumbnail_file

    with open_library(options.library_folder, write=False) as library:
        photos = library.catalog.photos.get(library.catalog.photos.passing(()))
        copies = [thumbnail_file(library.thumbnails, photo.content_hash) for photo in photos.values()]
    return tuple(sorted(copy for copy in copies if copy.is_file()))


@contextmanager
def _reports(quiet: bool) -> "Generator[Reports]":
    """Progress and notes on stderr."""
    from clipdesk.training.reports import Reports

    display = cli_output.progress_display(as_json=quiet)
    try:
        yield Reports(display.show, cli_output.message)
    finally:
        display.close()


def _print(outcome: "Outcome", out: Path, *, as_json: bool) -> None:
    values: dict[str, Any] = {
        "out": str(out),
        "steps": outcome.step,
        "of": outcome.steps,
        "seconds": round(outcome.seconds, 1),
        "finished": outcome.finished,
        **outcome.figures,
    }
    if as_json:
        cli_output.print_json(values)
    else:
        cli_output.print_values(values)
    if not outcome.finished:
        cli_output.message("the time is up; what was done is kept. The same command goes on from here.")
