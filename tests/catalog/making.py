"""Makes catalogues with known contents."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np

from clipdesk.catalog.catalog import Catalog, FileResult
from clipdesk.core.entities import FileState, FoundFile, PhotoMetadata, Vector

MODEL = "model-a"
DIM = 8


def vector(seed: int) -> Vector:
    values = np.random.default_rng(seed).normal(size=DIM).astype(np.float32)
    return values / np.linalg.norm(values)


def result(
    folder_id: int,
    path: str,
    content: int | None,
    metadata: PhotoMetadata | None = None,
    *,
    mtime_ns: int = 1_577_880_000_000_000_000,
    file_id: int | None = None,
    state: FileState = FileState.INDEXED,
    reason: str | None = None,
) -> FileResult:
    """A file whose content is told by a number; no content is a file that could not be read."""
    return FileResult(
        folder_id=folder_id,
        found=FoundFile(path, 1000 + (content or 0), mtime_ns),
        file_id=file_id,
        content_hash=None if content is None else f"{content:032x}",
        metadata=(metadata or PhotoMetadata(width=40, height=30)) if content is not None else None,
        embedding=None if content is None else vector(content),
        textness=None if content is None else content / 10,
        state=state,
        reason=reason,
    )


def ids(catalog: Catalog, *contents: int) -> list[int]:
    """The photo ids of contents."""
    known = catalog.photos.by_hash(f"{content:032x}" for content in contents)
    return [known[f"{content:032x}"] for content in contents]


def fill(catalog: Catalog, root: Path) -> int:
    """Some rows of every table; returns the folder's id."""
    folder = catalog.folders.add(root, device="disk-1", excludes=("*/tmp/*",))
    taken = datetime(2019, 6, 1, 12, 30, tzinfo=timezone(timedelta(hours=2)))
    catalog.commit_batch(
        [
            result(
                folder.id,
                "2019/Été à la mer/IMG_1.JPG",
                1,
                PhotoMetadata(
                    width=4000,
                    height=3000,
                    taken_at=taken,
                    camera="Canon EOS 5D",
                    lens="EF 50mm",
                    latitude=48.1,
                    longitude=-1.5,
                    altitude=3.0,
                    orientation=6,
                    rating=4,
                    keywords=("Straße", "Strand"),
                    title="Am Meer",
                ),
            ),
            result(folder.id, "2019/Été à la mer/IMG_1.CR2", 2, PhotoMetadata(width=4000, height=3000, taken_at=taken)),
            result(folder.id, "copies/one.jpg", 3),
            result(folder.id, "copies/two.jpg", 3),
            result(folder.id, "odd/name\udcff\udc80.png", 4, PhotoMetadata(width=30, height=40)),
            result(folder.id, "odd/broken.jpg", None, state=FileState.FAILED, reason="is cut\noff"),
            result(folder.id, "top.heic", 5, PhotoMetadata(30, 30, datetime(2020, 1, 31, 23, 59))),
        ],
        MODEL,
    )
    catalog.tags.set_state(ids(catalog, 3), "Dog", "accepted")
    catalog.tags.set_state(ids(catalog, 1), "strand", "rejected")
    catalog.state.set("calibration", {"midpoint": 0.5, "names": ["ä"]})
    return folder.id
