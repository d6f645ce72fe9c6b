"""The settings page: everything takes effect at once."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import QAbstractSlider, QComboBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from clipdesk.core.errors import UserError
from clipdesk.core.messages import Failed, FoldersReply, FoldersRequest, Reply, StatusReply, StatusRequest
from clipdesk.ui.earlier_tags import EarlierTags
from clipdesk.ui.model_switch import ModelSwitch
from clipdesk.ui.settings_library import Exclusions, ModelChoice, TagFiles
from clipdesk.ui.settings_look import Appearance, Background, Performance
from clipdesk.ui.settings_section import SettingsSection
from clipdesk.ui.settings_storage import Help, Storage
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.trouble_line import TroubleLine
from clipdesk.ui.worker_client import WorkerClient

_WIDTH = 720


class SettingsPage(QWidget):
    """Sections in one column that scrolls."""

    def __init__(
        self,
        client: WorkerClient,
        store: SettingsStore,
        switch: ModelSwitch | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        switch = switch or ModelSwitch(client, store, self)
        self.appearance, self.performance = Appearance(store, self), Performance(store, self)
        self.background, self.tag_files = Background(store, self), TagFiles(store, self)
        self.exclusions, self.model = Exclusions(client, store, self), ModelChoice(client, store, switch, self)
        self.storage, self.help = Storage(client, store, self), Help(client, store, self)
        self._earlier_tags = EarlierTags(client, self)
        self._earlier_tags.failed.connect(self._tell)
        self.tag_files.sidecars.clicked.connect(lambda on: self._earlier_tags.offer() if on else None)
        self.trouble = TroubleLine(self)
        self._wheel = _WheelPasses(self)
        self._arrange()
        self._fresh = False
        client.changed.connect(self._forget)
        client.ready.connect(self._forget)

    def sections(self) -> tuple[SettingsSection, ...]:
        """In the order shown."""
        return (
            self.appearance,
            self.exclusions,
            self.model,
            self.tag_files,
            self.performance,
            self.background,
            self.storage,
            self.help,
        )

    def _arrange(self) -> None:
        title = QLabel(self.tr("Settings"), self)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(QFont.Weight.DemiBold)
        title.setFont(font)
        inside = QWidget(self)
        inside.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 0, 24, 24)
        column.setSpacing(24)
        for section in self.sections():
            section.failed.connect(self._tell)
            column.addWidget(section)
            for field in (*section.findChildren(QComboBox), *section.findChildren(QAbstractSlider)):
                field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                field.installEventFilter(self._wheel)
        column.addStretch()
        width = max(section.label_width() for section in self.sections())
        for section in self.sections():
            section.set_label_width(width)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        top = QVBoxLayout()
        top.setContentsMargins(24, 24, 24, 16)
        top.setSpacing(16)
        top.addWidget(title)
        top.addWidget(self.trouble)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(top)
        page.addWidget(area, 1)

    def activated_page(self) -> None:
        """The page is shown now: ask for models, folders and sizes."""
        if self._fresh:
            return
        self._fresh = True
        self.trouble.tell(None)
        self.model.refresh()
        self._client.ask(self, FoldersRequest, self._show_folders, self._tell, topic="folders")
        self._client.ask(self, StatusRequest, self._show_status, self._tell, topic="status")

    def showEvent(self, event: QShowEvent) -> None:
        """See `activated_page`."""
        super().showEvent(event)
        self.activated_page()

    def _forget(self) -> None:
        self._fresh = False

    def _show_folders(self, reply: Reply) -> None:
        assert isinstance(reply, FoldersReply)
        self.exclusions.show_folders(reply.folders)

    def _show_status(self, reply: Reply) -> None:
        assert isinstance(reply, StatusReply)
        self.storage.show_status(reply.status)

    def _tell(self, failed: Failed | UserError) -> None:
        self.trouble.tell(failed)


class _WheelPasses(QObject):
    """Lets the wheel scroll the page where it would change a field that merely lies under the pointer."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ignore the wheel over fields without focus."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False
