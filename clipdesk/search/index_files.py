"""The search index on disk: a cache of the catalogue's embeddings that can be deleted at any time.

Each save makes a new generation of files under new names, since a mapped file cannot be replaced on Windows; the
catalogue's state names the one that counts. A small JSON file describes each generation, with a checksum (XXH3) of
every other file: anything missing, damaged, or not of the generation that the catalogue means is simply not used.
"""

import json
import logging
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from clipdesk.core.entities import HalfMatrix, Ids, Matrix
from clipdesk.core.errors import loggable
from clipdesk.core.plain_data import parse_json
from clipdesk.core.ranking import Floats
from clipdesk.search.hnsw_index import HnswIndex
from clipdesk.search.reduced_index import ReducedIndex
from clipdesk.search.vector_index import ExactIndex

_log = logging.getLogger(__name__)
_VERSION = 3
_READ = 4 * 1024 * 1024
_ROWS = 16_384
_NONE: HalfMatrix = np.zeros((0, 0), np.float16)


class State(Protocol):
    """Somewhere to keep JSON values: the catalogue's state store."""

    def get(self, key: str) -> Any:
        """Return the value of `key`, None when there is none."""
        ...

    def set(self, key: str, value: Any) -> None:
        """Keep `value` under `key`."""
        ...


@dataclass(frozen=True, slots=True)
class SavedRows:
    """Embeddings in the order in which they were made, as `catalog.embeddings.read` gives them; `vectors` is mapped.

    `textness_revision` is the catalogue's when `textness` was read. `reduced` are the short vectors that `basis` makes
    of `vectors` (see `search.reduction`), float32 [n, d], mapped; both are None for a library that needs none.
    `learned` is how many rows there were when the basis was learned. `graph` is the file of the hnswlib graph of the
    first `graph_rows` rows, None when the generation has none.
    """

    photo_ids: Ids
    vectors: HalfMatrix
    textness: Floats
    last: int
    textness_revision: int = 0
    basis: Matrix | None = None
    reduced: Matrix | None = None
    learned: int = 0
    graph: Path | None = None
    graph_rows: int = 0


