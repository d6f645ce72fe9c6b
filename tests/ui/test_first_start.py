"""The first start page: the Pictures folder, any folder, samples."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from clipdesk.ui.first_start import FirstStartPage


def _shown(qtbot: QtBot, pictures: Path) -> FirstStartPage:
    page = FirstStartPage(pictures=pictures)
    qtbot.addWidget(page)
    page.show()
    return page


def test_the_pictures_folder_is_proposed(qtbot: QtBot, tmp_path: Path) -> None:
    pictures = tmp_path / "Pictures"
    pictures.mkdir()
    page = _shown(qtbot, pictures)
    qtbot.waitUntil(page.pictures_button.isEnabled)
    assert "Pictures" in page.pictures_button.text()
    with qtbot.waitSignal(page.folders_chosen) as chosen:
        qtbot.mouseClick(page.pictures_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [[pictures]]


def test_a_pictures_folder_that_is_not_there_is_not_proposed(qtbot: QtBot, tmp_path: Path) -> None:
    page = _shown(qtbot, tmp_path / "nowhere")
    qtbot.waitUntil(page.pictures_button.isHidden)


def test_any_folder_can_be_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    page = _shown(qtbot, tmp_path)
    qtbot.mouseClick(page.choose_button, Qt.MouseButton.LeftButton)
    [dialog] = page.findChildren(QFileDialog)
    assert dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.selectFile(str(tmp_path))
    with qtbot.waitSignal(page.folders_chosen) as chosen:
        dialog.accept()
    assert chosen.args == [[tmp_path]]


def test_samples_are_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    page = _shown(qtbot, tmp_path)
    with qtbot.waitSignal(page.samples_requested):
        qtbot.mouseClick(page.samples_button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("width", [360, 1280])
def test_no_text_is_cut_off(qtbot: QtBot, tmp_path: Path, width: int) -> None:
    page = _shown(qtbot, tmp_path)
    page.resize(width, 720)
    qtbot.waitUntil(page.pictures_button.isEnabled)
    for button in (page.pictures_button, page.choose_button, page.samples_button):
        assert button.width() >= button.sizeHint().width()
        assert page.rect().contains(button.mapTo(page, button.rect().bottomRight()))
