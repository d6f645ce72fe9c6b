"""CLIP's tokenizer without torch: token for token open_clip's, on real captions, nasty texts and random Unicode."""

import csv
import html
import json
import random
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipdesk.core.errors import ModelError
from clipdesk.models.files import TextDescription
from clipdesk.models.tokenizer import (
    ClipTokenizer,
    basic_clean,
    byte_symbols,
    describe_tokenizer_file,
    load_tokenizer,
    own_vocabulary,
)
from tests.models.taught import write_merges


@pytest.fixture(scope="module")
def reference() -> Any:
    """open_clip's own tokenizer."""
    from clipdesk.models import torchvision_operators

    torchvision_operators.ensure()
    from open_clip.tokenizer import SimpleTokenizer

    return SimpleTokenizer()


@pytest.fixture(scope="module")
def clip_merges(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CLIP's own merges, out of open_clip."""
    file = tmp_path_factory.mktemp("vocabulary") / "merges.txt"
    write_merges(file)
    return file


@pytest.fixture(scope="module")
def tokenizer(clip_merges: Path) -> ClipTokenizer:
    return ClipTokenizer(clip_merges, 77)


def differing(tokenizer: ClipTokenizer, reference: Any, texts: list[str]) -> list[tuple[str, list[int], list[int]]]:
    rows = zip(texts, tokenizer.encode(texts), map(reference.encode, texts), strict=True)
    return [(text, own, wanted) for text, own, wanted in rows if own != wanted]


def random_texts(count: int, seed: int = 0) -> list[str]:
    """Texts of one to forty characters out of several parts of Unicode, mixed with words and marks."""
    source = random.Random(seed)
    blocks = [(0x20, 0x7F), (0xA0, 0x250), (0x250, 0x600), (0x600, 0x1200), (0x1E00, 0x2C00), (0x3000, 0xA000)]
    blocks += [(0xAC00, 0xD7A4), (0xF900, 0x10000), (0x10000, 0x11000), (0x1D400, 0x1D800), (0x1F300, 0x1FB00)]
    words = [
        "cat",
        "'s",
        "'ll",
        "&amp;",
        "&#39;",
        "_",
        "\n",
        " ",
        "Don't",
        "<end_of_text>",
        "\u0301",
        "\u200d",
        "\x1b[1m",
    ]
    texts: list[str] = []
    for _ in range(count):
        low, high = source.choice(blocks)
        pieces = [
            source.choice(words) if source.random() < 0.2 else chr(source.randrange(low, high))
            for _ in range(source.randint(1, 40))
        ]
        texts.append("".join(pieces))
    return texts


def test_nasty_texts(tokenizer: ClipTokenizer, reference: Any, nasty_texts: list[str]) -> None:
    assert differing(tokenizer, reference, nasty_texts) == []


def test_random_unicode(tokenizer: ClipTokenizer, reference: Any) -> None:
    texts = random_texts(3000)
    assert len({unicodedata.category(letter) for text in texts for letter in text}) > 20
    assert differing(tokenizer, reference, texts) == []


def test_captions(tokenizer: ClipTokenizer, reference: Any, photos_folder: Path) -> None:
    captions: set[str] = set()
    for file in sorted(photos_folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as rows:
            captions |= {row["caption"] for row in csv.DictReader(rows)}
    assert len(captions) > 5000
    assert differing(tokenizer, reference, sorted(captions)) == []


@pytest.mark.parametrize("length", [3, 32, 77])
def test_rows_are_cut_and_padded_as_open_clip_does(
    clip_merges: Path, reference: Any, nasty_texts: list[str], length: int
) -> None:
    own = ClipTokenizer(clip_merges, length)(nasty_texts)
    assert own.dtype == np.int64
    np.testing.assert_array_equal(own, reference(nasty_texts, context_length=length).numpy())


@pytest.mark.parametrize("clean", ["whitespace", "canonicalize"])
def test_other_clean_ups(clip_merges: Path, nasty_texts: list[str], reference: Any, clean: str) -> None:
    own = ClipTokenizer(clip_merges, 77, clean)
    assert differing(own, type(reference)(clean=clean), nasty_texts + random_texts(300, 1)) == []


def test_plain_ascii_needs_no_mending(nasty_texts: list[str]) -> None:
    """ftfy and HTML entities change but line ends in printable ASCII without "&": such texts skip them."""
    import ftfy

    source = random.Random(2)
    plain = [chr(code) for code in range(0x20, 0x7F) if chr(code) != "&"] + ["\t", "\n", "\r"]
    texts = ["".join(source.choices(plain, k=30)) for _ in range(500)] + nasty_texts
    for text in texts:
        assert basic_clean(text).split() == html.unescape(html.unescape(ftfy.fix_text(text))).split()


def test_ascii_query_loads_neither_ftfy_nor_regex(pocket: Path) -> None:
    code = (
        "import sys, pathlib; from clipdesk.models.tokenizer import ClipTokenizer;"
        f"ClipTokenizer(pathlib.Path({str(pocket / 'merges.txt')!r}), 77)(['a dog on the beach']);"
        "print({'ftfy', 'regex', 'torch', 'transformers', 'open_clip'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_lone_surrogates_do_not_stop_it(tokenizer: ClipTokenizer) -> None:
    assert len(tokenizer.encode(["name \udcff of a file"])[0]) > 3


def test_a_vocabulary_of_its_own_takes_its_ids_from_its_own_merges(tmp_path: Path) -> None:
    (tmp_path / "merges.txt").write_text("#version: 0.2\nd o\ndo g</w>\n", encoding="utf-8")
    config = {"model_cfg": {"text_cfg": {"vocab_size": 516, "context_length": 8}}}
    own = own_vocabulary(tmp_path, config)
    assert own is not None
    dog, start, end = 513, 514, 515
    g = 256 + byte_symbols().index("g")
    assert own(["dog", "Dog g"]).tolist() == [[start, dog, end] + [0] * 5, [start, dog, g, end] + [0] * 4]


def test_a_vocabulary_of_its_own_without_merges_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"merges\.txt"):
        own_vocabulary(tmp_path, {"model_cfg": {"text_cfg": {"vocab_size": 8000}}})


def test_clips_vocabulary_is_nobodys_own(tmp_path: Path) -> None:
    assert own_vocabulary(tmp_path, {"model_cfg": {"text_cfg": {"vocab_size": 49408}}}) is None


def test_missing_vocabulary_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"merges\.txt"):
        load_tokenizer(tmp_path, TextDescription(77))


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A small word-piece tokenizer of the kind that other models bring along."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "dog", "cat", "##s"]
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def test_tokenizer_file_of_another_model(trained: Path) -> None:
    text = {"hf_tokenizer_name": "x", "context_length": 6, "tokenizer_kwargs": {"clean": "canonicalize"}}
    description = describe_tokenizer_file(trained, {"model_cfg": {"text_cfg": text}})
    own = load_tokenizer(trained, description)
    assert own.context_length == 6
    assert own(["A  dog!", "cats", "a dog a dog a dog", ""]).tolist() == [
        [2, 4, 5, 3, 0, 0],
        [2, 6, 7, 3, 0, 0],
        [2, 4, 5, 4, 5, 3],
        [2, 3, 0, 0, 0, 0],
    ]


def test_padding_and_dropped_separator_follow_the_models_own_files(trained: Path) -> None:
    names = {"pad_token": {"content": "[UNK]"}, "sep_token": "[SEP]"}
    (trained / "tokenizer_config.json").write_text(json.dumps(names))
    text = {"hf_tokenizer_name": "x", "context_length": 5, "tokenizer_kwargs": {"strip_sep_token": True}}
    own = load_tokenizer(trained, describe_tokenizer_file(trained, {"model_cfg": {"text_cfg": text}}))
    assert own(["a dog"]).tolist() == [[2, 4, 5, 0, 1]]


def test_missing_and_damaged_tokenizer_files_are_told(tmp_path: Path) -> None:
    config = {"model_cfg": {"text_cfg": {"hf_tokenizer_name": "x"}}}
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        describe_tokenizer_file(tmp_path, config)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        describe_tokenizer_file(tmp_path, config)
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        load_tokenizer(tmp_path, TextDescription(5, "file", "tokenizer.json"))
