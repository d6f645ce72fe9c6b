"""Banner, trouble, status line, theme, rail, pages, window state: no worker needed."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from clipdesk.core.entities import Progress
from clipdesk.core.errors import FailureKind
from clipdesk.core.messages import Failed
from clipdesk.ui import theme
from clipdesk.ui.banner import Banner, Choice, Line
from clipdesk.ui.navigation_rail import NavigationRail
from clipdesk.ui.pages import Pages
from clipdesk.ui.status_line import StatusLine
from clipdesk.ui.trouble import Trouble, WaysOut
from clipdesk.ui.window_state import WindowState, state_file


def shown_buttons(banner: Banner) -> list[str]:
    return [button.text() for button in banner.buttons() if not button.isHidden()]


def test_a_banner_shows_the_most_urgent_and_newest_line(qtbot: QtBot) -> None:
    banner, done = Banner(), list[str]()
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.tell(Line("First"))
    banner.tell(Line("Second", "Do this.", (Choice("Go", lambda: done.append("go")),)))
    assert (banner.text(), shown_buttons(banner)) == ("Second Do this.", ["Go"]), "a failure comes at once"
    banner.tell(Line("Urgent", urgent=True, choices=(Choice("Now", lambda: done.append("now")),)))
    assert banner.text() == "Urgent"
    banner.tell(Line("Third"))
    assert banner.text() == "Urgent"
    qtbot.mouseClick(banner.buttons()[0], Qt.MouseButton.LeftButton)
    assert (done, banner.text()) == (["now"], "Third")
    banner.dismiss()
    assert banner.text() == "Second Do this."
    banner.dismiss()
    assert banner.text() == "First", "what stood there before comes back"
    banner.dismiss()
    assert banner.isHidden()


def test_a_banner_says_nothing_twice_and_takes_topics_back(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.tell(Line("Same"))
    banner.tell(Line("Same"))
    banner.tell(Line("Stopped", topic="worker"))
    banner.tell(Line("Starts", topic="worker"))
    assert banner.text() == "Starts"
    banner.withdraw("worker")
    assert banner.text() == "Same"
    banner.dismiss()
    assert banner.isHidden()


@pytest.mark.parametrize(
    ("kind", "ways"),
    [
        ("damaged", ["repair"]),
        ("missing", ["restart"]),
        ("busy", ["restart"]),
        ("too new", []),
        ("disk full", ["index"]),
        ("read only", []),
        ("worker died", ["restart", "repair"]),
        ("", ["restart"]),
    ],
)
def test_every_kind_of_trouble_has_calm_words_and_a_way_on(
    qapp: QApplication, kind: FailureKind, ways: Sequence[str]
) -> None:
    done = list[str]()
    trouble = Trouble(WaysOut(*(lambda way=way: done.append(way) for way in ("restart", "repair", "index", "look"))))
    line = trouble.line(Failed(0, "sqlite3.DatabaseError", "Do something.", kind=kind))
    for choice in line.choices:
        choice.act()
    assert done == list(ways)
    assert kind == "" or "sqlite3" not in line.text
    assert line.text.endswith(".") or kind == ""


def test_the_status_line_tells_how_far_indexing_is(qtbot: QtBot) -> None:
    status, paused = StatusLine(), list[bool]()
    qtbot.addWidget(status)
    status.pause_toggled.connect(paused.append)
    assert status.words() == ""
    status.set_progress(Progress(120, 4000, 21.4, 181.0))
    assert "120" in status.words()
    assert "21" in status.words()
    assert "3 minute" in status.words()
    [pause] = [b for b in status.findChildren(QToolButton) if b.isCheckable()]
    qtbot.mouseClick(pause, Qt.MouseButton.LeftButton)
    assert paused == [True]
    assert "Paused" in status.words()
    status.set_paused(False)
    assert paused == [True], "what the worker tells is not asked of it again"
    status.set_progress(None)
    assert status.words() == ""


def contrast(one: QColor, other: QColor) -> float:
    """Of the Web Content Accessibility Guidelines 2, from 1 to 21."""

    def light(colour: QColor) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(qapp: QApplication, dark: bool) -> None:
    palette, role = theme.palette(dark=dark), QPalette.ColorRole
    for text, ground in (
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.Text, role.AlternateBase),
        (role.ButtonText, role.Button),
        (role.HighlightedText, role.Highlight),
        (role.PlaceholderText, role.Base),
        (role.PlaceholderText, role.Window),
        (role.ToolTipText, role.ToolTipBase),
        (role.Link, role.Window),
    ):
        assert contrast(palette.color(text), palette.color(ground)) >= 4.5, (text, ground)
    assert contrast(palette.color(role.Accent), palette.color(role.Window)) >= 3


def test_a_theme_can_be_chosen(qapp: QApplication) -> None:
    before = qapp.palette()
    try:
        theme.apply(qapp, "dark")
        assert qapp.palette().color(QPalette.ColorRole.Window).lightness() < 64
        theme.apply(qapp, "light")
        assert qapp.palette().color(QPalette.ColorRole.Window).lightness() > 192
    finally:
        theme.apply(qapp, "system")
        qapp.setPalette(before)


def test_pages_are_made_when_they_are_shown(qtbot: QtBot) -> None:
    made, shown = list[str](), list[int]()

    def maker(name: str) -> QWidget:
        made.append(name)
        return QLabel(name)

    pages = Pages([lambda: maker("a"), lambda: maker("b")])
    qtbot.addWidget(pages)
    pages.shown.connect(lambda number, _: shown.append(number))
    pages.show_page(1)
    pages.show_page(1)
    assert (made, shown, pages.number, pages.made(0)) == (["b"], [1, 1], 1, None)


def test_the_rail_is_at_hand_for_the_keyboard(qtbot: QtBot) -> None:
    rail, chosen = NavigationRail(), list[int]()
    qtbot.addWidget(rail)
    for name in ("Photos", "Tags"):
        rail.add("photos", name)
    rail.chosen.connect(chosen.append)
    rail.show()
    buttons = rail.findChildren(QToolButton)
    assert [button.text() for button in buttons] == ["Photos", "Tags"]
    assert all(button.focusPolicy() & Qt.FocusPolicy.TabFocus for button in buttons)
    buttons[1].setFocus()
    qtbot.keyClick(buttons[1], Qt.Key.Key_Space)
    assert chosen == [1]
    assert not rail.grab().toImage().isNull()


def test_the_window_state_is_kept_for_each_library(qapp: QApplication, tmp_path: Path) -> None:
    one, other = WindowState(tmp_path / "one"), WindowState(tmp_path / "other")
    one.set_text("query", 'kids + pool, "x" %20')
    one.save()
    assert WindowState(tmp_path / "one").text("query") == 'kids + pool, "x" %20'
    assert other.text("query") == ""
    assert other.layout("geometry").isEmpty()
    one.set_layout("geometry", QByteArray(b"\0\1\xff"))
    one.save()
    assert WindowState(tmp_path / "one").layout("geometry") == QByteArray(b"\0\1\xff")
    assert WindowState(tmp_path / "one").layout("query").isEmpty()


def test_a_state_that_is_known_already_is_not_written_again(tmp_path: Path) -> None:
    state, file = WindowState(tmp_path / "one"), state_file(tmp_path / "one")
    state.set_text("folders", "yes")
    state.save()
    before = file.stat().st_mtime_ns, file.stat().st_ino
    state.set_text("folders", "yes")
    state.save()
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before
    state.set_text("folders", "")
    state.save()
    assert WindowState(tmp_path / "one").text("folders") == ""
