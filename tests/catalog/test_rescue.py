"""Damaged catalogues: told, set aside, brought back from a copy or from what can be read."""

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from clipdesk.catalog.catalog import Catalog
from clipdesk.catalog.health import check
from clipdesk.catalog.library import Library, open_library
from clipdesk.catalog.rescue import find_damage, repair
from clipdesk.core.errors import LibraryBusyError, LibraryDamagedError

from .making import MODEL, ids, result

_FILES = 600


def _filled(library: Library, photos: Path, count: int = _FILES) -> Path:
    """A catalogue of many pages, closed; returns its file."""
    folder = library.catalog.folders.add(photos)
    library.catalog.commit_batch(
        [result(folder.id, f"{number % 7}/{number}.jpg", number) for number in range(count)], MODEL
    )
    library.catalog.tags.set_state(ids(library.catalog, 1), "Dog", "accepted")
    return library.catalog.database.file


def _overwrite(file: Path, start: int, length: int) -> None:
    with file.open("r+b") as stream:
        stream.seek(start)
        stream.write(random.Random(1).randbytes(length))


def _indexed(catalog: Catalog) -> int:
    return catalog.files.counts()["indexed"]


def test_the_newest_copy_takes_the_place_of_a_damaged_catalogue(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos")
    copy = library.back_up()
    library.close()
    (library.index_folder).mkdir()
    (library.index_folder / "old").write_text("names ids of the lost catalogue", encoding="utf-8")
    _overwrite(file, 8192, file.stat().st_size - 8192)
    damaged = file.read_bytes()
    (problem,) = find_damage(library.folder)
    assert "is damaged" in problem
    assert "doctor --repair (brings back its newest copy)" in problem
    rescue = repair(library.folder)
    assert rescue is not None
    assert (rescue.backup, rescue.files) == (copy, _FILES)
    assert rescue.aside is not None
    assert rescue.aside.read_bytes() == damaged
    assert rescue.tags_lost
    assert "is as it was in the copy of" in " ".join(rescue.lines())
    assert not library.index_folder.exists()
    with open_library(library.folder, write=True) as mended:
        assert check(mended.catalog) == []
        assert _indexed(mended.catalog) == _FILES
    assert find_damage(library.folder) == []
    assert repair(library.folder) is None


def test_without_a_copy_what_can_be_read_is_saved(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos")
    library.close()
    _overwrite(file, file.stat().st_size // 2, 4000)
    (problem,) = find_damage(library.folder)
    assert "saves what can still be read" in problem
    rescue = repair(library.folder)
    assert rescue is not None
    assert rescue.backup is None
    assert rescue.incomplete
    with open_library(library.folder, write=True) as mended:
        assert check(mended.catalog) == []
        # A page holds a few dozen files; the others are there, before and after the damage.
        assert _FILES // 2 < _indexed(mended.catalog) <= _FILES
        folder = mended.catalog.folders.all()[0]
        mended.catalog.commit_batch([result(folder.id, "new.jpg", 9999)], MODEL)


def _pages_of(file: Path, table: str) -> list[int]:
    """Offsets of the leaf pages of a table, found by what they are: there is no other way without `dbstat`."""
    data = file.read_bytes()
    with closing(sqlite3.connect(file)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    start = (page - 1) * 4096
    assert data[start] == 5, "the table is too small to have inner pages"
    cells = int.from_bytes(data[start + 3 : start + 5], "big")
    places = [int.from_bytes(data[start + 12 + 2 * cell :][:2], "big") for cell in range(cells)]
    return [(int.from_bytes(data[start + place :][:4], "big") - 1) * 4096 for place in places]


def test_each_damaged_page_costs_its_own_rows_only(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos")
    library.close()
    leaves = _pages_of(file, "files")
    first, last = leaves[1], leaves[-2]
    for offset in (first, last):
        _overwrite(file, offset, 4096)
    rescue = repair(library.folder)
    assert rescue is not None
    assert rescue.incomplete == ("files",)
    assert not rescue.tags_lost
    on_a_page = _FILES / len(leaves)
    assert _FILES - 4 * on_a_page < rescue.files < _FILES


def test_what_came_after_the_newest_copy_is_kept(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos", 40)
    copy = library.back_up()
    later = library.catalog.folders.add(tmp_path / "later")
    library.catalog.commit_batch([result(later.id, f"{number}.jpg", 1000 + number) for number in range(_FILES)], MODEL)
    library.catalog.tags.set_state(ids(library.catalog, 1001), "Cat", "accepted")
    library.close()
    _overwrite(file, _pages_of(file, "files")[2], 4096)
    rescue = repair(library.folder)
    assert rescue is not None
    assert rescue.backup == copy
    assert rescue.files > _FILES // 2 + 40
    with open_library(library.folder, write=True) as mended:
        assert check(mended.catalog) == []
        assert [folder.path.name for folder in mended.catalog.folders.all()] == ["later", "photos"]
        assert set(mended.catalog.tags.counts()) == {"Dog", "Cat"}
        # A file that was lost finds its photo by the hash: nothing is embedded twice.
        assert mended.catalog.embeddings.models()[MODEL] == _FILES + 40


def test_the_first_page_is_taken_from_the_copy(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos", 40)
    library.back_up()
    folder = library.catalog.folders.all()[0]
    library.catalog.commit_batch([result(folder.id, f"{number}.jpg", 1000 + number) for number in range(300)], MODEL)
    library.close()
    _overwrite(file, 0, 4096)
    rescue = repair(library.folder)
    assert rescue is not None
    assert rescue.files == 340
    assert not rescue.tags_lost


def test_folders_outlive_a_lost_catalogue(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos", 3)
    gone = library.catalog.folders.add(tmp_path / "gone")
    library.catalog.folders.add(tmp_path / "more", device="disk", excludes=("*.png",))
    library.catalog.folders.remove(gone.id)
    library.close()
    file.unlink()
    with pytest.raises(LibraryDamagedError, match="for the same folders"):
        open_library(library.folder, write=True, create=True)
    rescue = repair(library.folder)
    assert rescue is not None
    with open_library(library.folder, write=True) as mended:
        more, photos = mended.catalog.folders.all()
        assert (more.path, more.device, more.excludes) == (tmp_path / "more", "disk", ("*.png",))
        assert photos.path == tmp_path / "photos"


def test_a_folder_that_was_removed_does_not_come_back_with_the_copy(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos", 3)
    library.back_up()
    library.catalog.folders.remove(library.catalog.folders.all()[0].id)
    library.catalog.folders.add(tmp_path / "kept")
    library.close()
    file.write_bytes(b"damaged" * 500)
    assert repair(library.folder) is not None
    with open_library(library.folder, write=True) as mended:
        assert [folder.path.name for folder in mended.catalog.folders.all()] == ["kept"]
        assert _indexed(mended.catalog) == 0


def test_ids_of_lost_photos_are_never_given_again(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos", 3)
    folder = library.catalog.folders.all()[0]
    highest = max(ids(library.catalog, 0, 1, 2))
    library.back_up()
    library.close()
    file.write_bytes(b"damaged" * 500)
    assert repair(library.folder) is not None
    with open_library(library.folder, write=True) as mended:
        mended.catalog.commit_batch([result(folder.id, "new.jpg", 9)], MODEL)
        assert ids(mended.catalog, 9)[0] > highest + 1


@pytest.mark.parametrize("content", [b"", b"no database at all" * 1000])
def test_nothing_can_be_read(library: Library, tmp_path: Path, content: bytes) -> None:
    file = _filled(library, tmp_path / "photos", 3)
    library.close()
    library.thumbnails.mkdir()
    file.write_bytes(content)
    with pytest.raises(LibraryDamagedError, match="empty or missing" if not content else "damaged"):
        open_library(library.folder, write=False)
    rescue = repair(library.folder)
    assert rescue is not None
    assert (rescue.files, rescue.aside is None) == (0, not content)
    assert find_damage(library.folder) == []


def test_a_lost_catalogue_is_not_begun_anew_beside_its_copy(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos", 3)
    copy = library.back_up()
    library.close()
    file.unlink()
    for create in (True, False):
        with pytest.raises(LibraryDamagedError, match="clipdesk doctor --repair"):
            open_library(library.folder, write=create, create=create)
    rescue = repair(library.folder)
    assert rescue is not None
    assert (rescue.backup, rescue.aside, rescue.files) == (copy, None, 3)


def test_a_damaged_copy_is_passed_over(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos", 3)
    good, bad = library.back_up(), library.back_up()
    library.close()
    bad.write_bytes(b"damaged as well" * 500)
    file.write_bytes(b"damaged" * 500)
    rescue = repair(library.folder)
    assert rescue is not None
    assert rescue.backup == good


def test_a_damaged_catalogue_takes_no_copys_place(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos")
    kept = [library.back_up() for _ in range(3)]
    library.close()
    with closing(sqlite3.connect(file)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'embeddings'").fetchone()[0]
    _overwrite(file, (page - 1) * 4096, 4000)
    with open_library(library.folder, write=True) as damaged, pytest.raises(LibraryDamagedError, match="damaged"):
        damaged.back_up()
    assert sorted((library.folder / "backups").iterdir()) == kept


def test_a_copy_a_day(library: Library) -> None:
    first = library.back_up_daily()
    assert first is not None
    assert library.back_up_daily() is None
    yesterday = first.stat().st_mtime - 90_000
    os.utime(first, (yesterday, yesterday))
    assert library.back_up_daily() is not None


def test_a_library_in_use_is_left_alone(library: Library) -> None:
    with pytest.raises(LibraryBusyError):
        repair(library.folder)


def test_damage_that_sqlite_can_read_past_is_told_in_few_lines(library: Library, tmp_path: Path) -> None:
    file = _filled(library, tmp_path / "photos")
    library.close()
    with closing(sqlite3.connect(file)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_photos_camera'").fetchone()[0]
    # The free space is counted in the page's header; no row is touched.
    _overwrite(file, (page - 1) * 4096 + 7, 1)
    problems = find_damage(library.folder)
    assert "doctor --repair" in problems[-1]
    assert 2 <= len(problems) <= 6
    assert not any("\n" in problem for problem in problems)
