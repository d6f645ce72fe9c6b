"""Asks before anything goes to the bin, and which of a photo's files."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.entities import Photo
from clipdesk.ui.icons import icon
from clipdesk.ui.plain_text import plain_tip

_ROW = 24
_PATH = Qt.ItemDataRole.UserRole


class BinDialog(QDialog):
    """A question about some photos, or about single files of photos that stay in other files.

    Of a photo in several files the shown one is chosen, and the others are offered.
    """

    def __init__(self, photos: Sequence[Photo], parent: QWidget | None = None, *, files: Sequence[Path] = ()) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Move to the bin"))
        self._files = QTreeWidget(self)
        self._items: list[QTreeWidgetItem] = []
        shown = [photo.paths[0] for photo in photos]
        self._single_files = bool(files)
        self._question = QLabel(self._ask(shown or files), self)
        self._note = QLabel(self)
        self._lay_out()
        if files:
            self._list_files(files)
        elif all(len(photo.paths) == 1 and not photo.paired_paths for photo in photos):
            self._list_plainly(shown)
        else:
            self._list_all(photos)
        self._files.itemChanged.connect(self._changed)
        self._changed()

    def chosen(self) -> list[Path]:
        """The files to move."""
        return [item.data(0, _PATH) for item in self._items if item.checkState(0) == Qt.CheckState.Checked]

    def _ask(self, shown: Sequence[Path]) -> str:
        if len(shown) == 1:
            return self.tr("Move “{name}” to the bin?").format(name=shown[0].name)
        if self._single_files:
            return self.tr("Move %n file(s) to the bin?", "", len(shown))
        return self.tr("Move %n photo(s) to the bin?", "", len(shown))

    def _lay_out(self) -> None:
        self._question.setTextFormat(Qt.TextFormat.PlainText)
        self._question.setWordWrap(True)
        font = self._question.font()
        font.setBold(True)
        self._question.setFont(font)
        self._note.setWordWrap(True)
        self._files.setHeaderHidden(True)
        self._files.setAccessibleName(self.tr("Files to move"))
        self._files.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._move = buttons.addButton(self.tr("Move to the bin"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._move.setDefault(True)
        self._move.setFocus()
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        head = QHBoxLayout()
        head.setSpacing(16)
        sign = QLabel(self)
        sign.setPixmap(icon("trash").pixmap(32, 32))
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(self._question)
        words.addWidget(self._note)
        head.addLayout(words, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 16)
        whole.setSpacing(16)
        whole.addLayout(head)
        whole.addWidget(self._files, 1)
        whole.addWidget(buttons)

    def _list_plainly(self, shown: Sequence[Path]) -> None:
        """One file a photo: there is nothing to choose."""
        self._files.hide()
        self.setMinimumWidth(416)
        for path in shown:
            self._files.addTopLevelItem(self._item(path, path.name, chosen=True))

    def _list_files(self, files: Sequence[Path]) -> None:
        self.setMinimumWidth(560)
        self._files.setRootIsDecorated(False)
        for path in files:
            self._files.addTopLevelItem(self._item(path, str(path), chosen=True))

    def _list_all(self, photos: Sequence[Photo]) -> None:
        self.setMinimumWidth(560)
        self._files.setMinimumHeight(160)
        for photo in photos:
            if len(photo.paths) == 1 and not photo.paired_paths:
                self._files.addTopLevelItem(self._item(photo.paths[0], str(photo.paths[0]), chosen=True))
                continue
            parent = QTreeWidgetItem([photo.paths[0].name])
            parent.setSizeHint(0, QSize(0, _ROW))
            for path in photo.paths:
                parent.addChild(self._item(path, str(path), chosen=path == photo.paths[0]))
            for path in photo.paired_paths:
                text = self.tr("{path} (the same shot in another format)").format(path=path)
                parent.addChild(self._item(path, text, chosen=False))
            parent.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self._files.addTopLevelItem(parent)
        self._files.expandAll()

    def _item(self, path: Path, text: str, *, chosen: bool) -> QTreeWidgetItem:
        item = QTreeWidgetItem([text])
        item.setSizeHint(0, QSize(0, _ROW))
        item.setToolTip(0, plain_tip(str(path)))
        item.setData(0, _PATH, path)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
        self._items.append(item)
        return item

    def _changed(self) -> None:
        count = len(self.chosen())
        self._move.setEnabled(bool(count))
        if self._files.isHidden():
            self._note.setText(self.tr("Undo brings it back.") if count == 1 else self.tr("Undo brings them back."))
            return
        if self._single_files:
            self._note.setText(self.tr("%n file(s) will be moved; undo brings them back.", "", count))
            return
        self._note.setText(
            self.tr("Some photos lie in several files. %n file(s) will be moved; undo brings them back.", "", count)
            + " "
            + self.tr("A photo stays in clipdesk as long as one of its files does.")
        )
