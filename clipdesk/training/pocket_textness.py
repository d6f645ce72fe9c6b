"""The bundled model's direction of written words, learned from documents, plates and signs beside painted photos.

Rendered words on photos are what other models learn theirs from when they are installed; real receipts, screens and
street signs are further from those than from the drawn documents of the training. A strong ridge keeps the direction
near the difference of the means, which carries over best from drawn to real pictures.
"""

from pathlib import Path

import numpy as np

from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.search.textness import TextnessDirection, auc, from_pairs, save
from clipdesk.training.pocket_store import Workspace

RIDGE = 0.1
_PICTURES = 1200
_FILE = "textness.json"


def learn(workspace: Workspace, folder: Path, size: int = 128, seed: int = 0) -> dict[str, float]:
    """Write `textness.json` of the model in `folder`; its midpoint, gap and separation on painted crops held out."""
    encoder, rng = OnnxEncoder(folder), np.random.default_rng(seed)
    documents, painted, places = (np.load(workspace.path(f"{name}{size}{end}.npy")) for name, end in _NAMES)
    crops = {int(number): workspace.array(f"c{size}_{number}") for number in np.unique(places[:, 0])}
    kinds = [workspace.pictures[int(i)].kind for i in workspace.train]
    captioned = [row for row, kind in enumerate(kinds) if kind == "flickr"]
    plain = encoder.encode_images(np.asarray(crops[min(crops)][np.sort(rng.permutation(captioned)[:_PICTURES])]))
    written = encoder.encode_images(documents[:_PICTURES])
    count = min(len(plain), len(written))
    direction = from_pairs(plain[:count], written[:count], seed=seed, ridge=RIDGE).direction
    held = rng.permutation(len(painted))[: _PICTURES // 2]
    before = np.stack([crops[int(number)][row] for number, row in places[held]])
    without, within = encoder.encode_images(before) @ direction, encoder.encode_images(painted[held]) @ direction
    found = TextnessDirection(
        direction=direction,
        midpoint=float(within.mean() + without.mean()) / 2,
        gap=max(float(within.mean() - without.mean()), 1e-4),
        separation=auc(within, without),
    )
    save(found, folder / _FILE, encoder.info.key)
    return {"midpoint": found.midpoint, "gap": found.gap, "separation": found.separation}


_NAMES = (("d", ""), ("w", ""), ("w", "_src"))
