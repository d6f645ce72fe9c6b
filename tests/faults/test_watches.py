"""Watching very many folders: within the system's limit all; beyond it none, which is told, and they are polled."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import Effort, Figures

_NAMESPACE = ["unshare", "--user", "--map-root-user"]
_ROOT = Path(__file__).resolve().parents[2]


def watch(root: Path, limit: int) -> dict[str, Any]:
    """Watch `root` where so many watches are allowed; a limit that holds for nobody else."""
    if sys.platform != "linux":
        pytest.skip("inotify is Linux's")
    try:
        subprocess.run([*_NAMESPACE, "true"], check=True, capture_output=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("user namespaces are not allowed here")
    command = [*_NAMESPACE, sys.executable, "-m", "tests.faults.watches", str(root), str(limit)]
    done = subprocess.run(command, cwd=_ROOT, check=False, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory, effort: Effort) -> tuple[Path, int]:
    """Folders in folders, and how many there are with the root."""
    root, count = tmp_path_factory.mktemp("tree"), effort(400, 20_000)
    for number in range(count):
        (root / f"{number}" if number % 4 == 0 else root / f"{number - number % 4}" / f"{number}").mkdir(parents=True)
    return root, count + 1


def test_at_the_limit_it_lets_go_of_all_watches_says_so_and_looks_itself(
    tree: tuple[Path, int], figures: Figures
) -> None:
    root, folders = tree
    limit = folders // 5
    told = watch(root, limit)
    [[message, hint]] = told["notices"]
    assert f"{root} cannot be watched for changes; it is looked through every" in message
    assert "limit of watched folders" in message
    assert "max_user_watches" in hint
    assert told["watches"] == 0
    assert told["free"] == limit, "others are left without watches"
    assert told["seen"]
    figures("folders", folders)
    figures("watches allowed", limit)


def test_within_the_limit_each_folder_takes_one_watch(tree: tuple[Path, int], figures: Figures) -> None:
    root, folders = tree
    told = watch(root, folders + 200)
    assert told["notices"] == []
    assert told["watches"] == folders
    assert told["seen"]
    figures("folders", folders)
    figures("seconds to start", told["seconds"])
    figures("peak memory MB", told["megabytes"])
    assert told["seconds"] < 20
    assert told["megabytes"] < 400
