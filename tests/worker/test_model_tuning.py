"""Tuning on the user's own pictures, and again when what was found no longer holds."""

import json
import shutil
from pathlib import Path

import pytest

from clipdesk.core import paths
from clipdesk.core.entities import ImageSpec
from clipdesk.models import tuned
from clipdesk.models.tuned import Candidate
from clipdesk.worker import model_tuning


def test_pictures_are_the_librarys_thumbnails_first(small_library_photos: Path, tmp_path: Path) -> None:
    shutil.copytree(small_library_photos, tmp_path / "library" / "thumbnails")
    spec = ImageSpec(size=32)
    found = model_tuning.pictures(spec, tmp_path / "library", 64)
    assert found.shape == (64, 32, 32, 3)
    assert len({picture.tobytes() for picture in found}) > 60
    without = model_tuning.pictures(spec, None, 64)
    assert len({picture.tobytes() for picture in without}) > 60
    same = {picture.tobytes() for picture in found} & {picture.tobytes() for picture in without}
    assert len(same) <= 24


def test_a_damaged_thumbnail_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "thumbnails").mkdir()
    (tmp_path / "thumbnails" / "a.jpg").write_bytes(b"no picture")
    assert len(model_tuning.pictures(ImageSpec(size=32), tmp_path, 40)) == 40


def test_a_model_is_tuned_again_only_when_its_results_are_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "models_folder", lambda: tmp_path / "models")
    assert not model_tuning.tune_again("pocket", tmp_path, lambda: False), "never tuned: float32 is meant"
    place = tmp_path / "models" / ".tuned" / "pocket"
    choice = Candidate("onnx float32", "cpu", 1, 16, 1.0)
    tuned.write(place, tuned.Tuning("pocket-0", "another machine", 32, choice, (choice,)))
    assert not model_tuning.tune_again("pocket", tmp_path, lambda: True)
    assert json.loads((place / tuned.RECORD).read_text())["machine"] == "another machine"
    asked: list[str] = []
    monkeypatch.setattr(
        "clipdesk.worker.model_install.in_child", lambda work, folder, name, library, cancelled: asked.append(name)
    )
    assert model_tuning.tune_again("pocket", tmp_path, lambda: False)
    assert asked == ["pocket"]
