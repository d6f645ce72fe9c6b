"""The user's settings: typed, versioned, in one TOML file; a damaged or newer file never stops the program."""

import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clipdesk.core.errors import UserError
from clipdesk.core.paths import settings_file
from clipdesk.core.plain_data import parse_toml

_log = logging.getLogger(__name__)
_VERSION = 1
_MOST = 1 << 20
"""Bytes of a settings file."""


class Settings(BaseModel):
    """Everything that a user can set; unknown entries of other versions are kept aside, never an error."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: int = _VERSION
    model: str = "pocket"
    device: Literal["auto", "cpu", "mps", "cuda"] = "auto"
    threads: int = Field(default=0, ge=0, le=256)
    """Threads of the encoder; 0 means as many as the machine has cores."""
    decoder_processes: int = Field(default=0, ge=0, le=64)
    """Decoder processes; 0 means as many as the machine has cores, at most 8."""
    excludes: tuple[str, ...] = ()
    """Glob patterns of paths (relative to a root folder) that are never indexed."""
    watch: bool = False
    """Follow changes of the folders while the window is open."""
    keep_watching: bool = False
    """Stay in the tray and keep watching when the window is closed."""
    start_at_login: bool = False
    cpu_in_use: float = Field(default=0.5, gt=0, le=1)
    """Share of the processor that indexing takes while the window is being used."""
    cpu_idle: float = Field(default=1.0, gt=0, le=1)
    """The same while nobody uses the window."""
    sidecars: bool = False
    """Write accepted tags into XMP sidecars beside the photos (never into a photo)."""
    language: Literal["system", "en", "ja", "zh_CN"] = "system"
    theme: Literal["system", "light", "dark"] = "system"
    tile_size: int = Field(default=168, ge=96, le=512)
    """Side of a tile of the grid, in device-independent pixels."""
    vocabularies: tuple[str, ...] = ()
    """Paths of the user's own tag lists, text files with one tag a line."""


def load(path: Path | None = None) -> Settings:
    """Read the settings; what cannot be read is logged and its default used."""
    path = path or settings_file()
    try:
        raw = _read(path)
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        _log.warning("settings file cannot be read, using defaults: %s", reason)
        return Settings()
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        bad = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
        _log.warning("settings entries ignored: %s", ", ".join(sorted(bad)))
        return Settings.model_validate({key: value for key, value in raw.items() if key not in bad})


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the settings atomically; entries that this version does not know are kept, and a damaged file beside it.

    Raises UserError when they cannot be written; nothing is left behind then.
    """
    path = path or settings_file()
    try:
        kept = _read(path)
    except OSError:
        kept = {}
    except ValueError:
        kept = {}
        with suppress(OSError):
            path.with_name(f"{path.stem}.damaged{path.suffix}").write_bytes(path.read_bytes())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, _toml(settings.model_dump(mode="json"), kept))
    except OSError as error:
        raise UserError(
            f"The settings {path} cannot be written ({error.strerror or type(error).__name__})",
            "Check the permissions of that folder and the space on its disk",
        ) from error


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        content = file.read(_MOST + 1)
    if len(content) > _MOST:
        raise ValueError("the file is too large")
    return parse_toml(content.decode("utf-8"))


def _toml(ours: dict[str, Any], kept: dict[str, Any]) -> bytes:
    try:
        return tomli_w.dumps(kept | ours).encode()
    except (RecursionError, ValueError, TypeError):  # what can be read cannot always be written
        return tomli_w.dumps(ours).encode()


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
