"""Batches, files, photos, embeddings and tags."""

import sys
import threading
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from clipdesk.catalog.catalog import FileResult
from clipdesk.catalog.health import check, repair
from clipdesk.catalog.library import Library
from clipdesk.catalog.names import RAW_SUFFIXES, decode_path, encode_path
from clipdesk.core.entities import FileState, FolderState, FoundFile, PhotoMetadata
from clipdesk.core.errors import UserError
from clipdesk.indexing import formats

from .making import MODEL, fill, ids, result, vector


@pytest.mark.parametrize("name", ["a/b.jpg", "\udcff\udc80.jpg", "\x01dcff", "\x01", "ü\ud83d.jpg", "日本.jpg"])
def test_paths_survive_text(name: str) -> None:
    encoded = encode_path(name)
    assert decode_path(encoded) == name
    assert encoded.encode("utf-8")


def test_every_raw_format_that_is_indexed_can_be_paired() -> None:
    assert formats.RAW_SUFFIXES <= RAW_SUFFIXES


def test_what_was_committed_is_read_back(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    folder_id = fill(catalog, tmp_path)
    known = catalog.files.known(folder_id)
    assert len(known) == 7
    assert known["odd/name\udcff\udc80.png"].size == 1004
    assert known["odd/broken.jpg"].state is FileState.FAILED
    assert known["odd/broken.jpg"].photo_id is None
    assert [(one.path, one.reason) for one in catalog.files.failures()] == [(tmp_path / "odd/broken.jpg", "is cut off")]
    assert catalog.files.counts() | {"orphans": 0} == {
        "indexed": 6,
        "failed": 1,
        "cloud": 0,
        "quarantined": 0,
        "photos": 5,
        "orphans": 0,
    }
    first, third, fourth = ids(catalog, 1, 3, 4)
    photos = catalog.photos.get([third, first, fourth, 999])
    assert list(photos) == [third, first, fourth]
    assert photos[third].paths == (tmp_path / "copies/one.jpg", tmp_path / "copies/two.jpg")
    assert photos[fourth].paths == (tmp_path / "odd/name\udcff\udc80.png",)
    metadata = photos[first].metadata
    assert metadata.taken_at == datetime.fromisoformat("2019-06-01T12:30:00+02:00")
    assert (metadata.camera, metadata.rating, metadata.latitude) == ("Canon EOS 5D", 4, 48.1)
    rows = catalog.embeddings.read(MODEL)
    assert rows.photo_ids.tolist() == ids(catalog, 1, 2, 3, 4, 5)
    np.testing.assert_allclose(rows.vectors[2], vector(3), atol=1e-3)
    np.testing.assert_allclose(rows.textness, [0.1, 0.2, 0.3, 0.4, 0.5], rtol=1e-6)
    assert catalog.files.hashes_of_sizes([1003, 5]) == {1003: frozenset({f"{3:032x}"})}


def test_moved_file_keeps_its_photo_and_embedding(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    folder = catalog.folders.add(tmp_path)
    catalog.commit_batch([result(folder.id, "a.jpg", 1), result(folder.id, "b.jpg", 2)], MODEL)
    before = catalog.files.known(folder.id)
    moved = FileResult(folder.id, FoundFile("sub/c.jpg", 1001, 5), before["a.jpg"].id, f"{1:032x}")
    catalog.commit_batch([moved], MODEL)
    after = catalog.files.known(folder.id)
    assert after.keys() == {"sub/c.jpg", "b.jpg"}
    assert (after["sub/c.jpg"].id, after["sub/c.jpg"].photo_id) == (before["a.jpg"].id, before["a.jpg"].photo_id)
    assert catalog.embeddings.models() == {MODEL: 2}
    assert catalog.files.counts()["orphans"] == 0


def test_two_files_swap_their_names(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    folder = catalog.folders.add(tmp_path)
    catalog.commit_batch([result(folder.id, "a.jpg", 1), result(folder.id, "b.jpg", 2)], MODEL)
    known = catalog.files.known(folder.id)
    one, two = known["a.jpg"].id, known["b.jpg"].id
    catalog.commit_batch(
        [result(folder.id, "b.jpg", 1, file_id=one), result(folder.id, "a.jpg", 2, file_id=two)], MODEL
    )
    assert {path: file.id for path, file in catalog.files.known(folder.id).items()} == {"a.jpg": two, "b.jpg": one}


def test_second_embedding_of_a_photo_is_ignored(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    folder = catalog.folders.add(tmp_path)
    catalog.commit_batch([result(folder.id, "a.jpg", 1)], MODEL)
    catalog.commit_batch([result(folder.id, "copy.jpg", 1)], MODEL)
    assert catalog.embeddings.models() == {MODEL: 1}
    with pytest.raises(ValueError, match="8 numbers"):
        catalog.embeddings.add(MODEL, ids(catalog, 1), np.ones((1, 4), np.float32), [0.0])
    catalog.embeddings.add("other", ids(catalog, 1), np.ones((1, 4), np.float32), [float("nan")])
    assert catalog.embeddings.models() == {MODEL: 1, "other": 1}
    assert np.isnan(catalog.embeddings.read("other").textness).all()
    assert catalog.embeddings.remove("other") == 1
    assert catalog.embeddings.models() == {MODEL: 1}


def test_orphan_is_hidden_comes_back_and_is_purged(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    folder = catalog.folders.add(tmp_path)
    catalog.commit_batch([result(folder.id, "a.jpg", 1), result(folder.id, "b.jpg", 2)], MODEL)
    (first,) = ids(catalog, 1)
    assert catalog.files.remove([catalog.files.known(folder.id)["a.jpg"].id]) == 1
    assert catalog.photos.get([first]) == {}
    assert first not in catalog.embeddings.live(MODEL)
    assert first not in catalog.photos.filter([])
    assert catalog.photos.purge_orphans(older_than_days=30) == []
    catalog.commit_batch([FileResult(folder.id, FoundFile("back.jpg", 1001, 5), None, f"{1:032x}")], MODEL)
    assert catalog.embeddings.live(MODEL).tolist() == ids(catalog, 1, 2)
    catalog.files.remove([file.id for file in catalog.files.known(folder.id).values() if file.photo_id == first])
    assert catalog.photos.purge_orphans(older_than_days=0) == [f"{1:032x}"]
    assert catalog.embeddings.models() == {MODEL: 1}
    catalog.commit_batch([result(folder.id, "c.jpg", 3)], MODEL)
    assert ids(catalog, 3)[0] > first


def test_raw_half_is_hidden_while_the_jpeg_lives(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    folder = catalog.folders.add(tmp_path)
    noon = PhotoMetadata(taken_at=datetime(2020, 1, 1, 12))
    later = PhotoMetadata(taken_at=datetime(2020, 1, 1, 13))
    catalog.commit_batch([result(folder.id, "x/IMG.NEF", 1, noon), result(folder.id, "y/IMG.JPG", 3, noon)], MODEL)
    raw, _ = ids(catalog, 1, 3)
    assert raw in catalog.embeddings.live(MODEL)
    catalog.commit_batch([result(folder.id, "x/img.jpg", 2, noon)], MODEL)
    (jpeg,) = ids(catalog, 2)
    assert raw not in catalog.embeddings.live(MODEL)
    assert catalog.photos.get([jpeg])[jpeg].paired_paths == (tmp_path / "x/IMG.NEF",)
    assert catalog.photos.get([raw])[raw].paired_paths == (tmp_path / "x/img.jpg",)
    known = catalog.files.known(folder.id)
    catalog.commit_batch([result(folder.id, "x/img.jpg", 4, later, file_id=known["x/img.jpg"].id)], MODEL)
    assert raw in catalog.embeddings.live(MODEL)
    catalog.commit_batch([result(folder.id, "x/img.jpg", 2, noon, file_id=known["x/img.jpg"].id)], MODEL)
    assert raw not in catalog.embeddings.live(MODEL)
    catalog.files.remove([catalog.files.known(folder.id)["x/img.jpg"].id])
    assert raw in catalog.embeddings.live(MODEL)
    before = catalog.revision()
    catalog.photos.pair_shots()
    catalog.photos.pair_shots([folder.id])
    assert catalog.revision() == before


def test_by_path(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = library.catalog
    (tmp_path / "real").mkdir()
    fill(catalog, tmp_path / "real")
    photo = catalog.photos.by_path(tmp_path / "real/copies/two.jpg")
    assert photo is not None
    assert photo.paths == (tmp_path / "real/copies/two.jpg", tmp_path / "real/copies/one.jpg")
    assert catalog.photos.by_path(tmp_path / "real/nothing.jpg") is None
    assert catalog.photos.by_path(tmp_path / "real/odd/broken.jpg") is None
    monkeypatch.chdir(tmp_path / "real")
    assert catalog.photos.by_path(Path("copies/one.jpg")) is not None
    if sys.platform != "win32":
        (tmp_path / "link").symlink_to(tmp_path / "real")
        assert catalog.photos.by_path(tmp_path / "link/top.heic") is not None


def test_folders(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    (tmp_path / "all/sub/deep").mkdir(parents=True)
    sub = catalog.folders.add(tmp_path / "all/sub", excludes=("*.tmp",))
    assert sub.excludes == ("*.tmp",)
    assert catalog.folders.add(tmp_path / "all/sub") == sub
    assert catalog.folders.add(tmp_path / "all/sub/deep") == sub
    catalog.commit_batch([result(sub.id, "a.jpg", 1), result(sub.id, "deep/b.jpg", 2)], MODEL)
    everything = catalog.folders.add(tmp_path / "all")
    assert everything.files == 2
    assert catalog.files.known(everything.id).keys() == {"sub/a.jpg", "sub/deep/b.jpg"}
    assert [folder.path for folder in catalog.folders.all()] == [tmp_path / "all"]
    other = catalog.folders.add(tmp_path / "other")
    with pytest.raises(UserError, match="already"):
        catalog.folders.update(other.id, path=tmp_path / "all")
    seen = datetime(2020, 1, 1)
    catalog.folders.update(everything.id, state=FolderState.OFFLINE, device="d", last_scan=seen)
    changed = next(one for one in catalog.folders.all() if one.id == everything.id)
    assert (changed.state, changed.device, changed.last_scan) == (FolderState.OFFLINE, "d", seen)
    photo = next(iter(catalog.photos.get(ids(catalog, 1)).values()))
    assert photo.offline
    assert catalog.photos.missing_embeddings("other", 9) == []
    catalog.folders.remove(everything.id)
    assert catalog.files.counts()["orphans"] == 2


def test_missing_embeddings_come_most_viewed_then_newest_first(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    fill(catalog, tmp_path)
    newest = catalog.photos.filter([]).tolist()
    missing = catalog.photos.missing_embeddings("other", 9)
    assert [one[0] for one in missing] == newest
    assert missing[0][1:] == (f"{5:032x}", tmp_path / "top.heic")
    assert [one[0] for one in catalog.photos.missing_embeddings("other", 2)] == newest[:2]
    catalog.views.add([newest[-1], newest[-2], 999_999])
    catalog.views.add([newest[-1]])
    assert catalog.views.of([*newest, 999_999]) == {newest[-1]: 2, newest[-2]: 1}
    viewed_first = [newest[-1], newest[-2], *newest[:-2]]
    assert [one[0] for one in catalog.photos.missing_embeddings("other", 9)] == viewed_first
    assert catalog.photos.any_missing("other")
    assert not catalog.photos.any_missing(MODEL)
    assert catalog.photos.missing_embeddings(MODEL, 9) == []


def test_retry_makes_failed_files_look_changed(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    folder_id = fill(catalog, tmp_path)
    assert catalog.files.retry([tmp_path / "top.heic"]) == 0
    assert catalog.files.retry() == 1
    assert catalog.files.known(folder_id)["odd/broken.jpg"].mtime_ns == -1


def test_tags_and_revision(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    fill(catalog, tmp_path)
    first, third = ids(catalog, 1, 3)
    before = catalog.revision()
    catalog.state.set("x", 1)
    assert catalog.revision() == before
    catalog.tags.set_state([first, third, 999], "DOG", "accepted")
    assert catalog.revision() > before
    assert catalog.tags.counts() == {"DOG": 2}
    catalog.tags.set_state([first], "dog", None)
    assert catalog.tags.counts() == {"DOG": 1}
    with pytest.raises(UserError, match="needs a name"):
        catalog.tags.set_state([first], "  ", "accepted")
    catalog.embeddings.set_textness(MODEL, [first, third], [2.5, float("nan")])
    rows = catalog.embeddings.read(MODEL)
    textness = dict(zip(rows.photo_ids.tolist(), rows.textness.tolist(), strict=True))
    assert textness[first] == 2.5
    assert np.isnan(textness[third])
    found, vectors = catalog.embeddings.vectors_of(MODEL, [third, first, 999])
    assert found.tolist() == [first, third]
    assert vectors.dtype == np.float16
    assert catalog.photos.duplicates() == [(third, 2)]


def test_tags_of_one_request_are_kept_together_or_not_at_all(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    fill(catalog, tmp_path)
    first, second = ids(catalog, 1, 2)
    with pytest.raises(UserError, match="needs a name"):
        catalog.tags.change([first], [("Sea", "accepted"), (" ", "accepted")], sidecars=True)
    assert catalog.tags.of(first) == {"strand": "rejected"}
    assert catalog.owed_sidecars.all() == {}
    catalog.tags.change([first, second, 999], [("Sea", "accepted"), ("strand", None)], sidecars=True)
    assert catalog.tags.of(first) == catalog.tags.of(second) == {"Sea": "accepted"}


def test_sidecars_are_owed_until_the_last_change_is_written(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    fill(catalog, tmp_path)
    first, second = ids(catalog, 1, 2)
    catalog.tags.change([first, second], [("Sea", "accepted")], sidecars=True)
    taken = catalog.owed_sidecars.all()
    assert taken.keys() == {first, second}
    catalog.tags.change([first], [("Sea", None)], sidecars=True)
    catalog.owed_sidecars.settle(taken)
    assert catalog.owed_sidecars.all().keys() == {first}
    catalog.owed_sidecars.settle(catalog.owed_sidecars.all())
    assert catalog.owed_sidecars.all() == {}


def test_health_finds_and_repairs(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    fill(catalog, tmp_path)
    assert check(catalog) == []
    with catalog.database.write() as connection:
        connection.exec_driver_sql("UPDATE photos SET live = 0 WHERE id = 1")
        connection.exec_driver_sql("UPDATE files SET photo_id = NULL WHERE name = 'top.heic'")
        connection.exec_driver_sql("UPDATE embeddings SET vector = x'00' WHERE photo_id = 3")
    problems = check(catalog)
    assert len(problems) == 4
    assert all("\n" not in problem for problem in problems)
    assert repair(catalog) == []
    assert catalog.embeddings.models() == {MODEL: 4}


def test_threads_write_and_read_at_once(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    folder = catalog.folders.add(tmp_path)
    failed: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 20):
                catalog.commit_batch([result(folder.id, f"{number}.jpg", number)], MODEL)
                assert len(catalog.photos.filter([])) > 0
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(100 * number,)) for number in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert catalog.files.counts()["photos"] == 60


def test_many_files_in_one_folder(library: Library, tmp_path: Path) -> None:
    catalog = library.catalog
    folder = catalog.folders.add(tmp_path)
    total = 6_000
    for start in range(0, total, 1_000):
        catalog.commit_batch([result(folder.id, f"{n}.jpg", n) for n in range(start, start + 1_000)], MODEL)
    known = catalog.files.known(folder.id)
    assert len(known) == total
    assert len(catalog.photos.filter([])) == total
    rows = catalog.embeddings.read(MODEL)
    assert rows.vectors.shape == (total, 8)
    newer = catalog.embeddings.read(MODEL, after=rows.last)
    assert (len(newer.photo_ids), newer.last) == (0, rows.last)
    assert catalog.files.remove([file.id for file in known.values()]) == total
    assert len(catalog.embeddings.live(MODEL)) == 0
