"""A question before something that is not undone by a click."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask(parent: QWidget, title: str, question: str, told: str, yes: str, action: Callable[[], None]) -> None:
    """Ask; `action` is done when the button `yes` is pressed. "Cancel" is what Enter presses. Returns at once."""
    box = QMessageBox(QMessageBox.Icon.Question, title, question, parent=parent)
    # Of both texts; the informative one goes by the other's.
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(told)
    agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    agree.clicked.connect(action)
    box.finished.connect(box.deleteLater)
    box.open()
