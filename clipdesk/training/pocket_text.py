"""Training the pocket model's text tower: it learns to give the sentence encoder's vectors from a small vocabulary."""

import copy
import importlib
import json
import logging
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from clipdesk.models import torchvision_operators
from clipdesk.models.tokenizer import ClipTokenizer, byte_symbols
from clipdesk.training.checkpoints import read_tensors
from clipdesk.training.pocket_head import DIM, Teacher, measures
from clipdesk.training.pocket_steps import average, descend, groups, save_state, set_rate
from clipdesk.training.pocket_store import Workspace
from clipdesk.training.pocket_texts import CONTEXT, MERGES, PIECES

_log = logging.getLogger(__name__)
WIDTH, HEADS, LAYERS = 256, 4, 4
_SCALE = 25.0
_SHARES = {"caps": 3, "more": 2, "texts": 3}
"""How many of eight batches come from which texts."""
_SORTED = 4


@dataclass(frozen=True, slots=True)
class Run:
    """How to train: `limit` seconds of this piece; `cool` lowers the rate to zero over it, into text_cooled.pt."""

    limit: float
    cool: bool = False
    rate: float = 7e-4
    batch: int = 384
    every: int = 100
    start: Path | None = None
    """Folder of an earlier model (weights and merges) to begin with."""
    half: bool = True
    """Compute in bfloat16."""


def make_tower(pieces: int = PIECES) -> Any:
    """open_clip's text transformer with random weights."""
    torchvision_operators.ensure()
    module: Any = importlib.import_module("open_clip.transformer")
    return module.TextTransformer(
        context_length=CONTEXT, vocab_size=pieces, width=WIDTH, heads=HEADS, layers=LAYERS, output_dim=DIM
    )


def encode(tower: Any, tokens: npt.NDArray[np.int16]) -> Tensor:
    """Unit vectors [n, 384] of token ids [n, length]; columns beyond the longest text are not computed."""
    longest = int((tokens > 0).sum(1).max())
    ids = torch.tensor(tokens[:, :longest].astype(np.int64))
    x = tower.token_embedding(ids) + tower.positional_embedding[:longest]
    x = tower.ln_final(tower.transformer(x, attn_mask=tower.attn_mask[:longest, :longest]))
    return functional.normalize((x[torch.arange(len(ids)), ids.argmax(1)] @ tower.text_projection).float(), dim=-1)


def vocabulary(merges: Path) -> list[str]:
    """The pieces of a vocabulary by token id, without the start and the end token."""
    lines = merges.read_text(encoding="utf-8").strip("\n").split("\n")[1:]
    symbols = byte_symbols()
    return [*symbols, *(symbol + "</w>" for symbol in symbols), *(line.replace(" ", "") for line in lines)]


def start_from(tower: nn.Module, folder: Path, weights: Path, merges: Path) -> int:
    """Begin with an earlier model's transformer and its vectors of the pieces that both vocabularies have.

    A piece that the earlier model lacks begins as the mean of the pieces that spell it there. Returns how many are
    the same.
    """
    known, state = read_tensors(weights), tower.state_dict()
    for name, value in state.items():
        if name in known and known[name].shape == value.shape:
            value.copy_(known[name].float())
    old, earlier = known["token_embedding.weight"].float(), ClipTokenizer(folder / MERGES, CONTEXT)
    places = {piece: i for i, piece in enumerate(vocabulary(folder / MERGES)) if old[i].abs().sum() > 0}
    table, same = state["token_embedding.weight"], 0
    own = vocabulary(merges)
    for place, piece in enumerate(own):
        if piece in places:
            table[place], same = old[places[piece]], same + 1
        elif piece.isascii():
            spelling = [i for i in earlier.encode([piece.removesuffix("</w>")])[0] if old[i].abs().sum() > 0]
            if spelling:
                table[place] = old[spelling].mean(0)
    table[len(own)], table[len(own) + 1] = old[earlier.start], old[earlier.end]
    tower.load_state_dict(state)
    return same


class Texts:
    """Texts with tokens and vectors; batches of like length, so that little padding is computed."""

    def __init__(self, workspace: Workspace, batch: int, seed: int) -> None:
        self._batch, self._rng, self._random = batch, np.random.default_rng(seed), random.Random(seed)
        self._parts: dict[str, tuple[npt.NDArray[np.int16], npt.NDArray[Any]]] = {}
        for name in _SHARES:
            tokens, vectors = np.load(workspace.path(f"{name}_tok.npy")), workspace.array(name)
            done = np.flatnonzero(np.abs(np.asarray(vectors[:, :4], np.float32)).sum(1) > 0)
            self._parts[name] = tokens[done], np.asarray(vectors[done])

    def __iter__(self) -> Iterator[tuple[npt.NDArray[np.int16], Tensor, npt.NDArray[np.intp] | None]]:
        """Tokens, vectors, and for captions their rows."""
        while True:
            drawn = [(name, rows) for name, often in _SHARES.items() for _ in range(often) for rows in self._draw(name)]
            self._random.shuffle(drawn)
            for name, rows in drawn:
                tokens, vectors = self._parts[name]
                target = torch.tensor(vectors[rows].astype(np.float32))
                yield tokens[rows], target, rows if name == "caps" else None

    def _draw(self, name: str) -> list[npt.NDArray[np.intp]]:
        tokens, _ = self._parts[name]
        chosen = self._rng.integers(0, len(tokens), _SORTED * self._batch)
        length = (tokens[chosen] > 0).sum(1) + self._rng.random(len(chosen)) * 0.5
        return np.array_split(chosen[np.argsort(length)], _SORTED)


