"""Checks for what pip cannot bring, before anything is installed: plain Python, no packages needed.

On Linux: the system libraries of Qt. Everywhere: a C++ compiler and Python's headers, since hnswlib is published as
source only. What is missing is named with the exact command that brings it; root gets it installed right away.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

# What is needed, by the name of its package for each package manager.
PACKAGES = {
    "libEGL.so.1": {"apt-get": "libegl1", "dnf": "libglvnd-egl", "pacman": "libglvnd", "zypper": "libEGL1"},
    "libGL.so.1": {"apt-get": "libgl1", "dnf": "libglvnd-glx", "pacman": "libglvnd", "zypper": "libGL1"},
    "libxkbcommon.so.0": {
        "apt-get": "libxkbcommon0",
        "dnf": "libxkbcommon",
        "pacman": "libxkbcommon",
        "zypper": "libxkbcommon0",
    },
    "libdbus-1.so.3": {"apt-get": "libdbus-1-3", "dnf": "dbus-libs", "pacman": "dbus", "zypper": "libdbus-1-3"},
    "libfontconfig.so.1": {
        "apt-get": "libfontconfig1",
        "dnf": "fontconfig",
        "pacman": "fontconfig",
        "zypper": "libfontconfig1",
    },
    "libfreetype.so.6": {
        "apt-get": "libfreetype6",
        "dnf": "freetype",
        "pacman": "freetype2",
        "zypper": "libfreetype6",
    },
    "libglib-2.0.so.0": {"apt-get": "libglib2.0-0", "dnf": "glib2", "pacman": "glib2", "zypper": "libglib-2_0-0"},
    "libxcb-cursor.so.0": {
        "apt-get": "libxcb-cursor0",
        "dnf": "xcb-util-cursor",
        "pacman": "xcb-util-cursor",
        "zypper": "libxcb-cursor0",
    },
    "libxcb-image.so.0": {
        "apt-get": "libxcb-image0",
        "dnf": "xcb-util-image",
        "pacman": "xcb-util-image",
        "zypper": "libxcb-image0",
    },
    "libxcb-render-util.so.0": {
        "apt-get": "libxcb-render-util0",
        "dnf": "xcb-util-renderutil",
        "pacman": "xcb-util-renderutil",
        "zypper": "libxcb-render-util0",
    },
    "libxcb-icccm.so.4": {
        "apt-get": "libxcb-icccm4",
        "dnf": "xcb-util-wm",
        "pacman": "xcb-util-wm",
        "zypper": "libxcb-icccm4",
    },
    "libxcb-keysyms.so.1": {
        "apt-get": "libxcb-keysyms1",
        "dnf": "xcb-util-keysyms",
        "pacman": "xcb-util-keysyms",
        "zypper": "libxcb-keysyms1",
    },
    "libxkbcommon-x11.so.0": {
        "apt-get": "libxkbcommon-x11-0",
        "dnf": "libxkbcommon-x11",
        "pacman": "libxkbcommon-x11",
        "zypper": "libxkbcommon-x11-0",
    },
    "a C++ compiler": {"apt-get": "g++", "dnf": "gcc-c++", "pacman": "gcc", "zypper": "gcc-c++", "brew": "gcc"},
    "Python.h": {
        "apt-get": "python{version}-dev",
        "dnf": "python3-devel",
        "pacman": "python",
        "zypper": "python{nodot}-devel",
        "brew": "python@{version}",
    },
    "the venv module": {"apt-get": "python{version}-venv", "dnf": "python3", "pacman": "python", "zypper": "python3"},
}
SCREEN_ONLY = tuple(name for name in PACKAGES if name.startswith("libxcb-") or "-x11" in name)
INSTALL = {
    "apt-get": ["apt-get", "install", "-y", "--no-install-recommends"],
    "dnf": ["dnf", "install", "-y"],
    "pacman": ["pacman", "-S", "--noconfirm", "--needed"],
    "zypper": ["zypper", "--non-interactive", "install"],
    "brew": ["brew", "install"],
}


def has_library(name: str) -> bool:
    """Whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_compiler() -> bool:
    """Whether a C++ compiler is at hand."""
    if sys.platform == "win32":
        roots = [os.environ.get(name) for name in ("ProgramFiles(x86)", "ProgramFiles")]
        places = [Path(root) / "Microsoft Visual Studio" for root in roots if root]
        return bool(shutil.which("cl")) or any(
            next(place.glob("*/*/VC/Tools/MSVC/*/bin/*/*/cl.exe"), None) for place in places
        )
    if sys.platform == "darwin" and not os.environ.get("CXX"):
        # /usr/bin/c++ is always there: without the command line tools it only opens a dialogue.
        done = subprocess.run(["/usr/bin/xcode-select", "-p"], capture_output=True, check=False)
        return done.returncode == 0
    names = [os.environ.get("CXX") or "c++", "g++", "clang++"]
    return any(shutil.which(name) for name in names)


