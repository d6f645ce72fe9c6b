"""What is said about a library that was mended; the rules of `core.messages` hold here too."""

from dataclasses import dataclass
from datetime import datetime

from clipdesk.core.messages import Event


@dataclass(frozen=True, slots=True)
class RepairedEvent(Event):
    """The library was mended before it was opened. An index run makes good what can be found again in the photos."""

    replaced: bool
    """False when nothing was damaged but what can be made again from the catalogue."""
    folders: int
    """Root folders that are known now."""
    tags_lost: bool = False
    """Tags may be missing: those that were given after `copy_of`, or any when there was no copy."""
    copy_of: datetime | None = None
    """When the copy was made that gave what could not be read; local time."""
