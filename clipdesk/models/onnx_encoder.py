"""Running a converted model with ONNX Runtime: what a CPU uses, from the bundled model on; imports no torch."""

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Matrix, Pixels
from clipdesk.core.errors import ModelError
from clipdesk.models import tuned
from clipdesk.models.encoder import EncoderInfo
from clipdesk.models.files import Description, describe, key_of, size_of
from clipdesk.models.scripts import unknown_share
from clipdesk.models.tokenizer import TextTokenizer, load_tokenizer
from clipdesk.models.tuned import Candidate, Tuning

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, SessionOptions

_log = logging.getLogger(__name__)
_TEXTS_AT_ONCE = 64
_PICTURES_AT_ONCE = 16


class OnnxEncoder:
    """A converted model folder (see `models.convert`) on ONNX Runtime's CPU provider.

    Thread-safe: the picture tower and the text tower are sessions of their own, each loaded when first used, so that a
    text search never loads the picture tower. The same input always gives the same output. The text tower computes in
    float32; the picture tower as tuning found best, if it was tuned and that still holds, else in float32 too.
    """

    def __init__(
        self,
        folder: Path,
        threads: int = 0,
        name: str | None = None,
        tuning: Tuning | Candidate | None = None,
        *,
        description: Description | None = None,
    ) -> None:
        """Read the description only; raises ModelError when the folder is not a converted model.

        `threads` of ONNX Runtime, 0 for as many as tuning found best or the machine has cores. A `Tuning` is looked at
        again before it is used; a `Candidate` is used as it is. `description` instead of the folder's own.
        """
        self._folder = folder
        self._description = description or describe(folder)
        self._asked = threads
        self._threads = threads or os.cpu_count() or 1
        self._tuning = tuning if isinstance(tuning, Tuning) else None
        self._tuned = tuning.choice if isinstance(tuning, Tuning) else tuning
        self._lock = threading.Lock()
        self._image: InferenceSession | None = None
        self._text: tuple[InferenceSession, TextTokenizer] | None = None
        self._info = EncoderInfo(
            name=name or folder.name,
            key=key_of(folder),
            dim=self._description.dim,
            image=self._description.image,
            engine="ONNX Runtime int8, CPU" if self._is_int8 else "ONNX Runtime, CPU",
            bytes=size_of(folder),
        )

    @property
    def _is_int8(self) -> bool:
        return self._tuned is not None and self._tuned.engine == "onnx int8"

    @property
    def info(self) -> EncoderInfo:
        """What is fixed about this model."""
        return self._info

    def warm_up(self) -> None:
        """Load the picture tower."""
        self._image_session()

    def encode_images(self, batch: Pixels) -> Matrix:
        """Encode uint8 [n, size, size, 3] to float32 unit vectors [n, dim]."""
        size = self._info.image.size
        if batch.ndim != 4 or batch.shape[1:] != (size, size, 3) or batch.dtype != np.uint8:
            raise ValueError(f"pixels must be uint8 [n, {size}, {size}, 3], not {batch.dtype} {list(batch.shape)}")
        session = self._image_session()
        at_once = self._tuned.at_once if self._tuned else _PICTURES_AT_ONCE
        return self._run(session, np.ascontiguousarray(batch), at_once)

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Encode texts to float32 unit vectors [n, dim]; texts longer than the model's context are cut."""
        session, tokenizer = self._text_session()
        tokens = tokenizer(texts)
        if not self._description.text.trim:
            return self._run(session, tokens, _TEXTS_AT_ONCE)
        # Short ones together: a row costs as much as the longest of its batch.
        lengths = np.count_nonzero(np.cumsum(tokens[:, ::-1], axis=1), axis=1)
        order = np.argsort(lengths, kind="stable")
        result = np.empty((len(tokens), self._info.dim), dtype=np.float32)
        for start in range(0, len(order), _TEXTS_AT_ONCE):
            rows = order[start : start + _TEXTS_AT_ONCE]
            result[rows] = self._run(session, tokens[rows, : lengths[rows[-1]]], _TEXTS_AT_ONCE)
        return result

    def unknown_share(self, text: str) -> float:
        """Share (0..1) of the letters of `text` in scripts that this model never learned."""
        return unknown_share(text, self._description.scripts)

    def close(self) -> None:
        """Free the model's memory."""
        with self._lock:
            self._image = None
            self._text = None

    def _run(self, session: "InferenceSession", inputs: npt.NDArray[Any], at_once: int) -> Matrix:
        name = session.get_inputs()[0].name
        result = np.empty((len(inputs), self._info.dim), dtype=np.float32)
        for start in range(0, len(inputs), at_once):
            part = inputs[start : start + at_once]
            try:
                vectors = cast("Matrix", session.run(None, {name: part})[0])
            except Exception as error:  # ONNX Runtime's errors have no common base but this
                raise self._damaged("it cannot be run") from error
            if np.shape(vectors) != (len(part), self._info.dim):
                raise self._damaged("its embeddings have the wrong shape")
            if not np.isfinite(vectors).all():
                raise self._damaged("its embeddings are not numbers")
            result[start : start + len(part)] = vectors
        return result

    def _damaged(self, how: str) -> ModelError:
        return ModelError(f"The model {self._info.name} is damaged: {how}", "Reinstall the model.")

    def _image_session(self) -> "InferenceSession":
        with self._lock:
            if self._image is None:
                self._image = self._load_image()
            return self._image

    def _load_image(self) -> "InferenceSession":
        if self._tuning is not None and not tuned.is_current(self._tuning, self._folder):
            _log.info("tuning of model %s is out of date", self._info.name)
            self._forget_tuning()
        if self._tuned is None:
            return self._load(self._description.image_graph)
        graph = tuned.INT8_GRAPH if self._is_int8 else self._description.image_graph
        threads = self._asked or self._tuned.threads
        try:
            return self._load(graph, threads)
        except ModelError:
            if not self._is_int8:
                raise
            self._forget_tuning()
            return self._load(self._description.image_graph)

    def _forget_tuning(self) -> None:
        self._tuned = self._tuning = None
        self._info = replace(self._info, engine="ONNX Runtime, CPU")

    def _text_session(self) -> tuple["InferenceSession", TextTokenizer]:
        with self._lock:
            if self._text is None:
                # Side by side: ONNX Runtime loads without holding the interpreter, and a first search waits for both.
                with ThreadPoolExecutor(1) as pool:
                    session = pool.submit(self._load, self._description.text_graph)
                    tokenizer = load_tokenizer(self._folder, self._description.text)
                    self._text = session.result(), tokenizer
            return self._text

    def _load(self, graph: str, threads: int = 0) -> "InferenceSession":
        import onnxruntime

        try:
            return onnxruntime.InferenceSession(
                str(self._folder / graph), _options(threads or self._threads), providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's errors have no common base but this
            _log.warning("loading %s of model %s: %s", graph, self._info.name, error)
            raise ModelError(
                f"The model {self._info.name} cannot be loaded: {self._folder / graph} is missing or damaged",
                "Reinstall the model.",
            ) from error


def _options(threads: int) -> "SessionOptions":
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that spin while they wait would take the cores from the decoders.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def run_graph(
    graph: bytes, folder: Path, outputs: Sequence[str], pixels: Pixels, at_once: int, threads: int = 0
) -> Iterator[list[npt.NDArray[np.float32]]]:
    """Run a graph whose weights lie in `folder` over pixels [n, size, size, 3], giving `outputs` part by part."""
    import onnxruntime

    options = _options(threads or os.cpu_count() or 1)
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    for start in range(0, len(pixels), at_once):
        yield cast("list[npt.NDArray[np.float32]]", session.run(list(outputs), {name: pixels[start : start + at_once]}))
