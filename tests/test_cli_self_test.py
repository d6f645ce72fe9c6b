"""`clipdesk --self-test` proves an installation, and fails loudly."""

import os
from pathlib import Path

import pytest

from clipdesk import cli_self_test, cli_self_test_parts
from clipdesk.core.paths import data_folder, resources
from clipdesk.core.self_test import CheckFailedError


def test_this_installation_passes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    # Converting a whole architecture takes a while, and has tests of its own.
    monkeypatch.setattr(cli_self_test_parts, "models_convert", lambda: "elsewhere")
    home = os.environ["HOME"]
    before = sorted(data_folder().rglob("*")) if data_folder().is_dir() else []
    assert cli_self_test.run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "self-test passed"
    assert [line.split()[0] for line in lines[:-1]] == ["ok"] * 12
    assert os.environ["HOME"] == home
    assert (sorted(data_folder().rglob("*")) if data_folder().is_dir() else []) == before


def test_what_fails_is_named_and_the_rest_still_runs(capsys: pytest.CaptureFixture[str]) -> None:
    test = cli_self_test.SelfTest()

    def fail() -> str:
        raise CheckFailedError("there is no worker")

    def crash() -> str:
        raise RuntimeError("a bug\nin two lines")

    test.check("worker", fail)
    test.check("window", crash)
    test.check("files", lambda: "all there")
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == ["FAILED", "FAILED", "ok"]
    assert told[1].endswith("RuntimeError: a bug in two lines")
    assert test.failed == ["worker", "window"]


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cli_self_test_parts.paths, "resources", lambda: tmp_path)
    with pytest.raises(CheckFailedError, match=r"models/pocket/image\.onnx"):
        cli_self_test_parts.files_are_there()
    assert (resources() / "vocabulary.txt").is_file()
