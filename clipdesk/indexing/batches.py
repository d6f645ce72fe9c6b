"""Decodes ahead of the encoder, fills batches, and hands each finished batch over to be committed.

One thread (the caller's) starts decoding, collects what comes back and commits; the encoder has a thread of its own, so
that the decoder processes, the encoder and the catalogue all work at the same time. However large the library is, there
are never more than `2 x batch + pool.in_flight` pictures in memory.
"""

import logging
import os
import queue
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from clipdesk.core.entities import FoundFile, Vector
from clipdesk.core.errors import CancelledError, DecodeError, ReadError, UserError
from clipdesk.indexing.control import RunControl
from clipdesk.indexing.decode_pool import DecodePool
from clipdesk.indexing.decoder import DecodeTask, Prepared
from clipdesk.indexing.in_flight import FlyingFile, Journal
from clipdesk.indexing.reconcile import Work
from clipdesk.models.encoder import Encoder

_log = logging.getLogger(__name__)
_POLL = 0.2
"""Seconds after which a waiting run looks whether it was cancelled."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: read (and perhaps embedded), failed for `reason`, or vanished meanwhile."""

    work: Work
    prepared: Prepared | None = None
    vector: Vector | None = None
    reason: str | None = None
    vanished: bool = False
    read_again: bool = False
    """The disk failed, not the file."""

    @property
    def found(self) -> FoundFile:
        """The file as it was when it was read, so that a later change is seen as one."""
        if self.read_again:
            return replace(self.work.found, mtime_ns=-1)
        if self.prepared is None:
            return self.work.found
        return replace(self.work.found, size=self.prepared.size, mtime_ns=self.prepared.mtime_ns)


@dataclass(slots=True)
class Machines:
    """What a run works with; `pool` and `encoder` are started when first needed."""

    pool: Callable[[], DecodePool]
    encoder: Callable[[], Encoder]
    task: Callable[[Work], DecodeTask]
    is_known: Callable[[Sequence[str]], set[str]]
    """Which of these contents are catalogued already, and so need no encoding."""
    commit: Callable[[list[Outcome]], None]
    journal: Journal
    control: RunControl
    model_key: str
    batch: int = 16


