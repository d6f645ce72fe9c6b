"""Tells those who do not see the window what it has just said."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

_POLITE = QAccessible.AnnouncementPoliteness.Polite


def announce(widget: QWidget, text: str, politeness: QAccessible.AnnouncementPoliteness = _POLITE) -> None:
    """Have a screen reader say `text`; without one nothing happens."""
    event = QAccessibleAnnouncementEvent(widget, text)
    event.setPoliteness(politeness)
    QAccessible.updateAccessibility(event)
