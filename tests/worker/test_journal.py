import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hooks import pictures

from clipdesk.catalog.library import Library, open_library
from clipdesk.core.entities import FileState, FoundFile, IndexReport
from clipdesk.indexing.in_flight import FlyingFile
from clipdesk.indexing.pipeline import Indexer, Tuning, Wish
from clipdesk.indexing.skipped import SkippedPhotos
from clipdesk.models.loader import load_encoder
from clipdesk.worker.journal import REASON, FileJournal


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", write=True, create=True) as library:
        library.catalog.folders.add(tmp_path)
        yield library


def flying(library: Library, *names: str) -> list[FlyingFile]:
    [folder] = library.catalog.folders.all()
    return [FlyingFile(folder.id, FoundFile(name, 10, 20)) for name in names]


def note_crash(library: Library) -> None:
    """What faulthandler leaves in its last moment."""
    (library.folder / "crash.txt").write_text("Fatal Python error: Segmentation fault")


def test_only_the_file_of_both_deaths_is_quarantined(library: Library) -> None:
    journal = FileJournal(library.folder, library.catalog)
    journal.begin(flying(library, "a.jpg", "not utf-8 \udcff.jpg", "c.jpg"))
    note_crash(library)
    assert FileJournal(library.folder, library.catalog).recover() == []
    assert {path for _, path in journal.suspects()} == {"a.jpg", "not utf-8 \udcff.jpg", "c.jpg"}
    journal.begin(flying(library, "not utf-8 \udcff.jpg"))
    note_crash(library)
    assert FileJournal(library.folder, library.catalog).recover() == ["not utf-8 \udcff.jpg"]
    [failure] = library.catalog.files.failures()
    assert (failure.path.name, failure.state, failure.reason) == (
        "not utf-8 \udcff.jpg",
        FileState.QUARANTINED,
        REASON,
    )
    assert {path for _, path in journal.suspects()} == {"a.jpg", "c.jpg"}
    journal.finish()
    assert journal.suspects() == frozenset()


def test_whoever_is_killed_from_outside_accuses_nobody_soon(library: Library) -> None:
    journal = FileJournal(library.folder, library.catalog)
    for _ in range(3):
        journal.begin(flying(library, "a.jpg", "b.jpg"))
        assert FileJournal(library.folder, library.catalog).recover() == []
    # What is survived once is as good as any other file.
    journal.begin(flying(library, "b.jpg"))
    journal.end()
    assert {path for _, path in journal.suspects()} == {"a.jpg"}
    journal.begin(flying(library, "a.jpg", "b.jpg"))
    # But a file that seems never to be survived is guilty, even where nothing is left that tells of a crash.
    assert FileJournal(library.folder, library.catalog).recover() == ["a.jpg"]
    assert {path for _, path in journal.suspects()} == {"b.jpg"}


def test_a_crash_elsewhere_says_nothing_of_a_later_death(library: Library) -> None:
    journal = FileJournal(library.folder, library.catalog)
    note_crash(library)
    assert journal.recover() == []
    for _ in range(2):
        journal.begin(flying(library, "a.jpg"))
        assert FileJournal(library.folder, library.catalog).recover() == []


def test_a_batch_that_ended_leaves_no_suspects(library: Library) -> None:
    journal = FileJournal(library.folder, library.catalog)
    journal.begin(flying(library, "a.jpg"))
    journal.end()
    assert journal.recover() == []
    assert journal.suspects() == frozenset()


@pytest.mark.parametrize("content", ["", "{", "[1]", json.dumps([["x"]])])
def test_a_damaged_journal_accuses_nobody(library: Library, content: str) -> None:
    (library.folder / "in-flight.json").write_text(content)
    journal = FileJournal(library.folder, library.catalog)
    assert journal.recover() == []
    assert journal.suspects() == frozenset()


def test_a_photo_that_kills_another_model_is_kept_from_that_model_only(library: Library, tmp_path: Path) -> None:
    encoder = load_encoder("pocket")
    journal = FileJournal(library.folder, library.catalog)

    def index(model_key: str) -> IndexReport:
        indexer = Indexer(library, model_key, lambda: encoder, journal=journal, tuning=Tuning(1))
        return indexer.run(Wish(changed=() if model_key == "other" else None))

    photos = pictures(tmp_path / "Photos", 3)
    index(encoder.info.key)
    guilty = library.catalog.photos.by_path(photos / "a 1.jpg")
    assert guilty is not None
    [folder] = library.catalog.folders.all()
    flying = FlyingFile(folder.id, FoundFile("Photos/a 1.jpg", 0, 0), guilty.id, "other")
    for _ in range(2):
        journal.begin([flying])
        note_crash(library)
        journal.recover()

    [failure] = index("other").failed
    assert (failure.path, failure.state, failure.reason) == (photos / "a 1.jpg", FileState.QUARANTINED, REASON)
    assert len(library.catalog.embeddings.live("other")) == 2
    assert len(library.catalog.embeddings.live(encoder.info.key)) == 3
    assert library.catalog.files.failures() == []
    assert index(encoder.info.key).failed == ()

    SkippedPhotos(library.catalog).retry((photos / "a 0.jpg",))
    assert len(index("other").failed) == 1
    SkippedPhotos(library.catalog).retry((photos / "a 1.jpg",))
    assert index("other").failed == ()
    assert len(library.catalog.embeddings.live("other")) == 3


def test_what_a_run_embeds_again_is_named_with_its_model(library: Library, tmp_path: Path) -> None:
    encoder = load_encoder("pocket")
    begun: list[FlyingFile] = []

    class Listening(FileJournal):
        def begin(self, files: Sequence[FlyingFile]) -> None:
            super().begin(files)
            begun.extend(files)

    pictures(tmp_path / "Photos", 1)
    for model_key in (encoder.info.key, "other"):
        journal = Listening(library.folder, library.catalog)
        Indexer(library, model_key, lambda: encoder, journal=journal, tuning=Tuning(1)).run(Wish())
    [photo_id] = library.catalog.embeddings.live("other")
    assert [(file.photo_id, file.model_key) for file in begun] == [(0, ""), (photo_id, "other")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_on_a_full_disk_the_journal_before_stays_whole(library: Library) -> None:
    journal = FileJournal(library.folder, library.catalog)
    journal.begin(flying(library, "a.jpg"))
    (library.folder / "in-flight.new").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        journal.begin(flying(library, "b.jpg"))
    assert not (library.folder / "in-flight.new").is_symlink()
    journal.recover()
    assert {path for _, path in journal.suspects()} == {"a.jpg"}
