"""What `clipdesk doctor` finds out: versions, engine and its speed, the model, the library's health."""

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from clipdesk import __version__
from clipdesk.cli_output import message
from clipdesk.cli_session import Options, next_id, open_service
from clipdesk.core import paths
from clipdesk.worker.logs import log_file

if TYPE_CHECKING:
    from clipdesk.core.settings import Settings

_PACKAGES = (
    "numpy",
    "onnxruntime",
    "torch",
    "open_clip_torch",
    "hnswlib",
    "sqlalchemy",
    "pillow",
    "rawpy",
)
_BATCH = 16


def examine(options: Options, *, repair: bool) -> dict[str, Any]:
    """Everything that `doctor --json` prints. `repair` checks the library first and rebuilds its caches."""
    from clipdesk.catalog.library import CATALOG_FILE

    settings = options.settings()
    folder = options.library_folder
    values: dict[str, Any] = {
        "clipdesk": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": os.cpu_count(),
        "versions": {name: _version(name) for name in _PACKAGES},
        **_model(settings),
        "folders": {
            "library": str(folder),
            "models": str(paths.models_folder()),
            "settings": str(paths.settings_file()),
            "log": str(log_file()),
        },
    }
    if not (folder / CATALOG_FILE).is_file():
        return values | {"library": None}
    if repair:
        _repair(folder)
    return values | {"library": _library(options, folder, repair=repair)}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _model(settings: "Settings") -> dict[str, Any]:
    """The engine, its speed here, and the model that it runs."""
    from clipdesk.models.loader import load_encoder

    encoder = load_encoder(settings.model, device=settings.device, threads=settings.threads)
    info = encoder.info
    try:
        import numpy as np

        pixels = np.zeros((_BATCH, info.image.size, info.image.size, 3), np.uint8)
        encoder.encode_images(pixels[:1])
        encoder.encode_texts(["a photo"])
        start = perf_counter()
        encoder.encode_images(pixels)
        middle = perf_counter()
        encoder.encode_texts(["a dog on the beach"])
        end = perf_counter()
    finally:
        encoder.close()
    return {
        "engine": info.engine,
        "device": settings.device,
        "speed": {
            "photos_per_second": round(_BATCH / (middle - start), 1),
            "text_milliseconds": round(1000 * (end - middle), 2),
        },
        "model": {
            "name": info.name,
            "bytes": info.bytes,
            "key": info.key,
            "dim": info.dim,
            "image_size": info.image.size,
        },
    }


def _library(options: Options, folder: Path, *, repair: bool) -> dict[str, Any]:
    """The library's numbers; when it was repaired, this also builds its index anew."""
    from clipdesk.core.messages import SearchRequest, StatusReply, StatusRequest

    with open_service(options, write=repair) as service:
        if repair:
            service.call(SearchRequest(next_id(), "a photo", 1))
        reply = service.call(StatusRequest(next_id()))
    assert isinstance(reply, StatusReply)
    return {
        "folder": str(folder),
        "bytes": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
        "free_bytes": shutil.disk_usage(folder).free,
        "problems": _problems(folder),
        **reply.status,
    }


def _problems(folder: Path) -> list[str]:
    """What SQLite itself finds wrong with the catalogue; empty when it is sound."""
    from clipdesk.catalog.database import integrity_problems
    from clipdesk.catalog.library import open_library

    with open_library(folder, write=False) as library, library.catalog.database.read() as connection:
        return integrity_problems(connection)


def _repair(folder: Path) -> None:
    """Delete the index files, which are rebuilt from the catalogue. A damaged catalogue is told, never guessed at."""
    from clipdesk.catalog.library import open_library

    problems = _problems(folder)
    if problems:
        message(f"the catalogue is damaged ({len(problems)} problems); copies of it lie in {folder / 'backups'}")
    with open_library(folder, write=True) as library:
        shutil.rmtree(library.index_folder, ignore_errors=True)
    message("the search index is built anew from the catalogue")
