"""Deleted thumbnails come back with the next index run, which embeds nothing for them."""

import shutil
from pathlib import Path

import pytest
from test_pipeline import Desk, counts, desk, picture

from clipdesk.core.entities import FolderState
from clipdesk.core.errors import LibraryDamagedError
from clipdesk.indexing.missing_thumbnails import missing_hashes

__all__ = ["desk"]


def test_deleted_thumbnails_are_made_again_without_embedding(desk: Desk) -> None:
    desk.index(desk.photos)
    before = {path: path.read_bytes() for path in desk.library.thumbnails.rglob("*.jpg")}
    assert len(before) == 10
    embedded, desk.started = desk.encoder.pictures, 0
    shutil.rmtree(desk.library.thumbnails)
    assert len(missing_hashes(desk.library)) == 10
    report = desk.index()
    assert counts(report) == {"unchanged": 10}
    assert "10 missing thumbnails were made again." in report.notes
    assert {path: path.read_bytes() for path in desk.library.thumbnails.rglob("*.jpg")} == before
    assert (desk.encoder.pictures, desk.started) == (embedded, 0)
    assert not desk.index().notes


def test_one_of_many_is_missing(desk: Desk) -> None:
    desk.index(desk.photos)
    lost = next(desk.library.thumbnails.rglob("*.jpg"))
    half = lost.rename(lost.with_name(f".{lost.stem}.123.part"))  # its decoder was killed
    assert "1 missing thumbnails were made again." in desk.index().notes
    assert lost.exists()
    assert not half.exists()


def test_photos_that_are_away_or_unreadable_are_told(desk: Desk, tmp_path: Path) -> None:
    away = tmp_path / "Stick"
    picture(away / "away.jpg", 99)
    desk.index(desk.photos, away)
    shutil.rmtree(desk.library.thumbnails)
    away.rename(tmp_path / "unplugged")
    report = desk.index()
    assert FolderState.OFFLINE in {folder.state for folder in desk.library.catalog.folders.all()}
    assert "10 missing thumbnails were made again." in report.notes
    assert "1 thumbnails are missing and will be made when their folders are back." in report.notes


def test_a_run_copies_the_catalogue_once_a_day(desk: Desk) -> None:
    desk.index(desk.photos)
    desk.index()
    (copy,) = (desk.library.folder / "backups").iterdir()
    assert copy.stat().st_size > 10_000


def test_a_run_in_a_damaged_catalogue_fails(desk: Desk) -> None:
    desk.index(desk.photos)
    shutil.rmtree(desk.library.folder / "backups")
    folder, file = desk.library.folder, desk.library.catalog.database.file
    with desk.library.catalog.database.read() as connection:
        page = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name='embeddings'").scalar_one()
    desk.library.close()
    with file.open("r+b") as stream:
        stream.seek((page - 1) * 4096)
        stream.write(b"damaged" * 500)
    from clipdesk.catalog.library import open_library

    with open_library(folder, write=True) as library:
        desk.library = library
        with pytest.raises(LibraryDamagedError, match=r"is damaged.*clipdesk doctor --repair"):
            desk.index()
