"""The training loop that contrastive training and distillation share.

Everything that a step does follows from its number and the state in the checkpoint, so a run that was killed, stopped
by its time limit or by Ctrl-C goes on where its last checkpoint was, with the same numbers.
"""

import csv
import math
import signal
import threading
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import torch
from torch import Tensor, nn

from clipdesk.core.entities import Progress
from clipdesk.core.errors import UserError
from clipdesk.training import checkpoints
from clipdesk.training.checkpoints import Place
from clipdesk.training.row_store import OutOfTimeError
from clipdesk.training.runtime import Runtime
from clipdesk.training.schedule import rate_at

Batch = TypeVar("Batch")
Tell = Callable[[Progress], None]
_CURVE = "curve.csv"
_CURVE_ROWS = 200
_CLIP = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard to train. `until` is a time of `time.monotonic`, None for no limit."""

    steps: int
    rate: float
    warmup: int
    decay: float
    batch: int
    until: float | None = None
    save_seconds: float = 60.0
    """Seconds between checkpoints."""
    save_steps: int = 0
    """Steps between checkpoints beside that; 0 for none."""

    def expired(self) -> bool:
        """Whether the time is up."""
        return self.until is not None and time.monotonic() >= self.until


class Task(Protocol[Batch]):
    """What is trained."""

    @property
    def module(self) -> nn.Module:
        """Everything that a checkpoint keeps; parameters that need no gradient are not trained."""
        ...

    def prepare(self, step: int, expired: Callable[[], bool]) -> None:
        """Called before the batch of a step is made, in the thread that trains; OutOfTimeError when `expired()`."""
        ...

    def batch(self, step: int) -> Batch:
        """Make the batch of a step; called ahead, in another thread."""
        ...

    def loss(self, batch: Batch, step: int) -> Tensor:
        """The loss of a batch, a scalar."""
        ...


def run(task: Task[Batch], plan: Plan, runtime: Runtime, folder: Path, recipe: Mapping[str, Any], tell: Tell) -> Place:
    """Train until the plan's last step or its time limit; checkpoints and the learning curve go to `folder`.

    Goes on from a checkpoint in `folder` when there is one (`checkpoints.peek` must accept it). Gives where it ended;
    UserError when the loss is no number any more, the last checkpoint then stays. Ctrl-C saves, then raises
    KeyboardInterrupt.
    """
    place = checkpoints.peek(folder, recipe)
    optimiser = _optimiser(task.module, plan)
    if place.step:
        checkpoints.restore(folder, task.module, optimiser)
    meter = _Meter(place, plan, tell)
    curve = _Curve(folder / _CURVE, place.step)
    done = place.step

    def save() -> Place:
        now = Place(done, meter.seconds, runtime.half)
        checkpoints.save(folder, task.module, optimiser, now, recipe)
        return now

    saved = time.monotonic()
    interrupt = _Interrupt()
    batches = _batches(task, place.step, plan, lambda: plan.expired() or interrupt.wanted)
    try:
        interrupt.watch()
        for step, batch in batches:
            loss = _step(task, batch, step, optimiser, plan)
            done = step + 1
            meter.show(done)
            due = time.monotonic() - saved >= plan.save_seconds or bool(plan.save_steps and not done % plan.save_steps)
            if due or done % max(1, plan.steps // _CURVE_ROWS) == 0 or done == plan.steps:
                curve.add(done, meter.seconds, _finite(loss, done), optimiser.param_groups[0]["lr"])
            if due:
                save()
                saved = time.monotonic()
            if plan.expired() or interrupt.wanted:
                break
    except OutOfTimeError:
        pass
    finally:
        batches.close()
        interrupt.restore()
    place = save()
    if interrupt.wanted:
        raise KeyboardInterrupt
    return place


def _batches(task: Task[Batch], start: int, plan: Plan, expired: Callable[[], bool]) -> Generator[tuple[int, Batch]]:
    """(step, batch) for the steps that are left, each batch made while the one before is trained on."""
    if start >= plan.steps:
        return
    with ThreadPoolExecutor(1, thread_name_prefix="batches") as pool:
        task.prepare(start, expired)
        batch = task.batch(start)
        for step in range(start, plan.steps - 1):
            task.prepare(step + 1, expired)
            ahead = pool.submit(task.batch, step + 1)
            yield step, batch
            batch = ahead.result()
        yield plan.steps - 1, batch


def _step(task: Task[Batch], batch: Batch, step: int, optimiser: torch.optim.Optimizer, plan: Plan) -> Tensor:
    """One step of gradient descent; gives the loss before it."""
    for group in optimiser.param_groups:
        group["lr"] = rate_at(step, plan.steps, plan.warmup, plan.rate)
    optimiser.zero_grad(set_to_none=True)
    loss = task.loss(batch, step)
    cast("Any", loss).backward()
    nn.utils.clip_grad_norm_((p for group in optimiser.param_groups for p in group["params"]), _CLIP)
    optimiser.step()
    return loss.detach()


def _finite(loss: Tensor, step: int) -> float:
    value = float(loss)
    if not math.isfinite(value):
        raise UserError(f"the loss is no number any more at step {step}", "Repeat the command with a lower --rate.")
    return value


def _optimiser(module: nn.Module, plan: Plan) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter 2019); no decay of gains, biases and the temperature (CLIP, section 2.4).

    beta2 0.98 as CLIP takes for its ViTs (table 19).
    """
    trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim >= 2], "weight_decay": plan.decay},
        {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=plan.rate, betas=(0.9, 0.98))


