"""Answers to questions: words, look-alikes, tags, the textness grid, previews."""

from clipdesk.core.messages import (
    PreviewReply,
    PreviewRequest,
    SearchReply,
    SearchRequest,
    SimilarRequest,
    TagsReply,
    TagsRequest,
    TextnessGridReply,
    TextnessGridRequest,
)
from clipdesk.worker.resources import Resources


def search(resources: Resources, request: SearchRequest) -> SearchReply:
    """Answer a query. Raises QuerySyntaxError."""
    found = resources.engine().search(request.query, request.limit, request.textness)
    return SearchReply(request.id, tuple(found.hits), found.sigma, tuple(found.notes))


def similar(resources: Resources, request: SimilarRequest) -> SearchReply:
    """Find look-alikes of a picture. Raises DecodeError."""
    found = resources.engine().similar(request.path, request.limit, request.textness)
    return SearchReply(request.id, tuple(found.hits), found.sigma, tuple(found.notes))


def tags(resources: Resources, request: TagsRequest) -> TagsReply:
    """Suggest tags for a picture. Raises DecodeError, and UserError for an unreadable vocabulary."""
    return TagsReply(request.id, tuple(resources.engine().tags(request.path, request.top, request.vocabulary)))


def textness_grid(resources: Resources, request: TextnessGridRequest) -> TextnessGridReply:
    """The best photos at each scale. Raises QuerySyntaxError."""
    engine = resources.engine()
    rows = engine.textness_grid(request.query, request.scales, request.per_scale)
    return TextnessGridReply(
        request.id, tuple((scale, tuple(hits)) for scale, hits in rows), engine.notes(request.query)
    )


def preview(resources: Resources, request: PreviewRequest) -> PreviewReply:
    """Decode a large picture for the window. Raises DecodeError."""
    from clipdesk.indexing.decoder import load_preview

    data, width, height = load_preview(request.path, request.longest_side)
    return PreviewReply(request.id, data, width, height)
