"""What the window's grid asks: which photos in which order, and what they are."""

from clipdesk.core.query import Filter, parse
from clipdesk.core.window_messages import BrowseReply, BrowseRequest, PhotosReply, PhotosRequest
from clipdesk.search.browsing import browse as browse_library
from clipdesk.worker.resources import Resources

_FIRST_PHOTOS = 60
"""About a screen."""


def browse(resources: Resources, request: BrowseRequest) -> BrowseReply:
    """Rank or list the library; an empty library gives an empty reply. Raises QuerySyntaxError, UserError."""
    catalog = resources.library.catalog
    found = browse_library(
        catalog,
        resources.engine,
        request.query,
        limit=request.limit,
        textness=request.textness,
        order=request.order,
        group=request.group,
    )
    photos = catalog.photos.get(found.photo_ids[:_FIRST_PHOTOS], _filters(request.query))
    return BrowseReply(
        request.id,
        found.photo_ids,
        found.similarities,
        found.textness,
        found.good,
        tuple(photos.values()),
        found.sigma,
        found.groups,
        found.notes,
        len(catalog.listing.columns().photo_ids),
    )


def photos(resources: Resources, request: PhotosRequest) -> PhotosReply:
    """Photos by id."""
    found = resources.library.catalog.photos.get(request.photo_ids, _filters(request.query))
    return PhotosReply(request.id, tuple(found.values()))


def _filters(query: str) -> tuple[Filter, ...]:
    return parse(query).filters if query.strip() else ()
