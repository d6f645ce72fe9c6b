"""Compare: what the present query finds at five positions of the textness slider."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.messages import Failed, Reply, TextnessGridReply, TextnessGridRequest
from clipdesk.core.paths import thumbnail_file
from clipdesk.core.query_parts import readable
from clipdesk.ui import theme
from clipdesk.ui.compare_grid import CompareGrid, Comparison, content_hashes, explanation, picture_of
from clipdesk.ui.elided_label import ElidedLabel
from clipdesk.ui.folder_choice import pictures_folder
from clipdesk.ui.jobs import JobThread
from clipdesk.ui.thumbnail_loader import read_scaled
from clipdesk.ui.worker_client import WorkerClient
from clipdesk.ui.worker_words import said

_SIDE = 320


class CompareDialog(QDialog):
    """Asks the worker, shows the five rows, saves them as a picture."""

    def __init__(self, client: WorkerClient, thumbnails: Path, query: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._thumbnails = thumbnails
        self._query = query
        self._shown = Comparison(query=f"“{readable(query)}”")
        self._jobs = JobThread(self)
        self.grid = CompareGrid()
        self._status = QLabel()
        self._status.setWordWrap(True)
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        self._again = QPushButton(self.tr("Try Again"))
        self._again.clicked.connect(self.refresh)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._save = buttons.addButton(self.tr("Save as Picture…"), QDialogButtonBox.ButtonRole.ActionRole)
        self._save.clicked.connect(self._choose_file)
        buttons.rejected.connect(self.reject)
        self._lay_out(buttons)
        self.setWindowTitle(self.tr("Compare"))
        self.resize(1120, 680)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.refresh()

    def _lay_out(self, buttons: QDialogButtonBox) -> None:
        title = ElidedLabel()
        title.setText(self._shown.query)
        font = title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        title.setFont(font)
        below = QLabel(explanation())
        below.setWordWrap(True)
        end = QHBoxLayout()
        end.setSpacing(8)
        end.addWidget(self._status, 1)
        end.addWidget(self._again)
        end.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(8)
        for widget in (title, below):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addWidget(self.grid, 1)
        layout.addSpacing(8)
        layout.addLayout(end)

    def refresh(self) -> None:
        """Ask for the rows."""
        self._tell(self.tr("Comparing…"))
        self._client.ask(self, lambda i: TextnessGridRequest(i, self._query), self._done, self._failed, topic="compare")

    def save_to(self, file: Path) -> None:
        """Save what is shown, in the light colours of paper; a name without a suffix becomes a PNG."""
        if not file.suffix:
            file = file.with_suffix(".png")
        self._save.setEnabled(False)
        shown, palette = self._shown, theme.palette(dark=False)
        self._jobs.run(lambda: picture_of(shown, palette).save(str(file)), partial(self._saved, file))

    def status(self) -> str:
        """The line at the bottom."""
        return self._status.text()

    def _done(self, reply: Reply) -> None:
        assert isinstance(reply, TextnessGridReply)
        rows = tuple((scale, tuple(hit.photo for hit in hits)) for scale, hits in reply.rows)
        self._shown = replace(self._shown, rows=rows)
        self.grid.show_comparison(self._shown)
        if not self._shown.columns():
            self._tell(self.tr("No photo passes the filters of this query."))
            return
        files = {one: thumbnail_file(self._thumbnails, one) for one in content_hashes(self._shown)}
        self._tell(" ".join(reply.notes))
        self._jobs.run(lambda: {one: read_scaled(file, _SIDE) for one, file in files.items()}, self._with_images)

    def _with_images(self, images: dict[str, QImage]) -> None:
        self._shown = replace(self._shown, images=images)
        self.grid.show_comparison(self._shown)
        self._save.setEnabled(True)

    def _failed(self, failed: Failed) -> None:
        self._tell(" ".join(said(part) for part in (failed.message, failed.hint) if part), again=True)

    def _tell(self, text: str, *, again: bool = False) -> None:
        self._status.setText(text)
        self._again.setVisible(again)
        self._save.setEnabled(False)

    def _choose_file(self) -> None:
        start = pictures_folder()
        dialog = QFileDialog(self, self.tr("Save as Picture"), str(start) if start is not None else "")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setMimeTypeFilters(["image/png", "image/jpeg"])
        dialog.setDefaultSuffix("png")
        dialog.selectFile("clipdesk.png")
        dialog.fileSelected.connect(self._chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _chosen(self, name: str) -> None:
        self.save_to(Path(name))

    def _saved(self, file: Path, saved: bool) -> None:
        self._save.setEnabled(True)
        if saved:
            self._status.setText(self.tr("Saved as {name}.").format(name=file.name))
        else:
            self._status.setText(self.tr("{name} cannot be written. Choose another place.").format(name=file.name))
