"""Text that others wrote (names of files, folders, tags), shown as it is.

Qt takes tooltips and labels for HTML as soon as they look like it: a name could hide itself, or load a picture.
"""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def plain_tip(text: str) -> str:
    """`text` as a tooltip that shows every letter of it."""
    # As rich text, since Qt has no way to say that a tooltip is none.
    return f"<p>{escape(text).replace(chr(10), '<br>')}</p>" if "<" in text or "&" in text else text


def show_plain(*labels: QLabel) -> None:
    """Have labels show their text as it is."""
    for label in labels:
        label.setTextFormat(Qt.TextFormat.PlainText)
