"""Short vectors and the graph of them: what they propose, beside what an exact search finds."""

from pathlib import Path

import numpy as np
import pytest
from clustered import clustered

from clipdesk.core.entities import Matrix
from clipdesk.core.ranking import best
from clipdesk.search import reduced_index, reduction
from clipdesk.search.growing import GrowingArray
from clipdesk.search.hnsw_index import HnswIndex
from clipdesk.search.reduced_index import ReducedIndex, best_of_many
from clipdesk.search.vector_index import ExactIndex

_DIM = 192


def _indexes(count: int) -> tuple[ExactIndex, ReducedIndex]:
    vectors = clustered(count, _DIM).astype(np.float16)
    exact = ExactIndex(vectors, full_precision=False)
    return exact, ReducedIndex(exact, reduction.learn(vectors[::3].astype(np.float32)))


@pytest.fixture(scope="module")
def reduced() -> ReducedIndex:
    return _indexes(8_000)[1]


@pytest.fixture(scope="module")
def graph(reduced: ReducedIndex) -> HnswIndex:
    return HnswIndex.build(reduced)


@pytest.fixture(scope="module", params=["reduced", "graph"])
def index(request: pytest.FixtureRequest) -> ReducedIndex | HnswIndex:
    found: ReducedIndex | HnswIndex = request.getfixturevalue(request.param)
    return found


def test_the_basis_is_short_enough_and_keeps_what_counts() -> None:
    vectors = clustered(3_000, _DIM)
    basis = reduction.learn(vectors)
    assert basis.shape == (_DIM, reduction.MOST)
    np.testing.assert_allclose(basis.T @ basis, np.eye(reduction.MOST), atol=1e-5)
    flat = vectors[:, :40] @ np.linalg.qr(np.random.default_rng(1).standard_normal((_DIM, 40)))[0].T.astype(np.float32)
    few = reduction.learn(flat)
    assert few.shape[1] == reduction.LEAST
    np.testing.assert_allclose((flat @ few) @ (flat[7] @ few), flat @ flat[7], atol=1e-5)
    assert reduction.learn(vectors[:, :20]).shape == (20, 20)
    assert np.isfinite(reduction.learn(np.zeros((5, 70), np.float32))).all()


def test_nearly_all_is_found_with_exact_scores(index: ReducedIndex | HnswIndex) -> None:
    vectors = clustered(8_000, _DIM).astype(np.float16).astype(np.float32)
    same = 0
    for query in clustered(40, _DIM, seed=3):
        rows, similarities = index.search(query, 50)
        np.testing.assert_allclose(similarities, vectors[rows] @ query, atol=1e-5)
        assert np.all(np.diff(similarities) <= 0)
        same += len(np.intersect1d(rows, best(vectors @ query, 50)))
    assert same / (40 * 50) >= 0.98


def test_what_is_not_allowed_is_left_out(index: ReducedIndex | HnswIndex) -> None:
    query = clustered(1, _DIM, seed=4)[0]
    first, _ = index.search(query, 20)
    allowed = np.ones(8_000, bool)
    allowed[first[:15]] = False
    rows, _ = index.search(query, 20, allowed)
    assert len(rows) == 20
    assert not set(rows.tolist()) & set(first[:15].tolist())
    assert set(first[15:].tolist()) <= set(rows.tolist())
    few = np.zeros(8_000, bool)
    few[first[:3]] = True
    assert index.search(query, 20, few)[0].tolist() == first[:3].tolist()
    assert len(index.search(query, 20, np.zeros(8_000, bool))[0]) == 0


def test_rows_that_come_later_are_found(tmp_path: Path) -> None:
    vectors = clustered(2_000, _DIM)
    basis = reduction.learn(vectors)
    exact = ExactIndex(vectors[:1_500])
    np.save(tmp_path / "reduced.npy", vectors[:1_500] @ basis)
    reduced = ReducedIndex(exact, basis, np.load(tmp_path / "reduced.npy", mmap_mode="r"))
    graph = HnswIndex.build(reduced)
    for row in range(1_500, 2_000, 7):
        exact.append(vectors[row : row + 7])
        reduced.extend()
    np.testing.assert_allclose(reduced.rows(1_400, 1_600), vectors[1_400:1_600] @ basis, atol=1e-6)
    for index in (reduced, graph):
        assert [index.search(vectors[row], 1)[0][0] for row in (0, 1_499, 1_500, 1_999)] == [0, 1_499, 1_500, 1_999]
    assert graph.graph_rows == 1_500
    graph.extend()
    assert graph.graph_rows == len(reduced) == 2_000
    assert graph.search(vectors[1_999], 1)[0].tolist() == [1_999]


def test_more_than_there_is_and_nothing_at_all() -> None:
    vectors = clustered(30)
    for rows in (30, 0):
        reduced = ReducedIndex(ExactIndex(vectors[:rows]), reduction.learn(vectors))
        for index in (reduced, HnswIndex.build(reduced)):
            assert len(index.search(vectors[0], 1_000)[0]) == len(index) == rows
            assert len(index.search(vectors[0], 0)[0]) == 0


def test_a_graph_that_cannot_reach_enough_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable:
        element_count = max_elements = 6_000
        ef = 0

        def set_ef(self, ef: int) -> None:
            self.ef = ef

        def knn_query(self, data: Matrix, k: int, num_threads: int) -> None:
            raise RuntimeError("Cannot return the results in a contiguous 2D array. Probably ef or M is too small")

    _, reduced = _indexes(6_000)
    monkeypatch.setattr(reduced_index, "_SPARE", 100)
    graph, broken = HnswIndex.build(reduced), Unreachable()
    monkeypatch.setattr(graph, "_graph", broken)
    query = clustered(1, _DIM, seed=5)[0]
    np.testing.assert_array_equal(graph.search(query, 50)[0], reduced.search(query, 50)[0])
    assert broken.ef >= 50


@pytest.mark.parametrize("shape", ["spread", "all the same", "hidden from the sample", "mostly left out"])
def test_the_best_of_many_are_the_best(shape: str) -> None:
    scores = np.random.default_rng(2).standard_normal(100_000).astype(np.float32)
    if shape == "all the same":
        scores[:] = 1
    elif shape == "hidden from the sample":
        scores[::16] += 100
    elif shape == "mostly left out":
        scores[300:] = -np.inf
    for count in (0, 1, 500, 30_000, 200_000):
        found = best_of_many(scores, count)
        assert len(np.unique(found)) == len(found) == min(count, 100_000)
        np.testing.assert_array_equal(np.sort(scores[found]), np.sort(scores[best(scores, count)]))


def test_an_array_that_grows_changes_nothing_that_it_gave_away() -> None:
    first = np.arange(5)
    array = GrowingArray(first)
    given = [array.values]
    for start in range(5, 3_000, 5):
        array.append(np.arange(start, start + 5))
        given.append(array.values)
    assert all(np.array_equal(one, np.arange(5 * number)) for number, one in enumerate(given, start=1))
    assert len(array) == 3_000
    np.testing.assert_array_equal(first, np.arange(5))
    rooms = {one.base.ctypes.data for one in given[1:] if one.base is not None}
    assert len(rooms) < 12
