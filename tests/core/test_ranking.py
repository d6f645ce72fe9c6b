"""The arithmetic of ranking."""

import numpy as np
import pytest

from clipdesk.core.errors import UserError
from clipdesk.core.ranking import LEAST_SIGMA, TEXTNESS_SHARE, best, combine, order, sigma_of, textness_scores


def _unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


def test_terms_are_summed_by_weight_to_unit_length() -> None:
    made = combine([_unit(1, 0, 0), _unit(0, 1, 0)], [3.0, -1.0])
    assert made.dtype == np.float32
    np.testing.assert_allclose(made, np.array([3, -1, 0]) / np.sqrt(10), rtol=1e-6)


def test_only_the_proportion_of_weights_counts() -> None:
    one, other = _unit(1, 2, 3), _unit(3, 1, 1)
    np.testing.assert_allclose(combine([one, other], [1.0, 2.0]), combine([one, other], [100.0, 200.0]), rtol=1e-5)


def test_terms_that_cancel_out_are_told() -> None:
    with pytest.raises(UserError, match="cancel"):
        combine([_unit(1, 2), _unit(1, 2)], [1.0, -1.0])


def test_sigma() -> None:
    assert sigma_of(np.array([0.1, 0.3], np.float32)) == pytest.approx(0.1)
    assert sigma_of(np.full(9, 0.2, np.float32)) == LEAST_SIGMA
    assert sigma_of(np.zeros(0, np.float32)) == LEAST_SIGMA


def test_textness_moves_scores_and_unknown_textness_does_not() -> None:
    similarities, textness = np.array([0.1, 0.2, 0.3], np.float32), np.array([1.0, -0.5, np.nan], np.float32)
    moved = textness_scores(similarities, textness, 0.04, 2.0)
    step = TEXTNESS_SHARE * 2 * 0.04
    np.testing.assert_allclose(moved, [0.1 + step, 0.2 - step / 2, 0.3], rtol=1e-5)
    np.testing.assert_array_equal(textness_scores(similarities, textness, 0.04, 0), similarities)


def test_adding_the_direction_to_the_query_gives_the_same_order() -> None:
    rng = np.random.default_rng(5)
    photos = rng.standard_normal((200, 16)).astype(np.float32)
    photos /= np.linalg.norm(photos, axis=1, keepdims=True)
    query, direction, midpoint, gap = photos[0], _unit(*rng.standard_normal(16)), 0.1, 0.3
    sigma = sigma_of(photos @ query)
    scores = textness_scores(photos @ query, (photos @ direction - midpoint) / np.float32(gap), sigma, 1.5)
    moved = photos @ (query + np.float32(TEXTNESS_SHARE * 1.5 * sigma / gap) * direction)
    np.testing.assert_array_equal(np.argsort(-scores), np.argsort(-moved))


def test_order_is_best_first_and_ties_go_by_id() -> None:
    scores, ids = np.array([0.5, 0.9, 0.5, 0.1], np.float32), np.array([7, 8, 3, 1])
    assert order(scores, ids).tolist() == [1, 2, 0, 3]


@pytest.mark.parametrize(
    ("count", "expected"), [(0, set()), (1, {1}), (2, {1, 3}), (4, {0, 1, 2, 3}), (9, {0, 1, 2, 3})]
)
def test_best(count: int, expected: set[int]) -> None:
    assert set(best(np.array([0.1, 0.9, 0.2, 0.8], np.float32), count).tolist()) == expected
