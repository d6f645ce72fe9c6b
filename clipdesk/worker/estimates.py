"""How long each model would take to read this library on this computer: measured, or scaled from what was measured.

Decoding and embedding share the cores, so a photo takes the sum of both (1 / decode + 1 / encode) where the processor
embeds, and the longer of the two where a graphics card does.
"""

from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from clipdesk.core.errors import UserError
from clipdesk.core.install_messages import Estimate, EstimatesReply, EstimatesRequest
from clipdesk.worker.resources import Resources

if TYPE_CHECKING:
    from clipdesk.indexing.control import RunControl
    from clipdesk.models.registry import ModelCard

_DECODED = "decoded a second"
_SAMPLE = 32
"""Photos that are decoded to see how quick that is."""
_FEWEST = 8
_WORD_PICTURES = 1200
"""Pictures that a model embeds to learn its textness, see `search.textness.learn`."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """Photos a second that a model embeds here, and the work that one picture is for it (GFLOP, 0 unknown)."""

    title: str
    rate: float
    work: float


def estimates(resources: Resources, request: EstimatesRequest, control: "RunControl") -> EstimatesReply:
    """Tell for every model; measures what is not known yet, unless a run takes the processor."""
    from clipdesk.models import files, loader, registry

    catalog, installed = resources.library.catalog, loader.installed()
    cards = {card.name: card for card in registry.cards()}
    counts, total = catalog.embeddings.models(), catalog.photos.count()
    keys = {name: loader.encoder_key(name) for name in installed}
    usable = [name for name in installed if not files.distrust(loader.model_folder(name))]
    decode = _decode_rate(resources, control)
    measured: dict[str, _Measured] = {}
    for name in usable:
        rate = _encode_rate(resources, name, keys[name], control)
        if rate is not None:
            card = cards.get(name)
            measured[name] = _Measured(card.title if card else name, rate, card.image_gflop if card else 0.0)
    told: list[Estimate] = []
    for name in dict.fromkeys((*installed, *cards)):
        photos = max(0, total - counts.get(keys[name], 0)) if name in keys else total
        own = measured.get(name)
        rate, source = (own.rate, "") if own else _scaled(cards.get(name), list(measured.values()))
        seconds = None
        if decode is not None and rate is not None:
            seconds = photos * _seconds_each(decode, rate, resources.settings.device)
            if photos and not _knows_words(resources, name, keys.get(name)):
                seconds += _WORD_PICTURES / rate
        told.append(Estimate(name, photos, seconds, source if seconds is not None else ""))
    return EstimatesReply(request.id, tuple(told))


def _knows_words(resources: Resources, name: str, key: str | None) -> bool:
    """Whether a model need not learn its textness first."""
    from clipdesk.models.loader import model_folder

    shipped = key is not None and (model_folder(name) / "textness.json").is_file()
    return shipped or (key is not None and resources.library.catalog.state.get(f"textness/{key}") is not None)


def _seconds_each(decode: float, encode: float, device: str) -> float:
    return max(1 / decode, 1 / encode) if device in ("mps", "cuda") else 1 / decode + 1 / encode


def _scaled(card: "ModelCard | None", measured: list[_Measured]) -> tuple[float | None, str]:
    """The rate of a model that was not measured, from the one whose work is most like its own."""
    known = [one for one in measured if one.work]
    if card is None or not card.image_gflop or not known:
        return None, ""
    nearest = min(known, key=lambda one: abs(np.log(one.work / card.image_gflop)))
    return nearest.rate * nearest.work / card.image_gflop, nearest.title


def _encode_rate(resources: Resources, name: str, key: str, control: "RunControl") -> float | None:
    """Photos a second of an installed model; None when it cannot be measured now."""
    from clipdesk.models import speeds
    from clipdesk.worker import encoders

    known = speeds.of(key)
    if known is not None:
        return known
    resources.give_way(control)
    if not resources.indexing.acquire(blocking=False):
        return None
    try:
        encoder = encoders.load(resources.settings.model_copy(update={"model": name}))
        try:
            rate = speeds.measure(encoder)
        finally:
            encoder.close()
    except UserError:
        return None
    finally:
        resources.indexing.release()
    speeds.record(key, rate)
    return rate


def _decode_rate(resources: Resources, control: "RunControl") -> float | None:
    """Photos of this library that all decoders together read in a second; None when that cannot be measured now."""
    from clipdesk.models import speeds

    state = resources.library.catalog.state
    known = state.get(_DECODED)
    if isinstance(known, dict) and known.get("machine") == speeds.machine():  # pyright: ignore[reportUnknownMemberType]
        return float(known["rate"])  # pyright: ignore[reportUnknownArgumentType]
    files = _some_files(resources)
    resources.give_way(control)
    if len(files) < _FEWEST or not resources.indexing.acquire(blocking=False):
        return None
    try:
        rate = _measure_decoding(files, resources.settings.decoder_processes, control)
    finally:
        resources.indexing.release()
    if rate is not None and resources.library.writer:
        state.set(_DECODED, {"machine": speeds.machine(), "rate": rate})
    return rate


def _some_files(resources: Resources) -> list[Path]:
    photos = resources.library.catalog.photos
    ids = np.random.default_rng(0).permutation(photos.filter([]))[:_SAMPLE]
    return [photo.paths[0] for photo in photos.get(ids).values() if not photo.offline]


def _measure_decoding(files: list[Path], processes: int, control: "RunControl") -> float | None:
    from clipdesk.core.entities import ImageSpec
    from clipdesk.indexing.decode_pool import DecodePool

    with DecodePool(ImageSpec(224), None, processes) as pool:
        # The decoders start with the first files.
        wait([pool.submit(pool.task(file)) for file in files[: 2 * pool.processes]])
        control.checkpoint()
        start = perf_counter()
        futures = [pool.submit(pool.task(file)) for file in files]
        wait(futures)
        seconds = perf_counter() - start
    read = sum(future.exception() is None for future in futures)
    return read / seconds if read else None
