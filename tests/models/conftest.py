"""Small random open_clip models, made once a session: real architectures, real files, weights that mean nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clipdesk.core import paths


@pytest.fixture(scope="session")
def pocket() -> Path:
    """The bundled model."""
    return paths.resources() / "models" / "pocket"


@pytest.fixture(scope="session")
def nasty_texts() -> list[str]:
    """Texts that tokenizers trip over, committed as JSON so that no editor mends them."""
    return json.loads((Path(__file__).parent / "nasty_texts.json").read_text(encoding="ascii"))


@pytest.fixture(scope="session")
def photo_pixels(photos_folder: Path) -> NDArray[np.uint8]:
    """40 real photos, cut to 128 x 128: uint8 [40, 128, 128, 3]."""
    from PIL import Image, ImageOps

    names = sorted((photos_folder / "library").rglob("*.jpg"))[:40]
    return np.stack([np.asarray(ImageOps.fit(Image.open(name).convert("RGB"), (128, 128))) for name in names])


TINY_VIT: dict[str, Any] = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 64, "layers": 2, "width": 64, "head_width": 16, "patch_size": 16},
    "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
}
TINY_MODERN: dict[str, Any] = {
    "embed_dim": 32,
    "custom_text": True,
    "vision_cfg": {"image_size": 64, "timm_model_name": "resnet18", "timm_pool": "avg", "timm_proj": "linear"},
    "text_cfg": {
        "context_length": 16,
        "vocab_size": 49408,
        "width": 32,
        "heads": 2,
        "layers": 2,
        "no_causal_mask": True,
        "proj_bias": True,
    },
}


@pytest.fixture(scope="session")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Saves a random open_clip model: make_model(name, config, half=..., pickled=...) -> its folder."""

    def make(name: str, config: dict[str, Any], *, half: bool = False, pickled: bool = False) -> Path:
        import torch
        from safetensors.torch import save_file

        from clipdesk.models import torchvision_operators

        torchvision_operators.ensure()
        import open_clip

        folder = tmp_path_factory.mktemp("models") / name
        folder.mkdir()
        preprocessing = {"mean": [0.5] * 3, "std": [0.25] * 3, "interpolation": "bilinear", "resize_mode": "squash"}
        (folder / "open_clip_config.json").write_text(
            json.dumps({"model_cfg": config, "preprocess_cfg": preprocessing})
        )
        torch.manual_seed(0)
        parts = {key: value for key, value in config.items() if key != "custom_text"}
        model = (open_clip.CustomTextCLIP if config.get("custom_text") else open_clip.CLIP)(**parts)
        for norm in (module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)):
            torch.nn.init.uniform_(norm.running_mean, -0.1, 0.1)
            torch.nn.init.uniform_(norm.running_var, 0.5, 1.5)
        state = {
            key: value.half() if half and value.is_floating_point() else value.clone()
            for key, value in model.state_dict().items()
        }
        if pickled:
            torch.save(state, folder / "open_clip_pytorch_model.bin")
        else:
            save_file(state, folder / "open_clip_model.safetensors")
        return folder

    return make


@pytest.fixture(scope="session")
def tiny_vit(make_model: Callable[..., Path]) -> Path:
    """A ViT with CLIP's causal text transformer, float32."""
    return make_model("tiny-vit", TINY_VIT)


@pytest.fixture(scope="session")
def tiny_modern(make_model: Callable[..., Path]) -> Path:
    """A timm network with batch norms and a text transformer without causal mask, float16."""
    return make_model("tiny-modern", TINY_MODERN, half=True)
