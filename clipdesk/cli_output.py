"""How the command line prints: results on stdout, everything else on stderr.

On a terminal results are tables and progress is a bar; elsewhere both are plain lines. With `--json` stdout holds
one JSON value and nothing else. rich is imported only when a terminal is there to show it.
"""

import json
import os
import sys
import time
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO, cast

if TYPE_CHECKING:
    from clipdesk.core.entities import Failure, Hit, IndexReport, Progress, TagSuggestion

_PLAIN_PROGRESS_SECONDS = 5.0
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def prepare_streams() -> None:
    """Make stdout and stderr able to print any file name, whatever its bytes and the system's encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            unicode_stream = str(stream.encoding).lower().replace("-", "").startswith("utf8")
            reconfigure(errors="surrogateescape" if unicode_stream and os.name != "nt" else "backslashreplace")


def close_streams() -> None:
    """Flush what was printed; a reader that went away (`| head`) is not an error."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, ValueError):
            continue


def printable(text: object) -> str:
    """`text` in one line without control characters, which file names may hold and terminals obey.

    Nor with those that turn the direction of what follows: they make "exe.jpg" of "gpj.exe".
    """
    return "".join(
        repr(character)[1:-1]
        if unicodedata.category(character) in ("Cc", "Zl", "Zp") or character in _TURNING
        else character
        for character in str(text)
    )


def message(text: str) -> None:
    """One line for the user, on stderr."""
    print(printable(text), file=sys.stderr, flush=True)


def warn_all(lines: Iterable[str]) -> None:
    """Several remarks, a line each, on stderr."""
    for line in lines:
        message(line)


def print_json(value: object) -> None:
    """One JSON value on stdout. ASCII only: file names that are no valid UTF-8 survive as escaped surrogates."""
    print(json.dumps(value, ensure_ascii=True, allow_nan=False))


