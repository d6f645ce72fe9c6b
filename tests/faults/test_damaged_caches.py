"""Everything that can be made again, damaged on its disk: made again without a word, and answers stay the same."""

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from worker.hooks import HookedEncoder

from clipdesk.bench.library import make_library
from clipdesk.catalog.library import open_library
from clipdesk.core import paths, settings
from clipdesk.core.entities import Ids
from clipdesk.core.marked_jpeg import is_whole
from clipdesk.core.query import parse
from clipdesk.models import tuned
from clipdesk.models.encoder import Encoder
from clipdesk.models.files import describe, key_of
from clipdesk.models.loader import encoder_key, load_encoder, model_folder
from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.models.speeds import machine
from clipdesk.search.engine import SearchEngine
from clipdesk.search.layout import DIM
from clipdesk.search.layout_store import LayoutStore
from clipdesk.search.photo_vectors import FILES_FROM
from clipdesk.worker import encoders

from .conftest import Effort, Figures
from .damage import damage
from .libraries import Undisturbed, make_undisturbed
from .likeness import contents, differences
from .running import clipdesk

_MODEL = "pocket"
_PICTURES = 30
_TUNED = tuned.Candidate("onnx float32", "cpu", 1, 16, 50.0)


@pytest.fixture(scope="module")
def encoder() -> Iterator[Encoder]:
    encoder = encoders.load(settings.Settings(threads=1))
    yield encoder
    encoder.close()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return make_undisturbed(tmp_path_factory.mktemp("undisturbed"), _PICTURES)


class _Lasting(HookedEncoder):
    """Serves one engine after the other."""

    def close(self) -> None:
        pass


def _best(library: Path, encoder: Encoder, *, write: bool) -> tuple[Ids, tuple[str, ...]]:
    """The best photos of a library for some words, and the index files that are there afterwards."""

    def no_picture(*_: object) -> np.ndarray:
        raise AssertionError

    with open_library(library, write=write) as opened:
        engine = SearchEngine(
            opened.catalog,
            opened.index_folder,
            _Lasting(encoder, lambda _: None),
            write=write,
            load_pixels=no_picture,
            model_key=encoder_key(_MODEL),
        )
        found = engine.rank(parse("a dog on the beach"), 50).photo_ids
        if write:
            engine.prepare()
        engine.close()
        return found, tuple(sorted(path.name for path in opened.index_folder.iterdir()))


def test_damaged_index_files(encoder: Encoder, tmp_path: Path, effort: Effort, figures: Figures) -> None:
    """Of a library that is big enough to have some; the first process that writes makes them anew."""
    library, sound = tmp_path / "library", tmp_path / "sound"
    vectors = np.random.default_rng(1).standard_normal((FILES_FROM, encoder.info.dim)).astype(np.float16)
    vectors /= np.linalg.norm(vectors.astype(np.float32), axis=1, keepdims=True).astype(np.float16)
    make_library(library, vectors, encoder_key(_MODEL))
    expected, files = _best(library, encoder, write=True)
    assert len(files) >= 3
    shutil.copytree(library / "index", sound)
    times = effort(4, 30)
    for seed in range(times):
        chance = random.Random(seed)
        shutil.rmtree(library / "index")
        shutil.copytree(sound, library / "index")
        file = library / "index" / chance.choice(files)
        words = damage(file, chance).words
        state = (seed, file.name, words)
        np.testing.assert_array_equal(_best(library, encoder, write=False)[0], expected, str(state))
        found, files_now = _best(library, encoder, write=True)
        np.testing.assert_array_equal(found, expected, str(state))
        assert len(files_now) == len(files), state
        np.testing.assert_array_equal(_best(library, encoder, write=False)[0], expected, str(state))
        shutil.rmtree(sound)
        shutil.copytree(library / "index", sound)
        files = files_now
    figures("index files damaged", times)


def test_damaged_thumbnails(undisturbed: Undisturbed, tmp_path: Path, effort: Effort, figures: Figures) -> None:
    """A repair finds each, and the next run makes them again."""
    library = tmp_path / "library"
    shutil.copytree(undisturbed.library, library)
    files = sorted((library / "thumbnails").glob("*/*.jpg"))
    times = 0
    for seed in range(effort(1, 6)):
        chance = random.Random(seed)
        changed = 0
        for file in chance.sample(files, 20):
            before = file.read_bytes()
            damage(file, chance)
            changed += file.read_bytes() != before
        mended = clipdesk(library, "doctor", "--repair", "--json")
        assert mended.code == 0
        assert f"{changed} damaged thumbnails" in mended.err, seed
        assert mended.json["library"]["missing_thumbnails"] == changed, seed
        assert clipdesk(library, "index").code == 0
        assert all(is_whole(file.read_bytes()) for file in files), seed
        assert differences(contents(library), undisturbed.contents) == [], seed
        times += changed
    figures("thumbnails damaged", times)


def test_the_window_deletes_a_damaged_thumbnail(undisturbed: Undisturbed, tmp_path: Path, effort: Effort) -> None:
    from clipdesk.ui.thumbnail_loader import read_scaled

    source = next((undisturbed.library / "thumbnails").glob("*/*.jpg"))
    for seed in range(effort(40, 400)):
        file = Path(shutil.copy(source, tmp_path / "one.jpg"))
        assert not read_scaled(file, 96).isNull()
        damage(file, random.Random(seed))
        if file.read_bytes() != source.read_bytes():
            assert read_scaled(file, 96).isNull(), seed
            assert not file.exists(), seed


def _settings_file() -> Path:
    file = paths.settings_file()
    settings.save(settings.Settings(excludes=("*/private/*",), threads=2, cpu_idle=0.75))
    return file


