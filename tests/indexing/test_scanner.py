"""The scanner on real folder trees."""

import os
import socket
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest
from dropped_rights import ordinary_user, public_folder

from clipdesk.core.entities import ChangeSet, FileState, FoundFile, KnownFile
from clipdesk.core.errors import CancelledError, UserError
from clipdesk.indexing.long_paths import windows_extended
from clipdesk.indexing.scanner import nested, scan
from clipdesk.indexing.sidecars import find
from clipdesk.indexing.tree import is_placeholder

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX file system")


def write(root: Path, *names: str, data: bytes = b"photo") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def remember(found: Iterable[FoundFile], state: FileState = FileState.INDEXED) -> dict[str, KnownFile]:
    """What the catalogue would know after these files were indexed."""
    return {
        file.path: KnownFile(i, file.path, file.size, file.mtime_ns, state, i, file.sidecar_mtime_ns)
        for i, file in enumerate(found, 1)
    }


def new(changes: ChangeSet) -> set[str]:
    return {file.path for file in changes.new}


def gone(changes: ChangeSet) -> set[str]:
    return {file.path for file in changes.gone}


def test_every_photo_is_found_at_any_depth_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "b/c.HEIC", "b/d/e f.png", "b/notes.txt", "movie.mp4", "raw/x.CR2", "ünïcödé/日本.webp")
    assert new(scan(tmp_path, {})) == {"a.jpg", "b/c.HEIC", "b/d/e f.png", "raw/x.CR2", "ünïcödé/日本.webp"}


def test_sizes_and_times_are_those_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, "old.jpg", "future.jpg", data=b"12345")
    if os.name == "posix":
        os.utime(tmp_path / "old.jpg", ns=(-5_000_000_000, -5_000_000_000))
    os.utime(tmp_path / "future.jpg", ns=(1, 9_000_000_000_000_000_000))
    for file in scan(tmp_path, {}).new:
        assert (file.size, file.mtime_ns) == (5, (tmp_path / file.path).stat().st_mtime_ns)
    assert scan(tmp_path, remember(scan(tmp_path, {}).new)).unchanged == 2


def test_hidden_system_and_bundle_folders_are_left_out(tmp_path: Path) -> None:
    hidden = [".hidden", ".Trash-1000", ".Trashes", "@eaDir", "x/@EADIR", "$RECYCLE.BIN", "#recycle", "lost+found"]
    left_out = [f"{folder}/a.jpg" for folder in (*hidden, "__MACOSX", "Viewer.app/Contents")]
    write(
        tmp_path, *left_out, "System Volume Information/a.jpg", "Previews.lrdata/a.jpg", "._a.jpg", ".jpg", "kept/a.jpg"
    )
    assert new(scan(tmp_path, {})) == {"kept/a.jpg"}


def test_of_an_apple_photo_library_only_the_originals_count(tmp_path: Path) -> None:
    library = "My.photoslibrary"
    write(tmp_path, f"{library}/originals/A/1.heic", f"{library}/Masters/2.jpg", f"{library}/resources/3.jpg")
    write(tmp_path, f"{library}/4.jpg", f"{library}/originals/resources/5.jpg")
    expected = {f"{library}/originals/A/1.heic", f"{library}/Masters/2.jpg", f"{library}/originals/resources/5.jpg"}
    assert new(scan(tmp_path, {})) == expected
    assert new(scan(tmp_path / library, {})) == {"originals/A/1.heic", "Masters/2.jpg", "originals/resources/5.jpg"}


def test_thumbnails_of_a_clipdesk_library_are_no_photos(tmp_path: Path) -> None:
    write(tmp_path, "lib/catalog.sqlite", "lib/thumbnails/ab/x.jpg", "lib/index/y.jpg", "lib/mine.jpg")
    write(tmp_path, "thumbnails/real.jpg")
    assert new(scan(tmp_path, {})) == {"lib/mine.jpg", "thumbnails/real.jpg"}
    assert new(scan(tmp_path, {}, only=["lib/thumbnails", "thumbnails"])) == {"thumbnails/real.jpg"}


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("private", {"a.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg"}),
        ("*.png", {"a.jpg", "b/private/p.jpg", "b/Private.jpg", "c/d/e.jpg"}),
        ("b/private", {"a.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg"}),
        ("/private", {"a.jpg", "b/private/p.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg"}),
        ("c/*.jpg", {"a.jpg", "b/private/p.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg"}),
        ("c/**/*.jpg", {"a.jpg", "b/private/p.jpg", "b/Private.jpg", "b/x.PNG"}),
        ("B/", {"a.jpg", "c/d/e.jpg"}),
        (" ", {"a.jpg", "b/private/p.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg"}),
    ],
)
def test_excludes_follow_the_rules_of_gitignore(tmp_path: Path, pattern: str, left: set[str]) -> None:
    write(tmp_path, "a.jpg", "b/private/p.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg")
    assert new(scan(tmp_path, {}, [pattern])) == left


