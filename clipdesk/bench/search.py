"""Search latency and recall at several sizes, warm queries with their text encoding, memory and start-up times.

Each is measured in a process of its own, so that its peak memory is its own. Vectors are shaped like those of real
photos (`vectors`), queries are real texts. A million is also measured with vectors that are harder to shorten than
those of any model that we know.
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

from clipdesk.bench import big_library, startup
from clipdesk.bench.library import make_library
from clipdesk.bench.memory import peak_bytes
from clipdesk.bench.photos import photos_below
from clipdesk.bench.table import Measurement
from clipdesk.bench.vectors import hard_to_shorten, photo_like
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
_SAMPLE = 20_000
_GRAPH_SIZE = 100_000
"""The graph of more takes minutes to build."""
_BIG_SIZE = 1_000_000
_RECALL = 0.98
_MORE = 50


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
        if size >= _BIG_SIZE:
            found += in_own_process(measure_size, *hard_to_shorten(), size, runs)
    with tempfile.TemporaryDirectory(prefix="clipdesk-bench-") as scratch:
        warm, cold = Path(scratch) / "warm", Path(scratch) / "cold"
        size = min(_WARM_SIZE, max(sizes))
        make_library(warm, photo_like(centres, size), key)
        found += in_own_process(measure_warm, warm, size, runs, settings)
        if max(sizes) >= _BIG_SIZE:
            found += measure_big(Path(scratch) / "big", centres, key, runs, settings)
        make_library(cold, photo_like(centres, _COLD_SIZE), key)
        found += [startup.measure_help(runs), startup.measure_search(cold, _COLD_SIZE, runs)]
    return found


def measure_big(
    library: Path, centres: Matrix, key: str, runs: int, settings: "Settings", size: int = _BIG_SIZE
) -> list[Measurement]:
    """Everything about a library of `size` photos, which is made in `library`."""
    make_library(library, photo_like(centres, size), key)
    return [
        *in_own_process(big_library.measure_files, library, size, key),
        *in_own_process(big_library.measure_queries, library, size, QUERIES, runs, settings),
        *in_own_process(big_library.measure_adding, library, size, key, photo_like(centres, _MORE, seed=2)),
    ]


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
    """Exact search, short vectors and a graph of those, over `size` vectors that are mapped as the app maps them."""
    from clipdesk.search import reduction
    from clipdesk.search.hnsw_index import HnswIndex
    from clipdesk.search.photo_vectors import GRAPH_FROM, REDUCED_FROM
    from clipdesk.search.reduced_index import ReducedIndex
    from clipdesk.search.vector_index import ExactIndex

    with tempfile.TemporaryDirectory(prefix="clipdesk-bench-", ignore_cleanup_errors=True) as scratch:
        file = Path(scratch) / "vectors.npy"
        np.save(file, photo_like(centres, size))
        vectors = np.load(file, mmap_mode="r")
        exact = ExactIndex(vectors)
        name = f"{size:,} vectors of {exact.dim}"
        found = [Measurement(f"exact search, {name}", _milliseconds(exact, texts, runs), "ms", note="best 100")]
        start = perf_counter()
        sample = exact.vectors_at(np.linspace(0, size - 1, min(size, _SAMPLE)).astype(np.intp))
        reduced = ReducedIndex(ExactIndex(vectors, full_precision=False), reduction.learn(sample))
        made, short = perf_counter() - start, f"{size:,} short vectors of {reduced.dim}"
        used = size * exact.dim >= REDUCED_FROM
        note = f"best 100; made in {made:.1f} s" + ("" if used else "; not used for so few")
        taken = _milliseconds(reduced, texts, runs)
        found.append(Measurement(short, taken, "ms", at_most=_WARM_MILLISECONDS if used else None, note=note))
        found.append(_recall(exact, reduced, texts, short, required=used))
        if size <= _GRAPH_SIZE:
            start = perf_counter()
            graph = HnswIndex.build(reduced)
            note = f"best 100; built in {perf_counter() - start:.1f} s; used from {GRAPH_FROM // reduced.dim:,} on"
            name = f"hnswlib over {short}"
            found.append(Measurement(name, _milliseconds(graph, texts, runs), "ms", note=note))
            found.append(_recall(exact, graph, texts, name, required=False))
        return found


def _milliseconds(index: "VectorIndex", texts: Matrix, runs: int) -> float:
    """Median milliseconds of a search for the best 100."""
    taken: list[float] = []
    for _ in range(runs):
        for text in texts:
            start = perf_counter()
            index.search(text, 100)
            taken.append(1000 * (perf_counter() - start))
    return median(taken)


def _recall(exact: "VectorIndex", index: "VectorIndex", texts: Matrix, name: str, *, required: bool) -> Measurement:
    """Share of the exact best 50 that another index finds."""
    shares: list[float] = []
    for text in texts:
        right, found = exact.search(text, 50)[0], index.search(text, 50)[0]
        shares.append(len(np.intersect1d(right, found)) / max(1, len(right)))
    bar, note = (_RECALL if required else None), f"against exact search; the worst query {min(shares):.2f}"
    return Measurement(f"recall@50, {name}", float(np.mean(shares)), "", at_least=bar, note=note)


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
