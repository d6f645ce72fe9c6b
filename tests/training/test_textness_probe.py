import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.errors import UserError
from clipdesk.indexing.decoder import load_pixels
from clipdesk.models.encoder import Encoder
from clipdesk.models.loader import load_encoder
from clipdesk.search import textness
from clipdesk.training import textness_tool
from clipdesk.training.textness_probe import TextnessProbe, from_folders, render_pairs, train_probe
from clipdesk.training.textness_sides import Mixture, compare_sides, image_side, sides_table, text_side


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def cloud() -> tuple[np.ndarray, np.ndarray]:
    """400 random directions; those of pictures with words are moved along the first axis."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(400, 24))
    written = np.arange(400) % 2 == 1
    vectors[written, 0] += 4
    return unit(vectors), written


@pytest.fixture(scope="module")
def probe(cloud: tuple[np.ndarray, np.ndarray]) -> TextnessProbe:
    vectors, written = cloud
    return train_probe(vectors, written, np.arange(400) < 200)


def test_probe_finds_the_direction_of_words(probe: TextnessProbe) -> None:
    assert np.linalg.norm(probe.bias) == pytest.approx(1, abs=1e-5)
    assert probe.bias[0] > 0.9
    assert probe.accuracy > 0.9
    assert probe.auc > 0.97
    assert probe.gap > 0.3


def test_probe_is_the_apps_direction_without_calibration(
    cloud: tuple[np.ndarray, np.ndarray], probe: TextnessProbe
) -> None:
    """Softmax regression has its optimum at w1 = -w0, so the positive row is what `search.textness` solves for."""
    vectors, written = cloud
    solved = textness.from_pairs(vectors[:200][~written[:200]], vectors[:200][written[:200]], held_out=0.05)
    assert float(solved.direction @ probe.bias) > 0.99


def test_kinds_of_different_size_count_the_same(cloud: tuple[np.ndarray, np.ndarray]) -> None:
    vectors, written = cloud
    few = np.flatnonzero(written)[:20]
    kept = np.sort(np.concatenate([np.flatnonzero(~written), few]))
    found = train_probe(vectors[kept], written[kept], np.random.default_rng(0).random(len(kept)) < 0.5)
    assert found.auc > 0.9
    assert found.accuracy > 0.85


def test_one_kind_alone_is_refused(cloud: tuple[np.ndarray, np.ndarray]) -> None:
    vectors, written = cloud
    with pytest.raises(UserError, match="Too few pictures to train"):
        train_probe(vectors[~written], written[~written], np.arange(200) < 100)
    with pytest.raises(UserError, match="Too few pictures to test"):
        train_probe(vectors, written, np.ones(400, bool))


def test_sides_as_defined(cloud: tuple[np.ndarray, np.ndarray], probe: TextnessProbe) -> None:
    vectors, written = cloud
    query = unit(np.random.default_rng(1).normal(size=24))
    plain = vectors @ query
    for scale in (-2.0, -0.5, 1.0):
        moved = unit(query + scale * probe.bias)
        np.testing.assert_allclose(text_side(query, vectors, probe.bias, scale), vectors @ moved, atol=1e-5)
        np.testing.assert_allclose(
            image_side(query, vectors, probe.bias, scale), unit(vectors + scale * probe.bias) @ query, atol=1e-5
        )
        # the image side changes nothing but the norms: times these, the order is the old one
        norms = np.linalg.norm(vectors + scale * probe.bias, axis=1)
        restored = image_side(query, vectors, probe.bias, scale) * norms
        np.testing.assert_allclose(restored - restored.mean(), plain - plain.mean(), atol=1e-5)
        assert (norms[written].mean() > norms[~written].mean()) == (scale > 0)
    np.testing.assert_allclose(text_side(query, vectors, probe.bias, 0), plain, atol=1e-6)


def test_text_side_moves_words_and_image_side_does_not(
    cloud: tuple[np.ndarray, np.ndarray], probe: TextnessProbe
) -> None:
    vectors, written = cloud
    rng = np.random.default_rng(2)
    labels = tuple("ab"[place // 2 % 2] for place in range(400))
    mixture = Mixture(vectors, written, ("a", "b"), unit(rng.normal(size=(2, 24))), labels)
    found = compare_sides(mixture, probe)
    text = [row["words"] for row in found["sides"]["text"]]
    assert text == sorted(text)
    assert (text[0], text[-1]) == (0, 1)
    assert found["reach"]["text"] == 1
    assert found["reach"]["image"] < 0.5
    assert found["reach"]["calibrated"] > 0.5
    assert {rows[3]["words"] for rows in found["sides"].values()} == {text[3]}
    assert all(0 <= row["precision"] <= 1 for row in found["sides"]["image"])
    assert "text side" in found["verdict"]
    assert json.loads(json.dumps(found)) == found
    lines = sides_table(found).splitlines()
    assert len(lines) == 3 + 7 + 1
    assert lines[2].count("right@10") == 3


def test_rendered_pairs_keep_together(tmp_path: Path) -> None:
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        for number in range(4):
            Image.new("RGB", (50, 40), (40 * number, 90, 160)).save(tmp_path / name / f"{number}.png")
    (tmp_path / "dogs" / "3.png").write_bytes(b"no picture")
    out = tmp_path / "out"
    out.mkdir()
    grounds = sorted(tmp_path.glob("*s/*.png"))
    made = render_pairs(grounds, out, pairs=100, size=96)
    assert len(made.files) == 2 * 7
    assert made.written.tolist() == [False, True] * 7
    np.testing.assert_array_equal(made.used[::2], made.used[1::2])
    assert made.labels is not None
    assert set(made.labels) == {"cats", "dogs"}
    before, after = (np.asarray(Image.open(file)).astype(int) for file in made.files[:2])
    assert before.shape == after.shape == (96, 96, 3)
    assert np.abs(before - after).max() > 60
    again = tmp_path / "again"
    again.mkdir()
    repeated = render_pairs(grounds, again, pairs=100, size=96)
    assert [a.read_bytes() for a in made.files] == [b.read_bytes() for b in repeated.files]
    drawn = render_pairs([], again, pairs=3, size=64)
    assert (len(drawn.files), drawn.labels) == (6, None)


def test_folders_are_halved() -> None:
    made = from_folders([Path(f"w{n}") for n in range(10)], [Path(f"p{n}") for n in range(21)], seed=3)
    assert made.used[:10].sum() == 5
    assert made.used[10:].sum() == 10
    assert made.written.sum() == 10


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("pocket", threads=2)


def test_bundled_model_on_real_grounds(encoder: Encoder, photos_folder: Path, tmp_path: Path) -> None:
    plan = textness_tool.Plan(grounds=(photos_folder / "library",), pairs=160, queries=("a dog", "people", "water"))
    with textness_tool.studied(encoder, plan, load_pixels) as outcome:
        values = outcome.values
        assert values["probe"]["auc"] > 0.7
        assert values["reach"]["text"] > 0.7
        assert values["reach"]["text"] > 2 * abs(values["reach"]["image"])
        assert values["sides"]["text"][0]["precision"] is None
        textness_tool.draw_grid(encoder, outcome, "people", "text", tmp_path / "grid.png")
    with Image.open(tmp_path / "grid.png") as grid:
        assert grid.width > 1500
    assert not outcome.files[0].exists()


def test_direction_can_be_remade(encoder: Encoder, photos_folder: Path, tmp_path: Path) -> None:
    plan = textness_tool.Plan(grounds=(photos_folder / "library",), pairs=60, seed=5)
    told = textness_tool.write_direction(encoder, plan, tmp_path / "one.json")
    textness_tool.write_direction(encoder, plan, tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    found = textness.load(tmp_path / "one.json", encoder.info.dim)
    assert found is not None
    assert found.separation == pytest.approx(told["separation"], abs=1e-4)
    with pytest.raises(UserError, match="cannot be written"):
        textness_tool.write_direction(encoder, plan, tmp_path / "gone" / "x.json")
