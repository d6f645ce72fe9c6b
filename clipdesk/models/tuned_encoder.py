"""Pictures through PyTorch where tuning found that much faster; everything that a search asks through ONNX Runtime."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from clipdesk.core.entities import Matrix, Pixels
from clipdesk.core.errors import ModelError
from clipdesk.models import tuned
from clipdesk.models.encoder import Encoder, EncoderInfo
from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.models.open_clip_encoder import Device, OpenClipEncoder, Precision
from clipdesk.models.tuned import Tuning

_log = logging.getLogger(__name__)
_FEW = 8
"""Pictures for which PyTorch is not imported: that takes longer than embedding them."""


class TunedEncoder:
    """An `Encoder` that imports PyTorch when it gets its first full batch of pictures, not before. Thread-safe."""

    def __init__(self, folder: Path, threads: int, name: str, tuning: Tuning) -> None:
        """Read descriptions only; raises ModelError when the folder is not a converted model."""
        self._folder, self._threads, self._name, self._tuning = folder, threads, name, tuning
        self._onnx = OnnxEncoder(folder, threads, name)
        self._torch: Encoder | None = None
        self._usable = True
        self._lock = threading.Lock()

    @property
    def info(self) -> EncoderInfo:
        """What is fixed about the model."""
        if not self._usable:
            return self._onnx.info
        choice = self._tuning.choice
        device = {"cpu": "CPU", "mps": "Apple MPS", "cuda": "CUDA"}[choice.device]
        return replace(self._onnx.info, engine=f"PyTorch {choice.engine.partition(' ')[2]}, {device}")

    def warm_up(self) -> None:
        """Nothing: whether PyTorch pays is known when the first batch comes."""

    def encode_images(self, batch: Pixels) -> Matrix:
        """See `Encoder`."""
        with self._lock:
            if self._usable and self._torch is None and len(batch) >= _FEW:
                self._load()
            encoder = self._torch
            if encoder is not None:
                return encoder.encode_images(batch)
        return self._onnx.encode_images(batch)

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """See `Encoder`."""
        return self._onnx.encode_texts(texts)

    def unknown_share(self, text: str) -> float:
        """See `Encoder`."""
        return self._onnx.unknown_share(text)

    def close(self) -> None:
        """See `Encoder`."""
        with self._lock:
            if self._torch is not None:
                self._torch.close()
            self._torch, self._usable = None, False
        self._onnx.close()

    def _load(self) -> None:
        choice = self._tuning.choice
        try:
            if tuned.is_current(self._tuning, self._folder):
                precision = cast("Precision", choice.engine.partition(" ")[2])
                device, threads = cast("Device", choice.device), self._threads or choice.threads
                self._torch = OpenClipEncoder(self._folder, device, threads, self._name, precision=precision)
        except (ImportError, ModelError):
            _log.warning("PyTorch cannot run model %s; ONNX Runtime does", self._name, exc_info=True)
        self._usable = self._torch is not None
