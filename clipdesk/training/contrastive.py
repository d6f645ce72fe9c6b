"""Contrastive training of an image tower and a text tower on captioned photos (CLIP, Radford et al. 2021)."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from clipdesk.core.entities import ImageSpec, Pixels
from clipdesk.core.errors import UserError
from clipdesk.indexing.decoder import load_pixels
from clipdesk.models.encoder import Encoder
from clipdesk.models.open_clip_encoder import Device, OpenClipEncoder
from clipdesk.training import checkpoints, loop, runtime, towers
from clipdesk.training.captions import CaptionSet
from clipdesk.training.evaluate import retrieval
from clipdesk.training.losses import contrastive_loss
from clipdesk.training.photo_store import PhotoStore
from clipdesk.training.reports import Outcome, Reports
from clipdesk.training.runtime import Precision, Runtime
from clipdesk.training.schedule import Indices, Order

WORKING = "training"
"""Subfolder of --out with checkpoint, learning curve and caches; to be deleted when training is over."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `clipdesk train` was asked for."""

    captions: Path
    images: Path
    out: Path
    recipe: Literal["open_clip", "textbook"] = "open_clip"
    model: str = "ViT-B-32"
    start: Path | None = None
    """Model folder or checkpoint whose weights are taken instead of random ones."""
    lock: towers.Tower | None = None
    image_weights: Path | None = None
    text_weights: Path | None = None
    held_out: str = "0.1"
    epochs: float = 32.0
    batch: int = 64
    rate: float = 5e-4
    decay: float = 0.2
    """Weight decay; 0.2 and the rate 5e-4 are CLIP's for its small models (tables 18 and 19)."""
    warmup: int = 200
    least_crop: float = 0.5
    """Least share of a photo's area that a view shows. Captions tell of the whole picture, so not too little."""
    colour: float = 0.1
    seed: int = 0
    minutes: float | None = None
    restart: bool = False
    device: Device = "auto"
    threads: int = 0
    precision: Precision = "auto"
    half: bool = False
    save_steps: int = 0

    @property
    def working(self) -> Path:
        """Where checkpoint, learning curve and caches lie."""
        return self.out / WORKING

    @property
    def held_out_file(self) -> Path:
        """Photos and captions that are not trained on, as CSV."""
        return self.working / "held-out.csv"

    def until(self) -> float | None:
        """The time limit as a time of `time.monotonic`."""
        return None if self.minutes is None else time.monotonic() + 60 * self.minutes


def plan(settings: Settings, order: Order, until: float | None) -> loop.Plan:
    """Steps and rates of a run."""
    steps = max(1, math.ceil(settings.epochs * order.per_epoch))
    return loop.Plan(
        steps=steps,
        rate=settings.rate,
        warmup=min(settings.warmup, max(1, steps // 10)),
        decay=settings.decay,
        batch=order.batch,
        until=until,
        save_steps=settings.save_steps,
    )


def common_recipe(settings: Settings, trained: CaptionSet) -> dict[str, Any]:
    """What a resumed run must have in common with its beginning, whatever the shape. Steps and limits may change."""
    names = ("recipe", "held_out", "batch", "rate", "decay", "warmup", "seed")
    return {**{name: getattr(settings, name) for name in names}, "captions": trained.digest()}


def recall(settings: Settings, encoder: Encoder, reports: Reports) -> dict[str, Any]:
    """Retrieval on the held-out photos; empty when none are held out."""
    file = settings.held_out_file
    if len(file.read_text(encoding="utf-8").splitlines()) < 2:
        return {}
    return retrieval(encoder, file, settings.images, load_pixels, progress=reports.step("measuring"))


def train(settings: Settings, trained: CaptionSet, until: float | None, reports: Reports) -> Outcome:
    """Train any open_clip configuration, whole or with a tower locked; see `clipdesk.training.train`."""
    source = towers.find(settings.model)
    config = towers.complete(source.config)
    recipe = common_recipe(settings, trained) | {
        "model": config,
        "lock": settings.lock,
        "start": str(settings.start) if settings.start else None,
        "views": [settings.least_crop, settings.colour],
    }
    place = checkpoints.peek(settings.working, recipe)
    machine = runtime.prepare(settings.device, settings.threads, settings.precision, place.half)
    model = towers.create(config, settings.seed)
    if settings.start is not None:
        towers.load_weights(model, settings.start)
    if settings.lock is not None:
        towers.lock(model, settings.lock)
    expired: Callable[[], bool] = lambda: until is not None and time.monotonic() >= until  # noqa: E731
    spec = towers.image_spec(config)
    store = PhotoStore(settings.working, [settings.images / name for name in trained.names], spec.size)
    readable = store.fill(reports.step("reading"), expired)
    if store.failed:
        reports.note(f"{store.failed} photos cannot be read and are left out")
    if len(readable) < 2:
        raise UserError("fewer than two photos can be read", f"Is {settings.images} the folder of the captions?")
    tokens = np.asarray(towers.tokenizer(source)(trained.texts))
    order = Order(len(readable), settings.batch, settings.seed)
    task = CaptionTask(model.to(machine.device), machine, spec, store, readable, tokens, trained, order, settings)
    ended = loop.run(task, planned := plan(settings, order, until), machine, settings.working, recipe, reports.show)
    towers.write_folder(settings.out, config, model.state_dict(), source.folder, half=settings.half)
    encoder = OpenClipEncoder(settings.out, settings.device, settings.threads, settings.out.name)
    return Outcome(ended.step, planned.steps, ended.seconds, recall(settings, encoder, reports))


class CaptionTask:
    """Photos' random views against one of their captions, drawn anew each epoch."""

    def __init__(
        self,
        model: nn.Module,
        machine: Runtime,
        spec: ImageSpec,
        store: PhotoStore,
        readable: Indices,
        tokens: npt.NDArray[np.int64],
        trained: CaptionSet,
        order: Order,
        settings: Settings,
    ) -> None:
        self.module = model
        self._machine, self._spec, self._store, self._readable = machine, spec, store, readable
        self._tokens, self._starts, self._order, self._settings = tokens, trained.starts, order, settings
        towers.set_training(model, settings.lock)

    def prepare(self, step: int, expired: Callable[[], bool]) -> None:
        """Nothing: the photos are there."""

    def batch(self, step: int) -> tuple[Pixels, npt.NDArray[np.int64]]:
        """Views uint8 [n, size, size, 3] and token ids [n, context length] of a step."""
        rng = np.random.default_rng((self._settings.seed, step, 1))
        photos = self._readable[self._order.at(step)]
        size, least, colour = self._spec.size, self._settings.least_crop, self._settings.colour
        views = self._store.views(photos, size, (self._settings.seed, step), least, colour)
        chosen = rng.integers(self._starts[photos], self._starts[photos + 1])
        return np.stack([np.asarray(view) for view in views]), self._tokens[chosen]

    def loss(self, batch: tuple[Pixels, npt.NDArray[np.int64]], step: int) -> Tensor:
        """In-batch symmetric cross-entropy."""
        model: Any = self.module
        pixels, tokens = self._machine.pixels(batch[0], self._spec), self._machine.tensor(batch[1])
        with self._machine.autocast():
            with torch.set_grad_enabled(self._settings.lock != "image"):
                images = cast("Tensor", model.encode_image(pixels))
            with torch.set_grad_enabled(self._settings.lock != "text"):
                texts = cast("Tensor", model.encode_text(tokens))
        return contrastive_loss(images, texts, model.logit_scale)
