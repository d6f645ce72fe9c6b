"""What the worker says is shown in the language of the window."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from clipdesk.core.errors import QuerySyntaxError
from clipdesk.core.query import parse
from clipdesk.ui import language
from clipdesk.ui.worker_words import said


@pytest.fixture
def japanese(qapp: QApplication) -> Iterator[None]:
    language.install(qapp, "ja")
    yield
    language.install(qapp, "en")


MISTAKES = ("dog +", "dog + - cat", '"', '""', "9999:dog", "2:-dog", "2:in:x", "in:", "in: x", "has:wings")
DATES = ("date:maybe", "date:2019-13", "date:2020..2019", "date:..", "rating:9", "rating:many", "rating:4..2")


@pytest.mark.parametrize("query", [*MISTAKES, *DATES])
def test_every_mistake_of_a_query_is_told_in_japanese(query: str, japanese: None) -> None:
    with pytest.raises(QuerySyntaxError) as found:
        parse(query)
    for text in filter(None, (found.value.message, found.value.hint)):
        assert any("\u3040" <= letter <= "\u9fff" for letter in said(text)), text


def test_what_differs_is_kept(japanese: None) -> None:
    assert said("Damaged JPEG picture: the file is cut off").startswith("壊れた JPEG 画像")
    assert said("date: 2020 comes after 2019") == "date: 2020 は 2019 より後です"


def test_who_has_the_library_is_told_in_japanese(japanese: None) -> None:
    holder = "another clipdesk (process 17 on alpha, since 2026-03-01 10:00:00)"
    busy = f"The library /home/a/library is in use by {holder}"
    for text in (busy, f"{busy}: this is a copy of 2026-03-02 08:15 to search in, which does not change."):
        assert said(text) != text
        assert "alpha" in said(text)
    assert "2026-03-02 08:15" in said(text)


def test_what_is_unknown_stays(japanese: None) -> None:
    assert said("Nobody {ever} listed this.") == "Nobody {ever} listed this."
    assert said("") == ""


def test_english_stays_english(qapp: QApplication) -> None:
    assert said("date: 2020 comes after 2019") == "date: 2020 comes after 2019"
