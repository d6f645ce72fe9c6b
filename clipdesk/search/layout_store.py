"""The layouts of a library's photos, kept in one file among the index files: a cache that can be deleted."""

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Matrix
from clipdesk.core.errors import loggable
from clipdesk.core.paths import thumbnail_file
from clipdesk.search.cached_vectors import write_whole
from clipdesk.search.layout import DIM, Planes, layouts, read_planes

_log = logging.getLogger(__name__)
_AT_ONCE = 256
_THREADS = max(1, min(4, (os.cpu_count() or 2) // 2))
Hashes = npt.NDArray[np.uint64]


class LayoutStore:
    """Reads layouts by content hash, from thumbnails where they are not known yet. For one thread at a time."""

    def __init__(self, folder: Path, thumbnails: Path, *, write: bool) -> None:
        self._file = folder / "layouts-1.npz"
        self._thumbnails = thumbnails
        self._write = write
        self._known: tuple[Hashes, npt.NDArray[np.float16]] | None = None

    def of(self, content_hashes: Sequence[str], checkpoint: Callable[[], None]) -> Matrix:
        """Return float32 [n, DIM]; zero for a photo without a thumbnail.

        Each thumbnail is read once. `checkpoint` is called between slices; what was read
        before it raised is kept.
        """
        known, stored = self._known or self._load()
        wanted = np.array([_number(one) for one in content_hashes], np.uint64)
        missing = np.flatnonzero(~np.isin(wanted, known))
        parts: list[Matrix] = []
        done = 0
        try:
            with ThreadPoolExecutor(_THREADS, thread_name_prefix="layouts") as pool:
                for start in range(0, len(missing), _AT_ONCE):
                    checkpoint()
                    part = [content_hashes[place] for place in missing[start : start + _AT_ONCE].tolist()]
                    parts.append(layouts(np.stack(list(pool.map(self._planes, part)))))
                    done += len(part)
        finally:
            if done:
                # Photos whose thumbnail could not be read are not kept: it may be there the next time.
                made = np.concatenate(parts)
                there = made.any(axis=1)
                known = np.concatenate([known, wanted[missing[:done]][there]])
                stored = np.concatenate([stored, made[there].astype(np.float16)])
                order = np.argsort(known, kind="stable")
                known, stored = known[order], stored[order]
                self._known = known, stored
                self._save()
        if not len(known):
            return np.zeros((len(wanted), DIM), np.float32)
        places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where((known[places] == wanted)[:, None], stored[places], np.float16(0)).astype(np.float32)

    def _planes(self, content_hash: str) -> Planes:
        try:
            return read_planes(thumbnail_file(self._thumbnails, content_hash))
        except (OSError, SyntaxError) as error:
            _log.debug("a thumbnail has no layout: %s", loggable(error))
            return np.zeros((32, 32, 3), np.uint8)

    def _load(self) -> tuple[Hashes, npt.NDArray[np.float16]]:
        nothing = np.zeros(0, np.uint64), np.zeros((0, DIM), np.float16)
        try:
            with self._file.open("rb") as opened, np.load(opened, allow_pickle=False) as saved:
                hashes, stored = saved["hashes"], saved["layouts"]
        except FileNotFoundError:
            return nothing
        except Exception as error:  # zipfile raises whatever damaged bytes lead it to
            _log.warning("the layouts of photos cannot be read and are made again: %s", loggable(error))
            return nothing
        if hashes.dtype != np.uint64 or stored.dtype != np.float16 or stored.shape != (len(hashes), DIM):
            return nothing
        self._known = hashes, stored
        return self._known

    def _save(self) -> None:
        if not self._write or self._known is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            buffer = BytesIO()
            np.savez(buffer, hashes=self._known[0], layouts=self._known[1])
            write_whole(self._file, buffer.getvalue())
        except OSError as error:
            _log.warning("the layouts of photos could not be kept: %s", loggable(error))


def _number(content_hash: str) -> int:
    return int(content_hash[:16], 16)
