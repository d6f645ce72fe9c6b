"""Exact search, on vectors shaped like real ones."""

from pathlib import Path

import numpy as np
import pytest
from clustered import clustered

from clipdesk.search.vector_index import ExactIndex


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("full_precision", [True, False])
def test_exact_is_exact(dtype: type, full_precision: bool) -> None:
    vectors = clustered(5_000).astype(dtype)
    index = ExactIndex(vectors[:3_000], full_precision=full_precision)
    index.append(vectors[3_000:3_001])
    index.append(vectors[3_001:])
    assert len(index) == 5_000
    query = clustered(1, seed=9)[0]
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
    vectors = clustered(100)
    allowed = np.zeros(100, bool)
    allowed[[3, 50, 99]] = True
    index = ExactIndex(vectors)
    assert set(index.search(vectors[0], 10, allowed)[0].tolist()) == {3, 50, 99}
    assert len(index.search(vectors[0], 10, np.zeros(100, bool))[0]) == 0
    assert index.search_from(vectors[0], 10, 60, allowed)[0].tolist() == [99]


def test_more_than_there_is_and_nothing_at_all() -> None:
    vectors = clustered(30)
    exact = ExactIndex(vectors)
    assert len(exact.search(vectors[0], 1_000)[0]) == 30
    assert len(exact.search(vectors[0], 0)[0]) == 0
    rows, similarities = ExactIndex(np.zeros((0, 64), np.float16)).search(vectors[0], 5)
    assert (len(rows), len(similarities)) == (0, 0)


def test_rows_of_a_mapped_file_are_right_whatever_their_order(tmp_path: Path) -> None:
    vectors = clustered(2_000).astype(np.float16)
    np.save(tmp_path / "vectors.npy", vectors)
    index = ExactIndex(np.load(tmp_path / "vectors.npy", mmap_mode="r"), full_precision=False)
    index.append(vectors[:10])
    every = np.concatenate([vectors, vectors[:10]]).astype(np.float32)
    part = ExactIndex(np.load(tmp_path / "vectors.npy", mmap_mode="r")[40:], full_precision=False)
    np.testing.assert_array_equal(part.vectors_at(np.array([0, 7])), every[[40, 47]])
    for seed in range(5):
        rows = np.random.default_rng(seed).integers(0, 2_010, 100)
        np.testing.assert_array_equal(index.vectors_at(rows), every[rows])
    for rows in (np.arange(500, 900), np.arange(900, 500, -1), np.array([5, 7, 6, 8]), np.array([3]), np.arange(0)):
        np.testing.assert_array_equal(index.vectors_at(rows), every[rows])
    np.testing.assert_array_equal(index.frozen().vectors_at(np.array([1, 2_005])), every[[1, 2_005]])
