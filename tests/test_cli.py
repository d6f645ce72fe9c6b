"""The command line's contract, through real processes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

HIT_KEYS = {"path", "score", "textness", "match"}
REPORT_KEYS = {"added", "updated", "moved", "removed", "unchanged", "offline", "failed", "seconds", "photos_per_second"}


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


def clipdesk(*arguments: str | Path, library: Path | None = None, environment: dict[str, str] | None = None) -> Result:
    command = [sys.executable, "-m", "clipdesk", *(["--library", str(library)] if library else [])]
    command += [os.fspath(argument) for argument in arguments]
    done = subprocess.run(
        command, capture_output=True, timeout=120, check=False, env={**os.environ, **(environment or {})}
    )
    out, err = (os.fsdecode(stream) for stream in (done.stdout, done.stderr))
    assert "Traceback" not in out + err
    return Result(done.returncode, out, err)


@dataclass(frozen=True)
class Indexed:
    library: Path
    photos: Path
    files: tuple[Path, ...]


@pytest.fixture(scope="module")
def indexed(photos_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """A library over 24 photos in two folders, indexed by the command line."""
    folder = tmp_path_factory.mktemp("cli")
    files: list[Path] = []
    sources = sorted(path for path in (photos_folder / "library").rglob("*") if path.suffix == ".jpg")
    for number, source in enumerate(sources[::12][:24]):
        copy = folder / "Photos" / ("even" if number % 2 == 0 else "odd ones") / source.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())
        files.append(copy)
    report = clipdesk("index", folder / "Photos", "--json", library=folder / "library").json()
    assert set(report) == REPORT_KEYS
    assert (report["added"], report["failed"]) == (len(files), [])
    return Indexed(folder / "library", folder / "Photos", tuple(files))


# ---- without a library ----


def test_help_lists_only_what_works() -> None:
    told = clipdesk("--help").out
    assert all(command in told for command in ("index", "search", "similar", "tags", "doctor", "demo", "models"))
    assert all(tool in told for tool in ("train", "distill", "textness", "export", "evaluate"))


def test_search_help_explains_the_query_language() -> None:
    assert "date:2019-06..2019-08" in clipdesk("search", "--help").out


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
@pytest.mark.parametrize("arguments", [(), ("app",), ("app", "photo.jpg")])
def test_without_a_screen_there_is_no_window(arguments: tuple[str, ...]) -> None:
    result = clipdesk(*arguments, environment={"QT_QPA_PLATFORM": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""})
    assert (result.code, result.out) == (1, "")
    assert len(result.err.splitlines()) == 1
    assert "clipdesk index" in result.err


def test_version() -> None:
    assert clipdesk("--version").out.startswith("clipdesk 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("search",),
        ("search", "dog", "--limit", "0"),
        ("search", "dog", "--textness", "3"),
        ("evaluate",),
        ("textness-grid", "dog"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    result = clipdesk(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err


@pytest.mark.parametrize(
    "arguments", [("search", "dog"), ("similar", "photo.jpg"), ("tags", "photo.jpg"), ("search", "dog", "--json")]
)
def test_a_missing_library_says_what_to_do(arguments: tuple[str, ...], tmp_path: Path) -> None:
    result = clipdesk(*arguments, library=tmp_path / "nowhere")
    assert (result.code, result.out) == (1, "")
    assert len(result.err.splitlines()) == 1
    assert "clipdesk index" in result.err
    assert not (tmp_path / "nowhere").exists()


def test_indexing_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = clipdesk("index", tmp_path / "missing", library=tmp_path / "library")
    assert result.code == 1
    assert str(tmp_path / "missing") in result.err


def test_models(tmp_path: Path) -> None:
    known = {model["name"]: model for model in clipdesk("models", "list", "--json").json()}
    assert known["pocket"]["installed"]
    assert known["pocket"]["in_use"]
    assert known["pocket"]["bytes"] > 1_000_000
    result = clipdesk("models", "install", "ViT-B-32-256", environment={"HF_HUB_OFFLINE": "1"})
    assert result.code == 1
    assert "--from" in result.err
    assert clipdesk("models", "use", "ViT-B-32-256").code == 1
    assert clipdesk("models", "use", "unheard-of").code == 1
    assert clipdesk("models", "remove", "pocket").code == 1
    assert clipdesk("models", "install", "../evil", "--from", tmp_path).code == 1


def test_a_model_brought_by_hand(tmp_path: Path, taught_model: Path) -> None:
    home = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert clipdesk("models", "install", "mine", "--from", tmp_path, environment=home).code == 1
    source = taught_model
    assert clipdesk("models", "install", "mine", "--from", source, environment=home).code == 0
    assert clipdesk("models", "install", "mine", "--from", source, environment=home).code == 1
    assert clipdesk("models", "use", "mine", environment=home).code == 0
    assert clipdesk("doctor", "--json", environment=home).json()["model"]["name"] == "mine"
    assert clipdesk("models", "remove", "mine", environment=home).code == 0
    assert clipdesk("doctor", "--json", environment=home).json()["model"]["name"] == "pocket"


def test_doctor_without_a_library(tmp_path: Path) -> None:
    told = clipdesk("doctor", "--json", library=tmp_path / "nowhere").json()
    assert told["library"] is None
    assert told["model"]["name"] == "pocket"
    assert told["model"]["bytes"] > 1_000_000
    assert told["speed"]["photos_per_second"] > 0
    assert "ONNX" in told["engine"]


def test_an_error_inside_clipdesk_is_one_line_and_a_log_entry(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom clipdesk import cli, cli_health\n"
        "def broken(*_, **__): raise ZeroDivisionError('a test')\n"
        "cli_health.examine = broken\ncli.run(['doctor'])\n"
    )
    home = {
        **os.environ,
        "XDG_STATE_HOME": str(tmp_path),
        "HOME": str(tmp_path),
        "WIN_PD_OVERRIDE_LOCAL_APPDATA": str(tmp_path),
    }
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert "ZeroDivisionError" in done.stderr
    log = next(tmp_path.rglob("clipdesk.log"))
    assert str(log) in done.stderr
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_demo() -> None:
    result = clipdesk("demo")
    assert result.code == 0, result.err
    assert "a palace" in result.out
    assert "temporary folder" in result.out


def test_odd_names_failures_and_an_offline_folder(tmp_path: Path) -> None:
    photos, library = tmp_path / "Ph\N{LATIN SMALL LETTER O WITH DIAERESIS}tos", tmp_path / "library"
    photos.mkdir()
    picture = Image.linear_gradient("L").convert("RGB")
    picture.save(photos / "line\nbreak [bold].png")
    if sys.platform == "linux":
        picture.rotate(90).save(os.fsdecode(os.fsencode(photos) + b"/caf\xe9.png"))
    (photos / "broken.jpg").write_bytes(b"no picture")
    report = clipdesk("index", photos, "--json", library=library).json()
    assert [Path(failure["path"]).name for failure in report["failed"]] == ["broken.jpg"]
    assert "\n" not in report["failed"][0]["reason"]
    hits = clipdesk("search", f'in:"{photos}"', "--json", library=library).json()
    assert {Path(hit["path"]).exists() for hit in hits} == {True}
    assert len(hits) == report["added"]
    plain = clipdesk("search", "stripes", library=library)
    assert len(plain.out.splitlines()) == report["added"]
    assert "line\\nbreak [bold].png" in plain.out
    photos.rename(tmp_path / "away")
    away = clipdesk("index", "--json", library=library).json()
    assert (away["removed"], away["offline"] > 0) == (0, True)
    assert len(clipdesk("search", "stripes", "--json", library=library).json()) == report["added"]


# ---- over a library ----


def test_a_second_run_finds_nothing_to_do(indexed: Indexed) -> None:
    result = clipdesk("index", library=indexed.library)
    assert result.code == 0
    assert f"{len(indexed.files)} unchanged" in result.out


def test_search_as_json(indexed: Indexed) -> None:
    result = clipdesk("search", "a dog", "--limit", "10", "--json", library=indexed.library)
    hits = result.json()
    assert len(hits) == 10
    assert all(set(hit) >= HIT_KEYS and hit["match"] in ("good", "weak") for hit in hits)
    assert {Path(hit["path"]) for hit in hits} <= set(indexed.files)
    scores = [(hit["match"] == "weak", -hit["score"]) for hit in hits]
    assert scores == sorted(scores)


def test_search_as_lines(indexed: Indexed) -> None:
    result = clipdesk("search", "a dog", "-n", "3", library=indexed.library)
    rows = [line.split("\t") for line in result.out.splitlines()]
    assert [len(row) for row in rows] == [4, 4, 4]
    assert all(Path(row[-1]) in indexed.files for row in rows)


def test_a_filter_alone_lists_without_scores(indexed: Indexed) -> None:
    hits = clipdesk("search", 'in:"odd ones"', "--json", library=indexed.library).json()
    assert {Path(hit["path"]) for hit in hits} == {path for path in indexed.files if path.parent.name == "odd ones"}
    assert {hit["score"] for hit in hits} == {None}


def test_bad_syntax_points_at_the_place(indexed: Indexed) -> None:
    result = clipdesk("search", 'dog "unclosed', library=indexed.library)
    assert (result.code, result.out) == (2, "")
    message, query, caret = result.err.splitlines()
    assert message.startswith("clipdesk: ")
    assert query.strip() == 'dog "unclosed'
    assert query[caret.index("^")] == '"'


def test_a_photo_is_most_similar_to_itself(indexed: Indexed) -> None:
    photo = indexed.files[3]
    hits = clipdesk("similar", photo, "--limit", "2", "--json", library=indexed.library).json()
    assert Path(hits[0]["path"]) == photo
    assert hits[0]["score"] > 0.99


def test_similar_to_what_is_no_photo(indexed: Indexed, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("no photo")
    result = clipdesk("similar", tmp_path / "text.jpg", library=indexed.library)
    assert (result.code, result.out) == (1, "")
    assert len(result.err.splitlines()) == 1


def test_tags(indexed: Indexed, tmp_path: Path) -> None:
    photo = indexed.files[0]
    suggested = clipdesk("tags", photo, "--top", "5", "--json", library=indexed.library).json()
    assert len(suggested) == 5
    assert all({"tag", "score"} <= set(tag) for tag in suggested)
    (tmp_path / "own.txt").write_text("dog\nsea\nhouse\n", encoding="utf-8")
    own = clipdesk("tags", photo, "--vocabulary", tmp_path / "own.txt", "--json", library=indexed.library).json()
    assert {tag["tag"] for tag in own} <= {"dog", "sea", "house"}


def test_textness_grid(indexed: Indexed, tmp_path: Path) -> None:
    result = clipdesk("textness-grid", "a street", "--out", tmp_path / "grid.png", library=indexed.library)
    assert (result.code, result.out.strip()) == (0, str(tmp_path / "grid.png"))
    with Image.open(tmp_path / "grid.png") as grid:
        assert grid.height > 300


def test_doctor_tells_and_repairs(indexed: Indexed) -> None:
    told = clipdesk("doctor", "--json", library=indexed.library).json()
    assert told["library"]["problems"] == []
    assert told["library"]["bytes"] > 0
    before = clipdesk("search", "a dog", "--json", library=indexed.library).json()
    assert clipdesk("doctor", "--repair", library=indexed.library).code == 0
    assert clipdesk("search", "a dog", "--json", library=indexed.library).json() == before


def test_a_busy_library_is_told_in_one_line_and_can_be_searched(indexed: Indexed) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom clipdesk.catalog.library import open_library\n"
        "with open_library(Path(sys.argv[1]), write=True):\n    print('open', flush=True)\n    sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(indexed.library)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        busy = clipdesk("index", library=indexed.library)
        found = clipdesk("search", "a dog", "--json", library=indexed.library)
        holder.communicate()
    assert (busy.code, busy.out, len(busy.err.splitlines())) == (1, "", 1)
    assert found.json()
    assert clipdesk("index", library=indexed.library).code == 0


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind root")
def test_a_library_that_nobody_may_write_can_be_searched(indexed: Indexed) -> None:
    folders = [indexed.library, *(path for path in indexed.library.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    try:
        assert clipdesk("search", "a dog", "--json", library=indexed.library).json()
    finally:
        for folder in folders:
            folder.chmod(0o700)


def test_a_reader_that_goes_away_is_no_error_message(indexed: Indexed) -> None:
    command = [sys.executable, "-m", "clipdesk", "--library", str(indexed.library), "search", "a dog"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.fixture
def watching(indexed: Indexed) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "clipdesk", "--library", str(indexed.library), "index", "--watch", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a whole console there")
def test_watching_follows_changes_until_interrupted(indexed: Indexed, watching: "subprocess.Popen[str]") -> None:
    assert watching.stdout is not None
    assert watching.stderr is not None
    assert json.loads(watching.stdout.readline())["unchanged"] == len(indexed.files)
    assert "Ctrl-C" in watching.stderr.readline()
    added = indexed.photos / "even" / "just added.png"
    Image.linear_gradient("L").convert("RGB").save(added)
    assert json.loads(watching.stdout.readline())["added"] == 1
    watching.send_signal(signal.SIGINT)
    assert watching.wait(30) == 0
    added.unlink()
    assert clipdesk("index", "--json", library=indexed.library).json()["removed"] == 1
