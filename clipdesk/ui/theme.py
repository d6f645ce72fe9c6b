"""The look: Qt's own Fusion style with a light and a dark palette and one accent colour."""

from functools import partial
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

Mode = Literal["system", "light", "dark"]

GRID = 8
"""Margins and spacings are multiples of this, in device-independent pixels."""

_Role = QPalette.ColorRole
_LIGHT = {
    _Role.Window: "#f5f5f7",
    _Role.WindowText: "#1d1d20",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#eeeef1",
    _Role.Text: "#1d1d20",
    _Role.Button: "#f5f5f7",
    _Role.ButtonText: "#1d1d20",
    _Role.BrightText: "#ffffff",
    _Role.PlaceholderText: "#6b6b73",
    _Role.Light: "#ffffff",
    _Role.Midlight: "#e6e6ea",
    _Role.Mid: "#c9c9cf",
    _Role.Dark: "#9a9aa2",
    _Role.Shadow: "#60606a",
    _Role.ToolTipBase: "#2b2b30",
    _Role.ToolTipText: "#f5f5f7",
    _Role.Accent: "#0d6e6e",
    _Role.Highlight: "#0d6e6e",
    _Role.HighlightedText: "#ffffff",
    _Role.Link: "#0d6e6e",
    _Role.LinkVisited: "#0d6e6e",
}
_DARK = {
    _Role.Window: "#1f1f23",
    _Role.WindowText: "#ececf0",
    _Role.Base: "#17171a",
    _Role.AlternateBase: "#28282d",
    _Role.Text: "#ececf0",
    _Role.Button: "#2c2c32",
    _Role.ButtonText: "#ececf0",
    _Role.BrightText: "#ffffff",
    _Role.PlaceholderText: "#9d9da6",
    _Role.Light: "#45454d",
    _Role.Midlight: "#38383f",
    _Role.Mid: "#4a4a52",
    _Role.Dark: "#131316",
    _Role.Shadow: "#000000",
    _Role.ToolTipBase: "#3a3a41",
    _Role.ToolTipText: "#ececf0",
    _Role.Accent: "#4fc4bf",
    _Role.Highlight: "#4fc4bf",
    _Role.HighlightedText: "#0c2423",
    _Role.Link: "#4fc4bf",
    _Role.LinkVisited: "#4fc4bf",
}
_BOXES = QColor("#b8b8c0")
_FADED = (_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.Highlight, _Role.Accent)


def apply(app: QApplication, mode: Mode) -> None:
    """Give the application its look; with "system" it follows the system's choice from now on."""
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    hints = app.styleHints()
    hints.setColorScheme({"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(mode, Qt.ColorScheme.Unknown))
    if app.property("clipdesk theme") is None:
        hints.colorSchemeChanged.connect(partial(_follow, app))
    app.setProperty("clipdesk theme", mode)
    _paint(app, mode)


def is_dark(app: QApplication, mode: Mode) -> bool:
    """Return whether the dark palette is the one to show."""
    return mode == "dark" or (mode == "system" and app.styleHints().colorScheme() == Qt.ColorScheme.Dark)


def palette(*, dark: bool) -> QPalette:
    """Return the light or the dark palette."""
    made = QPalette()
    for role, colour in (_DARK if dark else _LIGHT).items():
        made.setColor(role, QColor(colour))
    placeholder = made.color(_Role.PlaceholderText)
    for role in _FADED:
        made.setColor(QPalette.ColorGroup.Disabled, role, placeholder)
    return made


def _follow(app: QApplication, _: Qt.ColorScheme) -> None:
    mode: Mode = app.property("clipdesk theme")
    if mode == "system":
        _paint(app, mode)


def _paint(app: QApplication, mode: Mode) -> None:
    made = palette(dark=is_dark(app, mode))
    app.setPalette(made)
    # Fusion derives the outline of an empty box from the window's colour: too faint to be seen, on dark above all.
    boxes = QPalette(made)
    boxes.setColor(_Role.Window, _BOXES)
    for kind in ("QCheckBox", "QRadioButton"):
        app.setPalette(boxes, kind)  # pyright: ignore[reportArgumentType]  (a str is what it takes)
