"""What queries can be completed with."""

from clipdesk.core.window_messages import CompletionsReply, CompletionsRequest
from clipdesk.worker.resources import Resources


def completions(resources: Resources, request: CompletionsRequest) -> CompletionsReply:
    """The values that filters can take in this library."""
    values = resources.library.catalog.values
    return CompletionsReply(
        request.id,
        folders=values.folders(),
        cameras=values.cameras(),
        tags=values.tags(),
        types=values.types(),
        dates=values.years(),
    )
