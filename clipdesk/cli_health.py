"""What `clipdesk doctor` finds out: versions, engine and its speed, the model, the library's health."""

import errno
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
from clipdesk.core.errors import UserError
from clipdesk.worker.failures import user_error
from clipdesk.worker.logs import log_file
from clipdesk.worker.repair import repair_library

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
    """Everything that `doctor --json` prints. `repair` mends the library first and rebuilds its caches.

    A library that cannot be used is told in `problems`; the rest of the report is there all the same.
    """
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
    return values | {"library": examine_library(options, folder, repair=repair)}


def for_people(values: dict[str, Any]) -> dict[str, Any]:
    """The same without what is there twice, and with words for lists and bytes."""
    shown: dict[str, Any] = dict(values)
    shown["versions"] = ", ".join(f"{name} {number}" for name, number in values["versions"].items() if number)
    if values["library"] is None:
        return shown | {"library": "none yet; make one with: clipdesk index FOLDER"}
    library = dict(values["library"])
    for name in ("library", "folder", "writer", "model_in_use", "model_key", "files"):
        library.pop(name, None)
    for name in ("bytes", "free_bytes"):
        library[name] = _size(library[name])
    if "disk" in library:
        library["disk"] = {name: _size(count) for name, count in library["disk"].items()}
    if "folders" in library:
        library["folders"] = {
            folder["path"]: f"{folder['files']} files, {folder['state']}" for folder in library["folders"]
        }
    if "files" in values["library"]:
        counts = {name: count for name, count in values["library"]["files"].items() if name != "photos"}
        library["files"] = ", ".join(f"{count} {name}" for name, count in counts.items())
    library["problems"] = {str(at): text for at, text in enumerate(library["problems"], 1)} or "none"
    return shown | {"library": library}


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _model(settings: "Settings") -> dict[str, Any]:
    """The engine, its speed here, and the model that it runs."""
    from clipdesk.models.loader import load_encoder

    encoder = load_encoder(settings.model, device=settings.device, threads=settings.threads)
    try:
        import numpy as np

        info = encoder.info
        pixels = np.zeros((_BATCH, info.image.size, info.image.size, 3), np.uint8)
        encoder.encode_images(pixels[:1])
        encoder.encode_texts(["a photo"])
        start = perf_counter()
        encoder.encode_images(pixels)
        middle = perf_counter()
        encoder.encode_texts(["a dog on the beach"])
        end = perf_counter()
        info = encoder.info  # an engine that was tuned for another machine has been given up by now
    finally:
        encoder.close()
    return {
        "engine": info.engine,
        "tuning": _tuning(settings.model),
        "device": info.engine.rpartition(", ")[2] or settings.device,
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


def _tuning(name: str) -> dict[str, Any] | str:
    """What tuning chose for the model, and how well it agrees with float32."""
    from clipdesk.models import loader, tuned

    folder = loader.model_folder(name)
    found = tuned.read(tuned.record_folder(folder, name))
    if found is None:
        return "none: float32"
    choice = found.choice
    return {
        "engine": choice.engine,
        "threads": choice.threads,
        "photos_at_once": choice.at_once,
        "photos_per_second": round(choice.speed, 1),
        "mean_cosine": round(choice.mean, 5),
        "worst_cosine": round(choice.worst, 5),
        "same_best_ten": round(choice.shared, 3),
        "float32_layers": f"{choice.kept} of {choice.products}" if choice.products else "all",
        "photos": found.photos,
        "state": "current" if tuned.is_current(found, folder) else f"out of date; run: clipdesk models tune {name}",
    }


def examine_library(options: Options, folder: Path, *, repair: bool) -> dict[str, Any] | None:
    """The library's numbers and `problems`; when it was repaired, this also builds its index anew."""
    if not _is_library(folder):
        return None
    numbers: dict[str, Any] = {"folder": str(folder)}
    problems: list[str] = []
    try:
        numbers |= {"bytes": _bytes(folder), "free_bytes": shutil.disk_usage(folder).free}
        if repair:
            for line in repair_library(folder):
                message(line)
        problems = _problems(folder)
        numbers |= _status(options, repair=repair and not problems)
    except UserError as error:
        if str(error) not in problems:
            problems.append(str(error))
    except OSError as error:
        told = user_error(error) if error.errno in (errno.ENOSPC, errno.EDQUOT) else None
        reason = error.strerror or type(error).__name__
        problems.append(str(told or f"The library {folder} cannot be read ({reason})"))
    return {"bytes": 0, "free_bytes": 0, **numbers, "problems": problems}


def _is_library(folder: Path) -> bool:
    """Whether there is a library, or what is left of one."""
    try:
        return any((folder / name).exists() for name in ("catalog.sqlite", "backups", "thumbnails", "index"))
    except OSError:
        return True


def _status(options: Options, *, repair: bool) -> dict[str, Any]:
    from clipdesk.core.messages import SearchRequest, StatusReply, StatusRequest
    from clipdesk.indexing.missing_thumbnails import missing_hashes

    with open_service(options, write=repair) as service:
        reply = service.call(StatusRequest(next_id()))
        assert isinstance(reply, StatusReply)
        if repair and reply.status["embeddings"]:
            service.call(SearchRequest(next_id(), "a photo", 1))
            reply = service.call(StatusRequest(next_id()))
            assert isinstance(reply, StatusReply)
        missing = len(missing_hashes(service.resources.library))
    return {**reply.status, "missing_thumbnails": missing}


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _problems(folder: Path) -> list[str]:
    """What is wrong with the catalogue, in words; empty when it is sound."""
    from clipdesk.catalog.rescue import find_damage

    return find_damage(folder)
