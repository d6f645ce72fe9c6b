"""`clipdesk models`: which models there are, which one answers."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clipdesk.cli_install import InstallDisplay
from clipdesk.cli_output import absolute, message, named_path, print_json, print_rows, progress_display
from clipdesk.cli_session import Options, next_id, open_service
from clipdesk.core.errors import CancelledError, ModelError

if TYPE_CHECKING:
    from clipdesk.models.registry import ModelCard

app = typer.Typer(rich_markup_mode=None, help="See, bring, choose and remove models.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME")]
_BUNDLED = "pocket"


@app.command("list")
def list_models(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Known and installed models; the one in use is marked."""
    from clipdesk.core import settings
    from clipdesk.models import loader, registry

    used = settings.load().model
    installed = loader.installed()
    cards = {card.name: card for card in registry.cards()}
    if as_json:
        print_json([_as_json(name, cards, installed, used) for name in dict.fromkeys((*cards, *installed))])
        return
    rows: list[tuple[str, ...]] = []
    for name in dict.fromkeys((*cards, *installed)):
        card = cards.get(name)
        state = _state(name, installed, used)
        size = loader.model_bytes(name) if name in installed else card.download if card else 0
        about = f"{card.languages}; {card.licence}; {card.good_for}" if card else "brought by hand"
        if card and card.restriction:
            about = f"{about}; {card.restriction}"
        rows.append((name, state, f"{size / 1e6:.0f}", about))
    print_rows(("model", "state", "MB", "languages; licence; good for"), rows)


def _state(name: str, installed: list[str], used: str) -> str:
    from clipdesk.models import files, loader

    if name not in installed:
        return "not installed"
    if files.distrust(loader.model_folder(name)):
        return "not trusted"
    return "in use" if name == used else "installed"


def _as_json(name: str, cards: "dict[str, ModelCard]", installed: list[str], used: str) -> dict[str, object]:
    """A model as scripts see it: its card's facts, and whether it is here."""
    from dataclasses import asdict

    from clipdesk.models import loader

    facts: dict[str, object] = asdict(cards[name]) if name in cards else {"name": name}
    here = name in installed
    return facts | {"installed": here, "in_use": name == used, "bytes": loader.model_bytes(name) if here else None}


@app.command()
def install(
    context: typer.Context,
    name: Name,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="PATH",
            parser=named_path,
            help="Instead of downloading: a folder with open_clip_config.json and weights, or a file of weights.",
        ),
    ] = None,
    accept_licence: Annotated[
        bool, typer.Option("--accept-licence", help="Accept a licence that restricts what the model may be used for.")
    ] = False,
    trust: Annotated[
        bool,
        typer.Option("--trust", help="Use it even if it knows too few of the drawn pictures: a model of your own."),
    ] = False,
) -> None:
    """Download a model and check that it works. Ctrl-C stops; the next time it goes on from there."""
    from clipdesk.worker.model_install import install as install_model

    options: Options = context.obj
    display = InstallDisplay(name)
    try:
        found = install_model(
            name,
            None if source is None else absolute(source),
            accepted=accept_licence,
            tell=display.show,
            cancelled=lambda: False,
            trust=trust,
            library=options.library_folder,
        )
    finally:
        display.close()
    if found.problem:
        raise ModelError(
            f"{name} is installed but not trusted: {found.problem}",
            f"Reinstall it: clipdesk models remove {name}, then clipdesk models install {name}",
        )
    message(f"Installed {name} ({found.found} of {found.of} drawn pictures found their words);")
    message(f"use it with: clipdesk models use {name}")


@app.command()
def use(context: typer.Context, name: Name) -> None:
    """Answer with this model from now on. First the photos are read for it, once; the old one answers until then.

    Ctrl-C stops; the next time it goes on from there.
    """
    from clipdesk.core import settings
    from clipdesk.core.messages import Event, ProgressEvent, Reply, UseModelRequest
    from clipdesk.models import loader

    loader.require_trust(name)
    options: Options = context.obj
    if not _has_library(options):
        settings.save(settings.load().model_copy(update={"model": name}))
        message(f"{name} answers from now on")
        return
    before = settings.load().model
    message(f"Your photos are being read for {name}; {before} answers until then")
    display = progress_display(as_json=False)

    def on_event(event: Reply | Event) -> None:
        if isinstance(event, ProgressEvent):
            display.show(event.progress)

    try:
        with open_service(options, write=True, emit=on_event) as service:
            service.call(UseModelRequest(next_id(), name))
    except CancelledError:
        message(f"{before} still answers; to go on: clipdesk models use {name}")
        raise typer.Exit(130) from None
    finally:
        display.close()
    message(f"{name} answers from now on")


@app.command()
def tune(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find the quickest way to run a model here that gives the same answers; a minute or a few."""
    from dataclasses import asdict

    from clipdesk.models import files, loader, speeds
    from clipdesk.worker.model_tuning import tune_folder

    options: Options = context.obj
    name = name or options.settings().model
    folder = loader.require_trust(name)
    if not files.is_converted(folder):
        raise ModelError(f"The model {name} was never converted for this computer", "Reinstall the model.")
    found = tune_folder(folder, name, options.library_folder, tell=message)
    speeds.record(loader.encoder_key(name), found.choice.speed)
    if as_json:
        print_json(asdict(found))
        return
    rows = [
        (
            f"{one.engine} ({one.kept} of {one.products} layers in float32)" if one.products else one.engine,
            one.device,
            f"{one.speed:.1f}",
            f"{one.mean:.4f}",
            f"{one.worst:.4f}",
            f"{100 * one.shared:.0f} %",
            "chosen" if one == found.choice else "" if one.agrees else "differs",
        )
        for one in found.candidates
    ]
    print_rows(("engine", "device", "photos/s", "cosine", "worst", "same best ten", ""), rows)


@app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Delete a model that was installed, and what it has read of your photos; the bundled one stays."""
    from clipdesk.core import settings
    from clipdesk.core.install_messages import RemoveModelRequest
    from clipdesk.worker import model_install
    from clipdesk.worker.switching import RememberRequest

    options: Options = context.obj
    model_install.own_folder(name)
    current = settings.load()
    if _has_library(options):
        answering = replace(options, model=_BUNDLED if current.model == name else options.model)
        with open_service(answering, write=True) as service:
            service.call(RememberRequest(next_id(), name, on=False))
            service.call(RemoveModelRequest(next_id(), name))
    else:
        model_install.remove(name)
    if current.model == name:
        settings.save(current.model_copy(update={"model": _BUNDLED}))
        message(f"Removed {name}; {_BUNDLED} answers from now on")
    else:
        message(f"Removed {name}")


def _has_library(options: Options) -> bool:
    from clipdesk.catalog.library import CATALOG_FILE

    return (options.library_folder / CATALOG_FILE).exists()