class Photos:
    """The aligned teacher's vectors of captioned photos, training and dev."""

    def __init__(self, workspace: Workspace, photos: Path) -> None:
        teacher = Teacher(workspace)
        having, five = workspace.captioned(photos / "flickr8k-train.csv")
        features, chances = workspace.array("feats_0")[having], workspace.array("probs_0")[having]
        self.vectors, _ = teacher(torch.tensor(features).float(), torch.tensor(chances).float())
        self.of_caption = np.zeros(int(five.max()) + 1, np.int64)
        self.of_caption[five] = np.arange(len(having))[:, None]
        dev = np.load(workspace.path("dev.npz"))
        self.dev, _ = teacher(torch.tensor(dev["feats"]).float(), torch.tensor(dev["probs"]).float() * 255)


def loss_of(vectors: Tensor, target: Tensor, photos: Photos | None, rows: npt.NDArray[np.intp] | None) -> Tensor:
    """Cosine and in-batch similarities of the sentence encoder; for captions also contrast with their photos."""
    similar = functional.softmax(target @ target.T * _SCALE, 1)
    own = functional.log_softmax(vectors @ target.T * _SCALE, 1)
    loss = 4 * (1 - (vectors * target).sum(1)).mean() + functional.kl_div(own, similar, reduction="batchmean")
    if rows is None or photos is None:
        return loss
    shown = torch.tensor(photos.of_caption[rows])
    same = (shown[:, None] == shown[None]).float()
    logits = functional.log_softmax(vectors @ photos.vectors[shown].T * _SCALE, 1)
    return loss - 0.15 * (same / same.sum(1, keepdim=True) * logits).sum(1).mean()


class Training:
    """The text tower with its average and optimiser, and what it is measured on."""

    def __init__(self, workspace: Workspace, photos: Path, run: Run) -> None:
        self.run, self.measures, self.photos = run, measures(workspace, photos), Photos(workspace, photos)
        self.tower = make_tower()
        if run.start:
            weights = run.start / "open_clip_model.safetensors"
            _log.info("pieces kept: %d", start_from(self.tower, run.start, weights, workspace.path(MERGES)))
        self.ema = copy.deepcopy(self.tower)
        self.optimizer = torch.optim.AdamW(groups(self.tower, 0.02), run.rate, betas=(0.9, 0.98))
        self.step, self.seconds = 0, 0.0
        self._dev: npt.NDArray[np.int16] = np.load(workspace.path("dev_tok.npy"))

    def load(self, file: Path) -> None:
        """Continue from a checkpoint."""
        state: dict[str, Any] = torch.load(file, weights_only=True)
        self.tower.load_state_dict(state["m"])
        self.ema.load_state_dict(state["ema"])
        self.optimizer.load_state_dict(state["opt"])
        self.step, self.seconds = state["step"], state["secs"]

    def save(self, file: Path) -> None:
        """Write a checkpoint."""
        weights = {"m": self.tower.state_dict(), "ema": self.ema.state_dict(), "opt": self.optimizer.state_dict()}
        save_state(file, {**weights, "step": self.step, "secs": self.seconds})

    def advance(self, ids: npt.NDArray[np.int16], target: Tensor, rows: npt.NDArray[np.intp] | None) -> float:
        """One step; its loss."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.run.half):
            own = encode(self.tower, ids)
        loss = loss_of(own, target, self.photos, rows)
        descend(loss, self.optimizer, self.tower, 1.0)
        self.step += 1
        average(self.ema, self.tower, self.step)
        return loss.item()

    @torch.no_grad()
    def evaluate(self) -> dict[str, Any]:
        """Likeness to the sentence encoder on dev captions, and their recall of the teacher's dev photos."""
        parts = np.array_split(self._dev, max(1, len(self._dev) // 500))
        queries = torch.cat([encode(self.ema, part) for part in parts])
        near = (queries * self.measures.captions).sum(1).mean().item()
        recall = self.measures.recall(self.photos.dev, queries)
        return {"cosine": round(near, 4), "recall on the teacher's photos": recall}


def train_text(workspace: Workspace, photos: Path, run: Run) -> dict[str, Any]:
    """Train for `run.limit` seconds from the last checkpoint on; the last figures."""
    folder, training = workspace.path("checkpoints"), Training(workspace, photos, run)
    if (folder / "text.pt").is_file():
        training.load(folder / "text.pt")
    target = folder / ("text_cooled.pt" if run.cool else "text.pt")
    begin, before, figures = time.monotonic(), training.seconds, dict[str, Any]()
    for ids, vectors, rows in Texts(workspace, run.batch, time.time_ns()):
        elapsed = time.monotonic() - begin
        rate = run.rate * min(1.0, (training.step + 1) / 60)
        set_rate(training.optimizer, rate * (max(0.003, 1 - elapsed / run.limit) if run.cool else 1))
        loss = training.advance(ids, vectors, rows)
        training.seconds = before + time.monotonic() - begin
        last = elapsed > run.limit
        if training.step % run.every == 0 or last:
            training.save(target)
            place = {"step": training.step, "secs": round(training.seconds), "loss": round(loss, 3)}
            figures = {**place, **training.evaluate()}
            with workspace.path("text.csv").open("a", encoding="utf-8") as table:
                table.write(json.dumps(figures) + "\n")
            _log.info("%s", figures)
        if last:
            break
    return figures
