"""Makes each page of the window when it is first shown, and hands on what it tells."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from clipdesk.core.messages import Failed
from clipdesk.ui.indexing import Indexing
from clipdesk.ui.model_switch import ModelSwitch
from clipdesk.ui.parts import Parts
from clipdesk.ui.settings_store import SettingsStore

PHOTOS, DUPLICATES, TAGS, LIBRARY, MODELS, SETTINGS, FIRST_START = range(7)


class PageMakers(QObject):
    """The pages are imported here, one by one: the first window need not wait for those that nobody looks at."""

    answered = Signal(object)
    """BrowseReply"""
    used = Signal()
    search_requested = Signal(str)
    folders_wanted = Signal()
    folders_chosen = Signal(list)
    samples_requested = Signal()
    failed = Signal(Failed)
    """What is wrong with the library or the worker."""
    told = Signal(str, str)
    """What could not be done, and what to do next."""
    done = Signal(str, bool)
    """What was done; whether undo takes it back."""
    bin_requested = Signal(list)
    """Paths of files that the user wants in the bin, and has said so."""
    preview_requested = Signal(list, int)
    """list[Photo] and the row to begin with."""

    def __init__(self, parts: Parts, indexing: Indexing, switch: ModelSwitch, window: QWidget) -> None:
        super().__init__(window)
        self._parts, self._indexing, self._switch, self._window = parts, indexing, switch, window

    @property
    def settings(self) -> SettingsStore:
        """The settings that the pages work with."""
        return self._parts.store

    def names(self) -> list[tuple[str, str]]:
        """Icon and name of every page in the rail."""
        return [
            ("photos", self.tr("Photos")),
            ("duplicates", self.tr("Duplicates")),
            ("tags", self.tr("Tags")),
            ("library", self.tr("Library")),
            ("models", self.tr("Models")),
            ("settings", self.tr("Settings")),
        ]

    def all(self) -> list[Callable[[], QWidget]]:
        """In the order of the numbers above."""
        pages = [self._photos, self._duplicates, self._tags, self._library, self._models]
        return [*pages, self._settings, self._first_start]

    def _photos(self) -> QWidget:
        from clipdesk.ui.search_page import SearchPage

        page = SearchPage(self._parts, self._window)
        page.answered.connect(self.answered)
        page.used.connect(self.used)
        page.told.connect(self.told)
        page.done.connect(self.done)
        page.failed.connect(self.failed)
        page.folders_wanted.connect(self.folders_wanted)
        self._indexing.grown.connect(page.refresh)
        return page

    def _duplicates(self) -> QWidget:
        from clipdesk.ui.duplicates_page import DuplicatesPage

        page = DuplicatesPage(self._parts.client, self._parts.thumbnails)
        page.bin_requested.connect(self.bin_requested)
        page.preview_requested.connect(self.preview_requested)
        return page

    def _tags(self) -> QWidget:
        from clipdesk.ui.tags_page import TagsPage

        parts = self._parts
        page = TagsPage(parts.client, parts.undo, parts.store, parts.thumbnails)
        page.search_requested.connect(self.search_requested)
        page.preview_requested.connect(self.preview_requested)
        return page

    def _library(self) -> QWidget:
        from clipdesk.ui.library_page import LibraryPage

        page = LibraryPage(self._parts.client, self._parts.store)
        page.add_folders_requested.connect(self.folders_wanted)
        self._indexing.progress.connect(page.set_progress)
        return page

    def _models(self) -> QWidget:
        from clipdesk.ui.models_page import ModelsPage

        return ModelsPage(self._parts.client, self._switch)

    def _settings(self) -> QWidget:
        from clipdesk.ui.settings_page import SettingsPage

        return SettingsPage(self._parts.client, self._parts.store, self._switch)

    def _first_start(self) -> QWidget:
        from clipdesk.ui.first_start import FirstStartPage

        page = FirstStartPage()
        page.folders_chosen.connect(self.folders_chosen)
        page.samples_requested.connect(self.samples_requested)
        return page
