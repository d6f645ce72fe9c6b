"""The command line: `clipdesk [--library DIR] [--model NAME] COMMAND`. See README.md for the contract.

Commands only turn words into requests and replies into output. Everything that is slow to import is imported inside
the command that needs it, so that `clipdesk --help` answers at once.
"""

import errno
import gc
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from clipdesk import cli_export, cli_folders, cli_models, cli_output, cli_tools, cli_training, cli_window
from clipdesk.cli_output import absolute, named_path
from clipdesk.cli_session import (
    OpenWindow,
    Options,
    next_id,
    open_for_words,
    open_service,
    tell_bug,
    tell_user_error,
)
from clipdesk.core.errors import UserError
from clipdesk.worker import logs

if TYPE_CHECKING:
    from clipdesk.core.entities import Failure
    from clipdesk.worker.service import Service

app = typer.Typer(
    name="clipdesk",
    help="Find your photos by what is in them: offline, private, on your own computer.",
    epilog="First `clipdesk index FOLDER`, then `clipdesk search WORDS`. No photos at hand: `clipdesk demo`.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, no progress.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="How many photos at most.")]
Textness = Annotated[
    float,
    typer.Option("--textness", min=-2, max=2, metavar="S", help="-2 to 2: rank photos with written words down or up."),
]


def _show_version(wanted: bool) -> None:
    if wanted:
        from clipdesk import __version__

        print(f"clipdesk {__version__}")
        raise typer.Exit


def _test_itself(wanted: bool) -> None:
    if wanted:
        from clipdesk.cli_self_test import run

        raise typer.Exit(run())


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    library: Annotated[
        Path | None,
        typer.Option("--library", metavar="DIR", parser=named_path, help="Library folder instead of your own."),
    ] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="NAME", help="Model instead of the set one.")] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
    self_test: Annotated[
        bool,
        typer.Option("--self-test", callback=_test_itself, is_eager=True, help="Prove that clipdesk works here."),
    ] = False,
) -> None:
    """Find your photos by what is in them: offline, private, on your own computer."""
    context.obj = Options(absolute(library) if library else None, model, context.obj)
    logs.start()
    if context.invoked_subcommand is None:
        cli_window.show(context.obj)


@app.command()
def index(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="FOLDER", parser=named_path, help="Folders to add.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and follow changes until Ctrl-C.")] = False,
    accept_missing: Annotated[
        bool,
        typer.Option(
            "--accept-missing",
            help="Forget folders that are gone for good: those named, or the one that is away.",
        ),
    ] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Read the files again that failed before.")] = False,
    as_json: Json = False,
) -> None:
    """Add folders and bring the library up to date with all its folders. Photos are only read, never changed."""
    from clipdesk.core.messages import (
        Event,
        IndexedEvent,
        IndexReply,
        IndexRequest,
        NoticeEvent,
        ProgressEvent,
        Reply,
        RetryRequest,
    )

    display = cli_output.progress_display(as_json=as_json)

    def on_event(event: Reply | Event) -> None:
        if isinstance(event, ProgressEvent):
            display.show(event.progress)
        elif isinstance(event, NoticeEvent):
            cli_output.message(" ".join((event.message, event.hint)).strip())
        elif isinstance(event, IndexedEvent) and watching:
            nonlocal told
            cli_output.print_report(event.report, as_json=as_json, told=told)
            told = frozenset(event.report.failed)

    watching = False
    request = IndexRequest(next_id(), tuple(absolute(folder) for folder in folders or ()), accept_missing)
    with open_service(context.obj, write=True, create=True, emit=on_event) as service:
        told: frozenset[Failure] = frozenset() if retry else _failures(service)
        try:
            if retry:
                service.call(RetryRequest(next_id()))
            reply = service.call(request)
        finally:
            display.close()
        assert isinstance(reply, IndexReply)
        cli_output.print_report(reply.report, as_json=as_json, told=told)
        told = frozenset(reply.report.failed)
        if reply.report.cancelled:
            cli_output.message("Stopped; what was done is kept. `clipdesk index` goes on from here.")
            raise typer.Exit(130)
        if watch:
            watching = True
            _watch(service)


def _failures(service: "Service") -> "frozenset[Failure]":
    """The files that failed before, and why."""
    from clipdesk.core.messages import FailuresReply, FailuresRequest

    reply = service.call(FailuresRequest(next_id()))
    assert isinstance(reply, FailuresReply)
    return frozenset(reply.failures)


def _watch(service: "Service") -> None:
    """Follow changes until Ctrl-C."""
    import threading

    from clipdesk.core.messages import WatchRequest

    service.call(WatchRequest(next_id()))
    try:
        cli_output.message("Watching for changes; Ctrl-C ends it")
        while not threading.Event().wait(0.5):
            pass
    except KeyboardInterrupt:
        cli_output.message("No longer watching")