class IndexFiles:
    """Reads and writes the generations of one model's index in `folder`."""

    def __init__(self, folder: Path, state: State, model_key: str) -> None:
        self._folder = folder
        self._state = state
        self._model_key = model_key
        self._prefix = tag_of(model_key)
        self._state_key = f"index/{model_key}"

    def load(self, *, check: bool = True) -> SavedRows | None:
        """Return the generation that the catalogue names; None when there is none that can be used.

        Without `check`, the files are not read to see whether they are damaged.
        """
        named = self._state.get(self._state_key)
        if named is None:
            return None
        try:
            return self._load(int(named["generation"]), str(named["id"]), check=check)
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("the search index cannot be used and is made again: %s", loggable(error))
            return None

    def save(
        self,
        photo_ids: Ids,
        textness: Floats,
        last: int,
        exact: ExactIndex,
        reduced: ReducedIndex | None = None,
        graph: HnswIndex | None = None,
        *,
        textness_revision: int = 0,
        learned: int = 0,
    ) -> None:
        """Write a new generation, name it in the catalogue and delete older ones.

        Raises OSError, and leaves nothing behind, when the disk does not take it.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        named = self._state.get(self._state_key)
        generation = 1 + max([int(named["generation"]) if named else 0, *self._generations()])
        rows = SavedRows(
            photo_ids,
            _NONE,
            textness,
            last,
            textness_revision,
            learned=learned,
            graph_rows=0 if graph is None else graph.graph_rows,
        )
        try:
            identity = self._write_all(generation, rows, exact, reduced, graph)
        except OSError:
            # Half of it would lie there until the next time, on a disk that may be full.
            self._delete(lambda name: name.startswith(self._file(generation, "").name))
            raise
        self._state.set(self._state_key, {"generation": generation, "id": identity})
        self._delete_but(generation)

    def _write_all(
        self,
        generation: int,
        rows: SavedRows,
        exact: ExactIndex,
        reduced: ReducedIndex | None,
        graph: HnswIndex | None,
    ) -> str:
        """Write the files of a generation; returns its id."""
        vectors, table = self._file(generation, "vectors.npy"), self._file(generation, "rows.npz")
        files = [vectors, table]
        _write(vectors, np.float16, len(exact), exact.dim, lambda start, end: exact.vectors_at(np.arange(start, end)))
        if reduced is not None:
            files += [self._file(generation, "basis.npy"), self._file(generation, "reduced.npy")]
            np.save(files[-2], reduced.basis, allow_pickle=False)
            _write(files[-1], np.float32, len(reduced), reduced.dim, reduced.rows)
        with table.open("wb") as file:
            np.savez(file, photo_ids=rows.photo_ids, textness=rows.textness)
        if graph is not None:
            files.append(self._file(generation, "graph"))
            graph.save(files[-1])
        identity = uuid.uuid4().hex
        description = {
            "version": _VERSION,
            "id": identity,
            "model": self._model_key,
            "count": len(rows.photo_ids),
            "dim": exact.dim,
            "last": rows.last,
            "textness_revision": rows.textness_revision,
            "learned": rows.learned,
            "graph_rows": rows.graph_rows,
            "files": {file.name: _checksum(file) for file in files},
        }
        for file in files:
            _sync(file)
        target = self._file(generation, "json")
        partial = target.with_suffix(".partial")
        partial.write_text(json.dumps(description), encoding="utf-8")
        _sync(partial)
        partial.replace(target)
        return identity

    def _load(self, generation: int, identity: str, *, check: bool) -> SavedRows:
        description = parse_json(self._file(generation, "json").read_text(encoding="utf-8"))
        if description["version"] != _VERSION or description["model"] != self._model_key:
            raise ValueError("it is of another version or model")
        if description["id"] != identity:
            raise ValueError("it is not the one that the catalogue means")
        for name, checksum in description["files"].items():
            if check and _checksum(self._folder / name) != checksum:
                raise ValueError(f"{name} is damaged")
        count, dim = int(description["count"]), int(description["dim"])
        vectors = np.load(self._file(generation, "vectors.npy"), mmap_mode="r", allow_pickle=False)
        basis = reduced = None
        if self._file(generation, "basis.npy").name in description["files"]:
            basis = np.load(self._file(generation, "basis.npy"), allow_pickle=False)
            reduced = np.load(self._file(generation, "reduced.npy"), mmap_mode="r", allow_pickle=False)
            if basis.ndim != 2 or basis.shape[0] != dim or reduced.shape != (count, basis.shape[1]):
                raise ValueError("its short vectors do not fit the others")
        with np.load(self._file(generation, "rows.npz"), allow_pickle=False) as table:
            photo_ids, textness = table["photo_ids"], table["textness"]
        if vectors.shape != (count, dim) or photo_ids.shape != (count,) or textness.shape != (count,):
            raise ValueError("its parts do not fit each other")
        graph = self._file(generation, "graph")
        return SavedRows(
            photo_ids,
            vectors,
            textness,
            int(description["last"]),
            int(description["textness_revision"]),
            basis,
            reduced,
            int(description["learned"]),
            graph if graph.name in description["files"] else None,
            int(description["graph_rows"]),
        )

    def _file(self, generation: int, kind: str) -> Path:
        return self._folder / f"{self._prefix}-{generation:06d}.{kind}"

    def _generations(self) -> list[int]:
        names = (path.name.split("-", 1)[1].split(".", 1)[0] for path in self._folder.glob(f"{self._prefix}-*.*"))
        return [int(name) for name in names if name.isdecimal()]

    def _delete_but(self, generation: int) -> None:
        kept = self._file(generation, "").name
        self._delete(lambda name: not name.startswith(kept))

    def _delete(self, which: Callable[[str], bool]) -> None:
        for path in self._folder.glob(f"{self._prefix}-*.*"):
            if which(path.name):
                try:
                    path.unlink()
                except OSError as error:
                    # Mapped by another process on Windows; the next save tries again.
                    _log.info("an old index file stays for now: %s", loggable(error))


def tag_of(model_key: str) -> str:
    """Return a short name for files of a model, safe on every file system."""
    import xxhash

    return xxhash.xxh3_64_hexdigest(model_key.encode())[:12]


def _write(file: Path, kind: type[np.generic], count: int, dim: int, rows: Callable[[int, int], Matrix]) -> None:
    """Write [count, dim] numbers piece by piece; float32 vectors came from float16, so nothing is lost.

    Not through a mapped file: its pages would all count as this process's memory.
    """
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype(kind)), "fortran_order": False, "shape": (count, dim)}
    with file.open("wb") as opened:
        np.lib.format.write_array_header_1_0(opened, header)
        for start in range(0, count, _ROWS):
            opened.write(np.ascontiguousarray(rows(start, min(start + _ROWS, count)), kind).data)


def _checksum(file: Path) -> str:
    import xxhash

    state = xxhash.xxh3_128()
    with file.open("rb") as opened:
        while data := opened.read(_READ):
            state.update(data)
    return state.hexdigest()


def _sync(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())
