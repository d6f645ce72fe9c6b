import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clipdesk.catalog.library import Library, open_library
from clipdesk.core.entities import FileState, FolderState, IndexReport, Matrix, Pixels, Progress
from clipdesk.core.errors import UserError
from clipdesk.indexing.control import RunControl
from clipdesk.indexing.pipeline import Indexer, Tuning, Wish
from clipdesk.models.encoder import Encoder, EncoderInfo
from clipdesk.models.loader import load_encoder


class CountingEncoder:
    """The bundled model, counting the pictures that it embeds."""

    def __init__(self, inner: Encoder) -> None:
        self._inner = inner
        self.pictures = 0
        self.batches: list[int] = []
        self.before_batch: Callable[[], None] = lambda: None

    @property
    def info(self) -> EncoderInfo:
        return self._inner.info

    def encode_images(self, batch: Pixels) -> Matrix:
        self.before_batch()
        self.pictures += len(batch)
        self.batches.append(len(batch))
        return self._inner.encode_images(batch)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


@cache
def bundled() -> Encoder:
    return load_encoder("pocket")


class Desk:
    """A library, its photo folder, and an encoder that counts."""

    def __init__(self, library: Library, photos: Path) -> None:
        self.library = library
        self.photos = photos
        self.encoder = CountingEncoder(bundled())
        self.started = 0

    def indexer(self, batch: int = 8) -> Indexer:
        def encoder() -> CountingEncoder:
            self.started += 1
            return self.encoder

        return Indexer(self.library, bundled().info.key, encoder, tuning=Tuning(1, batch))

    def index(self, *folders: Path, accept_missing: bool = False) -> IndexReport:
        return self.indexer().run(Wish(folders, accept_missing))

    def files(self) -> dict[str, FileState]:
        found: dict[str, FileState] = {}
        for folder in self.library.catalog.folders.all():
            found |= {path: file.state for path, file in self.library.catalog.files.known(folder.id).items()}
        return found


def counts(report: IndexReport) -> dict[str, int]:
    names = ("added", "updated", "moved", "removed", "unchanged", "offline")
    return {name: getattr(report, name) for name in names if getattr(report, name)} | (
        {"failed": len(report.failed)} if report.failed else {}
    )


