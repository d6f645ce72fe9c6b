"""The textbook's CLIP (Liu, Python Machine Learning By Example, chapter 14): frozen backbones, trained heads.

A ResNet-50 makes 2,048 numbers of a photo, DistilBERT 768 of a caption (its [CLS] token); neither learns. Two
projection heads bring both to 256 numbers, and only these and the temperature are trained. Choices beside the book's:

- The temperature is learned and the loss is CLIP's, symmetric cross-entropy over cosines (Radford et al. 2021).
- As the backbones are frozen and see each photo the same way every time, their outputs are computed once and kept:
  training takes seconds. So there are no random views, and the backbones are always in evaluation mode.
- Backbones are random unless weights are given: torchvision's or timm's ResNet-50 as a file, transformers' folder of
  distilbert-base-uncased. Random ones keep the programme whole where no hub is reachable; their scores are poor.
- A random DistilBERT takes its vocabulary from the captions, at most 8,000 pieces of WordPiece.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from clipdesk.core.entities import ImageSpec, Matrix, Pixels
from clipdesk.core.errors import DecodeError, ModelError
from clipdesk.indexing.decoder import load_pixels
from clipdesk.models import torchvision_operators
from clipdesk.models.encoder import EncoderInfo
from clipdesk.training import checkpoints, contrastive, distilbert, loop, runtime
from clipdesk.training.captions import CaptionSet
from clipdesk.training.contrastive import Settings
from clipdesk.training.distilbert import DistilBert, Shape
from clipdesk.training.losses import contrastive_loss
from clipdesk.training.reports import Outcome, Reports
from clipdesk.training.row_store import RowStore
from clipdesk.training.runtime import Runtime
from clipdesk.training.schedule import Indices, Order

DESCRIPTION = "clipdesk_textbook.json"
WEIGHTS = "textbook.safetensors"
_TOKENIZER = "tokenizer.json"
_SPEC = ImageSpec(size=224, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
"""ImageNet's, which ResNet-50 was trained with."""
_DIM, _DROPOUT, _FEATURES = 256, 0.1, 2048
_VOCABULARY = 8000
_AT_ONCE = 32


class ProjectionHead(nn.Module):
    """Linear -> GELU -> linear -> dropout, added to the first linear's output, layer norm: [n, width] -> [n, 256]."""

    def __init__(self, width: int, dim: int = _DIM, dropout: float = _DROPOUT) -> None:
        super().__init__()
        self.projection = nn.Linear(width, dim)
        self.linear = nn.Linear(dim, dim)
        self.dropout = nn.Dropout(dropout)
        self.norm = nn.LayerNorm(dim)

    def forward(self, features: Tensor) -> Tensor:
        """float32 [n, width] -> float32 [n, dim]."""
        projected = self.projection(features)
        return self.norm(projected + self.dropout(self.linear(functional.gelu(projected))))


class Heads(nn.Module):
    """What is trained: a head for each tower and the temperature, which starts at 0.07 as CLIP's does."""

    def __init__(self, image_width: int, text_width: int) -> None:
        super().__init__()
        self.image, self.text = ProjectionHead(image_width), ProjectionHead(text_width)
        self.logit_scale = nn.Parameter(torch.tensor(1 / 0.07).log())


class Backbones(nn.Module):
    """The frozen encoders."""

    def __init__(self, text: DistilBert) -> None:
        super().__init__()
        torchvision_operators.ensure()
        import timm

        self.image = timm.create_model("resnet50", pretrained=False, num_classes=0)
        self.text = text
        self.requires_grad_(False).eval()


