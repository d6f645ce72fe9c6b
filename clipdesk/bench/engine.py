"""Photos per second: decoding alone, encoding alone, and a real index run, which shares the cores between the two."""

import tempfile
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from clipdesk.bench import large
from clipdesk.bench.photos import distinct_photos
from clipdesk.bench.table import Measurement
from clipdesk.core.entities import Pixels
from clipdesk.core.errors import DecodeError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from clipdesk.core.settings import Settings
    from clipdesk.indexing.decoder import Prepared
    from clipdesk.models.encoder import Encoder

_BATCH = 32
_EFFICIENCY = 0.9


def measure(source: Path, count: int, runs: int, settings: "Settings") -> list[Measurement]:
    """Index `count` photos made of those in `source`, and do each half of the work alone: medians of `runs` rounds.

    The three take turns, and the share that an index run reaches is taken round by round, against the decoding and
    encoding just before it: on a machine whose speed changes, the best of each would come from different moments.
    """
    from clipdesk.models.loader import load_encoder

    encoder = load_encoder(settings.model, device=settings.device, threads=settings.threads)
    decode: list[float] = []
    encode: list[float] = []
    whole: list[float] = []
    try:
        with tempfile.TemporaryDirectory(prefix="clipdesk-bench-") as scratch:
            photos = distinct_photos(source, count, Path(scratch) / "photos")
            for run in range(runs):
                speed, pixels = decode_speed(photos, encoder, settings, Path(scratch) / f"thumbnails-{run}")
                decode.append(speed)
                encode.append(encode_speed(encoder, pixels))
                whole.append(index_speed(Path(scratch) / "photos", Path(scratch) / f"library-{run}", settings))
        name, engine = encoder.info.name, encoder.info.engine
        large_photos = large.measure(source, encoder.info.image, runs)
    finally:
        encoder.close()
    expected = [1 / (1 / one + 1 / other) for one, other in zip(decode, encode, strict=True)]
    share = [100 * one / other for one, other in zip(whole, expected, strict=True)]
    spread = f"median of {runs} rounds, {min(share):.0f} to {max(share):.0f} %"
    return [
        Measurement("decode alone", median(decode), "photos/s", note="read, hash, decode, resize, thumbnail, metadata"),
        Measurement("encode alone", median(encode), "photos/s", note=f"{name}, {engine}, batches of {_BATCH}"),
        Measurement("1/(1/decode + 1/encode)", median(expected), "photos/s", note="what sharing the cores can give"),
        Measurement("end to end", median(whole), "photos/s", note=f"an index run over {count:,} photos, start to end"),
        Measurement("end to end, of that", median(share), "%", at_least=100 * _EFFICIENCY, note=spread),
        *large_photos,
    ]


def decode_speed(
    photos: Sequence[Path], encoder: "Encoder", settings: "Settings", thumbnails: Path
) -> tuple[float, Pixels]:
    """Photos per second through the decoder processes, and the first few hundred results as pixels [n, s, s, 3]."""
    from clipdesk.indexing.decode_pool import DecodePool

    kept: list[Pixels] = []

    def take(future: "Future[Prepared]") -> None:
        try:
            pixels = future.result().pixels
        except DecodeError:
            return
        if pixels is not None and len(kept) < 16 * _BATCH:
            kept.append(pixels)

    with DecodePool(encoder.info.image, thumbnails, settings.decoder_processes) as pool:
        for future in [pool.submit(pool.task(path)) for path in photos[: pool.in_flight]]:
            future.exception()  # The processes have started and imported what they need.
        waiting: deque[Future[Prepared]] = deque()
        start = perf_counter()
        for path in photos:
            waiting.append(pool.submit(pool.task(path)))
            while waiting and waiting[0].done():
                take(waiting.popleft())
        while waiting:
            take(waiting.popleft())
        seconds = perf_counter() - start
    return len(photos) / seconds, np.stack(kept)


def encode_speed(encoder: "Encoder", pixels: Pixels) -> float:
    """Photos per second through the encoder, in batches."""
    encoder.encode_images(pixels[:_BATCH])
    batches = [pixels[start : start + _BATCH] for start in range(0, len(pixels), _BATCH)]
    start = perf_counter()
    for batch in batches:
        encoder.encode_images(batch)
    return len(pixels) / (perf_counter() - start)


def index_speed(photos: Path, library: Path, settings: "Settings") -> float:
    """Photos per second of a whole index run into a new library, from the request to its reply."""
    from clipdesk.core.messages import IndexReply, IndexRequest
    from clipdesk.worker.service import Service

    service = Service(library, settings, write=True, create=True, emit=lambda _: None)
    try:
        start = perf_counter()
        reply = service.call(IndexRequest(1, (photos,)))
        seconds = perf_counter() - start
    finally:
        service.close()
    assert isinstance(reply, IndexReply)
    return (reply.report.added + len(reply.report.failed)) / seconds
