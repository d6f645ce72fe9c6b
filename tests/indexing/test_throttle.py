"""The share of the processor: its arithmetic, and what a run really takes."""

import os
import threading
import time

import psutil
import pytest

from clipdesk.core.errors import CancelledError
from clipdesk.indexing.control import RunControl
from clipdesk.indexing.throttle import ProcessorTime, Throttle

_CORES = os.cpu_count() or 1


class _Machine:
    """A clock and a processor that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.used = 0.0

    def clock(self) -> float:
        return self.now

    def spent(self) -> float:
        used, self.used = self.used, 0.0
        return used

    def work(self, seconds: float, cores: float = 1.0) -> None:
        self.now += seconds
        self.used += seconds * cores


@pytest.fixture
def machine() -> _Machine:
    return _Machine()


def _throttle(machine: _Machine, share: float) -> Throttle:
    throttle = Throttle(share, clock=machine.clock, spent=machine.spent)
    assert throttle.seconds_to_wait() == 0
    return throttle


def test_work_on_every_core_is_followed_by_as_long_a_rest_at_a_half(machine: _Machine) -> None:
    throttle = _throttle(machine, 0.5)
    machine.work(2.0, _CORES)
    assert throttle.seconds_to_wait() == pytest.approx(2.0)
    machine.now += 2.0
    assert throttle.seconds_to_wait() == 0


def test_work_below_the_share_never_waits(machine: _Machine) -> None:
    throttle = _throttle(machine, 0.5)
    for _ in range(20):
        machine.work(1.0, _CORES * 0.45)
        assert throttle.seconds_to_wait() == 0


def test_idle_time_is_not_saved_up(machine: _Machine) -> None:
    throttle = _throttle(machine, 0.5)
    machine.now += 1000.0
    assert throttle.seconds_to_wait() == 0
    machine.work(2.0, _CORES)
    assert throttle.seconds_to_wait() == pytest.approx(1.5)


def test_the_whole_processor_is_no_limit_and_a_new_share_counts_from_now_on(machine: _Machine) -> None:
    throttle = _throttle(machine, 1.0)
    machine.work(100.0, 2 * _CORES)
    assert throttle.seconds_to_wait() == 0
    throttle.set_share(0.25)
    assert throttle.seconds_to_wait() == 0
    machine.work(1.0, _CORES)
    assert throttle.seconds_to_wait() == pytest.approx(3.0)
    throttle.set_share(1.0)
    assert throttle.seconds_to_wait() == 0


def test_a_run_that_rests_can_be_cancelled(machine: _Machine) -> None:
    control = RunControl(_throttle(machine, 0.1))
    machine.work(1000.0, _CORES)
    ended = threading.Event()

    def rest() -> None:
        with pytest.raises(CancelledError):
            control.checkpoint()
        ended.set()

    thread = threading.Thread(target=rest)
    thread.start()
    control.cancel()
    thread.join(10)
    assert ended.is_set()


def test_a_run_that_rests_goes_on_when_it_may_take_more(machine: _Machine) -> None:
    throttle = _throttle(machine, 0.1)
    control = RunControl(throttle)
    machine.work(1000.0, _CORES)
    thread = threading.Thread(target=control.checkpoint)
    thread.start()
    throttle.set_share(1.0)
    thread.join(10)
    assert not thread.is_alive()


def _burn(control: RunControl, until: float) -> None:
    """Work in slices on every core, in threads that leave Python's lock alone, with a checkpoint after each slice."""
    import hashlib

    data = bytes(4_000_000)
    while time.monotonic() < until:
        threads = [threading.Thread(target=lambda: hashlib.sha256(data).digest()) for _ in range(2 * _CORES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        control.checkpoint()


def test_a_quarter_leaves_the_rest_of_the_processor_alone() -> None:
    counted = ProcessorTime()
    counted.spent()
    began = time.monotonic()
    _burn(RunControl(Throttle(0.25)), began + 4.0)
    share = counted.spent() / (time.monotonic() - began) / _CORES
    assert 0.1 < share < 0.33


def test_children_are_counted() -> None:
    import multiprocessing

    counted = ProcessorTime()
    counted.spent()
    child = multiprocessing.get_context("spawn").Process(target=_work_for, args=(1.0,))
    child.start()
    spent = 0.0
    while child.is_alive():
        spent += counted.spent()
        child.join(0.1)
    assert spent > 0.7


def _work_for(seconds: float) -> None:
    while psutil.Process().cpu_times().user < seconds:
        sum(range(10_000))


def test_it_needs_no_look_at_the_processor_without_a_limit() -> None:
    def never() -> float:
        raise AssertionError

    assert Throttle(1.0, spent=never).seconds_to_wait() == 0
