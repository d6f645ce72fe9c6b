"""Make resources/fonts: subsets of free fonts with just the characters that clipdesk renders.

A build tool, run by hand on Debian or Ubuntu when resources/words.toml, resources/fonts/fonts.toml or a translation
changes:

    pip install fonttools
    python packaging/make_fonts.py

It downloads the Debian packages that fonts.toml names (`apt-get download`; nothing gets installed), cuts every font
down to ASCII, Latin-1 and the words of its scripts (fonts marked `labels` keep all of Latin, Greek and Cyrillic),
renames it (most of the licences reserve the font's own name) and copies each package's copyright file to
resources/fonts/licences. Fonts of the interface, for systems without any, hold what the translations need instead.
"""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "resources" / "translations"
FONTS = ROOT / "resources" / "fonts"
LATIN_1 = {*range(0x20, 0x7F), *range(0xA0, 0x100), 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x20AC}
LABELS = {
    *range(0x20, 0x7F),
    *range(0xA0, 0x250),
    *range(0x370, 0x400),
    *range(0x400, 0x500),
    *range(0x2010, 0x2030),
    0x20AC,
    0x2212,
}


def unpack(package: str, folder: Path) -> Path:
    """Download and unpack one Debian package; return the folder of its files."""
    target = folder / package
    if not target.exists():
        subprocess.run(["apt-get", "download", "-q", package], cwd=folder, check=True)
        (archive,) = folder.glob(f"{package}_*.deb")
        subprocess.run(["dpkg", "-x", archive, target], check=True)
    return target


def cut(source: Path, target: Path, wanted: set[int], family: str | None = None) -> None:
    """Write `source` with only the `wanted` characters to `target`, under a name of its own, or as one of a family."""
    font = TTCollection(source, lazy=True).fonts[0] if source.suffix == ".ttc" else TTFont(source)
    options = subset.Options(
        hinting=False, layout_features=["kern", "liga", "calt"], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14]
    )
    options.drop_tables += ["DSIG", "FFTM", "vhea", "vmtx", "VORG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    name = "Clipdesk " + target.stem.replace("-", " ").title()
    for record in list(font["name"].names):
        if record.nameID in (1, 3, 4):
            record.string = family if family and record.nameID == 1 else name
        elif record.nameID == 6:
            record.string = name.replace(" ", "-")
    if "CFF " in font:
        compact = font["CFF "].cff
        compact.fontNames = [name.replace(" ", "-")]
        compact.topDictIndex[0].FullName = compact.topDictIndex[0].FamilyName = name
    font.save(target)


def characters(font: dict[str, Any], words: dict[str, list[str]]) -> set[int]:
    """What `font` is to hold: the words of its scripts, or the texts of the languages that it shows."""
    wanted = (LABELS if font.get("labels") else LATIN_1) | set(map(ord, font.get("also", "")))
    for language in font.get("languages", ()):
        wanted = wanted | {ord(letter) for letter in (TRANSLATIONS / f"clipdesk_{language}.ts").read_text("utf-8")}
    return wanted | {
        ord(letter) for script in font.get("scripts", ()) for word in words[script] for letter in word + word.upper()
    }


def main() -> int:
    """Make every font of fonts.toml, or those whose names are given."""
    words = tomllib.loads((ROOT / "resources" / "words.toml").read_text(encoding="utf-8"))
    table = tomllib.loads((FONTS / "fonts.toml").read_text(encoding="utf-8"))
    fonts = [font for font in table["font"] + table["interface"] if font["file"] in (sys.argv[1:] or [font["file"]])]
    (FONTS / "licences").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch).chmod(0o755)
        for font in fonts:
            package = unpack(font["package"], Path(scratch))
            (source,) = package.rglob(font["source"])
            cut(source, FONTS / font["file"], characters(font, words), font.get("family"))
            notice = (package / "usr/share/doc" / font["package"] / "copyright").read_bytes()
            (FONTS / "licences" / f"{font['package']}.txt").write_bytes(notice)
            print(f"{font['file']}: {(FONTS / font['file']).stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
