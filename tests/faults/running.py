"""Runs clipdesk's command line as a user does, and holds it to its manners: clear lines, no traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_OWN_FAULT = ("Traceback", "inside clipdesk", "Details are in")
"""What no fault of a disk or a file may lead to."""
_SECONDS = 240


@dataclass(frozen=True)
class Told:
    """What a command answered; `errors` are the lines that say why it failed."""

    code: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.startswith("clipdesk: ")]

    @property
    def json(self) -> Any:
        return json.loads(self.out, parse_constant=_no_number)


def clipdesk(library: Path, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> Told:
    """Run one command to its end. It fails with one line that names what is wrong, or does not fail at all."""
    command = [sys.executable, "-m", "clipdesk", "--library", str(library), *map(str, arguments)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    told = Told(done.returncode, done.stdout, done.stderr)
    assert not [word for word in _OWN_FAULT if word in told.out + told.err], told.err
    if "doctor" not in arguments:  # it tells of problems where they belong: in its report
        assert len(told.errors) == (told.code != 0), (told.code, told.err)
    assert told.code in (0, 1), (told.code, told.err)
    return told


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
