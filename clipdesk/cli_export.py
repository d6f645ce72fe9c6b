"""Commands of the research tools that need no training run: `textness` and `export`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clipdesk import cli_output
from clipdesk.cli_output import absolute
from clipdesk.cli_session import Options

if TYPE_CHECKING:
    from clipdesk.models.encoder import Encoder
    from clipdesk.training.textness_tool import Plan

_Json = Annotated[bool, typer.Option("--json", help="Print JSON, no progress.")]


class Format(StrEnum):
    """What a model can be exported to."""

    ONNX = "onnx"
    COREML = "coreml"


class Precision(StrEnum):
    """How its weights are stored."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    INT8 = "int8"


class Side(StrEnum):
    """What the bias is added to."""

    TEXT = "text"
    IMAGE = "image"
    CALIBRATED = "calibrated"


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(textness)
    app.command()(export)


def textness(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[WITH WITHOUT]", help="Folders of pictures with and without written words."),
    ] = None,
    grounds: Annotated[
        list[Path] | None,
        typer.Option(
            "--grounds",
            metavar="DIR",
            help="Write words on these photos instead (with both, for --out only); several allowed.",
        ),
    ] = None,
    queries: Annotated[
        Path | None, typer.Option("--queries", metavar="FILE", help="Search terms to compare on, one a line.")
    ] = None,
    pairs: Annotated[int, typer.Option("--pairs", min=16, metavar="N", help="How many grounds to write on.")] = 600,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed, the same words.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Learn the app's calibrated direction and write textness.json."),
    ] = None,
    grid: Annotated[
        Path | None, typer.Option("--grid", metavar="FILE.png", help="Draw the ten best at -2..2, a row each.")
    ] = None,
    query: Annotated[str, typer.Option("--query", metavar="WORDS", help="What the grid shows.")] = "a street",
    side: Annotated[Side, typer.Option("--side", help="Where the grid's bias goes.")] = Side.TEXT,
    as_json: _Json = False,
) -> None:
    """Train a linear probe for written words and compare its bias on the text and on the image side."""
    from clipdesk.cli_evaluate import open_encoder, progress_lines
    from clipdesk.indexing.decoder import load_pixels
    from clipdesk.training import textness_tool
    from clipdesk.training.agreement import read_queries
    from clipdesk.training.textness_sides import sides_table

    named = [absolute(folder) for folder in folders or ()]
    if len(named) not in (0, 2) or (named and grounds and out is None):
        raise typer.BadParameter("name two folders, WITH and WITHOUT words, or --grounds DIR (both only with --out)")
    terms = read_queries(absolute(queries)).texts if queries else ()
    plan = textness_tool.Plan(
        folders=(named[0], named[1]) if named else None,
        grounds=tuple(absolute(folder) for folder in grounds or ()),
        pairs=pairs,
        seed=seed,
        queries=terms,
    )
    tell = progress_lines(as_json)
    with open_encoder(context.obj) as encoder:
        if out is not None and not named and grid is None:
            _write_direction(encoder, plan, absolute(out), as_json=as_json)
            return
        with textness_tool.studied(encoder, plan, load_pixels, progress=tell) as outcome:
            values = outcome.values
            if grid is not None:
                textness_tool.draw_grid(encoder, outcome, query, side.value, absolute(grid))
                values["grid"] = str(absolute(grid))
        if out is not None:
            values["direction"] = textness_tool.write_direction(encoder, plan, absolute(out), progress=tell)
    if as_json:
        cli_output.print_json(values)
        return
    probe = values["probe"]
    print(
        f"model {values['model']}: the probe tells {probe['tested_on']} pictures that it was not trained on with"
        f" accuracy {probe['accuracy']:.3f}, AUC {probe['auc']:.3f}"
    )
    print(sides_table(values))
    for key in ("grid", "direction"):
        if key in values:
            print(values[key] if key == "grid" else values[key]["file"])


def _write_direction(encoder: "Encoder", plan: "Plan", out: Path, *, as_json: bool) -> None:
    from clipdesk.cli_evaluate import progress_lines
    from clipdesk.training.textness_tool import write_direction

    values = write_direction(encoder, plan, out, progress=progress_lines(as_json))
    _print(values, as_json=as_json)


def export(
    context: typer.Context,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="An installed model, or a folder with one.")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="A new or empty folder.")],
    kind: Annotated[Format, typer.Option("--format", help="onnx for any program, coreml for Apple's.")] = Format.ONNX,
    precision: Annotated[
        Precision | None, typer.Option("--precision", help="Of the weights; float32 for onnx, float16 for coreml.")
    ] = None,
    images: Annotated[
        Path | None, typer.Option("--images", metavar="DIR", help="Photos to check the outcome on; else samples.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Write a model for other programs, and check it against the original."""
    from clipdesk.training import export as exporting

    options: Options = context.obj
    folder = exporting.source_folder(model)
    checked_on = absolute(images) if images else None
    if kind is Format.COREML:
        from clipdesk.training.coreml import export_coreml

        values: dict[str, Any] = export_coreml(folder, absolute(out), (precision or Precision.FLOAT16).value)
    else:
        threads = options.settings().threads
        chosen = (precision or Precision.FLOAT32).value
        values = exporting.export_onnx(folder, absolute(out), chosen, images=checked_on, threads=threads)
    _print(values, as_json=as_json)


def _print(values: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        cli_output.print_json(values)
    else:
        cli_output.print_values(values)
