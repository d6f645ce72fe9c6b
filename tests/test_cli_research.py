"""The command line of the research tools: `textness`, `export`, `evaluate --classes` and `evaluate --against`."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from clipdesk.cli import _exit_code
from clipdesk.models.loader import model_folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command in this process: run(*arguments) -> (exit code, stdout, stderr)."""

    def command(*arguments: object) -> tuple[int, str, str]:
        code = _exit_code([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


@pytest.fixture
def named_photos(photos_folder: Path, tmp_path: Path) -> Path:
    """30 photos in two folders, named like classes."""
    photos = sorted((photos_folder / "library").rglob("*.jpg"))[:30]
    for number, photo in enumerate(photos):
        target = tmp_path / "photos" / ("dogs" if number % 2 else "people") / photo.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(photo.read_bytes())
    return tmp_path / "photos"


def test_classes_with_the_users_wording(run: Any, named_photos: Path, tmp_path: Path) -> None:
    wording = tmp_path / "wording.tsv"
    wording.write_text("dogs\ta dog running\n", encoding="utf-8")
    arguments = ("evaluate", "--classes", named_photos, "--wording", wording, "--template", "a snapshot of {}")
    code, out, _ = run(*arguments, "--json")
    assert code == 0
    found = json.loads(out)
    assert set(found["wordings"]) == {"one template", "ensemble", "own wording"}
    assert found["top1"] == found["wordings"]["one template"]["top1"]
    assert (found["photos"], found["classes"]) == (30, 2)
    code, out, _ = run("evaluate", "--classes", named_photos)
    assert code == 0
    assert "ensemble" in out
    assert "own wording" not in out
    code, _, err = run("evaluate", "--classes", named_photos, "--template", "no place")
    assert (code, len(err.splitlines())) == (1, 1)


def test_agreement_with_itself_and_its_sheet(run: Any, named_photos: Path, tmp_path: Path) -> None:
    terms = tmp_path / "terms.txt"
    terms.write_text("a dog\npeople in a street\n", encoding="utf-8")
    sheet = tmp_path / "sheet.png"
    arguments = ("evaluate", "--against", "pocket", "--images", named_photos, "--queries", terms)
    code, out, _ = run("--model", "pocket", *arguments, "--sheet", sheet, "--json")
    assert code == 0
    found = json.loads(out)
    assert set(found["map"]) == {str(n) for n in range(10, 21)}
    assert found["map_mean"] == 1
    assert found["sheet"] == str(sheet)
    with Image.open(sheet) as picture:
        assert picture.width > 1900
    code, out, _ = run(*arguments)
    assert code == 0
    assert "MAP@N" in out
    code, _, err = run("evaluate", "--against", "nobody", "--images", named_photos, "--queries", terms)
    assert (code, len(err.splitlines())) == (1, 1)
    assert run("evaluate", "--against", "pocket", "--images", named_photos)[0] == 2


def test_textness_over_two_folders(run: Any, named_photos: Path, tmp_path: Path) -> None:
    grid = tmp_path / "grid.png"
    code, out, _ = run("textness", named_photos / "dogs", named_photos / "people", "--grid", grid, "--json")
    assert code == 0
    found = json.loads(out)
    assert set(found["sides"]) == {"text", "image", "calibrated"}
    assert [row["scale"] for row in found["sides"]["text"]] == [-2, -1, -0.5, 0, 0.5, 1, 2]
    assert found["probe"]["trained_on"] + found["probe"]["tested_on"] == 30
    assert grid.stat().st_size > 10_000
    assert run("textness", named_photos)[0] == 2
    code, _, err = run("textness", named_photos / "dogs", tmp_path / "gone")
    assert code == 1
    assert "gone is not a folder" in err


def test_textness_on_drawn_grounds_is_printed_and_written(run: Any, tmp_path: Path) -> None:
    code, out, _ = run("textness", "--pairs", 32)
    assert code == 0
    assert "bias on the text" in out
    assert "words@10 moves by" in out
    target = tmp_path / "textness.json"
    code, out, _ = run("textness", "--pairs", 32, "--out", target, "--json")
    assert code == 0
    assert json.loads(out)["file"] == str(target)
    shipped = json.loads((model_folder("pocket") / "textness.json").read_text(encoding="utf-8"))
    made = json.loads(target.read_text(encoding="utf-8"))
    assert set(made) == set(shipped)
    assert made["model"] == shipped["model"]


def test_export_errors_are_one_line(run: Any, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    for arguments, told in (
        (("export", "nobody", "--out", tmp_path / "new"), "nobody"),
        (("export", "pocket", "--out", tmp_path / "full"), "not empty"),
        (("export", "pocket", "--format", "coreml", "--precision", "int8", "--out", tmp_path / "new"), "int8"),
    ):
        code, out, err = run(*arguments)
        assert (code, out, len(err.splitlines())) == (1, "", 1)
        assert told in err
    assert not (tmp_path / "new").exists()
    assert run("export", "pocket", "--format", "tflite", "--out", tmp_path / "new")[0] == 2
