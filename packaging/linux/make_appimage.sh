#!/usr/bin/env bash
# Make the AppImage of a bundle: packaging/linux/make_appimage.sh dist/clipdesk dist/clipdesk-VERSION-x86_64.AppImage
# Needs appimagetool (https://github.com/AppImage/appimagetool) on the PATH, or its path in APPIMAGETOOL.
set -euo pipefail

bundle="$1"
target="$2"
tool="${APPIMAGETOOL:-$(command -v appimagetool || true)}"
if [ -z "$tool" ]; then
    echo "make_appimage.sh: appimagetool is not there; get it from https://github.com/AppImage/appimagetool/releases" >&2
    exit 1
fi
root="$(cd "$(dirname "$0")/../.." && pwd)"
stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT
python="${PYTHON:-python3}"
PYTHONPATH="$root:$root/packaging" "$python" - "$stage/clipdesk.AppDir" "$bundle" "$root/build/icons" <<'PYTHON'
import sys
from pathlib import Path

import linux_files
from clipdesk import __version__

folder, bundle, icons = map(Path, sys.argv[1:])
linux_files.lay_out(folder, bundle, icons, __version__)
(folder / "AppRun").symlink_to("usr/lib/clipdesk/clipdesk")
(folder / "clipdesk.desktop").symlink_to("usr/share/applications/clipdesk.desktop")
(folder / "clipdesk.png").symlink_to("usr/share/icons/hicolor/256x256/apps/clipdesk.png")
(folder / ".DirIcon").symlink_to("clipdesk.png")
PYTHON
# The tool itself is an AppImage: without FUSE (containers) it must unpack itself.
APPIMAGE_EXTRACT_AND_RUN=1 ARCH="$(uname -m)" "$tool" --comp zstd "$stage/clipdesk.AppDir" "$target"
