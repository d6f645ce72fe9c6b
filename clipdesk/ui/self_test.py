"""What the self-test looks at in Qt: plugins, translations, icons and fonts. Runs without a screen."""

from PySide6 import __version__
from PySide6.QtCore import QCoreApplication, QLibraryInfo
from PySide6.QtGui import QFontDatabase, QImageReader, QImageWriter

from clipdesk.core.paths import resources
from clipdesk.core.self_test import expect
from clipdesk.ui import language
from clipdesk.ui.application import application
from clipdesk.ui.icons import icon

_FORMATS = frozenset({"jpeg", "png", "webp", "gif", "bmp", "svg", "tiff"})
_CONTEXT, _TEXT = "Help", "Version"
_OF_QT = ("QPlatformTheme", "Cancel")
"""Not written out where it is translated: it is not among clipdesk's own texts."""
_LANGUAGES = ("ja", "zh_CN")
_translated = QCoreApplication.translate


def examine() -> str:
    """Return what was seen, in a line. Raises CheckFailedError; ends the process where Qt cannot start at all."""
    app = application()
    formats = {bytes(name.data()).decode() for name in QImageReader.supportedImageFormats()}
    expect(formats >= _FORMATS, f"Qt cannot read {', '.join(sorted(_FORMATS - formats))}")
    expect(b"png" in {bytes(name.data()) for name in QImageWriter.supportedImageFormats()}, "Qt cannot write PNG")
    expect(QFontDatabase.families(), "there are no fonts")
    names = sorted(file.stem for file in (resources() / "icons").glob("*.svg"))
    empty = [name for name in names if icon(name).pixmap(32, 32).toImage().allGray() and name == "clipdesk"]
    expect(len(names) > 40 and not empty, "icons are missing")
    for code in _LANGUAGES:
        language.install(app, code)
        own = _translated(_CONTEXT, _TEXT)
        expect(own != _TEXT, f"clipdesk's own words are not translated to {code}")
        expect(_translated(*_OF_QT) != _OF_QT[1], f"Qt's own words are not translated to {code}")
    language.install(app, "en")
    plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    expect(plugins, "Qt does not know its plugins")
    return f"Qt {__version__}, {len(formats)} picture formats, {len(names)} icons, {1 + len(_LANGUAGES)} languages"
