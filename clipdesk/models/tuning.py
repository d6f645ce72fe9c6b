"""Finds the fastest way to run a model's picture tower on this machine that gives the same answers as float32.

Every candidate is timed here and compared with float32 on ONNX Runtime, on real photos: it may be chosen only when the
mean cosine is at least .995, the worst at least .98, and the best ten of sample queries keep 95 % in common. Of 8-bit
integers the matrix products that hurt most stay float32, as few as needed (found by halves). PyTorch must be clearly
faster to be chosen, since importing it takes seconds and memory.
"""

import logging
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Literal, cast

import numpy as np

from clipdesk.core.entities import Matrix, Pixels
from clipdesk.core.errors import CancelledError, ModelError
from clipdesk.models import files, int8, speeds, tuned
from clipdesk.models.encoder import Encoder
from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.models.open_clip_encoder import OpenClipEncoder, Precision, pick_device
from clipdesk.models.tuned import Candidate, Tuning

_log = logging.getLogger(__name__)
_TRIAL = "image.trial.onnx"
_SECONDS = 1.0
_BATCHES = 4
_EXAMINED = 24
_HALVES = 6
_MOST_KEPT = 0.6
"""Share of the work in float32 beyond which 8 bits gain too little."""
_TORCH_WORTH = 1.25
_BEST = 10
_AT_ONCE = (4, 8, 16)
Tell = Callable[[str], None]

QUERIES = (
    "a dog on the beach",
    "children playing",
    "a birthday cake with candles",
    "mountains in snow",
    "a street at night",
    "a cat on a sofa",
    "people at a table eating",
    "a red car",
    "a boat on a lake",
    "flowers in a garden",
    "a page with words",
    "a portrait of a woman",
    "a man riding a bicycle",
    "a football match",
    "a house with a garden",
    "the sea at sunset",
    "a horse in a field",
    "a screenshot",
    "a bird in the sky",
    "a crowd at a concert",
    "stripes and squares",
    "a plate of food",
    "trees in autumn",
    "a blue circle",
)
"""Sample queries, whose best photos must stay the same."""


