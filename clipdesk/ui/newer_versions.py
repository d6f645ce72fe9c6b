"""Where new versions of clipdesk are. It never looks for them by itself."""

from html import escape

from PySide6.QtCore import QCoreApplication

from clipdesk.core.paths import homepage


def where_newer_ones_are() -> str:
    """A line for people, in HTML: with a link where this build knows its homepage."""
    address = escape(homepage())
    if not address:
        return QCoreApplication.translate(
            "Help", "New versions are where you got this one. clipdesk never looks for them by itself."
        )
    told = QCoreApplication.translate("Help", "New versions: {address}. clipdesk never looks for them by itself.")
    return told.format(address=f'<a href="{address}">{address}</a>')
