"""The aligned teacher: both MobileNetV2's features, through a small head, in the space of a sentence encoder.

The head is trained by in-batch contrast (Radford et al. 2021) between photos and the sentence encoder's vectors of
their captions, and on labelled pictures against the vectors of their class names. Its output, mixed with the mean of
ImageNet's class names weighted by class probability, is what the image tower learns to give.
"""

import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from clipdesk.training.pocket_crops import FEATURES
from clipdesk.training.pocket_steps import descend
from clipdesk.training.pocket_store import DEV, Workspace, read_captions

_log = logging.getLogger(__name__)
DIM = 384
NAMES_SHARE = 0.25
"""Weight of the class names beside the head's own vector."""
LABEL_TEMPLATES = (
    "{}",
    "a photo of {}",
    "a photo of a {}",
    "a close-up of a {}",
    "a picture with {} in it",
    "this is {}",
)
_SCALE = 20.0
_PHOTOS, _LABELLED = 512, 384


class Head(nn.Module):
    """Standardised features [n, 2560] -> unit vectors [n, 384]: a hidden layer beside a linear path."""

    def __init__(self, mean: Tensor | None = None, spread: Tensor | None = None) -> None:
        super().__init__()
        width = 2 * FEATURES
        self.register_buffer("mu", torch.zeros(width) if mean is None else mean)
        self.register_buffer("sd", torch.ones(width) if spread is None else spread)
        self.a, self.b, self.c = nn.Linear(width, 1024), nn.Linear(1024, DIM), nn.Linear(width, DIM)
        self.t = nn.Parameter(torch.tensor(3.0))
        self.drop = nn.Dropout(0.4)

    def standard(self, features: Tensor) -> Tensor:
        """Features with mean 0 and spread 1, outliers cut at 6."""
        return ((features - self.get_buffer("mu")) / self.get_buffer("sd")).clamp(-6, 6)

    def forward(self, features: Tensor) -> Tensor:
        """Unit vectors."""
        x = self.drop(self.standard(features))
        return functional.normalize(self.b(self.drop(functional.gelu(self.a(x)))) + self.c(x) * 0.5, dim=-1)


class Teacher:
    """The trained head with the class names: features and probabilities -> target vectors."""

    def __init__(self, workspace: Workspace) -> None:
        self.head = Head()
        self.head.load_state_dict(torch.load(workspace.path("head.pt"), weights_only=True))
        self.head.eval()
        self.names = torch.tensor(np.array(workspace.array("names")))

    def __call__(self, features: Tensor, chances: Tensor) -> tuple[Tensor, Tensor]:
        """Unit vectors [n, 384] and probabilities that sum to 1, from float32 features and probabilities 0..255."""
        with torch.no_grad():
            shares = chances / chances.sum(1, keepdim=True).clamp(min=12.75)
            named = functional.normalize(shares @ self.names, dim=-1)
            return functional.normalize(self.head(features) + NAMES_SHARE * named, dim=-1), shares


@dataclass(frozen=True, slots=True)
class Measures:
    """What a picture encoder is measured on: the dev photos' captions and the held-out labelled pictures."""

    captions: Tensor
    """The sentence encoder's vectors of the dev captions [5000, 384]."""
    photo_of: Tensor
    """The dev photo of each caption, int64 [5000]."""
    label_vectors: Tensor
    """One vector for each class [classes, 384]."""
    workspace: Workspace

    def recall(self, photos: Tensor, queries: Tensor | None = None) -> list[float]:
        """Text-to-image recall@1, @5 and @10 of the dev photos [1000, 384]."""
        scores = (self.captions if queries is None else queries) @ photos.T
        rank = (scores > scores.gather(1, self.photo_of[:, None])).sum(1)
        return [round((rank < k).float().mean().item(), 3) for k in (1, 5, 10)]

    def accuracy(self, pictures: Tensor) -> dict[str, float]:
        """Top-1 accuracy of the held-out labelled pictures [val, 384] by set; PACS by its photos alone."""
        labels, classes = self.workspace.labels()[self.workspace.val], self.workspace.classes
        found: dict[str, float] = {}
        for name in sorted({group for group, _ in classes}):
            prefix = "photo_of" if name == "pacs" else ""
            chosen = [i for i, (group, label) in enumerate(classes) if group == name and label.startswith(prefix)]
            rows = np.flatnonzero(np.isin(labels, chosen))
            if len(rows):
                nearest = (pictures[rows] @ self.label_vectors[chosen].T).argmax(1).numpy()
                found[name] = round(float((np.array(chosen)[nearest] == labels[rows]).mean()), 3)
        return found


