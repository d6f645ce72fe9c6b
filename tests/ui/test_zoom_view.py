"""Looking closely: what is under the pointer stays there, and a better picture takes its place without a jump."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from clipdesk.ui.zoom_view import ZoomView

_WHOLE = QSize(4000, 3000)


def picture(width: int, height: int) -> QImage:
    """Left half red, right half blue, a green square in the middle of the left half."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("blue"))
    painter = QPainter(image)
    painter.fillRect(0, 0, width // 2, height, QColor("red"))
    painter.fillRect(width // 4 - width // 20, height // 2 - width // 20, width // 10, width // 10, QColor("lime"))
    painter.end()
    return image


@pytest.fixture
def view(qtbot: QtBot) -> ZoomView:
    view = ZoomView()
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.show()
    view.set_picture(picture(800, 600), _WHOLE)
    return view


def colour(view: ZoomView, x: int, y: int) -> str:
    return view.grab().toImage().pixelColor(x, y).name()


def test_fitted_and_centred(view: ZoomView) -> None:
    assert view.is_fitted()
    assert view.scale() == pytest.approx(0.1)
    assert (colour(view, 20, 200), colour(view, 380, 200), colour(view, 100, 200)) == ("#ff0000", "#0000ff", "#00ff00")
    assert colour(view, 200, 10) == view.palette().window().color().name(), "above it there is nothing"
    view.resize(800, 800)
    assert view.scale() == pytest.approx(0.2)


def test_what_is_under_the_pointer_stays(view: ZoomView) -> None:
    for _ in range(6):
        view.zoom_to(view.scale() * 1.5, QPointF(100, 200))
        assert colour(view, 100, 200) == "#00ff00"
    view.fit()
    assert view.is_fitted()
    assert colour(view, 100, 200) == "#00ff00"


def test_a_better_picture_does_not_jump(qtbot: QtBot, view: ZoomView) -> None:
    with qtbot.waitSignal(view.detail_wanted):
        view.zoom_to(1.0, QPointF(100, 200))
    before = view.grab().toImage()
    view.improve(picture(4000, 3000), _WHOLE)
    assert view.scale() == pytest.approx(1.0)
    assert view.grab().toImage().pixelColor(100, 200) == before.pixelColor(100, 200)
    with qtbot.assertNotEmitted(view.detail_wanted):
        view.zoom_to(2.0)


def test_the_picture_cannot_be_lost(qtbot: QtBot, view: ZoomView) -> None:
    view.zoom_to(1.0)
    for _ in range(100):
        qtbot.keyClick(view, Qt.Key.Key_Left)
    assert colour(view, 0, 200) == "#ff0000"
    for _ in range(200):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert colour(view, 399, 200) == "#0000ff"


def test_keys_mouse_and_double_click(qtbot: QtBot, view: ZoomView) -> None:
    qtbot.keyClick(view, Qt.Key.Key_1)
    assert view.scale() == pytest.approx(1.0)
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.scale() == pytest.approx(1.25)
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.is_fitted()
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 200))
    assert view.scale() == pytest.approx(1.0)
    assert colour(view, 100, 200) == "#00ff00"
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 200))
    qtbot.mouseMove(view, QPoint(160, 240))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(160, 240))
    assert colour(view, 160, 240) == "#00ff00"


def test_nothing_and_small_pictures(view: ZoomView) -> None:
    view.clear()
    assert not view.has_picture()
    view.zoom_in()
    view.grab()
    view.set_picture(picture(16, 16), QSize())
    assert view.scale() == pytest.approx(2.0), "not blown up over the whole view"


def test_a_file_that_lies_about_its_size(view: ZoomView) -> None:
    view.set_picture(picture(600, 800), _WHOLE)
    assert view.scale() == pytest.approx(0.5), "the picture's own shape counts"
