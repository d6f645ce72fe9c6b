"""One index run: look at the folders, read what is new, embed it, and keep the catalogue true to the disk.

Every batch is one transaction and a photo is known by its content, so a run that is killed at any instant goes on
where it was: nothing that was committed is read or embedded again.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from clipdesk.catalog.catalog import FileResult
from clipdesk.catalog.library import Library
from clipdesk.core.entities import FileState, FoundFile, IndexReport, Matrix, Progress
from clipdesk.core.errors import CancelledError, LibraryDamagedError, UserError
from clipdesk.core.paths import thumbnail_file
from clipdesk.indexing import sidecars
from clipdesk.indexing.batches import BatchRun, Machines, Outcome
from clipdesk.indexing.control import RunControl
from clipdesk.indexing.decode_pool import DecodePool, default_processes
from clipdesk.indexing.decoder import DecodeTask, Prepared, prepare
from clipdesk.indexing.in_flight import Journal, NoJournal
from clipdesk.indexing.missing_thumbnails import make_missing
from clipdesk.indexing.progress import ProgressMeter
from clipdesk.indexing.reconcile import GoneFiles, Survey, Surveyor, Work, add_folders
from clipdesk.indexing.skipped import SkippedPhotos
from clipdesk.models.encoder import Encoder

_log = logging.getLogger(__name__)
_HASHES_AT_ONCE = 512
"""Files whose sizes are looked up in the catalogue in one go."""
_ALL = 1 << 40
_CLOUD = "in the cloud, not on this disk; reading it would download it"


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a run uses the machine. `processes` 0: one decoder a core; `batch`: pictures for the encoder at once."""

    processes: int = 0
    batch: int = 16
    prepare: Callable[[DecodeTask], Prepared] = prepare
    """Replaced by tests only."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run is to do: add `folders`, then look at every root folder, or only at `changed` places.

    `accept_missing` forgets what is away: of `folders`, or of the one root folder that is away when none is named.
    """

    folders: Sequence[Path] = ()
    accept_missing: bool = False
    excludes: Sequence[str] = ()
    changed: Sequence[Path] | None = None
    held: Sequence[Path] = ()


@dataclass(slots=True)
class Indexer:
    """Runs index requests over one library (open for writing), one at a time.

    `encoder` and `textness` (of float32 vectors [n, dim]; None when the model's direction is unknown) are asked for
    only when there is something to embed. `model_key` names the embeddings.
    """

    library: Library
    model_key: str
    encoder: Callable[[], Encoder]
    textness: Callable[[Matrix], npt.NDArray[np.float32] | None] = lambda _: None
    journal: Journal = field(default_factory=NoJournal)
    tuning: Tuning = field(default_factory=Tuning)
    excludes: Sequence[str] = ()
    on_commit: Callable[[], None] = lambda: None
    """Called after each batch, in the thread that runs."""

    def run(
        self, wish: Wish, control: RunControl | None = None, on_progress: Callable[[Progress], None] | None = None
    ) -> IndexReport:
        """Do what `wish` says. A cancelled run reports what was done and `cancelled`.

        Raises UserError for a folder that is not there, a full disk or an unusable model.
        """
        run = _Run(self, control or RunControl(), ProgressMeter(on_progress))
        return run.execute(wish)


