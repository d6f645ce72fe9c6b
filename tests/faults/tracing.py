"""What a command and all its processes ask of the kernel: files to write to, sockets. By strace, which misses nothing.

Audit hooks see only what Python does itself; decoders, SQLite and Qt are native code.
"""

import codecs
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_CHANGING = re.compile(
    r"(rename|unlink|rmdir|mkdir|link|symlink|f?truncate|fallocate|[fl]?chmod|[fl]?chown|utime|futimesat|mknod"
    r"|[fl]?setxattr|[fl]?removexattr)"
)
_TRACED = (
    "open openat openat2 creat rename renameat renameat2 unlink unlinkat rmdir mkdir mkdirat link linkat symlink"
    " symlinkat truncate ftruncate fallocate chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat utime utimes"
    " utimensat futimesat mknod mknodat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr"
)
_TALKING = ("socket", "connect", "bind", "sendto", "sendmsg", "sendmmsg")
_WRITING = re.compile(r"O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)")
_CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)$")
_WORD = re.compile(r'(?:(AT_FDCWD|\d+)<((?:[^<>\\]|\\.)*)>(?:\(deleted\))?(?:, )?)?(?:"((?:[^"\\]|\\.)*)")?')
_INTERNET = re.compile(r"AF_INET6?|AF_PACKET")


@dataclass(frozen=True, slots=True)
class Traced:
    """What was asked for, whether it was granted or not."""

    written: frozenset[tuple[str, str]]
    """(call, path) of what was opened for writing, made, renamed, removed or changed."""
    internet: frozenset[str]
    """Calls that speak of the internet."""
    calls: int

    def outside(self, *allowed: Path) -> list[str]:
        """What was written to in other places than these folders and the kernel's own."""
        roots = [*map(Path, ("/dev/null", "/dev/shm", "/dev/tty", "/proc/self")), *allowed]
        return sorted(
            f"{call} {path}"
            for call, path in self.written
            if not any(Path(path).is_relative_to(root) for root in roots) and not _nameless(path)
        )


@cache
def available() -> bool:
    """Whether strace is installed and may look into processes here."""
    if sys.platform != "linux" or shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True, check=False)
    return tried.returncode == 0


def tracing(command: Sequence[str], log: Path) -> list[str]:
    """The command that runs `command` and keeps in `log` what `read` reads; its exit code is `command`'s."""
    wanted = "trace=" + ",".join(f"?{call}" for call in (*_TRACED.split(" "), *_TALKING))
    options = ["-f", "-qq", "-y", "--seccomp-bpf", "-s", "4096", "-e", "signal=none", "-e", wanted, "-o", str(log)]
    return ["strace", *options, "--", *command]


def read(log: Path, cwd: Path) -> Traced:
    """Read what `tracing` kept; `cwd` is where relative paths begin that no call tells the folder of."""
    written: set[tuple[str, str]] = set()
    internet: set[str] = set()
    calls = 0
    with log.open(encoding="ascii", errors="backslashreplace") as lines:
        for line in lines:
            found = _CALL.match(line)
            if found is None:  # the second half of a call, whose first half told all; an exit
                continue
            calls += 1
            call, rest = found[2], found[3]
            if call in _TALKING:
                if _INTERNET.search(rest):
                    internet.add(line.strip())
            elif call == "creat" or _CHANGING.match(call) or _WRITING.search(rest):
                written.update((call, path) for path in _paths(call, rest, cwd))
    return Traced(frozenset(written), frozenset(internet), calls)


def _paths(call: str, rest: str, cwd: Path) -> list[str]:
    """The path that a call is about; both of a call that has two."""
    paths: list[str] = []
    at = 0
    while at < len(rest):
        found = _WORD.match(rest, at)
        if found is None or found.end() == at:
            at += 1
            continue
        at = found.end()
        folder, name = found[2], found[3]
        if folder is not None or name is not None:
            paths.append(os.path.normpath(Path(cwd, _plain(folder or ""), _plain(name or ""))))
    if call.startswith("symlink"):
        return paths[-1:]
    return paths[:2] if call.startswith(("rename", "link")) else paths[:1]


def _plain(text: str) -> str:
    """A string as strace writes it, octal escapes and all."""
    return os.fsdecode(codecs.escape_decode(text.encode("ascii"))[0])  # type: ignore[arg-type]


def _nameless(path: str) -> bool:
    """Pipes, sockets, memory: what has a number for a name."""
    name = Path(path).name
    return name.startswith(("pipe:[", "socket:[", "anon_inode:", "memfd:"))
