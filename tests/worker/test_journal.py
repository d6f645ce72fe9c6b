import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipdesk.catalog.library import Library, open_library
from clipdesk.core.entities import FileState, FoundFile
from clipdesk.indexing.in_flight import FlyingFile
from clipdesk.worker.journal import REASON, FileJournal


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", write=True, create=True) as library:
        library.catalog.folders.add(tmp_path)
        yield library


def flying(library: Library, *names: str) -> list[FlyingFile]:
    [folder] = library.catalog.folders.all()
    return [FlyingFile(folder.id, FoundFile(name, 10, 20)) for name in names]


def test_only_the_file_of_both_deaths_is_quarantined(library: Library) -> None:
    journal = FileJournal(library.folder, library.catalog)
    journal.begin(flying(library, "a.jpg", "not utf-8 \udcff.jpg", "c.jpg"))
    assert FileJournal(library.folder, library.catalog).recover() == []
    assert {path for _, path in journal.suspects()} == {"a.jpg", "not utf-8 \udcff.jpg", "c.jpg"}
    journal.begin(flying(library, "not utf-8 \udcff.jpg"))
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
