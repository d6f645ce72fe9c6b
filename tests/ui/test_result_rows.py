import numpy as np
import pytest

from clipdesk.core.ranking import order, textness_scores
from clipdesk.core.window_messages import BrowseReply, ResultGroup
from clipdesk.ui.result_rows import ResultRows, Section

IDS = np.array([7, 3, 9, 1, 5], np.int64)
ALIKE = np.array([0.5, 0.4, 0.3, 0.3, 0.1], np.float32)
WORDS = np.array([-0.5, np.nan, 1.0, 1.0, 2.0], np.float32)
GOOD = np.array([True, True, False, False, False])


def reply(groups: tuple[ResultGroup, ...] = ()) -> BrowseReply:
    return BrowseReply(1, IDS, ALIKE, WORDS, GOOD, sigma=0.1, groups=groups, total=5)


@pytest.mark.parametrize("scale", [0.0, 0.7, -2.0, 2.0])
def test_the_order_is_the_one_of_a_search(scale: float) -> None:
    rng = np.random.default_rng(3)
    ids = rng.permutation(5000).astype(np.int64)
    alike = np.round(rng.normal(0, 0.1, 5000), 2).astype(np.float32)  # with many ties, zeros of both signs too
    alike[:10] = -0.0
    words = rng.normal(0, 0.5, 5000).astype(np.float32)
    rows = ResultRows(BrowseReply(1, ids, alike, words, alike > 0.1, sigma=0.05))

    found = rows.ordered(scale)

    assert found is not None
    assert found.tolist() == order(textness_scores(alike, words, 0.05, scale), ids).tolist()


def test_rows_know_their_photos_in_every_order() -> None:
    rows = ResultRows(reply())
    moved = rows.ordered(2.0)
    assert moved is not None
    rows.set_order(moved)

    assert rows.id_at(0) == 5
    for row, photo_id in enumerate(rows.ids.tolist()):
        assert rows.rows_of(np.array([photo_id])).tolist() == [row]
        assert rows.similarity_at(row) == pytest.approx(ALIKE[IDS.tolist().index(photo_id)])
    assert rows.rows_of(np.array([1, 2, 7])).tolist() == [rows.ids.tolist().index(1), -1, rows.ids.tolist().index(7)]


def test_the_weak_line_is_after_the_last_good_one() -> None:
    rows = ResultRows(reply())
    assert rows.sections() == [Section(0, "good"), Section(2, "weak")]

    moved = rows.ordered(1.0)
    assert moved is not None
    rows.set_order(moved)
    assert rows.ids.tolist() == [7, 1, 9, 3, 5]
    assert rows.sections() == [Section(0, "good"), Section(4, "weak")]


def test_no_line_where_all_or_none_match() -> None:
    all_good = BrowseReply(1, IDS, ALIKE, WORDS, np.ones(5, bool), sigma=0.1)
    none_good = BrowseReply(1, IDS, ALIKE, WORDS, np.zeros(5, bool), sigma=0.1)
    assert ResultRows(all_good).sections() == [Section(0)]
    assert ResultRows(none_good).sections() == [Section(0, "nothing good")]
    assert ResultRows().sections() == [Section(0)]


def test_in_groups_the_slider_orders_each_by_itself() -> None:
    rows = ResultRows(reply((ResultGroup("/a", 0), ResultGroup("", 3))))
    moved = rows.ordered(2.0)

    assert moved is not None
    assert sorted(moved[:3].tolist()) == [0, 1, 2]
    assert moved.tolist()[3:] == [4, 3]
    assert rows.sections() == [Section(0, "group", "/a"), Section(3, "weak")]


def test_hidden_photos_are_left_out_with_their_empty_groups() -> None:
    groups = (ResultGroup("/a", 0), ResultGroup("/b", 1), ResultGroup("", 2))
    rows = ResultRows(reply(groups), hidden=frozenset({3, 9, 1000}))

    assert rows.ids.tolist() == [7, 1, 5]
    assert rows.sections() == [Section(0, "group", "/a"), Section(1, "weak")]
    assert rows.good_count() == 1


def test_a_list_by_date_is_not_re_ordered() -> None:
    assert ResultRows(reply(), ranked=False).ordered(2.0) is None
    listed = BrowseReply(1, IDS, None, WORDS * np.nan, np.ones(5, bool))
    assert ResultRows(listed).ordered(2.0) is None
    assert ResultRows(listed).similarity_at(0) is None
