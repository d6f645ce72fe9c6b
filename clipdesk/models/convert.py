"""Converting an open_clip model for ONNX Runtime: two small graphs beside the weights, which stay where they are.

A tool for model makers and installers; imports torch. Run it as `convert(folder)`.
"""

import gzip
import io
import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional

from clipdesk.core.entities import ImageSpec, Matrix
from clipdesk.core.errors import ModelError
from clipdesk.models import files, torchvision_operators
from clipdesk.models.files import Description, TextDescription
from clipdesk.models.graph_weights import attach
from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.models.open_clip_encoder import OpenClipEncoder, load_model
from clipdesk.models.tokenizer import describe_tokenizer_file, own_vocabulary

_log = logging.getLogger(__name__)
_OPSET = 17
_MERGES = 49152 - 256 - 2
_MERGES_FILE = "merges.txt"
_AGREEMENT = 0.9999


def convert(folder: Path, scripts: tuple[str, ...] | None = None) -> Description:
    """Make `image.onnx`, `text.onnx`, the vocabulary and `clipdesk.json` in a folder with open_clip's model.

    The folder holds `open_clip_config.json` and a safetensors checkpoint, in float32, float16 or bfloat16; the graphs
    compute in float32. `scripts` that the model learned, as Unicode names them ("LATIN"); by default all for a model
    with a tokenizer file of its own (`tokenizer.json`, to be put there before), Latin for CLIP's English vocabulary.
    Raises ModelError when the files cannot be read, or when ONNX Runtime and PyTorch disagree (cosine <= 0.9999).
    """
    weights = files.weights_file(folder)
    if weights.suffix != ".safetensors":
        raise ModelError(f"Only safetensors weights can be converted: {weights}", "Save the model as safetensors.")
    config = files.read_config(folder)
    model = load_model(folder)
    image, text = files.preprocessing(config), _text_description(folder, config, model)
    description = Description(
        dim=int(config["model_cfg"]["embed_dim"]),
        image=image,
        text=text,
        scripts=scripts or files.learned_scripts(config),
        weights=weights.name,
    )
    _plain_attention(model)
    pixels = torch.zeros(2, image.size, image.size, 3, dtype=torch.uint8)
    graph = _export(_ImageTower(model, image), pixels, "pixels", {0: "n"})
    _save(graph, weights, folder / description.image_graph)
    tokens = torch.zeros(2, text.context_length, dtype=torch.int64)
    graph = _export(_TextTower(model), tokens, "tokens", {0: "n", 1: "length"} if text.trim else {0: "n"})
    _save(graph, weights, folder / description.text_graph)
    files.write_description(folder, description)
    _check(folder)
    return description


class _ImageTower(nn.Module):
    """uint8 pixels [n, size, size, 3] -> unit vectors [n, dim]; scales and normalises in the graph."""

    def __init__(self, model: nn.Module, image: ImageSpec) -> None:
        super().__init__()
        self.model = model
        mean, std = torch.tensor(image.mean), torch.tensor(image.std)
        self.register_buffer("scale", (1 / 255 / std).view(1, 3, 1, 1))
        self.register_buffer("shift", (-mean / std).view(1, 3, 1, 1))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        scaled = pixels.permute(0, 3, 1, 2).float() * self.get_buffer("scale") + self.get_buffer("shift")
        return functional.normalize(cast("Any", self.model).encode_image(scaled), dim=-1)


class _TextTower(nn.Module):
    """Token ids [n, length] -> unit vectors [n, dim]."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        tower = _own_text_tower(self.model)
        if tower is None:
            return functional.normalize(cast("Any", self.model).encode_text(tokens), dim=-1)
        length = tokens.shape[1]
        x = tower.token_embedding(tokens) + tower.positional_embedding[:length]
        mask = tower.attn_mask
        x = tower.transformer(x, attn_mask=None if mask is None else mask[:length, :length])
        x = _pool(tower, tower.ln_final(x), tokens)
        projection = tower.text_projection
        if projection is not None:
            x = projection(x) if isinstance(projection, nn.Linear) else x @ projection
        return functional.normalize(x, dim=-1)


def _own_text_tower(model: Any) -> Any:
    """The part of the model that has open_clip's own text transformer in its plain form; None for other kinds."""
    tower = getattr(model, "text", model)
    plain = all(hasattr(tower, name) for name in ("token_embedding", "positional_embedding", "ln_final", "transformer"))
    if not plain or getattr(tower, "cls_emb", None) is not None or getattr(tower, "use_pad_mask", False):
        return None
    return tower if _pool_type(tower) in ("argmax", "eos", "first", "last") else None


def _pool_type(tower: Any) -> str:
    return getattr(tower, "text_pool_type", None) or tower.pool_type


