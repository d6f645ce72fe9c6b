"""Tiny models and a few captioned photos to train on."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clipdesk.core.entities import Progress
from clipdesk.training.reports import Reports

TINY: dict[str, Any] = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Training sets PyTorch's threads, generators and denormals; other tests get back what they had."""
    import torch

    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)
    torch.set_flush_denormal(False)


@pytest.fixture
def tiny_config(tmp_path: Path) -> Path:
    """An open_clip configuration of half a million weights beside its vocabulary."""
    file = tmp_path / "tiny.json"
    file.write_text(json.dumps(TINY))
    return file


@pytest.fixture(scope="session")
def captioned(photos_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV with two captions for each of 20 photos of `library/`."""
    with (photos_folder / "library-captions.csv").open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    file = tmp_path_factory.mktemp("captions") / "captions.csv"
    taken: dict[str, list[str]] = {}
    for row in rows:
        taken.setdefault(row["image"], []).append(row["caption"])
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["image", "caption"])
        for image, texts in list(taken.items())[:20]:
            writer.writerows([image, text] for text in texts[:2])
    return file


@pytest.fixture
def told() -> list[Progress]:
    """The progress that `reports` was told."""
    return []


@pytest.fixture
def reports(told: list[Progress]) -> Reports:
    """Reports that are kept."""
    return Reports(told.append, lambda text: None)


@pytest.fixture
def command() -> Callable[..., subprocess.Popen[str]]:
    """Starts a clipdesk command in a process of its own, on one thread: the same numbers every time."""

    def start(*arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "clipdesk", *map(str, arguments)],
            env=os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start