def test_files_that_were_excluded_later_are_gone_from_the_index(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "b/c.jpg")
    changes = scan(tmp_path, remember(scan(tmp_path, {}).new), ["b"])
    assert (gone(changes), changes.unchanged) == ({"b/c.jpg"}, 1)


def test_a_pattern_that_means_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="exclude pattern"):
        scan(tmp_path, {}, ["!"])


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


def test_a_folder_named_like_a_photo_is_walked(tmp_path: Path) -> None:
    write(tmp_path, "x.jpg/inside.png")
    changes = scan(tmp_path, {})
    assert (new(changes), changes.unreadable) == ({"x.jpg/inside.png"}, ())


@posix_only
def test_pipes_sockets_and_dead_links_are_listed_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "dead.jpg").symlink_to("nowhere.jpg")
    here = Path.cwd()
    os.chdir(tmp_path)  # socket addresses are short
    try:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind("sock.png")
        listener.close()
    finally:
        os.chdir(here)
    changes = scan(tmp_path, {})
    assert changes.new == ()
    assert dict(changes.unreadable) == {
        "pipe.jpg": "not a regular file",
        "sock.png": "not a regular file",
        "dead.jpg": "link to a missing file",
    }
    failed = {"pipe.jpg": KnownFile(1, "pipe.jpg", 0, 0, FileState.FAILED)}
    assert scan(tmp_path, failed).gone == ()


