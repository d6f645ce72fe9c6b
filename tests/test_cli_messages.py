"""What the command line says when something is missing, misread or told a second time; through real processes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from indexing.dropped_rights import public_folder
from PIL import Image
from test_cli import Result, clipdesk


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Two pictures, one of them twice, and a file that is none."""
    folder = tmp_path / "Photos"
    folder.mkdir()
    stripes = Image.linear_gradient("L").convert("RGB")
    stripes.save(folder / "first.png")
    shutil.copyfile(folder / "first.png", folder / "second copy.png")
    stripes.rotate(90).save(folder / "turned.png")
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture
def library(photos: Path, tmp_path: Path) -> Path:
    """A library over `photos`."""
    assert clipdesk("index", photos, library=tmp_path / "library").code == 0
    return tmp_path / "library"


def lines_of(result: Result, code: int = 1) -> list[str]:
    assert (result.code, result.out) == (code, ""), result.err
    return result.err.splitlines()


# ---- folders ----


def test_failures_are_listed_once_and_can_be_tried_again(photos: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    assert f"failed: {photos / 'broken.jpg'}" in clipdesk("index", photos, library=library).out
    again = clipdesk("index", library=library).out.splitlines()
    assert [line for line in again if line.startswith("failed")] == []
    assert again[-1].startswith("1 failed as before")
    assert len(clipdesk("index", "--json", library=library).json()["failed"]) == 1
    (photos / "also broken.jpg").write_bytes(b"no picture")
    new = clipdesk("index", library=library).out.splitlines()
    assert [line.split(":")[1].strip() for line in new if line.startswith("failed")] == [
        str(photos / "also broken.jpg")
    ]
    retried = clipdesk("index", "--retry", library=library).out.splitlines()
    assert len([line for line in retried if line.startswith("failed")]) == 2


def test_folders_are_listed_and_taken_out(library: Path, photos: Path) -> None:
    assert clipdesk("folders", "--json", library=library).json() == [
        {"path": str(photos), "state": "online", "files": 3}
    ]
    assert clipdesk("folders", library=library).out.split("\t")[-1].strip() == str(photos)
    (told,) = lines_of(clipdesk("folders", "--remove", photos.parent, library=library))
    assert "clipdesk folders" in told
    assert clipdesk("folders", "--remove", photos, library=library).code == 0
    assert clipdesk("folders", "--json", library=library).json() == []
    assert clipdesk("index", "--json", library=library).json()["unchanged"] == 0
    assert len(list(photos.iterdir())) == 4, "the files stay"


@pytest.mark.parametrize("arguments", [("index", ""), ("--library", "", "index"), ("similar", "")])
def test_an_empty_name_is_refused(arguments: tuple[str, ...], tmp_path: Path) -> None:
    library = None if "--library" in arguments else tmp_path / "library"
    told = lines_of(clipdesk(*arguments, library=library), code=2)
    assert "empty" in told[-1]
    assert not (tmp_path / "library").exists()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_library_that_may_not_be_read_is_no_wrong_usage() -> None:
    """Run as an ordinary user, in a process that has imported everything before it gave its rights up."""
    program = (
        "import os, sys\nfrom clipdesk import cli\n"
        "for library in (sys.argv[1] + '/missing', sys.argv[1]):\n"
        "    try:\n        cli.run(['--library', library, 'folders'])\n"
        "    except SystemExit as stop:\n        code = stop.code\n"
        "    if os.geteuid() == 0:\n        os.setegid(65534)\n        os.seteuid(65534)\n"
        "sys.exit(code)\n"
    )
    with public_folder() as folder:
        closed = folder / "closed"
        closed.mkdir()
        (closed / "catalog.sqlite").write_bytes(b"x")
        closed.chmod(0o000)
        done = subprocess.run([sys.executable, "-c", program, str(closed)], capture_output=True, text=True, check=False)
        closed.chmod(0o700)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert f"{closed} cannot be read" in done.stderr
    assert "Usage" not in done.stderr


# ---- results ----


def test_every_file_of_a_result_is_listed(library: Path, photos: Path) -> None:
    rows = [line.split("\t") for line in clipdesk("search", "stripes", library=library).out.splitlines()]
    assert {len(row) for row in rows} == {4}
    assert {row[-1] for row in rows} == {str(photos / name) for name in ("first.png", "second copy.png", "turned.png")}
    (other,) = [row for row in rows if row[0] == ""]
    assert other[:3] == ["", "", ""]


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_piped_rows_hold_the_bytes_of_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "Photos"
    folder.mkdir()
    name = os.fsencode(folder) + b"/caf\xe9.png"
    Image.linear_gradient("L").convert("RGB").save(os.fsdecode(name))
    command = [sys.executable, "-m", "clipdesk", "--library", tmp_path / "library"]
    subprocess.run([*command, "index", folder], check=True, capture_output=True)
    rows = subprocess.run([*command, "search", "stripes"], check=True, capture_output=True).stdout
    assert rows.rstrip(b"\n").split(b"\t")[-1] == name
    found = subprocess.run([*command, "search", "stripes", "--json"], check=True, capture_output=True).stdout
    assert os.fsencode(json.loads(found)[0]["path"]) == name


def test_a_reader_that_has_seen_enough_is_no_error(library: Path, photos: Path) -> None:
    deep = photos / ("d" * 200)
    deep.mkdir()
    for number in range(60):
        Image.new("RGB", (8, 8), (number, 2 * number, 255 - number)).save(deep / f"{number:0200}.png")
    assert clipdesk("index", "--json", library=library).json()["added"] == 60
    command = [sys.executable, "-m", "clipdesk", "--library", str(library), "search", "a dog", "--limit", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


# ---- queries and named pictures ----


@pytest.mark.parametrize("command", [("search",), ("textness-grid", "--out", "x.png")])
@pytest.mark.parametrize("query", ["-in:work", "-name:x", "-water"])
def test_a_query_that_looks_like_an_option(command: tuple[str, ...], query: str) -> None:
    told = lines_of(clipdesk(*command, query), code=2)
    assert f"-- {query}" in told[-1]


def test_a_query_behind_two_hyphens(library: Path) -> None:
    assert (
        len(clipdesk("search", "--json", "-n", "5", "--textness", "-2", "--", "-in:work", library=library).json()) == 2
    )


def test_a_query_without_quotes() -> None:
    assert "'dog beach'" in lines_of(clipdesk("search", "dog", "beach"), code=2)[-1]


def test_named_pictures_that_cannot_be_used(library: Path, photos: Path) -> None:
    (told,) = lines_of(clipdesk("similar", photos / "broken.jpg", library=library))
    assert str(photos / "broken.jpg") in told
    assert "not a picture" in told
    assert "Name a photo" in told
    (told,) = lines_of(clipdesk("tags", photos, library=library))
    assert f"{photos} is a folder. Name a picture" in told
    (told,) = lines_of(clipdesk("search", "./nope.jpg", library=library))
    assert "./nope.jpg" in told


def test_textness_grid_tells_scripts_and_makes_no_folders(library: Path, tmp_path: Path) -> None:
    result = clipdesk("textness-grid", "犬の写真", "--out", tmp_path / "grid.png", library=library)
    assert (result.code, (tmp_path / "grid.png").is_file()) == (0, True)
    assert "never learned the script" in result.err
    assert result.err == clipdesk("search", "犬の写真", library=library).err
    (told,) = lines_of(clipdesk("textness-grid", "dog", "--out", tmp_path / "no" / "grid.png", library=library))
    assert str(tmp_path / "no") in told
    assert not (tmp_path / "no").exists()


# ---- models and evaluate ----


def test_models_say_how_to_install() -> None:
    for command in ("use", "install"):
        (told,) = lines_of(clipdesk("models", command, "unheard-of"))
        assert told.startswith("clipdesk: Unknown model 'unheard-of'")
        assert "clipdesk models install NAME --from FOLDER" in told
    (told,) = lines_of(clipdesk("models", "use", "ViT-B-32-256"))
    assert "clipdesk models install ViT-B-32-256" in told


def test_models_say_what_to_do_without_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    told = lines_of(clipdesk("models", "install", "ViT-B-32-256"))[-1]
    assert "clipdesk models install ViT-B-32-256 --from FOLDER" in told
    assert "https://huggingface.co/" in told


def test_a_licence_that_restricts_use_is_shown() -> None:
    (told,) = lines_of(clipdesk("models", "install", "MobileCLIP2-S0"))
    assert "research only" in told
    assert "--accept-licence" in told


@pytest.mark.parametrize(
    "arguments", [("captions.csv", "--images", ".", "--study"), ("--study", "--classes", "."), ("--study", "x.csv")]
)
def test_evaluate_ignores_nothing(arguments: tuple[str, ...]) -> None:
    assert "--study" in lines_of(clipdesk("evaluate", *arguments), code=2)[-1]
