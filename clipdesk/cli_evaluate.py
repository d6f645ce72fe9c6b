"""What `clipdesk evaluate` measures, over the encoder of the command line's options. Needs no library."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
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

    with _encoder(options) as encoder:
        return retrieval(encoder, file, images, load_pixels, progress=_progress(quiet))


def textness(options: Options, with_words: Path, without: Path, *, quiet: bool) -> dict[str, Any]:
    """How well textness tells pictures with words."""
    from clipdesk.indexing.decoder import load_pixels
    from clipdesk.training.evaluate import textness_auc

    with _encoder(options) as encoder:
        direction = _direction(options, encoder)
        return textness_auc(encoder, with_words, without, direction, load_pixels, progress=_progress(quiet))


def classes(options: Options, folder: Path, *, quiet: bool) -> dict[str, Any]:
    """Zero-shot accuracy on a folder for each class."""
    from clipdesk.indexing.decoder import load_pixels
    from clipdesk.training.evaluate import class_accuracy

    with _encoder(options) as encoder:
        return class_accuracy(encoder, folder, load_pixels, progress=_progress(quiet))


def study(options: Options) -> tuple[dict[str, Any], str]:
    """The query "cat" against the written words Cat and Gat and a photo of a cat: as values and as a table."""
    from clipdesk.training.evaluate import confusion_table, word_confusion

    with _encoder(options) as encoder:
        outcome = word_confusion(encoder, _direction(options, encoder))
    return outcome, confusion_table(outcome)


@contextmanager
def _encoder(options: Options) -> "Generator[Encoder]":
    from clipdesk.models.loader import load_encoder

    settings = options.settings()
    encoder = load_encoder(settings.model, device=settings.device, threads=settings.threads)
    try:
        yield encoder
    finally:
        encoder.close()


def _direction(options: Options, encoder: "Encoder") -> "TextnessDirection":
    """The direction that the model ships with; otherwise one learned now, on grounds that clipdesk draws."""
    from clipdesk.models.loader import model_folder
    from clipdesk.search.textness import learn, load

    return load(model_folder(options.settings().model) / "textness.json", encoder.info.dim) or learn(encoder)


def _progress(quiet: bool) -> Callable[[int, int], None] | None:
    """A line on stderr every few seconds."""
    if quiet:
        return None
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _PROGRESS_SECONDS:
            last = time.monotonic()
            message(f"{done} of {total} pictures")

    return tell
