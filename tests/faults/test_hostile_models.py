"""Hostile models are refused, and nothing that is read from a disk, a network or a socket is ever run."""

import ast
import json
import os
import pickle
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core import paths
from clipdesk.core.errors import ModelError
from clipdesk.core.messages import IndexRequest, SearchReply, SearchRequest
from clipdesk.core.settings import Settings
from clipdesk.models import files, inventory, loader, tuned
from clipdesk.worker.service import Service
from tests.faults.conftest import Effort, Figures
from tests.faults.mutations import Original, damaged
from tests.faults.pickles import NOTED, Planted
from tests.worker.hooks import pictures

PACKAGE = Path(__file__).parents[2] / "clipdesk"


# ---- models ----


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound model in a models folder of this test, checked when it was installed."""
    monkeypatch.setattr(paths, "models_folder", lambda: tmp_path / "models")
    folder = tmp_path / "models" / "mine"
    shutil.copytree(paths.resources() / "models" / "pocket", folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    files.write_trust(folder, 16, 16, "")
    return folder


def _encode() -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    encoder = loader.load_encoder("mine")
    try:
        size = encoder.info.image.size
        return np.concatenate(
            [encoder.encode_texts(["a dog"]), encoder.encode_images(np.zeros((1, size, size, 3), "u1"))]
        )
    finally:
        encoder.close()


def _refused() -> str:
    with pytest.raises(ModelError) as told:
        _encode()
    assert "\n" not in str(told.value)
    assert told.value.hint
    return told.value.message


def test_a_sound_model_is_used(mine: Path) -> None:
    assert np.isfinite(_encode()).all()
    assert {tuned.RECORD, tuned.INT8_GRAPH, files.TRUST} <= inventory.LATER


@pytest.mark.parametrize("name", ["run_me.py", "open_clip_pytorch_model.bin", "image.onnx.data", "custom_ops.so"])
def test_a_file_that_does_not_belong_to_a_model_is_refused(mine: Path, name: str) -> None:
    (mine / name).write_bytes(pickle.dumps(Planted(mine / "ran")))
    assert f"{name} does not belong to it" in _refused()
    assert not (mine / "ran").exists()


def test_every_changed_byte_is_noticed(mine: Path, effort: Effort, figures: Figures) -> None:
    parts = sorted(file for file in mine.iterdir() if file.name not in inventory.LATER)
    tries = effort(40, 1_000)
    for seed in range(tries):
        chance = random.Random(seed)
        file = chance.choice(parts)
        before, at = file.stat(), chance.randrange(file.stat().st_size)
        with file.open("r+b") as stream:
            stream.seek(at)
            byte = stream.read(1)[0]
            stream.seek(at)
            stream.write(bytes([byte ^ 1 << chance.randrange(8)]))
        assert files.distrust(mine) == "its files changed after they were checked", f"seed {seed}: {file.name} at {at}"
        with file.open("r+b") as stream:
            stream.seek(at)
            stream.write(bytes([byte]))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert files.distrust(mine) == ""
    figures("bytes changed", tries)


def test_a_missing_file_and_a_record_that_says_nothing_are_refused(mine: Path) -> None:
    (mine / "text.onnx").rename(mine.parent / "text.onnx")
    assert "text.onnx is missing" in _refused()
    (mine.parent / "text.onnx").rename(mine / "text.onnx")
    assert files.distrust(mine) == ""
    record = json.loads((mine / files.TRUST).read_text(encoding="utf-8"))
    for wrong in ([], {"text.onnx": 3}, {name: [1] for name in record["files"]}, "all"):
        (mine / files.TRUST).write_text(json.dumps(record | {"files": wrong}), encoding="utf-8")
        assert "not trusted" in _refused()


def _without_record(mine: Path) -> None:
    """As if it had been put there by hand: then nothing is known of it but what it does."""
    (mine / files.TRUST).unlink()


def test_weights_that_are_no_numbers_are_refused(mine: Path) -> None:
    _without_record(mine)
    weights = mine / "open_clip_model.safetensors"
    content = weights.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    weights.write_bytes(content[:begin] + b"\xff" * (len(content) - begin))  # NaN in every floating-point format
    assert "not numbers" in _refused()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dim": 100}, "wrong shape"),
        ({"dim": -1}, "cannot be read"),
        ({"dim": "384"}, "cannot be read"),
        ({"image_graph": "text.onnx"}, "cannot be run"),
        ({"text_graph": "../../elsewhere.onnx"}, "cannot be read"),
        ({"image_graph": "/etc/passwd"}, "cannot be read"),
        ({"weights": ".."}, "cannot be read"),
        ({"image": {"size": 10**9, "mean": [0, 0, 0], "std": [1, 1, 1]}}, "cannot be read"),
        ({"image": {"size": 64, "mean": [0], "std": []}}, "cannot be read"),
        ({"text": {"context_length": 32, "tokenizer": "exec"}}, "cannot be read"),
        ({"format": 2}, "another version"),
        ({"run": "me"}, "cannot be read"),
    ],
)
def test_descriptions_that_cannot_be_true_are_refused(mine: Path, change: dict[str, object], words: str) -> None:
    _without_record(mine)
    described = json.loads((mine / files.DESCRIPTION).read_text(encoding="utf-8"))
    (mine / files.DESCRIPTION).write_text(json.dumps(described | change), encoding="utf-8")
    assert words in _refused()


def test_damaged_descriptions_are_refused_or_harmless(mine: Path, effort: Effort, figures: Figures) -> None:
    _without_record(mine)
    texts = (files.DESCRIPTION, files.CONFIG, "textness.json")
    sound = [Original(name, ".json", (mine / name).read_bytes()) for name in texts]
    nested = Original(files.DESCRIPTION, ".json", b'{"a":' * 100_000)
    tries = effort(60, 1_500)
    for seed in range(tries):
        bad = damaged(seed, sound) if seed else nested
        (mine / bad.name).write_bytes(bad.data)
        try:
            assert loader.load_encoder("mine").info.dim > 0
        except ModelError as error:
            assert "\n" not in str(error), f"seed {seed}"
        for original in sound:
            (mine / original.name).write_bytes(original.data)
    figures("descriptions damaged", tries)


def test_a_worker_tells_of_a_hostile_model_and_goes_on(mine: Path, tmp_path: Path) -> None:
    settings = Settings(model="mine", decoder_processes=1)
    for sound in (True, False):
        service = Service(tmp_path / "library", settings, write=True, create=True, emit=lambda _: None)
        try:
            if sound:
                service.call(IndexRequest(1, (pictures(tmp_path / "Photos", 2),)))
                (mine / "run_me.py").touch()
                continue
            with pytest.raises(ModelError, match=r"run_me\.py does not belong"):
                service.call(SearchRequest(2, "a dog"))
            listed = service.call(SearchRequest(3, "type:jpeg"))
            assert isinstance(listed, SearchReply)
            assert len(listed.hits) == 2
        finally:
            service.close()


# ---- pickles ----


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of this test, whose processes note what pickles ask for; at the end nothing was."""
    home, noted = tmp_path / "home", tmp_path / "noted"
    home.mkdir()
    monkeypatch.setenv(NOTED, str(noted))
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home))
    yield home
    assert not noted.exists(), noted.read_text(encoding="utf-8")
    assert not (home / "ran").exists()


