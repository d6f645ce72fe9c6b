"""Where copies of photos go and in which size; shows how far it is."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from clipdesk.ui.export import Exporter
from clipdesk.ui.worker_client import WorkerClient


class ExportDialog(QDialog):
    """Exports copies of `paths`. It is open until they are made; closing it stops after the present one."""

    _last_folder: Path | None = None

    def __init__(self, client: WorkerClient, paths: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paths = tuple(paths)
        self.exporter = Exporter(client, self)
        self.exporter.progressed.connect(self._progressed)
        self.exporter.ended.connect(self._ended)
        self.setWindowTitle(self.tr("Export copies"))
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        self.folder = QLineEdit(str(ExportDialog._last_folder or Path(pictures, self.tr("Exported"))), self)
        self._choose = QPushButton(self.tr("Choose…"), self)
        self._as_is = QRadioButton(self.tr("The files as they are"), self)
        self._smaller = QRadioButton(self.tr("Smaller JPEG pictures, at most"), self)
        self._side = QSpinBox(self)
        self._status = QLabel(self)
        self._bar = QProgressBar(self)
        self._buttons = QDialogButtonBox(self)
        self.export_button = self._buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._show = self._buttons.addButton(self.tr("Show folder"), QDialogButtonBox.ButtonRole.ActionRole)
        self._close = self._buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._prepare()
        self._lay_out()

    def _prepare(self) -> None:
        self._as_is.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self._as_is)
        group.addButton(self._smaller)
        self._side.setRange(256, 8192)
        self._side.setSingleStep(256)
        self._side.setValue(2048)
        self._side.setSuffix(self.tr(" pixels"))
        self._side.setAccessibleName(self.tr("Longest side"))
        self._side.setEnabled(False)
        self._smaller.toggled.connect(self._side.setEnabled)
        self._status.setWordWrap(True)
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        self._status.hide()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, len(self._paths))
        self._bar.hide()
        self._show.hide()
        self._choose.clicked.connect(self._choose_folder)
        self.folder.textChanged.connect(self._folder_changed)
        self.export_button.clicked.connect(self._start)
        self.export_button.setDefault(True)
        self._show.clicked.connect(self._show_folder)
        self._close.clicked.connect(self.close)

    def _lay_out(self) -> None:
        label = QLabel(self.tr("&Folder"), self)
        label.setBuddy(self.folder)
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(label)
        where.addWidget(self.folder, 1)
        where.addWidget(self._choose)
        size = QHBoxLayout()
        size.setSpacing(8)
        size.addWidget(self._smaller)
        size.addWidget(self._side)
        size.addStretch(1)
        note = QLabel(self.tr("They do not tell the place, the camera or any other detail."), self)
        note.setWordWrap(True)
        note.setForegroundRole(self.foregroundRole().PlaceholderText)
        note.setContentsMargins(24, 0, 0, 0)
        head = QLabel(self.tr("Export copies of %n photo(s)", "", len(self._paths)), self)
        font = head.font()
        font.setBold(True)
        head.setFont(font)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 16)
        whole.setSpacing(16)
        whole.addWidget(head)
        whole.addLayout(where)
        kinds = QVBoxLayout()
        kinds.setSpacing(8)
        kinds.addWidget(self._as_is)
        kinds.addLayout(size)
        kinds.addWidget(note)
        whole.addLayout(kinds)
        whole.addStretch(1)
        whole.addWidget(self._bar)
        whole.addWidget(self._status)
        whole.addWidget(self._buttons)
        self.setMinimumWidth(520)

    def reject(self) -> None:
        """Close: stop after the present copy, which is waited for, but not by the window."""
        self.exporter.stop()
        if self.exporter.busy:
            self.exporter.ended.connect(self.deleteLater)
        else:
            self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        super().reject()

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a folder for the copies"), self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _start(self) -> None:
        folder = Path(self.folder.text().strip()).expanduser()
        if not folder.is_absolute():
            folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation), folder)
        ExportDialog._last_folder = folder
        self.folder.setText(str(folder))
        for widget in (self.folder, self._choose, self._as_is, self._smaller, self._side, self.export_button):
            widget.setEnabled(False)
        self._bar.show()
        self.exporter.start(self._paths, folder, self._side.value() if self._smaller.isChecked() else 0)

    def _folder_changed(self, text: str) -> None:
        self.export_button.setEnabled(bool(text.strip()))

    def _progressed(self, done: int) -> None:
        self._bar.setValue(done)

    def _ended(self, made: int, failed: list[tuple[Path, str]]) -> None:
        self._bar.hide()
        text = self.tr("%n copies are in the folder.", "", made)
        if failed:
            path, reason = failed[0]
            text += "\n" + self.tr("%n photo(s) could not be copied.", "", len(failed))
            text += " " + self.tr("{name}: {reason}.").format(name=path.name, reason=reason)
        self._status.setText(text)
        self._status.show()
        self.export_button.hide()
        self._show.setVisible(bool(made))
        self._close.setText(self.tr("Close"))
        self._close.setDefault(True)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.folder.text()))
