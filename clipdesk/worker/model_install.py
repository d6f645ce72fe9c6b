"""Installing a model: its files from the hub or by hand, converted, checked, and only then where models lie.

Everything happens in a folder beside the others whose name begins with a dot. What was downloaded stays there until the
model is installed, and the next try goes on from there; copies of files that were brought by hand are thrown away.
"""

import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from clipdesk.core import paths
from clipdesk.core.errors import CancelledError, ModelError
from clipdesk.core.install_messages import InstallPhase
from clipdesk.indexing.child_signals import children_sheltered
from clipdesk.models import files, hub, loader, registry, speeds
from clipdesk.models.hub import HubFile
from clipdesk.models.registry import ModelCard
from clipdesk.search.self_check import SelfCheck

_log = logging.getLogger(__name__)
_SPARE = 200_000_000
"""Bytes that stay free: the converted graphs, and room for the system to breathe."""
_COMPANIONS = (".json", ".txt", ".model", ".onnx", ".data", ".md")
_WEIGHTS = (".safetensors", ".bin", ".pt")
_LOOK = 0.2
Result = TypeVar("Result")
Tell = Callable[[InstallPhase, int, int], None]
"""Called with the phase, and the bytes done and in all while downloading."""


def install(
    name: str,
    source: Path | None,
    *,
    accepted: bool,
    tell: Tell,
    cancelled: Callable[[], bool],
    trust: bool = False,
    library: Path | None = None,
    tuned: bool = True,
) -> SelfCheck:
    """Install a known model from the hub, or model files by hand from `source`; returns what the self-check found.

    A model that fails the check is installed but marked: nothing uses it. `trust` lets a model pass that knows too few
    of the pictures (one that the user trained, on other things), never one whose embeddings are broken.

    Then it is tuned for this machine on photos of `library` (or samples), unless `tuned` is False.

    Raises ModelError for a name or files that cannot be used, a licence that was not accepted, a hub that cannot be
    reached or a disk that is too small, and CancelledError.
    """
    target = own_folder(name)
    if target.exists():
        raise ModelError(f"The model {name} is already installed", f"First run: clipdesk models remove {name}")
    staged = target.with_name(f".installing-{name}")
    if source is None or not files.is_converted(source):
        _require_pytorch(name)
    if source is None:
        card = registry.card(name)
        _require_licence(card, accepted)
        _download(card, staged, tell, cancelled)
    else:
        shutil.rmtree(staged, ignore_errors=True)
        _copy(name, source, staged)
    try:
        found = _prepare(staged, name, tell, cancelled)
        if trust and found.sound:
            found = replace(found, problem="")
        files.write_trust(staged, found.found, found.of, found.problem)
        if tuned and found.trusted:
            found = replace(found, speed=_tuned_speed(staged, name, library, tell, cancelled) or found.speed)
        for part in staged.glob("*.part"):
            part.unlink()
        staged.rename(target)
    except BaseException:
        if source is not None:
            shutil.rmtree(staged, ignore_errors=True)
        raise
    if found.problem:
        _log.warning("model %s is not trusted: %s", name, found.problem)
    return found


def remove(name: str) -> None:
    """Delete an installed model, and what an interrupted download of it left. Raises ModelError when there is none."""
    target = own_folder(name)
    staged = target.with_name(f".installing-{name}")
    if not target.is_dir() and not staged.is_dir():
        raise ModelError(f"The model {name} is not installed", "See: clipdesk models list")
    for folder in (target, staged):
        if folder.is_dir():
            shutil.rmtree(folder)


def keep_speed(name: str, found: SelfCheck) -> None:
    """Remember how quick an installed model was, unless something else took the processor meanwhile."""
    if found.speed:
        speeds.record(loader.encoder_key(name), found.speed)


def partial_bytes(name: str) -> int:
    """Bytes that an interrupted download has left."""
    staged = paths.models_folder() / f".installing-{name}"
    return files.size_of(staged) if staged.is_dir() else 0


def own_folder(name: str) -> Path:
    """Where an installed model lies. Refuses names that are no plain folder names, and bundled models."""
    if not name or name.startswith(".") or name != Path(name).name:
        raise ModelError(f"{name!r} is not a name for a model", "Use letters, digits and hyphens.")
    if any(card.bundled and card.name == name for card in registry.cards()):
        raise ModelError(f"The model {name} comes with clipdesk", "There is nothing to install or remove.")
    return paths.models_folder() / name


def by_hand(card: ModelCard) -> str:
    """What a user does without a connection."""
    return (
        f"By hand: get {files.CONFIG}, {files.WEIGHTS[0]} and tokenizer.json (where there is one) from"
        f" https://huggingface.co/{card.hub} on another computer, then run:"
        f" clipdesk models install {card.name} --from FOLDER"
    )


def _require_pytorch(name: str) -> None:
    """Before anything is downloaded: without PyTorch a model cannot be made ready for ONNX Runtime."""
    if find_spec("torch") is None:
        raise ModelError(
            f"This clipdesk comes without PyTorch, which makes the model {name} ready for this computer",
            "Install the edition with PyTorch (clipdesk-torch), or bring a model from one:"
            f" clipdesk export {name} --out FOLDER there, clipdesk models install {name} --from FOLDER here",
        )


def _require_licence(card: ModelCard, accepted: bool) -> None:
    if card.restriction and not accepted:
        raise ModelError(
            f"{card.title} comes under a licence that restricts its use: {card.restriction} {card.licence_link}",
            f"If you agree: clipdesk models install {card.name} --accept-licence",
        )


