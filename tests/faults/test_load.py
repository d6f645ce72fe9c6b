"""Very many photos: looked through quickly and in little memory; what only moved is not embedded again."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from worker.hooks import HookedEncoder

from clipdesk.catalog.health import check
from clipdesk.core.messages import IndexReply, IndexRequest
from clipdesk.core.settings import Settings
from clipdesk.worker import encoders
from clipdesk.worker.resources import Hooks
from clipdesk.worker.service import Service

from .big_libraries import files_below, index_of, plant, plant_links
from .conftest import Effort, Figures
from .watching import Peak

_SECONDS, _FILES = 8.0, 200_000
_LEAST_SECONDS = 3.0
"""However few files there are: a busy machine may lose as much between two of them."""
_MEGABYTES = 1_000.0


@pytest.mark.timeout(1800)
def test_an_unchanged_tree_is_looked_through_quickly(tmp_path: Path, effort: Effort, figures: Figures) -> None:
    files, rows = effort(10_000, _FILES), effort(20_000, 1_000_000)
    library, root = tmp_path / "library", tmp_path / "Photos"
    plant_links(root, files)
    assert index_of(library, root, rows) == rows
    command = [sys.executable, "-m", "clipdesk", "--library", str(library), "index", "--json"]
    for state in ("cold", "warm"):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with Peak(process.pid) as peak:
            out, err = process.communicate()
        assert process.returncode == 0, err
        told = json.loads(out)
        assert (told["unchanged"], told["offline"]) == (files, rows - files)
        assert (told["added"], told["updated"], told["moved"], told["removed"], told["failed"]) == (0, 0, 0, 0, [])
        figures(f"seconds {state}", told["seconds"])
        figures("of the processor", peak.seconds)
    figures("files", files)
    figures("rows", rows)
    figures("peak memory MB", peak.megabytes)
    # Where the machine does other things as well, the processor's time counts; that has the start of Python in it.
    assert min(told["seconds"], peak.seconds) < max(_LEAST_SECONDS, _SECONDS * files / _FILES)
    assert 0 < peak.megabytes < _MEGABYTES


def test_photos_that_all_move_at_once_are_not_embedded_again(tmp_path: Path, effort: Effort, figures: Figures) -> None:
    files, seed = effort(1_000, 10_000), 3
    library, root = tmp_path / "library", tmp_path / "Photos"
    plant(root, files)
    index_of(library, root)
    chance, target = random.Random(seed), root / "sorted anew"
    for file in list(files_below(root)):
        place = target / f"{chance.randrange(40):02}"
        place.mkdir(parents=True, exist_ok=True)
        file.rename(place / f"{chance.choice(('', 'copy of '))}{file.name}")
    batches: list[int] = []

    def load(settings: Settings) -> HookedEncoder:
        return HookedEncoder(encoders.load(settings), lambda pixels: batches.append(len(pixels)))

    service = Service(library, Settings(), write=True, emit=lambda _: None, hooks=Hooks(load))
    try:
        reply = service.call(IndexRequest(1))
        assert isinstance(reply, IndexReply)
        report = reply.report
        counts = service.resources.library.catalog.files.counts()
        assert check(service.resources.library.catalog) == []
    finally:
        service.close()
    assert (report.moved, report.added, report.removed, report.failed) == (files, 0, 0, ()), f"seed {seed}"
    assert batches == [], "moved photos were embedded again"
    assert (counts["indexed"], counts["photos"], counts["orphans"]) == (files, files, 0)
    figures("files moved", files)
    figures("seconds", report.seconds)
