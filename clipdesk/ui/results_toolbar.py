"""Above the results: how many there are, how they are sorted and grouped, how large the tiles are."""

from typing import cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QListView, QSizePolicy, QSlider, QToolButton, QWidget

from clipdesk.core.errors import UserError
from clipdesk.core.settings import Settings
from clipdesk.core.window_messages import Grouping, Order
from clipdesk.ui.icons import icon
from clipdesk.ui.settings_store import SettingsStore

_SMALLEST, _LARGEST, _STEP = 96, 512, 8
_SAVED_AFTER = 600


class ResultsToolbar(QWidget):
    """Emits what the user chose; the tile size is kept in the settings."""

    order_changed = Signal(str)
    group_changed = Signal(str)
    similarity_toggled = Signal(bool)
    tile_size_changed = Signal(int)
    told = Signal(str, str)
    """The tile size cannot be kept: why, and what to do."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._count = QLabel(self)
        self._count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._order = self._choice(
            self.tr("Sort"),
            [
                (self.tr("Best match"), "relevance"),
                (self.tr("Newest first"), "newest"),
                (self.tr("Oldest first"), "oldest"),
                (self.tr("Name"), "name"),
            ],
        )
        self._group = self._choice(
            self.tr("Group"),
            [(self.tr("No groups"), "none"), (self.tr("By day"), "day"), (self.tr("By folder"), "folder")],
        )
        self._order.currentIndexChanged.connect(lambda _: self.order_changed.emit(self.order()))
        self._group.currentIndexChanged.connect(lambda _: self.group_changed.emit(self.group()))
        self._similarity = QToolButton(self)
        self._similarity.setCheckable(True)
        self._similarity.setAutoRaise(True)
        self._similarity.setIcon(icon("eye"))
        self._similarity.setToolTip(self.tr("Show how similar each photo is to the search"))
        self._similarity.setAccessibleName(self.tr("Show similarity"))
        self._similarity.toggled.connect(self.similarity_toggled)
        self._size = self._size_slider()
        self._save = QTimer(self, singleShot=True, interval=_SAVED_AFTER)
        self._save.timeout.connect(self._keep_size)
        store.changed.connect(self._follow)
        self._arrange()

    def order(self) -> Order:
        """The chosen order."""
        return cast(Order, self._order.currentData())

    def group(self) -> Grouping:
        """The chosen grouping."""
        return cast(Grouping, self._group.currentData())

    def zoom(self, steps: int) -> None:
        """Make tiles larger, or smaller."""
        self._size.setValue(self._size.value() + 2 * _STEP * steps)

    def save_size(self) -> None:
        """Keep the tile size now, rather than in a moment."""
        if self._save.isActive():
            self._save.stop()
            self._keep_size()

    def set_choices(self, order: str, group: str) -> None:
        """Show (and emit) a choice, such as one of the last time; the usual one for what there is none of."""
        self._order.setCurrentIndex(max(0, self._order.findData(order)))
        self._group.setCurrentIndex(max(0, self._group.findData(group)))

    def set_count(self, photos: int, good: int | None, textness: float = 0.0, *, outdated: bool = False) -> None:
        """Tell how many photos are shown, how many of them match well, and what stands first if not those.

        `outdated`: that these are the photos of a search before.
        """
        text = self.tr("%Ln photo(s)", "", photos) if good is None else self.tr("%Ln likely match(es)", "", good)
        if good == 0:
            text = ""
        if outdated:
            text = self.tr("Results of the search before")
        elif textness and good is not None:
            order = self.tr("words in pictures first") if textness > 0 else self.tr("words in pictures last")
            text = f"{text}  ·  {order}" if text else order
        self._count.setText(text if photos else "")
        # Without words there is no best match: the same choice lists the newest first, and needs no twin.
        self._order.setItemText(0, self.tr("Newest first") if good is None else self.tr("Best match"))
        cast(QListView, self._order.view()).setRowHidden(1, good is None)
        self._similarity.setEnabled(good is not None)

    def _arrange(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 4)
        layout.setSpacing(8)
        layout.addWidget(self._count, 1)
        layout.addWidget(self._similarity)
        layout.addWidget(self._order)
        layout.addWidget(self._group)
        layout.addSpacing(8)
        layout.addWidget(self._size)

    def _choice(self, name: str, entries: list[tuple[str, str]]) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for text, value in entries:
            box.addItem(text, value)
        return box

    def _size_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(_SMALLEST, _LARGEST)
        slider.setSingleStep(_STEP)
        slider.setPageStep(4 * _STEP)
        slider.setFixedWidth(112)
        slider.setValue(self._store.settings.tile_size)
        slider.setAccessibleName(self.tr("Size of the photos"))
        slider.setToolTip(self.tr("Size of the photos"))
        slider.valueChanged.connect(self._resized)
        return slider

    def _resized(self, side: int) -> None:
        self.tile_size_changed.emit(side)
        self._save.start()

    def _keep_size(self) -> None:
        try:
            self._store.update(tile_size=self._size.value())
        except UserError as error:
            self.told.emit(error.message, error.hint)

    def _follow(self, _: Settings, after: Settings) -> None:
        self._size.setValue(after.tile_size)
