"""What queries can be completed with: every value that is offered finds photos."""

from pathlib import Path

import pytest

from clipdesk.catalog.library import Library
from clipdesk.core.query import parse
from clipdesk.core.query_writing import quoted

from .making import fill


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    fill(library.catalog, tmp_path / "My Photos")
    return library


def test_values(filled: Library) -> None:
    values = filled.catalog.values
    assert values.folders() == (
        "My Photos",
        "My Photos/2019",
        "My Photos/2019/Été à la mer",
        "My Photos/copies",
        "My Photos/odd",
    )
    assert values.cameras() == ("Canon EOS 5D", "EF 50mm")
    assert values.tags() == ("Dog", "Straße")
    assert values.types() == ("jpeg", "heic", "png", "raw")
    assert values.years() == ("2020", "2019")


def test_every_value_finds_photos(filled: Library) -> None:
    values, photos = filled.catalog.values, filled.catalog.photos
    offered = [
        *(f"in:{quoted(one)}" for one in values.folders()),
        *(f"camera:{quoted(one)}" for one in values.cameras()),
        *(f"tag:{quoted(one)}" for one in values.tags()),
        *(f"type:{one}" for one in values.types()),
        *(f"date:{one}" for one in values.years()),
    ]
    assert [one for one in offered if not len(photos.filter(parse(one).filters))] == []


def test_names_that_cannot_be_typed_are_left_out(library: Library, tmp_path: Path) -> None:
    fill(library.catalog, tmp_path / "bad\udcff")
    assert library.catalog.values.folders() == ()


def test_an_empty_library(library: Library) -> None:
    values = library.catalog.values
    assert values.folders() == values.cameras() == values.tags() == values.types() == values.years() == ()
