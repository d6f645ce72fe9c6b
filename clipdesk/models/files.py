"""A model's folder on disk: its files, its description for ONNX Runtime, its key and size. Loads no model."""

import json
import struct
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

import xxhash

from clipdesk.core.entities import ImageSpec
from clipdesk.core.errors import ModelError
from clipdesk.core.plain_data import parse_json
from clipdesk.models import inventory

CONFIG = "open_clip_config.json"
DESCRIPTION = "clipdesk.json"
IMAGE_GRAPH, TEXT_GRAPH = "image.onnx", "text.onnx"
WEIGHTS = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.safetensors",
    "model.safetensors",
    "open_clip_pytorch_model.bin",
    "pytorch_model.bin",
)
"""Names of a checkpoint, best first: open_clip's own order, safetensors before pickled ones."""
TRUST = "self_check.json"
"""What the self-check of an installed model found; bundled models and those of earlier versions have none."""
_FORMAT = 1
_SAMPLES, _SAMPLE_BYTES = 16, 65536
_LARGEST = 65536
"""Of any side, length or dimension that a model could have."""


@dataclass(frozen=True, slots=True)
class TextDescription:
    """How a model wants its words."""

    context_length: int
    tokenizer: Literal["clip", "file"] = "clip"
    tokenizer_file: str = "merges.txt"
    clean: Literal["lower", "whitespace", "canonicalize"] = "lower"
    pad: int = 0
    dropped: int | None = None
    """A token id that is replaced by 0 (open_clip's `strip_sep_token`)."""
    trim: bool = False
    """True when padding may be left out: later tokens cannot touch earlier ones (causal), the end token is pooled."""


@dataclass(frozen=True, slots=True)
class Description:
    """What `clipdesk.json` says of a model that was converted for ONNX Runtime."""

    dim: int
    image: ImageSpec
    text: TextDescription
    scripts: tuple[str, ...] | None = None
    """Scripts that the model learned, as Unicode names them ("LATIN"); None means all."""
    weights: str = WEIGHTS[0]
    image_graph: str = IMAGE_GRAPH
    text_graph: str = TEXT_GRAPH


def describe(folder: Path) -> Description:
    """Read the description of a converted model. Raises ModelError when it is missing, damaged or newer."""
    file = folder / DESCRIPTION
    try:
        raw: dict[str, Any] = parse_json(file.read_text(encoding="utf-8"))
        if raw.pop("format") != _FORMAT:
            raise ModelError(f"The model was made for another version of clipdesk: {folder}", "Reinstall the model.")
        scripts = raw.pop("scripts")
        found = Description(
            image=_image_spec(raw.pop("image")),
            text=TextDescription(**raw.pop("text")),
            scripts=None if scripts is None else tuple(scripts),
            **raw,
        )
        _check(found)
        return found
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ModelError(f"The model's description cannot be read: {file}", "Reinstall the model.") from error


def _check(found: Description) -> None:
    """Raise ValueError or TypeError where a description could not be true, or would lead out of the model's folder."""
    names = (found.weights, found.image_graph, found.text_graph, found.text.tokenizer_file)
    if any(name != Path(name).name or name in ("", ".", "..") for name in names):
        raise ValueError("a file of the model lies elsewhere")
    for number in (found.dim, found.image.size, found.text.context_length):
        if not isinstance(cast("object", number), int) or not 1 <= number <= _LARGEST:
            raise ValueError("a size makes no sense")
    choices = (
        found.image.resize in ("shortest", "longest", "squash"),
        found.image.interpolation in ("bicubic", "bilinear"),
        found.text.tokenizer in ("clip", "file"),
        found.text.clean in ("lower", "whitespace", "canonicalize"),
    )
    if not all(choices):
        raise ValueError("a choice is unknown")


def write_description(folder: Path, description: Description) -> None:
    """Write `clipdesk.json`."""
    raw = {"format": _FORMAT, **asdict(description)}
    (folder / DESCRIPTION).write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


def _image_spec(raw: dict[str, Any]) -> ImageSpec:
    mean, std = cast("list[float]", raw.pop("mean")), cast("list[float]", raw.pop("std"))
    return ImageSpec(mean=(mean[0], mean[1], mean[2]), std=(std[0], std[1], std[2]), **raw)


def read_config(folder: Path) -> dict[str, Any]:
    """open_clip's configuration of the model. Raises ModelError when it is missing or damaged."""
    file = folder / CONFIG
    try:
        config: dict[str, Any] = parse_json(file.read_text(encoding="utf-8"))
        _ = config["model_cfg"]["vision_cfg"], config["model_cfg"]["embed_dim"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The model's configuration cannot be read: {file}", f"Put open_clip's {CONFIG} there."
        ) from error
    return config


