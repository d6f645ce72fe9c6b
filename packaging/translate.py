"""Bring the translations up to date: collect every text of the window, and compile what has been translated.

A build tool, run by hand when texts or translations change; it needs nothing but PySide6:

    python packaging/translate.py            # collect texts into resources/translations/*.ts, then compile
    python packaging/translate.py --compile  # only make the .qm files that the window loads

Translate with Qt Linguist (`pyside6-linguist FILE.ts`). English needs plural forms only.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "resources" / "translations"
LANGUAGES = ("en", "ja", "zh_CN")
_TOOLS = Path(PySide6.__file__).parent


def _run(tool: str, *arguments: str | Path) -> None:
    """Run a tool of PySide6; on Linux and macOS they lie in the package, on Windows with an ending."""
    found = next(
        path for path in (_TOOLS / tool, _TOOLS / f"{tool}.exe", _TOOLS / "Qt/libexec" / tool) if path.exists()
    )
    done = subprocess.run([found, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode or "warning" in done.stderr.lower():
        sys.exit(f"{tool} failed: {done.stdout}{done.stderr}")


def sources() -> list[Path]:
    """Where texts are looked for."""
    return sorted((ROOT / "clipdesk" / "ui").rglob("*.py"))


def collect(folder: Path = TRANSLATIONS) -> None:
    """Put new texts into the .ts files of `folder` and take out those that are gone; translations stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        plural = ["-pluralonly"] if language == "en" else []
        languages = ["-source-language", "en", "-target-language", language]
        quiet = ["-no-obsolete", "-locations", "none", "-no-ui-lines", "-silent"]
        _run("lupdate", *sources(), *plural, *quiet, *languages, "-ts", folder / f"clipdesk_{language}.ts")


def compile_(folder: Path = TRANSLATIONS, target: Path | None = None) -> None:
    """Make the .qm files of `folder` in `target`, which is the same folder unless told."""
    for language in LANGUAGES:
        source = folder / f"clipdesk_{language}.ts"
        _run("lrelease", "-silent", source, "-qm", (target or folder) / f"clipdesk_{language}.qm")


def main(arguments: Sequence[str]) -> int:
    """Collect unless told not to, and compile."""
    if "--compile" not in arguments:
        collect()
    compile_()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
