"""Running any open_clip model with PyTorch: CUDA, Apple MPS, and the reference on a CPU. Imports torch when loading."""

import contextlib
import json
import logging
import pickle
import shutil
import warnings
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Matrix, Pixels
from clipdesk.core.errors import ModelError
from clipdesk.models import files, hub
from clipdesk.models.encoder import EncoderInfo
from clipdesk.models.scripts import unknown_share
from clipdesk.models.tokenizer import describe_tokenizer_file, load_tokenizer, own_vocabulary

if TYPE_CHECKING:
    import torch

_log = logging.getLogger(__name__)
_TEXTS_AT_ONCE = 64
_AT_ONCE = {"cpu": 16, "mps": 64, "cuda": 256}
"""Photos in one call at first; a graphics card that runs out of memory halves it."""

Device = Literal["auto", "cpu", "mps", "cuda"]
Precision = Literal["float32", "float16", "bfloat16"]
_DEVICE_NAMES = {"cpu": "CPU", "mps": "Apple MPS", "cuda": "CUDA"}


def load_model(folder: Path) -> "torch.nn.Module":
    """The open_clip model of a folder (`open_clip_config.json` and a checkpoint), float32, on the CPU, for inference.

    Weights are read through safetensors or `torch.load(weights_only=True)`, never as arbitrary pickles. Raises
    ModelError for missing or damaged files and for weights that do not fit the configuration.
    """
    files.read_config(folder)
    weights = files.weights_file(folder)
    from clipdesk.models import torchvision_operators

    torchvision_operators.ensure()
    import open_clip
    from safetensors import SafetensorError

    try:
        # torch warns of odd pickles and then refuses them: the error is enough.
        with hub.offline(), _own_logging(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = open_clip.create_model(f"local-dir:{folder}", weights_only=True)
    except (pickle.UnpicklingError, SafetensorError, OSError, EOFError) as error:
        _log.warning("reading weights: %s", error)
        raise ModelError(
            f"The weights cannot be read as plain numbers: {weights}",
            "Get the model's safetensors file; pickled programs are never run.",
        ) from error
    except (RuntimeError, KeyError, ValueError, TypeError, AttributeError, AssertionError) as error:
        _log.warning("creating the model: %s", error)
        raise ModelError(
            f"The weights do not fit the model's configuration: {weights}",
            "Both must come from the same model.",
        ) from error
    return model.float().eval().requires_grad_(False)


def make_folder(folder: Path, architecture: str, checkpoint: Path, pretrained: str = "") -> None:
    """Make a model folder from an architecture that open_clip knows by name and a checkpoint of it.

    Writes the configuration and links (or copies) the checkpoint. `pretrained` is open_clip's tag of the weights,
    which says how their pictures were prepared; without it, open_clip's defaults. Raises ModelError for a name that
    open_clip does not know.
    """
    from clipdesk.models import torchvision_operators

    torchvision_operators.ensure()
    import open_clip

    model = open_clip.get_model_config(architecture)
    if model is None:
        raise ModelError(f"open_clip knows no architecture {architecture!r}")
    known: dict[str, Any] = open_clip.get_pretrained_cfg(architecture, pretrained) if pretrained else {}
    if known.get("quick_gelu"):
        model["quick_gelu"] = True
    names = ("mean", "std", "interpolation", "resize_mode")
    prepared = {name: known[name] for name in names if name in known}
    folder.mkdir(parents=True, exist_ok=True)
    config = {"model_cfg": model, "preprocess_cfg": prepared}
    (folder / files.CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    target = folder / files.WEIGHTS[0 if checkpoint.suffix == ".safetensors" else 3]
    try:
        target.hardlink_to(checkpoint)
    except OSError:
        shutil.copyfile(checkpoint, target)


def make_random(folder: Path, architecture: str) -> None:
    """Make a model folder with random weights of an architecture that open_clip knows: to measure speed with."""
    from clipdesk.models import torchvision_operators

    torchvision_operators.ensure()
    import open_clip
    import torch
    from safetensors.torch import save_model

    folder.mkdir(parents=True, exist_ok=True)
    cast("Any", torch).manual_seed(0)
    random = folder / "random.safetensors"
    with _own_logging():
        save_model(open_clip.create_model(architecture), str(random))
    make_folder(folder, architecture, random)
    random.unlink()


@contextlib.contextmanager
def _own_logging() -> Generator[None]:
    """Keep open_clip's `logging.info()` from installing a handler on the root logger, which prints to stderr."""
    root, handler = logging.getLogger(), logging.NullHandler()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)


def pick_device(wanted: Device = "auto") -> str:
    """The device to run on: what was asked for, or the best that this machine has. Raises ModelError if missing."""
    import torch

    available = {"cpu": True, "mps": torch.backends.mps.is_available(), "cuda": torch.cuda.is_available()}
    if wanted == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if available[name])
    if not available[wanted]:
        raise ModelError(
            f"{_DEVICE_NAMES[wanted]} is not available on this computer", "Set the device to auto in the settings."
        )
    return wanted


