"""DistilBERT's encoder (Sanh et al. 2019) over torch.nn, reading the weights that transformers saves.

Six post-norm transformer layers, width 768, 12 heads, GELU: exactly `nn.TransformerEncoder`, so only names differ.
"""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from tokenizers.implementations import BertWordPieceTokenizer
from torch import Tensor, nn

from clipdesk.core.errors import ModelError
from clipdesk.training.checkpoints import read_tensors

_CONTEXT = 64
"""Tokens of a caption at most; Flickr8k's longest have about 45."""
_LAYER_NAMES = {
    "sa_layer_norm": "norm1",
    "output_layer_norm": "norm2",
    "attention.out_lin": "self_attn.out_proj",
    "ffn.lin1": "linear1",
    "ffn.lin2": "linear2",
}
_EMBEDDINGS = {
    "embeddings.word_embeddings.weight": "words.weight",
    "embeddings.position_embeddings.weight": "positions.weight",
    "embeddings.LayerNorm.weight": "norm.weight",
    "embeddings.LayerNorm.bias": "norm.bias",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes as DistilBERT's config.json names them; the defaults are those of distilbert-base-uncased."""

    vocab_size: int = 30522
    dim: int = 768
    n_layers: int = 6
    n_heads: int = 12
    hidden_dim: int = 3072
    max_position_embeddings: int = 512


class DistilBert(nn.Module):
    """Token ids and their mask to the last hidden state of the first token ([CLS]): [n, dim]."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocab_size, shape.dim)
        self.positions = nn.Embedding(shape.max_position_embeddings, shape.dim)
        self.norm = nn.LayerNorm(shape.dim, eps=1e-12)
        layer = nn.TransformerEncoderLayer(
            shape.dim, shape.n_heads, shape.hidden_dim, 0.1, "gelu", layer_norm_eps=1e-12, batch_first=True
        )
        self.layers = nn.TransformerEncoder(layer, shape.n_layers, enable_nested_tensor=False)
        for parameter in self.parameters():
            if parameter.ndim >= 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens: Tensor) -> Tensor:
        """int64 [n, length], 0 is padding -> float32 [n, dim]."""
        places = torch.arange(tokens.shape[1], device=tokens.device)
        hidden = self.norm(self.words(tokens) + self.positions(places))
        return self.layers(hidden, src_key_padding_mask=tokens == 0)[:, 0]


def load(folder: Path) -> DistilBert:
    """The encoder of a folder with transformers' config.json and model.safetensors (or pytorch_model.bin).

    Raises ModelError when files are missing or do not fit each other.
    """
    try:
        raw: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        model = DistilBert(Shape(**{f.name: int(raw[f.name]) for f in fields(Shape) if f.name in raw}))
    except (OSError, ValueError, TypeError, AssertionError) as error:
        raise ModelError(f"no DistilBERT configuration: {folder / 'config.json'}", "Get the whole folder.") from error
    names = (folder / "model.safetensors", folder / "pytorch_model.bin")
    file = next((name for name in names if name.is_file()), names[0])
    try:
        model.load_state_dict(renamed(read_tensors(file)))
    except (RuntimeError, KeyError) as error:
        raise ModelError(f"the weights are not DistilBERT's: {file}", "Get distilbert-base-uncased.") from error
    return model


def renamed(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights under `DistilBert`'s names instead of transformers'; heads for other tasks are left out."""
    plain = {name.removeprefix("distilbert."): value.float() for name, value in state.items()}
    made = {ours: plain[theirs] for theirs, ours in _EMBEDDINGS.items()}
    numbers = sorted({int(name.split(".")[2]) for name in plain if name.startswith("transformer.layer.")})
    for number in numbers:
        theirs, ours = f"transformer.layer.{number}.", f"layers.layers.{number}."
        for kind in ("weight", "bias"):
            parts = [plain[f"{theirs}attention.{name}_lin.{kind}"] for name in "qkv"]
            made[f"{ours}self_attn.in_proj_{kind}"] = torch.cat(parts)
            made |= {f"{ours}{own}.{kind}": plain[f"{theirs}{name}.{kind}"] for name, own in _LAYER_NAMES.items()}
    return made


def tokenizer_of(folder: Path) -> Tokenizer:
    """The WordPiece tokenizer of a DistilBERT folder: its tokenizer.json or vocab.txt. Raises ModelError."""
    if (folder / "tokenizer.json").is_file():
        return read_tokenizer(folder / "tokenizer.json")
    if (folder / "vocab.txt").is_file():
        made = BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=True)
        return Tokenizer.from_str(made.to_str())
    raise ModelError(f"no vocabulary in {folder}", "Put DistilBERT's tokenizer.json or vocab.txt there.")


def read_tokenizer(file: Path) -> Tokenizer:
    """The tokenizer of a tokenizer.json. Raises ModelError."""
    try:
        return Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises bare Exception
        raise ModelError(f"the tokenizer cannot be read: {file}", "Get the whole folder.") from error


def learn_tokenizer(texts: list[str], size: int) -> Tokenizer:
    """A WordPiece vocabulary of at most `size` pieces from the captions, for an encoder with random weights."""
    made = BertWordPieceTokenizer(lowercase=True)
    made.train_from_iterator(texts, vocab_size=size, min_frequency=1, show_progress=False)
    found = Tokenizer.from_str(made.to_str())
    # The template with [CLS] and [SEP] needs their ids, which are known only now.
    from tokenizers.processors import BertProcessing

    start, end = found.token_to_id("[CLS]"), found.token_to_id("[SEP]")
    assert start is not None
    assert end is not None
    found.post_processor = BertProcessing(("[SEP]", end), ("[CLS]", start))
    return found


def token_ids(tokenizer: Tokenizer, texts: list[str]) -> npt.NDArray[np.int64]:
    """int64 [n, longest, at most 64], padded with 0; [CLS] first, [SEP] last."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(_CONTEXT)
    rows = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    tokens = np.zeros((len(rows), max(map(len, rows), default=1)), np.int64)
    for row, ids in zip(tokens, rows, strict=True):
        row[: len(ids)] = ids
    return tokens
