"""Turning words into token ids, the same ids that open_clip gives, without importing torch or transformers."""

import html
import re
import string
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from clipdesk.core.errors import ModelError
from clipdesk.core.plain_data import parse_json
from clipdesk.models.files import TextDescription

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Tokens = npt.NDArray[np.int64]
"""Token ids, padded: int64, shape [n, context length]."""

# What ftfy and html.unescape leave as it is: printable ASCII without "&" (entities). Control characters go to ftfy,
# which removes them, and so does everything beyond ASCII.
_PLAIN = re.compile(r"[\t\n\r\x20-\x25\x27-\x7e]*")
_SPECIAL = ("<start_of_text>", "<end_of_text>")
# open_clip's pattern, and the same for ASCII alone, where the standard library's `re` can stand in for `regex`.
_WORDS = "|".join(_SPECIAL) + r"|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
_ASCII_WORDS = re.compile(
    "|".join(_SPECIAL) + r"|'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|[0-9]|[^\sa-z0-9]+", re.IGNORECASE | re.ASCII
)
_END = "</w>"
CLIP_PIECES, MERGES = 49408, "merges.txt"
_CACHED_WORDS = 50_000
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


class TextTokenizer(Protocol):
    """Turns texts into token ids, cut and padded to the model's context."""

    @property
    def context_length(self) -> int:
        """Tokens of a row, the special ones included."""
        ...

    def __call__(self, texts: Sequence[str]) -> Tokens:
        """Return int64 [n, context_length]."""
        ...


def basic_clean(text: str) -> str:
    """Mend broken encodings and HTML entities, as CLIP's own tokenizer does."""
    if not _PLAIN.fullmatch(text):
        import ftfy

        text = html.unescape(html.unescape(ftfy.fix_text(text)))
    return text.strip()


def _lower(text: str) -> str:
    return _whitespace(text).lower()


def _whitespace(text: str) -> str:
    return " ".join(basic_clean(text).split())


def _canonicalize(text: str) -> str:
    """big_vision's text clean-up, which SigLIP was trained with: no punctuation, lower case."""
    text = basic_clean(text).replace("_", " ").translate(_NO_PUNCTUATION)
    return " ".join(text.lower().split())


CLEANERS: dict[str, Callable[[str], str]] = {"lower": _lower, "whitespace": _whitespace, "canonicalize": _canonicalize}
"""open_clip's clean-up functions by the names that its configurations use."""


def byte_symbols() -> list[str]:
    """The 256 printable characters that stand for bytes in GPT-2's and CLIP's vocabularies, in vocabulary order.

    Element i is the pair's character; `_byte_table` gives it by byte. Printable Latin-1 stands for itself, the rest
    is shifted beyond 255 (Radford et al. 2019, the released encoder).
    """
    printable, table = _printable(), _byte_table()
    return [table[byte] for byte in (*printable, *sorted(set(range(256)).difference(printable)))]


def _printable() -> list[int]:
    return [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]


def _byte_table() -> list[str]:
    printable = set(_printable())
    table: list[str] = []
    shifted = 256
    for byte in range(256):
        if byte in printable:
            table.append(chr(byte))
        else:
            table.append(chr(shifted))
            shifted += 1
    return table


