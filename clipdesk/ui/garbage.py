"""Python's garbage collection, in the main thread only, when the window has nothing else to do.

Collecting in another thread would destroy widgets and timers there, which crashes Qt; in the middle of a frame it would
cost that frame. Looking through everything takes a tenth of a second with many photos in memory: that is for when the
user has turned to another window.
"""

import gc

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt
from PySide6.QtGui import QGuiApplication

_YOUNG = 5_000
"""New objects that are worth a collection; Python itself begins at 700, for programs that never rest."""
_MIDDLE = 4
"""Such collections after which those that stayed are looked through again: some milliseconds."""
_OLD = 400
"""The same of all objects, for a window that is never left."""


class GarbageCollection(QObject):
    """Takes over from Python until `stop`. To be made in the main thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()  # what the modules hold stays
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._left)
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._collect)

    def stop(self) -> None:
        """Leave it to Python again."""
        QAbstractEventDispatcher.instance().aboutToBlock.disconnect(self._collect)
        gc.enable()

    def _collect(self) -> None:
        young, middle, old = gc.get_count()
        if young < _YOUNG:
            return
        gc.collect(2 if old > _OLD else 1 if middle > _MIDDLE else 0)

    def _left(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive and gc.get_count()[2]:
            gc.collect()


def collect_when_idle(application: QObject) -> GarbageCollection:
    """Return the one `GarbageCollection` of the application, made if need be."""
    there = application.findChild(GarbageCollection)
    return there if isinstance(there, GarbageCollection) else GarbageCollection(application)
