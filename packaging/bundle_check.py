"""Looks at a finished bundle: no library under the GPL, nothing that no system has, how large, for how old a system.

    python packaging/bundle_check.py dist/clipdesk [--json]

Exit code 1 when something must not be released. ELF files are read with `objdump`, of binutils, which PyInstaller needs
on Linux anyway; on other systems names and markers are looked at only.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import bundle_rules as rules

_MARKERS = (
    b"x265_encoder_open",
    b"x264_encoder_open",
    b"gdbm_open_count",
    b"rl_callback_handler_install",
    b"kvz_api_get",
)
"""What a library under the GPL has in it even where it was linked into another one."""
_BINARY = re.compile(r".*\.(so(\.\d+)*|dylib|dll|pyd|exe)$")
_WIDE = re.compile(r"%[yz]mm\d")
_NEEDED = re.compile(r"^\s*NEEDED\s+(\S+)", re.MULTILINE)
_GLIBC = re.compile(r"\bGLIBC_(\d+)\.(\d+)")


@dataclass(slots=True)
class Findings:
    """What is in a bundle. `problems` keep it from being released."""

    files: int = 0
    bytes: int = 0
    largest: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    system_libraries: list[str] = field(default_factory=list[str])
    """Libraries that are not in the bundle but asked for: a desktop has them."""
    glibc: str = ""
    """The oldest C library that everything in the bundle runs with, "" where there is none."""
    problems: list[str] = field(default_factory=list[str])


def examine(bundle: Path) -> Findings:
    """Look at every file of a bundle's folder."""
    files = [path for path in sorted(bundle.rglob("*")) if path.is_file() and not path.is_symlink()]
    sizes = sorted(((path.stat().st_size, path.relative_to(bundle).as_posix()) for path in files), reverse=True)
    found = Findings(len(files), sum(size for size, _ in sizes), [(name, size) for size, name in sizes[:10]])
    for path in files:
        name = path.relative_to(bundle).as_posix()
        if rules.GPL_LIBRARIES.fullmatch(path.name.split(".so")[0].removesuffix(".dylib").removesuffix(".dll")):
            found.problems.append(f"{name} is under the GPL")
        if is_binary(path) and (marker := next((m for m in _MARKERS if m in path.read_bytes()), None)):
            found.problems.append(f"{name} has a library under the GPL in it ({marker.decode()})")
    for path in bundle.rglob("*"):
        if path.is_symlink() and not path.exists():
            found.problems.append(f"{path.relative_to(bundle).as_posix()} leads nowhere")
    if sys.platform.startswith("linux") and shutil.which("objdump"):
        _examine_elf(bundle, [path for path in files if is_elf(path)], found)
    return found


def is_binary(path: Path) -> bool:
    """Whether this is a program or a library, by its name or as Linux tells."""
    return _BINARY.fullmatch(path.name) is not None or is_elf(path)


def is_elf(path: Path) -> bool:
    """Whether this is a program or a library of Linux."""
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _examine_elf(bundle: Path, files: list[Path], found: Findings) -> None:
    here, asked, newest = {path.name for path in bundle.rglob("*.so*")}, dict[str, str](), (0, 0)
    for path in files:
        told = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=True).stdout
        asked |= {name: path.relative_to(bundle).as_posix() for name in _NEEDED.findall(told) if name not in here}
        newest = max([newest, *((int(a), int(b)) for a, b in _GLIBC.findall(told))])
    found.system_libraries = sorted(asked)
    found.glibc = "{}.{}".format(*newest)
    for name, by in sorted(asked.items()):
        if name.split(".so")[0] not in rules.SYSTEM_LIBRARIES:
            found.problems.append(f"{name}, asked for by {by}, is not there")
    for path in files:
        if path.name.startswith("hnswlib") and any(True for _ in wide_registers(path)):
            found.problems.append(f"{path.name} was built for the processor of the machine that built it")


def wide_registers(file: Path) -> Iterator[str]:
    """Instructions that older processors lack (AVX and later), of a library that does not ask which one it runs on."""
    with subprocess.Popen(["objdump", "-d", "--no-show-raw-insn", file], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield from (line for line in process.stdout if _WIDE.search(line))


def table(found: Findings) -> str:
    """What was found, for people."""
    lines = [f"{found.files} files, {found.bytes / 1e6:.0f} MB; the ten largest:"]
    lines += [f"  {size / 1e6:7.1f} MB  {name}" for name, size in found.largest]
    if found.glibc:
        lines += [f"runs with glibc {found.glibc} and later; asks the system for: {', '.join(found.system_libraries)}"]
    return "\n".join([*lines, *(f"PROBLEM: {problem}" for problem in found.problems)])


def main(arguments: list[str]) -> int:
    """Print what was found."""
    found = examine(Path(arguments[0]))
    if "--json" in arguments:
        names = ("files", "bytes", "largest", "system_libraries", "glibc", "problems")
        print(json.dumps({name: getattr(found, name) for name in names}, indent=1))
    else:
        print(table(found))
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
