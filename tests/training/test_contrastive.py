import csv
import json
import math
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from clipdesk.core.entities import Progress
from clipdesk.core.errors import ModelError, UserError
from clipdesk.models.open_clip_encoder import OpenClipEncoder
from clipdesk.training import captions, distilbert, textbook, towers
from clipdesk.training.contrastive import Settings
from clipdesk.training.losses import contrastive_loss
from clipdesk.training.photo_store import random_view
from clipdesk.training.reports import Reports
from clipdesk.training.runtime import Runtime
from clipdesk.training.schedule import Order, rate_at
from clipdesk.training.train import train


def weights(folder: Path) -> dict[str, Tensor]:
    return load_file(folder / "open_clip_model.safetensors")


def losses(out: Path) -> list[float]:
    with (out / "training" / "curve.csv").open(newline="") as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


@pytest.fixture
def settings(tiny_config: Path, captioned: Path, photos_folder: Path, tmp_path: Path) -> Callable[..., Settings]:
    def make(**changes: Any) -> Settings:
        return Settings(
            **{
                "captions": captioned,
                "images": photos_folder / "library",
                "out": tmp_path / "out",
                "model": str(tiny_config),
                "batch": 8,
                "epochs": 3,
                "held_out": "0.2",
                "device": "cpu",
                "threads": 1,
                "precision": "float32",
                **changes,
            }
        )

    return make


def test_loss_of_a_hand_computed_case() -> None:
    images = torch.tensor([[2.0, 0.0], [0.0, 3.0]])
    texts = torch.tensor([[1.0, 0.0], [0.6, 0.8]])
    # cosines: photo 0 with the texts 1 and .6, photo 1 with them 0 and .8; all times 10
    by_photo = -math.log(math.exp(10) / (math.exp(10) + math.exp(6))) - math.log(math.exp(8) / (math.exp(8) + 1))
    by_text = -math.log(math.exp(10) / (math.exp(10) + 1)) - math.log(math.exp(8) / (math.exp(8) + math.exp(6)))
    loss = contrastive_loss(images, texts, torch.tensor(10.0).log())
    assert float(loss) == pytest.approx((by_photo + by_text) / 4, rel=1e-5)


def test_the_temperature_stops_at_a_hundredth() -> None:
    images, texts = torch.eye(2), torch.tensor([[0.8, 0.6], [0.6, 0.8]])
    limit, beyond = (contrastive_loss(images, texts, torch.tensor(s).log()) for s in (100.0, 1e6))
    assert float(beyond) == float(limit)


def test_the_rate_warms_up_and_ends_at_zero() -> None:
    rates = [rate_at(step, 100, 10, 1.0) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9] == rates[10] == 1.0
    assert rates[55] == pytest.approx(0.5)
    assert rates[100] == pytest.approx(0.0)


def test_an_epoch_shows_each_photo_once() -> None:
    order = Order(20, 5, seed=3)
    epochs = [np.concatenate([order.at(4 * epoch + step) for step in range(4)]) for epoch in (0, 1)]
    assert all(sorted(epoch.tolist()) == list(range(20)) for epoch in epochs)
    assert epochs[0].tolist() != epochs[1].tolist()


def test_a_view_keeps_the_shapes_of_things() -> None:
    from PIL import Image, ImageDraw

    wide = Image.new("RGB", (400, 200))
    ImageDraw.Draw(wide).rectangle((0, 0, 399, 199), fill=(200, 30, 30))
    ImageDraw.Draw(wide).ellipse((150, 50, 250, 150), fill=(255, 255, 255))
    view = random_view(wide.resize((160, 160)), 2.0, 100, np.random.default_rng(0), 1.0, 0.0)
    # All of a 2:1 photo is no ratio that is allowed: the middle square is taken, where the disc is as wide as high.
    disc = np.asarray(view)[:, :, 1] > 128
    assert abs(int(disc.any(0).sum()) - int(disc.any(1).sum())) <= 2
    assert 45 <= disc.any(0).sum() <= 55


