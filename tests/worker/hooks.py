"""What tests put in place of the encoder and the decoder; in a module of its own, since the worker must import it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from clipdesk.core.entities import Matrix, Pixels
from clipdesk.core.settings import Settings
from clipdesk.models.encoder import Encoder
from clipdesk.worker import encoders

DEADLY = (255, 0, 255)


@dataclass
class HookedEncoder:
    """The bundled model; `before` sees every batch of pixels first."""

    inner: Encoder
    before: Callable[[Pixels], None]

    def encode_images(self, batch: Pixels) -> Matrix:
        self.before(batch)
        return self.inner.encode_images(batch)

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


def abort_on_deadly_picture(settings: Settings) -> HookedEncoder:
    """Like a native library that crashes on one picture."""

    def look(batch: Pixels) -> None:
        if any((one == DEADLY).all() for one in batch):
            os.abort()

    return HookedEncoder(encoders.load(settings), look)


@dataclass(frozen=True)
class Gate:
    """Writes one line for every batch to `folder`/batches and holds batch number `hold` until `folder`/go is there."""

    folder: Path
    hold: int

    def __call__(self, settings: Settings) -> HookedEncoder:
        log, go = self.folder / "batches", self.folder / "go"
        seen = [0]

        def wait(batch: Pixels) -> None:
            import time

            seen[0] += 1
            while seen[0] == self.hold and not go.exists():
                time.sleep(0.01)
            with log.open("a") as file:
                file.write(f"{len(batch)}\n")

        return HookedEncoder(encoders.load(settings), wait)

    def embedded(self) -> int:
        log = self.folder / "batches"
        return sum(map(int, log.read_text().split())) if log.exists() else 0


def picture(path: Path, seed: int) -> Path:
    """A small picture of coloured blocks, different for every seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    blocks = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    Image.fromarray(blocks).resize((160, 120), Image.Resampling.NEAREST).save(path, quality=90)
    return path


def pictures(folder: Path, count: int) -> Path:
    for number in range(count):
        picture(folder / f"a {number}.jpg", number)
    return folder