def tune(
    folder: Path,
    name: str,
    pixels: Pixels,
    *,
    torch_too: bool = True,
    words: bool = True,
    tell: Tell = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Tuning:
    """Try what this machine can do with a converted model, store the best and return all of it.

    `pixels` uint8 [n, size, size, 3] of photos as the model gets them, at least 32 and different ones. Without
    `words` the sample queries are photos: the words of a random network mean nothing.
    Raises ModelError when the model cannot be run, CancelledError.
    """
    return _Tuner(folder, name, pixels, words, tell, cancelled).run(torch_too=torch_too)


def agreement(reference: Matrix, vectors: Matrix, queries: Matrix) -> tuple[float, float, float]:
    """Mean and worst cosine of two embeddings [n, dim] of the same photos, and the share of the best ten in common."""
    if not np.isfinite(vectors).all():
        return 0.0, 0.0, 0.0
    cosines = (reference * vectors).sum(axis=1)
    best = min(_BEST, len(reference))
    one, other = (np.argsort(-(queries @ rows.T), axis=1, kind="stable")[:, :best] for rows in (reference, vectors))
    same = [len(set(a) & set(b)) / best for a, b in zip(one.tolist(), other.tolist(), strict=True)]
    return float(cosines.mean()), float(cosines.min()), float(np.mean(same))


class _Tuner:
    """One run of `tune`."""

    def __init__(
        self, folder: Path, name: str, pixels: Pixels, words: bool, tell: Tell, cancelled: Callable[[], bool]
    ) -> None:
        self._folder, self._name, self._pixels, self._words = folder, name, pixels, words
        self._tell, self._cancelled = tell, cancelled
        self._graph = folder / files.describe(folder).image_graph
        self._found: list[Candidate] = []

    def run(self, *, torch_too: bool) -> Tuning:
        reference = self._float32()
        if tuned.record_folder(self._folder, self._name) == self._folder:  # a bundled model's folder is left as it is
            self._int8(reference)
        if torch_too and find_spec("torch") is not None and find_spec("open_clip") is not None:
            self._torch()
        choice = choose(self._found)
        if choice.engine != "onnx int8":
            (self._folder / tuned.INT8_GRAPH).unlink(missing_ok=True)
        graph = tuned.graph_checksum(self._folder) if choice.engine == "onnx int8" else ""
        found = Tuning(
            files.key_of(self._folder), speeds.machine(), len(self._pixels), choice, tuple(self._found), graph
        )
        tuned.write(tuned.record_folder(self._folder, self._name), found)
        return found

    def _float32(self) -> Candidate:
        """The reference, with the best number of threads and of photos at once."""
        cores = os.cpu_count() or 1
        with self._onnx(Candidate("onnx float32", "cpu", cores, 16, 0)) as encoder:
            self._reference = self._embed(encoder)
            self._queries = encoder.encode_texts(QUERIES) if self._words else self._reference[: len(QUERIES)]
        counts = sorted({cores, max(1, cores // 2)} if cores > 3 else {cores}, reverse=True)
        best = self._quickest([Candidate("onnx float32", "cpu", threads, 16, 0) for threads in counts])
        best = self._quickest([replace(best, at_once=count) for count in _AT_ONCE])
        self._keep(best)
        return best

    def _quickest(self, candidates: Sequence[Candidate]) -> Candidate:
        timed: list[Candidate] = []
        for candidate in candidates:
            with self._onnx(candidate) as encoder:
                timed.append(replace(candidate, speed=self._speed(encoder, candidate.at_once)))
        return max(timed, key=lambda candidate: candidate.speed)

    def _int8(self, reference: Candidate) -> None:
        """8-bit integers, with as few products in float32 as agreement asks for."""
        self._step("examining the layers")
        products = int8.examine(self._graph, self._pixels[:_EXAMINED], reference.threads)
        if not products:
            return
        order = sorted(products, key=lambda product: product.error**2 / product.cost, reverse=True)
        work = np.cumsum([product.cost for product in order]) / sum(product.cost for product in order)
        trial = Candidate("onnx int8", "cpu", reference.threads, reference.at_once, 0, products=len(products))
        target = self._folder / tuned.INT8_GRAPH
        try:
            best = self._fewest_kept(trial, order, int(np.searchsorted(work, _MOST_KEPT)))
            kept = {product.output for product in order[: best.kept]}
            int8.write(self._graph, target, products, kept)
        finally:
            (self._folder / _TRIAL).unlink(missing_ok=True)
        quickest = self._quickest([replace(best, at_once=count) for count in _AT_ONCE])
        self._keep(quickest)

    def _fewest_kept(self, trial: Candidate, order: Sequence[int8.Product], most: int) -> Candidate:
        """The candidate that agrees with the fewest products in float32; when none does, the last that was tried."""
        best = self._judged_int8(trial, order, 0)
        if best.agrees:
            return best
        fails, enough = 0, most
        best = self._judged_int8(trial, order, most)
        for _ in range(_HALVES):
            if not best.agrees or enough - fails <= 1:
                break
            middle = (fails + enough) // 2
            found = self._judged_int8(trial, order, middle)
            if found.agrees:
                best, enough = found, middle
            else:
                fails = middle
        return best

    def _judged_int8(self, trial: Candidate, order: Sequence[int8.Product], kept: int) -> Candidate:
        self._step(f"8-bit integers, {kept} of {len(order)} layers in float32")
        names = {product.output for product in order[:kept]}
        int8.write(self._graph, self._folder / _TRIAL, order, names)
        graph = replace(files.describe(self._folder), image_graph=_TRIAL)
        encoder = OnnxEncoder(self._folder, trial.threads, self._name, description=graph)
        try:
            return self._judged(replace(trial, kept=kept), self._embed(encoder))
        finally:
            encoder.close()

    def _torch(self) -> None:
        device = cast('Literal["cpu", "mps", "cuda"]', pick_device("auto"))
        wanted: list[tuple[Literal["cpu", "mps", "cuda"], Precision]] = [("cpu", "float32"), ("cpu", "bfloat16")]
        if device != "cpu":
            wanted = [(device, "float32"), (device, "float16")]
        for where, precision in wanted:
            self._step(f"PyTorch {precision}")
            try:
                encoder = OpenClipEncoder(self._folder, where, os.cpu_count() or 1, self._name, precision=precision)
            except ModelError as error:
                _log.warning("PyTorch cannot run model %s: %s", self._name, error)
                return
            try:
                candidate = Candidate(f"torch {precision}", where, os.cpu_count() or 1, 16, 0)
                judged = self._judged(candidate, self._embed(encoder))
                self._keep(replace(judged, speed=self._speed(encoder, 16 if where == "cpu" else 256)))
            except RuntimeError as error:  # an operator that this device lacks in this precision
                _log.warning("PyTorch %s on %s: %s", precision, where, error)
            finally:
                encoder.close()

    def _judged(self, candidate: Candidate, vectors: Matrix) -> Candidate:
        mean, worst, shared = agreement(self._reference, vectors, self._queries)
        return replace(candidate, mean=mean, worst=worst, shared=shared)

    def _keep(self, candidate: Candidate) -> None:
        _log.info("%s: %s", self._name, candidate)
        self._found.append(candidate)

    @contextmanager
    def _onnx(self, candidate: Candidate) -> Generator[OnnxEncoder]:
        self._step(f"{candidate.engine}, {candidate.threads} threads, {candidate.at_once} at once")
        encoder = OnnxEncoder(self._folder, candidate.threads, self._name, candidate)
        try:
            yield encoder
        finally:
            encoder.close()

    def _embed(self, encoder: Encoder) -> Matrix:
        parts: list[Matrix] = []
        for start in range(0, len(self._pixels), 16):
            self._step("")
            parts.append(encoder.encode_images(self._pixels[start : start + 16]))
        return np.concatenate(parts)

    def _speed(self, encoder: Encoder, at_once: int) -> float:
        """Photos per second: the best of some batches, since other programs only ever slow one down."""
        batch = np.resize(self._pixels, (max(16, at_once), *self._pixels.shape[1:]))
        encoder.encode_images(batch)
        times: list[float] = []
        began = perf_counter()
        while len(times) < _BATCHES or perf_counter() - began < _SECONDS:
            self._step("")
            start = perf_counter()
            encoder.encode_images(batch)
            times.append(perf_counter() - start)
            if perf_counter() - began > 5 * _SECONDS:
                break
        return len(batch) / min(times)

    def _step(self, what: str) -> None:
        if self._cancelled():
            raise CancelledError
        if what:
            self._tell(what)


def choose(candidates: Sequence[Candidate]) -> Candidate:
    """The fastest that agrees; PyTorch on the processor only where it is clearly faster than ONNX Runtime."""

    def worth(candidate: Candidate) -> float:
        return candidate.speed / (_TORCH_WORTH if candidate.engine.startswith("torch") else 1)

    return max((candidate for candidate in candidates if candidate.agrees), key=worth)
