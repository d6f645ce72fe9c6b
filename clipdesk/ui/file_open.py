"""Photos and folders that macOS hands to a running program: double-click, "Open With", things dropped on the Dock."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class FileOpen(QObject):
    """Gathers what comes at once, for several files come as one event each."""

    opened = Signal(list)
    """list[Path]."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths: list[Path] = []

    def take(self, event: QEvent) -> bool:
        """Whether this was an event of opening, and is taken."""
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return False
        if not self._paths:
            QTimer.singleShot(0, self._tell)
        self._paths.append(Path(event.file()))
        return True

    def _tell(self) -> None:
        paths, self._paths = self._paths, []
        self.opened.emit(paths)


class Application(QApplication):
    """Qt's application, which takes those events. A filter would see every event of every widget."""

    def __init__(self, arguments: list[str]) -> None:
        # Without a parent, since events come while a child is being added.
        self.file_open = FileOpen()
        super().__init__(arguments)

    def event(self, event: QEvent) -> bool:
        """What is sent to the application itself, which is seldom."""
        return self.file_open.take(event) or super().event(event)