class OpenClipEncoder:
    """An open_clip model on PyTorch. Not thread-safe; the weights are loaded when it is made.

    The picture tower computes in `precision`, the text tower in float32. On graphics cards pictures lie channels last,
    which their convolutions prefer.
    """

    def __init__(
        self,
        folder: Path,
        device: Device = "auto",
        threads: int = 0,
        name: str | None = None,
        *,
        precision: Precision = "float32",
    ) -> None:
        """Load the model of `folder`, see `load_model`; `threads` of the CPU, 0 leaves PyTorch's choice."""
        import torch

        self._device = pick_device(device)
        if threads:
            torch.set_num_threads(threads)
        config = files.read_config(folder)
        image = files.preprocessing(config)
        self._model: Any = load_model(folder).to(self._device)
        self._type = getattr(torch, precision)
        self._at_once = _AT_ONCE[self._device]
        if precision != "float32":
            self._model.visual.to(self._type)
        if self._device != "cpu":
            self._model.visual.to(memory_format=torch.channels_last)
        self._tokenizer = _tokenizer(folder, config)
        self._scripts = files.learned_scripts(config)
        self._mean = torch.tensor(image.mean, device=self._device).view(1, 3, 1, 1)
        self._std = torch.tensor(image.std, device=self._device).view(1, 3, 1, 1)
        self._info = EncoderInfo(
            name=name or folder.name,
            key=files.key_of(folder),
            dim=int(config["model_cfg"]["embed_dim"]),
            image=image,
            engine=f"PyTorch{'' if precision == 'float32' else ' ' + precision}, {_DEVICE_NAMES[self._device]}",
            bytes=files.size_of(folder),
        )

    @property
    def info(self) -> EncoderInfo:
        """What is fixed about this model."""
        return self._info

    def warm_up(self) -> None:
        """Nothing is left to load."""

    def encode_images(self, batch: Pixels) -> Matrix:
        """Encode uint8 [n, size, size, 3] to float32 unit vectors [n, dim]."""
        import torch

        size = self._info.image.size
        if batch.ndim != 4 or batch.shape[1:] != (size, size, 3) or batch.dtype != np.uint8:
            raise ValueError(f"pixels must be uint8 [n, {size}, {size}, 3], not {batch.dtype} {list(batch.shape)}")
        parts: list[Matrix] = []
        start = 0
        while start < len(batch):
            try:
                parts.append(self._encode_pixels(batch[start : start + self._at_once]))
            except torch.OutOfMemoryError:
                if self._device == "cpu" or self._at_once == 1:
                    raise
                self._at_once //= 2
                _log.info("too little memory on %s: %d photos at once", self._device, self._at_once)
            else:
                start += self._at_once
        return self._joined(parts)

    def _encode_pixels(self, batch: Pixels) -> Matrix:
        import torch

        with torch.inference_mode():
            pixels = torch.as_tensor(np.ascontiguousarray(batch), device=self._device)
            # The permuted view of [n, size, size, 3] is channels last already.
            scaled = ((pixels.permute(0, 3, 1, 2).float() / 255 - self._mean) / self._std).to(self._type)
            vectors = self._model.encode_image(scaled).float()
            return torch.nn.functional.normalize(vectors, dim=-1).cpu().numpy()

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Encode texts to float32 unit vectors [n, dim]; texts longer than the model's context are cut."""
        import torch

        parts: list[Matrix] = []
        with torch.inference_mode():
            for start in range(0, len(texts), _TEXTS_AT_ONCE):
                part = list(texts[start : start + _TEXTS_AT_ONCE])
                tokens = torch.as_tensor(self._tokenizer(part), device=self._device)
                parts.append(self._model.encode_text(tokens, normalize=True).float().cpu().numpy())
        return self._joined(parts)

    def tokens(self, texts: Sequence[str]) -> npt.NDArray[np.int64]:
        """The token ids that the text tower gets: int64 [n, context length]."""
        return np.asarray(self._tokenizer(list(texts)), np.int64)

    def unknown_share(self, text: str) -> float:
        """Share (0..1) of the letters of `text` in scripts that this model never learned."""
        return unknown_share(text, self._scripts)

    def close(self) -> None:
        """Free the model's memory."""
        self._model = None

    def _joined(self, parts: list[Matrix]) -> Matrix:
        return np.concatenate(parts) if parts else np.empty((0, self._info.dim), dtype=np.float32)


def _tokenizer(folder: Path, config: dict[str, Any]) -> Callable[[list[str]], Any]:
    """open_clip's own tokenizer; where it would need transformers, the model's file through `tokenizers`."""
    if config["model_cfg"].get("text_cfg", {}).get("hf_tokenizer_name"):
        return load_tokenizer(folder, describe_tokenizer_file(folder, config))
    own = own_vocabulary(folder, config)
    if own:
        return own
    import open_clip

    with _own_logging():
        return open_clip.get_tokenizer(f"local-dir:{folder}")