@dataclass(slots=True)
class _Run:
    indexer: Indexer
    control: RunControl
    meter: ProgressMeter
    _counts: Counter[str] = field(default_factory=Counter[str])
    _gone: GoneFiles = field(default_factory=GoneFiles)
    _pool: DecodePool | None = None
    _at_most: int = 0
    _notes: list[str] = field(default_factory=list[str])
    _sizes: dict[int, frozenset[str]] = field(default_factory=dict[int, frozenset[str]])
    """Contents that the catalogue has, by size, for the files that are about to be read."""

    def execute(self, wish: Wish) -> IndexReport:
        """Look, read, forget what is gone, tidy up."""
        began, cancelled, survey = time.monotonic(), False, Survey()
        catalog = self.indexer.library.catalog
        add_folders(catalog, wish.folders, wish.excludes)
        try:
            self.control.checkpoint()
            survey = self._surveyor(wish).look(catalog.folders.all())
            self._gone = survey.gone
            self._read(survey.work)
            if wish.changed is None:
                self._make_thumbnails()
            self.meter.finishing()
            left = self._gone.left()
            self._counts["removed"] += catalog.files.remove(left) if left else 0
            for folder in survey.forgotten:
                catalog.folders.remove(folder.id)
            self._purge()
            if wish.changed is None:
                self.indexer.journal.finish()
                self._keep_copy()
        except CancelledError:
            cancelled = True
        finally:
            if self._pool is not None:
                self._pool.close()
        return self._report(survey, time.monotonic() - began, cancelled)

    def _surveyor(self, wish: Wish) -> Surveyor:
        return Surveyor(
            self.indexer.library.catalog,
            wish.accept_missing,
            self.meter.scanning,
            lambda: self.control.cancelled,
            self.indexer.excludes,
            wish.changed,
            wish.held,
            wish.folders,
        )

    def _report(self, survey: Survey, seconds: float, cancelled: bool) -> IndexReport:
        counts, notes = self._counts, [*survey.notes, *self._notes]
        catalog = self.indexer.library.catalog
        failures = [*catalog.files.failures(), *SkippedPhotos(catalog).failures(self.indexer.model_key)]
        failed = [failure for failure in failures if failure.state is not FileState.CLOUD]
        if away := len(failures) - len(failed):
            notes.append(f"{away} files are in the cloud and not on this disk: they were not read.")
        if counts["vanished"]:
            notes.append(f"{counts['vanished']} files went away while they were being read.")
        if counts["unreadable"]:
            notes.append(f"{counts['unreadable']} photos could not be read again for this model.")
        listed = {failure.path for failure in failed}
        return IndexReport(
            added=counts["added"],
            updated=counts["updated"],
            moved=counts["moved"],
            removed=counts["removed"],
            unchanged=survey.unchanged,
            offline=survey.offline,
            failed=(*failed, *(failure for failure in survey.unreadable if failure.path not in listed)),
            seconds=seconds,
            photos_per_second=counts["read"] / seconds if seconds > 0 else 0.0,
            cancelled=cancelled,
            notes=tuple(notes),
            away=tuple(survey.away),
        )

    # ---- reading ----

    def _read(self, found: Sequence[Work]) -> None:
        """Read the files that were found, then embed the photos that this model has not seen."""
        clouded = [work for work in found if work.found.cloud]
        if clouded:
            self._commit_states([(work, FileState.CLOUD, _CLOUD) for work in clouded])
        suspects = self.indexer.journal.suspects()
        here = sorted((work for work in found if not work.found.cloud), key=lambda work: work.key in suspects)
        missing = self._missing()
        if not here and not missing:
            return
        self._at_most = len(here) + len(missing)
        self.meter.start(self._at_most)
        BatchRun(self._machines()).run(self._with_known_sizes(here))
        # Files of known content may have brought back photos that this model has not embedded.
        again = self._missing() if here else missing
        if again:
            BatchRun(self._machines()).run(again)

    def _missing(self) -> list[Work]:
        """Photos without an embedding of this model, as work; only those that can be read."""
        catalog = self.indexer.library.catalog
        rows = catalog.photos.missing_embeddings(self.indexer.model_key, _ALL)
        skipped = SkippedPhotos(catalog).of(self.indexer.model_key) if rows else frozenset[int]()
        rows = [row for row in rows if row[0] not in skipped]
        if not rows:
            return []
        folders = sorted(catalog.folders.all(), key=lambda folder: -len(str(folder.path)))
        works: list[Work] = []
        for photo_id, content_hash, path in rows:
            folder = next((folder for folder in folders if path.is_relative_to(folder.path)), None)
            if folder is not None:
                found = FoundFile(path.relative_to(folder.path).as_posix(), 0, 0)
                works.append(Work(folder, found, None, content_hash, photo_id))
        return works

    def _machines(self) -> Machines:
        catalog = self.indexer.library.catalog
        return Machines(
            pool=self._started_pool,
            encoder=self.indexer.encoder,
            task=self._task,
            is_known=lambda hashes: set(catalog.photos.by_hash(hashes)),
            commit=self._commit,
            journal=self.indexer.journal,
            control=self.control,
            model_key=self.indexer.model_key,
            batch=self.indexer.tuning.batch,
        )

    def _started_pool(self) -> DecodePool:
        if self._pool is None:
            tuning = self.indexer.tuning
            processes = min(tuning.processes or default_processes(), max(1, self._at_most))
            self._pool = DecodePool(
                self.indexer.encoder().info.image,
                self.indexer.library.thumbnails,
                processes,
                in_flight=3 * processes,
                prepare=tuning.prepare,
            )
        return self._pool

    def _with_known_sizes(self, works: Sequence[Work]) -> Iterator[Work]:
        for start in range(0, len(works), _HASHES_AT_ONCE):
            some = works[start : start + _HASHES_AT_ONCE]
            self._sizes = self.indexer.library.catalog.files.hashes_of_sizes({work.found.size for work in some})
            yield from some

    def _task(self, work: Work) -> DecodeTask:
        known: frozenset[str] = frozenset()
        sidecar = None
        if work.photo_hash is None:
            # Metadata of a known photo must be read again when its sidecar is new.
            before = work.known.sidecar_mtime_ns if work.known else 0
            if work.found.sidecar_mtime_ns == before:
                known = self._sizes.get(work.found.size, frozenset())
            sidecar = sidecars.find(work.path) if work.found.sidecar_mtime_ns else None
        return self._started_pool().task(work.path, known, sidecar)

    # ---- committing ----

    def _commit(self, outcomes: list[Outcome]) -> None:
        """Write one batch; photos that were only embedded again have no file to write."""
        textness = self._textness_of(outcomes)
        again = [outcome for outcome in outcomes if outcome.work.photo_hash is not None]
        results = self._results([outcome for outcome in outcomes if outcome.work.photo_hash is None], textness)
        catalog, key = self.indexer.library.catalog, self.indexer.model_key
        if results:
            catalog.commit_batch(results, key)
        same = [one for one in again if one.prepared and one.prepared.content_hash == one.work.photo_hash]
        embedded = [(one.work.photo_id, one.vector, textness.get(id(one))) for one in same if one.vector is not None]
        if embedded:
            ids, vectors, values = zip(*embedded, strict=True)
            numbers = [float("nan") if value is None else value for value in values]
            catalog.embeddings.add(key, list(ids), np.stack(vectors), numbers)
        self._counts["unreadable"] += len(again) - len(embedded)
        self._counts["read"] += len(outcomes)
        self.meter.advance(len(outcomes))
        self.indexer.on_commit()

    def _textness_of(self, outcomes: Sequence[Outcome]) -> dict[int, float]:
        """Textness by `id()` of the outcome; empty when the model has no direction yet."""
        embedded = [(id(outcome), outcome.vector) for outcome in outcomes if outcome.vector is not None]
        if not embedded:
            return {}
        values = self.indexer.textness(np.stack([vector for _, vector in embedded]))
        return {} if values is None else {key: float(value) for (key, _), value in zip(embedded, values, strict=True)}

    def _results(self, outcomes: Sequence[Outcome], textness: dict[int, float]) -> list[FileResult]:
        hashes = {one.prepared.content_hash for one in outcomes if one.prepared and not one.reason}
        photo_ids = self.indexer.library.catalog.photos.by_hash(hashes) if hashes else {}
        results: list[FileResult] = []
        for outcome in outcomes:
            if outcome.vanished:
                self._counts["vanished"] += 1
            elif outcome.reason is not None or outcome.prepared is None:
                results.append(_not_indexed(outcome.work, FileState.FAILED, outcome.reason or "", outcome.found))
            else:
                results.append(self._indexed(outcome, outcome.prepared, photo_ids, textness.get(id(outcome))))
        return results

    def _indexed(
        self, outcome: Outcome, prepared: Prepared, photo_ids: dict[str, int], textness: float | None
    ) -> FileResult:
        work, row, count = outcome.work, outcome.work.known, "updated"
        if row is None:
            photo_id = photo_ids.get(prepared.content_hash)
            row = None if photo_id is None else self._gone.claim(photo_id, work.found.path)
            count = "added" if row is None else "moved"
        self._counts[count] += 1
        return FileResult(
            folder_id=work.folder.id,
            found=outcome.found,
            file_id=None if row is None else row.id,
            content_hash=prepared.content_hash,
            metadata=prepared.metadata,
            embedding=outcome.vector,
            textness=textness,
        )

    def _make_thumbnails(self) -> None:
        indexer = self.indexer
        remade = make_missing(
            indexer.library, self.control, self.meter, indexer.tuning.processes, indexer.tuning.prepare
        )
        self._notes += remade.notes()

    def _keep_copy(self) -> None:
        """Copy the catalogue once a day. A copy that has no room is not worth failing for; a damaged catalogue is."""
        try:
            self.indexer.library.back_up_daily()
        except LibraryDamagedError:
            raise
        except (UserError, OSError):
            self._notes.append("The catalogue could not be copied into the library's backups.")

    def _commit_states(self, changes: Sequence[tuple[Work, FileState, str]]) -> None:
        results = [_not_indexed(work, state, reason, work.found) for work, state, reason in changes]
        self.indexer.library.catalog.commit_batch(results, self.indexer.model_key)

    def _purge(self) -> None:
        for content_hash in self.indexer.library.catalog.photos.purge_orphans():
            with suppress(OSError):
                thumbnail_file(self.indexer.library.thumbnails, content_hash).unlink(missing_ok=True)


def _not_indexed(work: Work, state: FileState, reason: str, found: FoundFile) -> FileResult:
    return FileResult(work.folder.id, found, work.known.id if work.known else None, state=state, reason=reason)
