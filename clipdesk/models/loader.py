"""Finding a model on disk and loading the encoder that runs it best."""

from pathlib import Path

from clipdesk.core import paths
from clipdesk.core.errors import ModelError
from clipdesk.models import files, registry, tuned
from clipdesk.models.encoder import Encoder
from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.models.open_clip_encoder import Device, OpenClipEncoder
from clipdesk.models.tuned_encoder import TunedEncoder


def bundled_folder(name: str) -> Path:
    """Where a bundled model lies, whether it is there or not."""
    return paths.resources() / "models" / name


def model_folder(name: str) -> Path:
    """The folder of an installed model. Raises ModelError, naming what to do, when it is unknown or not installed."""
    folder = _find(name)
    if folder is not None:
        return folder
    card = registry.card(name)
    raise ModelError(
        f"The model {card.name} is not installed",
        "Install clipdesk again, with its resources" if card.bundled else how_to_install(card),
    )


def require_trust(name: str) -> Path:
    """The folder of an installed model that may be used. Raises ModelError when its check found something wrong."""
    folder = model_folder(name)
    if problem := files.distrust(folder):
        raise ModelError(
            f"The model {name} is not trusted: {problem}",
            f"Reinstall it: clipdesk models remove {name}, then clipdesk models install {name}",
        )
    return folder


def how_to_install(card: registry.ModelCard) -> str:
    """What a user does to have a known model."""
    return f"Run: clipdesk models install {card.name}"


def installed() -> list[str]:
    """Names of all models that can be loaded: the bundled ones first, then those in the user's models folder."""
    names = [card.name for card in registry.cards() if card.bundled and _is_model(bundled_folder(card.name))]
    own = paths.models_folder()
    if own.is_dir():
        names += sorted(f.name for f in own.iterdir() if f.name not in names and _is_model(f))
    return names


def is_installed(name: str) -> bool:
    """True when the model can be loaded."""
    return _find(name) is not None


def encoder_key(name: str) -> str:
    """The key of the model's embeddings, without loading it. Raises ModelError when it is not installed."""
    return files.key_of(model_folder(name))


def model_bytes(name: str) -> int:
    """Bytes of every file of the model. Raises ModelError when it is not installed."""
    return files.size_of(model_folder(name))


def load_encoder(name: str, *, device: Device = "auto", threads: int = 0) -> Encoder:
    """Load a model: through ONNX Runtime where it was converted, else through PyTorch.

    A model that was tuned here runs as was found best (`clipdesk models tune`), as long as that still holds. `device`
    "mps" or "cuda" asks for PyTorch even so. `threads` of the CPU, 0 for as many as it has cores or tuning found best.
    Raises ModelError when the model is unknown, not installed, damaged or cannot run here.
    """
    folder = require_trust(name)
    tuning = tuned.read(tuned.record_folder(folder, name))
    if files.is_converted(folder) and device in ("auto", "cpu"):
        if tuning is None:
            return OnnxEncoder(folder, threads, name)
        choice = tuning.choice
        if choice.engine.startswith("torch") and (device == "auto" or choice.device == "cpu"):
            return TunedEncoder(folder, threads, name, tuning)
        return OnnxEncoder(folder, threads, name, tuning if choice.engine.startswith("onnx") else None)
    half = tuning is not None and any(
        found.engine == "torch float16" and found.device == device and found.agrees for found in tuning.candidates
    )
    return OpenClipEncoder(folder, device, threads, name, precision="float16" if half else "float32")


def _find(name: str) -> Path | None:
    """The model's folder: only plain names, so that no name leads out of the models folder."""
    if not name or name != Path(name).name:
        return None
    for folder in (bundled_folder(name), paths.models_folder() / name):
        if _is_model(folder):
            return folder
    return None


def _is_model(folder: Path) -> bool:
    numbers = any((folder / name).is_file() for name in files.WEIGHTS) or files.is_converted(folder)
    return (folder / files.CONFIG).is_file() and numbers
