"""Answers about the tags of the whole library. They take seconds: asked in a thread of their own."""

from clipdesk.catalog.names import fold
from clipdesk.core.entities import Hit
from clipdesk.core.window_messages import (
    TagCount,
    TagOverviewReply,
    TagOverviewRequest,
    TagReviewReply,
    TagReviewRequest,
)
from clipdesk.indexing.control import RunControl
from clipdesk.search.tag_finder import TagCandidates, TagFinder, undecided
from clipdesk.worker.resources import Resources


def overview(resources: Resources, request: TagOverviewRequest, control: RunControl) -> TagOverviewReply:
    """Count what is accepted and what looks like a tag. Raises UserError for a vocabulary that cannot be read."""
    found = _candidates(resources, request, control)
    tags = resources.library.catalog.tags
    decided = tags.decided()
    suggested: list[TagCount] = []
    for place, tag in enumerate(found.tags):
        photo_ids, _ = found.of(place)
        photos = int(undecided(photo_ids, decided.get(fold(tag.tag))).sum())
        if photos:
            suggested.append(TagCount(tag.tag, photos, tag.group))
    suggested.sort(key=lambda count: -count.photos)
    groups = {fold(tag.tag): tag.group for tag in found.tags}
    accepted = [TagCount(tag, photos, groups.get(fold(tag), "")) for tag, photos in tags.counts().items()]
    return TagOverviewReply(request.id, tuple(accepted), tuple(suggested))


def review(resources: Resources, request: TagReviewRequest, control: RunControl) -> TagReviewReply:
    """The photos that look most like a tag; none for a tag that is not in the vocabulary."""
    found = _candidates(resources, request, control)
    place = found.place_of(request.tag)
    if place is None:
        return TagReviewReply(request.id, ())
    catalog = resources.library.catalog
    photo_ids, scores = found.of(place)
    open_ones = undecided(photo_ids, catalog.tags.decided().get(fold(request.tag)))
    photo_ids, scores = photo_ids[open_ones], scores[open_ones]
    photos = catalog.photos.get(photo_ids[: max(request.limit, 0)])
    hits = [
        Hit(photos[photo_id], round(score, 3), None, "good")
        for photo_id, score in zip(photo_ids.tolist(), scores.tolist(), strict=True)
        if photo_id in photos
    ]
    return TagReviewReply(request.id, tuple(hits), len(photo_ids))


def _candidates(
    resources: Resources, request: TagOverviewRequest | TagReviewRequest, control: RunControl
) -> TagCandidates:
    from clipdesk.search.zero_shot import load_vocabulary

    vocabulary = load_vocabulary(request.vocabulary)
    with resources.answering:
        library = resources.engine().snapshot()
    finder = resources.kept(TagFinder)
    return finder.find(vocabulary, library, resources.encoder, lambda: resources.give_way(control))
