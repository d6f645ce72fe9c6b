"""What every test shares: a home folder of its own, and the real photos beside the checkout."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import offline

# Before anything of clipdesk is imported, and inherited by every process that a test starts: nobody's own settings,
# library or models are read or touched.
_HOME = Path(tempfile.mkdtemp(prefix="clipdesk-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["HOME"] = str(_HOME)
for _name in ("CONFIG", "DATA", "CACHE", "STATE", "RUNTIME"):
    _folder = _HOME / _name.lower()
    _folder.mkdir(mode=0o700)
    os.environ[f"XDG_{_name}_{'DIR' if _name == 'RUNTIME' else 'HOME'}"] = str(_folder)
for _name in ("APPDATA", "LOCAL_APPDATA", "COMMON_APPDATA"):
    os.environ[f"WIN_PD_OVERRIDE_{_name}"] = str(_HOME / "data")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No test opens a connection, but to the hub that some of them serve on this machine; nor does any process of theirs.
_CONNECTIONS = _HOME / "connections"
os.environ[offline.NOTED] = str(_CONNECTIONS)
_CHILD = str(Path(__file__).parent / "child")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_CHILD, os.environ.get("PYTHONPATH"))))
offline.forbid()

_PHOTOS = Path(os.environ.get("CLIPDESK_PHOTOS") or Path(__file__).resolve().parents[2] / "shared" / "photos")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The fault tests try a few seconds each, or as long as it takes to trust the answer."""
    parser.addoption("--soak", action="store_true", help="the fault tests at full length, as `make soak` runs them")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the real photos, so that `-m "not photos"` leaves them all out."""
    for item in items:
        if {"photos_folder", "small_library_photos"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("photos")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without the real photos, tests that need them are skipped on a user's machine and fail in CI."""
    if item.get_closest_marker("photos") is None or (_PHOTOS / "library").is_dir():
        return
    message = f"the real photos are not at {_PHOTOS}"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(autouse=True)
def _nothing_leaves_this_computer() -> Iterator[None]:
    """Fails a test that tried to open a connection, even where the program took it for a missing network."""
    yield
    if _CONNECTIONS.exists():
        tried = _CONNECTIONS.read_text(encoding="utf-8")
        _CONNECTIONS.unlink()
        pytest.fail(f"a connection was tried:\n{tried}", pytrace=False)


@pytest.fixture(scope="session")
def photos_folder() -> Path:
    """The real photos: `library/`, `library-captions.csv`, `odd/` and archives; read only."""
    return _PHOTOS


@pytest.fixture
def small_library_photos(photos_folder: Path, tmp_path: Path) -> Path:
    """A copy of 40 photos of `library/` in their dated folders, to change as a test likes."""
    target = tmp_path / "Photos"
    files = sorted(path for path in (photos_folder / "library").rglob("*") if path.is_file())
    for path in files[:: max(1, len(files) // 40)][:40]:
        copy = target / path.relative_to(photos_folder / "library")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return target


@pytest.fixture(scope="session")
def taught_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model that has learned the pictures of the self-check, as the hub would have it; not converted."""
    from tests.models import taught

    return taught.make(tmp_path_factory.mktemp("taught") / "model")


@pytest.fixture(scope="session")
def converted_model(taught_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as it lies in the models folder once it is installed; to be copied there as "taught"."""
    from clipdesk.models import files
    from clipdesk.models.convert import convert

    folder = tmp_path_factory.mktemp("converted") / "taught"
    shutil.copytree(taught_model, folder)
    convert(folder)
    files.write_trust(folder, 16, 16, "")
    return folder
