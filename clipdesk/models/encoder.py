"""The `Encoder` protocol: what every model looks like to the rest of clipdesk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from clipdesk.core.entities import ImageSpec, Matrix, Pixels


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """What is fixed about a loaded model.

    `key` names the embeddings in the catalogue: it changes when the weights do, so vectors of two models never mix.
    """

    name: str
    key: str
    dim: int
    image: ImageSpec
    engine: str
    """What runs it, in words: "ONNX Runtime, CPU", "PyTorch, Apple MPS" ..."""
    bytes: int
    """Size on disk of every file of the model."""


class Encoder(Protocol):
    """Turns pictures and words into unit vectors of one space. Not thread-safe unless an implementation says so."""

    @property
    def info(self) -> EncoderInfo:
        """What is fixed about this model."""
        ...

    def warm_up(self) -> None:
        """Load what `encode_images` needs, so that the first batch does not wait for it."""
        ...

    def encode_images(self, batch: Pixels) -> Matrix:
        """Encode uint8 pixels [n, size, size, 3], as `info.image` asks for them, to float32 unit vectors [n, dim]."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Encode texts to float32 unit vectors [n, dim]; texts longer than the model's context are cut."""
        ...

    def unknown_share(self, text: str) -> float:
        """Share (0..1) of the letters of `text` in scripts that this model never learned."""
        ...

    def close(self) -> None:
        """Free the model's memory; it cannot be used afterwards."""
        ...