def _run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="where the files of a user lie is set by XDG's variables")
def test_no_pickle_is_loaded_from_any_file(home: Path, effort: Effort, figures: Figures) -> None:
    library = str(home / "library")
    clipdesk = ("-m", "clipdesk", "--library", library)
    pictures(home / "Photos", 4)
    _run(*clipdesk, "index", str(home / "Photos"))
    _run(*clipdesk, "tags", str(home / "Photos" / "a 1.jpg"), "--json")
    evil = pickle.dumps(Planted(home / "ran"))
    planted = [file for file in home.rglob("*") if file.is_file() and not file.name.startswith("catalog")]
    planted = [file for file in planted if file.suffix not in (".jpg", ".lock")]
    assert {".npy", ".json"} <= {file.suffix for file in planted}
    for number, file in enumerate(planted):
        file.unlink()
        if number % 2 and file.suffix in (".npy", ".npz"):
            with file.open("wb") as stream:
                np.save(stream, np.array([Planted(home / "ran")], dtype=object), allow_pickle=True)
        else:
            file.write_bytes(evil)
    for name in ("settings.toml", "recent-queries.json", "open_clip_config.json"):
        (home / "clipdesk").mkdir(exist_ok=True)
        (home / "clipdesk" / name).write_bytes(evil)
    model = home / "clipdesk" / "models" / "evil"
    model.mkdir(parents=True)
    (model / files.CONFIG).write_bytes((paths.resources() / "models" / "pocket" / files.CONFIG).read_bytes())
    for name in ("open_clip_pytorch_model.bin", files.DESCRIPTION, files.TRUST, tuned.RECORD):
        (model / name).write_bytes(evil)
    _run(*clipdesk, "search", "a red square", "--json")
    _run(*clipdesk, "similar", str(home / "Photos" / "a 2.jpg"), "--json")
    _run(*clipdesk, "models", "list", "--json")
    if effort(0, 1):
        (model / files.DESCRIPTION).unlink()
        (model / files.TRUST).unlink()
        for arguments in (("models", "install", "other", "--from", str(model)), ("--model", "evil", "search", "a dog")):
            _run(*clipdesk[:2], *arguments)
    figures("files that were pickles", len(planted) + 7)


