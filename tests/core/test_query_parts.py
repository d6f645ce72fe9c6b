"""Queries taken apart for the search bar, changed and put together again."""

from pathlib import Path

import pytest

from clipdesk.core.errors import QuerySyntaxError
from clipdesk.core.query import parse
from clipdesk.core.query_parts import QueryParts, readable

A, B = Path("/my photos/a.jpg"), Path("/b.jpg")


@pytest.mark.parametrize(
    ("text", "pictures", "line"),
    [
        ("kids in a  pool", 0, "kids in a  pool"),
        ("", 0, ""),
        ("dog +", 0, "dog +"),
        ('dog "/a b.jpg" snow in:2019', 1, "dog + snow in:2019"),
        ("-/a.jpg 2:/b.jpg", 2, ""),
        ("/a.jpg - snow", 1, "- snow"),
    ],
)
def test_taking_apart(text: str, pictures: int, line: str) -> None:
    parts = QueryParts.of(text)
    assert (len(parts.pictures), parts.line) == (pictures, line)
    if "+" not in text[-1:] and text:
        again = parse(parts.text())
        assert sorted(map(str, again.terms)) == sorted(map(str, parse(text).terms))
        assert again.filters == parse(text).filters


def test_mistakes_stay_in_the_line() -> None:
    parts = QueryParts(QueryParts.of("/b.jpg").pictures, "dog - - snow")
    with pytest.raises(QuerySyntaxError) as caught:
        parts.query()
    assert caught.value.position == 6
    assert parts.text() == "/b.jpg dog - - snow"
    assert parts.without(0) == QueryParts((), "dog - - snow")


@pytest.mark.parametrize(
    ("position", "turned", "without"),
    [
        (0, "- /b.jpg + dog - snow in:x", "dog - snow in:x"),
        (1, "/b.jpg - dog - snow in:x", "/b.jpg - snow in:x"),
        (2, "/b.jpg + dog + snow in:x", "/b.jpg + dog in:x"),
        (3, "/b.jpg + dog - snow -in:x", "/b.jpg + dog - snow"),
    ],
)
def test_turning_and_leaving_out(position: int, turned: str, without: str) -> None:
    parts = QueryParts.of("/b.jpg dog - snow in:x")
    assert parts.turned(position).text() == turned
    assert parts.turned(position).turned(position).text() == parts.text()
    assert parts.without(position).text() == without


def test_adding() -> None:
    parts = QueryParts().with_pictures([A, B], negative=False)
    assert parts.text() == '"/my photos/a.jpg" + /b.jpg'
    assert parts.with_pictures([A], negative=True).text() == '- "/my photos/a.jpg" + /b.jpg'
    assert QueryParts(line="dog").with_words("big - cat", negative=False).text() == 'dog + "big - cat"'
    assert QueryParts(line="dog").with_words("snow", negative=True).text() == "dog - snow"
    assert QueryParts().with_words('a "b"', negative=False).text() == "a 'b'"


def test_readable() -> None:
    assert readable('"/my photos/a.jpg" - /x/b.jpg + dog in:y') == "a.jpg - b.jpg + dog in:y"
    assert readable("dog   in:y") == "dog   in:y"
    assert readable("dog +") == "dog +"
