"""Workflows fit GitHub's schema, name only files that are there, and test what is promised."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def load(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))


def scripts(name: str) -> str:
    steps = [step for job in load(name)["jobs"].values() for step in job.get("steps", ())]
    return "\n".join(step.get("run", "") for step in steps)


def test_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, *map(str, FILES)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_system_and_python_is_tested() -> None:
    matrix = load("test.yml")["jobs"]["test"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert matrix["python"] == ["3.11", "3.12", "3.13"]


@pytest.mark.parametrize("name", [file.name for file in FILES])
def test_files_that_are_named_are_there(name: str) -> None:
    named = re.findall(r"packaging[/\\][\w/\\.]+\.\w+", scripts(name))
    assert all((ROOT / one.replace("\\", "/")).is_file() for one in named), named


@pytest.mark.parametrize("name", [file.name for file in FILES])
def test_nobody_gets_more_rights_than_needed(name: str) -> None:
    assert load(name)["permissions"] == {"contents": "read"}


def test_every_bundle_tests_itself_and_is_signed_before_it_is_published() -> None:
    jobs = load("release.yml")["jobs"]
    assert set(jobs["publish"]["needs"]) == {"linux", "debian", "macos", "windows"}
    for name in ("linux", "debian", "macos", "windows"):
        runs = [step.get("run", "") for step in jobs[name]["steps"]]
        assert any("--self-test" in run for run in runs), name
    for name in ("macos", "windows"):
        steps = [step.get("name") for step in jobs[name]["steps"]]
        assert steps.index("Sign") < min(i for i, step in enumerate(steps) if step in ("Disk image", "Installer")), name


def test_needed_jobs_exist() -> None:
    for file in FILES:
        jobs = load(file.name)["jobs"]
        for job in jobs.values():
            needs = job.get("needs", [])
            assert {needs} <= jobs.keys() if isinstance(needs, str) else set(needs) <= jobs.keys()
