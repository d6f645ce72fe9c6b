"""Tuning a model on pictures like the user's own: the library's thumbnails, else the samples and rendered pictures."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from clipdesk.core.entities import ImageSpec, Pixels
from clipdesk.core.errors import CancelledError
from clipdesk.indexing.model_input import model_pixels

if TYPE_CHECKING:
    from clipdesk.models.tuned import Tuning

_log = logging.getLogger(__name__)
_COUNT, _COUNT_LARGE = 96, 48
_LARGE = 1_000_000_000
"""Bytes of weights from which fewer pictures have to do."""
_ENOUGH = 48
"""Thumbnails below which the rendered pictures join in."""
_SIDE = 384


def tune_folder(
    folder: Path,
    name: str,
    library: Path | None,
    tell: Callable[[str], None] = lambda _: None,
) -> "Tuning":
    """Tune the converted model in `folder` on photos of `library`; takes a minute or a few. See `models.tuning`."""
    from clipdesk.models import files, tuning

    count = _COUNT if files.numbers_file(folder).stat().st_size < _LARGE else _COUNT_LARGE
    tell("reading photos")
    return tuning.tune(folder, name, pictures(files.describe(folder).image, library, count), tell=tell)


def tune_again(name: str, library: Path, cancelled: Callable[[], bool]) -> bool:
    """Tune a model once more when the last results are of another machine, library version or model; True when it was.

    In a process of its own; what was found is used from the next start on, and float32 until then.
    """
    from clipdesk.models import loader, tuned
    from clipdesk.worker.model_install import in_child

    if not loader.is_installed(name):
        return False
    folder = loader.model_folder(name)
    found = tuned.read(tuned.record_folder(folder, name))
    if found is None or tuned.is_current(found, folder):
        return False
    try:
        in_child(_tune, folder, name, library, cancelled=cancelled)
    except CancelledError:
        return False
    except Exception:
        _log.exception("model %s was not tuned again", name)
        return False
    return True


def _tune(folder: Path, name: str, library: Path) -> None:
    tune_folder(folder, name, library)


def pictures(spec: ImageSpec, library: Path | None, count: int) -> Pixels:
    """`count` pictures as a model wants them, uint8 [count, size, size, 3]: photos first, rendered ones fill up."""
    found: list[Pixels] = []
    for picture in _all(library):
        found.append(model_pixels(picture, spec))
        if len(found) == count:
            break
    return np.stack(found)


def _all(library: Path | None) -> Iterator[Image.Image]:
    thumbnails = sorted((library / "thumbnails").rglob("*.jpg")) if library is not None else []
    order: list[int] = np.random.default_rng(0).permutation(len(thumbnails)).tolist()
    yield from _read(thumbnails[at] for at in order)
    if len(thumbnails) < _ENOUGH:
        from clipdesk.search.samples import sample_photos

        with tempfile.TemporaryDirectory(prefix="clipdesk-tuning-") as scratch:
            yield from _read(iter(sample_photos(Path(scratch)).files))
    from clipdesk.search.check_pictures import pictures as drawn
    from clipdesk.search.grounds import ground
    from clipdesk.search.rendering import paint_words

    for _, picture in drawn():
        yield picture.convert("RGB")
    random = np.random.default_rng(0)
    while True:
        picture = ground(random, _SIDE)
        yield picture if random.random() < 0.5 else paint_words(picture, random).convert("RGB")


def _read(files: Iterator[Path]) -> Iterator[Image.Image]:
    for file in files:
        try:
            with Image.open(file) as picture:
                yield picture.convert("RGB")
        except (OSError, ValueError):
            continue
