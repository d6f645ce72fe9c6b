"""The files of an index, on a real disk."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clustered import clustered

from clipdesk.core.entities import Matrix
from clipdesk.search.hnsw_index import HnswIndex
from clipdesk.search.index_files import IndexFiles
from clipdesk.search.reduced_index import ReducedIndex
from clipdesk.search.reduction import learn
from clipdesk.search.vector_index import ExactIndex

_KEY = "model/with odd:name"


class _State:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def set(self, key: str, value: Any) -> None:
        self.values[key] = value


def _save(files: IndexFiles, vectors: Matrix, *, graph: bool = True) -> None:
    exact = ExactIndex(vectors.astype(np.float16))
    count = len(vectors)
    reduced = ReducedIndex(exact, learn(vectors)) if graph else None
    made = None if reduced is None else HnswIndex.build(reduced)
    ids, textness = np.arange(count) + 100, np.full(count, np.nan, np.float32)
    files.save(ids, textness, 77, exact, reduced, made, learned=count)


def test_a_generation_comes_back_as_it_was(tmp_path: Path) -> None:
    vectors, state = clustered(500), _State()
    _save(IndexFiles(tmp_path / "index", state, _KEY), vectors)
    loaded = IndexFiles(tmp_path / "index", state, _KEY).load()
    assert loaded is not None
    assert loaded.graph is not None
    assert isinstance(loaded.vectors, np.memmap)
    np.testing.assert_array_equal(loaded.vectors, vectors.astype(np.float16))
    assert (loaded.photo_ids[0], loaded.photo_ids[-1], loaded.last) == (100, 599, 77)
    assert np.isnan(loaded.textness).all()
    assert loaded.learned == 500
    assert loaded.basis is not None
    assert isinstance(loaded.reduced, np.memmap)
    np.testing.assert_allclose(loaded.reduced, vectors.astype(np.float16).astype(np.float32) @ loaded.basis, atol=1e-6)
    reduced = ReducedIndex(ExactIndex(loaded.vectors), loaded.basis, loaded.reduced)
    for index in (reduced, HnswIndex.load(loaded.graph, reduced)):
        assert index.search(vectors[42], 1)[0].tolist() == [42]


def test_old_generations_go_and_other_models_stay(tmp_path: Path) -> None:
    state = _State()
    files, other = IndexFiles(tmp_path, state, _KEY), IndexFiles(tmp_path, state, "other")
    _save(other, clustered(20), graph=False)
    _save(files, clustered(30))
    _save(files, clustered(40), graph=False)
    loaded = files.load()
    assert loaded is not None
    assert (len(loaded.photo_ids), loaded.graph) == (40, None)
    assert other.load() is not None
    assert len(list(tmp_path.iterdir())) == 6


@pytest.mark.parametrize("kind", ["vectors.npy", "rows.npz", "basis.npy", "reduced.npy", "graph", "json"])
@pytest.mark.parametrize("damage", ["missing", "cut", "changed"])
def test_damage_is_noticed(tmp_path: Path, kind: str, damage: str) -> None:
    state = _State()
    files = IndexFiles(tmp_path, state, _KEY)
    _save(files, clustered(300))
    (target,) = tmp_path.glob(f"*.{kind}")
    data = bytearray(target.read_bytes())
    if damage == "missing":
        target.unlink()
    elif damage == "cut":
        target.write_bytes(data[: len(data) // 2])
    else:
        data[len(data) // 2] ^= 0x15
        target.write_bytes(data)
    assert files.load() is None
    _save(files, clustered(300))
    assert files.load() is not None


def test_files_that_the_catalogue_does_not_mean_are_not_used(tmp_path: Path) -> None:
    state = _State()
    _save(IndexFiles(tmp_path, state, _KEY), clustered(30))
    assert IndexFiles(tmp_path, state, "another model").load() is None
    assert IndexFiles(tmp_path, _State(), _KEY).load() is None
    # As after a backup was put back: the same generation number, but not those files.
    (key,) = state.values
    state.values[key] = {**state.values[key], "id": "0" * 32}
    assert IndexFiles(tmp_path, state, _KEY).load() is None
