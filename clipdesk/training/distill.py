"""Distillation of an image tower: a student learns to give the teacher's vectors (PicCollage's study of CLIP)."""

import json
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import xxhash
from torch import Tensor, nn
from torch.nn import functional

from clipdesk.core.entities import Matrix, Pixels
from clipdesk.core.errors import UserError
from clipdesk.indexing.decoder import load_pixels
from clipdesk.indexing.formats import is_photo
from clipdesk.models import files
from clipdesk.models.encoder import Encoder
from clipdesk.models.open_clip_encoder import Device
from clipdesk.training import captions, checkpoints, loop, runtime, students, towers
from clipdesk.training.losses import distillation_loss
from clipdesk.training.photo_store import PhotoStore
from clipdesk.training.reports import Outcome, Reports
from clipdesk.training.row_store import OutOfTimeError, RowStore
from clipdesk.training.runtime import Precision, Runtime
from clipdesk.training.schedule import Indices, Order
from clipdesk.training.students import Teacher
from clipdesk.training.teaching import Teaching

_MOST_MEASURED = 500
_AT_ONCE = 64
HOT, COOL = 4.0, 2.0
"""Temperatures of the first and the second half of the epochs: the study's."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `clipdesk distill` was asked for. `photos`: the files, or the folder that holds them."""

    teacher: str
    photos: Path | Sequence[Path]
    out: Path
    student: str = "vit"
    heads: int = 12
    size: int | None = None
    start: Path | None = None
    """Weights to begin with: the 12-head student's for 24 heads."""
    epochs: float = 32.0
    batch: int = 64
    rate: float = 1e-3
    decay: float = 0.05
    warmup: int = 200
    passes: int = 8
    """Views of each photo that the teacher is asked about; epochs take them in turn."""
    least_crop: float = 0.3
    colour: float = 0.2
    held_out: float = 0.05
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
        """Where checkpoint, learning curve and caches lie; to be deleted when training is over."""
        return self.out / "training"


def distil(settings: Settings, reports: Reports) -> Outcome:
    """Distil, or go on distilling; the student is a model folder in `settings.out` afterwards.

    `figures` of the outcome: mean cosine of student and teacher on photos that were held out, before and after.
    Raises UserError for unreadable photos, unknown teachers, and a folder that holds another run.
    """
    if settings.restart:
        checkpoints.remove(settings.working)
    try:
        return _Run(settings, reports).go()
    except OutOfTimeError:
        return Outcome(0, 0, 0.0)


