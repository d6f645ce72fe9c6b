"""What `clipdesk evaluate` measures, over the encoder of the command line's options. Needs no library."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clipdesk.cli_output import message
from clipdesk.cli_session import Options

if TYPE_CHECKING:
    from clipdesk.models.encoder import Encoder
    from clipdesk.search.textness import TextnessDirection

_PROGRESS_SECONDS = 5.0


def captions(options: Options, file: Path, images: Path, *, quiet: bool) -> dict[str, Any]:
    """Recall of captions finding their photo and the other way round."""
    from clipdesk.indexing.decoder import load_pixels
    from clipdesk.training.evaluate import retrieval

    with open_encoder(options) as encoder:
        return retrieval(encoder, file, images, load_pixels, progress=progress_lines(quiet))


def textness(options: Options, with_words: Path, without: Path, *, quiet: bool) -> dict[str, Any]:
    """How well textness tells pictures with words."""
    from clipdesk.indexing.decoder import load_pixels
    from clipdesk.training.evaluate import textness_auc

    with open_encoder(options) as encoder:
        direction = _direction(options, encoder)
        return textness_auc(encoder, with_words, without, direction, load_pixels, progress=progress_lines(quiet))


@dataclass(frozen=True, slots=True)
class ClassOptions:
    """How classes are worded, and which are looked at."""

    templates: tuple[str, ...] = ()
    wording: Path | None = None
    only: str = "*"


def classes(options: Options, folder: Path, words: ClassOptions, *, quiet: bool) -> tuple[dict[str, Any], str]:
    """Zero-shot accuracy on a folder for each class, by wording: as values and as a table."""
    from clipdesk.indexing.decoder import load_pixels
    from clipdesk.training.zero_shot_accuracy import Wording, accuracy_table, class_accuracy, read_wording

    own = None
    if words.templates or words.wording:
        own = Wording(words.templates, read_wording(words.wording) if words.wording else None)
    with open_encoder(options) as encoder:
        tell = progress_lines(quiet)
        values = class_accuracy(encoder, folder, load_pixels, wording=own, only=words.only, progress=tell)
    return values, accuracy_table(values)


def against(
    options: Options, other: str, images: Path, queries: Path, sheet: Path | None, *, quiet: bool
) -> tuple[dict[str, Any], str]:
    """How far two models agree on what they find, and a picture of it: as values and as a table."""
    from clipdesk.indexing.decoder import load_pixels
    from clipdesk.training import agreement
    from clipdesk.training.contact_sheet import draw_sheet

    terms = agreement.read_queries(queries)
    files = agreement.photos_of(terms, images)
    rankings: list[agreement.Ranking] = []
    for model in (None, other):
        with open_encoder(options, model) as encoder:
            rankings.append(agreement.rank(encoder, terms, files, load_pixels, progress=progress_lines(quiet)))
    own, others = rankings
    values = agreement.agreement(own, others, len(files))
    table = agreement.agreement_table(values)
    if sheet is not None:
        draw_sheet(terms, own, others, files, sheet)
        values["sheet"] = str(sheet)
        table = f"{table}\n{sheet}"
    return values, table


def study(options: Options) -> tuple[dict[str, Any], str]:
    """The query "cat" against the written words Cat and Gat and a photo of a cat: as values and as a table."""
    from clipdesk.training.evaluate import confusion_table, word_confusion

    with open_encoder(options) as encoder:
        outcome = word_confusion(encoder, _direction(options, encoder))
    return outcome, confusion_table(outcome)


@contextmanager
def open_encoder(options: Options, model: str | None = None) -> "Generator[Encoder]":
    """The encoder of `model`, or of the command's options; closed at the end."""
    from clipdesk.models.loader import load_encoder

    settings = options.settings()
    encoder = load_encoder(model or settings.model, device=settings.device, threads=settings.threads)
    try:
        yield encoder
    finally:
        encoder.close()


def _direction(options: Options, encoder: "Encoder") -> "TextnessDirection":
    """The direction that the model ships with; otherwise one learned now, on grounds that clipdesk draws."""
    from clipdesk.models.loader import model_folder
    from clipdesk.search.textness import learn, load

    return load(model_folder(options.settings().model) / "textness.json", encoder.info.dim) or learn(encoder)


def progress_lines(quiet: bool) -> Callable[[int, int], None] | None:
    """A line on stderr every few seconds; None when it should be quiet."""
    if quiet:
        return None
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _PROGRESS_SECONDS:
            last = time.monotonic()
            message(f"{done} of {total} pictures")

    return tell
