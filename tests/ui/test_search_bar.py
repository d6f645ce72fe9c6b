"""The search bar with a real worker: typing, chips, pictures, completions, history, mistakes; with keys alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QListView, QVBoxLayout, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from clipdesk.core.messages import Failed, Reply, Request, SearchReply, SearchRequest
from clipdesk.core.query import parse
from clipdesk.ui.drops import dropped_folder
from clipdesk.ui.history import QueryHistory
from clipdesk.ui.picture_cache import PictureCache
from clipdesk.ui.search_bar import SearchBar
from clipdesk.ui.worker_client import WorkerClient
from tests.ui.conftest import newest_worker

WAIT = 60_000
Key = Qt.Key
WaitReply = Callable[[WorkerClient, Callable[[int], Request]], Reply]


@pytest.fixture
def history(tmp_path: Path) -> QueryHistory:
    return QueryHistory(tmp_path / "recent.json")


@pytest.fixture
def bar(qtbot: QtBot, client: WorkerClient, history: QueryHistory) -> Iterator[SearchBar]:
    """A bar in a window with room for completions, focused."""
    window = QWidget()
    window.resize(1000, 600)
    made = SearchBar(client, history)
    layout = QVBoxLayout(window)
    layout.addWidget(made)
    layout.addStretch(1)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    made.focus_search()
    qtbot.waitUntil(made.line.hasFocus)
    yield made


@pytest.fixture
def told(bar: SearchBar) -> list[str]:
    queries: list[str] = []
    bar.query_changed.connect(queries.append)
    return queries


@pytest.fixture
def photos(library_folder: Path) -> list[Path]:
    return sorted(path for path in (library_folder.parent / "Photos").rglob("*.jpg"))


def labels(bar: SearchBar) -> list[str]:
    return [chip.accessibleName() for chip in bar.row.chips.chips()]


def press(qtbot: QtBot, bar: SearchBar, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget() or bar.line, key)


def drop(bar: SearchBar, mime: QMimeData) -> None:
    """Drag over the bar and let go, as a window system tells it."""
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 20), copy, mime, left, none)
    QApplication.sendEvent(bar, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(bar, QDropEvent(QPointF(20, 20), copy, mime, left, none))


def test_typing_tells_one_query_and_shows_chips(qtbot: QtBot, bar: SearchBar, told: list[str]) -> None:
    with qtbot.waitSignal(bar.query_changed):
        qtbot.keyClicks(bar.line, "dog - water in:2019")
    assert told == ["dog - water in:2019"]
    assert labels(bar) == ["With dog", "Without water", "With 2019"]
    bar.completer.close()
    press(qtbot, bar, Key.Key_Escape)
    assert told[1:] == [""]
    assert (bar.query(), labels(bar)) == ("", [])


def test_enter_tells_at_once_and_remembers(
    qtbot: QtBot, bar: SearchBar, told: list[str], history: QueryHistory
) -> None:
    qtbot.keyClicks(bar.line, "dog")
    press(qtbot, bar, Key.Key_Return)
    assert told == ["dog"]
    assert history.queries() == ("dog",)
    press(qtbot, bar, Key.Key_Return)
    assert told == ["dog"], "the same query is not asked again"


def test_a_mistake_is_pointed_at_and_not_told(qtbot: QtBot, bar: SearchBar, told: list[str]) -> None:
    bar.set_query("dog")
    qtbot.keyClicks(bar.line, " + + snow")
    assert bar.row.message() == "", "not while it is typed"
    qtbot.waitUntil(lambda: bar.row.currentWidget() is bar.row.hint)
    assert "Two signs in a row" in bar.row.message()
    assert told == ["dog"]
    assert bar.query() == "dog + + snow"
    before = bar.row.height()
    press(qtbot, bar, *[Key.Key_Backspace] * 7)
    assert "must follow" in bar.row.message()
    press(qtbot, bar, Key.Key_Backspace)
    qtbot.waitUntil(lambda: bar.row.message() == "")
    assert bar.row.height() == before, "nothing jumps"
    assert labels(bar) == ["With dog"]


def test_enter_points_at_a_mistake_at_once(qtbot: QtBot, bar: SearchBar, told: list[str]) -> None:
    qtbot.keyClicks(bar.line, "dog in:")
    bar.completer.close()
    press(qtbot, bar, Key.Key_Return)
    assert "needs a value" in bar.row.message()
    assert told == []
    assert bar.line.x_of(4) < bar.line.x_of(7) <= bar.line.width()


def test_chips_with_keys_alone(qtbot: QtBot, bar: SearchBar, told: list[str]) -> None:
    bar.set_query("dog + snow -in:2019")
    press(qtbot, bar, Key.Key_Tab, Key.Key_Tab)
    chips = bar.row.chips.chips()
    assert chips[0].hasFocus()
    press(qtbot, bar, Key.Key_Right, Key.Key_Space)
    assert bar.query() == "dog - snow -in:2019"
    assert chips[1].hasFocus()
    press(qtbot, bar, Key.Key_Right, Key.Key_Return)
    assert bar.query() == "dog - snow in:2019"
    press(qtbot, bar, Key.Key_Delete)
    assert bar.query() == "dog - snow"
    assert chips[1].hasFocus()
    press(qtbot, bar, Key.Key_Backspace, Key.Key_Left, Key.Key_Delete)
    assert bar.query() == ""
    assert bar.line.hasFocus()
    assert told == [
        "dog + snow -in:2019",
        "dog - snow -in:2019",
        "dog - snow in:2019",
        "dog - snow",
        "dog",
        "",
    ]
    bar.line.undo()
    assert bar.query() == "dog", "undo brings back what a chip took away"


def test_chips_with_the_mouse(qtbot: QtBot, bar: SearchBar) -> None:
    bar.set_query("dog + snow")
    first = bar.row.chips.chips()[0]
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton, pos=QPoint(12, 16))
    assert bar.query() == "- dog + snow"
    [cross] = [child for child in first.children() if isinstance(child, QWidget)]
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert bar.query() == "snow"


def test_pictures_are_chips_with_their_picture(qtbot: QtBot, bar: SearchBar, photos: list[Path]) -> None:
    bar.add_words("red car")
    bar.add_pictures(photos[:2])
    bar.add_pictures(photos[2:3], negative=True)
    assert bar.line.text() == "red car", "paths are not for reading"
    query = parse(bar.query())
    assert [(term.picture, term.weight) for term in query.terms[:3]] == [
        (photos[0], 1),
        (photos[1], 1),
        (photos[2], -1),
    ]
    [pictures] = bar.findChildren(PictureCache)
    qtbot.waitUntil(lambda: all(pictures.get(str(path)) is not None for path in photos[:3]), timeout=WAIT)
    press(qtbot, bar, Key.Key_Return)
    assert bar.query().endswith("+ red car")
    assert str(photos[0]) in bar.row.chips.chips()[0].toolTip()


def test_a_picture_that_cannot_be_read_says_so(qtbot: QtBot, bar: SearchBar, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    bar.add_pictures([broken])
    [chip] = bar.row.chips.chips()
    short = chip.toolTip()
    qtbot.waitUntil(lambda: chip.toolTip() != short, timeout=WAIT)
    press(qtbot, bar, Key.Key_Tab, Key.Key_Tab, Key.Key_Delete)
    assert bar.query() == ""


def test_a_typed_path_becomes_a_picture(qtbot: QtBot, bar: SearchBar, photos: list[Path]) -> None:
    qtbot.keyClicks(bar.line, f'dog + "{photos[0]}" - snow')
    press(qtbot, bar, Key.Key_Return)
    assert bar.line.text() == "dog - snow"
    assert parse(bar.query()).terms[0].picture == photos[0]


def test_dropping_files(qtbot: QtBot, bar: SearchBar, told: list[str], photos: list[Path]) -> None:
    bar.set_query("snow")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in photos[:2]])
    drop(bar, mime)
    assert [term.picture for term in parse(told[-1]).terms] == [*photos[:2], None]
    drop(bar, mime)
    assert len(parse(told[-1]).terms) == 3, "the same pictures are not added twice"


def test_dropping_from_a_browser(
    qtbot: QtBot, bar: SearchBar, client: WorkerClient, photos: list[Path], wait_reply: WaitReply
) -> None:
    """A picture that comes as data finds the photo that it is."""
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/picture.jpg")])
    mime.setImageData(QImage(str(photos[3])))
    drop(bar, mime)
    qtbot.waitUntil(lambda: bar.query() != "")
    [term] = parse(bar.query()).terms
    assert term.picture is not None
    assert term.picture.parent == dropped_folder()
    reply = wait_reply(client, lambda i: SearchRequest(i, bar.query()))
    assert isinstance(reply, SearchReply)
    assert photos[3] in reply.hits[0].photo.paths


def test_an_address_on_the_web_is_refused_calmly(qtbot: QtBot, bar: SearchBar, told: list[str]) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/picture.jpg")])
    drop(bar, mime)
    assert "never goes online" in bar.row.message()
    assert told == []
    bar.show_failure(None)
    assert "never goes online" in bar.row.message(), "an answer to an older query does not take it away"
    qtbot.keyClicks(bar.line, "d")
    assert bar.row.message() == ""


def test_dropping_text(qtbot: QtBot, bar: SearchBar) -> None:
    mime = QMimeData()
    mime.setText("kids\nin a pool")
    drop(bar, mime)
    assert bar.query() == "kids in a pool"


def test_pasting_a_picture(qtbot: QtBot, bar: SearchBar) -> None:
    picture = QImage(60, 40, QImage.Format.Format_RGB32)
    picture.fill(QColor("green"))
    QGuiApplication.clipboard().setImage(picture)
    qtbot.keyClick(bar.line, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(bar.row.chips.chips()) == 1)
    assert bar.line.text() == ""
    QGuiApplication.clipboard().setText("snow")
    qtbot.keyClick(bar.line, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert bar.line.text() == "snow"


def test_too_many_pictures(qtbot: QtBot, bar: SearchBar) -> None:
    bar.add_pictures([Path(f"/nowhere/{number}.jpg") for number in range(20)])
    assert len(bar.row.chips.chips()) == 16
    assert "16" in bar.row.message()


def test_many_chips_scroll(qtbot: QtBot, bar: SearchBar) -> None:
    bar.set_query(" + ".join(f"word{number}" for number in range(30)))
    chips = bar.row.chips.chips()
    assert all(chip.width() == chip.sizeHint().width() for chip in chips)
    chips[0].setFocus()
    press(qtbot, bar, *[Key.Key_Right] * 29)
    assert chips[-1].hasFocus()
    qtbot.waitUntil(
        lambda: bar.row.chips.viewport().rect().contains(chips[-1].mapTo(bar.row.chips.viewport(), QPoint()))
    )


def test_completing_with_keys_alone(qtbot: QtBot, bar: SearchBar, told: list[str]) -> None:
    ModelTester(bar.completer.model).check(bar.completer.model, force_py=True)
    qtbot.keyClicks(bar.line, "dog ty")
    qtbot.waitUntil(bar.completer.is_open)
    press(qtbot, bar, Key.Key_Down, Key.Key_Return)
    assert bar.line.text() == "dog type:"
    qtbot.waitUntil(lambda: [row.shown for row in bar.completer.model.rows] == ["jpeg"], timeout=WAIT)
    press(qtbot, bar, Key.Key_Down, Key.Key_Tab)
    assert bar.line.text() == "dog type:jpeg "
    assert bar.line.hasFocus()
    assert told == ["dog type:jpeg"]
    qtbot.keyClicks(bar.line, "in:")
    qtbot.waitUntil(bar.completer.is_open)
    press(qtbot, bar, Key.Key_Escape)
    assert not bar.completer.is_open()
    assert bar.line.text() == "dog type:jpeg in:", "the first Esc only closes the list"
    press(qtbot, bar, Key.Key_Escape)
    assert bar.query() == ""


def test_completing_with_the_mouse(qtbot: QtBot, bar: SearchBar) -> None:
    qtbot.keyClicks(bar.line, "is:")
    qtbot.waitUntil(bar.completer.is_open)
    [view] = bar.window().findChildren(QListView)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    assert bar.line.text() == "is:offline "
    assert not bar.completer.is_open()


def test_the_list_goes_with_the_focus(qtbot: QtBot, bar: SearchBar) -> None:
    qtbot.keyClicks(bar.line, "is:")
    qtbot.waitUntil(bar.completer.is_open)
    press(qtbot, bar, Key.Key_Tab)
    assert not bar.line.hasFocus()
    assert not bar.completer.is_open()


def test_recent_queries_with_the_arrows(
    qtbot: QtBot, bar: SearchBar, told: list[str], history: QueryHistory, photos: list[Path]
) -> None:
    history.add(f'"{photos[0]}" + snow')
    history.add("dog")
    qtbot.keyClicks(bar.line, "xyz")
    press(qtbot, bar, Key.Key_Up)
    assert bar.line.text() == "dog"
    press(qtbot, bar, Key.Key_Up)
    assert bar.line.text() == "snow"
    assert len(bar.row.chips.chips()) == 2
    press(qtbot, bar, Key.Key_Up, Key.Key_Down, Key.Key_Down)
    assert bar.query() == "xyz"
    qtbot.waitUntil(lambda: told == ["xyz"])
    press(qtbot, bar, Key.Key_Escape, Key.Key_Down)
    assert [row.detail for row in bar.completer.model.rows[:2]] == ["recent search"] * 2
    press(qtbot, bar, Key.Key_Down, Key.Key_Down, Key.Key_Return)
    assert parse(bar.query()).terms[0].picture == photos[0]
    assert told[-1] == bar.query()


def test_failures_of_the_worker(
    qtbot: QtBot, bar: SearchBar, client: WorkerClient, wait_reply: WaitReply, told: list[str]
) -> None:
    bar.add_pictures([Path("/nowhere/cat.jpg")])
    failed = wait_reply(client, lambda i: SearchRequest(i, told[-1]))
    assert isinstance(failed, Failed)
    bar.show_failure(failed)
    assert failed.message in bar.row.message()
    assert len(bar.row.chips.chips()) == 1, "the picture can be taken away"
    count = len(told)
    press(qtbot, bar, Key.Key_Return)
    assert len(told) == count + 1, "Enter tries again"
    bar.show_failure(failed)
    bar.show_failure(None)
    assert bar.row.message() == ""
    bar.set_query("dog in:x")
    bar.show_failure(Failed(1, "Not there", text="dog in:x", position=4))
    assert bar.row.hint.text() == "Not there."


def test_a_query_that_was_saved_with_a_mistake(qtbot: QtBot, bar: SearchBar, told: list[str]) -> None:
    bar.set_query("dog +")
    assert bar.query() == "dog +"
    assert told == []
    qtbot.waitUntil(lambda: bool(bar.row.message()))


def test_a_worker_that_dies_is_asked_again(
    qtbot: QtBot, own_client: WorkerClient, history: QueryHistory, own_library: Path
) -> None:
    photo = next((own_library.parent / "Photos").rglob("*.jpg"))
    bar = SearchBar(own_client, history)
    qtbot.addWidget(bar)
    bar.show()
    worker = newest_worker()
    worker.suspend()
    bar.add_pictures([photo])
    qtbot.keyClicks(bar.line, "in:")
    with qtbot.waitSignal(own_client.ready, timeout=20_000):
        worker.kill()
    bar.completer.offer()
    qtbot.waitUntil(lambda: bool(bar.completer.model.rows), timeout=WAIT)
    bar.set_query(bar.query().removesuffix(" in:"))
    [pictures] = bar.findChildren(PictureCache)
    qtbot.waitUntil(lambda: pictures.get(str(photo)) is not None, timeout=WAIT)
    assert pictures.failure(str(photo)) == ""


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_every_chip_can_be_reached(
    qtbot: QtBot, bar: SearchBar, photos: list[Path], direction: Qt.LayoutDirection
) -> None:
    row = bar.row.chips
    row.setLayoutDirection(direction)
    bar.window().resize(640, 600)
    assert [end.isVisible() for end in row.ends()] == [False, False]
    bar.add_pictures(photos[:8])
    bar.add_words("child")

    def seen() -> list[str]:
        return [
            chip.accessibleName()
            for chip in row.chips()
            if row.viewport().rect().contains(QRect(chip.mapTo(row.viewport(), QPoint()), chip.size()))
        ]

    qtbot.waitUntil(lambda: "With child" in seen())
    assert len(seen()) < 9, "or else this tests nothing"
    reached = set(seen())
    before, after = row.ends()
    assert (before.isVisible(), after.isVisible()) == (True, False)
    assert before.text() == f"+{9 - len(seen())}"
    while before.isVisible():
        qtbot.mouseClick(before, Qt.MouseButton.LeftButton)
        reached.update(seen())
    assert len(reached) == 9
    while after.isVisible():
        qtbot.mouseClick(after, Qt.MouseButton.LeftButton)
    assert "With child" in seen()

    row.chips()[0].setFocus()
    ahead = Key.Key_Right if direction == Qt.LayoutDirection.LeftToRight else Key.Key_Left
    for name in labels(bar):
        focused = QApplication.focusWidget()
        assert focused is not None
        assert focused.accessibleName() == name
        assert name == labels(bar)[0] or name in seen()
        press(qtbot, bar, ahead)
    bar.set_query("child")
    qtbot.waitUntil(lambda: seen() == ["With child"] and not before.isVisible() and not after.isVisible())


def test_a_mistake_is_told_once_it_stays_and_until_it_is_mended(qtbot: QtBot, bar: SearchBar) -> None:
    mistaken: list[bool] = []
    bar.mistaken.connect(mistaken.append)
    qtbot.keyClicks(bar.line, "dog - ")
    assert True not in mistaken, "whoever is typing has made no mistake yet"
    qtbot.waitUntil(lambda: bool(mistaken) and mistaken[-1])
    assert bar.row.message().endswith(".")
    qtbot.keyClicks(bar.line, "cat")
    assert not mistaken[-1]
