"""Writes tags into XMP sidecars, never into a photo.

A sidecar that is there keeps every byte but those of its keywords: `dc:subject`, and `lr:hierarchicalSubject` where it
has one. What clipdesk added is remembered in the file (`clipdesk:Tags`), so that only that is ever taken away again. A
file is written whole under another name first and then takes the place of the old one; one that is no XMP, or that
cannot be changed safely, is left as it is.
"""

import hashlib
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from clipdesk.core.errors import UserError
from clipdesk.indexing.limits import MAX_KEYWORD_LENGTH, MAX_XMP_BYTES
from clipdesk.indexing.sidecar_layout import RDF, Layout, LayoutError, LayoutReader, ListProperty
from clipdesk.indexing.sidecars import SUFFIX, find
from clipdesk.indexing.text_fields import clean

_DC = "http://purl.org/dc/elements/1.1/"
_OURS = "urn:clipdesk:1.0/"
_SUBJECT = f"{_DC} subject"
_HIERARCHY = "http://ns.adobe.com/lightroom/1.0/ hierarchicalSubject"
_ADDED = f"{_OURS} Tags"
_EMPTY = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    f' <rdf:RDF xmlns:rdf="{RDF}">\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>\n'
).encode()
_Edit = tuple[int, int, bytes]
_Seen = tuple[int, int]


class SidecarError(UserError):
    """A sidecar could not be written and is as it was; `message` says why."""


def write_tags(photo: Path, tags: Sequence[str]) -> bool:
    """Make the sidecar of `photo` hold `tags`, as keywords; True when a file was written.

    A photo without a sidecar gets `photo.jpg.xmp`, unless there are no tags. Raises SidecarError.
    """
    found = find(photo)
    # A link stays a link: what it leads to is changed.
    file = Path(os.path.realpath(found)) if found else photo.with_name(photo.name + SUFFIX)
    if file.suffix.lower() != SUFFIX:
        raise SidecarError(f"{file.name} is no sidecar")
    try:
        for _ in range(3):
            seen = _look(file) if found else None
            before = _read(file) if found else b""
            after = merged(before or _EMPTY, tags)
            if after == (before or _EMPTY) or (not found and not tags):
                return False
            if _replace(file, after, seen, file if found else photo):
                return True
    except LayoutError as error:
        raise SidecarError(f"{file.name} was left as it is: {error}") from error
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise SidecarError(f"{file.name} cannot be written: {reason}") from error
    raise SidecarError(f"{file.name} was left as it is: another program keeps changing it")


def merged(sidecar: bytes, tags: Sequence[str]) -> bytes:
    """Return the text of a sidecar with `tags` as keywords, beside those that it has.

    Keywords that clipdesk added before and that are not among `tags` are taken away. Raises LayoutError.
    """
    start, end = sidecar.find(b"<"), sidecar.rfind(b">") + 1
    if start < 0 or not end:
        raise LayoutError("it is no XMP file")
    packet = sidecar[start:end]
    try:
        packet.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LayoutError("it is not in UTF-8") from error
    if b'encoding="' in packet[:200] and b'encoding="utf-8"' not in packet[:200].lower():
        raise LayoutError("it is not in UTF-8")
    layout = LayoutReader(packet, frozenset((_SUBJECT, _HIERARCHY, _ADDED))).read()
    for edit in sorted(_edits(layout, packet, _cleaned(tags)), reverse=True):
        packet = packet[: edit[0]] + edit[2] + packet[edit[1] :]
    return sidecar[:start] + packet + sidecar[end:]


def _cleaned(tags: Sequence[str]) -> dict[str, str]:
    named = (clean(tag, MAX_KEYWORD_LENGTH) for tag in tags)
    return {tag.casefold(): tag for tag in named if tag}


def _edits(layout: Layout, packet: bytes, wanted: dict[str, str]) -> list[_Edit]:
    ours = {text.casefold(): text for text in _texts(layout.lists[_ADDED])}
    theirs = {text.casefold() for text in _texts(layout.lists[_SUBJECT])} - ours.keys()
    away = ours.keys() - wanted.keys()
    added = {folded: tag for folded, tag in wanted.items() if folded not in theirs}
    edits: list[_Edit] = []
    missing: list[tuple[str, dict[str, str]]] = []
    for name, words in ((_SUBJECT, added), (_HIERARCHY, wanted), (_ADDED, added)):
        lists = layout.lists[name]
        for one in lists:
            edits += _without(one, packet, away)
        held = {_leaf(text).casefold() for text in _texts(lists)}
        new = {folded: tag for folded, tag in words.items() if folded not in held}
        if new and lists:
            edits.append(_with(lists[0], packet, list(new.values())))
        elif new and name != _HIERARCHY:
            missing.append((name, new))
    if missing:
        edits.append(_description(layout, packet, missing))
    return edits


