"""The scanner on real folder trees, against what is known."""

import os
import unicodedata
from pathlib import Path

import pytest
from dropped_rights import ordinary_user, public_folder
from trees import gone, new, remember, write

from clipdesk.core.entities import ChangeSet, FileState, KnownFile
from clipdesk.indexing.scanner import nested, scan
from clipdesk.indexing.sidecars import find

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX file system")


def test_sizes_and_times_are_those_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, "old.jpg", "future.jpg", data=b"12345")
    if os.name == "posix":
        os.utime(tmp_path / "old.jpg", ns=(-5_000_000_000, -5_000_000_000))
    os.utime(tmp_path / "future.jpg", ns=(1, 9_000_000_000_000_000_000))
    for file in scan(tmp_path, {}).new:
        assert (file.size, file.mtime_ns) == (5, (tmp_path / file.path).stat().st_mtime_ns)
    assert scan(tmp_path, remember(scan(tmp_path, {}).new)).unchanged == 2


def test_files_that_were_excluded_later_are_gone_from_the_index(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "b/c.jpg")
    changes = scan(tmp_path, remember(scan(tmp_path, {}).new), ["b"])
    assert (gone(changes), changes.unchanged) == ({"b/c.jpg"}, 1)


def test_changes_against_what_is_known(tmp_path: Path) -> None:
    write(tmp_path, "same.jpg", "grown.jpg", "touched.jpg", "failed.jpg", "gone.jpg")
    known = remember(scan(tmp_path, {}).new)
    known["failed.jpg"] = KnownFile(9, "failed.jpg", 5, known["failed.jpg"].mtime_ns, FileState.FAILED)
    write(tmp_path, "grown.jpg", data=b"longer photo")
    os.utime(tmp_path / "touched.jpg", ns=(1, 1))
    (tmp_path / "gone.jpg").unlink()
    write(tmp_path, "new.jpg")
    changes = scan(tmp_path, known)
    assert new(changes) == {"new.jpg"}
    assert {(old.path, now.path, now.size) for old, now in changes.changed} == {
        ("grown.jpg", "grown.jpg", 12),
        ("touched.jpg", "touched.jpg", 5),
    }
    assert gone(changes) == {"gone.jpg"}
    assert changes.unchanged == 2


def test_a_photo_changes_with_its_sidecar(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "b.nef", "c.jpg")
    write(tmp_path, "a.jpg.xmp", "b.XMP", data=b"<x/>")
    found = {file.path: file for file in scan(tmp_path, {}).new}
    assert found["a.jpg"].sidecar_mtime_ns == (tmp_path / "a.jpg.xmp").stat().st_mtime_ns
    assert found["b.nef"].sidecar_mtime_ns == (tmp_path / "b.XMP").stat().st_mtime_ns
    assert found["c.jpg"].sidecar_mtime_ns == 0
    assert find(tmp_path / "b.nef") == str(tmp_path / "b.XMP")
    assert find(tmp_path / "c.jpg") is None
    known = remember(found.values())
    os.utime(tmp_path / "b.XMP", ns=(7, 7))
    (tmp_path / "a.jpg.xmp").unlink()
    assert {old.path for old, _ in scan(tmp_path, known).changed} == {"a.jpg", "b.nef"}


@posix_only
def test_nothing_is_gone_from_a_folder_that_cannot_be_listed() -> None:
    with public_folder() as root:
        write(root, "open/a.jpg", "closed/b.jpg", "closed/deep/c.jpg")
        known = remember(scan(root, {}).new)
        (root / "closed").chmod(0)
        with ordinary_user():
            changes = scan(root, known)
            inside = scan(root, known, only=["closed/deep"])
        (root / "closed").chmod(0o755)
    assert changes.unreadable == (("closed", "folder cannot be listed: permission denied"),)
    assert (changes.gone, changes.new, changes.unchanged) == ((), (), 3)
    assert (inside.gone, inside.unchanged) == ((), 1)


def test_nothing_is_gone_when_the_root_is_missing(tmp_path: Path) -> None:
    write(tmp_path / "root", "a.jpg")
    known = remember(scan(tmp_path / "root", {}).new)
    (tmp_path / "root").rename(tmp_path / "away")
    changes = scan(tmp_path / "root", known)
    assert (changes.gone, changes.unchanged) == ((), 1)
    assert [path for path, _ in changes.unreadable] == [""]


def test_nothing_is_gone_when_the_root_disappears_during_the_scan(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root, "a.jpg", *(f"{i}/b.jpg" for i in range(50)))
    known = remember(scan(root, {}).new)

    def unplug(count: int) -> None:
        if count >= 10 and root.exists():
            root.rename(tmp_path / "away")

    changes = scan(root, known, on_found=unplug)
    assert not root.exists()
    assert changes.gone == ()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_in_another_unicode_form_is_the_same_file(tmp_path: Path, form: str) -> None:
    other = "NFD" if form == "NFC" else "NFC"
    write(tmp_path, unicodedata.normalize(form, "Café/été.jpg"))
    found = scan(tmp_path, {}).new[0]
    old = unicodedata.normalize(other, "Café/été.jpg")
    known = {old: KnownFile(1, old, found.size, found.mtime_ns, FileState.INDEXED)}
    changes = scan(tmp_path, known)
    assert (changes.new, changes.gone) == ((), ())
    if (tmp_path / old).exists():
        assert changes.unchanged == 1
    else:
        assert changes.changed == ((known[old], found),)


