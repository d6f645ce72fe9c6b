"""Names of files, folders and tags are shown as text, whatever they look like."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from clipdesk.cli_output import printable
from clipdesk.core.messages import SetTagsRequest
from clipdesk.ui.application import Desk, WindowOptions, application
from clipdesk.ui.page_makers import DUPLICATES, LIBRARY, PHOTOS, SETTINGS, TAGS
from clipdesk.worker.supervisor import WorkerSupervisor
from tests.faults.conftest import Figures
from tests.worker.hooks import picture

WAIT = 60_000
MARK = "hostile"
HTML = f"<img src=x><b>{MARK}<h1>&lt;"
PAGES = (PHOTOS, TAGS, DUPLICATES, LIBRARY, SETTINGS)


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(application(), WindowOptions(tmp_path / "library"), WorkerSupervisor)
    yield desk
    desk.close()


def _hides(text: str) -> bool:
    """Whether Qt, taking `text` for HTML, would not show each letter of it."""
    document = QTextDocument()
    document.setHtml(text)
    return MARK in text and "<b>" not in document.toPlainText()


def _is_shown_as_html(label: QLabel) -> bool:
    form = label.textFormat()
    return form is not Qt.TextFormat.PlainText and form is not Qt.TextFormat.MarkdownText and _hides(label.text())


def _tips(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    flat = isinstance(model, QAbstractListModel)
    for row in range(min(model.rowCount(parent), 50)):
        for column in range(1 if flat else model.columnCount(parent)):
            index = model.index(row, column, parent)
            tip = index.data(Qt.ItemDataRole.ToolTipRole)
            yield tip if isinstance(tip, str) else ""
            if column == 0 and not flat and model.hasChildren(index):
                yield from _tips(model, index)


def _looked_at(top: QWidget) -> tuple[int, list[str]]:
    """How often the mark was seen in labels and tooltips, and where it would be shown as HTML."""
    seen, wrong = 0, list[str]()
    for widget in [top, *top.findChildren(QWidget)]:
        what = f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        if isinstance(widget, QLabel):
            seen += MARK in widget.text()
            wrong += [f"the text of {what}: {widget.text()}"] * _is_shown_as_html(widget)
        tips = [widget.toolTip()]
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            tips += _tips(widget.model(), QModelIndex())
        seen += sum(MARK in tip for tip in tips)
        wrong += [f"a tooltip of {what}: {tip}" for tip in tips if _hides(tip)]
    return seen, wrong


@pytest.mark.skipif(sys.platform == "win32", reason="names of files hold no < there")
def test_html_in_names_is_shown_as_text(desk: Desk, qtbot: QtBot, tmp_path: Path, figures: Figures) -> None:
    folder = tmp_path / HTML.replace("/", "")
    for number in range(3):
        picture(folder / f"{HTML} {number}.jpg", number)
    (folder / f"{HTML} copy.jpg").write_bytes((folder / f"{HTML} 1.jpg").read_bytes())
    (folder / f"{HTML} bad.jpg").write_bytes(b"\xff\xd8\xff")
    desk.window.resize(1280, 800)
    with qtbot.waitSignal(desk.window.indexing.ended, timeout=WAIT):
        desk.open_paths([folder])
    page = desk.window.search_page()
    qtbot.waitUntil(lambda: page.results.model.count() == 3, timeout=WAIT)
    photos = tuple(photo.id for row in range(3) if (photo := page.results.model.photo_at(row)) is not None)
    done: list[object] = []
    desk.client.ask(desk, lambda i: SetTagsRequest(i, photos, accept=(HTML,)), done.append, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=WAIT)
    with qtbot.waitSignal(page.answered, timeout=WAIT):
        page.bar.set_query(f'"{folder / f"{HTML} 0.jpg"}"')
    qtbot.waitUntil(lambda: page.results.model.count() > 0, timeout=WAIT)
    page.results.view.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Home):
        qtbot.keyClick(page.results.view, key)
    qtbot.waitUntil(lambda: MARK in "".join(label.text() for label in page.details.findChildren(QLabel)), timeout=WAIT)
    seen, wrong = 0, list[str]()
    for number in PAGES:
        desk.window.pages.show_page(number)
        qtbot.waitUntil(lambda: not desk.client.waiting, timeout=WAIT)
        here, bad = _looked_at(desk.window)
        seen, wrong = seen + here, wrong + [line for line in bad if line not in wrong]
    assert wrong == []
    assert seen > 10, "the names should be seen"
    figures("places with such names", seen)


def test_questions_show_names_as_text(qtbot: QtBot) -> None:
    from clipdesk.ui.question import ask

    parent = QWidget()
    qtbot.addWidget(parent)
    ask(parent, "Library", f"Remove {HTML}?", f"{HTML} stays", "Remove", lambda: None)
    [box] = parent.findChildren(QMessageBox)
    assert _looked_at(box)[1] == []
    assert sum(MARK in label.text() for label in box.findChildren(QLabel)) == 2
    box.close()


def test_control_characters_and_changed_directions_do_not_reach_the_terminal() -> None:
    name = "holiday\u202egpj.exe\u2066\x1b]0;x\x07\r\n\x9b31m\u2028"
    shown = printable(name)
    assert shown.isprintable()
    assert "holiday" in shown
    assert printable("写真 é 🐶 👩‍👩‍👧 العربية") == "写真 é 🐶 👩‍👩‍👧 العربية"
    assert os.linesep not in shown