def measures(workspace: Workspace, photos: Path) -> Measures:
    """What to measure with. `photos`: the folder with the dev captions."""
    images = [image for image, _ in read_captions(photos / f"{DEV}.csv")]
    order = {image: place for place, image in enumerate(dict.fromkeys(images))}
    return Measures(
        torch.tensor(np.array(workspace.array("devcaps"))),
        torch.tensor([order[image] for image in images]),
        functional.normalize(torch.tensor(np.array(workspace.array("labels"))).mean(1), dim=-1),
        workspace,
    )


def train_head(workspace: Workspace, photos: Path, epochs: int = 18, seed: int = 0) -> dict[str, Any]:
    """Train the head on the cached features of all passes and write `head.pt`; its figures on held-out pictures."""
    torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]
    numbers = sorted(int(file.stem.split("_")[1]) for file in workspace.folder.glob("feats_*.npy"))
    arrays = [workspace.array(f"feats_{number}") for number in numbers]
    having, five = workspace.captioned(photos / "flickr8k-train.csv")
    labels = workspace.labels()
    labelled = workspace.train[labels[workspace.train] >= 0]
    target = torch.tensor(labels[labelled])
    shown = torch.tensor(np.stack([array[having] for array in arrays]))
    shown_labelled = torch.tensor(np.stack([array[labelled] for array in arrays]))
    plain = torch.cat([shown[0], shown_labelled[0]]).float()
    head = Head(plain.mean(0), plain.std(0) + 1e-3)
    captions, wordings = (torch.tensor(np.array(workspace.array(name))) for name in ("caps", "labels"))
    rows, mean_label = torch.tensor(five), functional.normalize(wordings.mean(1), dim=-1)
    rare_first = 1 / torch.bincount(target, minlength=len(wordings)).float().clamp(min=1).sqrt()[target]
    batch, drawn = min(_PHOTOS, len(having)), min(_LABELLED, len(labelled))
    steps = epochs * (len(having) // batch)
    optimizer = torch.optim.AdamW(head.parameters(), 2e-3, weight_decay=0.3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    head.train()
    for step in range(steps):
        pick, other = torch.randperm(len(having))[:batch], torch.multinomial(rare_first, drawn, replacement=True)
        passes = torch.randint(len(numbers), (batch,)), torch.randint(len(numbers), (drawn,))
        inputs = torch.cat([shown[passes[0], pick], shown_labelled[passes[1], other]]).float()
        vectors = head(inputs)
        v, w = vectors[:batch], vectors[batch:]
        said = captions[rows[pick, torch.randint(5, (batch,))]]
        mean_said = functional.normalize(captions[rows[pick]].mean(1), dim=-1)
        logits, right = v @ said.T * head.t.exp(), torch.arange(batch)
        contrast = (functional.cross_entropy(logits, right) + functional.cross_entropy(logits.T, right)) / 2
        worded = wordings[torch.arange(len(wordings)), torch.randint(wordings.shape[1], (len(wordings),))]
        named = functional.cross_entropy(w @ worded.T * _SCALE, target[other])
        loss = contrast + 2 * _apart(v, mean_said) + named + _apart(w, mean_label[target[other]])
        descend(loss, optimizer, head, math.inf)
        schedule.step()
        head.t.data.clamp_(max=4.2)
        if step % 50 == 0:
            _log.info("head: step %d of %d, loss %.3f", step, steps, loss.item())
    torch.save(head.state_dict(), workspace.path("head.pt"))
    return _figures(workspace, photos)


def _apart(a: Tensor, b: Tensor) -> Tensor:
    return (1 - (a * b).sum(1)).mean()


def _figures(workspace: Workspace, photos: Path) -> dict[str, Any]:
    teacher, measured = Teacher(workspace), measures(workspace, photos)

    def vectors(features: Any, chances: Any) -> Tensor:
        return teacher(torch.tensor(np.array(features)).float(), torch.tensor(np.array(chances)).float())[0]

    dev = np.load(workspace.path("dev.npz"))
    found = vectors(workspace.array("feats_0")[workspace.val], workspace.array("probs_0")[workspace.val])
    recall = measured.recall(vectors(dev["feats"], dev["probs"] * 255))
    return {"recall": recall, "accuracy": measured.accuracy(found)}