def test_renaming_only_the_case_is_a_change_of_the_same_file(tmp_path: Path) -> None:
    write(tmp_path, "Trip/img.jpg", "Trip/a.jpg")
    known = remember(scan(tmp_path, {}).new)
    (tmp_path / "Trip").rename(tmp_path / "trip")
    (tmp_path / "trip" / "img.jpg").rename(tmp_path / "trip" / "IMG.JPG")
    changes = scan(tmp_path, known)
    assert (changes.new, changes.gone) == ((), ())
    assert {(old.path, now.path) for old, now in changes.changed} == {
        ("Trip/img.jpg", "trip/IMG.JPG"),
        ("Trip/a.jpg", "trip/a.jpg"),
    }


def test_names_that_differ_only_in_case_stay_two_files(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "A.jpg")
    found = scan(tmp_path, {}).new
    if len(found) == 1:
        pytest.skip("this file system takes both names for one")
    assert scan(tmp_path, remember(found)).unchanged == 2
    (tmp_path / "a.jpg").unlink()
    changes = scan(tmp_path, remember(found))
    assert (gone(changes), changes.unchanged, changes.changed) == ({"a.jpg"}, 1, ())


def test_only_some_folders(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "b/c.jpg", "b/d/e.jpg", "f/g.jpg", "bb/h.jpg", ".h/i.jpg")
    known = remember(scan(tmp_path, {}).new)
    for name in ("a.jpg", "b/c.jpg", "f/g.jpg"):
        (tmp_path / name).unlink()
    write(tmp_path, "b/d/new.jpg", "f/new.jpg", ".h/new.jpg")
    changes = scan(tmp_path, known, only=["b", "b/d", ".h"])
    assert (new(changes), gone(changes), changes.unchanged) == ({"b/d/new.jpg"}, {"b/c.jpg"}, 1)
    changes = scan(tmp_path, known, only=["missing", "f"])
    assert (new(changes), gone(changes)) == ({"f/new.jpg"}, {"f/g.jpg"})
    assert gone(scan(tmp_path, known, only=[""])) == {"a.jpg", "b/c.jpg", "f/g.jpg"}
    (tmp_path / "bb" / "h.jpg").unlink()
    (tmp_path / "bb").rmdir()
    assert gone(scan(tmp_path, known, only=["bb"])) == {"bb/h.jpg"}


def test_a_root_inside_a_root_keeps_its_files(tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "outer" / "in" / "inner"
    write(outer, "a.jpg", "in/b.jpg", "in/inner/c.jpg", "in/inner2/d.jpg")
    assert nested(outer, [outer, inner, tmp_path]) == (inner,)
    assert nested(inner, [outer, inner]) == ()
    assert new(scan(outer, {}, skip=nested(outer, [outer, inner]))) == {"a.jpg", "in/b.jpg", "in/inner2/d.jpg"}


def test_files_that_are_still_being_written_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "known.jpg", "other.jpg")
    known = remember(scan(tmp_path, {}).new)
    write(tmp_path, "known.jpg", "fresh.jpg", data=b"half of it")
    changes = scan(tmp_path, known, held=[tmp_path / "known.jpg", tmp_path / "fresh.jpg"])
    assert changes == ChangeSet(unchanged=2)


def test_cloud_files_are_marked_and_change_when_they_arrive(tmp_path: Path) -> None:
    write(tmp_path, "here.jpg", ".IMG_1.heic.icloud", data=b"stub")
    found = {file.path: file for file in scan(tmp_path, {}).new}
    assert found.keys() == {"here.jpg", "IMG_1.heic"}
    assert (found["IMG_1.heic"].cloud, found["here.jpg"].cloud) == (True, False)
    known = remember(found.values(), FileState.CLOUD)
    assert {old.path for old, _ in scan(tmp_path, known).changed} == {"here.jpg"}
    evicted = {"IMG_1.heic": KnownFile(1, "IMG_1.heic", 1234, 5, FileState.INDEXED)}
    assert scan(tmp_path, evicted, ["here.jpg"]).unchanged == 1


def test_twenty_thousand_files(tmp_path: Path) -> None:
    write(tmp_path, "seed.jpg")
    for folder in range(20):
        (tmp_path / f"{folder}").mkdir()
        for i in range(1000):
            os.link(tmp_path / "seed.jpg", tmp_path / f"{folder}" / f"IMG_{i}.jpg")
    found = scan(tmp_path, {}).new
    assert len(found) == 20_001
    changes = scan(tmp_path, remember(found))
    assert (changes.unchanged, changes.new, changes.gone) == (20_001, (), ())
