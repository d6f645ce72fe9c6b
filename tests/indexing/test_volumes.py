"""When a root folder counts as offline."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from dropped_rights import ordinary_user, public_folder

from clipdesk.core.entities import ChangeSet, FileState, Folder, FoundFile, KnownFile
from clipdesk.indexing import volumes
from clipdesk.indexing.scanner import scan
from clipdesk.indexing.volumes import device_of, is_network, is_offline


def fill(root: Path, count: int) -> dict[str, KnownFile]:
    """Write `count` photos of different sizes and remember them."""
    (root / "sub").mkdir(parents=True)
    for i in range(count):
        (root / "sub" / f"{i}.jpg").write_bytes(b"x" * (i + 1))
    (root / "readme.txt").write_text("not empty")
    return {
        f.path: KnownFile(i, f.path, f.size, f.mtime_ns, FileState.INDEXED) for i, f in enumerate(scan(root, {}).new)
    }


def judge(root: Path, known: dict[str, KnownFile], device: str | None = None) -> str | None:
    folder = Folder(1, root, device=device)
    return is_offline(folder, len(known)) or is_offline(folder, len(known), scan(root, known))


def remove(root: Path, count: int) -> None:
    for i in range(count):
        (root / "sub" / f"{i}.jpg").unlink()


def test_a_folder_with_its_files_is_online(tmp_path: Path) -> None:
    known = fill(tmp_path / "root", 50)
    assert judge(tmp_path / "root", known, device_of(tmp_path)) is None


def test_a_missing_root_is_offline(tmp_path: Path) -> None:
    assert judge(tmp_path / "none", {}) == "it is missing"
    (tmp_path / "file").write_bytes(b"")
    assert judge(tmp_path / "file", {}) == "it is no longer a folder"


def test_an_empty_mount_point_is_offline_and_a_new_empty_folder_is_not(tmp_path: Path) -> None:
    known = fill(tmp_path / "root", 3)
    (tmp_path / "root").rename(tmp_path / "away")
    (tmp_path / "root").mkdir()
    assert judge(tmp_path / "root", known) == "it is empty, though 3 files were in it"
    assert judge(tmp_path / "root", {}) is None


@pytest.mark.parametrize(
    ("count", "removed", "offline"),
    [(50, 26, True), (50, 25, False), (40, 20, False), (41, 21, True), (30, 20, False), (10, 10, False)],
)
def test_losing_more_than_half_and_more_than_twenty_is_offline(
    tmp_path: Path, count: int, removed: int, offline: bool
) -> None:
    known = fill(tmp_path / "root", count)
    remove(tmp_path / "root", removed)
    expected = f"{removed} of {count} files are missing" if offline else None
    assert judge(tmp_path / "root", known) == expected


def test_files_moved_inside_the_root_are_not_lost(tmp_path: Path) -> None:
    root = tmp_path / "root"
    known = fill(root, 50)
    (root / "sub").rename(root / "renamed")
    assert len(scan(root, known).gone) == 50
    assert judge(root, known) is None


def test_new_files_do_not_make_up_for_lost_ones(tmp_path: Path) -> None:
    root = tmp_path / "root"
    known = fill(root, 50)
    remove(root, 50)
    for i in range(60):
        (root / f"other {i}.jpg").write_bytes(b"y" * (i + 1000))
    assert judge(root, known) == "50 of 50 files are missing"


def test_files_that_are_excluded_by_now_are_not_lost(tmp_path: Path) -> None:
    root = tmp_path / "root"
    known = fill(root, 50)
    folder = Folder(1, root, excludes=("sub",))
    changes = scan(root, known, folder.excludes)
    assert len(changes.gone) == 50
    assert is_offline(folder, 50, changes) is None


def test_another_device_alone_is_no_reason(tmp_path: Path) -> None:
    known = fill(tmp_path / "root", 10)
    assert judge(tmp_path / "root", known, "uuid:of-the-old-drive") is None
    assert judge(tmp_path / "root", known, "dev:99:99") is None


def test_another_drive_without_most_of_the_files_is_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = fill(tmp_path / "root", 10)
    remove(tmp_path / "root", 6)
    # A second drive cannot be had in a test: only its name is made up, the files are really missing.
    monkeypatch.setattr(volumes, "device_of", lambda _root: "uuid:new")
    assert judge(tmp_path / "root", known, "uuid:old") == "another drive is in its place (6 of 10 files are missing)"
    assert judge(tmp_path / "root", known, "uuid:new") is None
    assert judge(tmp_path / "root", known, "dev:8:1") is None
    assert judge(tmp_path / "root", known, None) is None


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_a_root_that_cannot_be_read_is_offline() -> None:
    with public_folder() as folder:
        known = fill(folder / "root", 3)
        (folder / "root").chmod(0)
        with ordinary_user():
            assert judge(folder / "root", known) == "it cannot be read: permission denied"
        (folder / "root").chmod(0o755)


def test_a_scan_that_could_not_list_the_root_is_offline(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("not empty")
    changes = ChangeSet(
        gone=(KnownFile(1, "a.jpg", 1, 1, FileState.INDEXED),), unreadable=(("", "input/output error"),)
    )
    assert is_offline(Folder(1, tmp_path), 1, changes) == "it cannot be read"


def test_the_device_is_the_same_for_folders_of_one_volume(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    device = device_of(tmp_path)
    assert device
    assert device.partition(":")[0] in {"uuid", "serial", "dev", "net"}
    assert device_of(tmp_path / "a") == device
    assert device_of(tmp_path / "none") is None


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second file system")
def test_the_device_of_another_file_system_is_another(tmp_path: Path) -> None:
    if Path("/dev/shm").stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("the temporary folder is on /dev/shm")
    assert device_of(Path("/dev/shm")) != device_of(tmp_path)
    assert not is_network(Path("/dev/shm"))


@pytest.mark.parametrize(
    ("kind", "network"),
    [
        ("nfs4", True),
        ("cifs", True),
        ("smb3", True),
        ("smbfs", True),
        ("fuse.sshfs", True),
        ("9p", True),
        ("autofs", True),
        ("ext4", False),
        ("btrfs", False),
        ("NTFS", False),
        ("apfs", False),
        ("fuseblk", False),
        ("fuse.mergerfs", False),
        ("nfsd", False),
    ],
)
def test_network_file_systems_are_told_by_their_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, network: bool
) -> None:
    # No network drive can be had in a test: the table of mounts is made up.
    mounts = [
        SimpleNamespace(device="/dev/sda1", mountpoint="/", fstype="ext4", opts="rw"),
        SimpleNamespace(device="nas:/photos", mountpoint=str(tmp_path), fstype=kind, opts="rw"),
    ]
    monkeypatch.setattr("psutil.disk_partitions", lambda **_kwargs: mounts)
    (tmp_path / "deep").mkdir()
    assert is_network(tmp_path / "deep") is network
    assert not is_network(tmp_path.with_name(tmp_path.name + "2"))
    device = device_of(tmp_path)
    assert (device == "net:nas:/photos") is network


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting needs root on Linux")
def test_a_real_mount_going_away_is_offline(tmp_path: Path) -> None:
    root = tmp_path / "drive"
    root.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "none", str(root)], check=False, capture_output=True)
    if mount.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        known = fill(root / "Photos", 5)
        assert judge(root / "Photos", known) is None
        assert judge(root, {f"Photos/{path}": file for path, file in known.items()}) is None
    finally:
        subprocess.run(["umount", str(root)], check=True)
    assert judge(root, {f"Photos/{path}": file for path, file in known.items()}) is not None
    assert judge(root / "Photos", known) == "it is missing"


def test_found_files_match_by_size_and_time(tmp_path: Path) -> None:
    (tmp_path / "keep.txt").write_text("not empty")
    known = [KnownFile(i, f"{i}.jpg", 100, 7, FileState.INDEXED) for i in range(30)]
    moved = tuple(FoundFile(f"new/{i}.jpg", 100, 7) for i in range(5))
    reason = is_offline(Folder(1, tmp_path), 30, ChangeSet(new=moved, gone=tuple(known)))
    assert reason == "25 of 30 files are missing"
