"""Requests about single photos and their files: tags, files that went to the bin and came back."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clipdesk.catalog.names import fold
from clipdesk.catalog.tags import TagState
from clipdesk.core.entities import TagSuggestion
from clipdesk.core.errors import CancelledError, UserError
from clipdesk.core.messages import Done, IndexReply, Request, SetTagsRequest, TagsReply
from clipdesk.core.window_messages import (
    FilesChangedRequest,
    FilesForgotten,
    ForgetFilesRequest,
    PhotoTagsReply,
    PhotoTagsRequest,
    SuggestTagsRequest,
    TagBefore,
    TagsSet,
    ViewedRequest,
)
from clipdesk.worker import handlers_index
from clipdesk.worker.resources import Resources

if TYPE_CHECKING:
    from clipdesk.indexing.control import RunControl

_MOST_PHOTOS = 500
"""So many photos of a selection are looked at for suggestions."""


def photo_tags(resources: Resources, request: PhotoTagsRequest) -> PhotoTagsReply:
    """What the user said of the tags of one or several photos."""
    ids = request.photo_ids
    accepted, rejected, partly = list[str](), list[str](), list[tuple[str, int]]()
    for tag, said in resources.library.catalog.tags.states(ids).items():
        count = sum(state == "accepted" for state in said.values())
        if count == len(ids):
            accepted.append(tag)
        elif count:
            partly.append((tag, count))
        elif len(said) == len(ids):
            rejected.append(tag)
    return PhotoTagsReply(request.id, tuple(accepted), tuple(rejected), tuple(partly))


def suggest_tags(resources: Resources, request: SuggestTagsRequest, control: "RunControl") -> TagsReply:
    """What the bundled vocabulary and the user's own ones suggest for photos."""
    from clipdesk.search.tag_suggester import TagSuggester

    catalog, ids = resources.library.catalog, request.photo_ids[:_MOST_PHOTOS]
    with resources.answering:
        library = resources.engine().snapshot()
    _, vectors = catalog.embeddings.vectors_of(library.model_key, ids)
    if not len(vectors):
        return TagsReply(request.id, ())
    settled = {fold(tag) for tag, said in catalog.tags.states(ids).items() if len(said) == len(ids)}
    best: dict[str, TagSuggestion] = {}
    for vocabulary in (None, *map(Path, resources.settings.vocabularies)):
        try:
            found = resources.kept(TagSuggester).suggest(
                vocabulary, vectors, library.sample, resources.encoder(), lambda: resources.give_way(control)
            )
        except UserError:
            if vocabulary is None:
                raise
            continue  # of the user's own lists, one that cannot be read is told where lists are chosen
        for one in found:
            name = fold(one.tag)
            known = best.get(name)
            if name not in settled and (known is None or known.score < one.score):
                best[name] = one
    shown = sorted(best.values(), key=lambda one: -one.score)[: max(request.top, 0)]
    return TagsReply(request.id, tuple(shown))


@dataclass(frozen=True, slots=True)
class PrepareTagsRequest(Request):
    """From the service: work out what every first suggestion of tags needs, while nobody waits for it."""


def prepare_tags(resources: Resources, request: PrepareTagsRequest, control: "RunControl") -> Done:
    """Make the vectors of the vocabularies that are in use, where they are not there yet."""
    from clipdesk.search.vocabulary import load_vocabulary
    from clipdesk.search.zero_shot import TagScorer

    if not resources.library.catalog.embeddings.any(resources.model_key()):
        return Done(request.id)
    for vocabulary in (None, *map(Path, resources.settings.vocabularies)):
        # A list that cannot be read is told where lists are chosen.
        with suppress(UserError, CancelledError):
            TagScorer(resources.encoder(), load_vocabulary(vocabulary), checkpoint=lambda: resources.give_way(control))
    return Done(request.id)


def set_tags(resources: Resources, request: SetTagsRequest) -> TagsSet:
    """Accept, reject or forget tags of photos; and write them beside the photos when that is asked for."""
    resources.require_writer()
    catalog, ids = resources.library.catalog, request.photo_ids
    changes: tuple[tuple[tuple[str, ...], TagState | None], ...] = (
        (request.accept, "accepted"),
        (request.reject, "rejected"),
        (request.forget, None),
    )
    said = {fold(name): states for name, states in catalog.tags.states(ids).items()}
    wanted: list[tuple[str, TagState | None]] = [(name, state) for names, state in changes for name in names]
    before: list[TagBefore] = []
    for name, _ in wanted:
        before += _before(said.get(fold(" ".join(name.split())), {}), ids, name)
    catalog.tags.change(ids, wanted, sidecars=request.sidecars)
    if request.sidecars:
        resources.sidecars().write()
    return TagsSet(request.id, tuple(before))


def forget_files(resources: Resources, request: ForgetFilesRequest) -> FilesForgotten:
    """Forget files that the user moved away, those that are no longer there; nothing when their folder is not."""
    resources.require_writer()
    gone = [path for path in request.paths if _is_gone(path)]
    files = resources.library.catalog.files
    files.remove(files.at(gone).values())
    return FilesForgotten(request.id)


def files_changed(resources: Resources, request: FilesChangedRequest, control: "RunControl") -> IndexReply:
    """Look again at the folders of these files."""
    folders = tuple(dict.fromkeys(path.parent for path in request.paths))
    return handlers_index.look_again(resources, request.id, folders, control)


def _before(said: Mapping[int, TagState], ids: Sequence[int], tag: str) -> list[TagBefore]:
    found: list[TagBefore] = []
    for state in ("accepted", "rejected", None):
        these = tuple(photo_id for photo_id in ids if said.get(photo_id) == state)
        if these:
            found.append(TagBefore(tag, state, these))
    return found


def _is_gone(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return path.parent.is_dir()
    except (OSError, ValueError):
        return False
    return False


def viewed(resources: Resources, request: ViewedRequest) -> Done:
    """Count a view, where this process may write."""
    if resources.library.writer:
        resources.library.catalog.views.add(request.photo_ids)
    return Done(request.id)