def picture(path: Path, seed: int) -> Path:
    """A small picture of coloured blocks, different for every seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    blocks = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    Image.fromarray(blocks).resize((160, 120), Image.Resampling.NEAREST).save(path, quality=90)
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    photos = tmp_path / "Photos"
    for number in range(10):
        picture(photos / "2019" / f"a {number}.jpg", number)
    with open_library(tmp_path / "library", write=True, create=True) as library:
        yield Desk(library, photos)


def test_index_then_nothing_to_do_starts_nothing(desk: Desk) -> None:
    assert counts(desk.index(desk.photos)) == {"added": 10}
    assert desk.encoder.pictures == 10
    assert len(desk.library.catalog.embeddings.live(bundled().info.key)) == 10
    desk.started = 0
    assert counts(desk.index()) == {"unchanged": 10}
    assert desk.started == 0, "an encoder was asked for, though nothing had changed"


@pytest.mark.photos
def test_real_photos_get_embeddings_metadata_and_thumbnails(tmp_path: Path, small_library_photos: Path) -> None:
    with open_library(tmp_path / "library", write=True, create=True) as library:
        desk = Desk(library, small_library_photos)
        report = desk.index(small_library_photos)
        assert counts(report) == {"added": 40}
        assert report.photos_per_second > 0
        rows = library.catalog.embeddings.read(bundled().info.key)
        assert np.allclose(np.linalg.norm(rows.vectors.astype(np.float32), axis=1), 1, atol=2e-3)
        photos = library.catalog.photos.get(rows.photo_ids)
        assert all(photo.metadata.width > 100 and photo.metadata.height > 100 for photo in photos.values())
        assert len(list(library.thumbnails.rglob("*.jpg"))) == 40


def test_rename_copy_and_delete_embed_nothing(desk: Desk) -> None:
    desk.index(desk.photos)
    desk.encoder.pictures = 0
    (desk.photos / "2019").rename(desk.photos / "Jahr ä")
    assert counts(desk.index()) == {"moved": 10}
    shutil.copy2(desk.photos / "Jahr ä" / "a 3.jpg", desk.photos / "copy.jpg")
    assert counts(desk.index()) == {"added": 1, "unchanged": 10}
    (desk.photos / "Jahr ä" / "a 3.jpg").unlink()
    assert counts(desk.index()) == {"removed": 1, "unchanged": 10}
    assert len(desk.library.catalog.embeddings.live(bundled().info.key)) == 10
    assert desk.encoder.pictures == 0


def test_two_files_swap_names(desk: Desk) -> None:
    desk.index(desk.photos)
    one, two, aside = (desk.photos / "2019" / name for name in ("a 1.jpg", "a 2.jpg", "aside"))
    by_path = desk.library.catalog.photos.by_path
    before = by_path(one), by_path(two)
    assert before[0] and before[1]
    one.rename(aside)
    two.rename(one)
    aside.rename(two)
    for number, path in enumerate((one, two)):
        os.utime(path, ns=(10**18 + number, 10**18 + number))
    assert counts(desk.index()) == {"updated": 2, "unchanged": 8}
    after = by_path(one), by_path(two)
    assert after[0] and after[1]
    assert (after[0].id, after[1].id) == (before[1].id, before[0].id)
    assert desk.encoder.pictures == 10


def test_move_between_root_folders(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "Other"
    other.mkdir()
    assert counts(desk.index(desk.photos, other)) == {"added": 10}
    (desk.photos / "2019" / "a 5.jpg").rename(other / "new name.jpg")
    assert counts(desk.index()) == {"moved": 1, "unchanged": 9}


def test_touched_file_is_updated_but_not_embedded_again(desk: Desk) -> None:
    desk.index(desk.photos)
    os.utime(desk.photos / "2019" / "a 0.jpg", ns=(10**18, 10**18))
    assert counts(desk.index()) == {"updated": 1, "unchanged": 9}
    assert counts(desk.index()) == {"unchanged": 10}
    assert desk.encoder.pictures == 10


def test_same_content_twice_in_one_run_is_embedded_once(desk: Desk) -> None:
    for number in range(5):
        shutil.copy2(desk.photos / "2019" / "a 0.jpg", desk.photos / f"copy {number}.jpg")
    assert counts(desk.index(desk.photos)) == {"added": 15}
    assert desk.encoder.pictures == 10
    photo = desk.library.catalog.photos.by_path(desk.photos / "copy 4.jpg")
    assert photo
    assert len(photo.paths) == 6


def test_failed_files_are_told_every_time_and_tried_when_they_change(desk: Desk) -> None:
    bad = desk.photos / "bad.jpg"
    bad.write_bytes(b"<html>not a photo</html>")
    report = desk.index(desk.photos)
    assert counts(report) == {"added": 10, "failed": 1}
    assert report.failed[0].path == bad
    assert report.failed[0].reason
    assert "\n" not in report.failed[0].reason
    desk.started = 0
    assert counts(desk.index()) == {"unchanged": 11, "failed": 1}
    assert desk.started == 0, "the failed file was tried again without a change"
    desk.library.catalog.files.retry()
    assert counts(desk.index()) == {"unchanged": 10, "failed": 1}
    assert desk.started > 0
    picture(bad, 77)
    assert counts(desk.index()) == {"updated": 1, "unchanged": 10}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_things_that_are_no_files_are_told(desk: Desk) -> None:
    os.mkfifo(desk.photos / "pipe.jpg")
    report = desk.index(desk.photos)
    assert counts(report) == {"added": 10, "failed": 1}
    assert report.failed[0].path == desk.photos / "pipe.jpg"


@pytest.mark.parametrize("empty_mount_point", [False, True])
def test_folder_that_is_away_loses_nothing_until_confirmed(desk: Desk, empty_mount_point: bool) -> None:
    desk.index(desk.photos)
    away = desk.photos.with_name("elsewhere")
    desk.photos.rename(away)
    if empty_mount_point:
        desk.photos.mkdir()
    report = desk.index()
    assert counts(report) == {"offline": 10}
    assert "--accept-missing" in report.notes[0]
    assert desk.library.catalog.folders.all()[0].state is FolderState.OFFLINE
    assert len(desk.library.catalog.embeddings.live(bundled().info.key)) == 10

    if empty_mount_point:
        desk.photos.rmdir()
    away.rename(desk.photos)
    assert counts(desk.index()) == {"unchanged": 10}
    assert desk.library.catalog.folders.all()[0].state is FolderState.ONLINE

    desk.photos.rename(away)
    if empty_mount_point:
        desk.photos.mkdir()
    assert counts(desk.index(accept_missing=True)) == {"removed": 10}
    assert desk.files() == {}
    assert len(desk.library.catalog.folders.all()) == int(empty_mount_point), "a folder that is gone is dropped"
    if empty_mount_point:
        desk.photos.rmdir()
    away.rename(desk.photos)
    assert counts(desk.index(desk.photos)) == {"added": 10}
    assert desk.encoder.pictures == 10, "photos that come back have their embeddings still"


def test_only_the_named_folder_is_forgotten(desk: Desk, tmp_path: Path) -> None:
    drive = tmp_path / "Drive"
    for number in range(3):
        picture(drive / f"d {number}.jpg", 100 + number)
    desk.index(desk.photos, drive)
    desk.photos.rename(tmp_path / "photos away")
    drive.rename(tmp_path / "drive away")
    with pytest.raises(UserError, match="2 folders are away") as refused:
        desk.index(accept_missing=True)
    assert str(drive) in str(refused.value)
    assert str(desk.photos) in str(refused.value)
    assert len(desk.files()) == 13
    report = desk.index(drive, accept_missing=True)
    assert counts(report) == {"removed": 3, "offline": 10}
    assert [folder.path for folder in desk.library.catalog.folders.all()] == [desk.photos]
    assert any(f'--accept-missing "{desk.photos}"' in note for note in report.notes)
    (tmp_path / "photos away").rename(desk.photos)
    assert counts(desk.index()) == {"unchanged": 10}


def test_cancel_keeps_the_batches_that_were_done_and_the_next_run_finishes(desk: Desk) -> None:
    control = RunControl()
    desk.encoder.before_batch = control.cancel
    report = desk.indexer(batch=4).run(Wish([desk.photos]), control)
    assert report.cancelled
    assert 0 < report.added <= 4
    assert len(desk.files()) == report.added
    desk.encoder.before_batch = lambda: None
    assert counts(desk.index()) == {"added": 10 - report.added, "unchanged": report.added}
    assert desk.encoder.pictures == 10


def test_progress_counts_up_to_the_total(desk: Desk) -> None:
    told: list[Progress] = []
    desk.indexer(batch=4).run(Wish([desk.photos]), on_progress=told.append)
    indexing = [progress for progress in told if progress.phase != "scanning"]
    assert [progress.done for progress in indexing] == sorted(progress.done for progress in indexing)
    assert (indexing[-1].done, indexing[-1].total) == (10, 10)


def test_one_unusable_picture_does_not_spoil_its_batch(desk: Desk) -> None:
    encode = desk.encoder._inner.encode_images

    class Picky(CountingEncoder):
        def encode_images(self, batch: Pixels) -> Matrix:
            if any(len(np.unique(one)) == 1 for one in batch):
                raise RuntimeError("cannot embed this")
            return encode(batch)

    Image.new("RGB", (100, 100), "magenta").save(desk.photos / "plain.png")
    Image.new("RGB", (100, 100), (9, 9, 9)).save(desk.photos / "grey.png")
    desk.encoder = Picky(bundled())
    report = desk.index(desk.photos)
    assert counts(report) == {"added": 11, "failed": 1}
    assert report.failed[0].path.name == "grey.png"


def test_another_model_embeds_what_it_has_not_seen(desk: Desk) -> None:
    desk.index(desk.photos)
    indexer = desk.indexer()
    indexer.model_key = "another"
    assert counts(indexer.run(Wish())) == {"unchanged": 10}
    assert desk.library.catalog.embeddings.models() == {bundled().info.key: 10, "another": 10}
    desk.encoder.pictures = 0
    indexer.run(Wish())
    assert desk.encoder.pictures == 0


def test_textness_is_stored_with_the_embedding(desk: Desk) -> None:
    indexer = desk.indexer()
    indexer.textness = lambda vectors: np.full(len(vectors), 0.25, np.float32)
    indexer.run(Wish([desk.photos]))
    assert desk.library.catalog.embeddings.read(bundled().info.key).textness.tolist() == [0.25] * 10


def test_only_changed_folders_are_looked_at(desk: Desk) -> None:
    picture(desk.photos / "2020" / "b.jpg", 100)
    desk.index(desk.photos)
    picture(desk.photos / "2020" / "c.jpg", 101)
    picture(desk.photos / "2019" / "d.jpg", 102)
    assert counts(desk.indexer().run(Wish(changed=[desk.photos / "2020"]))) == {"added": 1, "unchanged": 1}
    assert counts(desk.index()) == {"added": 1, "unchanged": 12}


def test_a_folder_that_is_not_there_is_the_users_to_mend(desk: Desk) -> None:
    with pytest.raises(UserError, match="There is no folder"):
        desk.index(desk.photos / "nowhere")
    with pytest.raises(UserError, match="not a folder"):
        desk.index(desk.photos / "2019" / "a 1.jpg")
    assert desk.library.catalog.folders.all() == []


def test_a_folder_inside_a_root_folder_is_not_added_twice(desk: Desk) -> None:
    desk.index(desk.photos)
    assert counts(desk.index(desk.photos / "2019")) == {"unchanged": 10}
    assert len(desk.library.catalog.folders.all()) == 1


def test_a_root_folder_around_another_takes_it_over(desk: Desk) -> None:
    desk.index(desk.photos / "2019")
    assert counts(desk.index(desk.photos)) == {"unchanged": 10}
