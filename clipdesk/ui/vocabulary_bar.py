"""Which list of tags suggestions come from: the built-in one, or the user's own text files."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from clipdesk.core.errors import UserError
from clipdesk.core.settings import Settings
from clipdesk.ui.icons import icon
from clipdesk.ui.plain_text import plain_tip
from clipdesk.ui.settings_store import SettingsStore


class VocabularyBar(QWidget):
    """A choice of lists; own ones are added and removed here (the files themselves are never touched)."""

    chosen = Signal(object)
    """Path of the user's list, None for the built-in one."""
    failed = Signal(UserError)
    """The settings cannot be written."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        label = QLabel(self.tr("Suggestions &from:"), self)
        self.box = QComboBox(self)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        label.setBuddy(self.box)
        self.add_button = QPushButton(icon("plus"), self.tr("Own list…"), self)
        self.add_button.setToolTip(self.tr("Choose a text file of your own tags, one a line"))
        self.add_button.clicked.connect(self._ask)
        self.remove_button = QToolButton(self)
        self.remove_button.setIcon(icon("close"))
        self.remove_button.setAutoRaise(True)
        self.remove_button.setToolTip(self.tr("No longer use this list; the file stays"))
        self.remove_button.setAccessibleName(self.remove_button.toolTip())
        self.remove_button.clicked.connect(self._remove)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (label, self.box, self.remove_button, self.add_button):
            row.addWidget(widget)
        self._fill()
        self.box.currentIndexChanged.connect(lambda _: self._choose())
        store.changed.connect(self._follow)

    def vocabulary(self) -> Path | None:
        """The chosen list, None for the built-in one."""
        path: str | None = self.box.currentData()
        return Path(path) if path else None

    def add(self, path: Path) -> None:
        """Use another list from now on, and suggest from it."""
        kept = tuple(one for one in self._store.settings.vocabularies if one != str(path))
        if self._save((*kept, str(path))):
            self.box.setCurrentIndex(self.box.findData(str(path)))

    def _ask(self) -> None:
        dialog = QFileDialog(self, self.tr("A list of your own tags"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Text files") + " (*.txt)", self.tr("All files") + " (*)"])
        dialog.fileSelected.connect(lambda name: self.add(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _remove(self) -> None:
        path = self.vocabulary()
        if path is not None:
            self._save(tuple(one for one in self._store.settings.vocabularies if one != str(path)))

    def _save(self, vocabularies: tuple[str, ...]) -> bool:
        try:
            self._store.update(vocabularies=vocabularies)
        except UserError as error:
            self.failed.emit(error)
            return False
        return True

    def _follow(self, before: Settings, after: Settings) -> None:
        if before.vocabularies != after.vocabularies:
            self._fill()

    def _fill(self) -> None:
        before = self.box.currentData()
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem(self.tr("Built-in list"), "")
        for path in self._store.settings.vocabularies:
            self.box.addItem(Path(path).stem, path)
        self.box.setCurrentIndex(max(0, self.box.findData(before)))
        self.box.blockSignals(False)
        if before is not None and self.box.currentData() != before:
            self._choose()
        self.remove_button.setVisible(bool(self.box.currentData()))

    def _choose(self) -> None:
        path = self.vocabulary()
        self.remove_button.setVisible(path is not None)
        self.box.setToolTip(plain_tip(str(path)) if path else "")
        self.chosen.emit(path)
