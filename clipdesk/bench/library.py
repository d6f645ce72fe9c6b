"""Libraries of any size without their photos: for measuring search."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from clipdesk.core.entities import FoundFile, HalfMatrix, PhotoMetadata

_BATCH = 10_000
_FIRST_DAY = datetime(2010, 1, 1)


def make_library(folder: Path, vectors: HalfMatrix, model_key: str, seed: int = 1) -> None:
    """Make a library with a photo for each row of `vectors`, float16 [n, dim], through the catalogue's own batches."""
    from clipdesk.catalog.catalog import FileResult
    from clipdesk.catalog.library import open_library

    textness = np.random.default_rng(seed).normal(-0.3, 0.4, len(vectors))
    with open_library(folder, write=True, create=True) as library:
        root = library.catalog.folders.add(folder / "photos")
        for start in range(0, len(vectors), _BATCH):
            rows = range(start, min(start + _BATCH, len(vectors)))
            batch = [
                FileResult(
                    root.id,
                    FoundFile(f"{row // 1000:04}/IMG_{row:07}.jpg", 2_000_000 + row, row + 1),
                    content_hash=f"{row:032x}",
                    metadata=PhotoMetadata(4000, 3000, _FIRST_DAY + timedelta(minutes=7 * row), camera="Bench"),
                    embedding=vectors[row].astype(np.float32),
                    textness=float(textness[row]),
                )
                for row in rows
            ]
            library.catalog.commit_batch(batch, model_key)
