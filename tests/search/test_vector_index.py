"""Exact and graph indexes, and their files, on vectors shaped like real ones: clustered, on a narrow cone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipdesk.core.entities import Matrix
from clipdesk.search.index_files import IndexFiles
from clipdesk.search.vector_index import ExactIndex, HnswIndex

_KEY = "model/with odd:name"


def _clustered(count: int, dim: int = 64, seed: int = 0) -> Matrix:
    """Clusters of look-alikes around a common direction, as embeddings of photos lie."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((max(1, count // 25), dim)) + 2 * rng.standard_normal(dim)
    vectors = centres[rng.integers(len(centres), size=count)] + 0.5 * rng.standard_normal((count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


class _State:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def set(self, key: str, value: Any) -> None:
        self.values[key] = value


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("full_precision", [True, False])
def test_exact_is_exact(dtype: type, full_precision: bool) -> None:
    vectors = _clustered(5_000).astype(dtype)
    index = ExactIndex(vectors[:3_000], full_precision=full_precision)
    index.append(vectors[3_000:3_001])
    index.append(vectors[3_001:])
    assert len(index) == 5_000
    query = _clustered(1, seed=9)[0]
    expected = vectors.astype(np.float32) @ query
    np.testing.assert_allclose(index.similarities(query), expected, atol=1e-6)
    rows = np.array([4_999, 0, 3_000, 2_999, 0])
    np.testing.assert_allclose(index.similarities_at(query, rows), expected[rows], atol=1e-6)
    found, similarities = index.search(query, 10)
    np.testing.assert_array_equal(found, np.argsort(-expected)[:10])
    np.testing.assert_allclose(similarities, expected[found], atol=1e-6)


def test_half_precision_is_converted_exactly() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)][:, None]
    index = ExactIndex(finite, full_precision=False)
    np.testing.assert_array_equal(index.similarities(np.ones(1, np.float32)), finite[:, 0].astype(np.float32))


def test_exact_keeps_to_what_is_allowed() -> None:
    vectors = _clustered(100)
    allowed = np.zeros(100, bool)
    allowed[[3, 50, 99]] = True
    index = ExactIndex(vectors)
    assert set(index.search(vectors[0], 10, allowed)[0].tolist()) == {3, 50, 99}
    assert len(index.search(vectors[0], 10, np.zeros(100, bool))[0]) == 0
    assert index.search_from(vectors[0], 10, 60, allowed)[0].tolist() == [99]


def test_more_than_there_is_and_nothing_at_all() -> None:
    vectors = _clustered(30)
    exact = ExactIndex(vectors)
    for index in (exact, HnswIndex.build(exact)):
        assert len(index.search(vectors[0], 1_000)[0]) == 30
        assert len(index.search(vectors[0], 0)[0]) == 0
    empty = ExactIndex(np.zeros((0, 64), np.float16))
    for index in (empty, HnswIndex.build(empty)):
        rows, similarities = index.search(vectors[0], 5)
        assert (len(index), len(rows), len(similarities)) == (0, 0, 0)


@pytest.fixture(scope="module")
def graph() -> HnswIndex:
    return HnswIndex.build(ExactIndex(_clustered(6_000).astype(np.float16)))


def test_graph_finds_what_exact_finds_with_exact_scores(graph: HnswIndex) -> None:
    vectors = _clustered(6_000).astype(np.float16).astype(np.float32)
    exact = ExactIndex(vectors)
    queries = _clustered(50, seed=3)
    same = 0
    for query in queries:
        rows, similarities = graph.search(query, 20)
        np.testing.assert_allclose(similarities, vectors[rows] @ query, atol=1e-5)
        assert np.all(np.diff(similarities) <= 0)
        same += len(set(rows.tolist()) & set(exact.search(query, 20)[0].tolist()))
    # These queries lie off the cone of the photos, as texts do but further: harder than captions on real photos (.99).
    assert same / (50 * 20) >= 0.94


def test_graph_leaves_out_deleted_rows(graph: HnswIndex) -> None:
    query = _clustered(1, seed=4)[0]
    best, _ = graph.search(query, 20)
    allowed = np.ones(6_000, bool)
    allowed[best[:15]] = False
    rows, _ = graph.search(query, 20, allowed)
    assert len(rows) == 20
    assert not set(rows.tolist()) & set(best[:15].tolist())
    assert set(best[15:].tolist()) <= set(rows.tolist())


