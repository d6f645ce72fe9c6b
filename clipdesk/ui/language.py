"""The language of the window: the user's choice, or the system's."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from clipdesk.core.paths import resources

_installed: list[QTranslator] = []


def install(app: QApplication, language: str) -> None:
    """Translate what is made from now on into `language` ("system", or a code such as "ja")."""
    while _installed:
        app.removeTranslator(_installed.pop())
    locale = QLocale.system() if language == "system" else QLocale(language)
    QLocale.setDefault(locale)
    own, qt = str(resources() / "translations"), QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (("qtbase", qt), ("clipdesk", own)):
        translator = QTranslator(app)
        # English has a file too, since plurals need one; it serves every language that there is no file for.
        if translator.load(locale, name, "_", folder) or translator.load(f"{name}_en", folder):
            app.installTranslator(translator)
            _installed.append(translator)
