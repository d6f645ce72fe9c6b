"""clipdesk's own files are found, and travel inside the wheel."""

import zipfile
from pathlib import Path

import pytest

from clipdesk.core.paths import resources

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", ["models/pocket/open_clip_config.json", "vocabulary.txt", "fonts/fonts.toml"])
def test_resources_are_found(name: str) -> None:
    assert (resources() / name).is_file()


def test_the_wheel_holds_every_resource_and_module(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    ours = [path for path in (ROOT / "resources").rglob("*") if path.is_file() and path.name[0] != "."]
    assert len(ours) > 10
    assert {f"clipdesk/{path.relative_to(ROOT).as_posix()}" for path in ours} <= names
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "clipdesk").rglob("*.py")}
    assert modules <= names
    assert "clipdesk/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "resources/"))]
