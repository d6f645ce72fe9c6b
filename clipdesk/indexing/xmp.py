"""XMP, embedded or in a sidecar: what photo managers write (XMP specification part 2, ISO 16684-1)."""

import codecs
import logging
import math
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from clipdesk.indexing.exif import camera_name, checked_position
from clipdesk.indexing.facts import Facts
from clipdesk.indexing.limits import MAX_NAME_LENGTH, MAX_TITLE_LENGTH, MAX_XMP_BYTES
from clipdesk.indexing.text_fields import clean, clean_keywords, clean_rating, parse_date

_log = logging.getLogger(__name__)
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_EXIF_EX = "{http://cipa.jp/exif/1.0/}"
_AUX = "{http://ns.adobe.com/exif/1.0/aux/}"
_TIFF = "{http://ns.adobe.com/tiff/1.0/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_LIGHTROOM = "{http://ns.adobe.com/lightroom/1.0/}"
_DIGIKAM = "{http://www.digikam.org/ns/1.0/}"
_COORDINATE = re.compile(r"\s*(\d{1,3})(?:,(\d+(?:\.\d+)?))?(?:,(\d+(?:\.\d+)?))?\s*([NSEW])?", re.I)


def read_xmp(packet: bytes | str) -> Facts:
    """Everything of use in an XMP packet; nothing when it is too large, damaged or not XMP."""
    if not packet or len(packet) > MAX_XMP_BYTES:
        return Facts()
    root = _parse(packet)
    return Facts() if root is None else _facts(_Properties(root))


def _parse(packet: bytes | str) -> Element | None:
    # Imported late: most photos have no XMP.
    import defusedxml
    import defusedxml.ElementTree

    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    elif packet.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        packet = packet.decode("utf-16", "replace").encode("utf-8", "replace")
    # Packets are padded with zeros or blanks.
    start, end = packet.find(b"<"), packet.rfind(b">")
    try:
        return defusedxml.ElementTree.fromstring(packet[max(start, 0) : end + 1], forbid_dtd=True)
    except (ParseError, defusedxml.DefusedXmlException, ValueError, LookupError) as error:
        _log.debug("XMP cannot be read: %s", error)
        return None


class _Properties:
    """The properties of the packet's `rdf:Description`s, whether written as attributes or as elements.

    Those inside another one describe parts of the photo; and were each looked through, a packet that nests them
    thousands deep would hold up its decoder for minutes.
    """

    def __init__(self, root: Element) -> None:
        about = next(root.iter(f"{_RDF}RDF"), None)
        self._descriptions = [] if about is None else about.findall(f"{_RDF}Description")

    def text(self, *names: str) -> str | None:
        """The first of these properties that has a value."""
        return next((value for name in names for value in self.all(name) if value.strip()), None)

    def all(self, name: str) -> Iterator[str]:
        """All values of a property: the items of a list, or its one value."""
        for description in self._descriptions:
            if name in description.attrib:
                yield description.attrib[name]
            for element in description.findall(name):
                items = sorted(element.iter(f"{_RDF}li"), key=_is_other_language)
                yield from (item.text or "" for item in items or [element])


def _is_other_language(item: Element) -> bool:
    return item.get("{http://www.w3.org/XML/1998/namespace}lang", "x-default") != "x-default"


def _facts(found: _Properties) -> Facts:
    latitude, longitude = checked_position(
        _coordinate(found.text(f"{_EXIF}GPSLatitude"), 90), _coordinate(found.text(f"{_EXIF}GPSLongitude"), 180)
    )
    return Facts(
        taken_at=parse_date(found.text(f"{_EXIF}DateTimeOriginal"))
        or parse_date(found.text(f"{_PHOTOSHOP}DateCreated"))
        or parse_date(found.text(f"{_EXIF}DateTimeDigitized")),
        modified_at=parse_date(found.text(f"{_XMP}CreateDate")),
        camera=camera_name(found.text(f"{_TIFF}Make"), found.text(f"{_TIFF}Model")),
        lens=clean(found.text(f"{_EXIF_EX}LensModel", f"{_AUX}Lens"), MAX_NAME_LENGTH),
        latitude=latitude,
        longitude=longitude,
        rating=clean_rating(found.text(f"{_XMP}Rating")),
        title=clean(found.text(f"{_DC}title"), MAX_TITLE_LENGTH),
        keywords=clean_keywords(_keywords(found)),
    )


def _keywords(found: _Properties) -> Iterator[str]:
    yield from found.all(f"{_DC}subject")
    # "places|Japan|Kyoto": each level is a keyword of its own.
    for path in found.all(f"{_LIGHTROOM}hierarchicalSubject"):
        yield from path.split("|")
    for path in found.all(f"{_DIGIKAM}TagsList"):
        yield from path.split("/")


def _coordinate(text: str | None, largest: int) -> float | None:
    """Read "45,30.5N" or "45,30,30N": degrees, minutes and perhaps seconds."""
    match = _COORDINATE.match(text or "")
    if match is None or match[4] is None:
        return None
    degrees = float(match[1]) + float(match[2] or 0) / 60 + float(match[3] or 0) / 3600
    if not math.isfinite(degrees) or degrees > largest:
        return None
    return -degrees if match[4].upper() in "SW" else degrees
