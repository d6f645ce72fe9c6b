"""The .deb of a bundle: one folder in /usr/lib, the command, the menu's entry. Made with dpkg-deb.

No scripts run on installing or removing, so removing takes away exactly what was put there.
"""

import gzip
import os
import platform
import subprocess
import tempfile
from email.utils import formatdate
from pathlib import Path

import bundle_check
import linux_files

from clipdesk import __version__

_PACKAGES = {
    "libEGL": "libegl1",
    "libGL": "libgl1",
    "libX11": "libx11-6",
    "libX11-xcb": "libx11-xcb1",
    "libXext": "libxext6",
    "libxcb": "libxcb1",
    "libdbus-1": "libdbus-1-3",
    "libfontconfig": "libfontconfig1",
    "libfreetype": "libfreetype6",
    "libgcc_s": "libgcc-s1",
    "libstdc++": "libstdc++6",
    "libglib-2.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgthread-2.0": "libglib2.0-0t64 | libglib2.0-0",
    "libwayland-client": "libwayland-client0",
    "libwayland-cursor": "libwayland-cursor0",
    "libwayland-egl": "libwayland-egl1",
    "libdrm": "libdrm2",
    "libgbm": "libgbm1",
    "libexpat": "libexpat1",
    "libz": "zlib1g",
    "libsystemd": "libsystemd0",
}
"""Packages of Debian and Ubuntu that bring the libraries which are the system's own."""
_OF_LIBC = frozenset(("ld-linux-x86-64", "ld-linux-aarch64", "libc", "libm", "libdl", "libpthread", "librt", "libutil"))
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_DESCRIPTION = """find your photos by what is in them
 Type "kids jumping into a pool", drop a photo to find its like, rank pictures with
 written words up or down, get tags suggested. Everything runs on this computer:
 photos are never changed and never leave it.
"""
_TORCH = """ .
 With PyTorch: downloaded full-size models are made ready by the app itself.
"""


def dependencies(found: bundle_check.Findings) -> list[str]:
    """What the package depends on. Raises KeyError for a library of the system that no package is known for."""
    names = {name.split(".so")[0] for name in found.system_libraries} - _OF_LIBC - {"libresolv", "libnsl", "libanl"}
    return sorted({f"libc6 (>= {found.glibc})", "fontconfig", *(_PACKAGES[name] for name in names)})


def control(found: bundle_check.Findings, *, torch: bool) -> str:
    """The package's control file. The one with PyTorch takes the place of the one without."""
    name, other = ("clipdesk-torch", "clipdesk") if torch else ("clipdesk", "clipdesk-torch")
    machine = _MACHINES[platform.machine()]
    lines = [f"Package: {name}", f"Version: {__version__}", f"Architecture: {machine}", "Section: graphics"]
    lines += [
        "Priority: optional",
        f"Maintainer: {os.environ.get('CLIPDESK_MAINTAINER', 'clipdesk <clipdesk@localhost>')}",
    ]
    lines += [f"Installed-Size: {-(-found.bytes // 1024)}", f"Depends: {', '.join(dependencies(found))}"]
    lines += [f"Conflicts: {other}", f"Replaces: {other}", *(["Provides: clipdesk"] if torch else [])]
    if homepage := os.environ.get("CLIPDESK_HOMEPAGE"):
        lines.append(f"Homepage: {homepage}")
    return "\n".join(lines) + f"\nDescription: {_DESCRIPTION}{_TORCH if torch else ''}"


def make(bundle: Path, target: Path, *, torch: bool) -> Path:
    """Write the package into `target`; returns it."""
    found = bundle_check.examine(bundle)
    name = "clipdesk-torch" if torch else "clipdesk"
    icons = Path(os.environ.get("CLIPDESK_ICONS") or linux_files.HERE.parent / "build" / "icons")
    with tempfile.TemporaryDirectory(prefix="clipdesk-deb-") as scratch:
        root = Path(scratch) / "root"
        linux_files.lay_out(root, bundle, icons, __version__)
        notes = root / "usr/share/doc" / name
        notes.mkdir(parents=True)
        (notes / "copyright").write_text(_copyright(bundle), encoding="utf-8")
        (notes / "changelog.gz").write_bytes(gzip.compress(_changelog(name).encode(), mtime=0))
        (root / "DEBIAN").mkdir()
        (root / "DEBIAN" / "control").write_text(control(found, torch=torch), encoding="utf-8")
        for path in root.rglob("*"):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or bundle_check.is_elf(path) else 0o644)
        root.chmod(0o755)
        file = target / f"{name}_{__version__}_{_MACHINES[platform.machine()]}.deb"
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", str(root), str(file)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return file


def _copyright(bundle: Path) -> str:
    licence = (linux_files.HERE.parent / "LICENSE").read_text(encoding="utf-8")
    listed = (bundle / "licences" / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    return f"{licence}\n\n{listed}\nTheir texts lie in /usr/lib/clipdesk/licences.\n"


def _changelog(name: str) -> str:
    author = os.environ.get("CLIPDESK_MAINTAINER", "clipdesk <clipdesk@localhost>")
    day = formatdate(int(os.environ.get("SOURCE_DATE_EPOCH", "0")) or None)
    return f"{name} ({__version__}) stable; urgency=medium\n\n  * Version {__version__}.\n\n -- {author}  {day}\n"
