"""A library of very many photos, from its files on: start-up, warm queries, memory, and a photo more.

Needs no photos: `library.make_library` makes the catalogue, which the rest reads as it would any other.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from clipdesk.bench.memory import peak_bytes
from clipdesk.bench.table import Measurement
from clipdesk.core.entities import FoundFile, HalfMatrix, PhotoMetadata

if TYPE_CHECKING:
    from clipdesk.core.settings import Settings

_MILLISECONDS, _START_SECONDS, _MEGABYTES, _ADD_MILLISECONDS = 60.0, 5.0, 1_400.0, 5.0
_WINDOW_HITS = 1_000


def measure_files(library: Path, size: int, key: str) -> list[Measurement]:
    """The first look at a library without index files, by its writer: reads all embeddings and writes the files."""
    from clipdesk.catalog.library import open_library
    from clipdesk.search.photo_vectors import PhotoVectors

    with open_library(library, write=True) as opened:
        start = perf_counter()
        vectors = PhotoVectors(opened.catalog, opened.index_folder, key, write=True)
        read = perf_counter() - start
        vectors.save()
    note = f"once, and when it has grown by a tenth; reading the embeddings {read:.1f} s"
    return [
        Measurement(f"index files made, {size:,} photos", perf_counter() - start, "s", note=note),
        Measurement(f"peak memory of that, {size:,} photos", peak_bytes() / 1e6, "MB"),
    ]


def measure_queries(
    library: Path, size: int, queries: Sequence[str], runs: int, settings: "Settings"
) -> list[Measurement]:
    """Start-up and warm queries through the whole service; every query is a new one, its words are encoded."""
    from clipdesk.core.messages import SearchRequest
    from clipdesk.core.window_messages import BrowseRequest
    from clipdesk.worker.service import Service

    start = perf_counter()
    service = Service(library, settings, write=False, create=False, emit=lambda _: None)
    try:
        service.call(SearchRequest(1, "a first query"))
        first = perf_counter() - start
        found: list[float] = []
        browsed: list[float] = []
        for number in range(2, 2 + runs * len(queries)):
            words = f"{queries[number % len(queries)]} {number}"
            start = perf_counter()
            service.call(SearchRequest(2 * number, words))
            found.append(1000 * (perf_counter() - start))
            start = perf_counter()
            service.call(BrowseRequest(2 * number + 1, f"{words} again", limit=_WINDOW_HITS))
            browsed.append(1000 * (perf_counter() - start))
    finally:
        service.close()
    return [
        Measurement(f"start-up to the first answer, {size:,} photos", first, "s", at_most=_START_SECONDS),
        Measurement(
            f"warm text query, {size:,} photos", median(found), "ms", at_most=_MILLISECONDS, note="100 hits, all of it"
        ),
        Measurement(
            f"the window's query, {size:,} photos",
            median(browsed),
            "ms",
            note=f"{_WINDOW_HITS:,} hits at three positions of the slider",
        ),
        Measurement(f"peak memory of that, {size:,} photos", peak_bytes() / 1e6, "MB", at_most=_MEGABYTES),
    ]


def measure_adding(library: Path, size: int, key: str, newer: HalfMatrix) -> list[Measurement]:
    """Photos that come one by one: how long until a search sees one that was committed."""
    from clipdesk.catalog.catalog import FileResult
    from clipdesk.catalog.library import open_library
    from clipdesk.search.photo_vectors import PhotoVectors

    seen: list[float] = []
    committed: list[float] = []
    with open_library(library, write=True) as opened:
        folder = opened.catalog.folders.all()[0].id
        vectors = PhotoVectors(opened.catalog, opened.index_folder, key, write=False)
        first = len(vectors)
        for number, vector in enumerate(newer):
            photo = FileResult(
                folder,
                FoundFile(f"new/IMG_{first + number:07}.jpg", 3_000_000 + number, number + 1),
                content_hash=f"{first + number:031x}n",
                metadata=PhotoMetadata(4000, 3000, datetime(2025, 1, 1)),
                embedding=vector.astype(np.float32),
                textness=0.0,
            )
            start = perf_counter()
            opened.catalog.commit_batch([photo], key)
            committed.append(1000 * (perf_counter() - start))
            start = perf_counter()
            vectors.refresh()
            seen.append(1000 * (perf_counter() - start))
            if len(vectors) != first + number + 1 or not vectors.live[-1]:
                raise RuntimeError("a photo that was committed is not searched")
    note = f"the first {seen[0]:.0f} ms; its commit {median(committed):.1f} ms"
    return [Measurement(f"a photo more, {size:,} photos", median(seen), "ms", at_most=_ADD_MILLISECONDS, note=note)]
