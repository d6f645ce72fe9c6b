"""What the sections of the settings page share: a heading, rows, and settings that are saved as they change."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QFormLayout, QLabel, QLayout, QVBoxLayout, QWidget

from clipdesk.core.errors import UserError
from clipdesk.core.settings import Settings
from clipdesk.ui.settings_store import SettingsStore


class SettingsSection(QWidget):
    """A heading and rows of labelled fields. `show_settings` is called at first and whenever settings changed."""

    failed = Signal(object)
    """`Failed` or `UserError`: what could not be done."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._heading = QLabel(self)
        font = self._heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setWeight(QFont.Weight.DemiBold)
        self._heading.setFont(font)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._heading)
        column.addLayout(self._form)
        store.changed.connect(self._follow)

    @property
    def settings(self) -> Settings:
        """The settings now."""
        return self._store.settings

    def set_title(self, title: str) -> None:
        """Name the section."""
        self._heading.setText(title)
        self.setAccessibleName(title)

    def add_row(self, label: str, field: QWidget | QLayout) -> None:
        """Add a labelled field; the label is its buddy."""
        self._form.addRow(label, field)

    def add_wide(self, field: QWidget) -> None:
        """Add a row without a label, below the fields."""
        self._form.addRow("", field)

    def add_hint(self, text: str) -> QLabel:
        """Add a line that explains the row above."""
        hint = QLabel(text, self)
        hint.setWordWrap(True)
        hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._form.addRow("", hint)
        return hint

    def show_settings(self, settings: Settings) -> None:
        """Show these settings in the fields."""

    def change(self, **changes: Any) -> None:
        """Change settings and save them."""
        try:
            self._store.update(**changes)
        except UserError as error:
            self.failed.emit(error)

    def _follow(self) -> None:
        self.show_settings(self.settings)