def test_held_out_photos_are_not_trained_on(captioned: Path, tmp_path: Path) -> None:
    whole = captions.read(captioned)
    trained, measured = captions.split(whole, "0.25", 0)
    assert len(measured) == 5
    assert sorted((*trained.names, *measured.names)) == sorted(whole.names)
    captions.write(measured, tmp_path / "other.csv")
    again, same = captions.split(whole, str(tmp_path / "other.csv"), 0)
    assert (again, same) == (trained, measured)
    with pytest.raises(UserError, match=r"0\.9 is no share"):
        captions.split(whole, "0.9", 0)


@pytest.mark.photos
def test_training_lowers_the_loss_and_gives_a_model_folder(
    settings: Callable[..., Settings], reports: Reports, told: list[Progress], photos_folder: Path
) -> None:
    asked = settings(epochs=30, rate=2e-3)
    outcome = train(asked, reports)
    curve = losses(asked.out)
    assert outcome.finished
    assert outcome.step == len(curve) == 60
    assert np.mean(curve[-5:]) < 0.6 * np.mean(curve[:5])
    assert set(outcome.figures) >= {"text_to_image", "image_to_text"}
    assert outcome.figures["photos"] == 4
    assert {progress.phase for progress in told} >= {"reading", "training"}
    encoder = OpenClipEncoder(asked.out, "cpu")
    vectors = encoder.encode_texts(["a dog", "children at a lake"])
    assert encoder.info.dim == 32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert float(vectors[0] @ vectors[1]) < 0.999


@pytest.mark.photos
@pytest.mark.parametrize("tower", ["image", "text"])
def test_a_locked_tower_stays(
    settings: Callable[..., Settings], reports: Reports, tmp_path: Path, tower: towers.Tower
) -> None:
    # Batch norms change their statistics without any gradient: the locked tower has some.
    vision = {"timm_model_name": "resnet10t", "timm_pool": "avg", "timm_proj": "linear", "image_size": 32}
    text = {"context_length": 16, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1}
    (tmp_path / "conv.json").write_text(json.dumps({"embed_dim": 32, "vision_cfg": vision, "text_cfg": text}))
    first, second = tmp_path / "first", tmp_path / "second"
    asked = settings(model=str(tmp_path / "conv.json"), epochs=1, held_out="0", out=first)
    assert train(asked, reports).figures == {}
    train(settings(model=str(first), start=first, lock=tower, epochs=2, held_out="0", out=second), reports)
    before, after = weights(first), weights(second)
    changed = {name for name, value in before.items() if not torch.equal(value, after[name])}
    assert changed
    assert not {name for name in changed if towers.tower_of(name) == tower}
    assert {towers.tower_of(name) for name in changed} >= {"image", "text"} - {tower}


@pytest.mark.photos
def test_a_killed_run_goes_on_where_it_was(
    command: Callable[..., subprocess.Popen[str]],
    tiny_config: Path,
    captioned: Path,
    photos_folder: Path,
    tmp_path: Path,
    settings: Callable[..., Settings],
    reports: Reports,
) -> None:
    def start(out: Path) -> subprocess.Popen[str]:
        fixed = ("--device", "cpu", "--precision", "float32", "--save-steps", 8, "--json")
        named = ("--images", photos_folder / "library", "--out", out, "--model", tiny_config)
        return command("train", captioned, *named, "--batch", 4, "--epochs", 10, "--held-out", 0.2, *fixed)

    killed, whole = tmp_path / "killed", tmp_path / "whole"
    first = start(killed)
    checkpoint = killed / "training" / "checkpoint.safetensors"
    while not checkpoint.is_file():
        assert first.poll() is None, first.communicate()
        time.sleep(0.005)
    first.kill()
    first.communicate()
    with safe_open(checkpoint, "pt") as file:
        reached = json.loads(file.metadata()["place"])["step"]
    assert 0 < reached < 40
    second = start(killed)
    told, errors = second.communicate()
    assert second.returncode == 0, errors
    undisturbed = train(settings(out=whole, epochs=10, batch=4), reports)
    assert json.loads(told)["steps"] == undisturbed.step == 40
    steps = [int(line.split(",")[0]) for line in (killed / "training" / "curve.csv").read_text().split()[1:]]
    assert steps == list(range(1, 41))
    resumed, expected = weights(killed), weights(whole)
    assert all(torch.equal(resumed[name], value) for name, value in expected.items())


