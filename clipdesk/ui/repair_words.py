"""What the window says of a library that was mended: one line on what was lost, and what happens now."""

from PySide6.QtCore import QDate, QLocale, QObject

from clipdesk.core.repair_messages import RepairedEvent
from clipdesk.ui.banner import Line


class RepairWords(QObject):
    """Words for repairs."""

    def line(self, event: RepairedEvent) -> Line:
        """The banner's line."""
        return Line(self._text(event), topic="repaired", urgent=event.tags_lost)

    def _text(self, event: RepairedEvent) -> str:
        if not event.folders:
            return self.tr("The library could not be saved. Your photos are safe: add their folders again.")
        if not event.replaced:
            return self.tr("The library is in order. The search is made ready again.")
        if not event.tags_lost:
            return self.tr("The library is mended, your tags are safe. Missing photos are added again now.")
        if event.copy_of is None:
            return self.tr("The library is mended. Some tags may be lost; missing photos are added again now.")
        day = QDate(event.copy_of.year, event.copy_of.month, event.copy_of.day)
        date = QLocale().toString(day, QLocale.FormatType.LongFormat)
        text = self.tr("The library is mended. Tags since {date} may be lost; missing photos are added again now.")
        return text.format(date=date)
