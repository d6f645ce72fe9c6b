"""The query language, read and refused."""

import pickle
from datetime import date
from pathlib import Path

import pytest

from clipdesk.core.errors import QuerySyntaxError
from clipdesk.core.query import HELP, Filter, FilterKind, Term, caret_line, parse


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("kids in a pool", [(1, "kids in a pool")]),
        ("  wide　space \t dog ", [(1, "wide space dog")]),
        ("dog - water", [(1, "dog"), (-1, "water")]),
        ("dog -water", [(1, "dog"), (-1, "water")]),
        ("dog +snow", [(1, "dog"), (1, "snow")]),
        ('dog -"deep water"', [(1, "dog"), (-1, "deep water")]),
        ("- water", [(-1, "water")]),
        ("well-known t-shirt a+b", [(1, "well-known t-shirt a+b")]),
        ("3:dog + snow", [(3, "dog"), (1, "snow")]),
        ("2:dog 0.5:snow - .25:sea", [(2, "dog"), (0.5, "snow"), (-0.25, "sea")]),
        ("0,5:dog", [(0.5, "dog")]),
        ('2:"rock + roll"', [(2, "rock + roll")]),
        ('a "golden retriever" on grass', [(1, "a golden retriever on grass")]),
        ("“red car” „blaues Auto“ «voiture»", [(1, "red car blaues Auto voiture")]),
        ("10:30 at 16:9", [(1, "10:30 at 16:9")]),
        ("2: dog", [(1, "2: dog")]),
        ("quote: dog http://a.b/c?d=e", [(1, "quote: dog http://a.b/c?d=e")]),
        ("black / white", [(1, "black / white")]),
        ("犬　＋　雪", [(1, "犬"), (1, "雪")]),
        ('"in:garden"', [(1, "in:garden")]),
        ("dog in:garden runs", [(1, "dog runs")]),
    ],
)
def test_terms(text: str, terms: list[tuple[float, str]]) -> None:
    query = parse(text)
    assert query.terms == tuple(Term(weight, words) for weight, words in terms)
    assert query.text == text


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("./cat.jpg", "./cat.jpg"),
        ("../a/cat.jpg", "../a/cat.jpg"),
        ("/photos/cat.jpg", "/photos/cat.jpg"),
        ("~/cat.jpg", Path("~/cat.jpg").expanduser()),
        ('"~/my photos/cat.jpg"', Path("~/my photos/cat.jpg").expanduser()),
        ('"/my photos/a + b.jpg"', "/my photos/a + b.jpg"),
        ("C:\\photos\\cat.jpg", "C:\\photos\\cat.jpg"),
        ('"d:/my photos/cat.jpg"', "d:/my photos/cat.jpg"),
        ("\\\\server\\cat.jpg", "\\\\server\\cat.jpg"),
        ("/photos/in:x/5”.jpg", "/photos/in:x/5”.jpg"),
    ],
)
def test_pictures(text: str, path: str | Path) -> None:
    assert parse(text).terms == (Term(1, picture=Path(path)),)


def test_a_picture_is_a_term_of_its_own() -> None:
    picture = Term(1, picture=Path("./cat.jpg"))
    assert parse("snow ./cat.jpg beach").terms == (Term(1, "snow"), picture, Term(1, "beach"))
    assert parse('2:"./a cat.jpg" - snow').terms == (Term(2, picture=Path("a cat.jpg")), Term(-1, "snow"))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ('in:"beach trip"', FilterKind.IN, "beach trip"),
        ("IN:Garden", FilterKind.IN, "Garden"),
        ("in:“beach trip”", FilterKind.IN, "beach trip"),
        ("in:/photos/2019", FilterKind.IN, "/photos/2019"),
        ("in:C:\\photos", FilterKind.IN, "C:\\photos"),
        ("name:*.png", FilterKind.NAME, "*.png"),
        ("type:raw", FilterKind.TYPE, "raw"),
        ("camera:nikon", FilterKind.CAMERA, "nikon"),
        ("tag:beach", FilterKind.TAG, "beach"),
        ("has:gps", FilterKind.HAS, "gps"),
        ("is:duplicate", FilterKind.IS, "duplicate"),
    ],
)
def test_filters(text: str, kind: FilterKind, value: str) -> None:
    assert parse(text).filters == (Filter(kind, value),)
    assert parse(f"-{text}").filters == (Filter(kind, value, negated=True),)
    assert parse(f"dog {text}").terms == (Term(1, "dog"),)


