"""What is said about models; the rules of `core.messages` hold here too."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from clipdesk.core.messages import Event, Reply, Request

InstallPhase = Literal["asking", "downloading", "converting", "checking", "tuning"]


@dataclass(frozen=True, slots=True)
class InstallModelRequest(Request):
    """Fetch a known model from the hub, or take it from `source` (a folder, or a file of weights); `InstalledReply`."""

    name: str
    source: Path | None = None
    accepted: bool = False
    """The user has accepted a licence that restricts use."""


@dataclass(frozen=True, slots=True)
class InstallProgressEvent(Event):
    """How far an installation is: bytes while downloading, otherwise 0 of 0."""

    request_id: int
    name: str
    phase: InstallPhase
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class InstalledReply(Reply):
    """The model lies in the models folder. `problem` says why it is not trusted, "" when it is."""

    name: str
    found: int
    """Drawn pictures, of sixteen, that found their own words."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RemoveModelRequest(Request):
    """Delete an installed model's files, and the library's embeddings of it; replied to with `Done`."""

    name: str


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model that can be chosen."""

    name: str
    title: str
    licence: str
    bytes: int
    languages: str
    installed: bool
    in_use: bool
    known: bool = True
    """False for a model of the user's own: what follows is empty then."""
    bundled: bool = False
    recommended: bool = False
    good_for: str = ""
    restriction: str = ""
    """What the licence restricts: to be accepted before the model is fetched."""
    licence_link: str = ""
    imagenet: float | None = None
    """Published zero-shot accuracy on ImageNet-1k, 0..1."""
    coco: float | None = None
    """Published text-to-image recall@1 on MS COCO, 0..1."""
    figures_source: str = ""
    by_hand: str = ""
    """What to do where nothing can be downloaded."""
    problem: str = ""
    """Why it is not trusted; "" when it is."""
    partial: int = 0
    """Bytes that an interrupted download has left."""
    photos: int = 0
    """Photos of this library that it has embedded."""
    embeddings_bytes: int = 0
    """What those embeddings take on the disk, about."""


@dataclass(frozen=True, slots=True)
class ModelsRequest(Request):
    """The models that clipdesk knows; replied to with `ModelsReply`."""


@dataclass(frozen=True, slots=True)
class ModelsReply(Reply):
    """Known models, the installed ones first."""

    models: tuple[ModelState, ...]
    wanted: str = ""
    """The model that photos are being read for, to answer when they all are; "" for none."""
    photos: int = 0
    """Photos of this library."""


@dataclass(frozen=True, slots=True)
class EstimatesRequest(Request):
    """How long each model would take to read this library; replied to with `EstimatesReply`.

    What was not measured yet is measured, which takes some seconds, unless photos are being read just now.
    """


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long a model takes to read the photos that it has not read, on this computer.

    `seconds` is None where nothing could be measured. `scaled_from` is the title of the model whose speed was measured
    here in its place, "" when its own was.
    """

    name: str
    photos: int
    seconds: float | None = None
    scaled_from: str = ""


@dataclass(frozen=True, slots=True)
class EstimatesReply(Reply):
    """One for each known or installed model."""

    estimates: tuple[Estimate, ...]