@pytest.mark.photos
def test_a_time_limit_stops_and_other_settings_are_refused(settings: Callable[..., Settings], reports: Reports) -> None:
    outcome = train(settings(minutes=0.0), reports)
    assert not outcome.finished
    outcome = train(settings(), reports)
    assert outcome.finished
    with pytest.raises(UserError, match=r"other settings \(rate\)"):
        train(settings(rate=1e-4), reports)
    assert train(settings(rate=1e-4, restart=True, epochs=1), reports).step == 2


@pytest.mark.photos
def test_a_loss_that_is_no_number_is_told(settings: Callable[..., Settings], reports: Reports) -> None:
    with pytest.raises(UserError, match="no number any more"):
        train(settings(rate=1e30, epochs=30), reports)


def test_what_is_no_configuration_is_told(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text('{"model_cfg": {"embed_dim": 4}}')
    for name in ("no-such-architecture", str(tmp_path / "odd.json"), str(tmp_path / "missing.json")):
        with pytest.raises(ModelError, match=r"configuration|architecture"):
            towers.find(name)


# ---- the textbook's shape ----


@pytest.fixture(scope="session")
def small_distilbert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as transformers saves DistilBERT, with random weights of a small shape."""
    folder = tmp_path_factory.mktemp("distilbert")
    shape = {"vocab_size": 600, "dim": 24, "n_layers": 2, "n_heads": 3, "hidden_dim": 48}
    texts = ["a dog runs over the beach", "two children play in the water", "a man climbs a rock"]
    tokenizer = distilbert.learn_tokenizer(texts, 600)
    shape["vocab_size"] = tokenizer.get_vocab_size()
    (folder / "config.json").write_text(
        json.dumps({**shape, "max_position_embeddings": 64, "model_type": "distilbert"})
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    random = torch.Generator().manual_seed(0)

    def tensor(*sizes: int) -> Tensor:
        return torch.randn(*sizes, generator=random) * 0.3

    dim, hidden = shape["dim"], shape["hidden_dim"]
    state = {
        "embeddings.word_embeddings.weight": tensor(shape["vocab_size"], dim),
        "embeddings.position_embeddings.weight": tensor(64, dim),
        "embeddings.LayerNorm.weight": tensor(dim),
        "embeddings.LayerNorm.bias": tensor(dim),
        "vocab_projector.bias": tensor(5),
    }
    sizes = {f"attention.{name}_lin": (dim, dim) for name in ("q", "k", "v", "out")}
    sizes |= {"ffn.lin1": (hidden, dim), "ffn.lin2": (dim, hidden)}
    for layer in range(2):
        start = f"transformer.layer.{layer}."
        for name, (rows, columns) in sizes.items():
            state |= {f"{start}{name}.weight": tensor(rows, columns), f"{start}{name}.bias": tensor(rows)}
        for name in ("sa_layer_norm", "output_layer_norm"):
            state |= {f"{start}{name}.weight": tensor(dim), f"{start}{name}.bias": tensor(dim)}
    save_file({f"distilbert.{name}": value for name, value in state.items()}, folder / "model.safetensors")
    return folder


def written_out(state: dict[str, Tensor], tokens: Tensor, layers: int, heads: int) -> Tensor:
    """DistilBERT's forward pass of one text, step by step, from the names that transformers gives its weights."""

    def linear(x: Tensor, name: str) -> Tensor:
        return x @ state[f"{name}.weight"].T + state[f"{name}.bias"]

    def norm(x: Tensor, name: str) -> Tensor:
        centred = x - x.mean(-1, keepdim=True)
        scaled = centred / (centred.pow(2).mean(-1, keepdim=True) + 1e-12).sqrt()
        return scaled * state[f"{name}.weight"] + state[f"{name}.bias"]

    places = state["embeddings.position_embeddings.weight"][: len(tokens)]
    x = norm(state["embeddings.word_embeddings.weight"][tokens] + places, "embeddings.LayerNorm")
    size = x.shape[-1] // heads
    for layer in range(layers):
        start = f"transformer.layer.{layer}."
        q, k, v = (linear(x, f"{start}attention.{name}_lin").view(-1, heads, size).transpose(0, 1) for name in "qkv")
        seen = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(size), -1) @ v
        x = norm(
            x + linear(seen.transpose(0, 1).reshape(len(tokens), -1), f"{start}attention.out_lin"),
            f"{start}sa_layer_norm",
        )
        inner = nn.functional.gelu(linear(x, f"{start}ffn.lin1"))
        x = norm(x + linear(inner, f"{start}ffn.lin2"), f"{start}output_layer_norm")
    return x[0]


