"""Fonts for what the system's cannot write: a screen without any (pictures of the window, tests), missing scripts."""

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from clipdesk.core.paths import resources

_BASIC = ("interface.otf", "interface-bold.otf")
_WIDE = "interface-cjk.otf"
_POINTS = 10
_System = QFontDatabase.WritingSystem
_SCRIPTS = (_System.Japanese, _System.SimplifiedChinese)
"""What the languages of the window need beyond Latin."""


def provide_fonts(application: QGuiApplication, platform: str = "") -> None:
    """Take the bundled fonts where Qt draws offscreen or the system has none; elsewhere they only stand in.

    Where no installed family has the letters of a language of the window, the bundled one comes after the system's:
    the names in the list of languages can always be read. `platform` is Qt's plugin, the one that runs when "".
    """
    platform = platform or QGuiApplication.platformName()
    alone = platform in ("offscreen", "minimal") or not QFontDatabase.families()
    if alone:
        font = QFont(_add(*_BASIC, _WIDE))
        font.setPointSize(_POINTS)
    elif all(QFontDatabase.families(script) for script in _SCRIPTS):
        return
    else:
        font = application.font()
        font.setFamilies([*(font.families() or [font.family()]), *_add(_WIDE)])
    application.setFont(font)


def _add(*names: str) -> list[str]:
    families: list[str] = []
    for name in names:
        number = QFontDatabase.addApplicationFont(str(resources() / "fonts" / name))
        families += [family for family in QFontDatabase.applicationFontFamilies(number) if family not in families]
    return families