@posix_only
def test_symlinked_folders_are_followed_once_and_never_in_circles(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    write(root, "a.jpg", "sub/b.jpg", ".store/s.jpg")
    write(outside, "c.jpg", "deep/d.jpg")
    (root / "loop").symlink_to(root)
    (root / "sub" / "up").symlink_to("..")
    (root / "again").symlink_to(root / "sub")
    (root / "link1").symlink_to(outside)
    (root / "link2").symlink_to(outside)
    (root / "parent").symlink_to(tmp_path)
    (root / "shown").symlink_to(root / ".store")
    (outside / "back").symlink_to(root)
    expected = {"a.jpg", "sub/b.jpg", "link1/c.jpg", "link1/deep/d.jpg", "shown/s.jpg"}
    changes = scan(root, {})
    assert (new(changes), changes.unreadable) == (expected, ())
    assert scan(root, remember(changes.new)).unchanged == len(expected)


@posix_only
def test_a_symlinked_photo_counts_unless_its_target_is_found_anyway(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root, "a.jpg", "blob")
    write(tmp_path, "outside.jpg")
    (root / "same.jpg").symlink_to("a.jpg")
    (root / "other.jpg").symlink_to(tmp_path / "outside.jpg")
    (root / "typed.jpg").symlink_to("blob")
    assert new(scan(root, {})) == {"a.jpg", "other.jpg", "typed.jpg"}


@posix_only
def test_a_symlinked_root_is_scanned(tmp_path: Path) -> None:
    write(tmp_path / "real", "a.jpg")
    (tmp_path / "root").symlink_to("real")
    assert new(scan(tmp_path / "root", {})) == {"a.jpg"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_not_utf8_survive(tmp_path: Path) -> None:
    write(tmp_path, os.fsdecode(b"caf\xe9/\xff\xfe.jpg"))
    changes = scan(tmp_path, {})
    assert [os.fsencode(file.path) for file in changes.new] == [b"caf\xe9/\xff\xfe.jpg"]
    assert scan(tmp_path, remember(changes.new), ["*.png"]).unchanged == 1


@posix_only
def test_trees_deeper_than_a_recursion_or_a_path_may_be(tmp_path: Path) -> None:
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(300):
            Path("level").mkdir()
            os.chdir("level")
        Path("deep.jpg").write_bytes(b"x")
        Path("n" * 251 + ".jpg").write_bytes(b"x")
    finally:
        os.chdir(here)
    assert new(scan(tmp_path, {})) == {"level/" * 300 + "deep.jpg", "level/" * 300 + "n" * 251 + ".jpg"}


@posix_only
def test_a_path_too_long_for_the_system_is_told_not_lost(tmp_path: Path) -> None:
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(20):
            Path("d" * 250).mkdir()
            os.chdir("d" * 250)
    finally:
        os.chdir(here)
    write(tmp_path, "a.jpg")
    changes = scan(tmp_path, {})
    assert new(changes) == {"a.jpg"}
    assert [reason for _, reason in changes.unreadable] == ["folder cannot be listed: file name too long"]


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


@posix_only
def test_a_scan_of_some_folders_does_not_follow_links_into_the_root(tmp_path: Path) -> None:
    write(tmp_path, "root/a.jpg", "root/b/c.jpg", "outside/d.jpg")
    (tmp_path / "root" / "b" / "up").symlink_to(tmp_path / "root")
    (tmp_path / "root" / "b" / "out").symlink_to(tmp_path / "outside")
    (tmp_path / "root" / "b" / "a.jpg").symlink_to(tmp_path / "root" / "a.jpg")
    assert new(scan(tmp_path / "root", {}, only=["b"])) == {"b/c.jpg", "b/out/d.jpg"}


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


def test_cancelling_ends_the_scan(tmp_path: Path) -> None:
    write(tmp_path, *(f"{i}.jpg" for i in range(600)))
    counts: list[int] = []
    with pytest.raises(CancelledError):
        scan(tmp_path, {}, on_found=counts.append, cancelled=lambda: len(counts) >= 1)
    assert len(counts) == 1


def test_progress_grows_to_the_number_of_files(tmp_path: Path) -> None:
    write(tmp_path, *(f"{i % 7}/{i}.jpg" for i in range(1000)))
    counts: list[int] = []
    scan(tmp_path, {}, on_found=counts.append)
    assert counts == sorted(counts)
    assert counts[-1] == 1000


def test_cloud_files_are_marked_and_change_when_they_arrive(tmp_path: Path) -> None:
    write(tmp_path, "here.jpg", ".IMG_1.heic.icloud", data=b"stub")
    found = {file.path: file for file in scan(tmp_path, {}).new}
    assert found.keys() == {"here.jpg", "IMG_1.heic"}
    assert (found["IMG_1.heic"].cloud, found["here.jpg"].cloud) == (True, False)
    known = remember(found.values(), FileState.CLOUD)
    assert {old.path for old, _ in scan(tmp_path, known).changed} == {"here.jpg"}
    evicted = {"IMG_1.heic": KnownFile(1, "IMG_1.heic", 1234, 5, FileState.INDEXED)}
    assert scan(tmp_path, evicted, ["here.jpg"]).unchanged == 1


@pytest.mark.parametrize(
    ("attributes", "flags", "expected"),
    [(0, 0, False), (0x20, 0, False), (0x400020, 0, True), (0x1000, 0, True), (0, 0x40000000, True), (0, 0x20, False)],
)
def test_placeholders_are_told_by_their_attributes(attributes: int, flags: int, expected: bool) -> None:
    class Status:
        st_file_attributes = attributes
        st_flags = flags

    assert is_placeholder(Status()) is expected  # type: ignore[arg-type]


def test_windows_paths_get_the_prefix_that_lifts_the_length_limit() -> None:
    assert windows_extended("C:\\a/b") == "\\\\?\\C:\\a\\b"
    assert windows_extended("\\\\nas\\photos\\x") == "\\\\?\\UNC\\nas\\photos\\x"
    assert windows_extended("\\\\?\\C:\\a") == "\\\\?\\C:\\a"


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


def test_the_real_photos_are_all_found(small_library_photos: Path) -> None:
    files = [path for path in small_library_photos.rglob("*") if path.is_file()]
    assert new(scan(small_library_photos, {})) == {path.relative_to(small_library_photos).as_posix() for path in files}
