"""Pack a finished bundle: `packages.py BUNDLE TARGET [--with-torch]`.

Linux gets a .tar.xz and a .deb, macOS and Windows a .zip; the .dmg and the installer have scripts of their own beside
this one.
"""

import os
import platform
import sys
import tarfile
import time
import zipfile
from pathlib import Path

from clipdesk import __version__

_SYSTEMS = {"linux": "linux", "darwin": "macos", "win32": "windows"}
_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}


def file_name(suffix: str, *, torch: bool) -> str:
    """Such as clipdesk-0.1.0-linux-x86_64.tar.xz."""
    machine = _MACHINES.get(platform.machine().lower(), platform.machine().lower())
    return f"clipdesk{'-torch' if torch else ''}-{__version__}-{_SYSTEMS[sys.platform]}-{machine}{suffix}"


def moment() -> int:
    """The time that goes into packages, so that the same sources give the same package (reproducible-builds.org)."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())


def make_tar(bundle: Path, target: Path) -> None:
    """A .tar.xz of one folder, in a fixed order, owned by nobody in particular."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = moment()
        return entry

    with tarfile.open(target, "w:xz", preset=6) as tar:
        tar.add(bundle, bundle.name, recursive=False, filter=plain)
        for path in sorted(bundle.rglob("*")):
            tar.add(path, f"{bundle.name}/{path.relative_to(bundle).as_posix()}", recursive=False, filter=plain)


def make_zip(bundle: Path, target: Path) -> None:
    """A .zip of one folder; links are kept as links, as macOS's frameworks need."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(bundle.rglob("*")):
            name = f"{bundle.name}/{path.relative_to(bundle).as_posix()}"
            if path.is_symlink():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = 0o120777 << 16
                archive.writestr(entry, str(path.readlink()))
            elif path.is_file():
                archive.write(path, name)


def main(arguments: list[str]) -> int:
    """Make every package of this system."""
    bundle, target, torch = Path(arguments[0]), Path(arguments[1]), "--with-torch" in arguments
    target.mkdir(parents=True, exist_ok=True)
    if sys.platform == "linux":
        import debian_package

        made = [target / file_name(".tar.xz", torch=torch)]
        make_tar(bundle, made[0])
        made.append(debian_package.make(bundle, target, torch=torch))
    else:
        made = [target / file_name(".zip", torch=torch)]
        make_zip(bundle, made[0])
    for file in made:
        print(f"{file.stat().st_size / 1e6:7.1f} MB  {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
