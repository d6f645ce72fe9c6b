"""The preview window of the page of photos: what it shows, and what actions act on meanwhile."""

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from clipdesk.core.entities import Photo
from clipdesk.ui.parts import Parts
from clipdesk.ui.preview_window import PhotoList, PreviewWindow
from clipdesk.ui.results_panel import ResultsPanel
from clipdesk.ui.views import Views


class Previews(QObject):
    """Makes the preview window when it is first wanted; the selection of the results follows it."""

    menu_requested = Signal(QPoint)

    def __init__(self, parts: Parts, results: ResultsPanel, page: QWidget) -> None:
        super().__init__(page)
        self._parts, self._results, self._page = parts, results, page
        self._window: PreviewWindow | None = None
        self._views = Views(parts.client, self)
        self._actions: list[QAction] = []

    def add_actions(self, actions: list[QAction]) -> None:
        """What can be done with a photo, at hand in the preview too."""
        self._actions = actions

    def show_results(self, row: int) -> None:
        """Show the results, from a row on."""
        self._shown().open(self._results.model, row)

    def show_photos(self, photos: list[Photo], row: int) -> None:
        """Show photos of another page."""
        self._shown().open(PhotoList(photos), row)

    def meant(self) -> list[Photo]:
        """What actions act on: the photo in the preview, or else the selection."""
        window = self._window
        photo = window.photo() if window is not None and window.isActiveWindow() else None
        return [photo] if photo is not None else self._results.selected_photos()

    def _shown(self) -> PreviewWindow:
        if self._window is None:
            self._window = PreviewWindow(self._parts.client, self._parts.thumbnails, self._page)
            self._window.addActions(self._actions)
            self._window.row_changed.connect(self._follow)
            self._window.menu_requested.connect(self.menu_requested)
            self._window.closed.connect(lambda: self._views.look_at(None))
        return self._window

    def _follow(self, row: int) -> None:
        """Move the selection along, when the results are what is shown."""
        self._views.look_at(self._window.photo() if self._window is not None else None)
        shown = self._results.model.photo_at(row)
        if self._window is not None and shown is not None and shown == self._window.photo():
            self._results.view.setCurrentIndex(self._results.model.index(row))
