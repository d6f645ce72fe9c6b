"""What the sections of the settings page share: a heading, rows, and settings that are saved as they change."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QLayout, QVBoxLayout, QWidget

from clipdesk.core.errors import UserError
from clipdesk.core.settings import Settings
from clipdesk.ui.settings_store import SettingsStore

_GAP = 16


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
        self._labels: list[QLabel] = []
        self._rows = 0
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._heading)
        column.addLayout(self._grid)
        store.changed.connect(self._follow)

    @property
    def settings(self) -> Settings:
        """The settings now."""
        return self._store.settings

    def set_title(self, title: str) -> None:
        """Name the section."""
        self._heading.setText(title)
        self.setAccessibleName(title)

    def add_row(self, text: str, field: QWidget | QLayout, buddy: QWidget | None = None) -> None:
        """Add a labelled field. `buddy` is what the label names in a field of several parts."""
        row = self._next_row()
        label = QLabel(text, self)
        self._labels.append(label)
        if isinstance(field, QWidget):
            label.setBuddy(buddy or field)
            self._grid.addWidget(field, row, 1)
        else:
            if buddy is not None:
                label.setBuddy(buddy)
            self._grid.addLayout(field, row, 1)
        self._grid.addWidget(label, row, 0, self._top_of(field))

    def add_wide(self, field: QWidget | QLayout) -> None:
        """Add a row without a label, below the fields."""
        row = self._next_row()
        if isinstance(field, QWidget):
            self._grid.addWidget(field, row, 1)
        else:
            self._grid.addLayout(field, row, 1)

    def add_hint(self, text: str) -> QLabel:
        """Add a line that explains the row above."""
        hint = QLabel(text, self)
        hint.setWordWrap(True)
        hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.add_wide(hint)
        return hint

    def label_width(self) -> int:
        """Pixels that the labels need."""
        return max((label.sizeHint().width() for label in self._labels), default=0)

    def set_label_width(self, width: int) -> None:
        """Begin the fields there, as other sections do."""
        # A column without any label has no gap beside it either.
        self._grid.setColumnMinimumWidth(0, width if self._labels else width + _GAP)

    def show_settings(self, settings: Settings) -> None:
        """Show these settings in the fields."""

    def change(self, **changes: Any) -> None:
        """Change settings and save them."""
        try:
            self._store.update(**changes)
        except UserError as error:
            self.failed.emit(error)

    def _next_row(self) -> int:
        self._rows += 1
        return self._rows - 1

    def _follow(self) -> None:
        self.show_settings(self.settings)

    @staticmethod
    def _top_of(field: QWidget | QLayout) -> Qt.AlignmentFlag:
        """Beside a high field its label stands at the top."""
        high = isinstance(field, QWidget) and field.minimumHeight() > 64
        return Qt.AlignmentFlag.AlignTop if high else Qt.AlignmentFlag.AlignVCenter
