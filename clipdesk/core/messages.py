"""What the window (or the command line) and the worker say to each other.

A request carries an id that only grows; every reply to it carries the same id, and exactly one of `Reply` or `Failed`
ends it. Events come unasked. All are frozen dataclasses that pickle; only these cross the pipe, between processes of
one program, never from a file or a socket.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clipdesk.core.entities import Failure, Folder, Hit, IndexReport, Progress, TagSuggestion
from clipdesk.core.errors import FailureKind

# ---- requests ----


@dataclass(frozen=True, slots=True)
class Request:
    """Base of every request."""

    id: int


@dataclass(frozen=True, slots=True)
class SearchRequest(Request):
    """Answer a query of the query language; replied to with `SearchReply`."""

    query: str
    limit: int = 100
    textness: float = 0.0


@dataclass(frozen=True, slots=True)
class SimilarRequest(Request):
    """Photos that look like `path` (in the library or not); replied to with `SearchReply`."""

    path: Path
    limit: int = 100
    textness: float = 0.0


@dataclass(frozen=True, slots=True)
class TagsRequest(Request):
    """Suggest tags for one photo; replied to with `TagsReply`."""

    path: Path
    top: int = 10
    vocabulary: Path | None = None


@dataclass(frozen=True, slots=True)
class TextnessGridRequest(Request):
    """The best photos at each textness scale; replied to with `TextnessGridReply`."""

    query: str
    scales: tuple[float, ...] = (-2.0, -1.0, 0.0, 1.0, 2.0)
    per_scale: int = 10


@dataclass(frozen=True, slots=True)
class IndexRequest(Request):
    """Add `folders`, bring the whole library up to date; replied to with `IndexReply`, `ProgressEvent`s before it."""

    folders: tuple[Path, ...] = ()
    accept_missing: bool = False
    """Forget what is away: of `folders`, or of the one root folder that is away when none is named."""
    excludes: tuple[str, ...] = ()
    only: tuple[Path, ...] = ()
    """Look at these folders alone; at every root folder when empty."""


@dataclass(frozen=True, slots=True)
class WatchRequest(Request):
    """Start or stop watching the folders; replied to with `Done`. Changes lead to `IndexedEvent`s."""

    on: bool = True


@dataclass(frozen=True, slots=True)
class PauseRequest(Request):
    """Pause or resume indexing; replied to with `Done`."""

    on: bool = True


@dataclass(frozen=True, slots=True)
class RetryRequest(Request):
    """Try failed and quarantined files again at the next index run (all of them when `paths` is empty)."""

    paths: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class FoldersRequest(Request):
    """The root folders with their states; replied to with `FoldersReply`."""


@dataclass(frozen=True, slots=True)
class RemoveFolderRequest(Request):
    """Forget a root folder and its files (never touches the files); replied to with `Done`."""

    path: Path


@dataclass(frozen=True, slots=True)
class FailuresRequest(Request):
    """Files that are not in the index and why; replied to with `FailuresReply`."""


@dataclass(frozen=True, slots=True)
class SetTagsRequest(Request):
    """Accept or reject tags for photos; replied to with `Done`."""

    photo_ids: tuple[int, ...]
    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    forget: tuple[str, ...] = ()
    sidecars: bool = False
    """Write the accepted tags of these photos into XMP sidecars beside them as well; never into a photo."""


@dataclass(frozen=True, slots=True)
class PreviewRequest(Request):
    """A large upright sRGB picture of a file that Qt cannot read; replied to with `PreviewReply`."""

    path: Path
    longest_side: int = 2048


@dataclass(frozen=True, slots=True)
class UseModelRequest(Request):
    """Answer with this model from now on, embedding what is missing first; replied to with `Done`."""

    name: str


@dataclass(frozen=True, slots=True)
class StatusRequest(Request):
    """Library health and numbers; replied to with `StatusReply`."""


@dataclass(frozen=True, slots=True)
class CancelRequest(Request):
    """Cancel request `target`: a waiting one is dropped, a running one stops after its batch; replied with `Done`."""

    target: int


@dataclass(frozen=True, slots=True)
class StopRequest(Request):
    """Finish the current batch and end the worker; replied to with `Done`."""


# ---- replies ----


@dataclass(frozen=True, slots=True)
class Reply:
    """Base of every answer; `id` is the request's."""

    id: int


@dataclass(frozen=True, slots=True)
class Done(Reply):
    """The request was carried out and has nothing to tell."""


@dataclass(frozen=True, slots=True)
class Failed(Reply):
    """The request could not be carried out. `bug` is True when it is not the user's to mend (see the log)."""

    message: str
    hint: str = ""
    bug: bool = False
    exit_code: int = 1
    text: str | None = None
    position: int | None = None
    """For a query that cannot be read: the query and where it goes wrong."""
    kind: FailureKind = ""
    """What the window can offer a way out of."""


@dataclass(frozen=True, slots=True)
class SearchReply(Reply):
    """`hits` by score, best first; `sigma` scales the textness slider.

    Without textness, good matches come before weak ones, since both go by q·v; `match` looks at q·v alone.
    """

    hits: tuple[Hit, ...]
    sigma: float | None = None
    notes: tuple[str, ...] = ()
    """One-line remarks: a script that the model never learned, photos not indexed yet ..."""


@dataclass(frozen=True, slots=True)
class TagsReply(Reply):
    """Suggestions, best first."""

    tags: tuple[TagSuggestion, ...]


@dataclass(frozen=True, slots=True)
class TextnessGridReply(Reply):
    """One row of hits per scale."""

    rows: tuple[tuple[float, tuple[Hit, ...]], ...]
    notes: tuple[str, ...] = ()
    """As of `SearchReply`."""


@dataclass(frozen=True, slots=True)
class IndexReply(Reply):
    """What an index run did."""

    report: IndexReport


@dataclass(frozen=True, slots=True)
class FoldersReply(Reply):
    """The root folders."""

    folders: tuple[Folder, ...]


@dataclass(frozen=True, slots=True)
class FailuresReply(Reply):
    """Failed and quarantined files."""

    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class PreviewReply(Reply):
    """An encoded picture (JPEG) of at most the asked size."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StatusReply(Reply):
    """Numbers about the library: plain JSON-able values."""

    status: dict[str, Any] = field(default_factory=dict[str, Any])


# ---- events ----


@dataclass(frozen=True, slots=True)
class Event:
    """Base of everything that the worker tells unasked."""


@dataclass(frozen=True, slots=True)
class ReadyEvent(Event):
    """The worker answers requests from now on. `photos` is the number of searchable photos."""

    photos: int
    model: str
    writer: bool
    """False when this worker can only read, for the reason `kind`: another process writes, or nobody may."""
    kind: FailureKind = ""
    told: str = ""
    """Then: who has the library, and of when the copy is that is read here, if it is one."""


@dataclass(frozen=True, slots=True)
class ProgressEvent(Event):
    """How far indexing is; at most ten a second."""

    request_id: int
    progress: Progress
    model: str = ""
    """The model that photos are being read for while another one answers; "" for an index run."""


@dataclass(frozen=True, slots=True)
class IndexedEvent(Event):
    """The library changed: photos were added, moved or removed by a watched change or a committed batch."""

    report: IndexReport


@dataclass(frozen=True, slots=True)
class NoticeEvent(Event):
    """One line for the user: a folder went offline, watching falls back to polling ..."""

    message: str
    hint: str = ""
    kind: FailureKind = ""
    """"worker died": it is started again."""
