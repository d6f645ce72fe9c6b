"""The models page: what each model is good at, installing, choosing and removing them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from clipdesk.core.errors import UserError
from clipdesk.core.install_messages import (
    Estimate,
    EstimatesReply,
    EstimatesRequest,
    InstallProgressEvent,
    ModelsReply,
    ModelsRequest,
    ModelState,
    RemoveModelRequest,
)
from clipdesk.core.messages import Failed, Reply
from clipdesk.ui import model_words as words
from clipdesk.ui.model_card import ModelCard
from clipdesk.ui.model_installs import ModelInstalls
from clipdesk.ui.model_switch import ModelSwitch
from clipdesk.ui.progress_words import in_bytes
from clipdesk.ui.question import ask
from clipdesk.ui.trouble_line import TroubleLine
from clipdesk.ui.worker_client import WorkerClient

_WIDTH = 880


class ModelsPage(QWidget):
    """A card for each model."""

    def __init__(self, client: WorkerClient, switch: ModelSwitch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client, self._switch = client, switch
        self._reply: ModelsReply | None = None
        self._estimates: dict[str, Estimate] = {}
        self._installs = ModelInstalls(client, self)
        self._cards: dict[str, ModelCard] = {}
        self._stale = True
        self.trouble = TroubleLine(self)
        self._column = QVBoxLayout()
        self._arrange()
        self._installs.progressed.connect(self._show_install)
        self._installs.failed.connect(self._not_installed)
        self._installs.ended.connect(self._install_ended)
        client.changed.connect(lambda _: self._refresh())
        client.run_ended.connect(self._refresh)
        client.ready.connect(lambda _: self._refresh())
        switch.changed.connect(self._show_switch)
        switch.switched.connect(lambda _: self._refresh())
        switch.failed.connect(self._switch_failed)

    def _arrange(self) -> None:
        title = QLabel(self.tr("Models"), self)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(QFont.Weight.DemiBold)
        title.setFont(font)
        told = self.tr(
            "A model is what understands your photos and your words. All of them run on this computer: only installing "
            "one connects to the internet, to download it."
        )
        explained = QLabel(told, self)
        explained.setWordWrap(True)
        explained.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        explained.setMaximumWidth(_WIDTH - 48)
        inside = QWidget(self)
        inside.setMaximumWidth(_WIDTH)
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(24, 0, 24, 24)
        outer.addLayout(self._column)
        outer.addStretch()
        self._column.setSpacing(8)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        top = QVBoxLayout()
        top.setContentsMargins(24, 24, 24, 16)
        top.setSpacing(8)
        for widget in (title, explained, self.trouble):
            top.addWidget(widget)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(top)
        page.addWidget(area, 1)

    def cards(self) -> list[ModelCard]:
        """The cards, in the order shown."""
        return list(self._cards.values())

    def card(self, name: str) -> ModelCard:
        """The card of a model."""
        return self._cards[name]

    # ---- what the worker knows ----

    def activated_page(self) -> None:
        """The page is shown now: bring it up to date."""
        if self._stale:
            self._ask_worker()

    def showEvent(self, event: QShowEvent) -> None:
        """See `activated_page`."""
        super().showEvent(event)
        self.activated_page()

    def _refresh(self) -> None:
        """Nothing is asked of the worker for a page that nobody sees."""
        self._stale = True
        if self.isVisible():
            self._ask_worker()

    def _ask_worker(self) -> None:
        self._stale = False
        self._client.ask(self, ModelsRequest, self._show_models, self.trouble.tell, topic="models")

    def _show_models(self, reply: Reply) -> None:
        assert isinstance(reply, ModelsReply)
        self.trouble.tell(None)
        self._reply = reply
        for name in self._cards.keys() - {model.name for model in reply.models}:
            card = self._cards.pop(name)
            card.hide()
            card.deleteLater()
        for at, model in enumerate(reply.models):
            if model.name not in self._cards:
                self._cards[model.name] = self._new_card(model)
            card = self._cards[model.name]
            if self._column.indexOf(card) != at:
                self._column.insertWidget(at, card)
            card.show_model(model, reply.photos)
            card.show_estimate(self._estimates.get(model.name))
        self._cards = {model.name: self._cards[model.name] for model in reply.models}
        self._switch.go_on(reply)
        self._show_switch()
        self._client.ask(self, EstimatesRequest, self._show_estimates, lambda _: None, topic="estimates")

    def _show_estimates(self, reply: Reply) -> None:
        assert isinstance(reply, EstimatesReply)
        self._estimates = {one.name: one for one in reply.estimates}
        for name, card in self._cards.items():
            card.show_estimate(self._estimates.get(name))

    def _new_card(self, model: ModelState) -> ModelCard:
        card, name = ModelCard(model, self), model.name
        card.install_requested.connect(lambda: self._want(name, None))
        card.files_requested.connect(lambda: self._choose_files(name))
        card.cancel_requested.connect(lambda: self._installs.break_off(name))
        card.use_requested.connect(lambda: self._switch.use(name))
        card.stay_requested.connect(lambda: self._switch.stay_with(self._answering()))
        card.remove_requested.connect(lambda: self._ask_remove(name))
        return card

    # ---- installing ----

    def _want(self, name: str, source: Path | None) -> None:
        """Install a model, after its licence was accepted where it restricts use, and without what is not trusted."""
        card = self._cards[name]
        card.trouble.tell(None)
        if card.model.problem:
            self._remove(name, then=lambda: self._want(name, source))
        elif card.model.restriction:
            question = self.tr("Accept the licence of {model}?").format(model=card.model.title)
            told = f"{words.restriction(card.model)}\n\n{card.model.licence_link}"
            agree = self.tr("Accept and install")
            ask(
                self,
                self.tr("Models"),
                question,
                told,
                agree,
                lambda: self._installs.begin(name, source, accepted=True),
            )
        else:
            self._installs.begin(name, source, accepted=False)

    def _choose_files(self, name: str) -> None:
        told = self.tr("The folder with the files of {model}").format(model=self._cards[name].model.title)
        dialog = QFileDialog(self, told)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self._want(name, Path(chosen)))
        dialog.open()

    def _show_install(self, name: str, event: InstallProgressEvent | None) -> None:
        if name in self._cards:
            self._cards[name].show_install(True, event)

    def _not_installed(self, name: str, failed: Failed) -> None:
        if name in self._cards:
            self._cards[name].trouble.tell(replace(failed, hint=words.without_command(failed.hint)))

    def _install_ended(self, name: str) -> None:
        if name in self._cards:
            self._cards[name].show_install(False)
        self._refresh()

    # ---- using and removing ----

    def _answering(self) -> str:
        return next((one.name for one in self._reply.models if one.in_use), "pocket") if self._reply else "pocket"

    def _show_switch(self) -> None:
        switch, old = self._switch, self._answering()
        title = self._cards[old].model.title if old in self._cards else old
        for name, card in self._cards.items():
            if name not in self._installs:
                card.show_switch(name == switch.name and name != old, switch.progress, title)
            card.use_button.setEnabled(not switch.name)
            if name == switch.name:
                card.trouble.tell(None)

    def _switch_failed(self, failed: Failed | UserError) -> None:
        self.trouble.tell(failed)
        self._refresh()

    def _ask_remove(self, name: str) -> None:
        model = self._cards[name].model
        question = self.tr("Remove {model}?").format(model=model.title)
        size = in_bytes(
            model.embeddings_bytes + (0 if model.bundled else model.bytes if model.installed else model.partial)
        )
        told = self.tr("This frees {size}. Your photos and tags are not touched.").format(size=size)
        if model.bundled:
            told += " " + self.tr("What it has read of your photos is deleted; the model itself comes with clipdesk.")
        elif model.installed:
            told += " " + self.tr("To use it again, it must be downloaded and must read your photos again.")
        ask(self, self.tr("Models"), question, told, self.tr("Remove"), lambda: self._remove(name))

    def _remove(self, name: str, then: Callable[[], None] | None = None) -> None:
        card = self._cards[name]
        card.trouble.tell(None)

        def removed(_: Reply) -> None:
            self._refresh()
            if then is not None:
                card.model = replace(card.model, problem="", installed=False)
                then()

        self._client.ask(self, lambda i: RemoveModelRequest(i, name), removed, card.trouble.tell)
