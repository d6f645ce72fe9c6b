"""Where everything lies on a Linux system: for the .deb and the AppImage."""

import os
import shutil
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARY = Path("usr/lib/clipdesk")
_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def lay_out(root: Path, bundle: Path, icons: Path, version: str) -> None:
    """Put a bundle below `root`, with the command, the menu's entry, icons and AppStream's description."""
    shutil.copytree(bundle, root / LIBRARY, symlinks=True)
    command = root / "usr/bin/clipdesk"
    command.parent.mkdir(parents=True)
    command.symlink_to(Path("../lib/clipdesk/clipdesk"))
    share = root / "usr/share"
    _copy(HERE / "linux" / "clipdesk.desktop", share / "applications" / "clipdesk.desktop")
    for size in _SIZES:
        target = share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / "clipdesk.png"
        _copy(icons / f"clipdesk-{size}.png", target)
    drawing = HERE.parent / "resources" / "icons" / "clipdesk.svg"
    _copy(drawing, share / "icons" / "hicolor" / "scalable" / "apps" / "clipdesk.svg")
    described = share / "metainfo" / "org.clipdesk.clipdesk.metainfo.xml"
    described.parent.mkdir(parents=True)
    described.write_text(metainfo(version, os.environ.get("CLIPDESK_HOMEPAGE", "")), encoding="utf-8")


def metainfo(version: str, homepage: str) -> str:
    """AppStream's description of this version; without a homepage there is no line for one."""
    text = (HERE / "linux" / "org.clipdesk.clipdesk.metainfo.xml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if homepage or "@HOMEPAGE@" not in line]
    day = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())))
    filled = "\n".join(lines).replace("@HOMEPAGE@", homepage)
    return filled.replace("@VERSION@", version).replace("@DATE@", day) + "\n"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)
