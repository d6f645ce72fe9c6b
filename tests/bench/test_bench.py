"""What the benchmarks measure with, and how they tell it."""

from pathlib import Path

import numpy as np
import pytest

from clipdesk.bench.library import make_library
from clipdesk.bench.memory import peak_bytes
from clipdesk.bench.photos import distinct_photos
from clipdesk.bench.table import Measurement, lines
from clipdesk.bench.vectors import photo_like
from clipdesk.catalog.library import open_library
from clipdesk.core.errors import UserError
from clipdesk.indexing.decoder import DecodeTask, prepare


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_a_target_is_met_or_missed() -> None:
    table = lines(
        [
            Measurement("fast", 95.0, "%", at_least=90),
            Measurement("slow", 80.0, "ms", at_most=60, note="warm"),
            Measurement("plain", 1234.5, "photos/s"),
        ]
    )
    assert len({line.index("measured") + len("measured") for line in table[:1]}) == 1
    assert "ok" in table[1]
    assert "MISSED" in table[2]
    assert table[2].endswith("warm")
    assert "1,23" in table[3]
    assert "MISSED" not in table[1] + table[3]


def test_vectors_look_like_clusters_of_photos() -> None:
    random = np.random.default_rng(5)
    centres = unit(random.standard_normal((40, 64)))
    made = photo_like(centres, 3000).astype(np.float32)
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=2e-3)
    nearest = (made @ centres.T).max(axis=1)
    assert 0.7 < np.median(nearest) < 0.97
    sizes = np.sort(np.bincount((made @ centres.T).argmax(axis=1), minlength=40))
    assert sizes[-1] > 5 * sizes[len(sizes) // 2]
    assert not np.array_equal(made, photo_like(centres, 3000, seed=2).astype(np.float32))


def test_a_made_library_is_a_real_one(tmp_path: Path) -> None:
    vectors = photo_like(unit(np.random.default_rng(5).standard_normal((10, 32))), 50)
    make_library(tmp_path / "library", vectors, "some model")
    with open_library(tmp_path / "library", write=False) as library:
        rows = library.catalog.embeddings.read("some model")
        assert np.array_equal(rows.vectors, vectors)
        assert len(library.catalog.embeddings.live("some model")) == 50


def test_multiplied_photos_differ_in_content_only(photos_folder: Path, tmp_path: Path) -> None:
    source = photos_folder / "library" / "2015"
    photos = sum(path.suffix == ".jpg" for path in source.rglob("*"))
    copies = distinct_photos(source, photos + 1, tmp_path)
    first, again = (prepare(DecodeTask(str(copies[at]), None, None)) for at in (0, photos))
    assert first.content_hash != again.content_hash
    assert first.metadata == again.metadata


def test_no_photos_to_measure_with(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no photos"):
        distinct_photos(tmp_path, 10, tmp_path / "copies")


def test_peak_memory_grows_with_what_is_used() -> None:
    before = peak_bytes()
    block = np.ones(1 << 28, np.uint8)
    assert block.sum() == 1 << 28
    assert peak_bytes() >= max(before, 1 << 28)
