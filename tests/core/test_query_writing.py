"""A query that is written reads as the same query."""

from dataclasses import replace
from pathlib import Path

import pytest

from clipdesk.core.query import Query, parse
from clipdesk.core.query_writing import picture_term, pictures_query, quoted, write


@pytest.mark.parametrize(
    "text",
    [
        "kids in a pool",
        '  a "rock + roll"live   show ',
        "dog + snow - water",
        "dog -2:water 0,5:“deep sea”",
        "- water",
        'dog in:"2019/beach trip" runs -type:raw date:2019..2020 rating:>=4',
        'snow "/my photos/cat.jpg" beach',
        "-/a.jpg /b.jpg 3:C:\\c.jpg ./d.jpg",
        "犬　＋　雪 －tag:“夏 休み”",
        "in:a in:b -is:duplicate has:gps",
    ],
)
def test_written_queries_read_the_same(text: str) -> None:
    query = parse(text)
    again = parse(write(query))
    assert (again.terms, again.filters) == (query.terms, query.filters)
    assert write(again) == write(query)


def test_terms_are_turned_and_left_out() -> None:
    query = parse("kids in a pool /a.jpg snow in:x")
    first, *others = query.terms
    turned = write(replace(query, terms=(replace(first, weight=-first.weight), *others)))
    assert turned == "- kids in a pool + /a.jpg + snow in:x"
    assert write(replace(query, terms=(query.terms[0], query.terms[2]))) == "kids in a pool + snow in:x"
    assert write(replace(query, terms=())) == "in:x"
    assert write(Query()) == ""


@pytest.mark.parametrize(
    "path", ["/a/b.jpg", "/a b/c.jpg", '/5" disk/x.jpg', '/a "b" ”c”/d.jpg', "/«a b»/c.jpg", '/a "b” «c» “d/e.jpg']
)
def test_pictures_of_any_name(path: str) -> None:
    term = picture_term(Path(path), negative=True)
    (read,) = parse(write(Query((term,)))).terms
    assert read == term
    assert parse(f"dog {pictures_query([Path(path), Path(path)])}").terms[1:] == (replace(term, weight=1.0),) * 2


@pytest.mark.parametrize("value", ["beach", "beach trip", '"x', 'a "b" c', "“x” y"])
def test_values_of_any_look(value: str) -> None:
    (read,) = parse(f"tag:{quoted(value)}").filters
    assert read.text == value
