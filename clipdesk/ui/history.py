"""The user's recent queries: kept in one small file, newest first."""

import json
import logging
import threading
from pathlib import Path
from typing import cast

from PySide6.QtCore import QCoreApplication, QIODevice, QObject, QSaveFile, QTimer

from clipdesk.core.errors import loggable
from clipdesk.core.paths import data_folder
from clipdesk.core.plain_data import parse_json
from clipdesk.ui.jobs import JobThread

_log = logging.getLogger(__name__)
_MOST = 200
_LONGEST = 2000
"""Characters of a query that is worth remembering."""
_SAVE_AFTER = 1000


class QueryHistory(QObject):
    """Recent queries. They are saved a moment after a change, off the main thread, and by `flush`."""

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file or data_folder() / "recent-queries.json"
        self._queries = _read(self._file)
        self._writing = threading.Lock()
        self._jobs = JobThread(self)
        self._saving = QTimer(self, singleShot=True, interval=_SAVE_AFTER)
        self._saving.timeout.connect(lambda: self._jobs.run(self._write, lambda _: None))
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._flush_changes)

    def queries(self) -> tuple[str, ...]:
        """All of them, newest first."""
        return tuple(self._queries)

    def add(self, query: str) -> None:
        """Remember a query as the newest one."""
        query = query.strip()
        if not query or len(query) > _LONGEST or self._queries[:1] == [query]:
            return
        self._queries = [query, *(one for one in self._queries if one != query)][:_MOST]
        self._saving.start()

    def clear(self) -> None:
        """Forget everything."""
        self._queries = []
        self.flush()

    def _flush_changes(self) -> None:
        if self._saving.isActive():
            self.flush()

    def flush(self) -> None:
        """Save now. What cannot be saved is only remembered until the end of the program."""
        self._saving.stop()
        self._write()

    def _write(self) -> None:
        """Write the queries of now; in any thread, since the disk is waited for."""
        with self._writing:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                _log.warning("recent queries are not saved: %s", loggable(error))
                return
            file = QSaveFile(str(self._file))
            text = json.dumps(self._queries)
            if not (file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(text.encode()) >= 0 and file.commit()):
                _log.warning("recent queries are not saved: %s", file.error().name)


def _read(file: Path) -> list[str]:
    try:
        read = parse_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        _log.warning("recent queries cannot be read: %s", loggable(error))
        return []
    entries = cast("list[object]", read) if isinstance(read, list) else []
    return [one for one in entries if isinstance(one, str) and one.strip()][:_MOST]


class HistoryWalk:
    """Going back and forth through recent queries; what was typed before the first step comes last again."""

    def __init__(self, history: QueryHistory) -> None:
        self._history = history
        self._at = -1
        self._draft = ""

    def step(self, older: bool, now: str) -> str | None:
        """Return the query one step away from `now`, or None at the end. Queries equal to `now` are skipped."""
        queries = self._history.queries()
        if self._at < 0:
            self._draft = now
        at = self._at
        while 0 <= (at := at + (1 if older else -1)) < len(queries):
            if queries[at] != now:
                self._at = at
                return queries[at]
        if not older and self._at >= 0:
            self._at = -1
            return self._draft
        return None

    def restart(self) -> None:
        """Begin at the newest one again."""
        self._at = -1
