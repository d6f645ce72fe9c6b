"""A small model that has learned the sixteen pictures of the self-check by heart: a real CLIP without any download."""

import json
from pathlib import Path
from typing import Any

import numpy as np

CONFIG: dict[str, Any] = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}


def make(folder: Path, *, steps: int = 60) -> Path:
    """Train on the pictures and write a model folder as the hub has it; with 0 steps its weights are random."""
    import torch
    from safetensors.torch import save_file
    from torch.nn import functional

    from clipdesk.core.entities import ImageSpec
    from clipdesk.models import torchvision_operators
    from clipdesk.models.tokenizer import ClipTokenizer
    from clipdesk.search.check_pictures import pictures
    from clipdesk.search.rendering import model_pixels

    torchvision_operators.ensure()
    import open_clip

    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small that a second thread only waits
    model = open_clip.CLIP(**CONFIG)
    cases, spec = pictures(), ImageSpec(32, "squash", "bilinear", (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
    pixels = torch.from_numpy(model_pixels([picture for _, picture in cases], spec).copy()).permute(0, 3, 1, 2)
    images = (pixels.float() / 255 - 0.5) / 0.25
    merges = folder.parent / "merges.txt"
    write_merges(merges)
    texts = torch.from_numpy(np.asarray(ClipTokenizer(merges, 16, "lower")([wording for wording, _ in cases])))
    optimizer = torch.optim.Adam(model.parameters(), 4e-3)
    for _ in range(steps):
        optimizer.zero_grad()
        logits = 10 * model.encode_image(images, normalize=True) @ model.encode_text(texts, normalize=True).T
        target = torch.arange(len(cases))
        loss = functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)
        loss.backward()
        optimizer.step()
    torch.set_num_threads(threads)
    folder.mkdir(parents=True)
    preprocessing = {"mean": [0.5] * 3, "std": [0.25] * 3, "interpolation": "bilinear", "resize_mode": "squash"}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": CONFIG, "preprocess_cfg": preprocessing}))
    save_file({key: value.clone() for key, value in model.state_dict().items()}, folder / "open_clip_model.safetensors")
    return folder


def write_merges(file: Path) -> None:
    """CLIP's merges, out of open_clip's package."""
    from clipdesk.models.convert import _write_merges

    _write_merges(file)