_STREAMS = """
import pickle, sys
from pathlib import Path
from PySide6.QtCore import QByteArray, QDataStream, QSettings
from PySide6.QtWidgets import QApplication
{}
read = QDataStream(QByteArray(Path(sys.argv[1]).read_bytes())).readQVariant()
kept = QSettings(sys.argv[2], QSettings.Format.IniFormat).value("a")
print("survived", read, kept, pickle.loads(pickle.dumps([1])))
"""
_GUARDED = "from clipdesk.ui.application import application; application()"


def _qt_streams(home: Path) -> tuple[str, str]:
    """What another program might drag over the window, and a file of settings of Qt's own dialogs."""
    from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QSettings

    stored, evil = QByteArray(), Planted(home / "ran")
    QDataStream(stored, QIODevice.OpenModeFlag.WriteOnly).writeQVariant(evil)
    (home / "dragged").write_bytes(stored.data())
    kept = QSettings(str(home / "kept.ini"), QSettings.Format.IniFormat)
    kept.setValue("a", evil)
    kept.sync()
    assert b"PyObject" in (home / "kept.ini").read_bytes()
    return str(home / "dragged"), str(home / "kept.ini")


def test_the_window_reads_no_pickle_out_of_qts_streams(home: Path) -> None:
    streams = _qt_streams(home)
    assert _run("-c", _STREAMS.format(_GUARDED), *streams).strip() == "survived None None [1]"


def test_unguarded_qt_would_run_them(tmp_path: Path) -> None:
    """Else the test above could not fail: when PySide6 mends it, the guard may go."""
    dragged, _ = _qt_streams(tmp_path)
    _run("-c", _STREAMS.format(""), dragged, str(tmp_path / "none.ini"))
    assert (tmp_path / "ran").exists()


_LOADERS = frozenset({"pickle", "_pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml"})
_ALLOWED = {
    "models/open_clip_encoder.py": "names the error that torch raises for pickles",
    "ui/no_pickles.py": "keeps Qt from it",
}


def test_the_source_has_no_way_to_load_a_pickle() -> None:
    """multiprocessing's and pebble's own pipes between clipdesk's processes are the one exception."""
    found: list[str] = []
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).as_posix()
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found += [f"{name}: {what}" for what in _suspicious(tree) if not (name in _ALLOWED and what == "pickle")]
    assert found == []
    assert "pickle.loads(" not in (PACKAGE / "ui/no_pickles.py").read_text(encoding="utf-8")
    assert "pickle.load" not in (PACKAGE / "models/open_clip_encoder.py").read_text(encoding="utf-8")


def _suspicious(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.partition(".")[0] in _LOADERS)
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").partition(".")[0] in _LOADERS:
                yield node.module or ""
            if node.module == "PySide6.QtCore":
                yield from (name.name for name in node.names if name.name == "QSettings" and not _writes_only(tree))
        elif isinstance(node, ast.Call):
            yield from _suspicious_call(node)


def _writes_only(tree: ast.AST) -> bool:
    """QSettings is used for Windows' registry, and never asked for a value."""
    called = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    return "NativeFormat" in ast.dump(tree) and not {"value", "allKeys", "childKeys"} & called


def _suspicious_call(node: ast.Call) -> Iterator[str]:
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    for name in ("allow_pickle", "trust_remote_code"):
        if name in given and not _is(given[name], False):
            yield ast.unparse(node)
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in (
        "load",
        "load_checkpoint",
        "create_model",
        "create_model_and_transforms",
        "create_model_from_pretrained",
    ):
        of = function.value if isinstance(function, ast.Attribute) else None
        known = isinstance(of, ast.Name) and of.id in ("torch", "open_clip")
        by_name = name.startswith("create") and len(node.args) == 1 and isinstance(node.args[0], ast.Name) and not given
        if (
            known
            and not by_name
            and not _is(given.get("weights_only"), True)
            and not _is(given.get("load_weights"), False)
        ):
            yield ast.unparse(node)
    if name in ("Listener", "Client") or (name in ("eval", "exec", "__import__") and isinstance(function, ast.Name)):
        yield ast.unparse(node)


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
