"""Python's garbage collection, in the main thread only, when the window has nothing else to do.

Collecting in another thread would destroy widgets and timers there, which crashes Qt; in the middle of a frame it would
cost that frame.
"""

import gc

from PySide6.QtCore import QAbstractEventDispatcher, QObject

_YOUNG = 5_000
"""New objects that are worth a collection; Python itself begins at 700, for programs that never rest."""


class GarbageCollection(QObject):
    """Takes over from Python until `stop`. To be made in the main thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._collect)

    def stop(self) -> None:
        """Leave it to Python again."""
        QAbstractEventDispatcher.instance().aboutToBlock.disconnect(self._collect)
        gc.enable()

    def _collect(self) -> None:
        young, middle, old = gc.get_count()
        if young < _YOUNG:
            return
        _, middle_at, old_at = gc.get_threshold()
        gc.collect(2 if old > old_at else 1 if middle > middle_at else 0)


def collect_when_idle(application: QObject) -> GarbageCollection:
    """Return the one `GarbageCollection` of the application, made if need be."""
    there = application.findChild(GarbageCollection)
    return there if isinstance(there, GarbageCollection) else GarbageCollection(application)
