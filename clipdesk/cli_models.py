"""`clipdesk models`: which models there are, which one answers."""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clipdesk.cli_output import absolute, message, named_path, print_json, print_rows
from clipdesk.core import paths
from clipdesk.core.errors import ModelError, UserError

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
        state = "in use" if name == used else "installed" if name in installed else "not installed"
        size = loader.model_bytes(name) if name in installed else card.download if card else 0
        about = f"{card.languages}; {card.licence}; {card.good_for}" if card else "brought by hand"
        if card and card.restriction:
            about = f"{about}; {card.restriction}"
        rows.append((name, state, f"{size / 1e6:.0f}", about))
    print_rows(("model", "state", "MB", "languages; licence; good for"), rows)


def _as_json(name: str, cards: "dict[str, ModelCard]", installed: list[str], used: str) -> dict[str, object]:
    """A model as scripts see it: its card's facts, and whether it is here."""
    from dataclasses import asdict

    from clipdesk.models import loader

    facts: dict[str, object] = asdict(cards[name]) if name in cards else {"name": name}
    here = name in installed
    return facts | {"installed": here, "in_use": name == used, "bytes": loader.model_bytes(name) if here else None}


@app.command()
def install(
    name: Name,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="PATH", parser=named_path, help="Folder with open_clip_config.json and weights."
        ),
    ] = None,
) -> None:
    """Install a model from a folder with its files; downloading comes with a later version."""
    from clipdesk.models import files, loader, registry

    target = _own_folder(name)
    if source is None:
        how = loader.how_to_install(registry.card(name))
        raise UserError("This version does not download models", how)
    source = absolute(source)
    weights = files.numbers_file(source)
    files.read_config(source)
    if target.exists():
        raise UserError(f"The model {name} is already installed", f"First run: clipdesk models remove {name}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".installing-") as scratch:
        staged = Path(scratch) / name
        staged.mkdir()
        for file in (weights, *_companions(source)):
            shutil.copyfile(file, staged / file.name)
        _try(staged)
        staged.rename(target)
    message(f"Installed {name}; use it with: clipdesk models use {name}")


def _companions(source: Path) -> list[Path]:
    """Configuration, tokenizer and converted graphs beside the weights."""
    kinds = (".json", ".txt", ".model", ".onnx", ".data", ".md")
    return [file for file in source.iterdir() if file.is_file() and file.suffix in kinds]


def _try(folder: Path) -> None:
    """Load the model and encode a word: files that do not fit each other are refused here, not in a search."""
    from clipdesk.models.files import is_converted
    from clipdesk.models.onnx_encoder import OnnxEncoder
    from clipdesk.models.open_clip_encoder import OpenClipEncoder

    encoder = (
        OnnxEncoder(folder, 0, folder.name) if is_converted(folder) else OpenClipEncoder(folder, "cpu", 0, folder.name)
    )
    try:
        encoder.encode_texts(["a photo"])
    finally:
        encoder.close()


@app.command()
def use(name: Name) -> None:
    """Answer with this model from now on. Photos need to be read again once: run `clipdesk index`."""
    from clipdesk.core import settings
    from clipdesk.models import loader

    loader.model_folder(name)
    settings.save(settings.load().model_copy(update={"model": name}))
    message(f"{name} answers from now on; run `clipdesk index` to embed the photos with it")


@app.command()
def remove(name: Name) -> None:
    """Delete a model that was installed; the bundled one stays."""
    from clipdesk.core import settings

    target = _own_folder(name)
    if not target.is_dir():
        raise ModelError(f"The model {name} is not installed", "See: clipdesk models list")
    shutil.rmtree(target)
    current = settings.load()
    if current.model == name:
        settings.save(current.model_copy(update={"model": _BUNDLED}))
        message(f"Removed {name}; {_BUNDLED} answers from now on")
    else:
        message(f"Removed {name}")


def _own_folder(name: str) -> Path:
    """Where an installed model lies. Refuses names that are no plain folder names, and bundled models."""
    from clipdesk.models import registry

    if not name or name.startswith(".") or name != Path(name).name:
        raise ModelError(f"{name!r} is not a name for a model", "Use letters, digits and hyphens.")
    if any(card.bundled and card.name == name for card in registry.cards()):
        raise ModelError(f"The model {name} comes with clipdesk", "There is nothing to install or remove.")
    return paths.models_folder() / name
