"""The tools that make the pocket model, on a workspace of a few drawn pictures and made-up teachers."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from PIL import Image

from clipdesk.core.paths import resources
from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.search.grounds import ground
from clipdesk.search.textness import load
from clipdesk.training import pocket, pocket_crops, pocket_folder, pocket_head, pocket_image, pocket_store, pocket_text
from clipdesk.training import pocket_student as student
from clipdesk.training import pocket_texts as texts
from clipdesk.training import pocket_words as words
from clipdesk.training.pocket_steps import average

CAPTIONS = ("A black dog runs on the beach .", "two children play in a pool", "a red car in the street")
GLOSSES = """  1 licence line
00001 05 n 02 dog 0 domestic_dog 0 001 @ 00000 n 0000 | a tame animal that barks; "the dog barked"
00002 06 n 01 car 0 001 @ 00000 n 0000 | a vehicle with four wheels
00003 09 n 01 thought 0 001 @ 00000 n 0000 | the content of cognition
"""


def made_up(count: int, dim: int = 384, seed: int = 0) -> npt.NDArray[np.float32]:
    """Unit vectors whose last coordinate is never used."""
    found = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    found[:, -1] = 0
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of archives as the training pictures come: captioned, labelled, unlabelled, dev."""
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(0)
    inside = {
        "flickr8k-train": [f"{i}.jpg" for i in range(12)],
        "flickr8k-dev": [f"dev{i}.jpg" for i in range(4)],
        "labelled": [f"scenes/{label}/{i}.jpg" for label in ("sea", "street") for i in range(12)]
        + [f"weather/rain/{i}.jpg" for i in range(2)],
        "tiny-imagenet-64px": ["a.jpg", "b.jpg"],
    }
    for name, members in inside.items():
        with tarfile.open(folder / f"{name}.tar", "w") as tar:
            for member in members:
                data = io.BytesIO()
                ground(rng, 80).save(data, "JPEG")
                info = tarfile.TarInfo(member)
                info.size = len(data.getvalue())
                tar.addfile(info, io.BytesIO(data.getvalue()))
        rows = [f"{member},{CAPTIONS[(i + j) % 3]}" for i, member in enumerate(members) for j in range(5)]
        (folder / f"{name}.csv").write_text("image,caption\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


def vectors_of(folder: Path, captions: list[str], dev: list[str]) -> None:
    """Write the texts' vectors and tokens as the step "texts" does, with a made-up sentence encoder."""
    for name, part in (("texts", ["dog", "car"]), ("more", ["a car on the beach"]), ("caps", captions)):
        np.save(folder / f"{name}_tok.npy", texts.tokens(folder, part))
        np.save(folder / f"{name}.npy", made_up(len(part), seed=len(part)))
    (folder / "devcaps.json").write_text(json.dumps(dev), encoding="utf-8")
    np.save(folder / "dev_tok.npy", texts.tokens(folder, dev))
    np.save(folder / "devcaps.npy", made_up(len(dev), seed=4))
    np.save(folder / "names.npy", made_up(pocket_crops.CLASSES, seed=5))


@pytest.fixture(scope="module")
def workspace(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> pocket_store.Workspace:
    """A workspace after every step before training, the teachers' answers drawn at random."""
    folder = tmp_path_factory.mktemp("workspace")
    pocket_store.gather(photos, folder)
    space = pocket_store.Workspace(folder)
    captions = [caption for _, caption in pocket_store.read_captions(photos / pocket_store.CAPTIONS)]
    dev = [caption for _, caption in pocket_store.read_captions(photos / "flickr8k-dev.csv")]
    texts.train_merges(captions, folder / texts.MERGES, pieces=700)
    vectors_of(folder, captions, dev)
    np.save(folder / "labels.npy", made_up(len(space.classes) * 6).reshape(len(space.classes), 6, -1))
    rng, count = np.random.default_rng(1), len(space.pictures)
    for number in (0, 1):
        np.save(folder / f"feats_{number}.npy", rng.random((count, 2560), np.float32).astype(np.float16))
        np.save(folder / f"probs_{number}.npy", rng.integers(0, 3, (count, 1001), dtype=np.uint8))
    for name, (_, channels, stride) in pocket_crops.MAPS.items():
        side = 224 // stride
        values = rng.integers(-128, 128, (len(space.train), side, side, channels), dtype=np.int8)
        np.save(folder / f"{name}_1.npy", values)
    cut = [pocket_crops.crop(rng, space.image(int(i)), plain=False) for i in space.train]
    np.save(folder / "c128_1.npy", np.stack([pocket_crops.shrink(one, 128) for one in cut]))
    (folder / "maps_1.done").touch()
    np.savez(folder / "dev.npz", feats=rng.random((4, 2560)), probs=rng.random((4, 1001)))
    np.save(folder / "dev128.npy", rng.integers(0, 256, (4, 128, 128, 3), dtype=np.uint8))
    np.save(folder / "val128.npy", pocket_store.middles([space.image(int(i)) for i in space.val], 128))
    words.prepare(space, lambda told: made_up(len(told)), made_up(500), count=12)
    pocket_head.train_head(space, photos, epochs=2)
    return space


def test_whole_sets_and_a_share_of_the_labelled_pictures_are_held_out(workspace: pocket_store.Workspace) -> None:
    splits = {picture.split for picture in workspace.pictures if picture.name.startswith("weather")}
    assert splits == {"val"}
    scenes = [picture for picture in workspace.pictures if picture.name.startswith("scenes")]
    assert {picture.split for picture in scenes} == {"train", "val"}
    assert all(picture.split == "train" for picture in workspace.pictures if picture.kind != "labelled")
    assert workspace.classes == [("scenes", "sea"), ("scenes", "street"), ("weather", "rain")]


def test_pictures_come_back_as_they_were(workspace: pocket_store.Workspace, photos: Path) -> None:
    with tarfile.open(photos / "flickr8k-train.tar") as tar:
        source = tar.extractfile("3.jpg")
        assert source is not None
        wanted = np.asarray(Image.open(source).convert("RGB"))
    place = next(i for i, picture in enumerate(workspace.pictures) if picture.name == "3.jpg")
    np.testing.assert_array_equal(np.asarray(workspace.image(place)), wanted)


def test_the_same_numbers_give_the_same_crop(workspace: pocket_store.Workspace) -> None:
    cuts = [pocket_crops.crop(np.random.default_rng(7), workspace.image(0), plain=False) for _ in range(2)]
    assert cuts[0].size == (224, 224)
    np.testing.assert_array_equal(np.asarray(cuts[0]), np.asarray(cuts[1]))


def test_merges_are_clips_form_and_spell_the_training_words(workspace: pocket_store.Workspace) -> None:
    tokens = texts.tokens(workspace.folder, ["dog", "zebra", "the beach"])
    lengths = (tokens > 0).sum(1)
    assert lengths[0] == 3, "a word of the captions is one piece"
    assert lengths[1] > 4, "an unknown word is spelled"
    assert tokens.max() == tokens[0].max() < 700


def test_wordnet_gives_words_and_glosses_of_things_that_can_be_seen(tmp_path: Path) -> None:
    for kind in ("noun", "verb", "adj"):
        (tmp_path / f"data.{kind}").write_text(GLOSSES if kind == "noun" else "", encoding="latin1")
    found = texts.plain_texts(["a black dog"], ["cat"], tmp_path)
    assert {"dog", "domestic dog", "a tame animal that barks", "dog: a tame animal that barks"} <= set(found)
    assert "a photo of a cat" in found
    assert not any("cognition" in text for text in found)


def test_recombined_captions_are_new_and_made_of_known_words() -> None:
    found = texts.recombined([caption.strip(" .") for caption in CAPTIONS], ["dog", "car"], 40)
    assert len(found) > 20
    assert len(set(found)) == len(found)
    known = {word for caption in CAPTIONS for word in caption.lower().split()} | {"dog", "car", "my", *texts._COLOURS}
    assert {word for text in found for word in text.lower().split()} <= known | {"the", "a", "two"}


@pytest.mark.parametrize("kind", words.KINDS, ids=lambda kind: kind.texts[0])
def test_every_kind_of_written_picture_shows_more_edges(kind: words.Kind) -> None:
    back = Image.new("RGB", (224, 224), (120, 130, 140))
    drawn = np.asarray(kind.draw(back, np.random.default_rng(2)).convert("L"), float)
    assert drawn.shape == (224, 224)
    assert np.abs(np.diff(drawn, axis=1)).mean() > 0.5


def test_the_words_direction_is_used_by_no_text() -> None:
    given = made_up(500)
    direction = words.unused_direction(given)
    assert np.abs(given @ direction).max() < 1e-4
    assert np.linalg.norm(direction) == pytest.approx(1)


def test_signs_move_targets_along_the_words_direction_alone() -> None:
    direction, target = torch.eye(384)[-1], torch.tensor(made_up(3))
    moved = words.signed(target, torch.tensor([1.0, -1.0, 0.0]), direction)
    assert moved[0] @ direction > 0.2 > -0.2 > moved[1] @ direction
    torch.testing.assert_close(moved[2], target[2])


def test_auc_of_values() -> None:
    assert words.auc(torch.tensor([2.0, 3.0]), torch.tensor([0.0, 1.0])) == 1
    assert words.auc(torch.tensor([0.0, 3.0]), torch.tensor([1.0, 2.0])) == 0.5


@pytest.mark.parametrize("flip", [False, True])
def test_maps_are_aligned_where_both_nets_look(flip: bool) -> None:
    """A teacher's map that holds its own cells' centres comes out as the centres of the student's cells."""
    stride, side = 8, 28
    centres = stride * np.arange(side) + stride - 1
    values = np.zeros((1, side, side, 32), np.int8)
    values[0, :, :, 0] = ((223 - centres if flip else centres) / 2)[None, :]
    means, spreads = ({name: torch.full((1,), value) for name in pocket_crops.MAPS} for value in (0.0, 30.0))
    align = student.Alignment(128, means, spreads)
    aligned, counts = align("m28", values, flip=flip)
    own = 1.75 * 8 * np.arange(16) + 0.375
    seen = aligned[0, 0, 8].numpy() * 60
    inside = counts[8].numpy() > 0
    assert inside.sum() >= 15
    np.testing.assert_allclose(seen[inside][1:-1], own[inside][1:-1], atol=4)


def test_hints_count_only_where_the_teacher_has_cells() -> None:
    counts = torch.zeros(4, 4)
    counts[1:, 1:] = 1
    target = torch.zeros(2, 3, 4, 4)
    wrong_outside = torch.zeros(2, 3, 4, 4)
    wrong_outside[:, :, 0] = 9
    assert student.hint_loss(wrong_outside, (target, counts)) == 0
    assert student.hint_loss(target + 2, (target, counts)) == pytest.approx(4)


def test_relations_that_agree_cost_nothing() -> None:
    vectors = torch.tensor(made_up(6))
    assert student.relation_loss(vectors, vectors) == pytest.approx(0, abs=1e-5)
    assert student.relation_loss(vectors, torch.tensor(made_up(6, seed=9))) > 0.01


def test_the_average_follows_the_weights() -> None:
    kept, new = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    for step in range(2000):
        average(kept, new, step, longest=0.9)
    torch.testing.assert_close(kept.weight, new.weight)


def test_the_bundled_trunk_is_a_start(workspace: pocket_store.Workspace) -> None:
    weights = resources() / "models" / "pocket" / "open_clip_model.safetensors"
    learner = student.Student()
    before = learner.trunk.stem.conv.weight.clone()
    learner.start_from(weights)
    assert not torch.equal(before, learner.trunk.stem.conv.weight)
    assert not learner.trunk.stem.conv.weight.requires_grad
    assert learner.trunk.s2.b1.conv1.conv.weight.requires_grad
    assert not learner.train().trunk.stem.training


def test_towers_train_resume_cool_and_make_a_model(
    workspace: pocket_store.Workspace, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every step after the teachers', through the command line; the model's folder answers."""
    monkeypatch.setattr(pocket_folder, "PIECES", 700)
    monkeypatch.setattr(pocket_text.make_tower, "__defaults__", (700,))
    monkeypatch.setattr(pocket_image.Run, "__init__", _small(pocket_image.Run, batch=4, written=3, half=False))
    monkeypatch.setattr(pocket_text.Run, "__init__", _small(pocket_text.Run, batch=4, half=False))
    given = [str(workspace.folder), "--photos", str(photos), "--threads", "1"]
    for tower in ("image", "text"):
        for more in ([], ["--cool"]):
            assert pocket.main([tower, *given, "--limit", "0.1", *more]) == 0
        rows = [json.loads(line) for line in workspace.path(f"{tower}.csv").read_text("utf-8").splitlines()]
        assert len(rows) == 2
        assert rows[1]["step"] > rows[0]["step"]
    assert pocket.main(["refit", *given]) == 0
    assert pocket.main(["assemble", *given, "--out", str(tmp_path / "made")]) == 0
    assert pocket.main(["textness", *given, "--out", str(tmp_path / "made")]) == 0
    encoder = OnnxEncoder(tmp_path / "made", threads=1)
    direction = load(tmp_path / "made" / "textness.json", encoder.info.dim)
    assert direction is not None
    assert direction.gap > 0
    assert encoder.encode_texts(["a dog"]).shape == (1, 384)
    assert encoder.encode_images(np.zeros((1, 128, 128, 3), np.uint8)).shape == (1, 384)
    cooled, refitted = (
        student.tower_weights(torch.load(workspace.path(f"checkpoints/image_{name}.pt"), weights_only=True)["ema"])
        for name in ("cooled", "refit")
    )
    changed = {name for name, value in cooled.items() if not torch.equal(value, refitted[name])}
    assert changed == {"visual.head.proj.weight"}


def _small(settings: type, **values: object) -> object:
    """A dataclass's __init__ with other defaults."""
    original = settings.__init__

    def made(self: object, *arguments: object, **given: object) -> None:
        original(self, *arguments, **{**values, **given})

    return made