def preprocessing(config: dict[str, Any]) -> ImageSpec:
    """How the model wants its pictures, from open_clip's configuration; open_clip's defaults where it is silent."""
    known = {field.name for field in fields(ImageSpec)}
    raw: dict[str, Any] = dict(config.get("preprocess_cfg", {}))
    size = raw.get("size") or config["model_cfg"]["vision_cfg"].get("image_size", 224)
    raw["size"] = size[0] if isinstance(size, list) else size
    raw["resize"] = raw.get("resize_mode") or "shortest"
    raw["fill"] = raw.get("fill_color", 0)
    default = ImageSpec(size=224)
    raw.setdefault("mean", default.mean)
    raw.setdefault("std", default.std)
    if raw.get("interpolation") not in ("bicubic", "bilinear"):
        raw["interpolation"] = "bicubic"
    return _image_spec({name: value for name, value in raw.items() if name in known})


def learned_scripts(config: dict[str, Any]) -> tuple[str, ...] | None:
    """Scripts that a model's words came from: CLIP's own vocabulary is English; other tokenizers serve them all."""
    return None if config["model_cfg"].get("text_cfg", {}).get("hf_tokenizer_name") else ("LATIN",)


def weights_file(folder: Path) -> Path:
    """The model's checkpoint. Raises ModelError when there is none."""
    for name in WEIGHTS:
        if (folder / name).is_file():
            return folder / name
    raise ModelError(f"No weights in {folder}", f"Put the model's {WEIGHTS[0]} there.")


def numbers_file(folder: Path) -> Path:
    """The file that holds the model's numbers: its checkpoint, or of an export the graph of its image tower.

    Raises ModelError when there is neither.
    """
    graph = folder / IMAGE_GRAPH
    exported = is_converted(folder) and graph.is_file() and not any((folder / name).is_file() for name in WEIGHTS)
    return graph if exported else weights_file(folder)


def is_converted(folder: Path) -> bool:
    """True when ONNX Runtime can run the model."""
    return (folder / DESCRIPTION).is_file()


def write_trust(folder: Path, found: int, of: int, problem: str) -> None:
    """Remember what the self-check found: `found` of `of` pictures; why the model is not trusted, "" when it is."""
    record = {
        "fingerprint": _fingerprint(folder),
        "files": inventory.take(folder),
        "found": found,
        "of": of,
        "problem": problem,
    }
    (folder / TRUST).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def distrust(folder: Path) -> str:
    """Why the model must not be used, in a few words; "" when nothing speaks against it.

    Bundled models, those of earlier versions and those put there by hand have no record of what lay in their folder.
    """
    try:
        record: dict[str, Any] = parse_json((folder / TRUST).read_text(encoding="utf-8"))
        problem = str(record["problem"])
        if problem or record["fingerprint"] != _fingerprint(folder):
            return problem or "its files changed after they were checked"
        return inventory.difference(folder, record["files"]) if "files" in record else ""
    except FileNotFoundError:
        return ""
    except ModelError:
        return "its files changed after they were checked"
    except (OSError, ValueError, KeyError, TypeError):
        return "the result of its check cannot be read"


def size_of(folder: Path) -> int:
    """Bytes of every file of the model."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def key_of(folder: Path) -> str:
    """The name of the model's embeddings: its folder's name and a hash of configuration and weights.

    The same for every engine that runs the weights, on every machine. Cheap: it reads the length of the weights and
    16 samples of 64 KB, not all of them. Raises ModelError when they are missing or damaged.
    """
    weights = numbers_file(folder)
    config = folder / CONFIG
    try:
        stat = weights.stat()
        return _key(folder.name, config, config.stat().st_mtime_ns, weights, stat.st_size, stat.st_mtime_ns)
    except (OSError, ValueError) as error:
        raise ModelError(f"The model's files cannot be read: {folder}", "Reinstall the model.") from error


def _fingerprint(folder: Path) -> str:
    """What of the key tells configuration and weights, whatever the folder is called."""
    return key_of(folder).rpartition("-")[2]


@lru_cache(maxsize=64)
def _key(name: str, config: Path, _config_time: int, weights: Path, size: int, _weights_time: int) -> str:
    digest = xxhash.xxh3_64()
    # Parsed and written again: line ends and spaces may differ between two copies of one configuration.
    digest.update(json.dumps(parse_json(config.read_text(encoding="utf-8")), sort_keys=True).encode())
    digest.update(struct.pack("<Q", size))
    with weights.open("rb") as file:
        for sample in range(_SAMPLES):
            file.seek(max(0, size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
            digest.update(file.read(_SAMPLE_BYTES))
    return f"{name}-{digest.hexdigest()}"