def _pool(tower: Any, x: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    kind = _pool_type(tower)
    if kind == "argmax":
        return _row(x, tokens.argmax(dim=-1, keepdim=True))
    if kind == "eos":
        end = getattr(tower, "text_eos_id", None) or tower.eos_id
        return _row(x, (tokens == end).int().argmax(dim=-1, keepdim=True))
    return x[:, 0] if kind == "first" else x[:, -1]


def _text_description(folder: Path, config: dict[str, Any], model: Any) -> TextDescription:
    """How the words must be given to the graph; writes CLIP's merges where the model uses them."""
    text: dict[str, Any] = config["model_cfg"].get("text_cfg", {})
    length = int(text.get("context_length", 77))
    options: dict[str, Any] = text.get("tokenizer_kwargs", {})
    if text.get("hf_tokenizer_name"):
        return describe_tokenizer_file(folder, config)
    if not own_vocabulary(folder, config) and not (folder / _MERGES_FILE).is_file():
        _write_merges(folder / _MERGES_FILE)
    tower = _own_text_tower(model)
    causal = tower is not None and tower.attn_mask is not None and _pool_type(tower) in ("argmax", "eos")
    return TextDescription(length, "clip", _MERGES_FILE, options.get("clean", "lower"), trim=causal)


def _write_merges(target: Path) -> None:
    """CLIP's merges out of open_clip's package (MIT), in GPT-2's form."""
    torchvision_operators.ensure()
    from open_clip.tokenizer import default_bpe

    with gzip.open(default_bpe(), "rt", encoding="utf-8") as file:
        lines = file.read().split("\n")[1 : _MERGES + 1]
    target.write_text("#version: 0.2\n" + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")


class _Row(torch.autograd.Function):
    """x [n, length, width], index [n, 1] -> x[i, index[i]] as one ONNX node; indexing is traced into a dozen."""

    @staticmethod
    def forward(_ctx: Any, x: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
        return x[torch.arange(x.shape[0]), index[:, 0]]

    @staticmethod
    def symbolic(g: Any, x: Any, index: Any) -> Any:
        return g.op("GatherND", x, index, batch_dims_i=1)


class _Reshape(torch.autograd.Function):
    """Reshape whose first two sizes are copied (0 in ONNX), which spares computing shapes while running."""

    @staticmethod
    def forward(_ctx: Any, x: torch.Tensor, *sizes: int) -> torch.Tensor:
        return x.reshape(x.shape[0], x.shape[1], *sizes)

    @staticmethod
    def symbolic(g: Any, x: Any, *sizes: int) -> Any:
        return g.op("Reshape", x, g.op("Constant", value_t=torch.tensor([0, 0, *sizes])))


# torch annotates `apply` as taking and giving anything unknown.
_row = cast("Callable[[torch.Tensor, torch.Tensor], torch.Tensor]", cast("Any", _Row).apply)
_reshape = cast("Callable[..., torch.Tensor]", cast("Any", _Reshape).apply)


def _plain_attention(model: nn.Module) -> None:
    """Give every `nn.MultiheadAttention` a forward that is traced into few nodes; the weights stay."""
    for module in model.modules():
        if isinstance(module, nn.MultiheadAttention) and module.batch_first:
            module.forward = _attention(module)


def _attention(module: Any) -> Callable[..., Any]:
    original, heads = module.forward, int(module.num_heads)
    size = int(module.embed_dim) // heads

    def split(x: torch.Tensor) -> torch.Tensor:
        return _reshape(x, heads, size).transpose(1, 2)

    def forward(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, attn_mask: Any = None, **options: Any) -> Any:
        if q is not k or q is not v or module.in_proj_weight is None:
            return original(q, k, v, attn_mask=attn_mask, **options)
        parts = functional.linear(q, module.in_proj_weight, module.in_proj_bias).chunk(3, dim=-1)
        query, key, value = map(split, parts)
        scores = (query * size**-0.5) @ key.transpose(-1, -2)
        if attn_mask is not None:
            scores = scores + attn_mask
        merged = _reshape((torch.softmax(scores, dim=-1) @ value).transpose(1, 2), heads * size)
        return module.out_proj(merged), None

    return forward


def _export(tower: nn.Module, example: torch.Tensor, name: str, axes: dict[int, str]) -> onnx.ModelProto:
    """Trace a tower. torch's older exporter keeps weights under their own names and needs no further package."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        export = cast("Callable[..., None]", cast("Any", torch.onnx).export)  # annotated for the newer exporter only
        export(
            tower.eval(),
            (example,),
            buffer,
            input_names=[name],
            output_names=["embedding"],
            dynamic_axes={name: axes, "embedding": {0: "n"}},
            opset_version=_OPSET,
            do_constant_folding=False,
            dynamo=False,
        )
    return onnx.load_from_string(buffer.getvalue())


def _save(graph: onnx.ModelProto, weights: Path, target: Path) -> None:
    copied = attach(graph, weights, "model.")
    for node in graph.graph.node:
        node.ClearField("doc_string")
    target.write_bytes(graph.SerializeToString())
    _log.info("%s: %d bytes, %d of them weights", target.name, target.stat().st_size, copied)


def _check(folder: Path) -> None:
    """Raise ModelError when the converted model does not agree with the original."""
    reference, converted = OpenClipEncoder(folder, "cpu"), OnnxEncoder(folder)
    size = reference.info.image.size
    pixels = np.random.default_rng(0).integers(0, 256, (3, size, size, 3), dtype=np.uint8)
    texts = ["a dog", "two children jump into a pool", "", "word " * 200, "Zürich, 3 o'clock"]
    lowest = min(
        _cosine(reference.encode_images(pixels), converted.encode_images(pixels)),
        _cosine(reference.encode_texts(texts), converted.encode_texts(texts)),
    )
    if not lowest > _AGREEMENT:
        (folder / files.DESCRIPTION).unlink()
        raise ModelError(f"The converted model disagrees with the original (cosine {lowest:.5f}): {folder}")


def _cosine(a: Matrix, b: Matrix) -> float:
    return float((a * b).sum(axis=1).min())
