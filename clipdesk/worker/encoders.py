"""The one encoder of a service, used by the thread that answers and by the thread that indexes."""

import threading
from collections.abc import Callable, Sequence

from clipdesk.core.entities import Matrix, Pixels
from clipdesk.core.settings import Settings
from clipdesk.models.encoder import Encoder, EncoderInfo


class LockedEncoder:
    """Lets several threads use an encoder that is not thread-safe; a query waits for one batch at most."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()

    @property
    def info(self) -> EncoderInfo:
        """What is fixed about the model."""
        return self._encoder.info

    def warm_up(self) -> None:
        """See `Encoder`."""
        with self._lock:
            self._encoder.warm_up()

    def encode_images(self, batch: Pixels) -> Matrix:
        """See `Encoder`."""
        with self._lock:
            return self._encoder.encode_images(batch)

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """See `Encoder`."""
        with self._lock:
            return self._encoder.encode_texts(texts)

    def unknown_share(self, text: str) -> float:
        """See `Encoder`."""
        return self._encoder.unknown_share(text)

    def close(self) -> None:
        """See `Encoder`."""
        with self._lock:
            self._encoder.close()


def load(settings: Settings) -> Encoder:
    """The encoder of the settings' model, safe for several threads. Raises ModelError when it cannot be used."""
    from clipdesk.models.loader import load_encoder
    from clipdesk.models.onnx_encoder import OnnxEncoder

    encoder = load_encoder(settings.model, device=settings.device, threads=settings.threads)
    return encoder if isinstance(encoder, OnnxEncoder) else LockedEncoder(encoder)


LoadEncoder = Callable[[Settings], Encoder]
