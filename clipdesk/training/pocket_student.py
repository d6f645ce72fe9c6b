"""The pocket model's image tower while it learns: a small RegNet with hint layers, and the losses of its teaching."""

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from clipdesk.models import torchvision_operators
from clipdesk.training.checkpoints import read_tensors
from clipdesk.training.pocket_crops import CLASSES, FEATURES, MAPS, TEACHER_SIZE
from clipdesk.training.pocket_head import DIM

TRUNK = "regnetx_004"
_WIDTHS = {"m28": 64, "m14a": 160, "m14b": 160, "m7a": 384, "m7b": 384}
"""Channels of the student's map that answers each of the teacher's."""
_MIDDLES = {"s3": (3, "m14a"), "s4": (7, "m7a")}
_TRUNK_PREFIX, _HEAD = "visual.trunk.", "visual.head.proj.weight"


class Student(nn.Module):
    """RegNetX-400MF (Radosavovic et al. 2020) with a linear projection, and 1x1 convolutions onto the hints.

    With `frozen`, the stem and the first stage stay as they are: warm-started edges and blobs are learned quickly, and
    no gradients need be computed for them.
    """

    def __init__(self, *, frozen: bool = True) -> None:
        super().__init__()
        torchvision_operators.ensure()
        timm: Any = importlib.import_module("timm")
        self.trunk: Any = timm.create_model(TRUNK, num_classes=0, global_pool="avg")
        width = _WIDTHS["m7b"]
        self.proj = nn.Linear(width, DIM, bias=False)
        self.feat, self.cls = nn.Linear(width, 2 * FEATURES), nn.Linear(width, CLASSES)
        self.hint = nn.ModuleDict({name: nn.Conv2d(_WIDTHS[name], MAPS[name][1], 1) for name in MAPS})
        self._first = [self.trunk.stem, self.trunk.s1] if frozen else []
        for part in self._first:
            part.requires_grad_(False)

    def train(self, mode: bool = True) -> "Student":
        """Switch modes; frozen parts keep their statistics."""
        super().train(mode)
        for part in self._first:
            part.eval()
        return self

    def maps(self, pixels: Tensor) -> dict[str, Tensor]:
        """The student's maps by the names of the hints; "m7b" is the last."""
        if self._first:
            with torch.no_grad():
                x = self.trunk.s1(self.trunk.stem(pixels))
        else:
            x = self.trunk.s1(self.trunk.stem(pixels))
        found: dict[str, Tensor] = {}
        x = found["m28"] = self.trunk.s2(x)
        for stage, (middle, name) in _MIDDLES.items():
            for place, block in enumerate(getattr(self.trunk, stage).children()):
                x = block(x)
                if place == middle:
                    found[name] = x
            found["m14b" if stage == "s3" else "m7b"] = x
        return found

    def taught(self, pixels: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """Unit vectors [n, 384], pooled features [n, width], maps of the hints."""
        maps = self.maps(pixels)
        pooled = maps["m7b"].mean((2, 3))
        vectors = functional.normalize(self.proj(pooled).float(), dim=-1)
        return vectors, pooled, {name: self.hint[name](maps[name]) for name in MAPS}

    def forward(self, pixels: Tensor) -> Tensor:
        """Normalised pixels [n, 3, size, size] -> unit vectors [n, 384]."""
        return functional.normalize(self.proj(self.maps(pixels)["m7b"].mean((2, 3))).float(), dim=-1)

    def start_from(self, weights: Path) -> None:
        """Take the trunk and the projection of an earlier model of the same shape."""
        known = read_tensors(weights)
        names = [name for name in known if name.startswith(_TRUNK_PREFIX)]
        self.trunk.load_state_dict({name.removeprefix(_TRUNK_PREFIX): known[name].float() for name in names})
        self.proj.weight.data = known[_HEAD].float()


def tower_weights(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Of a student's state, what an open_clip model with this tower holds, under its names."""
    kept = {f"{_TRUNK_PREFIX}{name[6:]}": value for name, value in state.items() if name.startswith("trunk.")}
    return {**kept, _HEAD: state["proj.weight"]}


class Alignment:
    """Resamples the teacher's maps to where the student's cells are.

    TensorFlow pads strided convolutions below and right, PyTorch on all sides: cell t of the teacher is centred on its
    pixel s*t + s - 1, cell o of the student on s*o. Cells of the student that no cell of the teacher covers are left
    out. In a mirrored picture the teacher's columns lie where the student's are.
    """

    def __init__(self, size: int, means: dict[str, Tensor], spreads: dict[str, Tensor]) -> None:
        self._means, self._spreads = means, spreads
        self._grids = {
            (stride, flip): _grid(size, stride, flip=flip)
            for stride in {stride for _, _, stride in MAPS.values()}
            for flip in (False, True)
        }

    def __call__(self, name: str, values: npt.NDArray[np.int8], *, flip: bool) -> tuple[Tensor, Tensor]:
        """int8 [n, side, side, c] -> standardised float32 [n, c, o, o], and which cells count, float32 [o, o]."""
        stride = MAPS[name][2]
        (rows, down), (columns, across) = self._grids[stride, False], self._grids[stride, flip]
        x = ((torch.tensor(values).float() - self._means[name]) / self._spreads[name]).clamp(-5, 5)
        x = x.flip(2) if flip else x
        x = torch.einsum("pw,bowc->bcop", columns, torch.einsum("oh,bhwc->bowc", rows, x))
        return x, down[:, None] * across[None]


def _grid(size: int, stride: int, *, flip: bool) -> tuple[Tensor, Tensor]:
    """Weights [student cells, teacher cells] of one axis, and which of the student's cells count."""
    cells, side = np.arange(size // stride), TEACHER_SIZE // stride
    scale = TEACHER_SIZE / size
    centre = scale * stride * cells + (scale - 1) / 2
    place = centre / stride if flip else (centre - (stride - 1)) / stride
    counts = (place > -0.35) & (place < side - 0.65)
    place = place.clip(0, side - 1)
    low = np.floor(place).astype(int)
    weights = np.zeros((len(cells), side), np.float32)
    np.add.at(weights, (cells, low), 1 - (place - low))
    np.add.at(weights, (cells, np.minimum(low + 1, side - 1)), place - low)
    return torch.tensor(weights), torch.tensor(counts.astype(np.float32))


def hint_loss(own: Tensor, aligned: tuple[Tensor, Tensor]) -> Tensor:
    """Mean squared difference of a map [n, c, o, o] from the teacher's where that has cells.

    Weighted, not sliced: the gradient of a slice leaves channels-last, which slows everything behind it.
    """
    target, counts = aligned
    return ((own.float() - target).square() * counts).sum() / (counts.sum() * target.shape[0] * target.shape[1])


def relation_loss(own: Tensor, target: Tensor, scale: float = 20.0) -> Tensor:
    """KL divergence of in-batch similarities [n, n], the picture itself left out (Tung & Mori 2019 in spirit)."""
    alone = torch.eye(len(own)) * 1e4
    mine = functional.log_softmax(own @ own.T * scale - alone, 1)
    return functional.kl_div(mine, functional.softmax(target @ target.T * scale - alone, 1), reduction="batchmean")
