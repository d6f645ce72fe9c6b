"""The list of files that are not in the library, with the way to try them again."""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.entities import Failure, FileState
from clipdesk.ui.failures_model import FailuresModel, grouped
from clipdesk.ui.icons import icon

_AGAIN = (FileState.FAILED, FileState.QUARANTINED)


class FailuresView(QWidget):
    """Files by reason; hidden while there are none."""

    retry_requested = Signal(tuple)
    """tuple[Path, ...]; empty for all"""
    show_requested = Signal(Path)
    """Show this file in the file manager."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = FailuresModel(self)
        self._heading = QLabel(self)
        font = self._heading.font()
        font.setBold(True)
        self._heading.setFont(font)
        self._heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.retry_button = QPushButton(icon("refresh"), "", self)
        self.retry_button.clicked.connect(self._retry)
        self.view = self._made_view()
        self._heading.setBuddy(self.view)
        top = QHBoxLayout()
        top.addWidget(self._heading)
        top.addWidget(self.retry_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.view)
        self.show_failures(())

    def _made_view(self) -> QTreeView:
        view = QTreeView(self)
        view.setModel(self.model)
        view.setUniformRowHeights(True)
        view.setAlternatingRowColors(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setAccessibleName(self.tr("Files that are not in the library"))
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setExpandsOnDoubleClick(True)
        view.customContextMenuRequested.connect(self._menu)
        view.activated.connect(self._show)
        header = view.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(1, 280)
        header.setStretchLastSection(False)
        view.selectionModel().selectionChanged.connect(self._name_button)
        self.model.modelReset.connect(self._name_button)
        return view

    def show_failures(self, failures: tuple[Failure, ...]) -> None:
        """List these, the reasons that are open stay open."""
        opened = {self._key(row) for row in range(len(self.model.groups)) if self._is_open(row)}
        self.model.set_groups(grouped(failures))
        for row in range(len(self.model.groups)):
            self.view.setExpanded(self.model.index(row, 0), self._key(row) in opened)
        self._heading.setText(self.tr("%Ln file(s) not in the library", "", len(failures)))
        self.setVisible(bool(failures))
        self._name_button()

    def _key(self, row: int) -> tuple[FileState, str]:
        group = self.model.groups[row]
        return group.state, group.reason

    def _is_open(self, row: int) -> bool:
        return self.view.isExpanded(self.model.index(row, 0))

    def selected(self) -> list[Failure]:
        """The selected files, those of selected reasons included; each one once."""
        rows = self.view.selectionModel().selectedRows()
        return list(dict.fromkeys(failure for index in rows for failure in self.model.failures_at(index)))

    def _to_retry(self) -> tuple[Path, ...]:
        return tuple(failure.path for failure in self.selected() if failure.state in _AGAIN)

    def _name_button(self) -> None:
        some = bool(self._to_retry())
        self.retry_button.setText(self.tr("Try the selected ones again") if some else self.tr("Try again"))
        # What is in the cloud is looked at as soon as it is on this computer.
        self.retry_button.setEnabled(any(group.state in _AGAIN for group in self.model.groups))

    def _retry(self) -> None:
        self.retry_requested.emit(self._to_retry())

    def _show(self) -> None:
        index = self.view.currentIndex()
        if index.isValid() and index.parent().isValid():
            self.show_requested.emit(self.model.failures_at(index)[0].path)

    def _menu(self, position: QPoint) -> None:
        if not self.selected():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        again = menu.addAction(icon("refresh"), self.tr("Try again"), self._retry)
        again.setEnabled(bool(self._to_retry()))
        shown = menu.addAction(icon("open"), self.tr("Show in the file manager"), self._show)
        shown.setEnabled(self.view.currentIndex().parent().isValid())
        menu.popup(self.view.viewport().mapToGlobal(position))