class _QueryCommand(TyperCommand):
    """Takes one query; tells what to do when the shell made several words of it, or it looks like an option."""

    allow_extra_args = True

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse; refuses a query that would be misread."""
        before = args[: args.index("--")] if "--" in args else args
        for word in before:
            if _LIKE_OPTION.match(word):
                raise typer.BadParameter(
                    f"{word!r} is not an option. A query that begins with a hyphen goes behind two hyphens:"
                    f" clipdesk {self.name} -- {shlex.quote(word)}"
                )
        rest = super().parse_args(ctx, args)
        if rest:
            query = " ".join((str(ctx.params.get("query", "")), *rest))
            raise typer.BadParameter(f"put the query in quotes: clipdesk {self.name} {shlex.quote(query)}")
        return rest


_LIKE_OPTION = re.compile(r"-(?!-|h$|[\d.]+$|n\d+$|n$)", re.ASCII)


class _SearchCommand(_QueryCommand):
    """Shows the query language below its options, read only when asked for."""

    def get_help(self, ctx: Any) -> str:
        """The usual help and the query language."""
        from clipdesk.core.query import HELP

        return f"{super().get_help(ctx)}\n\n{HELP}"


@app.command(cls=_SearchCommand)
def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="In quotes; the query language is below.")],
    limit: Limit = 20,
    textness: Textness = 0.0,
    as_json: Json = False,
) -> None:
    """Find photos by words, pictures and filters."""
    from clipdesk.core.messages import SearchReply, SearchRequest

    with open_for_words(context.obj) as service:
        reply = service.call(SearchRequest(next_id(), query, limit, textness))
    assert isinstance(reply, SearchReply)
    cli_output.warn_all(reply.notes)
    cli_output.print_hits(reply.hits, as_json=as_json)


@app.command()
def similar(
    context: typer.Context,
    photo: Annotated[
        Path, typer.Argument(metavar="PHOTO", parser=named_path, help="Any photo, in the library or not.")
    ],
    limit: Limit = 20,
    textness: Textness = 0.0,
    as_json: Json = False,
) -> None:
    """Find photos that look like a photo."""
    from clipdesk.core.messages import SearchReply, SimilarRequest

    with open_service(context.obj) as service:
        reply = service.call(SimilarRequest(next_id(), absolute(photo), limit, textness))
    assert isinstance(reply, SearchReply)
    cli_output.warn_all(reply.notes)
    cli_output.print_hits(reply.hits, as_json=as_json)


@app.command()
def tags(
    context: typer.Context,
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", parser=named_path)],
    top: Annotated[int, typer.Option("--top", min=1, metavar="N", help="How many tags.")] = 10,
    vocabulary: Annotated[
        Path | None,
        typer.Option("--vocabulary", metavar="FILE", parser=named_path, help="Your own tags: a text file, one a line."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Suggest tags for a photo."""
    from clipdesk.core.messages import TagsReply, TagsRequest

    with open_service(context.obj) as service:
        request = TagsRequest(next_id(), absolute(photo), top, absolute(vocabulary) if vocabulary else None)
        reply = service.call(request)
    assert isinstance(reply, TagsReply)
    cli_output.print_tags(reply.tags, as_json=as_json)


@app.command("textness-grid", cls=_QueryCommand)
def textness_grid(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.png", parser=named_path, help="The picture to write.")],
    names: Annotated[bool, typer.Option("--names", help="Write the file names below the photos.")] = False,
) -> None:
    """Draw the ten best photos at each textness from -2 to 2, a row each."""
    from clipdesk.core.messages import TextnessGridReply, TextnessGridRequest
    from clipdesk.core.paths import thumbnail_file
    from clipdesk.search.grid_picture import GridCell, draw, require_place

    require_place(absolute(out))
    thumbnails = context.obj.library_folder / "thumbnails"
    with open_service(context.obj) as service:
        reply = service.call(TextnessGridRequest(next_id(), query))
    assert isinstance(reply, TextnessGridReply)
    cli_output.warn_all(reply.notes)
    rows = [
        (scale, [GridCell(thumbnail_file(thumbnails, hit.photo.content_hash), hit.photo.paths[0].name) for hit in hits])
        for scale, hits in reply.rows
    ]
    draw(query, rows, absolute(out), names=names)
    print(absolute(out))


app.add_typer(cli_models.app, name="models")
cli_window.register(app)
cli_folders.register(app)
cli_tools.register(app)
cli_export.register(app)
cli_training.register(app)


def run(arguments: list[str] | None = None, window: OpenWindow | None = None) -> None:
    """Run the command line and end the process; no traceback ever reaches the user. `window` opens the window."""
    cli_output.prepare_streams()
    code = _exit_code(arguments, window)
    cli_output.close_streams()
    # Everything is closed: what the modules hold goes with the process, the interpreter need not look through it.
    gc.freeze()
    sys.exit(code)


def _exit_code(arguments: list[str] | None, window: OpenWindow | None = None) -> int:
    """Run a command and tell every error in a line; 0 done, 1 error, 2 wrong usage or query."""
    try:
        app(args=arguments, prog_name="clipdesk", obj=window)
    except SystemExit as stop:
        if isinstance(stop.__context__, OSError) and stop.__context__.errno == errno.EPIPE:
            return 0  # `| head` has read enough
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except UserError as error:
        return tell_user_error(error)
    except KeyboardInterrupt:
        cli_output.message("Stopped")
        return 130
    except OSError as error:
        from clipdesk.worker.failures import user_error

        told = user_error(error)
        return tell_bug(error) if told is None else tell_user_error(told)
    except Exception as error:
        return _tell_other(error)
    return 0


def _tell_other(error: Exception) -> int:
    """A bug, or a tool that needs PyTorch in a clipdesk that comes without it; gives the exit code."""
    lacking = error.name if isinstance(error, ModuleNotFoundError) else None
    if (lacking or "").partition(".")[0] not in ("torch", "torchvision", "open_clip", "timm"):
        return tell_bug(error)
    hint = "Use the edition with PyTorch (clipdesk-torch)."
    return tell_user_error(UserError("This needs PyTorch, which this clipdesk comes without", hint))
