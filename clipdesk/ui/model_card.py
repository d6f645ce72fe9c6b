"""One model of the models page: what it is, how it is, and what can be done with it."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.entities import Progress
from clipdesk.core.install_messages import Estimate, InstallProgressEvent, ModelState
from clipdesk.ui import model_words as words
from clipdesk.ui.icons import icon
from clipdesk.ui.progress_words import progress_words
from clipdesk.ui.trouble_line import TroubleLine


class ModelCard(QFrame):
    """Shows one model; `show_model` again changes it in place, so that nothing flickers and focus stays."""

    install_requested = Signal()
    files_requested = Signal()
    """Install it from files that the user has."""
    cancel_requested = Signal()
    """Break off the installation."""
    use_requested = Signal()
    stay_requested = Signal()
    """Stay with the model that answers now."""
    remove_requested = Signal()

    def __init__(self, model: ModelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.model, self._photos = model, 0
        self._installing = self._switching = False
        self.title, self.about, self.facts, self.time = (QLabel(self) for _ in range(4))
        self.state, self._state_icon = QLabel(self), QLabel(self)
        font = self.title.font()
        font.setWeight(QFont.Weight.DemiBold)
        self.title.setFont(font)
        for label in (self.about, self.facts, self.time, self.state):
            label.setWordWrap(True)
        for label in (self.title, self.about, self.time, self.state):
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.facts, self.time):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.facts.setTextFormat(Qt.TextFormat.RichText)
        self.facts.setOpenExternalLinks(True)
        self.trouble = TroubleLine(self)
        self._make_buttons()
        self._make_progress()
        self._arrange()
        self.show_model(model, 0)
        self.show_estimate(None)

    def _make_buttons(self) -> None:
        self.install_button = QPushButton(icon("download"), self.tr("Install"), self)
        self.install_button.clicked.connect(self.install_requested)
        self.use_button = QPushButton(icon("check"), self.tr("Use"), self)
        self.use_button.clicked.connect(self.use_requested)
        self.more_button = QToolButton(self)
        self.more_button.setIcon(icon("more"))
        self.more_button.setAutoRaise(True)
        self.more_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.more_button.setToolTip(self.tr("More"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.more_button)
        self.files_action = menu.addAction(icon("folder"), self.tr("Install from files…"))
        self.files_action.triggered.connect(self.files_requested)
        self.remove_action = menu.addAction(icon("trash"), self.tr("Remove…"))
        self.remove_action.triggered.connect(self.remove_requested)
        self.more_button.setMenu(menu)

    def _make_progress(self) -> None:
        self.running = QWidget(self)
        self.progress_words, self.bar = QLabel(self.running), QProgressBar(self.running)
        self.progress_words.setWordWrap(True)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel_button = QPushButton(self.tr("Cancel"), self.running)
        self.cancel_button.clicked.connect(self._cancel)
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.progress_words)
        middle.addWidget(self.bar)
        row = QHBoxLayout(self.running)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(16)
        row.addLayout(middle, 1)
        row.addWidget(self.cancel_button)
        self.running.hide()

    def _arrange(self) -> None:
        state = QHBoxLayout()
        state.setSpacing(8)
        state.addWidget(self._state_icon, alignment=Qt.AlignmentFlag.AlignTop)
        state.addWidget(self.state, 1)
        top = QVBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.title)
        top.addWidget(self.about)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.install_button, self.use_button, self.more_button):
            buttons.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addLayout(top, 1)
        head.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 8, 12)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.facts)
        column.addWidget(self.time)
        column.addLayout(state)
        column.addWidget(self.trouble)
        column.addWidget(self.running)

    # ---- what is shown ----

    def show_model(self, model: ModelState, photos: int) -> None:
        """Show the state of the same model; `photos` of the library."""
        self.model, self._photos = model, photos
        self.title.setText(model.title)
        self.about.setText(words.about(model))
        facts = words.facts(model)
        self.facts.setText(facts)
        self.facts.setVisible(bool(facts))
        self.state.setText(words.state(model, photos))
        self.more_button.setAccessibleName(self.tr("More for {model}").format(model=model.title))
        self.setAccessibleName(f"{model.title}: {self.state.text()}")
        self._show_icon()
        self._show_buttons()

    def show_estimate(self, estimate: Estimate | None) -> None:
        """Show how long it takes for this library; None while that is not known."""
        told = words.time_for(estimate)
        self.time.setText(told)
        self.time.setVisible(bool(told))

    def show_install(self, on: bool, event: InstallProgressEvent | None = None) -> None:
        """Show an installation: how far it is, or that it waits; off when it has ended."""
        self._installing = on
        self.progress_words.setText(words.installing(event) if on else "")
        self.cancel_button.setText(self.tr("Cancel"))
        # In thousandths: sizes of files are too large for the bar's numbers.
        counted = event is not None and event.total > 0
        self.bar.setRange(0, 1000 if counted or event is None else 0)
        self.bar.setValue(1000 * event.done // event.total if event is not None and counted else 0)
        self._show_buttons()

    def show_switch(self, on: bool, progress: Progress | None = None, old: str = "") -> None:
        """Show that photos are being read for it while `old` answers; off when that has ended."""
        self._switching = on
        if on:
            told = self.tr("Your photos are being read for this model. {old} answers until then.")
            if progress is not None:
                told = self.tr("Your photos are being read for this model: {progress}. {old} answers until then.")
            told = told.format(old=old, progress=progress_words(progress) if progress is not None else "")
            self.progress_words.setText(told)
            self.cancel_button.setText(self.tr("Stay with {old}").format(old=old))
            counted = progress is not None and progress.phase == "indexing" and progress.total > 0
            self.bar.setRange(0, progress.total if progress is not None and counted else 0)
            self.bar.setValue(progress.done if progress is not None and counted else 0)
        self._show_buttons()

    def _show_buttons(self) -> None:
        model, busy = self.model, self._installing or self._switching
        self.running.setVisible(busy)
        self.install_button.setVisible(not busy and (not model.installed or bool(model.problem)))
        go_on, again = self.tr("Go on with the download"), self.tr("Install again")
        first = self.tr("Install…") if model.restriction else self.tr("Install")
        self.install_button.setText(again if model.problem else go_on if model.partial else first)
        self.use_button.setVisible(not busy and model.installed and not model.problem and not model.in_use)
        here = model.installed or model.partial > 0
        self.remove_action.setVisible(here and not model.in_use and (not model.bundled or model.photos > 0))
        self.files_action.setVisible(not model.installed and not model.bundled)
        actions = (self.remove_action, self.files_action)
        self.more_button.setVisible(not busy and any(action.isVisible() for action in actions))

    def _show_icon(self) -> None:
        model = self.model
        name = "warning" if model.problem else "check" if model.installed else "cloud"
        if model.recommended and not model.installed:
            name = "star"
        self._state_icon.setPixmap(icon(name).pixmap(QSize(16, 16), self.devicePixelRatioF()))

    def _cancel(self) -> None:
        if self._installing:
            self.cancel_requested.emit()
        else:
            self.stay_requested.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the colours of the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "running"):
            self._show_icon()
            self.facts.setText(words.facts(self.model))  # links keep the colour that they were made with