def test_distilbert_computes_what_its_paper_says(small_distilbert: Path) -> None:
    model = distilbert.load(small_distilbert).eval()
    tokenizer = distilbert.tokenizer_of(small_distilbert)
    tokens = torch.as_tensor(distilbert.token_ids(tokenizer, ["a dog runs", "two children play in the water"]))
    assert (tokens[0] == 0).any(), "the shorter text must be padded for this to prove anything"
    with torch.inference_mode():
        found = model(tokens)
    plain = load_file(small_distilbert / "model.safetensors")
    state = {name.removeprefix("distilbert."): value for name, value in plain.items()}
    for row, vector in zip(tokens, found, strict=True):
        assert torch.allclose(vector, written_out(state, row[row != 0], 2, 3), atol=1e-4)


def test_a_vocabulary_frames_its_texts(small_distilbert: Path) -> None:
    tokenizer = distilbert.tokenizer_of(small_distilbert)
    ids = distilbert.token_ids(tokenizer, ["a dog"])[0]
    assert [ids[0], ids[-1]] == [tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")]
    assert tokenizer.token_to_id("[PAD]") == 0


def test_a_projection_head_is_the_books() -> None:
    head = textbook.ProjectionHead(8, 4).eval()
    x = torch.arange(16.0).view(2, 8) / 10
    projected = x @ head.projection.weight.T + head.projection.bias
    inner = nn.functional.gelu(projected) @ head.linear.weight.T + head.linear.bias
    assert torch.allclose(head(x), nn.functional.layer_norm(projected + inner, (4,)), atol=1e-5)


@pytest.mark.photos
def test_the_textbooks_shape_trains_its_heads_alone(
    settings: Callable[..., Settings], reports: Reports, small_distilbert: Path, tmp_path: Path
) -> None:
    import timm

    torch.manual_seed(5)
    torch.save(timm.create_model("resnet50", pretrained=False).state_dict(), tmp_path / "resnet50.pth")
    asked = settings(
        recipe="textbook", image_weights=tmp_path / "resnet50.pth", text_weights=small_distilbert, epochs=20, rate=2e-3
    )
    outcome = train(asked, reports)
    curve = losses(asked.out)
    assert outcome.finished
    assert np.mean(curve[-5:]) < np.mean(curve[:5])
    assert outcome.figures["photos"] == 4
    encoder = textbook.load(asked.out, Runtime("cpu", half=False))
    saved = load_file(asked.out / textbook.WEIGHTS)
    given = torch.load(tmp_path / "resnet50.pth", weights_only=True)
    assert all(torch.equal(saved[f"backbones.image.{n}"], v) for n, v in given.items() if not n.startswith("fc."))
    vectors = encoder.encode_texts(["a dog runs", "a man climbs"])
    assert vectors.shape == (2, 256)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
