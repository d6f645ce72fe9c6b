from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.errors import UserError
from clipdesk.indexing.decoder import load_pixels
from clipdesk.models.encoder import Encoder
from clipdesk.models.loader import load_encoder, model_folder
from clipdesk.search.textness import TextnessDirection, load
from clipdesk.training.evaluate import (
    confusion_table,
    read_captions,
    recalls,
    retrieval,
    textness_auc,
    word_confusion,
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("pocket")


@pytest.fixture(scope="module")
def direction(encoder: Encoder) -> TextnessDirection:
    found = load(model_folder("pocket") / "textness.json", encoder.info.dim)
    assert found is not None
    return found


def test_recalls_of_a_hand_computed_case() -> None:
    photos = np.eye(3, dtype=np.float32)
    # the texts are of photos 0, 0, 1 and 2; the last one looks like photo 0
    texts = np.array([[1, 0, 0], [0, 0.6, 0.5], [0, 1, 0], [0.9, 0, 0.1]], np.float32)
    found = recalls(texts, photos, np.array([0, 0, 1, 2]))
    assert found["text_to_image"] == {"recall@1": 0.5, "recall@5": 1.0, "recall@10": 1.0}
    # photo 0: own 1 beats .9; photo 1: own 1 beats .6; photo 2: own .1 loses to .5
    assert found["image_to_text"]["recall@1"] == pytest.approx(2 / 3, abs=1e-4)


def test_a_model_that_tells_nothing_apart_gets_nothing() -> None:
    same = np.ones((20, 4), np.float32) / 2
    found = recalls(same, same, np.arange(20))
    assert found["text_to_image"]["recall@10"] == 0
    assert found["image_to_text"]["recall@10"] == 0


def test_retrieval_on_real_photos(encoder: Encoder, photos_folder: Path, tmp_path: Path) -> None:
    rows = read_captions(photos_folder / "library-captions.csv")[:200]
    subset = tmp_path / "captions.csv"
    subset.write_text("image,caption\n" + "".join(f'{image},"{text}"\n' for image, text in rows if '"' not in text))
    steps: list[tuple[int, int]] = []
    found = retrieval(
        encoder,
        subset,
        photos_folder / "library",
        load_pixels,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps[-1] == (found["photos"], found["photos"])
    assert found["photos"] == 40
    assert found["text_to_image"]["recall@10"] > 0.6
    assert found["image_to_text"]["recall@1"] > 0.2
    assert found["model"] == "pocket"


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "columns"), (b"picture,text\n", "columns"), (b"image,caption\n", "no captions"), (b"\xff\xfe,\x00", "CSV")],
)
def test_bad_captions_are_told(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "captions.csv"
    file.write_bytes(content)
    with pytest.raises(UserError, match=told):
        read_captions(file)


def test_first_missing_photo_is_named(encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "captions.csv").write_text("image,caption\nhere.png,a\ngone.png,b\nlost.png,c\n")
    Image.new("RGB", (9, 9)).save(tmp_path / "here.png")
    with pytest.raises(UserError, match=r"gone\.png is missing \(and 1 more\)"):
        retrieval(encoder, tmp_path / "captions.csv", tmp_path, load_pixels)


def test_textness_of_the_bundled_model(
    encoder: Encoder, direction: TextnessDirection, photos_folder: Path, tmp_path: Path
) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    for number, file in enumerate(sorted((photos_folder / "library").rglob("*.jpg"))[::3]):
        (plain / f"{number}.jpg").symlink_to(file)
    written = tmp_path / "written"
    written.mkdir()
    Image.new("RGB", (64, 64), "white").save(written / "one.png")
    found = textness_auc(encoder, written, plain, direction, load_pixels)
    assert found["paired_auc"] >= 0.85
    assert found["with"] == 1
    assert found["without"] > 90
    assert 0 <= found["auc"] <= 1


def test_folder_without_pictures_is_told(encoder: Encoder, direction: TextnessDirection, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no pictures"):
        textness_auc(encoder, tmp_path, tmp_path, direction, load_pixels)
    with pytest.raises(UserError, match="is not a folder"):
        textness_auc(encoder, tmp_path / "nowhere", tmp_path, direction, load_pixels)


def test_word_confusion_scores_follow_the_slider(encoder: Encoder, direction: TextnessDirection) -> None:
    found = word_confusion(encoder, direction)
    assert [row["textness"] for row in found["rows"]] == [-2, -1, 0, 1, 2]
    for name, t in found["t"].items():
        scores = [row["scores"][name] for row in found["rows"]]
        assert scores == sorted(scores, reverse=t < 0)
    for row in found["rows"]:
        assert row["order"][0] == max(row["scores"], key=row["scores"].get)
    table = confusion_table(found)
    print(table)
    assert len(table.splitlines()) == 8
    assert "the word Gat" in table


def test_a_csv_file_in_another_coding_is_told_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "captions.csv").write_bytes("image,caption\na.jpg,café\n".encode("utf-16"))
    with pytest.raises(UserError, match="is no CSV file that can be read") as told:
        read_captions(tmp_path / "captions.csv")
    assert "codec" not in str(told.value)
    assert "UTF-8" in told.value.hint
