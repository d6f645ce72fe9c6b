"""Looking after the worker itself: settings, sample photos, caches."""

from typing import TYPE_CHECKING

from clipdesk.core.messages import Done
from clipdesk.core.window_messages import (
    ApplySettingsRequest,
    EmptyCachesRequest,
    SamplesReply,
    SamplesRequest,
)
from clipdesk.worker.resources import Resources

if TYPE_CHECKING:
    from clipdesk.indexing.control import RunControl

_SAMPLES = "Sample photos"


def apply_settings(resources: Resources, request: ApplySettingsRequest) -> Done:
    """Work with these settings from the next run on; the model stays until a `UseModelRequest` changes it."""
    resources.settings = request.settings.model_copy(update={"model": resources.settings.model})
    return Done(request.id)


def samples(resources: Resources, request: SamplesRequest, control: "RunControl") -> SamplesReply:
    """Write the sample photos beside the library."""
    from clipdesk.search.samples import sample_photos

    control.checkpoint()
    folder = resources.library.folder.parent / _SAMPLES
    sample_photos(folder)
    return SamplesReply(request.id, folder)


def empty_caches(resources: Resources, request: EmptyCachesRequest, control: "RunControl") -> Done:
    """Delete index files, cached text vectors, and the thumbnails that the next index run can make again."""
    from clipdesk.worker import caches

    resources.require_writer()
    with resources.answering:
        resources.drop_engine()
        caches.drop_index(resources.library)
    caches.drop_vectors()
    caches.drop_thumbnails(resources.library, control)
    return Done(request.id)
