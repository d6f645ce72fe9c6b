"""Compare: five rows from a real worker, on the screen and in a file."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QToolTip
from pytestqt.qtbot import QtBot

from clipdesk.ui import theme
from clipdesk.ui.compare_dialog import CompareDialog
from clipdesk.ui.compare_grid import Comparison, picture_of
from clipdesk.ui.worker_client import WorkerClient

WAIT = 60_000


def button(dialog: CompareDialog, text: str) -> QPushButton:
    [found] = [one for one in dialog.findChildren(QPushButton) if text in one.text()]
    return found


@pytest.fixture
def dialog(qtbot: QtBot, client: WorkerClient, library_folder: Path) -> CompareDialog:
    made = CompareDialog(client, library_folder / "thumbnails", "a dog + snow", None)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(button(made, "Save").isEnabled, timeout=WAIT)
    return made


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_five_rows(qtbot: QtBot, dialog: CompareDialog, direction: Qt.LayoutDirection) -> None:
    rows = dialog.grid.accessibleDescription().replace("\u2066", "").replace("\u2069", "").splitlines()
    assert [row.split(":")[0] for row in rows] == ["−2", "−1", "0", "+1", "+2"]
    assert all(row.count(".jpg") == 10 for row in rows)
    assert dialog.status() == ""
    dialog.setLayoutDirection(direction)
    shown = dialog.grid.grab().toImage()
    colours = {shown.pixelColor(x, y).name() for x in range(0, shown.width(), 7) for y in range(0, shown.height(), 7)}
    assert len(colours) > 200, "photos are drawn"


def test_names_under_the_mouse(qtbot: QtBot, dialog: CompareDialog) -> None:
    first = dialog.grid.accessibleDescription().splitlines()[2].split(": ")[1].split(",")[0]
    place = QPoint(120, dialog.grid.height() // 2)
    QApplication.sendEvent(dialog.grid, QHelpEvent(QHelpEvent.Type.ToolTip, place, dialog.grid.mapToGlobal(place)))
    assert QToolTip.text() == first
    dialog.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    place = QPoint(dialog.grid.width() - 120, dialog.grid.height() // 2)
    QApplication.sendEvent(dialog.grid, QHelpEvent(QHelpEvent.Type.ToolTip, place, dialog.grid.mapToGlobal(place)))
    assert QToolTip.text() == first
    QToolTip.hideText()


def test_saving(qtbot: QtBot, dialog: CompareDialog, tmp_path: Path) -> None:
    dialog.save_to(tmp_path / "rows")
    qtbot.waitUntil(lambda: "Saved" in dialog.status(), timeout=WAIT)
    saved = QImage(str(tmp_path / "rows.png"))
    assert (saved.width(), saved.height()) == (2 * 32 + 96 + 10 * 168 - 8, 2 * 32 + 72 + 5 * 168 - 8)
    assert saved.pixelColor(2, 2) == theme.palette(dark=False).base().color()
    assert button(dialog, "Save").isEnabled()


def test_a_place_that_cannot_be_written(qtbot: QtBot, dialog: CompareDialog, tmp_path: Path) -> None:
    dialog.save_to(tmp_path / "nowhere" / "rows.png")
    qtbot.waitUntil(lambda: "Choose another place" in dialog.status(), timeout=WAIT)


def test_a_query_that_cannot_be_answered(qtbot: QtBot, client: WorkerClient, library_folder: Path) -> None:
    made = CompareDialog(client, library_folder / "thumbnails", "/nowhere/cat.jpg", None)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(button(made, "Try Again").isVisible, timeout=WAIT)
    assert "cat.jpg" in made.status()
    assert not button(made, "Save").isEnabled()
    button(made, "Try Again").click()
    assert made.status() == "Comparing…"
    qtbot.waitUntil(button(made, "Try Again").isVisible, timeout=WAIT)


def test_no_photo_passes(qtbot: QtBot, client: WorkerClient, library_folder: Path) -> None:
    made = CompareDialog(client, library_folder / "thumbnails", "dog in:nowhere", None)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    qtbot.waitUntil(lambda: "No photo" in made.status(), timeout=WAIT)
    assert not button(made, "Save").isEnabled()


def test_closing_while_it_asks(qtbot: QtBot, client: WorkerClient, library_folder: Path) -> None:
    made = CompareDialog(client, library_folder / "thumbnails", "a cat", None)
    made.show()
    with qtbot.waitSignal(made.destroyed):
        made.close()


def test_an_empty_comparison_can_be_drawn(qtbot: QtBot) -> None:
    assert not picture_of(Comparison("nothing"), theme.palette(dark=True)).isNull()


def test_saving_starts_among_the_pictures(
    qtbot: QtBot, dialog: CompareDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clipdesk.ui.compare_dialog.pictures_folder", lambda: tmp_path)
    button(dialog, "Save").click()
    chooser = dialog.findChild(QFileDialog)
    assert isinstance(chooser, QFileDialog)
    assert Path(chooser.directory().path()) == tmp_path
    chooser.reject()
