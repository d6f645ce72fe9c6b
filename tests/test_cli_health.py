"""`clipdesk doctor` through real processes: what it says of sound, damaged and unreadable libraries."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from indexing.dropped_rights import ordinary_user, public_folder
from PIL import Image

from clipdesk.cli_health import examine_library
from clipdesk.cli_session import Options


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def library(self) -> Any:
        return json.loads(self.out)["library"]


def clipdesk(library: Path, *arguments: str | Path) -> Result:
    command = [
        sys.executable,
        "-m",
        "clipdesk",
        "--library",
        os.fspath(library),
        *(str(argument) for argument in arguments),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 60 pictures and their library."""
    folder = tmp_path_factory.mktemp("health")
    for number in range(60):
        blocks = np.random.default_rng(number).integers(0, 256, (6, 8, 3), dtype=np.uint8)
        picture = Image.fromarray(blocks).resize((96, 72), Image.Resampling.NEAREST)
        (folder / "Photos").mkdir(exist_ok=True)
        picture.save(folder / "Photos" / f"{number}.jpg")
    assert clipdesk(folder / "library", "index", folder / "Photos").code == 0
    return folder


@pytest.fixture
def library(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "library", tmp_path / "library"))


def _damage(library: Path) -> None:
    """Overwrite the pages that hold embeddings."""
    file = library / "catalog.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'embeddings'").fetchone()[0]
    with file.open("r+b") as stream:
        stream.seek((page - 1) * 4096)
        stream.write(random.Random(1).randbytes(4000))


def test_text_is_for_people(library: Path, made: Path) -> None:
    told = clipdesk(library, "doctor")
    assert told.code == 0
    assert "{" not in told.out
    assert "device: CPU" in told.out
    assert "problems: none" in told.out
    lines = told.out.splitlines()
    assert f"    {made / 'Photos'}: 60 files, online" in lines
    assert sum(line.endswith(str(library)) for line in lines) == 1, "the library is named once"


def test_a_damaged_catalogue_is_told_and_mended(library: Path) -> None:
    assert len(list((library / "backups").iterdir())) == 1, "the first run leaves a copy"
    _damage(library)
    told = clipdesk(library, "doctor", "--json")
    assert told.code == 1
    assert "doctor --repair (brings back its newest copy)" in told.library["problems"][0]
    assert json.loads(told.out)["engine"]
    mended = clipdesk(library, "doctor", "--repair", "--json")
    assert (mended.code, mended.library["problems"]) == (0, []), mended.err
    assert "is kept as" in mended.err
    assert "What could not be read is as it was in the copy of" in mended.err
    assert len(list(library.glob("catalog.damaged-*.sqlite"))) == 1
    report = json.loads(clipdesk(library, "index", "--json").out)
    assert (report["added"], report["unchanged"]) == (0, 60)


def test_index_into_a_damaged_catalogue_fails(library: Path, made: Path) -> None:
    shutil.rmtree(library / "backups")
    _damage(library)
    told = clipdesk(library, "index", "--json")
    assert told.code == 1
    assert "is damaged. Run: clipdesk doctor --repair (saves what can still be read)" in told.err
    mended = clipdesk(library, "doctor", "--repair", "--json")
    assert (mended.code, mended.library["problems"]) == (0, []), mended.err
    assert "What could be read was saved: 60 files" in mended.err
    assert "Incomplete: embeddings" in mended.err
    assert clipdesk(library, "index").code == 0
    found = clipdesk(library, "doctor", "--json").library
    assert (found["photos"], found["embeddings"], found["problems"]) == (60, 60, [])


def test_missing_thumbnails_are_counted_and_made_again(library: Path) -> None:
    shutil.rmtree(library / "thumbnails")
    assert clipdesk(library, "doctor", "--json").library["missing_thumbnails"] == 60
    assert clipdesk(library, "index").code == 0
    assert len(list((library / "thumbnails").rglob("*.jpg"))) == 60


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs another user")
def test_a_library_of_another_user_is_a_problem(made: Path) -> None:
    folder = made / "library"
    examine_library(Options(folder), folder, repair=False)  # imports what the other user may not be allowed to read
    with public_folder() as public:
        shutil.copytree(made / "library", public / "library")
        (public / "library").chmod(0o700)
        with ordinary_user():
            told = examine_library(Options(public / "library"), public / "library", repair=False)
    assert told is not None
    assert "cannot be read (Permission denied)" in told["problems"][0]