def _speeds() -> Path:
    file = paths.cache_folder() / "speeds.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({machine(): {encoder_key(_MODEL): 50.0}}), encoding="utf-8")
    return file


def _tuning() -> Path:
    folder = tuned.record_folder(model_folder(_MODEL), _MODEL)
    tuned.write(folder, tuned.Tuning(encoder_key(_MODEL), machine(), 32, _TUNED, (_TUNED,)))
    return folder / tuned.RECORD


def _recent() -> Path:
    file = paths.data_folder() / "recent-queries.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(["a dog", "a cat"]), encoding="utf-8")
    return file


@pytest.mark.parametrize("make", [_settings_file, _speeds, _tuning, _recent])
def test_damaged_small_files(make: Callable[[], Path], effort: Effort, figures: Figures) -> None:
    """They are read as they are, as far as they make sense, or made anew: nobody hears of it."""
    from clipdesk.models import speeds
    from clipdesk.ui.history import QueryHistory

    times = effort(150, 3000)
    pixels = np.zeros((2, 224, 224, 3), np.uint8)
    file = make()
    try:
        for seed in range(times):
            make()
            words = damage(file, random.Random(seed)).words
            chosen = settings.load()
            settings.save(chosen)
            assert settings.load() == chosen, (seed, words)
            rate = speeds.of(encoder_key(_MODEL))
            assert rate is None or rate > 0, (seed, words)
            speeds.record(encoder_key(_MODEL), 40.0)
            assert speeds.of(encoder_key(_MODEL)) == 40.0, (seed, words)
            assert all(isinstance(query, str) for query in QueryHistory(file=paths.data_folder() / file.name).queries())
            found = tuned.read(file.parent)
            if file.name == tuned.RECORD and found is not None and seed % 25 == 0:
                encoder = load_encoder(_MODEL)
                size = encoder.info.image.size
                assert np.isfinite(encoder.encode_images(pixels[:, :size, :size])).all(), (seed, words)
                encoder.close()
    finally:
        file.unlink(missing_ok=True)
        paths.settings_file().unlink(missing_ok=True)
    figures("times damaged", times)


def test_damaged_settings_are_kept_aside() -> None:
    file = _settings_file()
    try:
        damaged = file.read_bytes() + b"\n= = ="
        file.write_bytes(damaged)
        settings.save(settings.Settings())
        assert file.with_name("settings.damaged.toml").read_bytes() == damaged
        assert settings.load() == settings.Settings()
    finally:
        file.unlink()


def test_damaged_text_vectors(
    undisturbed: Undisturbed, encoder: Encoder, tmp_path: Path, effort: Effort, figures: Figures
) -> None:
    """Of tags and of background prompts, which every search needs."""
    library = tmp_path / "library"
    shutil.copytree(undisturbed.library, library)
    expected = clipdesk(library, "search", "squares", "--json").json
    photo = next(path for path in undisturbed.photos.rglob("*.jpg"))
    tags = clipdesk(library, "tags", photo, "--json").json
    files = sorted(paths.cache_folder().rglob("*.npy"))
    assert len(files) >= 2
    times = 0
    for seed in range(effort(1, 10)):
        chance = random.Random(seed)
        for file in files:
            damage(file, chance)
            times += 1
        told = clipdesk(library, "search", "squares", "--json")
        assert told.json == expected, seed
        assert told.err == "", seed
        assert clipdesk(library, "tags", photo, "--json").json == tags, seed
    figures("files damaged", times)


def test_damaged_layouts(undisturbed: Undisturbed, tmp_path: Path, effort: Effort, figures: Figures) -> None:
    """What tells copies of a picture from others of the same subject."""
    hashes = sorted({row[3] for row in undisturbed.contents.files.values()})

    def layouts() -> np.ndarray:
        return LayoutStore(tmp_path, undisturbed.library / "thumbnails", write=True).of(hashes, lambda: None)

    expected = layouts()
    assert expected.shape == (_PICTURES, DIM)
    times = effort(20, 200)
    for seed in range(times):
        [file] = tmp_path.glob("layouts-*.npz")
        words = damage(file, random.Random(seed)).words
        np.testing.assert_array_equal(layouts(), expected, str((seed, words)))
    figures("times damaged", times)


def test_a_damaged_graph_in_eight_bits(tmp_path: Path, effort: Effort, figures: Figures) -> None:
    """The one that tuning made is given up for the model's own."""
    folder = Path(shutil.copytree(model_folder(_MODEL), tmp_path / _MODEL))
    own, graph = folder / describe(folder).image_graph, folder / tuned.INT8_GRAPH
    # With its weights inside it, as tuning writes it.
    onnx.save(onnx.load(str(own)), str(graph))
    whole = graph.read_bytes()
    choice = tuned.Candidate("onnx int8", "cpu", 1, 16, 50.0)
    tuning = tuned.Tuning(key_of(folder), machine(), 32, choice, (choice,), tuned.graph_checksum(folder))
    assert tuned.is_current(tuning, folder)
    size = describe(folder).image.size
    pixels = np.random.default_rng(0).integers(0, 256, (4, size, size, 3), dtype=np.uint8)
    expected = OnnxEncoder(folder, 1).encode_images(pixels)
    times = effort(8, 60)
    for seed in range(times):
        graph.write_bytes(whole)
        damage(graph, random.Random(seed))
        if graph.read_bytes() != whole:
            tried = OnnxEncoder(folder, 1, tuning=tuning)
            np.testing.assert_allclose(tried.encode_images(pixels), expected, atol=1e-5, err_msg=str(seed))
            assert "int8" not in tried.info.engine
            tried.close()
    figures("times damaged", times)
