"""Work of the index thread: index runs and watched changes."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clipdesk.core.entities import FolderState, IndexReport, Matrix, Progress
from clipdesk.core.errors import CancelledError
from clipdesk.core.messages import (
    Done,
    IndexedEvent,
    IndexReply,
    IndexRequest,
    ProgressEvent,
    Request,
)
from clipdesk.worker.resources import Resources

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clipdesk.indexing.control import RunControl
    from clipdesk.indexing.pipeline import Indexer, Wish
    from clipdesk.search.textness import TextnessDirection
    from clipdesk.worker.journal import FileJournal

_log = logging.getLogger(__name__)
_GROUNDS = 400
"""Photos of the library that words are written on, to learn a model's textness."""


@dataclass(frozen=True, slots=True)
class ChangedRequest(Request):
    """From the watcher: look again at these folders; told by an `IndexedEvent` when anything changed."""

    folders: tuple[Path, ...] = ()
    held: tuple[Path, ...] = ()


def index(resources: Resources, request: IndexRequest, control: "RunControl") -> IndexReply:
    """Bring the library up to date. Raises UserError for a folder that is not there."""
    from clipdesk.indexing.pipeline import Wish

    wish = Wish(request.folders, request.accept_missing, request.excludes, request.only or None)
    return IndexReply(request.id, run(resources, request.id, wish, control))


def changed(resources: Resources, request: ChangedRequest, control: "RunControl") -> Done:
    """Look again at what the watcher saw changing; told are changes, folders that went or came back, new failures."""
    from clipdesk.indexing.pipeline import Wish

    before = _state(resources)
    report = run(resources, request.id, Wish(changed=request.folders, held=request.held), control)
    if report.added or report.updated or report.moved or report.removed or _state(resources) != before:
        # The run looked at the changed folders only; others may still be away.
        resources.emit(IndexedEvent(replace(report, offline=_files_away(resources))))
    return Done(request.id)


def look_again(resources: Resources, request_id: int, folders: Sequence[Path], control: "RunControl") -> IndexReply:
    """Look again at some folders."""
    from clipdesk.indexing.pipeline import Wish

    return IndexReply(request_id, run(resources, request_id, Wish(changed=folders), control))


def _state(resources: Resources) -> tuple[object, ...]:
    """Which folders are away and which files failed."""
    catalog = resources.library.catalog
    return [(folder.id, folder.state) for folder in catalog.folders.all()], catalog.files.failures()


def _files_away(resources: Resources) -> int:
    return sum(
        folder.files for folder in resources.library.catalog.folders.all() if folder.state is FolderState.OFFLINE
    )


def run(
    resources: Resources,
    request_id: int,
    wish: "Wish",
    control: "RunControl",
    tell: Callable[[Progress], None] | None = None,
) -> IndexReport:
    """Do what `wish` says. Progress is told by `tell`, or else as an event of the request."""
    from clipdesk.worker.journal import FileJournal

    resources.require_writer()
    journal = FileJournal(resources.library.folder, resources.library.catalog)
    journal.recover()

    def emit(progress: Progress) -> None:
        resources.emit(ProgressEvent(request_id, progress))

    report = _indexer(resources, journal).run(wish, control, tell or emit)
    if not report.cancelled:
        resources.changed |= bool(report.added or report.updated or report.removed)
        cancelled = not _complete_textness(resources, control)
        if not cancelled and report.added:
            from clipdesk.worker.model_tuning import tune_again

            tune_again(resources.settings.model, resources.library.folder, lambda: control.cancelled)
        return replace(report, cancelled=cancelled)
    return report


def _indexer(resources: Resources, journal: "FileJournal") -> "Indexer":
    from clipdesk.indexing.pipeline import Indexer, Tuning

    settings, prepare = resources.settings, resources.hooks.prepare
    tuning = Tuning(settings.decoder_processes)
    if prepare is not None:
        tuning = Tuning(settings.decoder_processes, prepare=prepare)
    known: list[TextnessDirection | None] = []

    def textness(vectors: Matrix) -> "npt.NDArray[np.float32] | None":
        from clipdesk.search.textness import measure

        if not known:
            known.append(_stored_direction(resources))
        return None if known[0] is None else measure(known[0], vectors)

    def after_batch() -> None:
        # Whoever asks now goes first: the lock is held while a question is being answered.
        with resources.answering:
            pass

    return Indexer(
        resources.library,
        resources.model_key(),
        resources.encoder,
        textness,
        journal,
        tuning,
        settings.excludes,
        after_batch,
    )


def _stored_direction(resources: Resources) -> "TextnessDirection | None":
    from clipdesk.search.textness import stored_direction

    return stored_direction(resources.encoder(), resources.library.catalog.state, resources.model_folder())


def _complete_textness(resources: Resources, control: "RunControl") -> bool:
    """Learn the model's textness direction where it has none, and measure the photos that came before it.

    False when it was cancelled: a large model takes minutes.
    """
    catalog, key = resources.library.catalog, resources.model_key()
    done = f"textness measured/{key}"
    if catalog.state.get(done) or not catalog.embeddings.models().get(key):
        return True
    import numpy as np

    from clipdesk.core.paths import thumbnail_file
    from clipdesk.search.textness import direction_for, measure

    rows = catalog.embeddings.read(key)
    unknown = np.isnan(rows.textness)
    if unknown.any() or _stored_direction(resources) is None:
        some = catalog.photos.get(np.random.default_rng(0).permutation(rows.photo_ids)[:_GROUNDS])
        files = [thumbnail_file(resources.library.thumbnails, photo.content_hash) for photo in some.values()]

        def go_on(_done: int, _total: int) -> None:
            if control.cancelled:
                raise CancelledError

        try:
            direction = direction_for(
                resources.encoder(),
                catalog.state,
                folder=resources.model_folder(),
                thumbnails=files,
                progress=go_on,
            )
        except CancelledError:
            return False
        catalog.embeddings.set_textness(key, rows.photo_ids[unknown], measure(direction, rows.vectors[unknown]))
    catalog.state.set(done, True)
    return True
