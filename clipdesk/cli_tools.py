"""Commands that need no library: `evaluate`, `doctor`, `demo`, `bench`."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from clipdesk import cli_output
from clipdesk.cli_output import absolute, named_path
from clipdesk.cli_session import Options, next_id, open_service

_Json = Annotated[bool, typer.Option("--json", help="Print JSON, no progress.")]
_DEMO = (("flowers", 0.0), ("a palace", 0.0), ("a wall", 0.0), ("a wall", 2.0), ("name:*.jpg - green", 0.0))
"""Queries of the demo, with the textness slider."""


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(evaluate)
    app.command()(doctor)
    app.command()(demo)
    own_options = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(context_settings=own_options, add_help_option=False)(bench)


def evaluate(
    context: typer.Context,
    captions: Annotated[
        Path | None, typer.Argument(metavar="[CAPTIONS.csv]", parser=named_path, help="Rows image,caption.")
    ] = None,
    images: Annotated[
        Path | None, typer.Option("--images", metavar="DIR", parser=named_path, help="The captions' photos.")
    ] = None,
    textness: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            "--textness", metavar="WITH WITHOUT", parser=named_path, help="Folders of pictures with and without words."
        ),
    ] = None,
    classes: Annotated[
        Path | None,
        typer.Option("--classes", metavar="DIR", parser=named_path, help="A folder of pictures for each class."),
    ] = None,
    template: Annotated[
        list[str] | None,
        typer.Option("--template", metavar="WORDS", help='With --classes: "a sketch of a {}"; several are averaged.'),
    ] = None,
    wording: Annotated[
        Path | None,
        typer.Option(
            "--wording",
            metavar="FILE",
            parser=named_path,
            help="With --classes: your words, lines of class, tab, wording.",
        ),
    ] = None,
    only: Annotated[
        str, typer.Option("--only", metavar="PATTERN", help="With --classes: only folders like photo_of_*.")
    ] = "*",
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="MODEL", help="Agreement with another model on --images for --queries."),
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option(
            "--queries",
            metavar="FILE",
            parser=named_path,
            help="With --against: search terms, one a line, or CAPTIONS.csv.",
        ),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(
            "--sheet", metavar="FILE.png", parser=named_path, help="With --against: draw what both find, side by side."
        ),
    ] = None,
    study: Annotated[
        bool, typer.Option("--study", help="The query cat: the written words Cat and Gat, and a photo of a cat.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Measure a model: does a caption find its photo; does textness tell written words; classes; another model."""
    from clipdesk import cli_evaluate

    options: Options = context.obj
    ways = {"--study": study, "--textness": textness, "--classes": classes, "--against": against}
    chosen = [name for name, given in ways.items() if given]
    if len(chosen) > 1:
        raise typer.BadParameter(f"choose one of {' and '.join(chosen)}")
    if chosen and chosen != ["--against"] and (captions or images):
        raise typer.BadParameter(f"{chosen[0]} looks at no CAPTIONS.csv and no --images")
    table = None
    terms = queries or captions
    if study:
        values, table = cli_evaluate.study(options)
    elif textness is not None:
        with_words, without = map(absolute, textness)
        values = cli_evaluate.textness(options, with_words, without, quiet=as_json)
    elif classes is not None:
        words = cli_evaluate.ClassOptions(tuple(template or ()), absolute(wording) if wording else None, only)
        values, table = cli_evaluate.classes(options, absolute(classes), words, quiet=as_json)
    elif against is not None:
        if images is None or terms is None:
            raise typer.BadParameter("--against MODEL needs --images DIR and --queries FILE")
        drawn = absolute(sheet) if sheet else None
        files = absolute(images), absolute(terms)
        values, table = cli_evaluate.against(options, against, *files, drawn, quiet=as_json)
    elif captions is not None and images is not None:
        values = cli_evaluate.captions(options, absolute(captions), absolute(images), quiet=as_json)
    else:
        told = "name CAPTIONS.csv and --images DIR, or --textness, --classes, --against or --study"
        raise typer.BadParameter(told)
    if as_json:
        cli_output.print_json(values)
    elif table is not None:
        print(table)
    else:
        cli_output.print_values(values)


def doctor(
    context: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Check the library and rebuild what can be rebuilt.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Tell what runs here: versions, engine, speed, model, and how the library is."""
    from clipdesk import cli_health

    values = cli_health.examine(context.obj, repair=repair)
    if as_json:
        cli_output.print_json(values)
    else:
        cli_output.print_values(cli_health.for_people(values))
    if values["library"] is not None and values["library"]["problems"]:
        raise typer.Exit(1)


def demo(context: typer.Context) -> None:
    """Index sample photos into a throw-away library and search them."""
    from clipdesk.core.messages import IndexReply, IndexRequest, SearchReply, SearchRequest
    from clipdesk.search.samples import sample_photos

    with tempfile.TemporaryDirectory(prefix="clipdesk-demo-") as scratch:
        photos = Path(scratch) / "photos"
        photos.mkdir()
        samples = sample_photos(photos)
        if samples.missing:
            cli_output.message(samples.missing)
        options = Options(Path(scratch) / "library", context.obj.model)
        with open_service(options, write=True, create=True) as service:
            indexed = service.call(IndexRequest(next_id(), (photos,)))
            assert isinstance(indexed, IndexReply)
            print("Sample photos, indexed: ", end="")
            cli_output.print_report(indexed.report, as_json=False)
            for query, slider in _DEMO:
                found = service.call(SearchRequest(next_id(), query, 3, slider))
                assert isinstance(found, SearchReply)
                print(f"\n{query}" + (f"   (textness {slider:+.0f}: written words first)" if slider else ""))
                for hit in found.hits:
                    score = cli_output.number(hit.score)
                    print(f"  {score}  {hit.match:<4}  {cli_output.printable(hit.photo.paths[0].name)}")
    print("\nThe photos and their library lay in a temporary folder, which is gone again.")
    print("Now your own: clipdesk index FOLDER, then clipdesk search WORDS")


def bench(context: typer.Context) -> None:
    """Measure speed, latency, memory and start-up; see `clipdesk bench --help`."""
    from clipdesk.bench.command import app

    app(args=context.args, prog_name="clipdesk bench")
