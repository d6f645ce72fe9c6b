"""Where in the text of an XMP file its lists of keywords lie, so that they can be changed and nothing else is.

Offsets are in bytes of UTF-8 text. The parser is expat, which tells them; a document type (where entities could be
declared) is refused.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CONTAINERS = {f"{RDF} Bag", f"{RDF} Seq", f"{RDF} Alt"}


class LayoutError(ValueError):
    """The text is no XMP, or has keywords in a form that cannot be changed safely; the message says which."""


@dataclass(slots=True)
class Item:
    """One `rdf:li`: its place and its text."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class ListProperty:
    """A property whose value is a list: `<p:property><rdf:Bag>…</rdf:Bag></p:property>`."""

    start: int
    end: int = 0
    container: str = ""
    """The container's name as it is written, "rdf:Bag"; empty when there is none."""
    inside: tuple[int, int] = (0, 0)
    """From the end of the container's start tag to the start of its end tag."""
    closed: bool = False
    """True for `<rdf:Bag/>`: then `inside` is the whole tag."""
    items: list[Item] = field(default_factory=list[Item])
    has_text: bool = False


@dataclass(slots=True)
class Layout:
    """The parts of an XMP file that matter. `lists` by property, "namespace name"."""

    lists: dict[str, list[ListProperty]]
    rdf: str = ""
    """The name of the `rdf:RDF` element as it is written."""
    rdf_end: int = -1
    """Where its end tag starts; -1 when it has none."""
    about: str = ""


@dataclass(slots=True)
class _Tag:
    """An element that is open now."""

    name: str
    start: int
    after: int
    """Where its start tag ends."""
    empty: bool


class LayoutReader:
    """Reads one packet, bytes of UTF-8 text that begin and end with an XML tag."""

    def __init__(self, packet: bytes, properties: frozenset[str]) -> None:
        self._packet = packet
        self._layout = Layout({name: [] for name in properties})
        self._open: list[_Tag] = []
        self._text: list[str] = []
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse

    def read(self) -> Layout:
        """Return the layout. Raises LayoutError."""
        try:
            self._parser.Parse(self._packet, True)
        except expat.ExpatError as error:
            raise LayoutError("it is not well-formed XML") from error
        if not self._layout.rdf or self._layout.rdf_end < 0:
            raise LayoutError("it is no XMP file")
        return self._layout

    def _refuse(self, *_: object) -> None:
        raise LayoutError("it has a document type, which no XMP file has")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        after = _tag_end(self._packet, start)
        self._open.append(_Tag(name, start, after, self._packet[after - 2 : after] == b"/>"))
        layout, depth = self._layout, len(self._open)
        if name == f"{RDF} RDF" and not layout.rdf:
            layout.rdf = self._written(start)
        elif name == f"{RDF} Description" and self._inside("RDF", depth - 2):
            if not any(layout.lists.values()):
                layout.about = attributes.get(f"{RDF} about", layout.about)
            if attributes.keys() & layout.lists.keys():
                raise LayoutError("its keywords are in a form that clipdesk does not change")
        elif name in layout.lists and self._inside("Description", depth - 2) and self._inside("RDF", depth - 3):
            layout.lists[name].append(ListProperty(start))
        elif name in _CONTAINERS and (within := self._list(depth - 2)) is not None and not within.container:
            within.container = self._written(start)
            within.closed = self._open[-1].empty
            within.inside = (start, after) if within.closed else (after, after)
        self._text.clear()

    def _end(self, name: str) -> None:
        here = self._parser.CurrentByteIndex
        tag = self._open.pop()
        end = tag.after if tag.empty else self._packet.index(b">", here) + 1
        depth = len(self._open)
        if name == f"{RDF} RDF" and self._layout.rdf_end < 0 and not tag.empty:
            self._layout.rdf_end = here
        elif name in self._layout.lists and self._inside("Description", depth - 1) and self._inside("RDF", depth - 2):
            self._layout.lists[name][-1].end = end
        elif name in _CONTAINERS and (within := self._list(depth - 1)) is not None and not tag.empty:
            within.inside = (within.inside[0], here)
        elif name == f"{RDF} li" and (within := self._list(depth - 2)) is not None:
            within.items.append(Item(tag.start, end, "".join(self._text)))
        self._text.clear()

    def _characters(self, text: str) -> None:
        self._text.append(text)
        within = self._list(len(self._open) - 1)
        if within is not None and text.strip():
            within.has_text = True

    def _inside(self, name: str, place: int) -> bool:
        return place >= 0 and self._open[place].name == f"{RDF} {name}"

    def _list(self, place: int) -> ListProperty | None:
        """The list property that is open at `place` of the stack."""
        if place < 2 or not self._inside("Description", place - 1) or not self._inside("RDF", place - 2):
            return None
        found = self._layout.lists.get(self._open[place].name)
        return found[-1] if found else None

    def _written(self, start: int) -> str:
        text = self._packet[start + 1 : start + 200].decode("utf-8", "ignore")
        return text.replace("/", " ").replace(">", " ").split()[0]


def _tag_end(packet: bytes, start: int) -> int:
    """Where the tag that starts at `start` ends: its ">" outside quotes."""
    quote = 0
    for place in range(start, len(packet)):
        letter = packet[place]
        if quote:
            if letter == quote:
                quote = 0
        elif letter in b"\"'":
            quote = letter
        elif letter == ord(">"):
            return place + 1
    raise LayoutError("it is not well-formed XML")
