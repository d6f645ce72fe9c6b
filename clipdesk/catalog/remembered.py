"""The root folders once more, in a small file beside the catalogue: known when the catalogue is lost."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipdesk.catalog.names import decode_path
from clipdesk.catalog.rows import stored_folder
from clipdesk.core.entities import Folder
from clipdesk.core.plain_data import parse_json

_log = logging.getLogger(__name__)
_FILE = "folders.json"


@dataclass(frozen=True, slots=True)
class RememberedFolder:
    """A root folder as the user chose it. `path` is as the catalogue stores it."""

    id: int
    path: str
    device: str | None = None
    excludes: tuple[str, ...] = ()


def remember(library: Path, folders: Sequence[Folder]) -> None:
    """Write the file anew. That it cannot be written is no reason to stop: the catalogue is the truth."""
    entries = [
        {
            "id": folder.id,
            "path": stored_folder(folder.path),
            "device": folder.device,
            "excludes": list(folder.excludes),
        }
        for folder in folders
    ]
    text = json.dumps(entries, indent=1)
    file = library / _FILE
    part = file.with_name(f"{_FILE}.part")
    try:
        if file.exists() and file.read_bytes() == text.encode():
            return
        part.write_bytes(text.encode())
        part.replace(file)
    except OSError as error:
        _log.warning("the folders were not remembered (%s)", type(error).__name__)


def remembered(library: Path) -> list[RememberedFolder] | None:
    """Return what was written last; None when there is no such file, or none that can be read."""
    try:
        entries: list[dict[str, Any]] = parse_json((library / _FILE).read_text(encoding="utf-8"))
        return [
            RememberedFolder(
                int(entry["id"]), str(entry["path"]), entry.get("device"), tuple(map(str, entry.get("excludes", ())))
            )
            for entry in entries
            if Path(decode_path(str(entry["path"]))).is_absolute()
        ]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _log.warning("the remembered folders cannot be read (%s)", type(error).__name__)
        return None
