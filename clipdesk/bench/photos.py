"""Photos to measure with: real ones, as many as wanted, no two with the same content."""

from itertools import cycle, islice
from pathlib import Path

from clipdesk.core.errors import UserError
from clipdesk.indexing.formats import is_photo


def photos_below(source: Path) -> list[Path]:
    """Every photo-typed file below `source`, sorted. Raises UserError when there is none."""
    found = sorted(path for path in source.rglob("*") if path.is_file() and is_photo(path.name))
    if not found:
        raise UserError(f"There are no photos in {source}", "Name a folder with photos: --photos FOLDER")
    return found


def distinct_photos(source: Path, count: int, target: Path) -> list[Path]:
    """Copy `count` photos of `source` below `target`, over and over when it holds fewer.

    Every copy gets a few bytes of its own behind the picture, which decoders ignore: the content hash differs, the
    work of reading and decoding does not. Raises UserError when `source` holds no photo.
    """
    found = photos_below(source)
    copies: list[Path] = []
    for number, path in enumerate(islice(cycle(found), count)):
        copy = target / f"{number // 500:03}" / f"{number:06}{path.suffix.lower()}"
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes() + f"clipdesk bench {number}".encode())
        copies.append(copy)
    return copies
