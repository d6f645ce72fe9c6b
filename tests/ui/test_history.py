"""Recent queries, also after a restart."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from clipdesk.core.paths import data_folder
from clipdesk.ui.history import HistoryWalk, QueryHistory


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "recent.json"


def test_it_survives_a_restart(qtbot: QtBot, file: Path) -> None:
    history = QueryHistory(file)
    for query in ("dog", "  snow ", "犬", "dog", "", "   "):
        history.add(query)
    assert history.queries() == ("dog", "犬", "snow")
    qtbot.waitUntil(file.exists)
    assert QueryHistory(file).queries() == ("dog", "犬", "snow")
    history.clear()
    assert QueryHistory(file).queries() == ()


def test_it_does_not_grow_for_ever(qtbot: QtBot, file: Path) -> None:
    history = QueryHistory(file)
    for number in range(300):
        history.add(f"query {number}")
    history.add("x" * 5000)
    assert len(history.queries()) == 200
    assert history.queries()[0] == "query 299"
    history.flush()
    assert len(QueryHistory(file).queries()) == 200


@pytest.mark.parametrize("content", [b"", b"{", b'[1, null, "dog"]', b"\xff\xfe", b'{"a": 1}'])
def test_a_damaged_file_is_no_trouble(qtbot: QtBot, file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    history = QueryHistory(file)
    assert history.queries() == (("dog",) if b"dog" in content else ())
    history.add("snow")
    history.flush()
    assert QueryHistory(file).queries()[0] == "snow"


def test_a_place_that_cannot_be_written_is_no_trouble(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "recent.json", tmp_path):
        history = QueryHistory(place)
        history.add("dog")
        history.flush()
        assert history.queries() == ("dog",)


def test_its_own_place(qtbot: QtBot) -> None:
    history = QueryHistory()
    history.add("dog")
    history.flush()
    assert [path.name for path in data_folder().glob("recent*")] == ["recent-queries.json"]
    history.clear()


def test_going_back_and_forth(qtbot: QtBot, file: Path) -> None:
    history = QueryHistory(file)
    walk = HistoryWalk(history)
    assert walk.step(True, "typed") is None
    assert walk.step(False, "typed") is None
    for query in ("one", "two", "three"):
        history.add(query)
    assert walk.step(True, "three") == "two"
    assert walk.step(True, "two") == "one"
    assert walk.step(True, "one") is None
    assert walk.step(False, "one") == "two"
    assert walk.step(False, "two") == "three"
    assert walk.step(False, "three") == "three"
    assert walk.step(False, "three") is None
    assert walk.step(True, "typed") == "three"
    assert walk.step(False, "three") == "typed"
    walk.restart()
    assert walk.step(True, "other") == "three"
