"""Training the pocket model's image tower: resumable, at a constant rate, and "cooled" to rate zero whenever wanted.

A constant rate needs no length planned beforehand: `checkpoints/image.pt` can be continued for as long as there is
patience, and at any time a copy of it is cooled to a model that can be used (Haegele et al. 2024).
"""

import copy
import json
import logging
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from clipdesk.core.entities import ImageSpec
from clipdesk.training import pocket_student as student
from clipdesk.training.pocket_crops import MAPS
from clipdesk.training.pocket_head import Teacher, measures
from clipdesk.training.pocket_steps import average, descend, groups, save_state, set_rate
from clipdesk.training.pocket_store import Workspace
from clipdesk.training.pocket_words import CONTENT_SHARE, WORDY, WordPictures, auc, signed
from clipdesk.training.runtime import Runtime

_log = logging.getLogger(__name__)
_SPEC = ImageSpec(size=128)
_CELL = 32
_CUT_SHARE = 0.25
_CAPTION_SCALE, _CLASS_SCALE = 25.0, 20.0


@dataclass(frozen=True, slots=True)
class Run:
    """How to train: `limit` seconds of this piece; `cool` lowers the rate to zero over it, into image_cooled.pt."""

    limit: float
    cool: bool = False
    rate: float = 1e-3
    batch: int = 64
    written: int = 10
    """Pictures with words in a step, beside the batch."""
    every: int = 400
    """Steps between checkpoints and measurements."""
    start: Path | None = None
    """Weights of an earlier model to begin with."""
    size: int = _SPEC.size
    half: bool = True
    """Compute in bfloat16."""
    frozen: bool = True
    """Keep the stem and the first stage of `start`."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Crops of one pass with what the teachers saw in them."""

    rows: npt.NDArray[np.intp]
    pixels: npt.NDArray[np.uint8]
    maps: dict[str, tuple[Tensor, Tensor]]
    features: Tensor
    chances: Tensor
    flip: bool


class Passes:
    """The cached passes as batches; new passes are picked up while training runs."""

    def __init__(self, workspace: Workspace, run: Run) -> None:
        self._workspace, self._run = workspace, run
        self._open: dict[int, dict[str, npt.NDArray[Any]]] = {}
        self.refresh()
        first = self._open[min(self._open)]
        sample = {name: np.asarray(first[name][::40], np.float32).reshape(-1, MAPS[name][1]) for name in MAPS}
        means = {name: torch.tensor(values.mean(0)) for name, values in sample.items()}
        spreads = {name: torch.tensor(values.std(0) + 1.0) for name, values in sample.items()}
        self._align = student.Alignment(run.size, means, spreads)

    def refresh(self) -> None:
        """Open passes that became complete."""
        space = self._workspace
        for number in space.passes():
            if number not in self._open:
                opened = {name: space.array(f"{name}_{number}") for name in MAPS}
                opened["features"] = space.array(f"feats_{number}")[space.train]
                opened["chances"] = space.array(f"probs_{number}")[space.train]
                opened["crops"] = space.array(f"c{self._run.size}_{number}")
                self._open[number] = opened

    def seen(self, places: npt.NDArray[np.integer[Any]]) -> tuple[Tensor, Tensor]:
        """Features and probabilities of (pass, row) places [n, 2]."""
        features = [self._open[int(number)]["features"][row] for number, row in places]
        chances = [self._open[int(number)]["chances"][row] for number, row in places]
        return torch.tensor(np.stack(features)).float(), torch.tensor(np.stack(chances)).float()

    def _batches(self, rng: np.random.Generator) -> Iterator[Batch]:
        batch = min(self._run.batch, len(self._workspace.train))
        while True:
            self.refresh()
            opened = self._open[int(rng.choice(list(self._open)))]
            order = rng.permutation(len(self._workspace.train))
            for begin in range(0, len(order) - batch + 1, batch):
                rows, flip = np.sort(order[begin : begin + batch]), bool(rng.random() < 0.5)
                yield Batch(
                    rows,
                    np.asarray(opened["crops"][rows]),
                    {name: self._align(name, np.asarray(opened[name][rows]), flip=flip) for name in MAPS},
                    torch.tensor(opened["features"][rows]).float(),
                    torch.tensor(opened["chances"][rows]).float(),
                    flip,
                )

    def opened(self, number: int) -> dict[str, npt.NDArray[Any]]:
        """The arrays of one pass: crops, features, chances and maps of the training pictures."""
        return self._open[number]

    def queue(self, seed: int) -> "queue.Queue[Batch]":
        """Batches, prepared by a thread beside the training."""
        ready: queue.Queue[Batch] = queue.Queue(3)

        def work() -> None:
            torch.set_flush_denormal(True)
            for batch in self._batches(np.random.default_rng(seed)):
                ready.put(batch)

        threading.Thread(target=work, daemon=True).start()
        return ready


