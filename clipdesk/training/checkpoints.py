"""Checkpoints of a training run: one safetensors file, replaced atomically, never a pickle."""

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from safetensors import SafetensorError, safe_open
from safetensors import torch as torch_files
from torch import Tensor, nn

from clipdesk.core.errors import ModelError, UserError

_FILE = "checkpoint.safetensors"
_FORMAT = "1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run is: `step` steps are done, which took `seconds` in all its pieces."""

    step: int = 0
    seconds: float = 0.0
    half: bool | None = None
    """Whether it runs in bfloat16; None before that was decided."""


def write_tensors(file: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> None:
    """Write a safetensors file so that a kill at any moment leaves the old file or the new one."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    plain = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    try:
        temporary.touch()
        mode = temporary.stat().st_mode  # what the user's umask gives; safetensors would hide the file from others
        cast("Any", torch_files).save_file(plain, temporary, dict(metadata or {}))
        temporary.chmod(mode)
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(file)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def read_tensors(file: Path) -> dict[str, Tensor]:
    """Tensors of a safetensors file, or of a PyTorch file of plain weights. Raises ModelError when it is neither."""
    try:
        if file.suffix == ".safetensors":
            with cast("Any", safe_open)(file, "pt") as source:
                return {name: source.get_tensor(name) for name in source.keys()}  # noqa: SIM118  not a mapping
        loaded: Any = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # torch and safetensors raise a dozen kinds for damaged and for hostile files
        raise ModelError(f"the weights cannot be read as plain numbers: {file}", "Use a safetensors file.") from error
    named = cast("dict[str, Any]", loaded) if isinstance(loaded, dict) else {}
    inner: Any = named.get("state_dict", named)
    weights = {name: value for name, value in inner.items() if isinstance(value, Tensor)}
    if not weights:
        raise ModelError(f"no weights by name in {file}", "Use a safetensors file.")
    return weights


def path(folder: Path) -> Path:
    """Where the checkpoint of a run in `folder` lies."""
    return folder / _FILE


def exists(folder: Path) -> bool:
    """Whether a run in `folder` has a checkpoint."""
    return (folder / _FILE).is_file()


def remove(folder: Path) -> None:
    """Forget the run in `folder`."""
    (folder / _FILE).unlink(missing_ok=True)


def save(
    folder: Path, module: nn.Module, optimiser: torch.optim.Optimizer, place: Place, recipe: Mapping[str, Any]
) -> None:
    """Write weights, optimiser, random generators and place of a run."""
    tensors = {f"model/{name}": value for name, value in module.state_dict().items()}
    state: dict[int, dict[str, Tensor]] = optimiser.state_dict()["state"]
    for number, values in state.items():
        tensors |= {f"optimiser/{number}/{name}": torch.as_tensor(value) for name, value in values.items()}
    tensors["random/cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random/cuda"] = torch.cuda.get_rng_state()
    place_json = json.dumps({"step": place.step, "seconds": place.seconds, "half": place.half})
    metadata = {"format": _FORMAT, "place": place_json, "recipe": json.dumps(recipe, sort_keys=True)}
    folder.mkdir(parents=True, exist_ok=True)
    write_tensors(folder / _FILE, tensors, metadata)


def peek(folder: Path, recipe: Mapping[str, Any]) -> Place:
    """The place of the run in `folder`, its start when there is none.

    Raises UserError when the checkpoint is damaged or belongs to a run with another recipe.
    """
    if not exists(folder):
        return Place()
    file = folder / _FILE
    try:
        with cast("Any", safe_open)(file, "pt") as source:
            metadata: dict[str, str] = source.metadata() or {}
        if metadata.get("format") != _FORMAT:
            raise UserError(f"the checkpoint is of another version of clipdesk: {file}", "Choose another --out.")
        stored: dict[str, Any] = json.loads(metadata["recipe"])
        place = Place(**json.loads(metadata["place"]))
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"the checkpoint cannot be read: {file}", "Delete it to start anew.") from error
    wanted: dict[str, Any] = json.loads(json.dumps(recipe))
    different = sorted(name for name in {*stored, *wanted} if stored.get(name) != wanted.get(name))
    if different:
        raise UserError(
            f"{folder.parent} holds a run with other settings ({', '.join(different)})",
            "Repeat its settings to go on with it, choose another --out, or add --restart.",
        )
    return place


def restore(folder: Path, module: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    """Put weights, optimiser state and random generators of the run in `folder` back, after `peek` accepted it."""
    tensors = read_tensors(folder / _FILE)
    module.load_state_dict(
        {name.removeprefix("model/"): value for name, value in tensors.items() if name.startswith("model/")}
    )
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("optimiser/"):
            _, number, key = name.split("/", 2)
            state.setdefault(int(number), {})[key] = value
    optimiser.load_state_dict({**optimiser.state_dict(), "state": state})
    torch.set_rng_state(tensors["random/cpu"])
    if "random/cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["random/cuda"])
