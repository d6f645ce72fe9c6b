"""What a run tells about the files that it holds, so that a file that kills the process can be found out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from clipdesk.core.entities import FoundFile


@dataclass(frozen=True, slots=True)
class FlyingFile:
    """One file that is being worked on in this process."""

    folder_id: int
    found: FoundFile
    photo_id: int = 0
    """The catalogued photo that only gets another embedding; 0 for a file that is read."""
    model_key: str = ""
    """The model of that embedding."""


class Journal(Protocol):
    """Keeps the names of the files in flight where the next process finds them."""

    def begin(self, files: Sequence[FlyingFile]) -> None:
        """Keep these files, which are being worked on from now on, in place of the ones before."""
        ...

    def end(self) -> None:
        """Nothing is in flight any more."""
        ...

    def suspects(self) -> frozenset[tuple[int, str]]:
        """(folder id, path) of the files that were in flight when a process died: to be worked on one by one."""
        ...

    def finish(self) -> None:
        """Forget the suspects: a whole run went well."""
        ...


class NoJournal:
    """For runs whose death nobody needs to explain."""

    def begin(self, files: Sequence[FlyingFile]) -> None:
        """Nothing to keep."""

    def end(self) -> None:
        """Nothing to forget."""

    def suspects(self) -> frozenset[tuple[int, str]]:
        """There are none."""
        return frozenset()

    def finish(self) -> None:
        """Nothing to forget."""
