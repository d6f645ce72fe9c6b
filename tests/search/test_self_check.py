"""The self-check tells a model that knows what it sees from one that does not."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.entities import Matrix, Pixels
from clipdesk.models.convert import convert
from clipdesk.models.onnx_encoder import OnnxEncoder
from clipdesk.search import self_check
from clipdesk.search.check_pictures import pictures
from tests.models import taught


@pytest.fixture(scope="module")
def knowing(taught_model: Path, tmp_path_factory: pytest.TempPathFactory) -> OnnxEncoder:
    folder = shutil.copytree(taught_model, tmp_path_factory.mktemp("taught") / "model")
    convert(folder)
    return OnnxEncoder(folder)


@dataclass
class Bent:
    """A model whose embeddings are spoilt on their way out."""

    inner: OnnxEncoder
    kind: str
    calls: int = 0

    @property
    def info(self):
        return replace(self.inner.info, dim=31) if self.kind == "shape" else self.inner.info

    def _bend(self, vectors: Matrix) -> Matrix:
        self.calls += 1
        match self.kind:
            case "numbers":
                vectors[3, 4] = np.nan
            case "length":
                vectors *= 2
            case "each time":
                vectors = np.roll(vectors, self.calls, axis=1)
        return vectors

    def encode_images(self, batch: Pixels) -> Matrix:
        return self._bend(self.inner.encode_images(batch))

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        return self._bend(self.inner.encode_texts(texts))

    def warm_up(self) -> None:
        pass

    def unknown_share(self, text: str) -> float:
        return self.inner.unknown_share(text)

    def close(self) -> None:
        pass


def test_the_pictures_are_sixteen_and_always_the_same() -> None:
    first, second = pictures(), pictures()
    assert len({wording for wording, _ in first}) == 16
    assert all(a.tobytes() == b.tobytes() for (_, a), (_, b) in zip(first, second, strict=True))
    assert {picture.size for _, picture in first} == {(512, 512)}
    assert len({picture.tobytes() for _, picture in first}) == 16


def test_a_model_that_knows_them_is_trusted(knowing: OnnxEncoder) -> None:
    found = self_check.check(knowing)
    assert found.trusted
    assert found.found >= 14


def test_random_weights_are_not(tmp_path: Path) -> None:
    folder = taught.make(tmp_path / "model", steps=0)
    convert(folder)
    found = self_check.check(OnnxEncoder(folder))
    assert not found.trusted
    assert f"only {found.found} of 16" in found.problem


@pytest.mark.parametrize("kind", ["shape", "numbers", "length", "each time"])
def test_spoilt_embeddings_are_told(knowing: OnnxEncoder, kind: str) -> None:
    found = self_check.check(Bent(knowing, kind))
    assert not found.trusted
    assert kind in found.problem
    assert not found.sound


def test_guessing_hardly_ever_passes() -> None:
    rng = np.random.default_rng(0)
    hits = (rng.integers(0, 16, (200_000, 16)) == np.arange(16)).sum(axis=1)
    assert (hits >= self_check.ENOUGH).mean() < 1e-4
