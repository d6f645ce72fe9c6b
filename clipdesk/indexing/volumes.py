"""Which volume a folder lies on, and whether a root folder is really there or only looks as if it were."""

import logging
import os
import plistlib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.entities import ChangeSet, Folder, KnownFile
from clipdesk.indexing.long_paths import extended

_log = logging.getLogger(__name__)

_NETWORK_TYPES = re.compile(
    r"nfs\d?|cifs|smb\w*|afpfs|webdav|davfs2?|ncp(fs)?|9p|virtiofs|vboxsf|prl_fs|vmhgfs|drvfs|ceph|glusterfs|lustre"
    r"|afs|coda|autofs|remote|(fuse|macfuse|osxfuse)(\..+)?"
)
_LOCAL_FUSE = re.compile(
    r"fuse\.(mergerfs|bindfs|encfs|gocryptfs|cryfs|ntfs-3g|exfat|unionfs\w*|ext2|apfs\w*|veracrypt)"
)
_LOST_FILES = 20
_UNNAMED = "dev:"


@dataclass(frozen=True, slots=True)
class _Mount:
    source: str
    point: str
    type: str


def device_of(root: Path) -> str | None:
    """Return what tells the volume of `root` apart, or None when the folder is not there.

    `uuid:` (Linux, macOS), `serial:` (Windows) and `net:` (server and share) stay the same for a volume wherever
    and whenever it is mounted. `dev:` (the device number) is all that some file systems offer: it may be another one
    after a restart.
    """
    try:
        status = os.stat(extended(root))  # noqa: PTH116 - a Path would drop the long-path prefix
    except OSError:
        return None
    if sys.platform == "win32":
        # The low half of st_dev is the volume's serial number in every Python version.
        return f"serial:{status.st_dev & 0xFFFFFFFF:08x}"
    number = f"{_UNNAMED}{os.major(status.st_dev)}:{os.minor(status.st_dev)}"
    mount = _mount_of(root)
    if mount is None:
        return number
    if _is_network_type(mount.type):
        return f"net:{mount.source}"
    uuid = _mac_uuid(mount.point) if sys.platform == "darwin" else _linux_uuid(mount.source)
    return f"uuid:{uuid}" if uuid else number


def is_network(path: Path) -> bool:
    """Tell whether `path` lies on a network drive or a shared folder of a virtual machine, which send no events."""
    text = str(path)
    if sys.platform == "win32" and text.startswith("\\\\") and not text.startswith(("\\\\?\\", "\\\\.\\")):
        return True
    mount = _mount_of(path)
    return mount is not None and _is_network_type(mount.type)


def is_offline(folder: Folder, known_count: int, changes: ChangeSet | None = None) -> str | None:
    """Return why the root folder counts as offline (half a sentence), or None when its state can be believed.

    Ask before a scan (without `changes`) and after it, before anything is forgotten. `known_count` is the number
    of files that the catalogue has of the folder. Offline is a folder that is missing, cannot be listed, is wholly
    empty though files were known, lies on another volume and has lost more than half of its files, or has lost
    more than half and more than 20. Files that were moved or renamed inside the folder, and files that are still
    there but excluded by now, are not lost. A volume counts as another one only when both have an identity that lasts:
    a device number that changed with a restart says nothing.
    """
    reason = _unlistable(folder.path, known_count)
    if reason is not None or changes is None or not changes.gone:
        return reason
    if any(path == "" for path, _ in changes.unreadable):
        return "it cannot be read"
    if _lost(changes.gone, changes) * 2 <= known_count:
        return None
    missing = [known for known in changes.gone if not os.path.lexists(extended(folder.path / known.path))]
    lost = _lost(missing, changes)
    if lost * 2 <= known_count:
        return None
    if _is_other_volume(folder.device, device_of(folder.path)):
        return f"another drive is in its place ({lost} of {known_count} files are missing)"
    return f"{lost} of {known_count} files are missing" if lost > _LOST_FILES else None


def _unlistable(root: Path, known_count: int) -> str | None:
    try:
        with os.scandir(extended(root)) as entries:
            empty = next(entries, None) is None
    except FileNotFoundError:
        return "it is missing"
    except NotADirectoryError:
        return "it is no longer a folder"
    except OSError as error:
        return f"it cannot be read: {(error.strerror or type(error).__name__).lower()}"
    if empty and known_count > 0:
        return f"it is empty, though {known_count} {'file was' if known_count == 1 else 'files were'} in it"
    return None


def _lost(gone: Iterable[KnownFile], changes: ChangeSet) -> int:
    """Count the gone files that have no new file of the same size and time, which a move keeps."""
    new = Counter((found.size, found.mtime_ns) for found in changes.new)
    return (Counter((known.size, known.mtime_ns) for known in gone) - new).total()


def _is_other_volume(before: str | None, now: str | None) -> bool:
    if before is None or now is None or before.startswith(_UNNAMED) or now.startswith(_UNNAMED):
        return False
    return before != now


def _is_network_type(kind: str) -> bool:
    kind = kind.lower()
    return bool(_NETWORK_TYPES.fullmatch(kind)) and not _LOCAL_FUSE.fullmatch(kind)


def _mount_of(path: Path) -> _Mount | None:
    """Return the mount that `path` lies in: the one with the longest mount point, the last of equals."""
    import psutil

    try:
        target = os.path.normcase(os.path.realpath(path))
        partitions = psutil.disk_partitions(all=True)
    except OSError as error:
        _log.debug("mounts cannot be listed: %s", error)
        return None
    best: _Mount | None = None
    for partition in partitions:
        point = os.path.normcase(partition.mountpoint)
        inside = target == point or target.startswith(point.rstrip(os.sep) + os.sep)
        if inside and (best is None or len(point) >= len(best.point)):
            kind = "remote" if "remote" in partition.opts.split(",") else partition.fstype
            best = _Mount(partition.device, point, kind)
    return best


def _linux_uuid(source: str) -> str | None:
    try:
        device = os.path.realpath(source)
        with os.scandir("/dev/disk/by-uuid") as links:
            return next((link.name for link in links if os.path.realpath(link.path) == device), None)
    except OSError:
        return None


def _mac_uuid(point: str) -> str | None:
    command = ["/usr/sbin/diskutil", "info", "-plist", point]
    try:
        output = subprocess.run(command, capture_output=True, check=True, timeout=10).stdout
        uuid = plistlib.loads(output).get("VolumeUUID")
    except (OSError, subprocess.SubprocessError, plistlib.InvalidFileException, AttributeError) as error:
        _log.debug("diskutil tells nothing: %s", error)
        return None
    return uuid if isinstance(uuid, str) else None