class ClipTokenizer:
    """CLIP's byte-level BPE (Sennrich et al. 2016), token for token open_clip's `SimpleTokenizer`.

    Handing all 49,000 merges to the `tokenizers` library takes so long that a cold search would notice.
    A word can only ever use merges whose result is a part of it, so each new word is given to the library with just
    those; the outcome is the same, and remembered.

    `merges` is a file in GPT-2's form: one merge a line, best first, after a `#version` line. The vocabulary follows
    from it: 256 bytes, 256 bytes that end a word, the merges, the start and the end token.
    """

    def __init__(self, merges: Path, context_length: int, clean: str = "lower") -> None:
        self._context_length = context_length
        self._clean = CLEANERS[clean]
        try:
            text = merges.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(f"The model's vocabulary cannot be read: {merges}", "Reinstall the model.") from error
        self._merges = text.strip("\n").split("\n")[1:]
        joined = text.replace(" ", "").strip("\n").split("\n")[1:]
        self._rank = dict(zip(joined, range(len(joined)), strict=True))
        self._longest = max(map(len, joined), default=0)
        self._bytes = _byte_table()
        symbols = byte_symbols()
        self._base = {symbol: i for i, symbol in enumerate([*symbols, *(s + _END for s in symbols)])}
        start = len(self._base) + len(joined)
        self._words: dict[str, tuple[int, ...]] = {}
        self._special = {name: (start + i,) for i, name in enumerate(_SPECIAL)}
        self.start, self.end = start, start + 1

    @property
    def context_length(self) -> int:
        """Tokens of a row, the start and end token included."""
        return self._context_length

    def __call__(self, texts: Sequence[str]) -> Tokens:
        """Return int64 [n, context_length]: start, tokens, end, zeros; a long text is cut and still ends in end."""
        rows = self.encode(texts)
        tokens = np.zeros((len(rows), self._context_length), dtype=np.int64)
        for row, ids in zip(tokens, rows, strict=True):
            kept = [self.start, *ids[: self._context_length - 2], self.end]
            row[: len(kept)] = kept
        return tokens

    def encode(self, texts: Iterable[str]) -> list[list[int]]:
        """Token ids of each text, neither cut nor with start and end."""
        split = [self._split(self._clean(text)) for text in texts]
        if len(self._words) > _CACHED_WORDS:
            self._words = {}
        words = self._words
        new = {word for pieces in split for word in pieces if word not in words}
        if new:
            words.update(self._merge(new))
        return [[token for word in pieces for token in words[word]] for pieces in split]

    @staticmethod
    def _split(text: str) -> list[str]:
        if text.isascii():
            return _ASCII_WORDS.findall(text)
        import regex

        return regex.findall(_WORDS, text, regex.IGNORECASE)

    def _merge(self, new: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """Ids of words that were not met before, through the `tokenizers` library with the merges they can use."""
        from tokenizers.models import BPE

        found: dict[str, tuple[int, ...]] = {word: self._special[word] for word in new if word in self._special}
        table = self._bytes
        spelled = {
            word: "".join(table[byte] for byte in word.encode("utf-8", "replace")) for word in new if word not in found
        }
        ranks = sorted({rank for symbols in spelled.values() for rank in self._usable(symbols)})
        vocabulary = dict(self._base)
        pairs: list[tuple[str, str]] = []
        for rank in ranks:
            left, _, right = self._merges[rank].partition(" ")
            vocabulary[left + right] = len(self._base) + rank
            pairs.append((left, right))
        model = BPE(vocab=vocabulary, merges=pairs, end_of_word_suffix=_END)
        for word, symbols in spelled.items():
            found[word] = tuple(token.id for token in model.tokenize(symbols))
        return found

    def _usable(self, symbols: str) -> Iterable[int]:
        """Ranks of all merges whose result is a part of the word; the end-of-word mark counts with the last symbol."""
        size, longest = len(symbols), self._longest
        for start in range(size):
            for stop in range(start + 2, min(size, start + longest) + 1):
                rank = self._rank.get(symbols[start:stop])
                if rank is not None:
                    yield rank
            tail = symbols[start:]
            if 1 < len(tail) <= longest:
                rank = self._rank.get(tail + _END)
                if rank is not None:
                    yield rank


class FileTokenizer:
    """A tokenizer that another library trained, from its `tokenizer.json` (SigLIP 2, XLM-RoBERTa ...).

    Follows open_clip's `HFTokenizer`: clean, encode with the file's own special tokens, cut, pad on the right.
    """

    def __init__(self, file: Path, description: TextDescription) -> None:
        self._tokenizer = _read_tokenizer(file)
        self._context_length = description.context_length
        self._clean = CLEANERS[description.clean]
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(description.context_length)
        self._pad = description.pad
        self._dropped = description.dropped

    @property
    def context_length(self) -> int:
        """Tokens of a row, the special ones included."""
        return self._context_length

    def __call__(self, texts: Sequence[str]) -> Tokens:
        """Return int64 [n, context_length]."""
        tokens = np.full((len(texts), self._context_length), self._pad, dtype=np.int64)
        encoded = self._tokenizer.encode_batch([self._clean(text) for text in texts])
        for row, encoding in zip(tokens, encoded, strict=True):
            row[: len(encoding.ids)] = encoding.ids
        if self._dropped is not None:
            tokens[tokens == self._dropped] = 0
        return tokens


def own_vocabulary(folder: Path | None, config: dict[str, Any]) -> ClipTokenizer | None:
    """The tokenizer of a model with merges of its own in CLIP's form, from its configuration; None for CLIP's own.

    Raises ModelError when the vocabulary's size is not CLIP's and the folder has no merges.
    """
    text: dict[str, Any] = config["model_cfg"].get("text_cfg", {})
    if text.get("hf_tokenizer_name") or int(text.get("vocab_size", CLIP_PIECES)) == CLIP_PIECES:
        return None
    if folder is None or not (folder / MERGES).is_file():
        raise ModelError(f"the model's vocabulary is not CLIP's: {MERGES} is missing", f"Put its {MERGES} there.")
    options: dict[str, Any] = text.get("tokenizer_kwargs", {})
    return ClipTokenizer(folder / MERGES, int(text.get("context_length", 77)), options.get("clean", "lower"))


def describe_tokenizer_file(folder: Path, config: dict[str, Any]) -> TextDescription:
    """How a model with a `tokenizer.json` of its own wants its words, from open_clip's configuration.

    The padding token is the one that `tokenizer_config.json` names, as transformers would take it. Raises ModelError
    when `tokenizer.json` is missing or damaged.
    """
    file = folder / "tokenizer.json"
    tokenizer = _read_tokenizer(file)
    text: dict[str, Any] = config["model_cfg"]["text_cfg"]
    options: dict[str, Any] = text.get("tokenizer_kwargs", {})
    named = _named_tokens(folder / "tokenizer_config.json")

    def first(*tokens: str | None) -> int | None:
        return next((i for i in map(tokenizer.token_to_id, filter(None, tokens)) if i is not None), None)

    return TextDescription(
        context_length=int(text.get("context_length", 77)),
        tokenizer="file",
        tokenizer_file=file.name,
        clean=options.get("clean", "whitespace"),
        pad=first(named.get("pad_token"), "<pad>", "[PAD]") or 0,
        dropped=first(named.get("sep_token"), "</s>", "[SEP]") if options.get("strip_sep_token") else None,
    )


def _read_tokenizer(file: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises bare Exception for missing and for damaged files
        raise ModelError(f"The model's tokenizer cannot be read: {file}", f"Put its {file.name} there.") from error


def _named_tokens(file: Path) -> dict[str, str]:
    try:
        raw: dict[str, Any] = parse_json(file.read_text(encoding="utf-8"))
        named = {key: value for key, value in raw.items() if key.endswith("_token")}
    except (OSError, ValueError, AttributeError):
        return {}
    contents = {
        key: cast("Any", value).get("content") if isinstance(value, dict) else value for key, value in named.items()
    }
    return {key: content for key, content in contents.items() if isinstance(content, str)}


def load_tokenizer(folder: Path, description: TextDescription) -> TextTokenizer:
    """The tokenizer of a model folder. Raises ModelError when its files are missing or damaged."""
    if description.tokenizer == "clip":
        return ClipTokenizer(folder / description.tokenizer_file, description.context_length, description.clean)
    return FileTokenizer(folder / description.tokenizer_file, description)
