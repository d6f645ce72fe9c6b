"""The walk over real folder trees."""

import os
import socket
import sys
from pathlib import Path

import pytest
from trees import new, remember, write

from clipdesk.core.entities import FileState, KnownFile
from clipdesk.core.errors import CancelledError
from clipdesk.indexing.scanner import scan
from clipdesk.indexing.tree import is_placeholder

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX file system")


def test_every_photo_is_found_at_any_depth_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "b/c.HEIC", "b/d/e f.png", "b/notes.txt", "movie.mp4", "raw/x.CR2", "ünïcödé/日本.webp")
    assert new(scan(tmp_path, {})) == {"a.jpg", "b/c.HEIC", "b/d/e f.png", "raw/x.CR2", "ünïcödé/日本.webp"}


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
def test_a_scan_of_some_folders_does_not_follow_links_into_the_root(tmp_path: Path) -> None:
    write(tmp_path, "root/a.jpg", "root/b/c.jpg", "outside/d.jpg")
    (tmp_path / "root" / "b" / "up").symlink_to(tmp_path / "root")
    (tmp_path / "root" / "b" / "out").symlink_to(tmp_path / "outside")
    (tmp_path / "root" / "b" / "a.jpg").symlink_to(tmp_path / "root" / "a.jpg")
    assert new(scan(tmp_path / "root", {}, only=["b"])) == {"b/c.jpg", "b/out/d.jpg"}


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


@pytest.mark.parametrize(
    ("attributes", "flags", "expected"),
    [(0, 0, False), (0x20, 0, False), (0x400020, 0, True), (0x1000, 0, True), (0, 0x40000000, True), (0, 0x20, False)],
)
def test_placeholders_are_told_by_their_attributes(attributes: int, flags: int, expected: bool) -> None:
    class Status:
        st_file_attributes = attributes
        st_flags = flags

    assert is_placeholder(Status()) is expected  # type: ignore[arg-type]


def test_the_real_photos_are_all_found(small_library_photos: Path) -> None:
    files = [path for path in small_library_photos.rglob("*") if path.is_file()]
    assert new(scan(small_library_photos, {})) == {path.relative_to(small_library_photos).as_posix() for path in files}
