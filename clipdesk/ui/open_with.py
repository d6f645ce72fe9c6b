"""The programs that can open photos. Linux lists them in desktop entries; elsewhere the system itself asks.

Desktop entries: freedesktop.org, Desktop Entry Specification 1.5.
"""

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from configparser import ConfigParser, Error
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLocale, QObject, QProcess
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from clipdesk.ui.jobs import JobThread

_ENTRY = "Desktop Entry"


@dataclass(frozen=True, slots=True)
class Program:
    """A program that opens pictures; `command` may have field codes (%f, %U ...)."""

    name: str
    command: tuple[str, ...]
    icon: str = ""

    def arguments(self, paths: Sequence[Path]) -> list[list[str]]:
        """The command lines that open `paths`: one for all, or one for each."""
        files, uris = [str(path) for path in paths], [path.as_uri() for path in paths]
        if any(part in ("%F", "%U") for part in self.command):
            return [self._filled(files, uris)]
        return [self._filled([file], [uri]) for file, uri in zip(files, uris, strict=True)]

    def _filled(self, files: list[str], uris: list[str]) -> list[str]:
        filled: list[str] = []
        named = False
        for part in self.command:
            if part in ("%f", "%F", "%u", "%U"):
                filled += files if part in ("%f", "%F") else uris
                named = True
            elif part == "%c":
                filled.append(self.name)
            elif part not in ("%i", "%k", "%d", "%D", "%n", "%N", "%v", "%m"):
                filled.append(part.replace("%%", "%"))
        return filled if named else filled + files


class OpenWith(QObject):
    """Fills a menu with programs, which are looked for off the main thread, once."""

    def __init__(self, selected: Callable[[], list[Path]], parent: QWidget) -> None:
        super().__init__(parent)
        self._selected = selected
        self._window = parent
        self._jobs = JobThread(self)
        self._programs: list[Program] | None = None

    def menu(self, parent: QWidget) -> QMenu:
        """A menu that fills itself when it is opened."""
        menu = QMenu(self.tr("Open with"), parent)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        return menu

    def _fill(self, menu: QMenu) -> None:
        if self._programs is None and sys.platform.startswith("linux"):
            menu.clear()
            menu.addAction(self.tr("Looking for programs…")).setEnabled(False)
            language = QLocale().name()
            self._jobs.run(lambda: list(installed(language)), lambda found: self._found(found, menu))
            return
        menu.clear()
        for program in self._programs or []:
            action = menu.addAction(QIcon.fromTheme(program.icon), program.name.replace("&", "&&"))
            action.triggered.connect(lambda _=False, program=program: self._start(program))
        if self._programs:
            menu.addSeparator()
        menu.addAction(self.tr("Another program…")).triggered.connect(self._choose)

    def _found(self, programs: list[Program], menu: QMenu) -> None:
        self._programs = programs
        try:
            self._fill(menu)
        except RuntimeError:  # the menu is closed and gone
            return

    def _start(self, program: Program) -> None:
        for command in program.arguments(self._selected()):
            QProcess.startDetached(command[0], command[1:])

    def _choose(self) -> None:
        paths = self._selected()
        if sys.platform == "win32":
            for path in paths[:1]:
                QProcess.startDetached("rundll32.exe", ["shell32.dll,OpenAs_RunDLL", str(path)])
            return
        dialog = QFileDialog(self._window, self.tr("Choose a program"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setDirectory("/Applications" if sys.platform == "darwin" else "/usr/bin")

        def chosen(name: str) -> None:
            if sys.platform == "darwin":
                QProcess.startDetached("open", ["-a", name, *map(str, paths)])
            else:
                QProcess.startDetached(name, [*map(str, paths)])

        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def installed(language: str) -> Iterator[Program]:
    """The programs whose desktop entries say that they open pictures, by name. Reads many small files."""
    data = os.environ.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    others = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    found: dict[str, Program | None] = {}
    for base in (data, *others.split(":")):
        folder = Path(base, "applications")
        for file in sorted(folder.rglob("*.desktop")) if folder.is_dir() else ():
            # An entry of the user's own takes the place of the system's one of the same name.
            found.setdefault(file.relative_to(folder).as_posix().replace("/", "-"), read_entry(file, language))
    yield from sorted(filter(None, found.values()), key=lambda program: program.name.casefold())


def read_entry(file: Path, language: str) -> Program | None:
    """Return the program of a desktop entry; None for one that opens no pictures, is hidden or not installed."""
    parser = ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(file.read_text(encoding="utf-8"))
        entry = parser[_ENTRY]
        command = tuple(shlex.split(entry.get("Exec", "")))
    except (OSError, UnicodeDecodeError, Error, KeyError, ValueError):
        return None
    opens = any(kind.startswith("image/") for kind in entry.get("MimeType", "").split(";"))
    hidden = entry.get("Hidden") == "true" or entry.get("Terminal") == "true" or entry.get("Type") != "Application"
    if not opens or hidden or not command or shutil.which(entry.get("TryExec") or command[0]) is None:
        return None
    name = entry.get(f"Name[{language}]") or entry.get(f"Name[{language.partition('_')[0]}]") or entry.get("Name", "")
    return Program(name, command, entry.get("Icon", "")) if name else None