def on_terminal(stream: TextIO | None = None) -> bool:
    """Whether results go to a person's terminal."""
    return (stream or sys.stdout).isatty()


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """A table on a terminal, tab-separated lines without a heading elsewhere. The last column may be long."""
    if not on_terminal():
        for row in rows:
            print("\t".join(printable(cell) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns[:-1]:
        table.add_column(column, no_wrap=True, justify="right" if column in _NUMBERS else "left")
    table.add_column(columns[-1], overflow="fold")
    for row in rows:
        table.add_row(*(Text(_showable(cell)) for cell in row))
    Console(markup=False, highlight=False).print(table)


_NUMBERS = frozenset({"score", "words", "files", "photos", "found", "MB"})


def _showable(text: str) -> str:
    """A cell that any terminal can show: bytes that are no valid UTF-8 become a replacement character."""
    return printable(text).encode("utf-8", "replace").decode("utf-8")


def number(value: float | None, digits: int = 3) -> str:
    """A number in few digits, or a dash when there is none."""
    return "-" if value is None else f"{value:.{digits}f}"


# ---- results ----


def hit_as_json(hit: "Hit") -> dict[str, object]:
    """A search result as scripts see it; `files` only when several files hold the photo or its other format."""
    paths = [str(path) for path in (*hit.photo.paths, *hit.photo.paired_paths)]
    found: dict[str, object] = {
        "path": paths[0] if paths else "",
        "score": _rounded(hit.score),
        "textness": _rounded(hit.textness),
        "match": hit.match,
    }
    if len(paths) > 1:
        found["files"] = paths
    if hit.photo.offline:
        found["offline"] = True
    return found


def _rounded(value: float | None) -> float | None:
    """A score in JSON: finite, six digits."""
    return None if value is None or not isfinite(value) else round(float(value), 6)


def print_hits(hits: Sequence["Hit"], *, as_json: bool, title: str = "") -> None:
    """Search results, best first."""
    if as_json:
        print_json([hit_as_json(hit) for hit in hits])
        return
    if not hits:
        message("Nothing found")
        return
    print_rows(("score", "match", "words", "photo"), [row for hit in hits for row in _hit_rows(hit)], title)


def _hit_rows(hit: "Hit") -> list[tuple[str, str, str, str]]:
    """A result's row, and rows of nothing but a path for its other files: duplicates, and the RAW of a JPEG."""
    first, *others = (*hit.photo.paths, *hit.photo.paired_paths) or ("",)
    away = " (offline)" if hit.photo.offline and on_terminal() else ""
    indent = "  " if on_terminal() else ""
    row = (number(hit.score), hit.match, number(hit.textness, 2), f"{first}{away}")
    return [row, *(("", "", "", f"{indent}{path}") for path in others)]


def print_tags(tags: Sequence["TagSuggestion"], *, as_json: bool) -> None:
    """Suggested tags, best first."""
    if as_json:
        print_json([{"tag": tag.tag, "score": _rounded(tag.score), "group": tag.group} for tag in tags])
        return
    print_rows(("score", "group", "tag"), [(number(tag.score, 2), tag.group, tag.tag) for tag in tags])


def report_as_json(report: "IndexReport") -> dict[str, object]:
    """What an index run did, as scripts see it."""
    return {
        "added": report.added,
        "updated": report.updated,
        "moved": report.moved,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "offline": report.offline,
        "failed": [{"path": str(failure.path), "reason": failure.reason} for failure in report.failed],
        "seconds": round(report.seconds, 3),
        "photos_per_second": round(report.photos_per_second, 2),
    }


def print_report(report: "IndexReport", *, as_json: bool, told: "frozenset[Failure]" = frozenset()) -> None:
    """What an index run did; counts are files. For people, the failures that were `told` before are only counted."""
    warn_all(report.notes)
    if as_json:
        print_json(report_as_json(report))
        return
    counts = {name: getattr(report, name) for name in ("added", "updated", "moved", "removed", "unchanged", "offline")}
    parts = [f"{count} {name}" for name, count in counts.items() if count or name in ("added", "unchanged")]
    if report.failed:
        parts.append(f"{len(report.failed)} failed")
    speed = f", {report.photos_per_second:.0f} photos/s" if report.photos_per_second else ""
    print(f"{', '.join(parts)} in {report.seconds:.1f} s{speed}")
    new = [failure for failure in report.failed if failure not in told]
    for failure in new:
        print(f"failed: {printable(failure.path)}: {printable(failure.reason)}")
    if before := len(report.failed) - len(new):
        print(
            f"{before} failed as before; to list them: clipdesk index --json; to try them again: clipdesk index --retry"
        )


def print_values(values: Mapping[str, Any]) -> None:
    """Nested values as indented lines, for people."""
    for line in value_lines(values):
        print(line)


def value_lines(values: Mapping[str, Any], indent: int = 0) -> list[str]:
    """`values` as lines of `name: value`, nested mappings indented."""
    lines: list[str] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            lines += [f"{' ' * indent}{name}:", *value_lines(cast("Mapping[str, Any]", value), indent + 2)]
        elif isinstance(value, (list, tuple)):
            items = cast("Sequence[object]", value)
            lines.append(f"{' ' * indent}{name}: {', '.join(map(printable, items)) or '-'}")
        else:
            lines.append(f"{' ' * indent}{name}: {'-' if value is None else printable(value)}")
    return lines


# ---- progress ----


class ProgressDisplay(Protocol):
    """Shows how far an index run is."""

    def show(self, progress: "Progress") -> None:
        """The latest state."""
        ...

    def close(self) -> None:
        """Clear the display; nothing is shown afterwards."""
        ...


class NoProgress:
    """With `--json`: nothing."""

    def show(self, progress: "Progress") -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class ProgressLines:
    """Not on a terminal: a plain line every few seconds, so that logs stay short."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def show(self, progress: "Progress") -> None:
        """A line when the last one is old enough."""
        now = time.monotonic()
        if now - self._last >= _PLAIN_PROGRESS_SECONDS:
            self._last = now
            message(progress_line(progress))

    def close(self) -> None:
        """Nothing is left open."""


class ProgressBar:
    """On a terminal: a bar with what is done, the speed and the time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[line]}"))
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("scanning", total=None, line="")
        self._bar.start()

    def show(self, progress: "Progress") -> None:
        """Move the bar."""
        total = progress.total if progress.phase != "scanning" else None
        line = progress_line(progress).partition(" ")[2]
        self._bar.update(self._task, description=progress.phase, completed=progress.done, total=total, line=line)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()


def progress_line(progress: "Progress") -> str:
    """How far it is, in words."""
    if progress.phase == "scanning":
        return f"scanning {progress.done} files seen"
    parts = [f"{progress.phase} {progress.done} of {progress.total} photos"]
    if progress.photos_per_second > 0:
        parts.append(f"{progress.photos_per_second:.0f} photos/s")
    if progress.seconds_left is not None:
        parts.append(f"{_duration(progress.seconds_left)} left")
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def progress_display(*, as_json: bool) -> ProgressDisplay:
    """The display that fits where stderr goes."""
    if as_json:
        return NoProgress()
    return ProgressBar() if on_terminal(sys.stderr) else ProgressLines()


def absolute(path: Path) -> Path:
    """A path as the user typed it, made absolute without following links; `~` is the home folder."""
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100  resolve() would follow links


def named_path(text: str) -> Path:
    """A path of the command line. Whether it can be read is told by whoever reads it, with what to do about it."""
    from typer import BadParameter

    if not text:
        raise BadParameter("the name is empty")
    return Path(text)