def _texts(lists: Sequence[ListProperty]) -> list[str]:
    return [item.text for one in lists for item in one.items]


def _leaf(keyword: str) -> str:
    """The last level of "places|Japan|Kyoto"."""
    return keyword.rpartition("|")[2]


def _without(one: ListProperty, packet: bytes, away: set[str]) -> list[_Edit]:
    """Cut items out, each with the blank space before it."""
    cut: list[_Edit] = []
    for item in one.items:
        if item.text.casefold() in away:
            blank = packet[: item.start]
            cut.append((len(blank.rstrip()), item.end, b""))
    return cut


def _with(one: ListProperty, packet: bytes, tags: Sequence[str]) -> _Edit:
    """Add items behind the last one."""
    if not one.container:
        if one.has_text:
            raise LayoutError("its keywords are in a form that clipdesk does not change")
        raise LayoutError("its list of keywords is empty in a form that clipdesk does not change")
    prefix = one.container.rpartition(":")[0]
    li = f"{prefix}:li" if prefix else "li"
    blank = b"\n     "
    if one.items:
        first = packet[: one.items[0].start]
        blank = first[len(first.rstrip()) :]
    items = b"".join(blank + f"<{li}>{escape(tag)}</{li}>".encode() for tag in tags)
    if one.closed:
        name = one.container
        start, end = one.inside
        return start, end, f"<{name}>".encode() + items + f"\n    </{name}>".encode()
    place = one.items[-1].end if one.items else one.inside[0]
    return place, place, items


def _description(layout: Layout, packet: bytes, missing: Sequence[tuple[str, dict[str, str]]]) -> _Edit:
    """A description of its own for lists that the file does not have, at its end."""
    prefix = layout.rdf.rpartition(":")[0]
    own = "" if prefix else f'\n    xmlns:rdf="{RDF}"'
    rdf = prefix or "rdf"
    names = {_SUBJECT: ("dc:subject", f'xmlns:dc="{_DC}"'), _ADDED: ("clipdesk:Tags", f'xmlns:clipdesk="{_OURS}"')}
    spaces = "".join(f"\n    {names[name][1]}" for name, _ in missing)
    text = f"  <{rdf}:Description {rdf}:about={quoteattr(layout.about)}{own}{spaces}>\n"
    for name, tags in missing:
        items = "".join(f"     <{rdf}:li>{escape(tag)}</{rdf}:li>\n" for tag in tags.values())
        text += f"   <{names[name][0]}>\n    <{rdf}:Bag>\n{items}    </{rdf}:Bag>\n   </{names[name][0]}>\n"
    text += f"  </{rdf}:Description>\n"
    before = packet[: layout.rdf_end]
    line = before[len(before.rstrip(b" \t")) :]
    place = layout.rdf_end - len(line)
    return place, place, (b"" if before.rstrip(b" \t").endswith(b"\n") else b"\n") + text.encode()


# ---- files ----


def _look(file: Path) -> _Seen:
    status = file.stat()
    return status.st_size, status.st_mtime_ns


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise LayoutError("it is not a regular file")
    if not os.access(file, os.W_OK):
        raise LayoutError("it is protected against writing")
    if file.stat().st_size > MAX_XMP_BYTES:
        raise LayoutError("it is too large for a sidecar")
    return file.read_bytes()


def _replace(file: Path, content: bytes, seen: _Seen | None, like: Path) -> bool:
    """Put `content` in the file's place, as readable as `like`; False when somebody changed or made it meanwhile."""
    # Always the same name: what a process that died has left there is gone with the next attempt.
    part = file.with_name(f".clipdesk-{hashlib.blake2s(os.fsencode(file.name), digest_size=8).hexdigest()}.part")
    part.unlink(missing_ok=True)
    try:
        with open(part, "xb", opener=_private) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(stat.S_IMODE(like.stat().st_mode) & 0o666 | 0o600)
        now = _look(file) if file.exists() else None
        if now != seen:
            part.unlink()
            return False
        part.replace(file)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return True


def _private(path: str, flags: int) -> int:
    """Open a file that nobody else can read until it has the rights of the photo."""
    return os.open(path, flags, 0o600)
