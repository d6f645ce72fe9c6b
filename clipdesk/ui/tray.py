"""What shows outside the window: the tray icon, the task bar's badge, a word when a long index run has ended."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from clipdesk.core.entities import IndexReport, Progress
from clipdesk.ui.icons import APPLICATION, icon

_LONG = 60.0
"""Seconds of a run whose end is worth telling."""


class Tray(QObject):
    """A tray icon as long as the user wants clipdesk to keep watching, where the system has a tray."""

    window_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None
        self._menu = QMenu()
        self.retranslate()

    @property
    def keeps_running(self) -> bool:
        """Whether closing the window leaves clipdesk in the tray."""
        return self._icon is not None and self._icon.isVisible()

    def retranslate(self) -> None:
        """Write the menu in the language of the moment."""
        self._menu.clear()
        self._menu.addAction(self.tr("Show clipdesk"), self.window_wanted.emit)
        self._menu.addAction(self.tr("Quit"), self.quit_wanted.emit)

    def show_icon(self, keep_watching: bool) -> None:
        """Show the icon if the user wants clipdesk to keep watching; where the system has a tray."""
        wanted = keep_watching and QSystemTrayIcon.isSystemTrayAvailable()
        if wanted and self._icon is None:
            self._icon = QSystemTrayIcon(icon(APPLICATION), self)
            self._icon.setToolTip("clipdesk")
            self._icon.setContextMenu(self._menu)
            self._icon.activated.connect(self._activated)
        if self._icon is not None:
            self._icon.setVisible(wanted)

    def show_progress(self, progress: Progress | None) -> None:
        """How many photos are left, on the dock or task bar where the system allows."""
        left = progress.total - progress.done if progress is not None and progress.phase == "indexing" else 0
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.setBadgeNumber(max(0, left))

    def tell_end(self, report: IndexReport) -> None:
        """Tell that a run has ended, when it was long and the user looks elsewhere."""
        if report.seconds < _LONG or QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive:
            return
        for window in QApplication.topLevelWidgets():
            QApplication.alert(window)
        if self._icon is not None and self._icon.supportsMessages():
            text = self.tr("%n photo(s) can be found now.", "", report.added + report.updated)
            self._icon.showMessage("clipdesk", text, icon(APPLICATION))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self.window_wanted.emit()
