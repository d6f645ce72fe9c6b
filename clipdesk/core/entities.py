"""The nouns of clipdesk as frozen dataclasses; every layer speaks in these, never in database rows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]
"""One embedding: float32, shape [dim], unit length."""
Matrix = npt.NDArray[np.float32]
"""Embeddings, one a row: float32, shape [n, dim], unit length each."""
HalfMatrix = npt.NDArray[np.float16]
"""Embeddings as they are stored: float16, shape [n, dim]."""
Ids = npt.NDArray[np.int64]
"""Photo ids: int64, shape [n]."""
Pixels = npt.NDArray[np.uint8]
"""RGB pictures, sRGB, upright: uint8, shape [height, width, 3], or [n, height, width, 3] for a batch."""

Match = Literal["good", "weak"]


class FolderState(StrEnum):
    """What the last look at a root folder found."""

    ONLINE = "online"
    OFFLINE = "offline"
    """Missing, on another device than before, or suddenly without most of its files: nothing in it is forgotten."""


class FileState(StrEnum):
    """What is known of one file."""

    INDEXED = "indexed"
    FAILED = "failed"
    """Could not be read or decoded; tried again when its size or time changes, or when the user asks."""
    CLOUD = "cloud"
    """A placeholder of a cloud drive: reading it would download it, so it is only listed."""
    QUARANTINED = "quarantined"
    """Was being read twice when a worker died; skipped until it changes or the user asks."""


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """How a model wants its pictures: what the decoder must make of a photo.

    `resize` is open_clip's resize mode: "shortest" (scale the short side to `size`, cut the middle square), "longest"
    (scale the long side, pad with `fill`) or "squash" (scale both sides). `mean` and `std` are per channel on 0..1.
    """

    size: int
    resize: Literal["shortest", "longest", "squash"] = "shortest"
    interpolation: Literal["bicubic", "bilinear"] = "bicubic"
    mean: tuple[float, float, float] = (0.48145466, 0.4578275, 0.40821073)
    std: tuple[float, float, float] = (0.26862954, 0.26130258, 0.27577711)
    fill: int = 0


@dataclass(frozen=True, slots=True)
class PhotoMetadata:
    """What a photo says of itself (EXIF, IPTC, XMP, sidecar). Sizes are of the upright picture, in pixels."""

    width: int = 0
    height: int = 0
    taken_at: datetime | None = None
    """Local time of the shot; aware when the file names a time zone, naive otherwise."""
    camera: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    orientation: int = 1
    rating: int | None = None
    """0 to 5 stars; None when the file has none."""
    keywords: tuple[str, ...] = ()
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """A root folder of the library."""

    id: int
    path: Path
    state: FolderState = FolderState.ONLINE
    device: str | None = None
    """What tells the volume apart (st_dev or a volume serial); None when unknown."""
    excludes: tuple[str, ...] = ()
    files: int = 0
    """Files in the index; `failed`, `cloud` and `quarantined` are those that are not."""
    last_scan: datetime | None = None
    failed: int = 0
    cloud: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What the catalogue remembers of one file; `path` is relative to its folder, with forward slashes."""

    id: int
    path: str
    size: int
    mtime_ns: int
    state: FileState
    photo_id: int | None = None
    sidecar_mtime_ns: int = 0


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A photo-typed file that a scan saw; `path` is relative to its folder, with forward slashes."""

    path: str
    size: int
    mtime_ns: int
    sidecar_mtime_ns: int = 0
    """Modification time of its XMP sidecar, 0 when there is none."""
    cloud: bool = False


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A folder on disk against the catalogue. Whether a new file is a moved one is known only after hashing."""

    new: tuple[FoundFile, ...] = ()
    changed: tuple[tuple[KnownFile, FoundFile], ...] = ()
    gone: tuple[KnownFile, ...] = ()
    unchanged: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()
    """Folders or files that could not be listed: (path relative to the folder, reason)."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture: one per content, whatever the number of files that hold it."""

    id: int
    content_hash: str
    paths: tuple[Path, ...]
    """Every live file, the best one first (the one that filters matched, then online ones, then the shortest path)."""
    metadata: PhotoMetadata
    offline: bool = False
    """True when every file lies in an offline folder."""
    paired_paths: tuple[Path, ...] = ()
    """Files of the same shot in another format (RAW + JPEG)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result. `score` is q·v plus the slider's share; None when only filters were given."""

    photo: Photo
    score: float | None
    textness: float | None
    """Calibrated textness t of the photo, see `search.textness`; None before the model has learned it."""
    match: Match
    similarity: float | None = None
    """q·v alone, in [-1, 1]."""


@dataclass(frozen=True, slots=True)
class TagSuggestion:
    """A tag for a photo; `score` is how far it stands out of the library's background for that tag, in deviations."""

    tag: str
    score: float
    group: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that is not in the index, and why, in one line."""

    path: Path
    reason: str
    state: FileState = FileState.FAILED


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run of indexing did. Counts are files."""

    added: int = 0
    updated: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    offline: int = 0
    failed: tuple[Failure, ...] = ()
    seconds: float = 0.0
    photos_per_second: float = 0.0
    cancelled: bool = False
    notes: tuple[str, ...] = field(default=())
    """One-line remarks for the user: folders found offline, files left in the cloud ..."""
    away: tuple[str, ...] = ()
    """Those of `notes` that tell of a folder that is offline, for a prompt; the window shows it in its own way."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long task is; sent at most ten times a second."""

    done: int
    total: int
    photos_per_second: float
    seconds_left: float | None
    phase: Literal["scanning", "indexing", "finishing", "reading", "teaching", "training", "measuring"] = "indexing"
