"""Fitting the image tower's last layer again, on features of the finished tower.

While the tower learns, contrast with captions is within small batches. Its features can be kept for every training
picture, and then the linear projection sees many hundred captions and labels at once, at hardly any cost.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from clipdesk.training.pocket_image import Run, Training
from clipdesk.training.pocket_steps import descend, save_state, set_rate
from clipdesk.training.pocket_store import Workspace
from clipdesk.training.pocket_words import signed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to fit: steps, the first rate, captioned and other pictures in a step, pictures with words in all."""

    steps: int = 300
    rate: float = 5e-4
    captioned: int = 768
    others: int = 512
    written: int = 900
    contrast: float = 1.0


def refit(workspace: Workspace, photos: Path, source: Path, target: Path, plan: Plan | None = None) -> dict[str, Any]:
    """Fit the projection of the checkpoint `source` again and write `target`; figures before and after."""
    plan, training = plan or Plan(), Training(workspace, photos, Run(0))
    training.load(source)
    before = training.evaluate()
    examples = _examples(training, plan)
    fitted = _fit(training, examples, plan)
    state: dict[str, Any] = torch.load(source, weights_only=True)
    for part in ("s", "ema"):
        state[part]["proj.weight"] = fitted
    training.ema.proj.weight.data = fitted
    save_state(target, state)
    return {"before": before, "after": training.evaluate()}


@dataclass(frozen=True, slots=True)
class _Examples:
    features: Tensor
    targets: Tensor
    written: Tensor
    written_targets: Tensor


def _examples(training: Training, plan: Plan) -> _Examples:
    """Features and targets of one pass's crops and of pictures with words."""
    opened = training.passes.opened(min(training.workspace.passes()))
    features, chances = (torch.tensor(opened[name]).float() for name in ("features", "chances"))
    targets, _ = training.teacher(features, chances)
    targets = signed(targets, torch.tensor(training.sign), training.words.direction)
    painted, wanted = training.written(plan.written - plan.written // 3, plan.written // 3)
    return _Examples(training.pooled(opened["crops"]), targets, training.pooled(painted), wanted)


def _fit(training: Training, examples: _Examples, plan: Plan) -> Tensor:
    """The new weights of the projection [dim, width]."""
    layer = nn.Linear(*reversed(training.ema.proj.weight.shape), bias=False)
    layer.weight.data = training.ema.proj.weight.detach().clone()
    optimizer = torch.optim.AdamW(layer.parameters(), plan.rate, weight_decay=0.05)
    captioned = np.flatnonzero(training.captioned >= 0)
    others = np.flatnonzero(training.captioned < 0)
    for step in range(plan.steps):
        set_rate(optimizer, plan.rate * (1 - step / plan.steps))
        rows = np.concatenate(
            [
                training.rng.permutation(captioned)[: plan.captioned],
                training.rng.permutation(others)[: plan.others],
            ]
        )
        written = training.rng.integers(0, len(examples.written), plan.others // 4)
        v = functional.normalize(layer(torch.cat([examples.features[rows], examples.written[written]])), dim=-1)
        target = torch.cat([examples.targets[rows], examples.written_targets[written]])
        loss = 4 * (1 - (v * target).sum(1)).mean() + 10 * ((v - target) @ training.words.direction).square().mean()
        loss = loss + plan.contrast * 5 * training.worded(v[: len(rows)], rows)
        descend(loss, optimizer, layer, 10.0)
        if step % 100 == 0:
            _log.info("projection: step %d, loss %.3f", step, loss.item())
    return layer.weight.detach()
