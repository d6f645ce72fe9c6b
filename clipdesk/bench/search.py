"""Search latency, recall and memory at several sizes, a warm query with its text encoding, and start-up times.

Each size is measured in a process of its own, so that its peak memory is its own. Vectors are shaped like those of real
photos (`vectors`), queries are real texts.
"""

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, ParamSpec

import numpy as np

from clipdesk.bench import startup
from clipdesk.bench.library import make_library
from clipdesk.bench.memory import peak_bytes
from clipdesk.bench.photos import photos_below
from clipdesk.bench.table import Measurement
from clipdesk.bench.vectors import photo_like
from clipdesk.core.entities import Matrix
from clipdesk.core.errors import DecodeError

if TYPE_CHECKING:
    from clipdesk.core.settings import Settings
    from clipdesk.models.encoder import Encoder
    from clipdesk.search.vector_index import VectorIndex

_P = ParamSpec("_P")

QUERIES = (
    "a dog running on the beach",
    "kids jumping into a pool",
    "a man on a bicycle",
    "two people hiking in the snow",
    "a red flower",
    "an old building at night",
    "food on a table",
    "a football match",
    "a cat asleep on a sofa",
    "a crowd in the street",
    "sunset over the sea",
    "a child with a balloon",
)
_WARM_SIZE, _WARM_MILLISECONDS = 100_000, 60.0
_COLD_SIZE = 1_000
_MOST_CENTRES = 1_000
_BATCH = 32
_BUILD_SECONDS = 300.0


def measure(source: Path, sizes: Sequence[int], runs: int, settings: "Settings") -> list[Measurement]:
    """Measure everything about search, with clusters around the photos in `source`; medians of `runs` runs."""
    from clipdesk.models.loader import load_encoder

    encoder = load_encoder(settings.model, device=settings.device, threads=settings.threads)
    try:
        key = encoder.info.key
        centres, texts = embed_photos(source, encoder), encoder.encode_texts(QUERIES)
    finally:
        encoder.close()
    found: list[Measurement] = []
    for size in sizes:
        found += in_own_process(measure_size, centres, texts, size, runs)
    with tempfile.TemporaryDirectory(prefix="clipdesk-bench-") as scratch:
        warm, cold = Path(scratch) / "warm", Path(scratch) / "cold"
        size = min(_WARM_SIZE, max(sizes))
        make_library(warm, photo_like(centres, size), key)
        found += in_own_process(measure_warm, warm, size, runs, settings)
        make_library(cold, photo_like(centres, _COLD_SIZE), key)
        found += [startup.measure_help(runs), startup.measure_search(cold, _COLD_SIZE, runs)]
    return found


def in_own_process(
    action: Callable[_P, list[Measurement]], *arguments: _P.args, **options: _P.kwargs
) -> list[Measurement]:
    """Run `action` in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(action, *arguments, **options).result()


def embed_photos(source: Path, encoder: "Encoder") -> Matrix:
    """Embeddings of up to 1,000 photos in `source`, float32 [n, dim]; photos that cannot be read are left out."""
    from clipdesk.indexing.decoder import load_pixels

    pixels: list[np.ndarray] = []
    for path in photos_below(source)[:_MOST_CENTRES]:
        try:
            pixels.append(load_pixels(path, encoder.info.image))
        except DecodeError:
            continue
    batches = [np.stack(pixels[start : start + _BATCH]) for start in range(0, len(pixels), _BATCH)]
    return np.concatenate([encoder.encode_images(batch) for batch in batches])


def measure_size(centres: Matrix, texts: Matrix, size: int, runs: int) -> list[Measurement]:
    """Exact search and hnswlib over `size` vectors."""
    from clipdesk.search.vector_index import ExactIndex, HnswIndex

    exact = ExactIndex(photo_like(centres, size))
    found = [Measurement(f"exact search, {size:,} vectors", _milliseconds(exact, texts, runs), "ms", note="best 100")]
    loaded = peak_bytes()
    start = perf_counter()
    graph = HnswIndex.build(exact, _BUILD_SECONDS)
    built = f"best 100; built in {perf_counter() - start:.1f} s"
    if graph.graph_rows < size:
        built += f" of {graph.graph_rows:,} only: the others are searched exactly alongside"
    found.append(Measurement(f"hnswlib search, {size:,} vectors", _milliseconds(graph, texts, runs), "ms", note=built))
    for count in (50, 100):
        share = float(np.mean([_recall(exact, graph, text, count) for text in texts]))
        found.append(Measurement(f"hnswlib recall@{count}, {size:,} vectors", share, "", note="against exact search"))
    note = f"{loaded / 1e6:,.0f} MB before the graph was built"
    return [*found, Measurement(f"peak memory, {size:,} vectors", peak_bytes() / 1e6, "MB", note=note)]


def _milliseconds(index: "VectorIndex", texts: Matrix, runs: int) -> float:
    """Median milliseconds of a search for the best 100."""
    taken: list[float] = []
    for _ in range(runs):
        for text in texts:
            start = perf_counter()
            index.search(text, 100)
            taken.append(1000 * (perf_counter() - start))
    return median(taken)


def _recall(exact: "VectorIndex", graph: "VectorIndex", text: np.ndarray, count: int) -> float:
    """Share of the exact best `count` that the graph finds."""
    right, _ = exact.search(text, count)
    found, _ = graph.search(text, count)
    return len(np.intersect1d(right, found)) / max(1, len(right))


def measure_warm(library: Path, size: int, runs: int, settings: "Settings") -> list[Measurement]:
    """A text query through the whole service, from its words to its hits, when everything is loaded."""
    from clipdesk.core.messages import SearchRequest
    from clipdesk.worker.service import Service

    service = Service(library, settings, write=False, create=False, emit=lambda _: None)
    try:
        start = perf_counter()
        service.call(SearchRequest(1, "a first query"))
        first = perf_counter() - start
        taken: list[float] = []
        # Every query is a new one: text that was encoded before may be remembered.
        for number, query in zip(range(2, 2 + runs * len(QUERIES)), cycle(QUERIES), strict=False):
            start = perf_counter()
            service.call(SearchRequest(number, f"{query} {number}"))
            taken.append(1000 * (perf_counter() - start))
    finally:
        service.close()
    note = f"text encoding included; the first one, which loads all, {first:.1f} s; 100 hits"
    name = f"warm text query, {size:,} photos"
    return [
        Measurement(name, median(taken), "ms", at_most=_WARM_MILLISECONDS, note=note),
        Measurement(f"peak memory of that, {size:,} photos", peak_bytes() / 1e6, "MB"),
    ]
