"""The line at the bottom: how many photos, how far indexing is, what is away."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from clipdesk.core.entities import Progress
from clipdesk.ui.banner import HEIGHT
from clipdesk.ui.icons import icon
from clipdesk.ui.plain_text import plain_tip, show_plain
from clipdesk.ui.progress_words import progress_words
from clipdesk.ui.theme import GRID


class StatusLine(QWidget):
    """Counts at the leading edge, progress with a pause button at the trailing one."""

    pause_toggled = Signal(bool)
    offline_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = QLabel()
        self._offline = QToolButton()
        self._offline.setAutoRaise(True)
        self._offline.setIcon(icon("offline"))
        self._offline.setToolTip(self.tr("A folder of this library is away. Its photos can be found, but not opened."))
        self._offline.setAccessibleName(self.tr("Offline"))
        self._offline.clicked.connect(self.offline_clicked)
        self._read_only = QLabel(self.tr("Read only"))
        self._read_only.setToolTip(self.tr("Another clipdesk has this library: it can be searched here, not changed."))
        self._words = QLabel()
        show_plain(self._words)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(16 * GRID, GRID)
        self._bar.setAccessibleName(self.tr("Indexing"))
        self._pause = QToolButton()
        self._pause.setAutoRaise(True)
        self._pause.setCheckable(True)
        self._pause.toggled.connect(self._pause_toggled)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        layout.setSpacing(GRID)
        for widget in (self._count, self._offline, self._read_only):
            layout.addWidget(widget)
        layout.addStretch(1)
        for widget in (self._words, self._bar, self._pause):
            layout.addWidget(widget)
        self.setMinimumHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._brief = self._nothing = False
        self._progress: Progress | None = None
        self.set_count(None)
        self.set_offline(False)
        self.set_read_only(False)
        self.set_paused(False)
        self.set_progress(None)

    def words(self) -> str:
        """What is said about indexing now; "" when none runs."""
        return self._words.text()

    def count_words(self) -> str:
        """What is said about the number of photos."""
        return self._count.text()

    def set_brief(self, on: bool) -> None:
        """Leave the place of the words to something else; signs, bar and button stay."""
        self._brief = on
        self._count.setHidden(on)
        self._show()

    def set_count(self, photos: int | None) -> None:
        """The number of photos in the library; None while unknown."""
        self._count.setText("" if photos is None else self.tr("%Ln photo(s)", "", photos))

    def set_offline(self, away: bool) -> None:
        """Whether a folder is away."""
        self._offline.setVisible(away)
        self._show()

    def set_read_only(self, on: bool) -> None:
        """Whether this window can only read the library."""
        self._read_only.setVisible(on)
        self._show()

    def set_paused(self, on: bool) -> None:
        """Show indexing as paused, or as going on."""
        self._pause.blockSignals(True)
        self._pause.setChecked(on)
        self._pause.blockSignals(False)
        self._pause.setIcon(icon("play" if on else "pause"))
        words = self.tr("Go on with indexing") if on else self.tr("Pause indexing")
        self._pause.setToolTip(words)
        self._pause.setAccessibleName(words)
        self._show()

    def set_progress(self, progress: Progress | None) -> None:
        """How far indexing is; None when none runs."""
        self._progress = progress
        self._show()

    def _pause_toggled(self, on: bool) -> None:
        self.set_paused(on)
        self.pause_toggled.emit(on)

    def _show(self) -> None:
        progress = self._progress
        for widget in (self._bar, self._pause):
            widget.setVisible(progress is not None)
        self._words.setVisible(progress is not None and not self._brief)
        signs = (self._offline, self._read_only, self._bar)
        nothing = self._brief and all(sign.isHidden() for sign in signs)
        if nothing != self._nothing:
            self._nothing = nothing
            self.setHidden(nothing)
        if progress is None:
            self._words.clear()
            return
        self._bar.setMaximum(progress.total if progress.phase == "indexing" else 0)
        self._bar.setValue(progress.done)
        self._words.setText(self._sentence(progress))
        self._bar.setToolTip(plain_tip(self._words.text()))

    def _sentence(self, progress: Progress) -> str:
        if not self._pause.isChecked():
            return progress_words(progress)
        locale = self.locale()
        return self.tr("Paused at {done} of {total} files").format(
            done=locale.toString(progress.done), total=locale.toString(progress.total)
        )
