"""The version resource of clipdesk's programs on Windows, in the form that PyInstaller reads."""

import re
import tempfile
from pathlib import Path

_TEXTS = {"clipdesk": "clipdesk (command line)", "clipdesk-app": "clipdesk"}


def numbers(version: str) -> tuple[int, int, int, int]:
    """The four numbers that Windows compares: of a version such as 0.1.0 or 1.2.0rc1."""
    found = [int(part) for part in re.match(r"\d+(\.\d+)*", version)[0].split(".")][:4]  # type: ignore[index]
    return tuple([*found, 0, 0, 0, 0][:4])  # type: ignore[return-value]


def text(version: str, program: str) -> str:
    """The resource as the expression that PyInstaller evaluates."""
    strings = {
        "CompanyName": "clipdesk",
        "FileDescription": _TEXTS[program],
        "FileVersion": version,
        "InternalName": program,
        "LegalCopyright": "MIT licence",
        "OriginalFilename": f"{program}.exe",
        "ProductName": "clipdesk",
        "ProductVersion": version,
    }
    table = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in strings.items())
    four = numbers(version)
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={four}, prodvers={four}, mask=0x3f, flags=0x0, OS=0x40004,"
        " fileType=0x1, subtype=0x0, date=(0, 0)),"
        f" kids=[StringFileInfo([StringTable('040904B0', [{table}])]),"
        " VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n"
    )


def file(version: str, program: str) -> str:
    """Write the resource into a temporary file; returns its path."""
    target = Path(tempfile.mkdtemp(prefix="clipdesk-version-")) / f"{program}.txt"
    target.write_text(text(version, program), encoding="utf-8")
    return str(target)
