"""What queries can be completed with."""

from clipdesk.core.window_messages import CompletionsReply, CompletionsRequest
from clipdesk.indexing.control import RunControl
from clipdesk.worker.resources import Resources


def completions(resources: Resources, request: CompletionsRequest, control: RunControl) -> CompletionsReply:
    """The values that filters can take in this library. Raises CancelledError."""
    values = resources.library.catalog.values
    found: list[tuple[str, ...]] = []
    for look in (values.folders, values.cameras, values.tags, values.types, values.years):
        control.checkpoint()
        found.append(look())
    folders, cameras, tags, types, years = found
    return CompletionsReply(request.id, folders, cameras, tags, types, years)