class Training:
    """One run's student, its teachers and its losses."""

    def __init__(self, workspace: Workspace, photos: Path, run: Run) -> None:
        self.run, self.workspace = run, workspace
        self.teacher, self.measures = Teacher(workspace), measures(workspace, photos)
        self.passes, self.words = Passes(workspace, run), WordPictures.load(workspace)
        self.rng = np.random.default_rng(time.time_ns())
        self.runtime = Runtime("cpu", run.half)
        self._prepare_rows(photos)
        self.student = student.Student(frozen=run.frozen)
        if run.start:
            self.student.start_from(run.start)
        self.student.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue, reportUnknownMemberType]
        self.ema = copy.deepcopy(self.student).eval()
        self.optimizer = torch.optim.AdamW(groups(self.student, 0.05), run.rate, betas=(0.9, 0.98))
        self.step, self.seconds, self.images = 0, 0.0, 0

    def _prepare_rows(self, photos: Path) -> None:
        space = self.workspace
        having, five = space.captioned(photos / "flickr8k-train.csv")
        place = np.full(len(space.pictures), -1)
        place[having] = np.arange(len(having))
        self.captions, self.five = torch.tensor(np.array(space.array("caps"))), torch.tensor(five)
        self.captioned, self.labels = place[space.train], space.labels()[space.train]
        groups = sorted({group for group, _ in space.classes})
        self.group = torch.tensor([groups.index(group) for group, _ in space.classes])
        wordy = [bool(WORDY & set(name)) for name in space.classes]
        unknown = np.array([p.kind == "tiny" or (p.label is not None and p.label[0] == "tiny") for p in space.pictures])
        self.sign = np.where(unknown[space.train], 0.0, -1.0).astype(np.float32)
        self.sign[(self.labels >= 0) & np.array([*wordy, False])[self.labels]] = 0.0

    def load(self, file: Path) -> None:
        """Continue from a checkpoint."""
        state: dict[str, Any] = torch.load(file, weights_only=True)
        self.student.load_state_dict(state["s"])
        self.ema.load_state_dict(state["ema"])
        self.optimizer.load_state_dict(state["opt"])
        self.step, self.seconds, self.images = state["step"], state["secs"], state["images"]

    def save(self, file: Path) -> None:
        """Write a checkpoint; a kill leaves the old one or the new one."""
        weights = {"s": self.student.state_dict(), "ema": self.ema.state_dict(), "opt": self.optimizer.state_dict()}
        save_state(file, {**weights, "step": self.step, "secs": self.seconds, "images": self.images})

    def loss(self, batch: Batch) -> Tensor:
        """The loss of one step."""
        x = self.runtime.pixels(batch.pixels, _SPEC)
        x = x.flip(3) if batch.flip else x
        target, shares = self.teacher(batch.features, batch.chances)
        sign = torch.tensor(self.sign[batch.rows])
        target = signed(target, sign, self.words.direction)
        features = self.teacher.head.standard(batch.features)
        cut = bool(self.rng.random() < _CUT_SHARE)
        if cut:
            x, (target, features, shares) = self._cut_mix(x, [target, features, shares])
            target = functional.normalize(target, dim=-1)
        written, wanted = self.written(self.run.written - self.run.written // 3, self.run.written // 3)
        everything = torch.cat([x, self.runtime.pixels(written, _SPEC)])
        count, direction = len(x), self.words.direction
        with self.runtime.autocast():
            vectors, pooled, maps = self.student.taught(everything.contiguous(memory_format=torch.channels_last))
            own_features, own_classes = self.student.feat(pooled[:count]), self.student.cls(pooled[:count])
        v, w = vectors[:count], vectors[count:]
        loss = 4 * _apart(v, target) + 1.5 * functional.mse_loss(own_features.float(), features)
        logits = functional.log_softmax(own_classes.float(), -1)
        loss = loss + 0.2 * functional.kl_div(logits, shares, reduction="batchmean")
        loss = loss + 0.5 * student.relation_loss(v, target)
        loss = loss + 4 * (((v - target) @ direction).square() * (sign != 0)).mean()
        if len(w):
            loss = loss + 0.6 * (_apart(w, wanted) + 4 * ((w - wanted) @ direction).square().mean())
        if cut:
            return loss
        hints = [student.hint_loss(maps[name][:count], batch.maps[name]) for name in MAPS]
        return loss + 2 * torch.stack(hints).mean() + self.worded(v, batch.rows)

    def _cut_mix(self, x: Tensor, targets: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """CutMix (Yun et al. 2019) on the grid of the last map; targets are mixed by area."""
        cells = x.shape[2] // _CELL
        high, wide = (int(value) for value in self.rng.integers(1, cells, 2))
        top, left = int(self.rng.integers(0, cells + 1 - high)), int(self.rng.integers(0, cells + 1 - wide))
        other, kept = torch.randperm(len(x)), 1 - high * wide / cells**2
        box = slice(top * _CELL, (top + high) * _CELL), slice(left * _CELL, (left + wide) * _CELL)
        mixed = x.clone()
        mixed[:, :, box[0], box[1]] = x[other][:, :, box[0], box[1]]
        return mixed, [kept * value + (1 - kept) * value[other] for value in targets]

    def written(self, painted: int, documents: int) -> tuple[npt.NDArray[np.uint8], Tensor]:
        """Pictures with words: painted crops with their own meaning, documents with the meaning of their names."""
        chosen = self.words.draw(painted, documents, self.rng)
        target, _ = self.teacher(*self.passes.seen(chosen.places))
        target = chosen.keep[:, None] * target + CONTENT_SHARE * chosen.texts
        target = functional.normalize(target, dim=-1)
        return chosen.pixels, signed(target, torch.ones(len(target)), self.words.direction)

    def worded(self, v: Tensor, rows: npt.NDArray[np.intp]) -> Tensor:
        """Contrast with the captions, and classes of the labelled pictures within their sets."""
        loss = torch.zeros(())
        said, named = np.flatnonzero(self.captioned[rows] >= 0), np.flatnonzero(self.labels[rows] >= 0)
        if len(said) > 8:
            five = self.five[self.captioned[rows[said]]]
            texts = self.captions[five[torch.arange(len(said)), torch.randint(5, (len(said),))]]
            logits, right = v[said] @ texts.T * _CAPTION_SCALE, torch.arange(len(said))
            loss = loss + 0.15 * (functional.cross_entropy(logits, right) + functional.cross_entropy(logits.T, right))
        if len(named) > 4:
            right = torch.tensor(self.labels[rows[named]])
            logits = v[named] @ self.measures.label_vectors.T * _CLASS_SCALE
            logits = logits.masked_fill(self.group[None] != self.group[right][:, None], -1e4)
            loss = loss + 0.25 * functional.cross_entropy(logits, right)
        return loss

    @torch.no_grad()
    def pooled(self, pictures: npt.NDArray[np.uint8]) -> Tensor:
        """The averaged student's features before the projection [n, width] of uint8 pictures."""
        self.ema.eval()
        parts: list[Tensor] = []
        for begin in range(0, len(pictures), 100):
            x = self.runtime.pixels(pictures[begin : begin + 100], _SPEC)
            with self.runtime.autocast():
                maps = self.ema.maps(x.contiguous(memory_format=torch.channels_last))
            parts.append(maps["m7b"].float().mean((2, 3)))
        return torch.cat(parts)

    @torch.no_grad()
    def embed(self, pictures: npt.NDArray[np.uint8]) -> Tensor:
        """The averaged student's vectors of uint8 pictures [n, size, size, 3]."""
        parts: list[Tensor] = []
        self.ema.eval()
        for begin in range(0, len(pictures), 100):
            x = self.runtime.pixels(pictures[begin : begin + 100], _SPEC)
            with self.runtime.autocast():
                parts.append(self.ema(x.contiguous(memory_format=torch.channels_last)).float())
        return torch.cat(parts)

    def evaluate(self) -> dict[str, Any]:
        """Figures on pictures that were not trained on, with the sentence encoder's vectors as queries."""
        dev = self.embed(np.array(self.workspace.array(f"dev{self.run.size}")))
        words = self.embed(self.words.held_out()) @ self.words.direction
        held = self.embed(np.array(self.workspace.array(f"val{self.run.size}")))
        return {
            "dev": self.measures.recall(dev),
            "words_auc": round(auc(words, dev @ self.words.direction), 3),
            "acc": self.measures.accuracy(held),
        }


def train_image(workspace: Workspace, photos: Path, run: Run) -> dict[str, Any]:
    """Train for `run.limit` seconds from the last checkpoint on; the last figures."""
    training, folder = Training(workspace, photos, run), workspace.path("checkpoints")
    if (folder / "image.pt").is_file():
        training.load(folder / "image.pt")
    target = folder / ("image_cooled.pt" if run.cool else "image.pt")
    batches, begin, before = training.passes.queue(time.time_ns()), time.monotonic(), training.seconds
    figures: dict[str, Any] = {}
    training.student.train()
    while not figures.get("last"):
        batch, elapsed = batches.get(), time.monotonic() - begin
        rate = run.rate * min(1.0, (training.step + 1) / 300) * (max(0.003, 1 - elapsed / run.limit) if run.cool else 1)
        set_rate(training.optimizer, rate)
        loss = training.loss(batch)
        descend(loss, training.optimizer, training.student, 5.0)
        training.step, training.images = training.step + 1, training.images + len(batch.rows)
        average(training.ema, training.student, training.step)
        training.seconds = before + time.monotonic() - begin
        last = time.monotonic() - begin > run.limit
        if training.step % run.every == 0 or last:
            training.save(target)
            place = {"step": training.step, "images": training.images, "secs": round(training.seconds)}
            figures = {**place, "loss": round(loss.item(), 3), **training.evaluate(), "last": last}
            with workspace.path("image.csv").open("a", encoding="utf-8") as table:
                table.write(json.dumps(figures) + "\n")
            _log.info("%s", figures)
    return figures


def _apart(a: Tensor, b: Tensor) -> Tensor:
    return (1 - (a * b).sum(1)).mean()