@pytest.mark.parametrize(
    ("value", "since", "until"),
    [
        ("2019", date(2019, 1, 1), date(2020, 1, 1)),
        ("2019-06", date(2019, 6, 1), date(2019, 7, 1)),
        ("2019-12", date(2019, 12, 1), date(2020, 1, 1)),
        ("2019-6-2", date(2019, 6, 2), date(2019, 6, 3)),
        ("2020-02-29", date(2020, 2, 29), date(2020, 3, 1)),
        ("2019-06..2019-08", date(2019, 6, 1), date(2019, 9, 1)),
        ("2018..2019-06-12", date(2018, 1, 1), date(2019, 6, 13)),
        ("2019..", date(2019, 1, 1), None),
        ("..2019", None, date(2020, 1, 1)),
        ("9999", date(9999, 1, 1), None),
        ("9999-12-31", date(9999, 12, 31), None),
    ],
)
def test_dates(value: str, since: date | None, until: date | None) -> None:
    assert parse(f"date:{value}").filters == (Filter(FilterKind.DATE, value, since=since, until=until),)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("3", 3, 3),
        ("=3", 3, 3),
        (">=4", 4, None),
        (">4", 5, None),
        ("<=2", None, 2),
        ("<2", None, 1),
        ("3..5", 3, 5),
        ("3..", 3, None),
        ("..3", None, 3),
    ],
)
def test_ratings(value: str, low: int | None, high: int | None) -> None:
    assert parse(f"rating:{value}").filters == (Filter(FilterKind.RATING, value, low=low, high=high),)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        (" 　 ", 0),
        ('dog "unclosed', 4),
        ("dog “unclosed", 4),
        ('""', 0),
        ("dog -", 4),
        ("+", 0),
        ("dog + - snow", 6),
        ("dog 2:-snow", 6),
        ("0:dog", 0),
        ("nan:dog", 0),
        ("1e9:dog", 0),
        ("dog 5000:snow", 4),
        ("2:in:garden", 0),
        ("dog in:", 4),
        ("dog type: raw", 4),
        ('in:""', 3),
        ('in:"garden', 3),
        ("dog date:2019-13", 9),
        ("date:2019-02-29", 5),
        ("date:yesterday", 5),
        ("date:..", 5),
        ("date:2020..2019", 5),
        ("rating:6", 7),
        ("rating:>5", 7),
        ("rating:<0", 7),
        ("rating:5..3", 7),
        ("rating:1..2..3", 7),
        ("has:wings", 4),
        ("is:nice", 3),
    ],
)
def test_bad_syntax_points_at_the_place(text: str, position: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    error = caught.value
    assert (error.position, error.text, error.exit_code) == (position, text, 2)
    assert "\n" not in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.position) == (str(error), position)


def test_the_caret_stands_below_the_place() -> None:
    assert caret_line(QuerySyntaxError("x", 'dog "unclosed', 4)) == '  dog "unclosed\n      ^'
    shown, caret = caret_line(QuerySyntaxError("x", '日本 "x', 3)).splitlines()
    assert (shown, caret) == ('  日本 "x', "  " + " " * 5 + "^")
    long = "word " * 100 + '"end'
    shown, caret = caret_line(QuerySyntaxError("x", long, 500)).splitlines()
    assert len(shown) <= 78
    assert shown[caret.index("^")] == '"'
    shown, _ = caret_line(QuerySyntaxError("x", 'a\nb\t"', 4)).splitlines()
    assert shown == '  a b "'


def test_the_help_can_be_believed() -> None:
    examples = [part.strip() for line in HELP.splitlines() if line.startswith("  ") for part in line[2:].split("  ")]
    read = [example for example in examples if example.startswith(tuple(f"{kind}:" for kind in FilterKind))]
    assert len(read) > 12
    for example in read:
        assert len(parse(example.removesuffix(",").split(",")[0]).filters) >= 1
