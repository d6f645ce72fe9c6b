"""What training the pocket model's parts has in common: steps, running averages, checkpoints."""

from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn


def descend(loss: Tensor, optimizer: torch.optim.Optimizer, model: nn.Module, longest: float) -> None:
    """One step down the gradient, which is cut to the length `longest`."""
    optimizer.zero_grad()
    cast("Any", loss).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), longest)
    cast("Any", optimizer).step()


def save_state(file: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint; a kill leaves the old one or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".tmp")
    torch.save(state, temporary)
    temporary.replace(file)


def average(ema: nn.Module, model: nn.Module, step: int, longest: float = 0.998) -> None:
    """Move the running average of the weights one step on (Polyak & Juditsky 1992)."""
    keep = min(longest, (1 + step) / (20 + step))
    with torch.no_grad():
        for kept, new in zip(ema.state_dict().values(), model.state_dict().values(), strict=True):
            if kept.dtype.is_floating_point:
                kept.lerp_(new, 1 - keep)
            else:
                kept.copy_(new)


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Set the learning rate of every group."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def groups(model: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Parameters that learn, in two groups: matrices with weight decay, the rest without."""
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return [
        {"params": [p for p in learning if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in learning if p.ndim <= 1], "weight_decay": 0.0},
    ]
