import csv
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch.nn import functional

from clipdesk.core.entities import Progress
from clipdesk.core.errors import ModelError, UserError
from clipdesk.core.paths import models_folder, resources
from clipdesk.indexing.decoder import load_pixels
from clipdesk.models import files
from clipdesk.models.encoder import Encoder
from clipdesk.models.loader import load_encoder
from clipdesk.training import students
from clipdesk.training.distill import Settings, distil
from clipdesk.training.evaluate import embed_files
from clipdesk.training.losses import distillation_loss
from clipdesk.training.reports import Reports
from clipdesk.training.runtime import Runtime

SMALL = {"image_size": 64, "layers": 2, "width": 96, "head_width": 24, "patch_size": 16}
POCKET = resources() / "models" / "pocket"


@pytest.fixture
def small_student(tmp_path: Path) -> Path:
    file = tmp_path / "student.json"
    file.write_text(json.dumps({"vision_cfg": SMALL}))
    return file


@pytest.fixture
def settings(small_library_photos: Path, small_student: Path, tmp_path: Path) -> Callable[..., Settings]:
    def make(**changes: Any) -> Settings:
        return Settings(
            **{
                "teacher": "pocket",
                "photos": small_library_photos,
                "out": tmp_path / "out",
                "student": str(small_student),
                "batch": 8,
                "epochs": 2,
                "passes": 2,
                "held_out": 0.1,
                "device": "cpu",
                "threads": 1,
                "precision": "float32",
                **changes,
            }
        )

    return make


@pytest.fixture
def installed(tmp_path: Path) -> Callable[[Path, str], Encoder]:
    """Puts a folder where installed models lie and loads it as any command would."""
    made: list[Path] = []

    def install(folder: Path, name: str) -> Encoder:
        models_folder().mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder, models_folder() / name, ignore=shutil.ignore_patterns("training"))
        made.append(models_folder() / name)
        return load_encoder(name, device="cpu")

    yield install
    for copy in made:
        shutil.rmtree(copy)


def test_loss_of_a_hand_computed_case() -> None:
    teacher = torch.eye(2)
    student = torch.tensor([[3.0, 0.0], [0.6, 0.8]])
    # With temperature 100 the similarities themselves are what softmax gets.
    wanted = np.exp([1, 0]) / np.exp([1, 0]).sum()
    given = np.exp([0.8, 0.6]) / np.exp([0.8, 0.6]).sum()
    divergence = float((wanted * np.log(wanted / given)).sum()) / 2
    distance = (0.6 + 0.2) / 2 / np.sqrt(2)
    assert float(distillation_loss(student, teacher, 100.0)) == pytest.approx(divergence + distance, rel=1e-5)
    assert float(distillation_loss(teacher * 7, teacher, 2.0)) == pytest.approx(0.0, abs=1e-6)


def test_the_cooler_temperature_tells_alike_pictures_apart() -> None:
    torch.manual_seed(0)
    teacher = functional.normalize(1 + 0.2 * torch.randn(8, 16), dim=-1)
    student = teacher + 0.02 * torch.randn(8, 16)
    assert distillation_loss(student, teacher, 2.0) > distillation_loss(student, teacher, 4.0)


