"""Running any open_clip model with PyTorch: CUDA, Apple MPS, and the reference on a CPU. Imports torch when loading."""

import contextlib
import logging
import pickle
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from clipdesk.core.entities import Matrix, Pixels
from clipdesk.core.errors import ModelError
from clipdesk.models import files
from clipdesk.models.encoder import EncoderInfo
from clipdesk.models.scripts import unknown_share

if TYPE_CHECKING:
    import torch

_log = logging.getLogger(__name__)
_AT_ONCE = 64

Device = Literal["auto", "cpu", "mps", "cuda"]
_DEVICE_NAMES = {"cpu": "CPU", "mps": "Apple MPS", "cuda": "CUDA"}


def load_model(folder: Path) -> "torch.nn.Module":
    """The open_clip model of a folder (`open_clip_config.json` and a checkpoint), float32, on the CPU, for inference.

    Weights are read through safetensors or `torch.load(weights_only=True)`, never as arbitrary pickles. Raises
    ModelError for missing or damaged files and for weights that do not fit the configuration.
    """
    files.read_config(folder)
    weights = files.weights_file(folder)
    return _create(f"local-dir:{folder}", None, weights)


def _create(name: str, pretrained: str | None, weights: Path) -> "torch.nn.Module":
    from clipdesk.models import torchvision_operators

    torchvision_operators.ensure()
    import open_clip
    from safetensors import SafetensorError

    try:
        with _own_logging():
            model = open_clip.create_model(name, pretrained=pretrained, weights_only=True)
    except (pickle.UnpicklingError, SafetensorError, OSError, EOFError) as error:
        _log.warning("reading weights: %s", error)
        raise ModelError(
            f"the weights cannot be read as plain numbers: {weights}",
            "Get the model's safetensors file; pickled programs are never run.",
        ) from error
    except (RuntimeError, KeyError, ValueError, TypeError, AttributeError, AssertionError) as error:
        _log.warning("creating the model: %s", error)
        raise ModelError(
            f"the weights do not fit the model's configuration: {weights}",
            "Both must come from the same model.",
        ) from error
    return model.float().eval().requires_grad_(False)


@contextlib.contextmanager
def _own_logging() -> Iterator[None]:
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
    """An open_clip model on PyTorch, float32. Not thread-safe; the weights are loaded when it is made."""

    def __init__(self, folder: Path, device: Device = "auto", threads: int = 0, name: str | None = None) -> None:
        """Load the model of `folder`, see `load_model`; `threads` of the CPU, 0 leaves PyTorch's choice."""
        import torch

        self._device = pick_device(device)
        if threads:
            torch.set_num_threads(threads)
        config = files.read_config(folder)
        model = load_model(folder)
        self._setup(model, config, _tokenizer(f"local-dir:{folder}"))
        self._info = EncoderInfo(
            name=name or folder.name,
            key=files.key_of(folder),
            dim=int(config["model_cfg"]["embed_dim"]),
            image=files.preprocessing(config),
            engine=f"PyTorch, {_DEVICE_NAMES[self._device]}",
            bytes=files.size_of(folder),
        )

    def _setup(self, model: "torch.nn.Module", config: dict[str, Any], tokenizer: Callable[[list[str]], Any]) -> None:
        import torch

        image = files.preprocessing(config)
        self._model: Any = model.to(self._device)
        self._tokenizer = tokenizer
        self._scripts = files.learned_scripts(config)
        self._mean = torch.tensor(image.mean, device=self._device).view(1, 3, 1, 1)
        self._std = torch.tensor(image.std, device=self._device).view(1, 3, 1, 1)

    @property
    def info(self) -> EncoderInfo:
        """What is fixed about this model."""
        return self._info

    def encode_images(self, batch: Pixels) -> Matrix:
        """Encode uint8 [n, size, size, 3] to float32 unit vectors [n, dim]."""
        import torch

        size = self._info.image.size
        if batch.ndim != 4 or batch.shape[1:] != (size, size, 3) or batch.dtype != np.uint8:
            raise ValueError(f"pixels must be uint8 [n, {size}, {size}, 3], not {batch.dtype} {list(batch.shape)}")
        parts: list[Matrix] = []
        with torch.inference_mode():
            for start in range(0, len(batch), _AT_ONCE):
                pixels = torch.from_numpy(np.ascontiguousarray(batch[start : start + _AT_ONCE])).to(self._device)
                scaled = (pixels.permute(0, 3, 1, 2).float() / 255 - self._mean) / self._std
                parts.append(self._model.encode_image(scaled, normalize=True).float().cpu().numpy())
        return self._joined(parts)

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Encode texts to float32 unit vectors [n, dim]; texts longer than the model's context are cut."""
        import torch

        parts: list[Matrix] = []
        with torch.inference_mode():
            for start in range(0, len(texts), _AT_ONCE):
                tokens = self._tokenizer(list(texts[start : start + _AT_ONCE])).to(self._device)
                parts.append(self._model.encode_text(tokens, normalize=True).float().cpu().numpy())
        return self._joined(parts)

    def unknown_share(self, text: str) -> float:
        """Share (0..1) of the letters of `text` in scripts that this model never learned."""
        return unknown_share(text, self._scripts)

    def close(self) -> None:
        """Free the model's memory."""
        self._model = None

    def _joined(self, parts: list[Matrix]) -> Matrix:
        return np.concatenate(parts) if parts else np.empty((0, self._info.dim), dtype=np.float32)


def _tokenizer(name: str) -> Callable[[list[str]], Any]:
    import open_clip

    with _own_logging():
        return open_clip.get_tokenizer(name)