class _Interrupt:
    """Ctrl-C while training waits for the end of the step, since half a step must not be saved; a second one does not.

    Python tells its main thread alone of Ctrl-C: elsewhere nothing is watched.
    """

    def __init__(self) -> None:
        self.wanted = False
        self._before: Any = None

    def watch(self) -> None:
        """From now on."""
        ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # a shell's background job
        if threading.current_thread() is threading.main_thread() and not ignored:
            self._before = signal.signal(signal.SIGINT, self._note)

    def restore(self) -> None:
        """As it was before."""
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _note(self, _number: int, _frame: object) -> None:
        if self.wanted:
            raise KeyboardInterrupt
        self.wanted = True


class _Meter:
    """Time and progress over all pieces of a run."""

    def __init__(self, place: Place, plan: Plan, tell: Tell) -> None:
        self._before, self._from, self._plan, self._tell = place.seconds, place.step, plan, tell
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds of training, earlier pieces included."""
        return self._before + time.monotonic() - self._start

    def show(self, done: int) -> None:
        """Tell the progress, in pictures seen."""
        batch = self._plan.batch
        rate = (done - self._from) * batch / max(1e-6, time.monotonic() - self._start)
        left = (self._plan.steps - done) * batch / rate
        if self._plan.until is not None:
            left = min(left, max(0.0, self._plan.until - time.monotonic()))
        self._tell(Progress(done * batch, self._plan.steps * batch, rate, left, "training"))


class _Curve:
    """The learning curve as CSV: step, seconds, loss, rate. Rows after the checkpoint that a run goes on from go."""

    def __init__(self, file: Path, step: int) -> None:
        self._file = file
        kept: list[list[str]] = []
        if step and file.is_file():
            with file.open(newline="", encoding="utf-8") as source:
                kept = [row for row in csv.reader(source) if row and row[0].isdigit() and int(row[0]) <= step]
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", newline="", encoding="utf-8") as target:
            csv.writer(target).writerows([["step", "seconds", "loss", "rate"], *kept])

    def add(self, step: int, seconds: float, loss: float, rate: float) -> None:
        """Append a row."""
        with self._file.open("a", newline="", encoding="utf-8") as target:
            csv.writer(target).writerow([step, f"{seconds:.1f}", f"{loss:.5f}", f"{rate:.3g}"])