def test_graph_searches_newer_rows_alongside_and_takes_them_in() -> None:
    vectors = _clustered(2_000)
    exact = ExactIndex(vectors[:1_500])
    graph = HnswIndex.build(exact)
    exact.append(vectors[1_500:])
    for _ in range(2):
        assert [graph.search(vectors[row], 1)[0][0] for row in (0, 1_499, 1_500, 1_999)] == [0, 1_499, 1_500, 1_999]
        graph.extend()
        assert graph.graph_rows == 2_000


def test_a_graph_that_cannot_reach_enough_falls_back_to_exact(
    graph: HnswIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unreachable:
        element_count = max_elements = 6_000

        def set_ef(self, ef: int) -> None:
            self.ef = ef

        def knn_query(self, data: Matrix, k: int, num_threads: int) -> None:
            raise RuntimeError("Cannot return the results in a contiguous 2D array. Probably ef or M is too small")

    query = _clustered(1, seed=5)[0]
    broken = Unreachable()
    monkeypatch.setattr(graph, "_graph", broken)
    exact = ExactIndex(_clustered(6_000).astype(np.float16))
    np.testing.assert_array_equal(graph.search(query, 50)[0], exact.search(query, 50)[0])
    assert broken.ef >= 50


# ---- files ----


def _save(files: IndexFiles, vectors: Matrix, *, graph: bool = True) -> None:
    exact = ExactIndex(vectors.astype(np.float16))
    count = len(vectors)
    files.save(
        np.arange(count) + 100, np.full(count, np.nan, np.float32), 77, exact, HnswIndex.build(exact) if graph else None
    )


def test_a_generation_comes_back_as_it_was(tmp_path: Path) -> None:
    vectors, state = _clustered(500), _State()
    _save(IndexFiles(tmp_path / "index", state, _KEY), vectors)
    loaded = IndexFiles(tmp_path / "index", state, _KEY).load()
    assert loaded is not None
    assert loaded.graph is not None
    assert isinstance(loaded.vectors, np.memmap)
    np.testing.assert_array_equal(loaded.vectors, vectors.astype(np.float16))
    assert (loaded.photo_ids[0], loaded.photo_ids[-1], loaded.last) == (100, 599, 77)
    assert np.isnan(loaded.textness).all()
    graph = HnswIndex.load(loaded.graph, ExactIndex(loaded.vectors))
    assert graph.search(vectors[42], 1)[0].tolist() == [42]


def test_old_generations_go_and_other_models_stay(tmp_path: Path) -> None:
    state = _State()
    files, other = IndexFiles(tmp_path, state, _KEY), IndexFiles(tmp_path, state, "other")
    _save(other, _clustered(20), graph=False)
    _save(files, _clustered(30))
    _save(files, _clustered(40), graph=False)
    loaded = files.load()
    assert loaded is not None
    assert (len(loaded.photo_ids), loaded.graph) == (40, None)
    assert other.load() is not None
    assert len(list(tmp_path.iterdir())) == 6


@pytest.mark.parametrize("kind", ["vectors.npy", "rows.npz", "graph", "json"])
@pytest.mark.parametrize("damage", ["missing", "cut", "changed"])
def test_damage_is_noticed(tmp_path: Path, kind: str, damage: str) -> None:
    state = _State()
    files = IndexFiles(tmp_path, state, _KEY)
    _save(files, _clustered(300))
    (target,) = tmp_path.glob(f"*.{kind}")
    data = bytearray(target.read_bytes())
    if damage == "missing":
        target.unlink()
    elif damage == "cut":
        target.write_bytes(data[: len(data) // 2])
    else:
        data[len(data) // 2] ^= 0x15
        target.write_bytes(data)
    assert files.load() is None
    _save(files, _clustered(300))
    assert files.load() is not None


def test_files_that_the_catalogue_does_not_mean_are_not_used(tmp_path: Path) -> None:
    state = _State()
    _save(IndexFiles(tmp_path, state, _KEY), _clustered(30))
    assert IndexFiles(tmp_path, state, "another model").load() is None
    assert IndexFiles(tmp_path, _State(), _KEY).load() is None
    # As after a backup was put back: the same generation number, but not those files.
    (key,) = state.values
    state.values[key] = {**state.values[key], "id": "0" * 32}
    assert IndexFiles(tmp_path, state, _KEY).load() is None
