from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.entities import ImageSpec, Matrix, Pixels
from clipdesk.core.errors import UserError
from clipdesk.indexing.decoder import load_pixels
from clipdesk.models.encoder import Encoder, EncoderInfo
from clipdesk.models.loader import load_encoder
from clipdesk.training.evaluate import read_captions
from clipdesk.training.zero_shot_accuracy import (
    Wording,
    accuracy_table,
    class_accuracy,
    class_vectors,
    labelled_sets,
    read_wording,
)


class ColourEncoder:
    """Pictures by their mean colour, texts by the colours that they name: what is right can be said beforehand."""

    info = EncoderInfo("colours", "colours-0", 3, ImageSpec(8), "none", 0)

    def encode_images(self, batch: Pixels) -> Matrix:
        means = batch.reshape(len(batch), -1, 3).mean(1) + 1
        return (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)

    def encode_texts(self, texts: list[str]) -> Matrix:
        named = [[word in text for word in ("red", "green", "blue")] for text in texts]
        # A text without a colour is anything but blue.
        vectors = np.array([words if any(words) else (0.1, 0.1, -1) for words in named], np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def unknown_share(self, text: str) -> float:
        return 0 * len(text)

    def close(self) -> None:
        """Nothing is open."""


def make_pictures(folder: Path, colour: str, count: int = 2) -> None:
    folder.mkdir(parents=True)
    for number in range(count):
        Image.new("RGB", (9, 9), colour).save(folder / f"{number}.png")


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    folder = tmp_path / "colours"
    make_pictures(folder / "red", "red", 4)
    make_pictures(folder / "green_leaf", "lime", 1)
    make_pictures(folder / "sky", "blue", 1)
    (folder / ".hidden").mkdir()
    return folder


def test_every_wording_is_measured(colours: Path) -> None:
    words = Wording(texts={"sky": ("blue above", "deep blue")})
    found = class_accuracy(ColourEncoder(), colours, load_pixels, wording=words)
    assert list(found["wordings"]) == ["one template", "ensemble", "own wording"]
    # nothing says that the sky is blue but the user
    assert found["top1"] == pytest.approx(5 / 6, abs=1e-4)
    assert found["per_class"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["wordings"]["ensemble"]["top1"] == found["top1"]
    assert found["wordings"]["own wording"] == {"top1": 1, "top5": 1, "per_class": 1}
    assert (found["photos"], found["classes"], found["model"]) == (6, 3, "colours")
    table = accuracy_table(found)
    assert len(table.splitlines()) == 4
    assert "0.833" in table


def test_templates_put_the_class_into_words(colours: Path) -> None:
    wording = Wording(("a {} thing", "this is {}"))
    assert wording.prompts("green_leaf") == ["a green leaf thing", "this is green leaf"]
    vectors = class_vectors(ColourEncoder(), ["red", "green_leaf"], wording)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    found = class_accuracy(ColourEncoder(), colours, load_pixels, wording=Wording(("blue, or {}",)))
    assert found["wordings"]["own wording"]["top1"] == 1 > found["top1"]
    with pytest.raises(UserError, match="no place for the class"):
        Wording(("a sketch",))


def test_sets_of_classes_count_the_same(colours: Path, tmp_path: Path) -> None:
    make_pictures(tmp_path / "signs" / "red", "red", 1)
    make_pictures(tmp_path / "signs" / "blue", "blue", 1)
    assert list(labelled_sets(tmp_path)) == ["colours", "signs"]
    steps: list[tuple[int, int]] = []
    found = class_accuracy(
        ColourEncoder(), tmp_path, load_pixels, progress=lambda done, total: steps.append((done, total))
    )
    assert found["sets"]["signs"]["top1"] == 1
    assert found["top1"] == pytest.approx((5 / 6 + 1) / 2, abs=1e-4)
    assert (found["photos"], found["classes"]) == (8, 5)
    assert steps[-1] == (8, 8)
    assert "mean of sets" in accuracy_table(found)
    # a picture beside the classes: these are classes with folders of their own, not sets
    Image.new("RGB", (9, 9)).save(tmp_path / "signs" / "odd.png")
    assert list(labelled_sets(tmp_path)) == [tmp_path.name]


def test_some_classes_only(colours: Path) -> None:
    assert [entry.name for entry in labelled_sets(colours, "*e*")["colours"]] == ["green_leaf", "red"]
    with pytest.raises(UserError, match="classes like photo_"):
        labelled_sets(colours, "photo_*")
    with pytest.raises(UserError, match="is not a folder"):
        labelled_sets(colours / "nowhere")


def test_wording_of_a_file(colours: Path, tmp_path: Path) -> None:
    file = tmp_path / "words.tsv"
    file.write_text("# mine\nsky\tblue above\nsky\tdeep blue\n\nred \t a tomato\n", encoding="utf-8")
    assert read_wording(file) == {"sky": ("blue above", "deep blue"), "red": ("a tomato",)}
    for content, told in (("sky blue\n", "line 1"), ("# nothing\n", "no wording"), ("sky\t\n", "line 1")):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(UserError, match=told):
            read_wording(file)
    with pytest.raises(UserError, match="'sea' that has no folder"):
        class_accuracy(ColourEncoder(), colours, load_pixels, wording=Wording(texts={"sea": ("blue",)}))


def test_bundled_model_on_real_photos(photos_folder: Path, tmp_path: Path) -> None:
    encoder: Encoder = load_encoder("pocket", threads=2)
    for name in ("beach", "dog"):
        (tmp_path / name).mkdir()
    rows = read_captions(photos_folder / "library-captions.csv")
    dogs = sorted({image for image, text in rows if "dog" in text and "beach" not in text})[:6]
    for number, image in enumerate(dogs):
        (tmp_path / "dog" / f"{number}.jpg").symlink_to(photos_folder / "library" / image)
    Image.new("RGB", (60, 60), "tan").save(tmp_path / "beach" / "sand.png")
    found = class_accuracy(encoder, tmp_path, load_pixels)
    assert (found["classes"], found["photos"]) == (2, len(dogs) + 1)
    assert found["top1"] > 0.5
    assert found["top5"] == 1
