"""open_clip models to train: from a configuration to towers, and from towers to a model folder."""

import contextlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn

from clipdesk.core.entities import ImageSpec
from clipdesk.core.errors import ModelError
from clipdesk.models import files, torchvision_operators
from clipdesk.models.tokenizer import describe_tokenizer_file, load_tokenizer, own_vocabulary
from clipdesk.training import runtime
from clipdesk.training.checkpoints import read_tensors, write_tensors

Config = dict[str, Any]
Tower = Literal["image", "text"]
_COMPANIONS = ("tokenizer*.json", "special_tokens_map.json", "vocab.json", "*.txt", "*.model")
_IMAGE = "visual."


@dataclass(frozen=True, slots=True)
class Source:
    """A configuration, and the folder that it came from (with the tokenizer's files), None when open_clip knows it."""

    config: Config
    folder: Path | None


def find(model: str) -> Source:
    """The configuration that `model` names: a model folder, a JSON file, or an architecture that open_clip knows."""
    path = Path(model).expanduser()
    if path.is_dir():
        return Source(files.read_config(path), path)
    if path.suffix == ".json":
        try:
            raw: Config = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"the configuration cannot be read: {path}", "Name an open_clip configuration.") from error
        config = raw if "model_cfg" in raw else {"model_cfg": raw}
        if not {"embed_dim", "vision_cfg", "text_cfg"} <= set(config["model_cfg"]):
            raise ModelError(f"no open_clip configuration: {path}", "It needs embed_dim, vision_cfg and text_cfg.")
        return Source(config, path.parent)
    torchvision_operators.ensure()
    import open_clip

    known = open_clip.get_model_config(model)
    if known is None:
        raise ModelError(f"open_clip knows no architecture {model!r}", "Name one like ViT-B-32, or a config.json.")
    return Source({"model_cfg": known}, None)


def complete(config: Config) -> Config:
    """The configuration with its preprocessing spelled out, and without weights to be fetched from anywhere."""
    made: Config = json.loads(json.dumps(config))
    spec = asdict(files.preprocessing(config))
    names = {"resize": "resize_mode", "fill": "fill_color"}
    made["preprocess_cfg"] = {names.get(name, name): value for name, value in spec.items()}
    made["model_cfg"]["vision_cfg"].pop("timm_model_pretrained", None)
    return made


def create(config: Config, seed: int) -> nn.Module:
    """The model of a configuration with random weights that follow from `seed`; float32, on the CPU, for training."""
    torchvision_operators.ensure()
    import open_clip

    runtime.seed(seed)
    with tempfile.TemporaryDirectory(prefix="clipdesk-model-") as scratch:
        (Path(scratch) / files.CONFIG).write_text(json.dumps(config), encoding="utf-8")
        try:
            with _quiet():
                model = open_clip.create_model(f"local-dir:{scratch}", load_weights=False, pretrained_text=False)
        except (RuntimeError, KeyError, ValueError, TypeError, AttributeError, AssertionError, OSError) as error:
            raise ModelError(
                f"open_clip cannot make this configuration ({error})", "Mend the configuration."
            ) from error
    return cast("Any", model).to(memory_format=torch.channels_last)


@contextlib.contextmanager
def _quiet() -> Generator[None]:
    """Keep open_clip from telling on stderr that there are no weights: there are not meant to be any."""
    root, handler, level = logging.getLogger(), logging.NullHandler(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def load_weights(model: nn.Module, source: Path) -> None:
    """Load the weights of both towers from a model folder or a weights file; every name and shape must fit.

    Raises ModelError when they do not.
    """
    file = files.weights_file(source) if source.is_dir() else source
    state = {name: value.float() if value.is_floating_point() else value for name, value in read_tensors(file).items()}
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise ModelError(f"the weights do not fit the model: {file}", "Both must be of the same shape.") from error


def tower_of(name: str) -> Tower | None:
    """The tower that a weight of an open_clip model belongs to; None for the temperature."""
    if name.startswith(("logit_scale", "logit_bias")):
        return None
    return "image" if name.startswith(_IMAGE) else "text"


def lock(model: nn.Module, tower: Tower) -> None:
    """Keep a tower's weights as they are (Zhai et al. 2022, locked-image tuning)."""
    for name, parameter in model.named_parameters():
        if tower_of(name) == tower:
            parameter.requires_grad_(False)


def set_training(model: nn.Module, locked: Tower | None) -> None:
    """Training mode, but for a locked tower: its batch norms must not learn new statistics, its dropout must rest."""
    model.train()
    for name, module in cast("Iterable[tuple[str, nn.Module]]", cast("Any", model).named_modules()):
        if name and locked is not None and tower_of(f"{name}.") == locked:
            module.eval()


def tokenizer(source: Source) -> Callable[[list[str]], Any]:
    """What turns texts into token ids [n, context length] for the model."""
    text: Config = source.config["model_cfg"].get("text_cfg", {})
    if text.get("hf_tokenizer_name"):
        if source.folder is None:
            raise ModelError("this architecture needs a tokenizer file", "Name a model folder with tokenizer.json.")
        return load_tokenizer(source.folder, describe_tokenizer_file(source.folder, source.config))
    own = own_vocabulary(source.folder, source.config)
    if own:
        return own
    torchvision_operators.ensure()
    from open_clip.tokenizer import SimpleTokenizer

    options: Config = text.get("tokenizer_kwargs") or {}
    return SimpleTokenizer(context_length=int(text.get("context_length", 77)), **options)


def image_spec(config: Config) -> ImageSpec:
    """How the model wants its pictures."""
    return files.preprocessing(config)


def write_folder(
    out: Path, config: Config, state: Mapping[str, Tensor], companions: Path | None, *, half: bool
) -> None:
    """Write a model folder that clipdesk and open_clip load: configuration, safetensors, the tokenizer's files.

    `half`: float16 instead of float32. The weights are replaced atomically, the configuration comes first.
    """
    out.mkdir(parents=True, exist_ok=True)
    temporary = out / f".{files.CONFIG}.{os.getpid()}"
    temporary.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    temporary.replace(out / files.CONFIG)
    for pattern in _COMPANIONS if companions is not None and companions != out else ():
        for file in cast("Path", companions).glob(pattern):
            shutil.copyfile(file, out / file.name)
    numbers = torch.float16 if half else torch.float32
    plain = {name: value.to(numbers) if value.is_floating_point() else value for name, value in state.items()}
    write_tensors(out / files.WEIGHTS[0], plain)
