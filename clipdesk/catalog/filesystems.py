"""What the library must know of the file system under it."""

import os
import sys
import tempfile
from pathlib import Path

_NETWORK = frozenset(
    [
        "9p",
        "afpfs",
        "afs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.davfs",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "fuse.vmhgfs-fuse",
        "glusterfs",
        "ncpfs",
        "nfs",
        "nfs3",
        "nfs4",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
        "webdav",
    ]
)


def is_network(folder: Path) -> bool:
    """Return whether `folder` lies on another machine, where SQLite's shared memory does not work."""
    place = os.path.realpath(folder)
    if sys.platform == "win32" and place.startswith("\\\\"):
        return True
    import psutil

    best, kind = "", ""
    for partition in psutil.disk_partitions(all=True):
        mount = partition.mountpoint.rstrip(os.sep) or os.sep
        inside = place == mount or place.startswith(mount.rstrip(os.sep) + os.sep)
        if inside and len(mount) >= len(best):
            best, kind = mount, "nfs" if "remote" in partition.opts.split(",") else partition.fstype.lower()
    return kind in _NETWORK


def is_writable(folder: Path) -> bool:
    """Return whether files can be made in `folder`; permission bits alone don't tell (read-only media, Windows)."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
