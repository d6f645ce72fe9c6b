"""Feeds damaged files to what reads photos, in processes that are limited as the decoders are."""

import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from PIL import Image

from clipdesk.core.entities import ImageSpec, PhotoMetadata
from clipdesk.core.errors import DecodeError
from clipdesk.indexing import decode_process, limits
from clipdesk.indexing.decoder import DecodeTask, prepare
from clipdesk.indexing.exif import load_exif, read_exif
from clipdesk.indexing.formats import PHOTO_SUFFIXES
from clipdesk.indexing.text_fields import clean
from clipdesk.indexing.xmp import read_xmp
from tests.faults.mutations import Original, damaged

LARGEST = 48 << 10
"""Bytes of a file that is damaged: small ones hold as many traps as large ones, and are read more often."""
_PROCESSES = 2
_AT_ONCE = 100
_SPEC = ImageSpec(64)
_EXIF = ".exif"
"""Our own suffix of a bare EXIF block."""


@dataclass(slots=True)
class Found:
    """What became of some seeds."""

    tried: int = 0
    outcomes: Counter[str] = field(default_factory=Counter[str])
    """How often what came out: "read", or a refusal's first words."""
    wrong: dict[int, str] = field(default_factory=dict[int, str])
    """What went wrong, by seed."""
    crashed: list[int] = field(default_factory=list[int])
    """Seeds that ended their process: a codec's own fault, which costs that file."""
    slowest: float = 0.0
    """Seconds that the slowest input took."""
    largest: float = 0.0
    """The most memory that a process held, in MB."""

    def add(self, other: "Found") -> None:
        self.tried += other.tried
        self.outcomes += other.outcomes
        self.wrong |= other.wrong
        self.crashed += other.crashed
        self.slowest = max(self.slowest, other.slowest)
        self.largest = max(self.largest, other.largest)


def try_all(corpus: Path, scratch: Path, seeds: Sequence[int]) -> Found:
    """Try the seeds; one that kills or hangs its process is found by trying those it was among one by one."""
    found = Found()
    parts = [tuple(seeds[at : at + _AT_ONCE]) for at in range(0, len(seeds), _AT_ONCE)]
    with _limited_processes() as pool:
        for part, result in zip(parts, _results(pool, corpus, scratch, parts), strict=True):
            if isinstance(result, Found):
                found.add(result)
                continue
            singles = [(seed,) for seed in part]
            for seed, one in zip(part, _results(pool, corpus, scratch, singles), strict=True):
                found.add(one if isinstance(one, Found) else _lost(seed, one))
    return found


def _lost(seed: int, error: BaseException) -> Found:
    from pebble import ProcessExpired

    if isinstance(error, ProcessExpired):
        return Found(1, crashed=[seed])
    return Found(1, wrong={seed: repr(error)})


def _limited_processes() -> Any:
    from pebble import ProcessPool

    return ProcessPool(
        max_workers=_PROCESSES,
        initializer=decode_process.begin,
        initargs=(decode_process.Hush(), decode_process.settle),
        context=get_context("spawn"),
    )


def _results(
    pool: Any, corpus: Path, scratch: Path, parts: Sequence[tuple[int, ...]]
) -> "Iterator[Found | BaseException]":
    futures = [pool.schedule(_try, args=(corpus, scratch, part), timeout=limits.DECODE_SECONDS) for part in parts]
    for future in futures:
        error = future.exception()
        yield future.result() if error is None else error


def _try(corpus: Path, scratch: Path, seeds: tuple[int, ...]) -> Found:
    found = Found()
    for seed in seeds:
        started = time.monotonic()
        try:
            outcome = _tried(damaged(seed, originals(corpus)), scratch, seed)
        except Exception as error:
            found.wrong[seed] = f"{type(error).__name__}: {error}"[:300]
        else:
            found.outcomes[outcome] += 1
        found.tried += 1
        found.slowest = max(found.slowest, time.monotonic() - started)
    found.largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


@cache
def originals(corpus: Path) -> tuple[Original, ...]:
    """The small photos of a folder, and what some of them hold of EXIF and XMP as inputs of their own."""
    files = [path for path in sorted(corpus.rglob("*")) if path.is_file() and path.stat().st_size <= LARGEST]
    photos = [Original(path.name, path.suffix.lower(), path.read_bytes()) for path in files]
    photos = [photo for photo in photos if photo.suffix in PHOTO_SUFFIXES and photo.data]
    return (*photos, *_blocks(files))


def _blocks(files: Sequence[Path]) -> Iterator[Original]:
    for path in files:
        if path.suffix.lower() == ".xmp":
            yield Original(path.name, ".xmp", path.read_bytes())
        elif path.suffix.lower() in (".jpg", ".jpeg", ".webp"):
            try:
                with Image.open(path) as picture:
                    exif, xmp = picture.info.get("exif"), picture.info.get("xmp")
            except (OSError, ValueError, SyntaxError):
                continue
            if isinstance(exif, bytes):
                yield Original(path.name, _EXIF, exif)
            if isinstance(xmp, bytes):
                yield Original(path.name, ".xmp", xmp)


def _tried(one: Original, scratch: Path, seed: int) -> str:
    """What came out, once it has been looked at; raises what must not be."""
    if one.suffix == ".xmp":
        read_xmp(one.data)
        return "XMP"
    if one.suffix == _EXIF:
        read_exif(load_exif(one.data))
        return "EXIF"
    file = scratch / f"{seed}{one.suffix}"
    file.write_bytes(one.data)
    try:
        # Every other one is decoded; what only tells of itself is read much quicker.
        prepared = prepare(DecodeTask(str(file), _SPEC if seed % 2 else None, None))
    except DecodeError as error:
        assert clean(error.message, 200) == error.message, f"not a line for a user: {error.message!r}"
        return error.message.partition(":")[0].partition(" (")[0]
    finally:
        file.unlink()
    assert prepared.metadata is not None
    look_at(prepared.metadata)
    assert (prepared.pixels is not None) == bool(seed % 2)
    assert prepared.pixels is None or prepared.pixels.shape == (_SPEC.size, _SPEC.size, 3)
    return "read"


def look_at(found: PhotoMetadata) -> None:
    """Whether metadata is what the catalogue and the window may rely on, whatever the file said."""
    assert 0 < found.width * found.height <= limits.MAX_PIXELS
    assert found.width > 0
    assert 1 <= found.orientation <= 8
    assert found.rating is None or 0 <= found.rating <= 5
    assert (found.latitude is None) == (found.longitude is None)
    assert found.latitude is None or (abs(found.latitude) <= 90 and abs(found.longitude or 0) <= 180)
    assert found.altitude is None or abs(found.altitude) <= 100_000
    assert len(found.keywords) <= limits.MAX_KEYWORDS
    lines = [
        *((word, limits.MAX_KEYWORD_LENGTH) for word in found.keywords),
        (found.title, limits.MAX_TITLE_LENGTH),
        (found.camera, limits.MAX_NAME_LENGTH),
        (found.lens, limits.MAX_NAME_LENGTH),
    ]
    for text, longest in lines:
        assert text is None or (text and clean(text, longest) == text), f"not one printable line: {text!r}"
        assert text is None or text.isprintable() or " " in text, f"not printable: {text!r}"