class TextbookEncoder:
    """The trained model as clipdesk's other tools see one, for `evaluate`'s functions. Not thread-safe."""

    def __init__(
        self, backbones: Backbones, heads: Heads, tokenizer: Tokenizer, machine: Runtime, folder: Path
    ) -> None:
        self._backbones, self._heads = backbones.to(machine.device).eval(), heads.to(machine.device).eval()
        self._tokenizer, self._machine = tokenizer, machine
        size = sum(f.stat().st_size for f in folder.iterdir() if f.is_file()) if folder.is_dir() else 0
        self._info = EncoderInfo(folder.name, f"textbook-{folder.name}", _DIM, _SPEC, "PyTorch", size)

    @property
    def info(self) -> EncoderInfo:
        """What is fixed about this model."""
        return self._info

    def image_features(self, batch: Pixels) -> Matrix:
        """uint8 [n, 224, 224, 3] -> ResNet-50's pooled output, float32 [n, 2048]."""
        with torch.inference_mode(), self._machine.autocast():
            return self._backbones.image(self._machine.pixels(batch, _SPEC)).float().cpu().numpy()

    def text_features(self, texts: Sequence[str]) -> Matrix:
        """Texts -> DistilBERT's [CLS], float32 [n, width]."""
        tokens = self._machine.tensor(distilbert.token_ids(self._tokenizer, list(texts)))
        with torch.inference_mode(), self._machine.autocast():
            return self._backbones.text(tokens).float().cpu().numpy()

    def warm_up(self) -> None:
        """Nothing is left to load."""

    def encode_images(self, batch: Pixels) -> Matrix:
        """Encode uint8 [n, 224, 224, 3] to float32 unit vectors [n, 256]."""
        return self._project(self._heads.image, self.image_features(batch))

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Encode texts to float32 unit vectors [n, 256]."""
        parts = [self.text_features(texts[i : i + _AT_ONCE]) for i in range(0, len(texts), _AT_ONCE)]
        return self._project(self._heads.text, np.concatenate(parts)) if parts else np.empty((0, _DIM), np.float32)

    def unknown_share(self, text: str) -> float:
        """0: the vocabulary is not asked."""
        return 0.0

    def close(self) -> None:
        """Nothing to free."""

    def _project(self, head: nn.Module, features: Matrix) -> Matrix:
        with torch.inference_mode():
            return functional.normalize(head(self._machine.tensor(features)), dim=-1).cpu().numpy()


class HeadsTask:
    """Heads on features that were computed before: photos [n, 2048] against one caption of each [m, 768]."""

    def __init__(
        self,
        heads: Heads,
        machine: Runtime,
        photos: Matrix,
        texts: Matrix,
        starts: Indices,
        order: Order,
        readable: Indices,
        seed: int,
    ) -> None:
        self.module = heads.train()
        self._machine, self._photos, self._texts, self._starts = machine, photos, texts, starts
        self._order, self._readable, self._seed = order, readable, seed

    def prepare(self, step: int, expired: Callable[[], bool]) -> None:
        """Nothing: the features are there."""

    def batch(self, step: int) -> tuple[Matrix, Matrix]:
        """Features of the photos of a step and of a caption of each."""
        rng = np.random.default_rng((self._seed, step, 1))
        photos = self._readable[self._order.at(step)]
        return self._photos[photos], self._texts[rng.integers(self._starts[photos], self._starts[photos + 1])]

    def loss(self, batch: tuple[Matrix, Matrix], step: int) -> Tensor:
        """In-batch symmetric cross-entropy."""
        heads = self.module
        images, texts = heads.image(self._machine.tensor(batch[0])), heads.text(self._machine.tensor(batch[1]))
        return contrastive_loss(images, texts, heads.logit_scale)


def train(settings: Settings, trained: CaptionSet, until: float | None, reports: Reports) -> Outcome:
    """Train the heads; `settings.out` then holds every weight, the vocabulary and what they are, for `load`."""
    recipe = contrastive.common_recipe(settings, trained) | {
        "image_weights": str(settings.image_weights),
        "text_weights": str(settings.text_weights),
    }
    place = checkpoints.peek(settings.working, recipe)
    machine = runtime.prepare(settings.device, settings.threads, settings.precision, place.half)
    runtime.seed(settings.seed)
    backbones, tokenizer = _backbones(settings, trained)
    heads = Heads(_FEATURES, backbones.text.shape.dim)
    encoder = TextbookEncoder(backbones, heads, tokenizer, machine, settings.out)
    expired: Callable[[], bool] = lambda: until is not None and time.monotonic() >= until  # noqa: E731
    stem = f"features-{trained.digest()}-{settings.seed}-{_origin(settings)}"
    photos = _photo_features(encoder, settings, trained, stem, reports, expired)
    readable = photos.readable
    if len(readable) < 2:
        raise ModelError("fewer than two photos can be read", f"Is {settings.images} the folder of the captions?")
    texts = RowStore(settings.working / f"{stem}.texts", (len(trained.texts), backbones.text.shape.dim), np.float32)
    every = trained.texts
    texts.fill(
        lambda part: encoder.text_features([every[i] for i in map(int, part)]),
        _AT_ONCE,
        reports.step("reading"),
        expired,
    )
    order = Order(len(readable), settings.batch, settings.seed)
    heads.to(machine.device)
    task = HeadsTask(heads, machine, photos.rows, texts.rows, trained.starts, order, readable, settings.seed)
    plan = contrastive.plan(settings, order, until)
    ended = loop.run(task, plan, machine, settings.working, recipe, reports.show)
    _save(settings, backbones, heads, tokenizer)
    measured = TextbookEncoder(backbones, heads, tokenizer, machine, settings.out)
    return Outcome(ended.step, plan.steps, ended.seconds, contrastive.recall(settings, measured, reports))


def _origin(settings: Settings) -> str:
    """Where the backbones came from, for the names of files."""
    import xxhash

    return xxhash.xxh3_64_hexdigest(f"{settings.image_weights} {settings.text_weights}".encode("utf-8", "replace"))


def _backbones(settings: Settings, trained: CaptionSet) -> tuple[Backbones, Tokenizer]:
    if settings.text_weights is not None:
        text, tokenizer = distilbert.load(settings.text_weights), distilbert.tokenizer_of(settings.text_weights)
    else:
        tokenizer = distilbert.learn_tokenizer(trained.texts, _VOCABULARY)
        text = DistilBert(Shape(vocab_size=tokenizer.get_vocab_size()))
    backbones = Backbones(text)
    if settings.image_weights is not None:
        state = {n: v for n, v in checkpoints.read_tensors(settings.image_weights).items() if not n.startswith("fc.")}
        try:
            backbones.image.load_state_dict(state)
        except RuntimeError as error:
            raise ModelError(f"the weights are not ResNet-50's: {settings.image_weights}", "Use timm's.") from error
    return backbones, tokenizer


def _photo_features(
    encoder: TextbookEncoder,
    settings: Settings,
    trained: CaptionSet,
    stem: str,
    reports: Reports,
    expired: Callable[[], bool],
) -> RowStore:
    store = RowStore(settings.working / f"{stem}.photos", (len(trained), _FEATURES), np.float32)

    def make(part: Indices) -> list[npt.NDArray[Any] | None]:
        pixels = [_pixels(settings.images / trained.names[i]) for i in map(int, part)]
        there = [one for one in pixels if one is not None]
        features = iter(encoder.image_features(np.stack(there)) if there else ())
        return [None if one is None else next(features) for one in pixels]

    store.fill(make, _AT_ONCE, reports.step("reading"), expired)
    if store.failed:
        reports.note(f"{store.failed} photos cannot be read and are left out")
    return store


def _pixels(file: Path) -> Pixels | None:
    try:
        return load_pixels(file, _SPEC)
    except DecodeError:
        return None


def _save(settings: Settings, backbones: Backbones, heads: Heads, tokenizer: Tokenizer) -> None:
    """Write the whole model: description, vocabulary, and the weights last and atomically."""
    settings.out.mkdir(parents=True, exist_ok=True)
    about = {
        "format": 1,
        "what": "ResNet-50 and DistilBERT, frozen, with trained projection heads; not an open_clip model",
        "text": asdict(backbones.text.shape),
        "image_weights": str(settings.image_weights or "random"),
        "text_weights": str(settings.text_weights or "random"),
    }
    (settings.out / DESCRIPTION).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    tokenizer.save(str(settings.out / _TOKENIZER))
    states = {"backbones": backbones.state_dict(), "heads": heads.state_dict()}
    tensors = {f"{part}.{name}": value for part, state in states.items() for name, value in state.items()}
    checkpoints.write_tensors(settings.out / WEIGHTS, tensors)


def load(folder: Path, machine: Runtime) -> TextbookEncoder:
    """The encoder of a folder that `train` wrote. Raises ModelError when it is none or damaged."""
    try:
        about: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        shape = Shape(**about["text"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"no textbook model: {folder}", "Make it with: clipdesk train --recipe textbook") from error
    backbones = Backbones(DistilBert(shape))
    heads = Heads(_FEATURES, shape.dim)
    tensors = checkpoints.read_tensors(folder / WEIGHTS)
    for name, module in (("backbones.", backbones), ("heads.", heads)):
        module.load_state_dict({n.removeprefix(name): v for n, v in tensors.items() if n.startswith(name)})
    return TextbookEncoder(backbones, heads, distilbert.read_tokenizer(folder / _TOKENIZER), machine, folder)
