"""What is said about installing models; the rules of `core.messages` hold here too."""

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
