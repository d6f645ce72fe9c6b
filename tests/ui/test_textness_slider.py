"""The textness slider: keys, mouse, rest, and the reason why it is off."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QToolButton
from pytestqt.qtbot import QtBot

from clipdesk.ui.textness_slider import TextnessSlider

Key = Qt.Key


@pytest.fixture
def slider(qtbot: QtBot) -> TextnessSlider:
    made = TextnessSlider()
    qtbot.addWidget(made)
    made.show()
    made.set_query("dog")
    return made


def inner(slider: TextnessSlider) -> QSlider:
    found = slider.findChild(QSlider)
    assert isinstance(found, QSlider)
    return found


def test_keys_move_it_in_small_steps(qtbot: QtBot, slider: TextnessSlider) -> None:
    moved: list[float] = []
    slider.moved.connect(moved.append)
    with qtbot.waitSignal(slider.rested) as rested:
        for key in (Key.Key_Right, Key.Key_Right, Key.Key_Left, Key.Key_PageUp):
            qtbot.keyClick(inner(slider), key)
    assert moved == [0.1, 0.2, 0.1, 0.6]
    assert rested.args == [0.6]
    assert slider.value() == 0.6
    for key, end in ((Key.Key_End, 2), (Key.Key_Home, -2)):
        qtbot.keyClick(inner(slider), key)
        assert slider.value() == end


def test_it_rests_once(qtbot: QtBot, slider: TextnessSlider) -> None:
    rests: list[float] = []
    slider.rested.connect(rests.append)
    with qtbot.waitSignal(slider.rested):
        inner(slider).setValue(5)
    inner(slider).sliderReleased.emit()
    qtbot.keyClick(inner(slider), Key.Key_Right)
    with qtbot.waitSignal(slider.rested):
        qtbot.keyClick(inner(slider), Key.Key_Left)
        qtbot.keyClick(inner(slider), Key.Key_Left)
    assert rests == [0.5, 0.4]


def test_it_does_not_rest_while_it_is_held(qtbot: QtBot, slider: TextnessSlider) -> None:
    inner(slider).setSliderDown(True)
    inner(slider).setValue(7)
    with qtbot.assertNotEmitted(slider.rested, wait=400):
        pass
    with qtbot.waitSignal(slider.rested, timeout=100):
        inner(slider).setSliderDown(False)


def test_double_click_resets(qtbot: QtBot, slider: TextnessSlider) -> None:
    slider.set_value(1.5)
    with qtbot.waitSignals([slider.moved, slider.rested]):
        qtbot.mouseDClick(inner(slider), Qt.MouseButton.LeftButton)
    assert slider.value() == 0


def test_setting_it_tells_nobody(qtbot: QtBot, slider: TextnessSlider) -> None:
    with qtbot.assertNotEmitted(slider.moved), qtbot.assertNotEmitted(slider.rested, wait=300):
        slider.set_value(-1.3)
    assert slider.value() == -1.3
    slider.set_value(7)
    assert slider.value() == 2


@pytest.mark.parametrize(
    ("query", "useful"), [("dog", True), ("/a.jpg", True), ("in:2019", False), ("", False), ("dog +", False)]
)
def test_it_is_off_with_a_reason(qtbot: QtBot, slider: TextnessSlider, query: str, useful: bool) -> None:
    slider.set_query(query)
    [compare] = slider.findChildren(QToolButton)
    assert inner(slider).isEnabled() == compare.isEnabled() == useful
    assert ("Type some words" in slider.toolTip()) != useful
    assert inner(slider).accessibleDescription() == (
        "Words in pictures count as usual" if useful else "For searches with words or a picture"
    )


def test_it_is_explained_plainly(qtbot: QtBot, slider: TextnessSlider) -> None:
    for value, words in ((0.5, "count more"), (-0.5, "count less"), (0.0, "as usual")):
        slider.set_value(value)
        assert words in inner(slider).accessibleDescription()
    with qtbot.waitSignal(slider.compare_requested):
        qtbot.mouseClick(slider.findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
