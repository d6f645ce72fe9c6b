"""The pictures that the pocket model learns from, unpacked once into one file, and which of them are held out.

A workspace folder holds what the steps of `clipdesk.training.pocket` make: `images.bin` and `meta.json` (pictures),
and for each pass over them crops, teacher's maps, features and class probabilities (`pocket_crops`).
"""

import csv
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

HELD_SETS = frozenset({"weather", "houses"})
"""Labelled sets of which no picture and no label is trained on."""
_HELD_SHARE = 20
TARS = {"flickr": "flickr8k-train.tar", "labelled": "labelled.tar", "tiny": "tiny-imagenet-64px.tar"}
CAPTIONS, DEV = "flickr8k-train.csv", "flickr8k-dev"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of `images.bin`: RGB bytes from `offset` on."""

    kind: str
    name: str
    split: str
    """Which part it belongs to: train, or val (held out)."""
    width: int
    height: int
    offset: int

    @property
    def label(self) -> tuple[str, str] | None:
        """Set and class of a labelled picture (`set/class/name`)."""
        if self.kind != "labelled":
            return None
        parts = self.name.split("/")
        return parts[0], parts[1]


def split_of(kind: str, name: str) -> str:
    """Val for a fifth of the labelled pictures, chosen by a hash of the name, and for whole held-out sets."""
    if kind != "labelled":
        return "train"
    held = int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:8], 16) % 100 < _HELD_SHARE
    return "val" if held or name.split("/", maxsplit=1)[0] in HELD_SETS else "train"


def gather(photos: Path, workspace: Path) -> int:
    """Unpack the archives of `photos` into the workspace; how many pictures there are."""
    workspace.mkdir(parents=True, exist_ok=True)
    found: list[Picture] = []
    with (workspace / "images.bin").open("wb") as pixels:
        for kind, archive in TARS.items():
            for name, data in _members(photos / archive):
                picture = Image.open(io.BytesIO(data)).convert("RGB")
                found.append(Picture(kind, name, split_of(kind, name), *picture.size, pixels.tell()))
                pixels.write(picture.tobytes())
    (workspace / "meta.json").write_text(json.dumps([astuple(picture) for picture in found]), encoding="utf-8")
    return len(found)


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            source = tar.extractfile(member) if member.isfile() else None
            if source is not None:
                yield member.name, source.read()


class Workspace:
    """The pictures of a workspace folder, and the paths of what is made from them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        raw: list[list[Any]] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        self.pictures = [Picture(*entry) for entry in raw]
        self.train = np.array([i for i, picture in enumerate(self.pictures) if picture.split == "train"])
        self.val = np.array([i for i, picture in enumerate(self.pictures) if picture.split == "val"])
        self.classes = sorted({picture.label for picture in self.pictures if picture.label})
        self._pixels: npt.NDArray[np.uint8] | None = None

    def image(self, place: int) -> Image.Image:
        """Picture number `place`, RGB."""
        if self._pixels is None:
            self._pixels = np.memmap(self.folder / "images.bin", np.uint8, "r")
        picture = self.pictures[place]
        size = picture.width * picture.height * 3
        pixels = self._pixels[picture.offset : picture.offset + size]
        return Image.fromarray(pixels.reshape(picture.height, picture.width, 3))

    def path(self, name: str) -> Path:
        """A file of the workspace."""
        return self.folder / name

    def array(self, name: str) -> npt.NDArray[Any]:
        """An array of the workspace (`name`.npy), mapped into memory, not read."""
        return np.load(self.folder / f"{name}.npy", mmap_mode="r")

    def passes(self) -> list[int]:
        """Numbers of the passes whose crops and maps are complete."""
        done = sorted(int(file.stem.split("_")[1]) for file in self.folder.glob("maps_*.done"))
        return [number for number in done if number]

    def labels(self) -> npt.NDArray[np.int64]:
        """For each picture its place in `classes`, -1 for pictures without a label."""
        places = {name: i for i, name in enumerate(self.classes)}
        return np.array([places[p.label] if p.label else -1 for p in self.pictures], np.int64)

    def captioned(self, captions: Path) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Which pictures have captions, and the rows of theirs: int64 [n], int64 [n, 5] (repeated when fewer)."""
        rows: dict[str, list[int]] = {}
        for number, row in enumerate(read_captions(captions)):
            rows.setdefault(row[0], []).append(number)
        having = [i for i, picture in enumerate(self.pictures) if picture.kind == "flickr" and picture.name in rows]
        five = [(rows[self.pictures[i].name] * 5)[:5] for i in having]
        return np.array(having, np.int64), np.array(five, np.int64).reshape(-1, 5)


def read_captions(file: Path) -> list[tuple[str, str]]:
    """(image, caption) rows; captions without the spaces and full stop at their end."""
    with file.open(newline="", encoding="utf-8") as source:
        return [(row["image"], row["caption"].strip().rstrip(" .")) for row in csv.DictReader(source)]


def middle(picture: Image.Image, size: int) -> Image.Image:
    """The middle square at `size` pixels, as the app cuts it."""
    side = min(picture.size)
    left, top = (picture.width - side) / 2, (picture.height - side) / 2
    return picture.resize((size, size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side))


def middles(pictures: Sequence[Image.Image], size: int) -> npt.NDArray[np.uint8]:
    """Middle squares: uint8 [n, size, size, 3]."""
    return np.stack([np.asarray(middle(picture, size)) for picture in pictures])
