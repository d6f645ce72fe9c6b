"""Make what people get: the folder with everything in it, the compressed archive, and on Linux the .deb.

    python3 packaging/make_bundle.py                # the app of most people, without PyTorch
    python3 packaging/make_bundle.py --with-torch   # the one that converts downloaded models by itself

Needs Python 3.11 to 3.13 and pip; everything else is installed into build/bundle-venv, never into your Python. Results
lie in dist/.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BUILD, DIST = ROOT / "build", ROOT / "dist"
_PYTORCH = ("torch", "torchvision", "open_clip_torch")
_PHOTOS = ("scikit-image", "scikit-learn")
"""Only a few of their pictures are taken, so nothing that they need is installed."""


def requirements(*, torch: bool) -> list[str]:
    """What the bundle is made of and with, after pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["jxl"], *extras["bundle"]]
    return [line for line in wanted if torch or not line.startswith(_PYTORCH)]


def samples() -> list[str]:
    """The packages whose photos are the samples of the first start."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [line for line in project["optional-dependencies"]["samples"] if line.startswith(_PHOTOS)]


def make_venv(folder: Path, *, torch: bool) -> Path:
    """Install what the bundle needs into a virtual environment; returns its Python."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.is_file():
        run([sys.executable, "-m", "venv", folder])
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    # A wheel of hnswlib from pip's cache may have been built for the processor of this machine only.
    plain = {"HNSWLIB_NO_NATIVE": "1"}
    hnswlib = [line for line in requirements(torch=torch) if line.startswith("hnswlib")]
    if not hnswlib_is_there(python):
        run([*pip, "--no-cache-dir", "--no-binary", "hnswlib", *hnswlib], plain)
    run([*pip, *requirements(torch=torch)], plain)
    run([*pip, "--no-deps", *samples()])
    return python


def hnswlib_is_there(python: Path) -> bool:
    """Whether an earlier run has built it."""
    probe = "import importlib.util, sys; sys.exit(importlib.util.find_spec('hnswlib') is None)"
    return subprocess.run([str(python), "-c", probe], check=False).returncode == 0


def freeze(python: Path, *, torch: bool) -> Path:
    """Run PyInstaller; returns the folder that it made."""
    icons = BUILD / "icons"
    run([python, HERE / "make_icons.py", icons], {"QT_QPA_PLATFORM": "offscreen"})
    settings = {"CLIPDESK_ICONS": str(icons), "CLIPDESK_TORCH": "1" if torch else "0"}
    settings["CLIPDESK_CONTENTS"] = str(BUILD / "contents.json")
    target = DIST / ("with-torch" if torch else "")
    places = ["--distpath", target, "--workpath", BUILD / "pyinstaller"]
    run([python, "-m", "PyInstaller", HERE / "clipdesk.spec", "--noconfirm", "--log-level", "WARN", *places], settings)
    return target / ("clipdesk.app" if sys.platform == "darwin" else "clipdesk")


def slim(bundle: Path) -> None:
    """Take what only a debugger reads out of the libraries; `strip` breaks some of those that wheels have renamed."""
    if not sys.platform.startswith("linux") or shutil.which("strip") is None:
        return
    for file in bundle.rglob("*.so*"):
        if (
            file.is_file()
            and not file.is_symlink()
            and not file.parent.name.endswith(".libs")
            and "torch" not in file.parts
        ):
            subprocess.run(["strip", "--strip-debug", str(file)], check=False, capture_output=True)


def run(command: list[str | Path], settings: dict[str, str] | None = None) -> None:
    """Run a command, and end with its exit code when it fails."""
    print("+", " ".join(str(part) for part in command[:6]), "…" if len(command) > 6 else "", flush=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(settings or {})}
    done = subprocess.run([str(part) for part in command], check=False, cwd=ROOT, env=environment)
    if done.returncode:
        sys.exit(done.returncode)


def main() -> int:
    """Make everything that can be made on this system."""
    parser = argparse.ArgumentParser(description="Make clipdesk's bundle: folder, archive, and on Linux the .deb.")
    parser.add_argument("--with-torch", action="store_true", help="with PyTorch: converts downloaded models itself")
    parser.add_argument("--venv", type=Path, help="an environment that has everything already")
    parser.add_argument("--folder-only", action="store_true", help="make no packages")
    chosen = parser.parse_args()
    torch: bool = chosen.with_torch
    python = chosen.venv / "bin" / "python" if chosen.venv else make_venv(BUILD / venv_name(torch), torch=torch)
    bundle = freeze(python, torch=torch)
    slim(bundle)
    run([python, HERE / "finish_bundle.py", bundle, BUILD / "contents.json"])
    if not chosen.folder_only:
        run([python, HERE / "packages.py", bundle, DIST, *(["--with-torch"] if torch else [])])
    return 0


def venv_name(torch: bool) -> str:
    """One environment with PyTorch and one without: what is not installed cannot get into a bundle."""
    return "bundle-venv-torch" if torch else "bundle-venv"


if __name__ == "__main__":
    sys.exit(main())
