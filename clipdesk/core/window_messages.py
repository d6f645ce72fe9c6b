"""What only the window asks of the worker; the rest is in `core.messages`, and the same rules hold here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Hit, Ids, Photo
from clipdesk.core.messages import Done, Reply, Request
from clipdesk.core.settings import Settings

Order = Literal["relevance", "newest", "oldest", "name"]
"""Of results. By relevance where the query has terms; otherwise that is the same as "newest"."""
Grouping = Literal["none", "day", "folder"]
"""By day implies an order by date, by folder one by folder and, inside it, as asked."""
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

# ---- results ----


@dataclass(frozen=True, slots=True)
class BrowseRequest(Request):
    """Rank the library for the grid; replied to with `BrowseReply`.

    An empty query, or one of filters only, lists every photo; one with terms lists the best `limit` at each end and in
    the middle of the textness slider, so that moving it only re-orders what was sent.
    """

    query: str = ""
    limit: int = 1000
    textness: float = 0.0
    order: Order = "relevance"
    group: Grouping = "none"


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """A headed run of results: from row `start` to the next group's start. `label` is an ISO day or a folder's path.

    For a query with terms, what is below the match line is in no group of these: it comes last, labelled "".
    """

    label: str
    start: int


@dataclass(frozen=True, slots=True)
class BrowseReply(Reply):
    """Results in order, as columns of length n; the photos themselves are asked for when they are shown."""

    photo_ids: Ids
    """int64 [n], in order at the slider position that was asked for."""
    similarities: Floats | None
    """q·v, float32 [n]; None when the query has no terms."""
    textness: Floats
    """Calibrated textness t, float32 [n]; NaN where unknown, and everywhere when the query has no terms."""
    good: Flags
    """Above the line where "weak" begins: bool [n]; all True without terms."""
    photos: tuple[Photo, ...] = ()
    """The first rows' photos, so that the first screen needs no second question."""
    sigma: float | None = None
    groups: tuple[ResultGroup, ...] = ()
    notes: tuple[str, ...] = ()
    total: int = 0
    """Searchable photos in the library."""


@dataclass(frozen=True, slots=True)
class PhotosRequest(Request):
    """Photos by id, replied to with `PhotosReply`; ids that are gone are left out."""

    photo_ids: tuple[int, ...]
    query: str = ""
    """Files that the filters of this query match come first in a photo's paths."""


@dataclass(frozen=True, slots=True)
class PhotosReply(Reply):
    """The photos that are still there, in no order."""

    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True)
class CompletionsRequest(Request):
    """What a query can be completed with; replied to with `CompletionsReply`."""


@dataclass(frozen=True, slots=True)
class CompletionsReply(Reply):
    """Values that filters can take in this library, most frequent first."""

    folders: tuple[str, ...] = ()
    """Folder paths relative to their root folder, the root folder's own name included."""
    cameras: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    """Years, the newest first."""


# ---- tags ----


@dataclass(frozen=True, slots=True)
class PhotoTagsRequest(Request):
    """What the user said of the tags of these photos; replied to with `PhotoTagsReply`."""

    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PhotoTagsReply(Reply):
    """Tags that all of the photos have; tags that the user rejected for all of them."""

    accepted: tuple[str, ...]
    rejected: tuple[str, ...]
    partly: tuple[tuple[str, int], ...] = ()
    """Tags that only some of the photos have, and how many."""


@dataclass(frozen=True, slots=True)
class SuggestTagsRequest(Request):
    """Tags that suit these photos, or most of them, and that the user has said nothing of; replied to with `TagsReply`.

    The first one of a model takes seconds: it is answered beside other requests.
    """

    photo_ids: tuple[int, ...]
    top: int = 8


@dataclass(frozen=True, slots=True)
class TagBefore:
    """What the user had said of a tag before it was changed: these photos had it as `state`, None for neither."""

    tag: str
    state: Literal["accepted", "rejected"] | None
    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TagsSet(Done):
    """The reply to a `SetTagsRequest`: setting all of `before` undoes it."""

    before: tuple[TagBefore, ...] = ()


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag and how many photos have it (accepted), or about how many look like it (suggested)."""

    tag: str
    photos: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class TagOverviewRequest(Request):
    """All tags of the library; replied to with `TagOverviewReply`. `vocabulary`: a text file of the user's own tags."""

    vocabulary: Path | None = None


