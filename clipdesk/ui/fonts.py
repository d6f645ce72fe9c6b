"""Fonts for a screen without any: where pictures of the window are drawn, and in tests."""

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from clipdesk.core.paths import resources

_FILES = ("interface.otf", "interface-bold.otf", "interface-cjk.otf")
_POINTS = 10


def provide_fonts(application: QGuiApplication) -> None:
    """Take the bundled fonts where Qt draws offscreen or the system has none; everywhere else the system's stay."""
    if QGuiApplication.platformName() not in ("offscreen", "minimal") and QFontDatabase.families():
        return
    families: list[str] = []
    for name in _FILES:
        number = QFontDatabase.addApplicationFont(str(resources() / "fonts" / name))
        families += [family for family in QFontDatabase.applicationFontFamilies(number) if family not in families]
    font = QFont(families)
    font.setPointSize(_POINTS)
    application.setFont(font)
