"""Progress in words, the same ones wherever it is shown."""

from PySide6.QtCore import QCoreApplication, QLocale, QObject

from clipdesk.core.entities import Progress


def progress_words(progress: Progress) -> str:
    """What is being done, how far it is, how quick and how long it will take; parts that are unknown are left out."""
    locale = QLocale()
    if progress.phase == "scanning":
        found = progress.done
        return QCoreApplication.translate("Progress", "Looking for photos: %Ln found so far", "", found)
    if progress.phase == "finishing":
        return QCoreApplication.translate("Progress", "Almost done…")
    told = QCoreApplication.translate("Progress", "{done} of {total} files")
    parts = [told.format(done=locale.toString(progress.done), total=locale.toString(progress.total))]
    if progress.photos_per_second > 0:
        rate = locale.toString(progress.photos_per_second, "f", 0 if progress.photos_per_second >= 10 else 1)
        parts.append(QCoreApplication.translate("Progress", "{rate} files a second").format(rate=rate))
    if progress.seconds_left is not None:
        parts.append(time_left(progress.seconds_left))
    return " · ".join(parts)


def time_left(seconds: float) -> str:
    """About how long it will take, in words that do not jump about."""
    if seconds < 60:
        return QCoreApplication.translate("Progress", "less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 60:
        return TimeLeft().minutes(minutes)
    return TimeLeft().hours(round(minutes / 60))


class TimeLeft(QObject):
    """Words that go by a number: the tool that collects texts knows these by `tr` alone."""

    def minutes(self, count: int) -> str:
        """So many minutes are left."""
        return self.tr("about %Ln minute(s) left", "", count)

    def hours(self, count: int) -> str:
        """So many hours are left."""
        return self.tr("about %Ln hour(s) left", "", count)


def in_bytes(size: int) -> str:
    """A size on disk."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
