"""Every filter, over a library with known photos."""

import sys
from datetime import date
from pathlib import Path

import pytest

from clipdesk.catalog.library import Library
from clipdesk.core.entities import FolderState
from clipdesk.core.errors import UserError
from clipdesk.core.query import HAS_VALUES, IS_VALUES, Filter, FilterKind

from .making import fill, ids

IN, NAME, TYPE, CAMERA, DATE, RATING, TAG, HAS, IS = FilterKind


def found(library: Library, *filters: Filter) -> set[int]:
    """The contents that the filters let through."""
    photos = library.catalog.photos.get(library.catalog.photos.filter(filters))
    return {int(photo.content_hash, 16) for photo in photos.values()}


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    fill(library.catalog, tmp_path / "My Photos")
    return library


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (Filter(IN, "copies"), {3}),
        (Filter(IN, "COPIES/"), {3}),
        (Filter(IN, "cop"), set()),
        (Filter(IN, "cop*"), {3}),
        (Filter(IN, "e\u0301te\u0301 a\u0300 la mer"), {1}),
        (Filter(IN, "2019/Été à la mer"), {1}),
        (Filter(IN, "my photos"), {1, 3, 4, 5}),
        (Filter(IN, "my photos/odd"), {4}),
        (Filter(IN, "copies", negated=True), {1, 4, 5}),
        (Filter(NAME, "img_1"), {1}),
        (Filter(NAME, "g_1.j"), {1}),
        (Filter(NAME, "%"), set()),
        (Filter(NAME, "img?1"), set()),
        (Filter(NAME, "img?1.*"), {1}),
        (Filter(NAME, "*.jpg"), {1, 3}),
        (Filter(NAME, "*_1.*"), {1}),
        (Filter(NAME, "o", negated=True), {1, 4}),
        (Filter(TYPE, "jpeg"), {1, 3}),
        (Filter(TYPE, "heic"), {5}),
        (Filter(TYPE, "png"), {4}),
        (Filter(TYPE, "raw"), {1}),
        (Filter(TYPE, "cr2"), {1}),
        (Filter(TYPE, "jpeg", negated=True), {1, 4, 5}),
        (Filter(CAMERA, "eos 5d"), {1}),
        (Filter(CAMERA, "50MM"), {1}),
        (Filter(CAMERA, "nikon"), set()),
        (Filter(CAMERA, "canon", negated=True), {3, 4, 5}),
        (Filter(DATE, "2019", since=date(2019, 1, 1), until=date(2020, 1, 1)), {1}),
        (Filter(DATE, "2020-01-31", since=date(2020, 1, 31), until=date(2020, 2, 1)), {5}),
        (Filter(DATE, "2020-02..", since=date(2020, 2, 1)), set()),
        (Filter(DATE, "..2020", until=date(2021, 1, 1)), {1, 3, 4, 5}),
        (Filter(RATING, ">=4", low=4), {1}),
        (Filter(RATING, "0", low=0, high=0), {3, 4, 5}),
        (Filter(RATING, ">=4", negated=True, low=4), {3, 4, 5}),
        (Filter(TAG, "dog"), {3}),
        (Filter(TAG, "STRASSE"), {1}),
        (Filter(TAG, "strand"), set()),
        (Filter(TAG, "dog", negated=True), {1, 4, 5}),
        (Filter(HAS, "gps"), {1}),
        (Filter(HAS, "date"), {1, 5}),
        (Filter(HAS, "camera"), {1}),
        (Filter(HAS, "lens"), {1}),
        (Filter(HAS, "rating"), {1}),
        (Filter(HAS, "tags"), {1, 3}),
        (Filter(HAS, "keywords"), {1}),
        (Filter(HAS, "gps", negated=True), {3, 4, 5}),
        (Filter(IS, "duplicate"), {3}),
        (Filter(IS, "offline"), set()),
        (Filter(IS, "paired"), {1}),
        (Filter(IS, "raw"), {1}),
        (Filter(IS, "portrait"), {4}),
        (Filter(IS, "landscape"), {1, 3}),
        (Filter(IS, "square"), {5}),
        (Filter(IS, "square", negated=True), {1, 3, 4}),
    ],
    ids=lambda value: f"{'-' * value.negated}{value.kind}:{value.text}" if isinstance(value, Filter) else "",
)
def test_each_filter(filled: Library, one: Filter, expected: set[int]) -> None:
    assert found(filled, one) == expected


def test_absolute_folder(filled: Library, tmp_path: Path) -> None:
    assert found(filled, Filter(IN, str(tmp_path / "My Photos" / "copies"))) == {3}
    assert found(filled, Filter(IN, str(tmp_path / "My Photos"))) == {1, 3, 4, 5}
    assert found(filled, Filter(IN, "/copies")) == (set() if sys.platform != "win32" else {3})


def test_one_kind_is_alternatives_and_kinds_must_all_hold(filled: Library) -> None:
    copies, odd = Filter(IN, "copies"), Filter(IN, "odd")
    assert found(filled, copies, odd) == {3, 4}
    assert found(filled, copies, odd, Filter(TYPE, "png")) == {4}
    # One file must pass all filters of files: the RAW file lies beside the JPEG, the copies do not.
    assert found(filled, copies, Filter(TYPE, "raw")) == set()
    assert found(filled, Filter(IN, "2019"), Filter(TYPE, "raw"), Filter(HAS, "gps")) == {1}


def test_no_filter_lists_by_date(filled: Library) -> None:
    order = filled.catalog.photos.filter([]).tolist()
    assert order[0] == ids(filled.catalog, 5)[0]
    assert order[-1] == ids(filled.catalog, 1)[0]
    assert len(order) == 4


def test_offline(filled: Library) -> None:
    folder = filled.catalog.folders.all()[0]
    filled.catalog.folders.update(folder.id, state=FolderState.OFFLINE)
    assert found(filled, Filter(IS, "offline")) == {1, 3, 4, 5}


@pytest.mark.parametrize("kind", [HAS, IS])
def test_unknown_value_names_the_known_ones(filled: Library, kind: FilterKind) -> None:
    with pytest.raises(UserError, match="not known") as caught:
        filled.catalog.photos.filter([Filter(kind, "nonsense")])
    assert all(f"{kind}:{value}" in caught.value.hint for value in (HAS_VALUES if kind == HAS else IS_VALUES))


def test_matched_file_comes_first(filled: Library) -> None:
    (photo_id,) = ids(filled.catalog, 3)
    names = [
        [path.name for path in filled.catalog.photos.get([photo_id], filters)[photo_id].paths]
        for filters in ([], [Filter(NAME, "two")])
    ]
    assert names == [["one.jpg", "two.jpg"], ["two.jpg", "one.jpg"]]