def _download(card: ModelCard, staged: Path, tell: Tell, cancelled: Callable[[], bool]) -> None:
    tell("asking", 0, 0)
    wanted = _wanted(card, hub.list_files(card.hub, by_hand(card)))
    staged.mkdir(parents=True, exist_ok=True)
    here = sum(file.stat().st_size for file in staged.iterdir())
    _require_space(staged, sum(file.size for file in wanted) - here)
    hub.fetch(wanted, staged, by_hand(card), lambda done, total: tell("downloading", done, total), cancelled)


def _wanted(card: ModelCard, listed: list[HubFile]) -> list[HubFile]:
    """The configuration, the best kind of weights, and the tokenizer's files."""
    by_name = {file.name: file for file in listed}
    weights = next((by_name[name] for name in files.WEIGHTS if name in by_name), None)
    if weights is None or files.CONFIG not in by_name:
        raise ModelError(f"{hub.endpoint()}/{card.hub} no longer has the files of {card.title}", by_hand(card))
    tokenizer = [by_name[name] for name in ("tokenizer.json", "tokenizer_config.json") if name in by_name]
    return [by_name[files.CONFIG], *tokenizer, weights]


def _require_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise ModelError(
            f"There is too little space for the model: {(needed + _SPARE) / 1e9:.1f} GB are needed on the disk of"
            f" {folder.parent}, {free / 1e9:.1f} GB are free",
            "Free some space and try again.",
        )


def _copy(name: str, source: Path, staged: Path) -> None:
    """Model files that the user has: a folder, or only the weights of a known model."""
    if source.is_file():
        _copy_weights(name, source, staged)
        return
    weights = files.numbers_file(source)
    files.read_config(source)
    companions = [file for file in source.iterdir() if file.is_file() and file.suffix in _COMPANIONS]
    chosen = [weights, *(file for file in companions if file.name not in (files.TRUST, weights.name))]
    staged.mkdir(parents=True)
    _require_space(staged, sum(file.stat().st_size for file in chosen))
    for file in chosen:
        shutil.copyfile(file, staged / file.name)


def _copy_weights(name: str, source: Path, staged: Path) -> None:
    """Weights without a configuration: open_clip knows the architecture of a model that clipdesk knows."""
    card = registry.card(name)
    if source.suffix not in _WEIGHTS:
        raise ModelError(f"{source} is no file of weights", f"Name a file that ends in one of: {', '.join(_WEIGHTS)}")
    staged.mkdir(parents=True)
    _require_space(staged, source.stat().st_size)
    in_child(_make_folder, staged, card.architecture, source, card.pretrained, cancelled=lambda: False)


def _prepare(staged: Path, name: str, tell: Tell, cancelled: Callable[[], bool]) -> SelfCheck:
    if not files.is_converted(staged):
        tell("converting", 0, 0)
        in_child(_convert, staged, cancelled=cancelled)
    tell("checking", 0, 0)
    return in_child(_check, staged, name, cancelled=cancelled)


def _tuned_speed(
    staged: Path, name: str, library: Path | None, tell: Tell, cancelled: Callable[[], bool]
) -> float | None:
    """Photos a second after tuning. A model that cannot be tuned runs in float32: that is no reason not to have it."""
    tell("tuning", 0, 0)
    try:
        return in_child(_tune, staged, name, library, cancelled=cancelled)
    except CancelledError:
        raise
    except Exception:
        _log.exception("model %s was not tuned", name)
        return None


def in_child(work: Callable[..., Result], *arguments: object, cancelled: Callable[[], bool]) -> Result:
    """Run in a process of its own: it imports PyTorch, whose memory goes with it, and it can be ended at any time."""
    from pebble import ProcessPool

    with ProcessPool(max_workers=1, context=get_context("spawn")) as pool:
        with children_sheltered():
            future = pool.schedule(work, args=arguments)
        while True:
            try:
                return future.result(_LOOK)
            except TimeoutError:
                if future.done():
                    raise
                if cancelled():
                    future.cancel()  # kills the process
                    raise CancelledError from None


def _make_folder(folder: Path, architecture: str, weights: Path, pretrained: str) -> None:
    from clipdesk.models.open_clip_encoder import make_folder

    make_folder(folder, architecture, weights, pretrained)


def _convert(folder: Path) -> None:
    """Make ONNX graphs; pickled weights are read as plain numbers and kept as safetensors."""
    weights = files.weights_file(folder)
    if weights.suffix != ".safetensors":
        from safetensors.torch import save_model

        from clipdesk.models.open_clip_encoder import load_model

        save_model(load_model(folder), str(folder / files.WEIGHTS[0]))
        weights.unlink()
    from clipdesk.models.convert import convert

    convert(folder)


def _check(folder: Path, name: str) -> SelfCheck:
    from clipdesk.models.onnx_encoder import OnnxEncoder
    from clipdesk.search import self_check

    encoder = OnnxEncoder(folder, 0, name)
    try:
        found = self_check.check(encoder)
        return replace(found, speed=speeds.measure(encoder)) if found.sound else found
    finally:
        encoder.close()


def _tune(folder: Path, name: str, library: Path | None) -> float:
    from clipdesk.worker.model_tuning import tune_folder

    return tune_folder(folder, name, library).choice.speed
