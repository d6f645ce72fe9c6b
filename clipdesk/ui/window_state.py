"""What the window remembers of itself: size, splitters, the last query, the page."""

import base64
import hashlib
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QCoreApplication, QIODevice, QObject, QSaveFile, QTimer

from clipdesk.core.errors import loggable
from clipdesk.core.paths import data_folder
from clipdesk.core.plain_data import parse_json

if TYPE_CHECKING:
    from clipdesk.ui.results_standing import Standing

_log = logging.getLogger(__name__)
_SAVE_AFTER = 1000


class WindowState(QObject):
    """Texts by name in a JSON file for each library; what cannot be stored is forgotten, never an error.

    Not QSettings: PySide6 keeps Python objects there as pickles, and runs those that it finds in a file.
    """

    def __init__(self, library: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.standing: Standing | None = None
        """Where the user stands in the results; for another window of this process only."""
        self._file = state_file(library)
        self._texts, self._changed = _read(self._file), False
        self._saving = QTimer(self, singleShot=True, interval=_SAVE_AFTER)
        self._saving.timeout.connect(self.save)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.save)

    def text(self, name: str) -> str:
        """A text; "" when there is none."""
        return self._texts.get(name, "")

    def set_text(self, name: str, value: str) -> None:
        """Remember a text; one that is there already is not written again."""
        if value != self.text(name):
            self._texts[name] = value
            self._changed = True
            self._saving.start()

    def layout(self, name: str) -> QByteArray:
        """What `saveGeometry` or `saveState` gave; empty when there is none."""
        try:
            return QByteArray(base64.b64decode(self.text(name), validate=True))
        except ValueError:
            return QByteArray()

    def set_layout(self, name: str, value: QByteArray) -> None:
        """Remember what `saveGeometry` or `saveState` gave."""
        self.set_text(name, base64.b64encode(value.data()).decode("ascii"))

    def save(self) -> None:
        """Write the file, if anything changed."""
        self._saving.stop()
        if not self._changed:
            return
        self._changed = False
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            _log.warning("the window's state is not saved: %s", loggable(error))
            return
        file = QSaveFile(str(self._file))
        text = json.dumps(self._texts, indent=1)
        if not (file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(text.encode()) >= 0 and file.commit()):
            _log.warning("the window's state is not saved: %s", file.error().name)


def state_file(library: Path) -> Path:
    """Where the state of the window of a library lies."""
    name = hashlib.sha256(str(library.absolute()).encode(errors="replace")).hexdigest()[:16]
    return data_folder() / "windows" / f"{name}.json"


def _read(file: Path) -> dict[str, str]:
    try:
        read = parse_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _log.warning("the window's state cannot be read: %s", loggable(error))
        return {}
    entries = cast("dict[str, object]", read) if isinstance(read, dict) else {}
    return {name: value for name, value in entries.items() if isinstance(value, str)}
