"""The settings that the window works with, saved as soon as they change."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from clipdesk.core import settings as stored
from clipdesk.core.settings import Settings


class SettingsStore(QObject):
    """Holds the user's settings; `changed` tells (before, after)."""

    changed = Signal(Settings, Settings)

    def __init__(self, settings: Settings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings if settings is not None else stored.load()

    @property
    def settings(self) -> Settings:
        """The settings now."""
        return self._settings

    def update(self, **changes: Any) -> None:
        """Change entries by name and save them. Raises UserError when the file cannot be written."""
        before, after = self._settings, Settings.model_validate(self._settings.model_dump() | changes)
        if after == before:
            return
        self._settings = after
        self.changed.emit(before, after)
        stored.save(after)
