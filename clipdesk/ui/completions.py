"""What a query can be completed with at the cursor: filters, their values in this library, recent queries."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication

from clipdesk.core.query import HAS_VALUES, IS_VALUES, FilterKind
from clipdesk.core.query_parts import readable
from clipdesk.core.query_writing import quoted
from clipdesk.core.window_messages import CompletionsReply

translate = QCoreApplication.translate
_MOST = 8
_VALUE = re.compile(
    rf"(?:^|(?<=\s))[-－−]?(?P<kind>{'|'.join(FilterKind)})[:：]"
    r"(?P<value>[\"“„«][^\"“”„«»]*|[^\s\"“”„«»]*)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?:^|(?<=\s))[-－−]?(?P<word>[^\s\"“”„«»:+]*)$")
_REST = re.compile(r"[^\s\"“”„«»]*[\"”»]?")
_SYMBOLS = {
    FilterKind.IN: "folder",
    FilterKind.CAMERA: "camera",
    FilterKind.DATE: "calendar",
    FilterKind.RATING: "star",
    FilterKind.TAG: "tag",
}


@dataclass(frozen=True, slots=True)
class Completion:
    """One suggestion: what is shown, and what the query is then."""

    shown: str
    detail: str
    symbol: str
    text: str
    """The whole query with the completion in it."""
    cursor: int
    """Where the cursor stands in it."""
    whole: bool = False
    """Whether it takes the place of the query's pictures as well."""
    more: bool = False
    """Whether there is more to complete right there: a filter's name before its value."""


@dataclass(frozen=True, slots=True)
class Known:
    """What completions are made of."""

    values: CompletionsReply = field(default_factory=lambda: CompletionsReply(0))
    recent: tuple[str, ...] = ()


def completions(text: str, cursor: int, known: Known, *, everything: bool = False) -> list[Completion]:
    """Return the suggestions at the cursor, best first. `everything`: asked for by the user, so guess more freely."""
    before, after = text[:cursor], text[cursor:]
    if found := _VALUE.search(before):
        kind = FilterKind(found["kind"].lower())
        start, rest = found.start("value"), _REST.match(after)
        tail = after[rest.end() if rest else 0 :]
        typed = found["value"].lstrip('"“„«')
        if found["value"] == typed and any(letter.isspace() for letter in typed):
            return []  # what comes after an unquoted value is another word
        values = _matching(_values(kind, known.values), typed)
        return [_with_value(before[:start], value, tail, kind) for value in values if value != typed][:_MOST]
    return list(_of_words(before, after, known, everything))[:_MOST]


def _of_words(before: str, after: str, known: Known, everything: bool) -> Iterator[Completion]:
    whole = (before + after).strip()
    if whole or everything:
        folded = whole.casefold()
        fitting = [one for one in known.recent if one.casefold().startswith(folded) and one != whole]
        for query in fitting[:4]:
            yield Completion(
                readable(query), translate("Completions", "recent search"), "recent", query, len(query), whole=True
            )
    found = _WORD.search(before)
    if found is None or after[:1].strip():
        return
    word, start = found["word"].casefold(), found.start("word")
    if len(word) >= 2:
        for kind, values, most in (
            (FilterKind.TAG, known.values.tags, 2),
            (FilterKind.IN, known.values.folders, 2),
            (FilterKind.CAMERA, known.values.cameras, 1),
        ):
            for value in _matching(values, word)[:most]:
                yield _with_value(f"{before[:start]}{kind}:", value, after, kind, detail=f"{kind}:")
    if len(word) >= 2 or (everything and not word):
        for kind, detail in _filters():
            if kind.startswith(word):
                head = f"{before[:start]}{kind}:"
                yield Completion(f"{kind}:", detail, _SYMBOLS.get(kind, "more"), head + after, len(head), more=True)


def _with_value(head: str, value: str, tail: str, kind: FilterKind, detail: str = "") -> Completion:
    head = f"{head}{quoted(value)} "
    return Completion(value, detail, _SYMBOLS.get(kind, "more"), head + tail.lstrip(), len(head))


def _matching(values: Iterable[str], typed: str) -> list[str]:
    """Values that begin with what was typed, then those of which a word or a folder does, each in their order."""
    typed = typed.casefold()
    if not typed:
        return list(values)
    inside = re.compile(rf"[\s/\\_-]{re.escape(typed)}")
    begin: list[str] = []
    within: list[str] = []
    for value in values:
        folded = value.casefold()
        if folded.startswith(typed):
            begin.append(value)
        elif inside.search(folded):
            within.append(value)
    return begin + within


def _values(kind: FilterKind, values: CompletionsReply) -> Sequence[str]:
    known: dict[FilterKind, Sequence[str]] = {
        FilterKind.IN: values.folders,
        FilterKind.CAMERA: values.cameras,
        FilterKind.TAG: values.tags,
        FilterKind.TYPE: values.types,
        FilterKind.DATE: values.dates,
        FilterKind.RATING: (">=4", "5", "4", "3", "2", "1", "0"),
        FilterKind.HAS: HAS_VALUES,
        FilterKind.IS: IS_VALUES,
    }
    return known.get(kind, ())


def _filters() -> tuple[tuple[FilterKind, str], ...]:
    return (
        (FilterKind.IN, translate("Completions", "a folder, or a part of its path")),
        (FilterKind.DATE, translate("Completions", "a year, a month, a day, or from..to")),
        (FilterKind.TAG, translate("Completions", "a tag or keyword")),
        (FilterKind.CAMERA, translate("Completions", "a camera or lens")),
        (FilterKind.TYPE, translate("Completions", "a kind of file")),
        (FilterKind.NAME, translate("Completions", "a part of the file's name")),
        (FilterKind.RATING, translate("Completions", "stars, such as 5 or >=4")),
        (FilterKind.HAS, translate("Completions", "what a photo knows of itself")),
        (FilterKind.IS, translate("Completions", "duplicates, shapes and states")),
    )
