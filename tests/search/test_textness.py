import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from clipdesk.models.encoder import Encoder
from clipdesk.models.loader import load_encoder, model_folder
from clipdesk.search.grounds import ground
from clipdesk.search.rendering import embed, middle_square
from clipdesk.search.textness import (
    TextnessDirection,
    auc,
    direction_for,
    from_json,
    from_pairs,
    learn,
    load,
    measure,
    open_grounds,
    save,
    stored_direction,
    to_json,
)


class Notes:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, key: str) -> Any:
        return json.loads(self.kept[key]) if key in self.kept else None

    def set(self, key: str, value: Any) -> None:
        self.kept[key] = json.dumps(value)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("pocket")


@pytest.fixture(scope="module")
def shipped(encoder: Encoder) -> TextnessDirection:
    found = load(model_folder("pocket") / "textness.json", encoder.info.dim)
    assert found is not None
    return found


def _pairs(count: int, dim: int = 24, seed: int = 0) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=dim)
    truth /= np.linalg.norm(truth)
    plain = rng.normal(size=(count, dim))
    painted = plain + 3 * truth + rng.normal(0, 0.3, (count, dim))
    return plain.astype(np.float32), painted.astype(np.float32), truth


def test_auc_of_a_hand_computed_case() -> None:
    # of the 6 comparisons 3>1, 3>2, 2>1 win, 2=2 is half, 0 loses twice: 3.5 of 6
    assert auc(np.array([3.0, 2.0, 0.0]), np.array([1.0, 2.0])) == pytest.approx(3.5 / 6)
    assert auc(np.array([1.0]), np.array([])) == 0.5


def test_direction_is_found_and_calibrated_to_a_half_either_way() -> None:
    plain, painted, truth = _pairs(800)
    direction = from_pairs(plain, painted)
    assert np.linalg.norm(direction.direction) == pytest.approx(1, abs=1e-5)
    assert direction.direction @ truth > 0.97
    assert direction.separation > 0.9
    assert measure(direction, plain).mean() == pytest.approx(-0.5, abs=0.1)
    assert measure(direction, painted).mean() == pytest.approx(0.5, abs=0.1)


def test_direction_is_that_of_a_two_output_linear_layer() -> None:
    torch = pytest.importorskip("torch")
    plain, painted, _ = _pairs(300, dim=8)
    ridge = 1e-2
    ours = from_pairs(plain, painted, ridge=ridge, held_out=1 / 300)
    examples = torch.from_numpy(np.concatenate([painted, plain]))
    labels = torch.tensor([1] * len(painted) + [0] * len(plain))
    torch.manual_seed(0)
    layer = torch.nn.Linear(8, 2)
    solver = torch.optim.LBFGS(layer.parameters(), max_iter=500, line_search_fn="strong_wolfe", tolerance_grad=1e-9)

    def loss() -> Any:
        solver.zero_grad()
        # |w0|^2 + |w1|^2 = |w1 - w0|^2 / 2 at the optimum, hence the decay twice as large as for w1 - w0 alone
        value = torch.nn.functional.cross_entropy(layer(examples), labels) + ridge * layer.weight.square().sum()
        value.backward()
        return value

    solver.step(loss)
    weights = layer.weight.detach().numpy()
    theirs = weights[1] - weights[0]
    assert ours.direction @ theirs / np.linalg.norm(theirs) > 0.999


def test_model_blind_to_words_gets_small_textness() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(200, 16)).astype(np.float32)
    direction = from_pairs(vectors, vectors.copy())
    t = measure(direction, vectors)
    assert np.isfinite(t).all()
    assert np.abs(t).max() <= 2


def test_learns_from_procedural_grounds_alone_and_tells_each_step(encoder: Encoder) -> None:
    told: list[tuple[int, int]] = []
    direction = learn(encoder, pairs=150, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (150, 150)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert direction.separation > 0.8
    again = learn(encoder, pairs=150)
    np.testing.assert_allclose(direction.direction, again.direction, atol=1e-3)


def test_direction_is_kept_and_read_again(encoder: Encoder, tmp_path: Path) -> None:
    state = Notes()
    Image.new("RGB", (300, 200), "tan").save(tmp_path / "thumbnail.jpg")
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    thumbnails = [tmp_path / "thumbnail.jpg", tmp_path / "broken.jpg", tmp_path / "gone.jpg"]
    assert stored_direction(encoder, state, tmp_path) is None
    learned = direction_for(encoder, state, folder=tmp_path, thumbnails=thumbnails, pairs=64)
    kept = direction_for(encoder, state, folder=tmp_path, pairs=0)
    np.testing.assert_allclose(kept.direction, learned.direction, atol=1e-5)
    assert kept.gap == learned.gap


def test_shipped_direction_goes_before_a_learned_one(encoder: Encoder, shipped: TextnessDirection) -> None:
    found = direction_for(encoder, Notes(), folder=model_folder("pocket"))
    np.testing.assert_array_equal(found.direction, shipped.direction)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 99}', '{"version": 1, "direction": [1, 2]}', "\x00"])
def test_damaged_direction_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "textness.json").write_text(content, encoding="utf-8")
    assert load(tmp_path / "textness.json", 2) is None


def test_direction_of_another_size_counts_as_none(shipped: TextnessDirection, tmp_path: Path) -> None:
    save(shipped, tmp_path / "textness.json", "some-key")
    assert load(tmp_path / "textness.json", 512) is None
    assert from_json(to_json(shipped, "k"), len(shipped.direction)) is not None


def test_half_precision_measures_the_same(shipped: TextnessDirection) -> None:
    vectors = np.random.default_rng(0).normal(size=(5, len(shipped.direction))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    np.testing.assert_allclose(measure(shipped, vectors.astype(np.float16)), measure(shipped, vectors), atol=0.01)
    assert measure(shipped, vectors).dtype == np.float32


def test_words_in_a_font_never_learned_are_told_on_held_out_photos(
    encoder: Encoder, shipped: TextnessDirection, photos_folder: Path
) -> None:
    files = sorted(path for path in (photos_folder / "library").rglob("*") if path.is_file())[::3]
    plain = [middle_square(picture, 256) for picture in open_grounds(files)]
    painted = [picture.copy() for picture in plain]
    for number, picture in enumerate(painted):
        draw = ImageDraw.Draw(picture)
        for line in range(2 + number % 3):
            font = ImageFont.load_default(size=24 + number % 20)
            place = (number % 60, 20 + line * 60)
            text = ("Taxi 24h", "OPEN late", "www.photos.org", "No parking")[(number + line) % 4]
            draw.rectangle(draw.textbbox(place, text, font=font), fill=("white", "navy", "darkred")[number % 3])
            draw.text(place, text, font=font, fill=("black", "yellow", "cyan")[number % 3])
    assert len(plain) > 90
    with_words, without = (measure(shipped, embed(encoder, pictures)) for pictures in (painted, plain))
    assert auc(with_words, without) >= 0.85


def test_grounds_alone_have_no_textness_to_speak_of(encoder: Encoder, shipped: TextnessDirection) -> None:
    rng = np.random.default_rng(99)
    t = measure(shipped, embed(encoder, [ground(rng, 224) for _ in range(60)]))
    assert np.median(t) < 0.2
