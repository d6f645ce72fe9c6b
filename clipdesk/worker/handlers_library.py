"""Requests about the library itself: folders, failures, tags, numbers."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from clipdesk.core.errors import UserError
from clipdesk.core.messages import (
    Done,
    FailuresReply,
    FailuresRequest,
    FoldersReply,
    FoldersRequest,
    RemoveFolderRequest,
    RetryRequest,
    StatusReply,
    StatusRequest,
)
from clipdesk.indexing.skipped import SkippedPhotos
from clipdesk.worker.resources import Resources

if TYPE_CHECKING:
    from clipdesk.indexing.control import RunControl


def folders(resources: Resources, request: FoldersRequest) -> FoldersReply:
    """The root folders. Raises LibraryMissingError."""
    resources.require_library()
    return FoldersReply(request.id, tuple(resources.library.catalog.folders.all()))


def remove_folder(resources: Resources, request: RemoveFolderRequest) -> Done:
    """Forget a root folder; never during a run, which may be about to write its files.

    Raises UserError when there is none of that name.
    """
    resources.require_writer()
    path = Path(os.path.normpath(request.path.expanduser().absolute()))
    catalog = resources.library.catalog
    folder = next((folder for folder in catalog.folders.all() if folder.path == path), None)
    if folder is None:
        raise UserError(f"{path} is not a folder of this library.", "See: clipdesk folders")
    catalog.folders.remove(folder.id)
    return Done(request.id)


def failures(resources: Resources, request: FailuresRequest) -> FailuresReply:
    """Files that are not in the index, and why."""
    catalog = resources.library.catalog
    found = [*catalog.files.failures(), *SkippedPhotos(catalog).failures(resources.model_key())]
    return FailuresReply(request.id, tuple(found))


def retry(resources: Resources, request: RetryRequest) -> Done:
    """Try failed and quarantined files again at the next run."""
    resources.require_writer()
    resources.library.catalog.files.retry(request.paths)
    SkippedPhotos(resources.library.catalog).retry(request.paths)
    return Done(request.id)


def status(resources: Resources, request: StatusRequest, control: "RunControl") -> StatusReply:
    """Numbers about the library; no model is loaded for them, but every file is counted."""
    library, catalog = resources.library, resources.library.catalog
    counts, key = catalog.files.counts(), resources.model_key()
    embedded = catalog.embeddings.models()
    return StatusReply(
        request.id,
        {
            "library": str(library.folder),
            "writer": library.writer,
            "photos": counts["photos"],
            "files": counts,
            "folders": [
                {"path": str(folder.path), "state": folder.state.value, "files": folder.files}
                for folder in catalog.folders.all()
            ],
            "model_in_use": resources.settings.model,
            "model_key": key,
            "embeddings": embedded.get(key, 0),
            "embeddings_by_model": embedded,
            "disk": {
                "catalog": _bytes(library.folder, control, "catalog.sqlite"),
                "thumbnails": _bytes(library.thumbnails, control),
                "index": _bytes(library.index_folder, control),
            },
        },
    )


def _bytes(folder: Path, control: "RunControl", prefix: str = "") -> int:
    """Bytes of the files in a folder and below whose names begin with `prefix`."""
    control.checkpoint()
    total = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                total += _bytes(Path(entry.path), control) if not prefix else 0
            elif entry.name.startswith(prefix):
                with suppress(OSError):
                    total += entry.stat(follow_symlinks=False).st_size
    return total