def test_the_studys_student_has_its_size() -> None:
    teacher = {"model_cfg": {"embed_dim": 512, "vision_cfg": {}, "text_cfg": {}}}
    config = students.student_config(teacher, students.vision_config("vit", 12, None))
    visual = students.create(config, 0)
    parameters = sum(parameter.numel() for parameter in visual.parameters())
    width, patches, output = 384, (224 // 32) ** 2, 512
    layer = 12 * width**2 + 13 * width
    expected = 3 * 32**2 * width + width + (patches + 1) * width + 6 * layer + 2 * 2 * width + width * output
    assert parameters == expected == 12_044_160
    assert round(parameters * 4 / 1e6) == 48
    assert round(parameters * 2 / 1e6) == 24
    assert [block.attn.num_heads for block in visual.transformer.resblocks] == [12] * 6
    with torch.inference_mode():
        assert students.encode(visual, torch.zeros(1, 3, 224, 224)).shape == (1, 512)


def test_24_heads_take_the_weights_of_12(tmp_path: Path) -> None:
    teacher = {"model_cfg": {"embed_dim": 512, "vision_cfg": {}, "text_cfg": {}}}
    twelve, more = (
        students.create(students.student_config(teacher, students.vision_config("vit", heads, None)), heads)
        for heads in (12, 24)
    )
    from safetensors.torch import save_file

    save_file(
        {f"visual.{name}": value.half().contiguous() for name, value in twelve.state_dict().items()},
        tmp_path / "w.safetensors",
    )
    students.load_start(more, tmp_path / "w.safetensors")
    assert [block.attn.num_heads for block in more.transformer.resblocks] == [24] * 6
    assert all(
        torch.equal(more.state_dict()[name], value.half().float()) for name, value in twelve.state_dict().items()
    )
    pixels = torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        assert not torch.allclose(
            students.encode(more.eval(), pixels), students.encode(twelve.eval(), pixels), atol=1e-3
        )
    other = students.create(students.student_config(teacher, SMALL), 0)
    with pytest.raises(ModelError, match="do not fit the student"):
        students.load_start(other, tmp_path / "w.safetensors")


def test_heads_must_divide_the_width() -> None:
    with pytest.raises(UserError, match="7 heads do not divide"):
        students.vision_config("vit", 7, None)


@pytest.mark.photos
def test_a_student_of_the_bundled_model_comes_nearer_to_it(
    settings: Callable[..., Settings],
    reports: Reports,
    told: list[Progress],
    small_library_photos: Path,
    installed: Callable[[Path, str], Encoder],
) -> None:
    asked = settings(epochs=60, batch=12)
    photos = sorted(small_library_photos.rglob("*.jpg"))
    outcome = distil(asked, reports)
    assert outcome.finished
    assert outcome.figures["photos"] == len(photos) - 4
    assert outcome.figures["mean_cosine"] > outcome.figures["mean_cosine_before"]
    assert {progress.phase for progress in told} >= {"reading", "teaching", "training"}

    teacher, student = load_encoder("pocket"), installed(asked.out, "own")
    assert student.info.dim == teacher.info.dim
    assert student.info.image.size == 64
    wanted, given = (embed_files(encoder, photos, load_pixels) for encoder in (teacher, student))
    untrained = students.create(files.read_config(asked.out), asked.seed).eval()
    pixels = np.stack([load_pixels(photo, student.info.image) for photo in photos])
    machine = Runtime("cpu", half=False)
    with torch.inference_mode():
        before = functional.normalize(students.encode(untrained, machine.pixels(pixels, student.info.image)), dim=-1)
    nearness = float((given * wanted).sum(1).mean())
    assert nearness > float((before.numpy() * wanted).sum(1).mean()) + 0.2

    # The words are the teacher's own.
    texts = ["a dog on the beach", "two children"]
    assert np.allclose(student.encode_texts(texts), teacher.encode_texts(texts), atol=1e-3)


@pytest.mark.photos
def test_the_folder_is_the_student_that_was_trained(
    settings: Callable[..., Settings],
    reports: Reports,
    installed: Callable[[Path, str], Encoder],
    small_library_photos: Path,
) -> None:
    asked = settings(half=True)
    distil(asked, reports)
    visual = students.create(files.read_config(asked.out), 1).eval()
    students.load_start(visual, asked.out)  # from the run's checkpoint
    student = installed(asked.out, "half")
    photo = next(iter(sorted(small_library_photos.rglob("*.jpg"))))
    pixels = np.stack([load_pixels(photo, student.info.image)])
    with torch.inference_mode():
        made = students.encode(visual, Runtime("cpu", half=False).pixels(pixels, student.info.image))
    cosine = float((functional.normalize(made, dim=-1).numpy() * student.encode_images(pixels)).sum())
    assert cosine > 0.9999
    weights = load_file(asked.out / "open_clip_model.safetensors")
    assert {value.dtype for value in weights.values() if value.is_floating_point()} == {torch.float16}


@pytest.mark.photos
def test_a_teacher_is_asked_once_for_each_view(
    settings: Callable[..., Settings], reports: Reports, monkeypatch: pytest.MonkeyPatch, small_library_photos: Path
) -> None:
    asked: list[int] = []
    load = students.Teacher.load

    def counting(teacher: students.Teacher) -> Encoder:
        encoder = load(teacher)
        encode = encoder.encode_images

        def encode_images(batch: Any) -> Any:
            asked.append(len(batch))
            return encode(batch)

        monkeypatch.setattr(encoder, "encode_images", encode_images)
        return encoder

    monkeypatch.setattr(students.Teacher, "load", counting)
    count = len(list(small_library_photos.rglob("*.jpg")))
    distil(settings(epochs=3, passes=2), reports)
    assert sum(asked) == 2 * (count - 4) + 4
    distil(settings(epochs=4, passes=2, restart=True), reports)
    assert sum(asked) == 2 * (count - 4) + 4


@pytest.mark.photos
def test_a_killed_run_goes_on_with_the_photos_it_began_with(
    command: Callable[..., subprocess.Popen[str]], small_library_photos: Path, small_student: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    def start() -> subprocess.Popen[str]:
        named = ("--teacher", "pocket", "--images", small_library_photos, "--out", out, "--student", small_student)
        fixed = ("--device", "cpu", "--precision", "float32", "--save-steps", 3, "--json")
        return command("distill", *named, "--epochs", 12, "--batch", 6, "--passes", 3, *fixed)

    first = start()
    checkpoint = out / "training" / "checkpoint.safetensors"
    while not checkpoint.is_file():
        assert first.poll() is None, first.communicate()
        time.sleep(0.005)
    first.kill()
    first.communicate()
    with safe_open(checkpoint, "pt") as file:
        reached = json.loads(file.metadata()["place"])["step"]
    (small_library_photos / "added later.jpg").write_bytes(next(small_library_photos.rglob("*.jpg")).read_bytes())
    second = start()
    told, errors = second.communicate()
    assert second.returncode == 0, errors
    answer = json.loads(told)
    assert 0 < reached < answer["of"] == answer["steps"]
    assert answer["photos"] == 38
    with (out / "training" / "curve.csv").open(newline="") as file:
        assert [int(row["step"]) for row in csv.DictReader(file)] == list(range(1, answer["of"] + 1))


@pytest.mark.photos
def test_damaged_photos_are_left_out(
    settings: Callable[..., Settings], small_library_photos: Path, told: list[Progress]
) -> None:
    (small_library_photos / "damaged.jpg").write_bytes(b"\xff\xd8 no picture")
    notes: list[str] = []
    outcome = distil(settings(epochs=1), Reports(told.append, notes.append))
    assert notes == ["1 photos cannot be read and are left out"]
    assert outcome.finished


def test_an_unknown_teacher_is_told(settings: Callable[..., Settings], reports: Reports) -> None:
    with pytest.raises(ModelError, match="Unknown model 'nobody'"):
        distil(settings(teacher="nobody"), reports)