class _Run:
    """One piece of a distillation."""

    def __init__(self, settings: Settings, reports: Reports) -> None:
        self._settings, self._reports = settings, reports
        self._until = None if settings.minutes is None else time.monotonic() + 60 * settings.minutes
        self._teacher = students.find_teacher(settings.teacher, settings.device, settings.threads)
        vision = students.vision_config(settings.student, settings.heads, settings.size)
        self._config = students.student_config(self._teacher.config, vision)
        self._spec = students.input_spec(self._config)
        self._recipe = _recipe(settings, self._teacher, self._config)
        place = checkpoints.peek(settings.working, self._recipe)
        self._machine = runtime.prepare(settings.device, settings.threads, settings.precision, place.half)
        self._begun = place.step > 0

    @cached_property
    def _encoder(self) -> Encoder:
        return self._teacher.load()

    def _expired(self) -> bool:
        return self._until is not None and time.monotonic() >= self._until

    def go(self) -> Outcome:
        """Read the photos, ask the teacher, train, write the student, measure."""
        settings, reports, machine = self._settings, self._reports, self._machine
        photos = _photos(settings)
        visual = students.create(self._config, settings.seed)
        if settings.start is not None and not self._begun:
            students.load_start(visual, settings.start)
        visual.to(machine.device)
        # The teacher may see finer pictures than the student: views are cut for the larger of the two.
        finest = max(self._spec.size, files.preprocessing(self._teacher.config).size)
        store = PhotoStore(settings.working, photos, finest)
        readable = store.fill(reports.step("reading"), self._expired)
        if store.failed:
            reports.note(f"{store.failed} photos cannot be read and are left out")
        held = captions.split_indices(len(readable), settings.held_out, settings.seed)[:_MOST_MEASURED]
        trained = np.delete(readable, held)
        if len(trained) < 2:
            raise UserError("fewer than two photos can be read", "Name a folder with more photos.")
        stem = self._stem(store.key)
        teaching = Teaching(
            settings.working,
            store,
            trained,
            lambda: self._encoder,
            self._spec.size,
            passes=settings.passes,
            least=settings.least_crop,
            colour=settings.colour,
            seed=settings.seed,
        )
        order = Order(len(trained), settings.batch, settings.seed)
        plan = self._plan(order)
        measured = self._measured([photos[i] for i in map(int, readable[held])], stem)
        before = self._before(visual, measured)
        task = _DistillTask(
            visual,
            machine,
            self._config,
            order,
            plan.steps,
            teaching,
            lambda number, expired: teaching.make(number, stem, self._teacher.dim, reports, expired),
        )
        ended = loop.run(task, plan, machine, settings.working, self._recipe, reports.show)
        students.write(settings.out, self._config, visual, self._teacher.folder, half=settings.half)
        figures: dict[str, Any] = {}
        if measured is not None:
            figures = {"mean_cosine_before": before, "mean_cosine": self._cosine(visual, measured)}
        figures |= {"photos": len(trained), "parameters": sum(p.numel() for p in visual.parameters())}
        return Outcome(ended.step, plan.steps, ended.seconds, figures)

    def _stem(self, photos: str) -> str:
        """Names what the teacher says: photos, teacher, views and which photos are held out."""
        settings = self._settings
        views = f"{settings.least_crop} {settings.colour} {settings.held_out}"
        teacher = files.key_of(self._teacher.folder).rpartition("-")[2]
        return f"{photos}-{teacher}-{xxhash.xxh32_hexdigest(views.encode())}"

    def _plan(self, order: Order) -> loop.Plan:
        settings = self._settings
        steps = max(1, math.ceil(settings.epochs * order.per_epoch))
        return loop.Plan(
            steps=steps,
            rate=settings.rate,
            warmup=min(settings.warmup, max(1, steps // 10)),
            decay=settings.decay,
            batch=order.batch,
            until=self._until,
            save_steps=settings.save_steps,
        )

    def _measured(self, held: Sequence[Path], stem: str) -> tuple[Sequence[Path], Matrix] | None:
        """Held-out photos and the teacher's vectors of them, asked once; None without any."""
        if not held:
            return None
        file = self._settings.working / f"held-out-{stem}-{len(held)}-{self._settings.seed}.f32"
        vectors = RowStore(file, (len(held), self._teacher.dim), np.float32)

        def ask(part: Indices) -> Matrix:
            spec = self._encoder.info.image
            return self._encoder.encode_images(np.stack([load_pixels(held[i], spec) for i in map(int, part)]))

        vectors.fill(ask, _AT_ONCE, self._reports.step("teaching"), self._expired)
        return held, vectors.rows

    def _before(self, visual: nn.Module, measured: tuple[Sequence[Path], Matrix] | None) -> float | None:
        """The student's mean cosine before the first step, remembered for resumed runs."""
        file = self._settings.working / "before.json"
        if self._begun and file.is_file():
            return json.loads(file.read_text(encoding="utf-8"))
        before = None if measured is None else self._cosine(visual, measured)
        _write_json(file, before)
        return before

    def _cosine(self, visual: nn.Module, measured: tuple[Sequence[Path], Matrix]) -> float:
        held, vectors = measured
        found: list[Matrix] = []
        visual.eval()
        for start in range(0, len(held), _AT_ONCE):
            pixels = np.stack([load_pixels(file, self._spec) for file in held[start : start + _AT_ONCE]])
            with torch.inference_mode():
                made = students.encode(visual, self._machine.pixels(pixels, self._spec))
                found.append(functional.normalize(made, dim=-1).cpu().numpy())
        visual.train()
        return round(float((np.concatenate(found) * vectors).sum(1).mean()), 4)


class _DistillTask:
    """Views of photos against the teacher's vectors of the same views."""

    def __init__(
        self,
        visual: nn.Module,
        machine: Runtime,
        config: towers.Config,
        order: Order,
        steps: int,
        teaching: Teaching,
        make: Callable[[int, Callable[[], bool]], None],
    ) -> None:
        self.module = visual.train()
        self._machine, self._spec, self._order = machine, students.input_spec(config), order
        self._steps, self._teaching, self._make = steps, teaching, make

    def prepare(self, step: int, expired: Callable[[], bool]) -> None:
        """See that the pass of the step's epoch is there."""
        self._make(self._order.epoch(step), expired)

    def batch(self, step: int) -> tuple[Pixels, npt.NDArray[np.float32]]:
        """Views and the teacher's vectors of a step."""
        return self._teaching.at(self._order.epoch(step), self._order.at(step))

    def loss(self, batch: tuple[Pixels, npt.NDArray[np.float32]], step: int) -> Tensor:
        """KL + L1, hot in the first half, cooler in the second."""
        with self._machine.autocast():
            made = students.encode(self.module, self._machine.pixels(batch[0], self._spec))
        temperature = HOT if step < self._steps / 2 else COOL
        return distillation_loss(made, self._machine.tensor(batch[1]), temperature)


def _recipe(settings: Settings, teacher: Teacher, config: towers.Config) -> dict[str, Any]:
    """What a resumed run must have in common with its beginning. Epochs and limits may change."""
    names = ("batch", "rate", "decay", "warmup", "passes", "least_crop", "colour", "held_out", "seed")
    return {
        **{name: getattr(settings, name) for name in names},
        "teacher": files.key_of(teacher.folder),
        "student": config,
        "start": str(settings.start) if settings.start else None,
        "photos": _source(settings),
    }


def _photos(settings: Settings) -> list[Path]:
    """The photos of the run: listed when it begins, the same list when it goes on, whatever was added since.

    A teacher that was asked about them for hours need not be asked again because of one more.
    """
    file, source = settings.working / "photos.json", _source(settings)
    if file.is_file() and not settings.restart:
        listed = json.loads(file.read_text(encoding="ascii"))
        if listed["source"] == source:
            return [Path(name) for name in listed["photos"]]
    found = _below(settings.photos) if isinstance(settings.photos, Path) else list(settings.photos)
    if len(found) < 2:
        raise UserError("there are fewer than two photos to learn from", "Name a folder of photos.")
    _write_json(file, {"source": source, "photos": [str(one) for one in found]})
    return found


def _source(settings: Settings) -> str:
    return str(settings.photos) if isinstance(settings.photos, Path) else "library"


def _below(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder", "Name a folder of photos.")
    found: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(root) / name for name in names if is_photo(name) and not name.startswith(".")]
    return sorted(found)


def _write_json(file: Path, value: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}")
    temporary.write_text(json.dumps(value), encoding="ascii")
    temporary.replace(file)
