"""Passes over the pictures: random crops, and what the teachers see in exactly the same crops.

Consistent teaching (Beyer et al. 2022, "A good teacher is patient and consistent"): the student is shown the crop that
the teacher saw. The teachers are MobileNetV2 (Sandler et al. 2018), 8-bit, for LiteRT. Beside their pooled features
and class probabilities, one teacher's maps between blocks are kept, int8 as it computes them: hints for the student's
own maps (Romero et al. 2015, "FitNets").
"""

import importlib
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance

from clipdesk.training.pocket_store import Workspace

_log = logging.getLogger(__name__)
FEATURES, CLASSES = 1280, 1001
TEACHER_SIZE = 224
MAPS = {"m28": (130, 32, 8), "m14a": (145, 64, 16), "m14b": (156, 96, 16), "m7a": (167, 160, 32), "m7b": (170, 320, 32)}
"""The kept maps: tensor of the second teacher, channels, stride."""


@dataclass(frozen=True, slots=True)
class TeacherFile:
    """A MobileNetV2 file and the tensor of its pooled features."""

    name: str
    pooled: int


TEACHERS = (
    TeacherFile("mobilenet_v2_1.0_224_quant.tflite", 169),
    TeacherFile("tf2_mobilenet_v2_1.0_224_ptq.tflite", 172),
)


class MobileNet:
    """One teacher: uint8 [224, 224, 3] -> pooled features, class probabilities, and any map."""

    def __init__(self, folder: Path, file: TeacherFile) -> None:
        interpreter: Any = importlib.import_module("ai_edge_litert.interpreter").Interpreter
        path = str(folder / file.name)
        self._net = interpreter(path, experimental_preserve_all_tensors=True, num_threads=1)
        self._net.allocate_tensors()
        details: list[dict[str, Any]] = self._net.get_tensor_details()
        self._scales = {detail["index"]: detail["quantization"] for detail in details}
        self._input = self._net.get_input_details()[0]["index"]
        self._output = self._net.get_output_details()[0]["index"]
        self._pooled = file.pooled

    def __call__(self, pixels: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Features [1280] and probabilities [1001], float32."""
        self._net.set_tensor(self._input, pixels[None])
        self._net.invoke()
        return self._real(self._pooled), self._real(self._output)

    def map(self, tensor: int) -> npt.NDArray[np.int8]:
        """A map of the last picture as the net holds it: int8 [side, side, channels]."""
        return self._net.get_tensor(tensor)[0]

    def _real(self, tensor: int) -> npt.NDArray[np.float32]:
        scale, zero = self._scales[tensor]
        return (self._net.get_tensor(tensor).astype(np.float32).ravel() - zero) * scale


def crop(rng: np.random.Generator, picture: Image.Image, *, plain: bool) -> Image.Image:
    """A crop at the teacher's size: the middle square when `plain`, else random place, shape, side and colours."""
    width, height = picture.size
    if plain:
        side = min(width, height)
        box = ((width - side) / 2, (height - side) / 2, (width + side) / 2, (height + side) / 2)
    else:
        area, shape = width * height * rng.uniform(0.3, 1.0), np.exp(rng.uniform(-0.28, 0.28))
        wide, high = min(width, (area * shape) ** 0.5), min(height, (area / shape) ** 0.5)
        left, top = rng.uniform(0, width - wide), rng.uniform(0, height - high)
        box = (left, top, left + wide, top + high)
    cut = picture.resize((TEACHER_SIZE, TEACHER_SIZE), Image.Resampling.BICUBIC, box=box)
    if plain:
        return cut
    if rng.random() < 0.5:
        cut = cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        cut = enhance(cut).enhance(rng.uniform(0.75, 1.25))
    return cut


def shrink(cut: Image.Image, size: int) -> npt.NDArray[np.uint8]:
    """A crop at the student's size: uint8 [size, size, 3]."""
    return np.asarray(cut.resize((size, size), Image.Resampling.BICUBIC))


def make_pass(workspace: Workspace, teachers: Path, number: int, size: int, only: Sequence[int] | None = None) -> float:
    """Make pass `number` (0: middle squares) and return its seconds; the same number gives the same crops.

    Features float16 [pictures, 2560] and probabilities uint8 [pictures, 1001] of all pictures, crops uint8
    [train, size, size, 3] and maps int8 of the training pictures. `only`: some pictures (tests).
    """
    start = time.monotonic()
    nets = [MobileNet(teachers, file) for file in TEACHERS]
    count, train = len(workspace.pictures), {int(place): row for row, place in enumerate(workspace.train)}
    features, chances = np.zeros((count, 2 * FEATURES), np.float16), np.zeros((count, CLASSES), np.uint8)
    crops = _opened(workspace.path(f"c{size}_{number}.npy"), np.uint8, (len(train), size, size, 3))
    maps = {
        name: _opened(workspace.path(f"{name}_{number}.npy"), np.int8, (len(train), side, side, channels))
        for name, (_, channels, stride) in MAPS.items()
        for side in [TEACHER_SIZE // stride]
    }
    rng = np.random.default_rng(1000 + number)
    for place in range(count) if only is None else only:
        cut = crop(rng, workspace.image(place), plain=number == 0)
        seen = [net(np.asarray(cut)) for net in nets]
        features[place] = np.concatenate([pooled for pooled, _ in seen])
        chances[place] = _bytes([chance for _, chance in seen])
        row = train.get(place)
        if row is not None:
            crops[row] = shrink(cut, size)
            for name, (tensor, _, _) in MAPS.items():
                maps[name][row] = nets[1].map(tensor)
        if place % 2000 == 0:
            _log.info("pass %d: picture %d of %d", number, place, count)
    for array in (crops, *maps.values()):
        array.flush()
    np.save(workspace.path(f"feats_{number}.npy"), features)
    np.save(workspace.path(f"probs_{number}.npy"), chances)
    workspace.path(f"maps_{number}.done").write_text(json.dumps({"size": size}), encoding="utf-8")
    return time.monotonic() - start


def _bytes(chances: list[npt.NDArray[np.float32]]) -> npt.NDArray[np.uint8]:
    """The teachers' mean probabilities as 0..255."""
    return (np.stack(chances).mean(axis=0) * 255).round().clip(0, 255).astype(np.uint8)


def _opened(path: Path, dtype: type[np.generic], shape: tuple[int, ...]) -> "np.memmap[Any, Any]":
    return np.lib.format.open_memmap(path, "w+", np.dtype(dtype), shape)
