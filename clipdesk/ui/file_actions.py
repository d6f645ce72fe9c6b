"""What the system does with files: open, show in a folder, copy."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication, QMimeData, QObject, QProcess, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

_MOST_WINDOWS = 12
"""Nobody wants more windows than that opened at once."""


def open_files(paths: Sequence[Path]) -> list[Path]:
    """Open files with the programs that the system has for them; returns those that none took."""
    return [path for path in paths[:_MOST_WINDOWS] if not QDesktopServices.openUrl(_url(path))]


def copy_files(paths: Sequence[Path]) -> None:
    """Put files on the clipboard, for file managers, mail programs and the like."""
    QGuiApplication.clipboard().setMimeData(files_mime(paths))


def files_mime(paths: Sequence[Path]) -> QMimeData:
    """Files as a clipboard or a drag carries them."""
    data = QMimeData()
    data.setUrls([_url(path) for path in paths])
    if sys.platform.startswith("linux"):
        listed = "\n".join(["copy", *(bytes(_url(path).toEncoded().data()).decode() for path in paths)])
        data.setData("x-special/gnome-copied-files", QByteArray(listed.encode()))
    return data


def show_in_folder(path: Path, parent: QObject, refused: Callable[[str], None]) -> None:
    """Show a file in the system's file manager, selected where it can do that; `refused` gets what to say if not."""
    process = QProcess(parent)
    process.finished.connect(process.deleteLater)

    def show_folder() -> None:
        if not QDesktopServices.openUrl(_url(path.parent)):
            no_program = QCoreApplication.translate(
                "FileActions", "No program on this computer shows the folder {path}."
            )
            refused(no_program.format(path=path.parent))

    if sys.platform == "win32":
        process.start("explorer.exe", ["/select,", str(path)])
    elif sys.platform == "darwin":
        process.start("open", ["-R", str(path)])
    else:
        uri = bytes(_url(path).toEncoded().data()).decode().replace(",", "%2C")
        call = ["--session", "--print-reply", "--dest=org.freedesktop.FileManager1", "--type=method_call"]
        where = ["/org/freedesktop/FileManager1", "org.freedesktop.FileManager1.ShowItems"]

        def ended(code: int) -> None:
            if code:
                show_folder()

        def failed(_: QProcess.ProcessError) -> None:
            show_folder()
            process.deleteLater()

        process.finished.connect(ended)
        process.errorOccurred.connect(failed)
        process.start("dbus-send", [*call, *where, f"array:string:{uri}", "string:"])


def _url(path: Path) -> QUrl:
    return QUrl.fromLocalFile(str(path))
