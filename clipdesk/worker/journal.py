"""The crash journal: which files were in the encoder when a process died, and what is done about them.

A file in flight at one death is a suspect and is worked on alone from then on, so that a second crash names the guilty
one: that file is quarantined, listed, and skipped until it changes or the user asks. Where another model was given a
photo that is catalogued, only that model is not given it again. A process that was killed without a crash says less: it
takes four such deaths over one file, and a file that is survived once is no suspect any more.
"""

import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clipdesk.catalog.catalog import Catalog, FileResult
from clipdesk.core.entities import FileState, FoundFile
from clipdesk.core.errors import loggable
from clipdesk.core.plain_data import parse_json
from clipdesk.indexing.in_flight import FlyingFile
from clipdesk.indexing.skipped import SkippedPhotos
from clipdesk.worker import crash_note

_log = logging.getLogger(__name__)
_STRIKES = "strikes"
_CRASH, _KILLED, _GUILTY = 2, 1, 4
"""What a crash and another death weigh, and from where on a file is guilty."""
REASON = "the program died on this file more than once; it is skipped until it changes, or: clipdesk index --retry"


class FileJournal:
    """A journal in the library's folder; `indexing.in_flight.Journal`. One at a time, by the library's writer.

    Written without fsync: it outlives the process, which is what it is for; a power cut names no culprit.
    """

    def __init__(self, library: Path, catalog: Catalog) -> None:
        self._library = library
        self._file = library / "in-flight.json"
        self._catalog = catalog
        self._flying: tuple[str, ...] = ()

    def begin(self, files: Sequence[FlyingFile]) -> None:
        """Keep the names of `files`, in place of the ones before."""
        # JSON's ASCII escapes carry names that are not valid UTF-8.
        text = json.dumps([asdict(file) for file in files])
        # Whole or not at all: half a list would hide the guilty file, and on a full disk there is only half of it.
        new = self._file.with_suffix(".new")
        try:
            new.write_text(text, encoding="ascii")
            new.replace(self._file)
        except OSError:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise
        self._flying = tuple(map(_key, files))

    def end(self) -> None:
        """Forget the names; these files were survived."""
        self._remove()
        flying, self._flying = self._flying, ()
        strikes = self._strikes()
        if not strikes.keys().isdisjoint(flying):
            self._store({key: points for key, points in strikes.items() if key not in flying})

    def suspects(self) -> frozenset[tuple[int, str]]:
        """(folder id, path) of the files that were in flight at one death."""
        return frozenset((int(folder), path) for folder, _, path in (key.partition("/") for key in self._strikes()))

    def finish(self) -> None:
        """Forget the suspects: a whole run went well."""
        if self._strikes():
            self._store({})

    def recover(self) -> list[str]:
        """Look for files that a dead process left in flight; quarantine the guilty ones and return their paths."""
        left, crashed = self._left_over(), crash_note.crashed(self._library)
        # First: whoever is killed in the middle of this accuses nobody twice.
        self._remove()
        crash_note.forget(self._library)
        if not left:
            return []
        weight = _CRASH if crashed else _KILLED
        strikes = self._strikes()
        folders = {folder.id for folder in self._catalog.folders.all()}
        guilty: list[FlyingFile] = []
        for file in left:
            key = _key(file)
            points = strikes.pop(key, 0) + weight
            if file.folder_id not in folders:
                continue
            if points >= _GUILTY:
                guilty.append(file)
            else:
                strikes[key] = points
        how = "crashed" if crashed else "was killed"
        _log.warning("a process %s with %d files in flight; %d quarantined", how, len(left), len(guilty))
        if files := [file for file in guilty if not file.photo_id]:
            self._catalog.commit_batch([self._quarantined(file) for file in files], "")
        if embedded := [(file.model_key, file.photo_id) for file in guilty if file.photo_id]:
            SkippedPhotos(self._catalog).add(embedded, REASON)
        self._store(strikes)
        return [file.found.path for file in guilty]

    def _quarantined(self, file: FlyingFile) -> FileResult:
        known = self._catalog.files.known(file.folder_id).get(file.found.path)
        row = None if known is None else known.id
        return FileResult(file.folder_id, file.found, row, state=FileState.QUARANTINED, reason=REASON)

    def _strikes(self) -> dict[str, int]:
        return dict(self._catalog.state.get(_STRIKES) or {})

    def _store(self, strikes: dict[str, int]) -> None:
        self._catalog.state.set(_STRIKES, strikes or None)

    def _remove(self) -> None:
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _left_over(self) -> list[FlyingFile]:
        try:
            rows: list[dict[str, Any]] = parse_json(self._file.read_text(encoding="ascii"))
            return [FlyingFile(found=FoundFile(**row.pop("found")), **row) for row in rows]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
            _log.warning("the crash journal cannot be read: %s", loggable(error))
            return []


def _key(file: FlyingFile) -> str:
    return f"{file.folder_id}/{file.found.path}"