def missing() -> list[str]:
    """What is not there, in the words of `PACKAGES`."""
    found = []
    if sys.platform.startswith("linux"):
        screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        wanted = [name for name in PACKAGES if ".so." in name and (screen or name not in SCREEN_ONLY)]
        found += [name for name in wanted if not has_library(name)]
    if importlib.util.find_spec("hnswlib") is None and not in_venv("hnswlib"):
        if not has_compiler():
            found.append("a C++ compiler")
        if not (Path(sysconfig.get_path("include")) / "Python.h").is_file():
            found.append("Python.h")
    if importlib.util.find_spec("ensurepip") is None:
        found.append("the venv module")
    return found


def in_venv(module: str) -> bool:
    """Whether a compiled module is already installed in the checkout's `.venv`: nothing needs building then."""
    venv = Path(__file__).resolve().parent.parent / ".venv"
    return any(venv.glob(f"lib/python*/site-packages/{module}*.so"))


def install_command(names: list[str]) -> list[str]:
    """The command that brings what is missing on this system; empty when no known package manager is here."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    for manager, command in INSTALL.items():
        if shutil.which(manager):
            packages = [PACKAGES[name].get(manager, "") for name in names]
            packages = [name.format(version=version, nodot=version.replace(".", "")) for name in packages if name]
            return command + sorted(set(packages)) if packages else []
    return []


def advice(names: list[str]) -> str:
    """The command to type for what is missing, in one line."""
    if sys.platform == "win32":
        return (
            "winget install Microsoft.VisualStudio.2022.BuildTools --override "
            '"--quiet --wait --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended"'
        )
    if sys.platform == "darwin" and "a C++ compiler" in names:
        return "xcode-select --install"
    command = install_command(names)
    if not command:
        return "(install them with this system's package manager)"
    return " ".join(command if command[0] == "brew" else ["sudo", *command])


def main() -> int:
    """Check, install when root, and say in words what is missing; the exit code is 0 when all is there."""
    if sys.version_info < (3, 11):  # noqa: UP036  this file is what tells users of an older Python
        print("clipdesk needs Python 3.11 or newer; this is " + sys.version.split()[0])
        return 1
    names = missing()
    if not names:
        return 0
    print("Missing on this system: " + ", ".join(names), flush=True)
    command = install_command(names)
    if command and hasattr(os, "geteuid") and os.geteuid() == 0 and command[0] != "brew":
        print("Installing: " + " ".join(command), flush=True)
        if command[0] == "apt-get":
            subprocess.run(["apt-get", "update", "-q"], check=False)
        subprocess.run(command, check=False)
        importlib.invalidate_caches()
        names = missing()
        if not names:
            return 0
        print("Still missing: " + ", ".join(names))
    print("Install with:  " + advice(names))
    return 1


if __name__ == "__main__":
    sys.exit(main())
