"""What the window says of a failure, and which way on it offers."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from clipdesk.core.errors import FailureKind
from clipdesk.core.messages import Failed
from clipdesk.ui.banner import Choice, Line
from clipdesk.ui.worker_words import said

TOPIC = "worker"
"""Of lines about the worker as a whole: a worker that answers takes them back."""
READ_ONLY = "read only"
MISSING = "missing"
"""Of lines about a library folder that is gone: one that is back takes them back."""
SLOW = "slow"
DISK = "disk"


@dataclass(frozen=True, slots=True)
class WaysOut:
    """What can be done about trouble."""

    restart: Callable[[], None]
    repair: Callable[[], None]
    index_again: Callable[[], None]
    look_again: Callable[[], None]
    """See whether the library folder is back."""


class Trouble(QObject):
    """Words for failures; each with a way on."""

    def __init__(self, ways: WaysOut, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ways = ways

    def restarting(self) -> Line:
        """The worker died and is started again."""
        return Line(self.tr("The search stopped unexpectedly and is starting again."), topic=TOPIC, symbol="refresh")

    def slow(self) -> Line:
        """The worker keeps somebody waiting."""
        text = self.tr("The answer takes longer than usual. It is shown as soon as it is there.")
        return Line(text, "", (Choice(self.tr("Restart"), self._ways.restart),), SLOW, "refresh")

    def read_only(self, kind: FailureKind, told: str = "") -> Line:
        """The library can be searched only: nobody may write to it ("read only"), or another does, as `told`."""
        if kind == "read only":
            return self.line(Failed(0, "", kind=kind))
        text = self.tr("Another clipdesk has this library open. You can search here; changes are made there.")
        return Line(text, said(told), (Choice(self.tr("Try again"), self._ways.restart),), READ_ONLY)

    def line(self, failed: Failed) -> Line:
        """The banner's line for a failure that nobody else shows."""
        ways = self._ways
        try_again = Choice(self.tr("Try again"), ways.restart)
        repair = Choice(self.tr("Repair"), ways.repair)
        match failed.kind:
            case "damaged":
                text = self.tr("The library is damaged. Its latest good copy can be brought back; photos are safe.")
                return _urgent(text, repair)
            case "missing":
                text = self.tr(
                    "The library folder is gone. Connect its drive and try again, or begin anew; photos are safe."
                )
                look = Choice(self.tr("Try again"), ways.look_again) if failed.id else try_again
                anew = Choice(self.tr("Begin anew"), ways.restart)
                return Line(text, "", (look, anew) if failed.id else (look,), MISSING, "warning", urgent=True)
            case "busy":
                return _urgent(self.tr("Another clipdesk is working on this library."), try_again)
            case "too new":
                return _urgent(self.tr("A newer clipdesk made this library. Install that version to open it."))
            case "disk full":
                text = self.tr("The disk is full. Free some space, then go on; nothing is lost.")
                return Line(text, "", (Choice(self.tr("Go on"), ways.index_again),), DISK, "warning", urgent=True)
            case "read only":
                text = self.tr("The library cannot be written to. You can search it; nothing new is added.")
                return Line(text, topic=READ_ONLY)
            case "worker died":
                return _urgent(self.tr("The search keeps stopping."), Choice(self.tr("Restart"), ways.restart), repair)
            case _:
                whole = failed.id == 0
                topic = TOPIC if whole else ""
                return Line(
                    said(failed.message),
                    said(failed.hint),
                    (try_again,) if whole else (),
                    topic,
                    "warning",
                    urgent=whole,
                )


def _urgent(text: str, *choices: Choice) -> Line:
    return Line(text, "", choices, TOPIC, "warning", urgent=True)
