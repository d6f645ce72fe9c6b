"""From checkpoints to the model's folder: both towers in float16, graphs that point into them, vocabulary."""

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from clipdesk.core.entities import ImageSpec
from clipdesk.models import files
from clipdesk.models.convert import convert
from clipdesk.training.checkpoints import write_tensors
from clipdesk.training.pocket_head import DIM
from clipdesk.training.pocket_student import TRUNK, tower_weights
from clipdesk.training.pocket_text import HEADS, LAYERS, WIDTH
from clipdesk.training.pocket_texts import CONTEXT, MERGES, PIECES

_LOGIT_SCALE = 3.2


def configuration(size: int = 128) -> dict[str, Any]:
    """open_clip's configuration of the pocket model."""
    spec = ImageSpec(size=size)
    return {
        "model_cfg": {
            "embed_dim": DIM,
            "vision_cfg": {
                "timm_model_name": TRUNK,
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "linear",
                "image_size": size,
            },
            "text_cfg": {
                "context_length": CONTEXT,
                "vocab_size": PIECES,
                "width": WIDTH,
                "heads": HEADS,
                "layers": LAYERS,
            },
        },
        "preprocess_cfg": {
            "mean": list(spec.mean),
            "std": list(spec.std),
            "interpolation": spec.interpolation,
            "resize_mode": spec.resize,
            "size": size,
        },
    }


def averaged(checkpoint: Path) -> dict[str, Tensor]:
    """The running average of a checkpoint's weights."""
    return torch.load(checkpoint, weights_only=True)["ema"]


def assemble(image: Path, text: Path, merges: Path, target: Path, size: int = 128) -> int:
    """Make the model folder `target` from two checkpoints and a vocabulary; its bytes, the graphs included.

    Raises ModelError when ONNX Runtime and PyTorch do not agree on the result.
    """
    target.mkdir(parents=True, exist_ok=True)
    weights = {**tower_weights(averaged(image)), **averaged(text), "logit_scale": torch.tensor(_LOGIT_SCALE)}
    weights.pop("attn_mask", None)
    half = {name: value.half() if value.dtype == torch.float32 else value for name, value in weights.items()}
    write_tensors(target / files.WEIGHTS[0], half)
    (target / files.CONFIG).write_text(json.dumps(configuration(size), indent=1) + "\n", encoding="utf-8")
    shutil.copyfile(merges, target / MERGES)
    convert(target)
    return files.size_of(target)
