import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clipdesk.models.files import read_config, weights_file
from clipdesk.models.open_clip_encoder import OpenClipEncoder


@pytest.mark.parametrize("name", ["train", "distill"])
def test_help_imports_no_torch(name: str) -> None:
    code = f"from clipdesk.cli import _exit_code\nassert _exit_code(['{name}', '--help']) == 0\nimport sys\n"
    code += "print('loaded:', *{'torch', 'numpy', 'open_clip'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "--time-limit" in done.stdout
    assert done.stdout.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize(
    "options", [("--recipe", "textbook", "--lock", "image"), ("--image-weights", "w.pth"), ("--lock", "both")]
)
def test_options_that_do_not_go_together_are_wrong_usage(
    command: Callable[..., subprocess.Popen[str]], options: tuple[str, ...]
) -> None:
    started = command("train", "c.csv", "--images", ".", "--out", "out", *options)
    _, errors = started.communicate()
    assert started.returncode == 2
    assert options[0] in errors or "--lock" in errors


def test_captions_that_are_not_there_are_told_in_a_line(
    command: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    started = command("train", tmp_path / "none.csv", "--images", tmp_path, "--out", tmp_path / "out")
    _, errors = started.communicate()
    assert started.returncode == 1
    assert errors.startswith("clipdesk: ")
    assert "none.csv cannot be opened" in errors


@pytest.mark.photos
def test_a_pocket_of_the_library(
    command: Callable[..., subprocess.Popen[str]], small_library_photos: Path, tmp_path: Path
) -> None:
    library, out = tmp_path / "library", tmp_path / "own"
    (tmp_path / "s.json").write_text(
        json.dumps({"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16})
    )
    indexed = command("--library", library, "index", small_library_photos)
    indexed.communicate()
    assert indexed.returncode == 0
    named = ("--teacher", "pocket", "--student", tmp_path / "s.json", "--out", out, "--device", "cpu")
    started = command("--library", library, "distill", *named, "--epochs", 1, "--batch", 8, "--passes", 1, "--json")
    told, errors = started.communicate()
    assert started.returncode == 0, errors
    answer = json.loads(told)
    assert answer["finished"]
    assert answer["photos"] == 38
    assert read_config(out)["model_cfg"]["vision_cfg"]["width"] == 32
    assert weights_file(out).stat().st_size > 0
    assert OpenClipEncoder(out, "cpu").info.image.size == 32