@dataclass(frozen=True, slots=True)
class TagOverviewReply(Reply):
    """Accepted tags, most photos first, and suggested ones, the most photos first; tags of no photo are left out."""

    accepted: tuple[TagCount, ...]
    suggested: tuple[TagCount, ...]


@dataclass(frozen=True, slots=True)
class TagReviewRequest(Request):
    """Photos that look like `tag` and have neither accepted nor rejected it; replied to with `TagReviewReply`."""

    tag: str
    limit: int = 500
    vocabulary: Path | None = None


@dataclass(frozen=True, slots=True)
class TagReviewReply(Reply):
    """The best first; `Hit.score` is how far the tag stands out, in deviations. `total`: without the limit."""

    hits: tuple[Hit, ...]
    total: int = 0


# ---- duplicates ----


@dataclass(frozen=True, slots=True)
class DuplicateFile:
    """One file of a group of duplicates. `keep` marks the one that is suggested to stay."""

    path: Path
    photo: Photo
    size: int
    """In bytes; 0 when the file cannot be looked at now."""
    similarity: float
    """Likeness to the file that is kept (see `search.near_duplicates`), 1 for the same content."""
    keep: bool = False
    reason: str = ""
    """Why it is the best: "resolution", "size", "original name", "oldest"; empty when nothing tells them apart."""
    mtime_ns: int = 0
    """When it was last changed, as the catalogue knows it."""


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Files of the same content ("same") or of photos that look nearly the same ("near"); at least two."""

    kind: Literal["same", "near"]
    files: tuple[DuplicateFile, ...]


@dataclass(frozen=True, slots=True)
class DuplicatesRequest(Request):
    """Find duplicates; replied to with `DuplicatesReply`.

    `near` is the least likeness of near-duplicates (see `search.near_duplicates`), None for none. Files in offline
    folders, and files that are gone or were changed since they were indexed, are left out.
    """

    near: float | None = 0.80
    same: bool = True
    """Files of the same content too."""
    limit: int = 500
    """Groups of each kind."""


@dataclass(frozen=True, slots=True)
class DuplicatesReply(Reply):
    """Groups, those that free the most bytes first; `left_out` more were found than the limit lets through."""

    groups: tuple[DuplicateGroup, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class UnchangedRequest(Request):
    """Which of these files (path, size, time of change in ns) are there as they were; `UnchangedReply`.

    Asked for the files that stay before the others are moved to the bin.
    """

    files: tuple[tuple[Path, int, int], ...]


@dataclass(frozen=True, slots=True)
class UnchangedReply(Reply):
    """The files that are still as they were."""

    paths: tuple[Path, ...]


# ---- files ----


@dataclass(frozen=True, slots=True)
class ForgetFilesRequest(Request):
    """Files that the user moved to the bin: forget those that are no longer there; replied to with `Done`."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class FilesForgotten(Done):
    """The reply to a `ForgetFilesRequest`."""


@dataclass(frozen=True, slots=True)
class FilesChangedRequest(Request):
    """Look again at the folders of these files (brought back from the bin); an index run, `IndexReply`."""

    paths: tuple[Path, ...]


# ---- the worker itself ----


@dataclass(frozen=True, slots=True)
class ApplySettingsRequest(Request):
    """Work with these settings from now on (another model takes a `UseModelRequest`); replied to with `Done`."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class ShareRequest(Request):
    """Let indexing use this share of the processor's time from now on, above 0 and at most 1; replied with `Done`."""

    share: float


@dataclass(frozen=True, slots=True)
class SamplesRequest(Request):
    """Write the sample photos into a folder beside the library; replied to with `SamplesReply`."""


@dataclass(frozen=True, slots=True)
class SamplesReply(Reply):
    """Where the sample photos lie."""

    folder: Path


@dataclass(frozen=True, slots=True)
class ViewedRequest(Request):
    """The user has opened these photos or looks at them in large; replied to with `Done`."""

    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EmptyCachesRequest(Request):
    """Delete what can be made again (index files, cached text vectors, thumbnails of readable photos); `Done`."""
