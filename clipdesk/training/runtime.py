"""Where training runs and in which numbers."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from clipdesk.core.entities import ImageSpec, Pixels
from clipdesk.models.open_clip_encoder import Device, pick_device

Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True, slots=True)
class Runtime:
    """A device, and whether matrix products are computed in bfloat16 (weights stay float32)."""

    device: str
    half: bool

    @contextmanager
    def autocast(self) -> Generator[None]:
        """Run the forward pass in bfloat16 where that was chosen."""
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.half):
            yield

    def tensor(self, values: npt.NDArray[np.generic]) -> Tensor:
        """An array on the device."""
        return torch.as_tensor(np.require(values, requirements=["C", "W"])).to(self.device)

    def pixels(self, batch: Pixels, spec: ImageSpec) -> Tensor:
        """uint8 [n, size, size, 3] -> normalised float32 [n, 3, size, size], channels last in memory."""
        mean = torch.tensor(spec.mean, device=self.device).view(1, 3, 1, 1)
        std = torch.tensor(spec.std, device=self.device).view(1, 3, 1, 1)
        return (self.tensor(batch).permute(0, 3, 1, 2).float() / 255 - mean) / std


def seed(number: int) -> None:
    """Set every random generator of PyTorch."""
    set_seed: Callable[[int], object] = cast("Any", torch).manual_seed
    set_seed(number)


def prepare(device: Device, threads: int, precision: Precision, decided: bool | None = None) -> Runtime:
    """Set PyTorch up for training. `decided`: what a resumed run had chosen for "auto".

    Denormal numbers are flushed to zero: on a CPU they make small gradients several times slower.
    """
    chosen = pick_device(device)
    if threads:
        torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    if precision == "auto":
        half = _bfloat16_is_quick(chosen) if decided is None else decided
    else:
        half = precision == "bfloat16"
    return Runtime(chosen, half)


def _bfloat16_is_quick(device: str) -> bool:
    """CUDA: whether it has it. CPU: whether a product is clearly quicker, which depends on its instructions."""
    if device == "cuda":
        return torch.cuda.is_bf16_supported()
    if device != "cpu":
        return False
    return _seconds(torch.bfloat16) < 0.8 * _seconds(torch.float32)


def _seconds(dtype: torch.dtype) -> float:
    """Seconds of the quickest of a few matrix products."""
    matrix = torch.ones(512, 512, dtype=dtype)
    taken: list[float] = []
    for _ in range(8):
        start = time.perf_counter()
        _ = matrix @ matrix
        taken.append(time.perf_counter() - start)
    return min(taken)