@dataclass(slots=True)
class BatchRun:
    """One pass over a list of files; `run` may be called once."""

    machines: Machines
    _events: queue.SimpleQueue[Callable[[], None]] = field(default_factory=queue.SimpleQueue[Callable[[], None]])
    _decoding: int = 0
    _ready: list[Outcome] = field(default_factory=list[Outcome])
    """Decoded, waiting for the encoder."""
    _settled: list[Outcome] = field(default_factory=list[Outcome])
    """Need no encoding, waiting for the next commit."""
    _twins: dict[str, list[Outcome]] = field(default_factory=dict[str, list[Outcome]])
    """By content: files whose content is in flight already."""
    _encoding: bool = False
    _warm: bool = False

    def run(self, works: Iterable[Work]) -> None:
        """Work through `works`. Raises CancelledError after the current batch; what was committed stays."""
        todo = iter(works)
        suspects = self.machines.journal.suspects()
        with ThreadPoolExecutor(1, thread_name_prefix="encoder") as encoder_thread:
            try:
                self._loop(todo, suspects, encoder_thread)
            except (CancelledError, KeyboardInterrupt):
                self._drain_encoder()
                raise

    def _loop(self, todo: Iterable[Work], suspects: frozenset[tuple[int, str]], thread: ThreadPoolExecutor) -> None:
        machines = self.machines
        source = iter(todo)
        following = next(source, None)
        while True:
            machines.control.checkpoint()
            while following is not None and len(self._ready) < 2 * machines.batch and self._submit(following, thread):
                following = next(source, None)
            if not self._encoding and self._ready and (len(self._ready) >= machines.batch or not self._decoding):
                self._encode(suspects, thread)
            elif not self._encoding and (len(self._settled) >= 4 * machines.batch or not self._decoding):
                self._commit([])
            if not (self._decoding or self._encoding or self._ready or self._settled or following is not None):
                return
            self._wait()

    def _wait(self) -> None:
        if not (self._decoding or self._encoding):
            return
        try:
            self._events.get(timeout=_POLL)()
        except queue.Empty:
            return

    def _submit(self, work: Work, thread: ThreadPoolExecutor) -> bool:
        """Send one file to the decoders; False when they have enough to do."""
        pool = self.machines.pool()
        if self._decoding >= pool.in_flight:
            return False
        self._decoding += 1
        task = self.machines.task(work)
        if not (self._warm or task.known_hashes):
            # Surely new content: the model loads while the decoders start.
            self._warm = True
            thread.submit(self._warm_up)
        future = pool.submit(task)
        future.add_done_callback(lambda done: self._events.put(lambda: self._take(work, done)))
        return True

    def _take(self, work: Work, done: "Future[Prepared]") -> None:
        self._decoding -= 1
        try:
            prepared = done.result()
        except DecodeError as error:
            gone = not os.path.lexists(work.path)
            again = isinstance(error, ReadError)
            self._settled.append(Outcome(work, reason=error.message, vanished=gone, read_again=again))
            return
        outcome = Outcome(work, prepared)
        if prepared.pixels is None:
            self._settled.append(outcome)
        elif prepared.content_hash in self._twins:
            self._twins[prepared.content_hash].append(_light(outcome))
        else:
            self._twins[prepared.content_hash] = []
            self._ready.append(outcome)

    def _encode(self, suspects: frozenset[tuple[int, str]], thread: ThreadPoolExecutor) -> None:
        """Start encoding the next batch. A file that may have killed a process goes alone, so that it is found out."""
        size = self.machines.batch
        batch = self._ready[:size]
        doubtful = [outcome for outcome in batch if outcome.work.key in suspects]
        if doubtful and len(doubtful) < len(batch):
            batch = [outcome for outcome in batch if outcome.work.key not in suspects]
        elif doubtful:
            batch = doubtful[:1]
        taken = {outcome.work.key for outcome in batch}
        self._ready = [outcome for outcome in self._ready if outcome.work.key not in taken]
        new = [outcome for outcome in batch if outcome.work.photo_hash is None]
        known = self.machines.is_known([_hash(outcome) for outcome in new]) if new else set[str]()
        for outcome in [outcome for outcome in new if _hash(outcome) in known]:
            batch.remove(outcome)
            self._release(_light(outcome))
        if not batch:
            return
        self._encoding = True
        future = thread.submit(self._encode_batch, batch)
        future.add_done_callback(lambda done: self._events.put(lambda: self._encoded(done)))

    def _encoded(self, done: "Future[list[Outcome]]") -> None:
        self._encoding = False
        encoded = done.result()
        for outcome in encoded:
            self._release(outcome)
        self._commit(encoded)

    def _release(self, outcome: Outcome) -> None:
        """Let the files of the same content go, which waited for this one."""
        for twin in self._twins.pop(_hash(outcome), []):
            self._settled.append(replace(twin, reason=outcome.reason) if outcome.reason else twin)
        if outcome.vector is None and outcome.reason is None:
            self._settled.append(outcome)

    def _commit(self, encoded: list[Outcome]) -> None:
        batch, self._settled = encoded + self._settled, []
        if batch:
            self.machines.commit(batch)

    def _drain_encoder(self) -> None:
        """After a cancel: keep the batch that is being encoded, let go of the rest."""
        while self._encoding:
            self._events.get()()

    # ---- in the encoder's thread ----

    def _warm_up(self) -> None:
        try:
            self.machines.encoder().warm_up()
        except Exception:
            # The first batch meets the same error, and tells it.
            _log.debug("the model cannot be loaded ahead", exc_info=True)

    def _encode_batch(self, batch: list[Outcome]) -> list[Outcome]:
        machines = self.machines
        machines.journal.begin([_flying(outcome.work, machines.model_key) for outcome in batch])
        try:
            vectors = self._vectors(batch)
        finally:
            machines.journal.end()
        return [
            replace(_light(outcome), vector=vector, reason=None if vector is not None else "the model cannot embed it")
            for outcome, vector in zip(batch, vectors, strict=True)
        ]

    def _vectors(self, batch: list[Outcome]) -> list[Vector | None]:
        encoder = self.machines.encoder()
        pixels = [outcome.prepared.pixels for outcome in batch if outcome.prepared is not None]
        try:
            found = encoder.encode_images(np.stack([one for one in pixels if one is not None]))
            return [vector if np.isfinite(vector).all() else None for vector in found]
        except UserError:
            raise
        except Exception:
            if len(batch) == 1:
                _log.exception("a picture could not be embedded")
                return [None]
            _log.warning("a batch of %d could not be embedded; trying one by one", len(batch), exc_info=True)
            singly = [self._vectors([outcome])[0] for outcome in batch]
            if all(vector is None for vector in singly):
                raise
            return singly


def _flying(work: Work, model_key: str) -> FlyingFile:
    return FlyingFile(work.folder.id, work.found, work.photo_id, model_key if work.photo_id else "")


def _light(outcome: Outcome) -> Outcome:
    """The outcome without its pixels."""
    prepared = outcome.prepared
    return outcome if prepared is None else replace(outcome, prepared=replace(prepared, pixels=None))


def _hash(outcome: Outcome) -> str:
    assert outcome.prepared is not None
    return outcome.prepared.content_hash
