import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from clipdesk.search import samples
from clipdesk.search.samples import NOTICE, package_file, sample_photos


def test_samples_are_pictures_with_names_in_dated_folders(tmp_path: Path) -> None:
    made = sample_photos(tmp_path)
    assert len(made.files) >= 25
    assert len(set(made.files)) == len(made.files)
    for file in made.files:
        with Image.open(file) as picture:
            picture.load()
        assert file.relative_to(tmp_path).parts[-2].split()[0].replace("-", "").isdigit()
    notice = (tmp_path / NOTICE).read_text(encoding="utf-8")
    assert "CC" in notice
    if made.photos:
        assert made.missing is None
        assert "CC BY 2.0" in notice


def test_asking_again_changes_nothing(tmp_path: Path) -> None:
    first = sample_photos(tmp_path)
    times = {file: file.stat().st_mtime_ns for file in first.files}
    assert sample_photos(tmp_path) == first
    assert {file: file.stat().st_mtime_ns for file in first.files} == times


def test_without_the_packages_there_are_drawn_pictures_and_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "find_spec", lambda name: None)
    made = sample_photos(tmp_path)
    assert made.photos == 0
    assert made.missing is not None
    assert "clipdesk[samples]" in made.missing
    assert len(made.files) >= 20


def test_unknown_package_or_file_is_none() -> None:
    assert package_file("no_such_package_of_ours", "a.png") is None
    assert package_file("PIL", "no such file.png") is None


def test_packages_are_not_imported(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from clipdesk.search.samples import sample_photos\n"
        f"sample_photos(Path({str(tmp_path)!r}))\n"
        "print(sorted({'scipy', 'skimage', 'sklearn', 'torch', 'pooch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
