"""Libraries of very many files: real files in real folders, and the catalogue that indexing them would have made."""

import os
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import xxhash
from PIL import Image

from clipdesk.bench.vectors import photo_like
from clipdesk.catalog.catalog import FileResult
from clipdesk.catalog.library import Library, open_library
from clipdesk.core.entities import Folder, FoundFile, PhotoMetadata
from clipdesk.core.paths import thumbnail_file
from clipdesk.core.settings import Settings
from clipdesk.indexing.scanner import scan
from clipdesk.indexing.volumes import device_of
from clipdesk.models.loader import encoder_key

KEY = encoder_key(Settings().model)
_DIM = 384
_PER_FOLDER = 500
_LINKS = 10_000
"""Names for one file, at most: file systems allow some 65,000."""
_BATCH = 10_000


def tiny_jpeg(seed: int = 0) -> bytes:
    """A picture of a few hundred bytes."""
    blocks = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    written = BytesIO()
    Image.fromarray(blocks).resize((32, 32), Image.Resampling.NEAREST).save(written, "JPEG", quality=50)
    return written.getvalue()


def distinct_content(number: int, picture: bytes = tiny_jpeg()) -> bytes:
    """Picture files that differ in some bytes behind the picture."""
    return picture + b"%08d" % number


def plant(root: Path, count: int) -> None:
    """Make `count` photos of distinct content."""
    for number in range(count):
        file = root / f"{number // _PER_FOLDER:04}" / f"IMG_{number:07}.jpg"
        if number % _PER_FOLDER == 0:
            file.parent.mkdir(parents=True)
        file.write_bytes(distinct_content(number))


def plant_links(root: Path, count: int) -> None:
    """Make `count` names for a few photos: as much work for a look at the tree, and made quickly."""
    for number in range(count):
        file = f"{root}/{number // _PER_FOLDER:04}/IMG_{number:07}.jpg"
        if number % _PER_FOLDER == 0:
            os.makedirs(os.path.dirname(file))  # noqa: PTH103, PTH120 - plain strings, very many of them
        if number % _LINKS == 0:
            seed = file
            Path(file).write_bytes(distinct_content(number))
        else:
            os.link(seed, file)


def index_of(folder: Path, root: Path, rows: int = 0) -> int:
    """Make the library of the tree `root`: every file known, embedded, with its thumbnail; returns the rows.

    More files, up to `rows` in all, are known on a drive that is not there. Contents are as `plant` makes them.
    """
    with open_library(folder, write=True, create=True) as library:
        here = library.catalog.folders.add(root, device=device_of(root))
        found = sorted(scan(root, {}).new, key=lambda one: one.path)
        away = library.catalog.folders.add(root.with_name("a drive that is away"), device="uuid:away")
        more = [FoundFile(f"{n // 1000:04}/AWAY_{n:07}.jpg", 3_000_000 + n, n + 1) for n in range(rows - len(found))]
        hashes = [xxhash.xxh3_128_hexdigest(distinct_content(number)) for number in range(len(found) + len(more))]
        _know(library, here, found, hashes)
        _know(library, away, more, hashes[len(found) :])
        library.catalog.state.set(f"textness measured/{KEY}", True)
        _thumbnails(library, hashes)
    return len(hashes)


def _know(library: Library, folder: Folder, found: Sequence[FoundFile], hashes: Sequence[str]) -> None:
    centres = np.random.default_rng(1).standard_normal((50, _DIM)).astype(np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    for start in range(0, len(found), _BATCH):
        some = found[start : start + _BATCH]
        vectors = photo_like(centres, len(some), seed=start).astype(np.float32)
        batch = [
            FileResult(
                folder.id,
                one,
                content_hash=hashes[start + at],
                metadata=PhotoMetadata(32, 32),
                embedding=vectors[at],
                textness=0.0,
            )
            for at, one in enumerate(some)
        ]
        library.catalog.commit_batch(batch, KEY)


def _thumbnails(library: Library, hashes: Sequence[str]) -> None:
    for shard in range(256):
        (library.thumbnails / f"{shard:02x}").mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(hashes):
        file = str(thumbnail_file(library.thumbnails, content))
        if number % _LINKS == 0:
            seed = file
            Path(file).write_bytes(tiny_jpeg())
        else:
            os.link(seed, file)


def files_below(root: Path) -> Iterator[Path]:
    """Every file, in order."""
    return (path for path in sorted(root.rglob("*")) if path.is_file())
