"""Settings of the window: its looks, its share of the processor, what it does while nobody looks."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QSlider, QSystemTrayIcon, QWidget

from clipdesk.core.errors import UserError
from clipdesk.core.settings import Settings
from clipdesk.ui import autostart
from clipdesk.ui.settings_section import SettingsSection
from clipdesk.ui.settings_store import SettingsStore

_STEP = 5
"""Per cent of the processor."""
_TILES = 8
"""Pixels of a tile."""


def _slider(least: int, most: int, step: int, name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(least // step, most // step)
    slider.setPageStep(2)
    slider.setTracking(False)  # settings are saved when the handle is let go, not at every step on the way
    slider.setMinimumWidth(160)
    slider.setAccessibleName(name)
    return slider


class Appearance(SettingsSection):
    """Language, theme, size of the thumbnails."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.set_title(self.tr("Appearance"))
        self.language, self.theme = QComboBox(self), QComboBox(self)
        for name, value in (
            (self.tr("As the system"), "system"),
            # Languages are named in themselves, so that everyone finds their own.
            ("English", "en"),
            ("日本語", "ja"),
            ("简体中文", "zh_CN"),
        ):
            self.language.addItem(name, value)
        for name, value in (
            (self.tr("As the system"), "system"),
            (self.tr("Light"), "light"),
            (self.tr("Dark"), "dark"),
        ):
            self.theme.addItem(name, value)
        self.tiles = _slider(96, 512, _TILES, self.tr("Size of the thumbnails"))
        self.add_row(self.tr("Language"), self.language)
        self.add_row(self.tr("Theme"), self.theme)
        self.add_row(self.tr("Size of the thumbnails"), self.tiles)
        self.show_settings(self.settings)
        self.language.activated.connect(lambda: self.change(language=self.language.currentData()))
        self.theme.activated.connect(lambda: self.change(theme=self.theme.currentData()))
        self.tiles.valueChanged.connect(self._resize)

    def show_settings(self, settings: Settings) -> None:
        """See `SettingsSection`."""
        self.language.setCurrentIndex(self.language.findData(settings.language))
        self.theme.setCurrentIndex(self.theme.findData(settings.theme))
        if not self.tiles.isSliderDown():
            self.tiles.setValue(settings.tile_size // _TILES)

    def _resize(self, value: int) -> None:
        if value != self.settings.tile_size // _TILES:
            self.change(tile_size=value * _TILES)


class Performance(SettingsSection):
    """How much of the processor indexing takes."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.set_title(self.tr("While photos are being read"))
        self.in_use = self._share(self.tr("While you use clipdesk"), "cpu_in_use")
        self.idle = self._share(self.tr("While you do something else"), "cpu_idle")
        self.add_hint(self.tr("The share of the processor that reading new photos may take."))

    def _share(self, label: str, name: str) -> QSlider:
        slider, number = _slider(10, 100, _STEP, label), QLabel(self)
        number.setMinimumWidth(number.fontMetrics().horizontalAdvance("100 %") + 8)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(slider, 1)
        row.addWidget(number)
        self.add_row(label, row, slider)

        def show() -> None:
            if not slider.isSliderDown():
                slider.setValue(round(100 * getattr(self.settings, name) / _STEP))
            tell(slider.sliderPosition())

        def tell(value: int) -> None:
            number.setText(self.locale().toString(value * _STEP) + " %")

        def moved(value: int) -> None:
            tell(value)
            if value != round(100 * getattr(self.settings, name) / _STEP):
                self.change(**{name: value * _STEP / 100})

        show()
        slider.sliderMoved.connect(tell)
        slider.valueChanged.connect(moved)
        # The settings outlive this page: what listens to them without being a method of a widget must go by itself.
        listening = self._store.changed.connect(show)
        slider.destroyed.connect(lambda: QObject.disconnect(listening))
        return slider


class Background(SettingsSection):
    """What goes on while the window is closed."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.set_title(self.tr("In the background"))
        self.watch = QCheckBox(self.tr("Follow changes of the folders by itself"), self)
        self.tray = QCheckBox(self.tr("Keep following them in the tray when the window is closed"), self)
        self.login = QCheckBox(self.tr("Start at login"), self)
        for box in (self.watch, self.tray, self.login):
            self.add_wide(box)
        self.tray.setEnabled(QSystemTrayIcon.isSystemTrayAvailable())
        if not self.tray.isEnabled():
            self.add_hint(self.tr("This desktop has no tray for icons of programs."))
        self.show_settings(self.settings)
        self.watch.clicked.connect(lambda on: self.change(watch=on))
        self.tray.clicked.connect(self._keep)
        self.login.clicked.connect(self._start_at_login)

    def show_settings(self, settings: Settings) -> None:
        """See `SettingsSection`."""
        self.watch.setChecked(settings.watch)
        self.tray.setChecked(settings.keep_watching)
        self.login.setChecked(settings.start_at_login)

    def _keep(self, on: bool) -> None:
        self.change(keep_watching=on, watch=on or self.settings.watch)

    def _start_at_login(self, on: bool) -> None:
        try:
            autostart.set_enabled(on)
        except UserError as error:
            self.failed.emit(error)
            self.login.setChecked(not on)
            return
        self.change(start_at_login=on)
