"""Students for distillation: small image towers beside the teacher's own text tower."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from clipdesk.core.entities import ImageSpec
from clipdesk.core.errors import ModelError, UserError
from clipdesk.models import files, loader
from clipdesk.models.encoder import Encoder
from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.models.open_clip_encoder import Device, OpenClipEncoder, load_model
from clipdesk.training import checkpoints, towers

_IMAGE = "visual."
_WIDTH, _LAYERS, _PATCH = 384, 6, 32
_CONV = "regnetx_004"


@dataclass(frozen=True, slots=True)
class Teacher:
    """A model that teaches: its folder, and how it is loaded."""

    name: str
    folder: Path
    device: Device
    threads: int

    @property
    def config(self) -> towers.Config:
        """open_clip's configuration."""
        return files.read_config(self.folder)

    @property
    def dim(self) -> int:
        """Numbers of an embedding."""
        return int(self.config["model_cfg"]["embed_dim"])

    def load(self) -> Encoder:
        """The encoder."""
        if self.folder == loader_folder(self.name):
            return loader.load_encoder(self.name, device=self.device, threads=self.threads)
        if files.is_converted(self.folder) and self.device in ("auto", "cpu"):
            return OnnxEncoder(self.folder, self.threads, self.name)
        return OpenClipEncoder(self.folder, self.device, self.threads, self.name)


def loader_folder(name: str) -> Path | None:
    """The folder of an installed model of this name; None when there is none."""
    return loader.model_folder(name) if loader.is_installed(name) else None


def find_teacher(name: str, device: Device, threads: int) -> Teacher:
    """An installed model by its name, or a model folder. Raises ModelError when it is neither."""
    path = Path(name).expanduser()
    if not loader.is_installed(name) and (path / files.CONFIG).is_file():
        files.weights_file(path)  # a model that only has graphs has no text tower to hand on
        return Teacher(path.resolve().name, path.resolve(), device, threads)
    folder = loader.model_folder(name)
    files.weights_file(folder)
    return Teacher(name, folder, device, threads)


def vision_config(student: str, heads: int, size: int | None) -> dict[str, Any]:
    """The image tower's configuration: "vit", "conv", or a JSON file with an open_clip `vision_cfg`.

    "vit" is the study's: half of ViT-B/32's width and half of its layers, image 224, patch 32, width 384, 6 layers, 12
    heads (with an output of 512: 12.0 M parameters, 48 MB in float32); `heads` must divide 384, and changes no weight's
    shape. "conv" is RegNetX-400MF (Radosavovic et al. 2020), 128 px, for CPUs.
    """
    if student == "vit":
        if heads < 1 or _WIDTH % heads:
            raise UserError(f"{heads} heads do not divide the width of {_WIDTH}", "Use 12 or 24.")
        return {
            "image_size": size or 224,
            "layers": _LAYERS,
            "width": _WIDTH,
            "patch_size": _PATCH,
            "head_width": _WIDTH // heads,
        }
    if student == "conv":
        return {"timm_model_name": _CONV, "timm_pool": "avg", "timm_proj": "linear", "image_size": size or 128}
    try:
        read: Any = json.loads(Path(student).expanduser().read_text(encoding="utf-8"))
        config = dict(cast("dict[str, Any]", read.get("vision_cfg", read)))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise UserError(f"{student} is no student", "Use vit, conv, or a JSON file with a vision_cfg.") from error
    return config | ({"image_size": size} if size else {})


def student_config(teacher: towers.Config, vision: dict[str, Any]) -> towers.Config:
    """The teacher's configuration with another image tower, which takes the middle square of a photo."""
    config: towers.Config = json.loads(json.dumps(teacher))
    config["model_cfg"]["vision_cfg"] = vision
    prepared: dict[str, Any] = config.setdefault("preprocess_cfg", {})
    prepared |= {"size": vision.get("image_size", 224), "resize_mode": "shortest"}
    return towers.complete(config)


def create(config: towers.Config, seed: int) -> nn.Module:
    """The image tower of a configuration with random weights; the text tower is the teacher's and is not made."""
    small = json.loads(json.dumps(config))
    # Only the image tower is kept: the smallest text tower that can be made beside it.
    small["model_cfg"]["text_cfg"] = {"context_length": 4, "vocab_size": 8, "width": 8, "heads": 1, "layers": 1}
    visual = getattr(towers.create(small, seed), "visual", None)
    if not isinstance(visual, nn.Module):
        raise ModelError("this configuration has no image tower", "Use vit, conv, or another vision_cfg.")
    return visual


def load_start(visual: nn.Module, source: Path) -> None:
    """Load an image tower's weights: from a model folder, a run's folder, a checkpoint or a weights file.

    The number of heads may differ, since it changes no shape. Raises ModelError when names or shapes do not fit.
    """
    file = source
    if source.is_dir():
        run = source / "training"
        file = checkpoints.path(run) if checkpoints.exists(run) else files.weights_file(source)
    state = checkpoints.read_tensors(file)
    for prefix in ("model/", _IMAGE):
        if any(name.startswith(prefix) for name in state):
            state = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    try:
        visual.load_state_dict({n: v.float() if v.is_floating_point() else v for n, v in state.items()})
    except RuntimeError as error:
        raise ModelError(f"the weights do not fit the student: {file}", "Width, layers and size must agree.") from error


def write(out: Path, config: towers.Config, visual: nn.Module, teacher: Path, *, half: bool) -> None:
    """Write the student as a whole model: its image tower, the teacher's text tower, temperature and tokenizer."""
    state: dict[str, Tensor] = {
        name: value for name, value in load_model(teacher).state_dict().items() if not name.startswith(_IMAGE)
    }
    state |= {f"{_IMAGE}{name}": value for name, value in visual.state_dict().items()}
    towers.write_folder(out, config, state, teacher, half=half)


def encode(visual: nn.Module, pixels: Tensor) -> Tensor:
    """The tower's output, [n, dim], any length."""
    made: Any = visual(pixels)
    return made if isinstance(made, torch.Tensor) else made[0]


def input_spec(config: towers.Config) -> ImageSpec:
    """How the student wants its pictures."""
    return files.preprocessing(config)
