"""The bundled model on ONNX Runtime: one process loads what it needs, and nothing more."""

import csv
import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from clipdesk.core.errors import ModelError
from clipdesk.models.onnx_encoder import OnnxEncoder

TEXTS = ["a dog running on the beach", "kids jumping into a pool", "", "red " * 100, "Zürich 😀"]


@pytest.fixture(scope="module")
def encoder(pocket: Path) -> OnnxEncoder:
    return OnnxEncoder(pocket, threads=2)


def test_info(encoder: OnnxEncoder, pocket: Path) -> None:
    info = encoder.info
    assert (info.name, info.dim, info.image.size, info.image.resize) == ("pocket", 384, 128, "shortest")
    assert info.key.startswith("pocket-")
    assert info.bytes == sum(file.stat().st_size for file in pocket.iterdir())


def test_one_copy_of_the_weights(pocket: Path) -> None:
    weights = (pocket / "open_clip_model.safetensors").stat().st_size
    rest = sum(file.stat().st_size for file in pocket.iterdir()) - weights
    assert rest < 1_000_000


def test_texts_become_unit_vectors_that_do_not_depend_on_their_batch(encoder: OnnxEncoder) -> None:
    together = encoder.encode_texts(TEXTS * 30)
    assert together.dtype == np.float32
    assert together.shape == (150, 384)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    alone = np.concatenate([encoder.encode_texts([text]) for text in TEXTS])
    np.testing.assert_allclose(together[:5], alone, atol=1e-5)
    np.testing.assert_array_equal(together, encoder.encode_texts(TEXTS * 30))


def test_no_texts_and_no_pictures(encoder: OnnxEncoder) -> None:
    assert encoder.encode_texts([]).shape == (0, 384)
    assert encoder.encode_images(np.empty((0, 128, 128, 3), dtype=np.uint8)).shape == (0, 384)


def test_photos_become_unit_vectors(encoder: OnnxEncoder, photo_pixels: NDArray[np.uint8]) -> None:
    vectors = encoder.encode_images(photo_pixels)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(vectors[17:18], encoder.encode_images(photo_pixels[17:18]), atol=1e-5)
    np.testing.assert_array_equal(vectors, encoder.encode_images(photo_pixels))


def test_mirrored_and_strided_pixels_are_read_as_they_look(
    encoder: OnnxEncoder, photo_pixels: NDArray[np.uint8]
) -> None:
    mirrored = photo_pixels[:3, :, ::-1]
    np.testing.assert_array_equal(encoder.encode_images(mirrored), encoder.encode_images(mirrored.copy()))


@pytest.mark.parametrize(
    "batch",
    [
        np.zeros((1, 64, 64, 3), dtype=np.uint8),
        np.zeros((128, 128, 3), dtype=np.uint8),
        np.zeros((1, 128, 128, 3), dtype=np.float32),
    ],
    ids=["size", "shape", "type"],
)
def test_wrong_pixels_are_refused(encoder: OnnxEncoder, batch: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="pixels must be uint8"):
        encoder.encode_images(batch)


def test_text_and_pictures_at_once(pocket: Path, photo_pixels: NDArray[np.uint8]) -> None:
    fresh = OnnxEncoder(pocket, threads=1)
    with ThreadPoolExecutor(2) as pool:
        pictures = [pool.submit(fresh.encode_images, photo_pixels[:8]) for _ in range(3)]
        texts = [pool.submit(fresh.encode_texts, TEXTS) for _ in range(6)]
        first = fresh.encode_texts(TEXTS)
        assert all(np.array_equal(done.result(), first) for done in texts)
        assert all(np.array_equal(done.result(), pictures[0].result()) for done in pictures)
    fresh.close()


def test_a_text_search_loads_neither_torch_nor_the_picture_tower(pocket: Path, tmp_path: Path) -> None:
    copy = tmp_path / "pocket"
    shutil.copytree(pocket, copy)
    (copy / "image.onnx").unlink()
    code = (
        "import sys, pathlib; from clipdesk.models.onnx_encoder import OnnxEncoder;"
        f"encoder = OnnxEncoder(pathlib.Path({str(copy)!r}));"
        "assert 'onnxruntime' not in sys.modules; encoder.encode_texts(['a dog']);"
        "print({'torch', 'open_clip', 'torchvision', 'scipy', 'onnx', 'ftfy', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("set()", "")


def test_captions_find_their_photos(encoder: OnnxEncoder, photos_folder: Path) -> None:
    """What the model's README promises: most captions find their photo among the first 20 of 292."""
    with (photos_folder / "library-captions.csv").open(encoding="utf-8", newline="") as rows:
        captions = [(row["image"], row["caption"]) for row in csv.DictReader(rows)]
    names = sorted({name for name, _ in captions})
    vectors = np.concatenate([encoder.encode_images(cut(photos_folder / "library" / name)) for name in names])
    scores = encoder.encode_texts([caption for _, caption in captions]) @ vectors.T
    first = np.argsort(-scores, axis=1)[:, :20]
    found = [names.index(name) in row for (name, _), row in zip(captions, first, strict=True)]
    assert np.mean(found) > 0.6


def cut(file: Path) -> NDArray[np.uint8]:
    """A photo as the model wants it: uint8 [1, 128, 128, 3]."""
    photo = Image.open(file).convert("RGB")
    return np.asarray(ImageOps.fit(photo, (128, 128), Image.Resampling.BICUBIC))[np.newaxis]


def test_scripts_that_the_model_never_learned(encoder: OnnxEncoder) -> None:
    assert encoder.unknown_share("海辺の犬") == 1
    assert encoder.unknown_share("café") == 0


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("text.onnx", b"not a graph"),
        ("open_clip_model.safetensors", b"cut short"),
        ("merges.txt", b"\xff\xfe\xff"),
    ],
)
def test_damaged_files_are_one_line(
    pocket: Path, tmp_path: Path, name: str, damage: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "pocket"
    shutil.copytree(pocket, copy)
    (copy / name).chmod(0o644)
    (copy / name).write_bytes(damage)
    with pytest.raises(ModelError) as told:
        OnnxEncoder(copy).encode_texts(["a dog"])
    assert "\n" not in str(told.value)
    assert "Reinstall" in told.value.hint
    assert capfd.readouterr() == ("", "")


def test_description_of_another_version_is_refused(pocket: Path, tmp_path: Path) -> None:
    copy = tmp_path / "pocket"
    shutil.copytree(pocket, copy)
    description = json.loads((copy / "clipdesk.json").read_text(encoding="utf-8"))
    (copy / "clipdesk.json").write_text(json.dumps(description | {"format": 99}), encoding="utf-8")
    with pytest.raises(ModelError, match="another version"):
        OnnxEncoder(copy)
    (copy / "clipdesk.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"clipdesk\.json"):
        OnnxEncoder(copy)
