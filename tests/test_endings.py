"""Ctrl-C, SIGTERM, SIGHUP and kill -9 at every stage of a real index run."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")

_COUNT = 250
_Started = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("Photos")
    for number in range(_COUNT):
        blocks = np.random.default_rng(number).integers(0, 256, (6, 8, 3), dtype=np.uint8)
        Image.fromarray(blocks).resize((160, 120), Image.Resampling.NEAREST).save(folder / f"{number}.png")
    return folder


@pytest.fixture
def start(photos: Path, tmp_path: Path) -> Iterator[_Started]:
    started: list[subprocess.Popen[str]] = []

    def start() -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "clipdesk", "--library", str(tmp_path / "library"), "index", str(photos)]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen([*command, "--json"], stdout=pipe, stderr=pipe, text=True, process_group=0))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until(process: "subprocess.Popen[str]", reached: Callable[[], bool]) -> None:
    while not reached():
        assert process.poll() is None, process.communicate()


def decoders(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    children = psutil.Process(process.pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_all_processes_while_the_decoders_start(
    start: _Started, tmp_path: Path, number: signal.Signals
) -> None:
    process = start()
    wait_until(process, lambda: bool(decoders(process)))
    os.killpg(process.pid, number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert len(err.splitlines()) == 1, err
    assert json.loads(out)["failed"] == []
    assert not (tmp_path / "library" / "writer.json").exists()


def test_only_the_first_signal_counts_and_the_batch_at_hand_is_kept(start: _Started, tmp_path: Path) -> None:
    process, library = start(), tmp_path / "library"
    wait_until(process, (library / "in-flight.json").exists)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) * 4:
        os.killpg(process.pid, number)
    out, err = process.communicate(timeout=60)
    assert process.returncode - 128 in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
    assert len(err.splitlines()) == 1, err
    first = json.loads(out)
    assert 0 < first["added"] < _COUNT
    assert not {path.name for path in library.iterdir()} & {"in-flight.json", "in-flight.new", "writer.json"}
    process = start()
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    report = json.loads(out)
    assert (report["added"], report["unchanged"], report["failed"]) == (_COUNT - first["added"], first["added"], [])


def test_kill_9_leaves_no_complaint_on_the_terminal(start: _Started, tmp_path: Path) -> None:
    process = start()
    wait_until(process, (tmp_path / "library" / "in-flight.json").exists)
    process.kill()
    _, err = process.communicate(timeout=60)  # until the last process that holds the terminal has ended
    assert err == ""
