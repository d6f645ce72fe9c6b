"""What outlives a window: a new one (in another language, say) goes on with the same."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QUndoStack

from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.window_state import WindowState
from clipdesk.ui.worker_client import WorkerClient


@dataclass(frozen=True, slots=True)
class Parts:
    """Handed to every window."""

    library: Path
    client: WorkerClient
    store: SettingsStore
    undo: QUndoStack
    state: WindowState
    restart: Callable[[bool], None]
    """Start the worker anew; True repairs the library first."""

    @property
    def thumbnails(self) -> Path:
        """Where the worker puts thumbnails."""
        return self.library / "thumbnails"
