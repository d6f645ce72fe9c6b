import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from clipdesk.core.entities import Progress
from clipdesk.core.errors import UserError
from clipdesk.training import checkpoints, loop
from clipdesk.training.loop import Plan
from clipdesk.training.row_store import OutOfTimeError, RowStore
from clipdesk.training.runtime import Runtime

CPU = Runtime("cpu", half=False)


class Line:
    """Fits a line, with dropout so that the random generator matters; may be interrupted at a step."""

    def __init__(self, interrupted_at: int = -1, late_from: int = 1_000) -> None:
        torch.manual_seed(1)
        self.module = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.3), nn.Linear(8, 1))
        self._interrupted_at, self._late_from = interrupted_at, late_from

    def prepare(self, step: int, expired: Callable[[], bool]) -> None:
        if step >= self._late_from:
            raise OutOfTimeError

    def batch(self, step: int) -> Tensor:
        return torch.as_tensor(np.random.default_rng(step).normal(size=(16, 3)), dtype=torch.float32)

    def loss(self, batch: Tensor, step: int) -> Tensor:
        if step == self._interrupted_at:
            signal.raise_signal(signal.SIGINT)
        return (self.module(batch) - batch.sum(1, keepdim=True)).pow(2).mean()


def run(task: Line, folder: Path, steps: int = 30, **changes: float) -> checkpoints.Place:
    plan = Plan(**{"steps": steps, "rate": 1e-2, "warmup": 3, "decay": 0.1, "batch": 16, **changes})
    return loop.run(task, plan, CPU, folder, {"name": "line"}, lambda progress: None)


def test_an_interrupted_run_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    whole = Line()
    assert run(whole, tmp_path / "whole").step == 30
    with pytest.raises(KeyboardInterrupt):
        run(Line(interrupted_at=16), tmp_path / "broken")
    assert checkpoints.peek(tmp_path / "broken", {"name": "line"}).step == 17
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    resumed = Line()
    torch.manual_seed(99)
    assert run(resumed, tmp_path / "broken").step == 30
    expected = whole.module.state_dict()
    assert all(torch.equal(value, expected[name]) for name, value in resumed.module.state_dict().items())


def test_a_time_limit_keeps_what_was_done(tmp_path: Path) -> None:
    place = run(Line(), tmp_path, until=0.0)
    assert place.step in (0, 1)
    assert checkpoints.peek(tmp_path, {"name": "line"}) == place
    assert run(Line(late_from=9), tmp_path).step == 8
    assert run(Line(), tmp_path).step == 30


def test_progress_counts_pictures(tmp_path: Path) -> None:
    told: list[Progress] = []
    plan = Plan(steps=5, rate=1e-2, warmup=1, decay=0.0, batch=16)
    loop.run(Line(), plan, CPU, tmp_path, {}, told.append)
    assert [progress.done for progress in told] == [16, 32, 48, 64, 80]
    assert {progress.total for progress in told} == {80}
    assert told[-1].seconds_left == 0


def test_gains_and_biases_do_not_decay(tmp_path: Path) -> None:
    class Still(Line):
        def loss(self, batch: Tensor, step: int) -> Tensor:
            return sum((p * 0).sum() for p in self.module.parameters())  # no gradient: only decay moves anything

    task = Still()
    before = {name: value.clone() for name, value in task.module.state_dict().items()}
    run(task, tmp_path, steps=5)
    after = task.module.state_dict()
    assert {name for name in before if not torch.equal(before[name], after[name])} == {"0.weight", "2.weight"}


def test_damaged_and_foreign_checkpoints_are_told(tmp_path: Path) -> None:
    run(Line(), tmp_path, steps=2)
    with pytest.raises(UserError, match=r"other settings \(name\)"):
        checkpoints.peek(tmp_path, {"name": "another"})
    checkpoints.path(tmp_path).write_bytes(b"\x08\0\0\0\0\0\0\0garbage")
    with pytest.raises(UserError, match="cannot be read"):
        checkpoints.peek(tmp_path, {"name": "line"})


def test_a_pickled_program_is_not_run(tmp_path: Path) -> None:
    class Program:
        def __reduce__(self) -> tuple[Callable[..., None], tuple[Path]]:
            return Path.touch, (tmp_path / "ran",)

    torch.save({"weight": Program()}, tmp_path / "evil.pth")
    with pytest.raises(UserError, match="plain numbers"):
        checkpoints.read_tensors(tmp_path / "evil.pth")
    assert not (tmp_path / "ran").exists()


def test_rows_are_made_once(tmp_path: Path) -> None:
    made: list[int] = []

    def make(part: np.ndarray) -> list[np.ndarray | None]:
        made.extend(part.tolist())
        return [None if row == 3 else np.full(2, row, np.float32) for row in part]

    def fill(late_after: int) -> RowStore:
        store = RowStore(tmp_path / "rows", (6, 2), np.float32)
        store.fill(make, 2, lambda done, total: None, lambda: len(made) >= late_after)
        return store

    with pytest.raises(OutOfTimeError):
        fill(4)
    store = fill(100)
    assert made == [0, 1, 2, 3, 4, 5]
    assert store.readable.tolist() == [0, 1, 2, 4, 5]
    assert store.failed == 1
    assert store.rows[5].tolist() == [5, 5]
