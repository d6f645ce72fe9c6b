r"""The query language: from what a user types to a `Query`.

    kids in a pool              words; words in a row are one term
    "a well + a bucket"         a quoted phrase: signs and colons in it mean nothing
    dog + snow - water          terms are added and subtracted; `dog -water` and `dog -"deep water"` are the same
    2:dog + 0.5:snow            a weight, directly before its term
    ./cat.jpg + snow            a picture: a term that starts with `/`, `./`, `../`, `~/` or a drive letter (`C:\`);
    "~/my photos/cat.jpg"       in quotes when the path has spaces
    dog in:"beach trip" date:2019-06..2019-08 -type:raw
                                filters, anywhere in the query; `-` directly before one turns it round

A sign counts only at the start of a word, so "well-known" and "t-shirt" are words; a sign must be followed by a term.
A quoted phrase beside words joins them: quotes keep signs from being read, they do not split a term. A picture is
always a term of its own. A weight or a sign begins a new term. "16:9" and "10:30" are words: what follows a weight
does not start with a digit. A word with a colon that is no filter ("quote:", "http://...") is plain text. Typographic
quotes and every kind of space (the wide one of Japanese too) are understood.
"""

import os
import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path

from clipdesk.core.errors import QuerySyntaxError
from clipdesk.core.query_types import HAS_VALUES, IS_VALUES, Filter, FilterKind, Query, Term
from clipdesk.core.query_values import read_date, read_rating

__all__ = [
    "HAS_VALUES",
    "HELP",
    "IS_VALUES",
    "Filter",
    "FilterKind",
    "Query",
    "Term",
    "caret_line",
    "parse",
]

_IMPOSSIBLE = re.compile("[\0\ud800-\udc7f\udd00-\udfff]")
_UNDECODED = re.compile("[\udc80-\udcff]")
"""Bytes that are not UTF-8 as Python has them (PEP 383): names of files hold them, nothing else does."""
_OF_PATHS = frozenset((FilterKind.IN, FilterKind.NAME))

HELP = f"""\
The query language

  kids in a pool                 words; words in a row are one term
  "rock + roll"                  a quoted phrase: signs and colons in it mean nothing
  dog + snow - water             add what photos should show, subtract what they should not
  2:dog + 0.5:snow               weights, directly before a term
  ./cat.jpg + snow               a picture as a term: starts with /, ./, ../, ~/ or a drive letter
  "~/my photos/cat.jpg"          quoted when its path has spaces

Filters, anywhere in a query; a filter alone lists by date, newest first; -in:work leaves out. Filters of one kind
are alternatives (in:2018 in:2019), filters of different kinds must all hold.

  in:garden  in:"2019/beach trip"     below a folder: its name, a part of its path, or an absolute path
  name:IMG_12  name:*.png             part of a file's name, or a pattern for the whole of it
  type:raw  type:jpeg                 kind of file
  camera:nikon                        camera or lens
  date:2019  date:2019-06-12          when it was taken: a year, a month or a day
  date:2019-06..2019-08  date:2019..  from .. to, open at either end
                                      (a photo that does not know its date, which has:date leaves out, goes by when its
                                      file was last changed)
  rating:4  rating:>=4  rating:3..5   stars
  tag:beach                           tags and the file's own keywords
  has:gps                             also {", ".join(f"has:{value}" for value in HAS_VALUES[1:])}
  is:duplicate                        also {", ".join(f"is:{value}" for value in IS_VALUES[1:])}"""

_CLOSERS = {'"': '"', "＂": "＂", "“": '”"', "„": '“”"', "«": "»"}
_PLUS, _MINUS = "+＋", "-－−"
_WEIGHT = re.compile(r"(\d*[.,]?\d+(?:e[+-]?\d+)?|nan|inf)[:：](?![\s\d])", re.ASCII | re.IGNORECASE)
_FILTER = re.compile(rf"({'|'.join(kind.value for kind in FilterKind)}):", re.ASCII | re.IGNORECASE)
_PICTURE = re.compile(r"(?:/|\.{1,2}[/\\]|~[^\s/\\]*[/\\]|[a-z]:[/\\]|\\\\)\S", re.IGNORECASE)
_HEAVIEST = 1000.0


def parse(text: str) -> Query:
    """Read a query. Raises `QuerySyntaxError`, which points at the first wrong character."""
    if not text.strip():
        raise QuerySyntaxError("The query is empty", text, 0, "Type what the photo shows, such as: kids in a pool")
    return _Parser(text).parse()


def caret_line(error: QuerySyntaxError) -> str:
    """Two lines for a terminal: the query (its part around the error when it is long), and a caret below the place."""
    start = max(0, min(error.position - 40, len(error.text) - 76))
    shown = "".join(
        letter if letter.isprintable() else " " for letter in error.text[start : start + 76].replace("\t", " ")
    )
    before = shown[: error.position - start]
    cells = sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in before
    )
    return f"  {shown}\n  {' ' * cells}^"


@dataclass
class _Words:
    """A term of words that is being collected."""

    weight: float = 1.0
    parts: list[str] = field(default_factory=list[str])
    sources: list[str] = field(default_factory=list[str])

    def term(self) -> Term:
        return Term(self.weight, " ".join(self.parts), source=" ".join(self.sources))


class _Parser:
    """Reads one query from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._terms: list[Term | _Words] = []
        self._filters: list[Filter] = []
        self._open: _Words | None = None

    def parse(self) -> Query:
        if found := _IMPOSSIBLE.search(self._text):
            raise self._error("This character is in no text and in no name of a file", found.start(), "Leave it out")
        while self._skip_spaces():
            self._element()
        terms = [term if isinstance(term, Term) else term.term() for term in self._terms]
        return Query(tuple(terms), tuple(self._filters), self._text)

    def _element(self) -> None:
        """Read one word, phrase, picture or filter, with the sign and the weight before it."""
        begin = self._at
        sign = self._sign()
        weight_at = self._at
        weight = self._weight()
        if self._at >= len(self._text):
            raise self._error("A term must follow here", self._at)
        if found := _FILTER.match(self._text, self._at):
            if weight is not None:
                raise self._error("A filter has no weight", weight_at)
            self._filter(found, negated=sign == -1)
            return
        new = sign is not None or weight is not None
        factor = (sign or 1) * (1.0 if weight is None else weight)
        quoted = self._text[self._at] in _CLOSERS
        at = self._at
        word = self._quoted() if quoted else self._bare()
        source = self._text[at : self._at]
        if self._is_picture(word, quoted=quoted):
            picture = Path(os.path.expanduser(word))  # noqa: PTH111 (never raises)
            self._terms.append(Term(factor, picture=picture, source=source))
            self._open = None
            return
        if not word.strip():
            raise self._error("There is nothing between these quotes", at if quoted else begin)
        if new or self._open is None:
            self._open = _Words(factor)
            self._terms.append(self._open)
        self._open.parts.extend(word.split())
        self._open.sources.append(source)

    def _sign(self) -> int | None:
        """Read a sign, with the spaces after it; None when there is none."""
        letter = self._text[self._at]
        if letter not in _PLUS + _MINUS:
            return None
        place = self._at
        self._at += 1
        if not self._skip_spaces():
            raise self._error(f"A term must follow the {letter}", place)
        if self._text[self._at] in _PLUS + _MINUS:
            raise self._error("Two signs in a row", self._at, "Put text with signs of its own in quotes")
        return 1 if letter in _PLUS else -1

    def _weight(self) -> float | None:
        found = _WEIGHT.match(self._text, self._at)
        if not found:
            return None
        value = float(found[1].replace(",", "."))
        if not 0 < value <= _HEAVIEST:
            raise self._error(f"A weight is above 0 and at most {_HEAVIEST:g}", self._at)
        self._at = found.end()
        if self._text[self._at : self._at + 1] in tuple(_PLUS + _MINUS):
            raise self._error("The sign goes before the weight", self._at, "As in: dog - 2:snow")
        return value

    def _filter(self, found: re.Match[str], *, negated: bool) -> None:
        kind = FilterKind(found[1].lower())
        self._at = found.end()
        at = self._at
        if at >= len(self._text) or self._text[at].isspace():
            raise self._error(f"{found[1]}: needs a value right after the colon", found.start(), _AS_WORD)
        value = (self._quoted() if self._text[at] in _CLOSERS else self._until_space()).strip()
        if not value:
            raise self._error(f"{found[1]}: needs a value", at)
        try:
            read = _read_filter(kind, value if kind in _OF_PATHS else _UNDECODED.sub("�", value), negated=negated)
        except ValueError as error:
            raise self._error(str(error), at) from None
        self._filters.append(replace(read, source=self._text[found.start() : self._at]))

    def _bare(self) -> str:
        """Read to the next space; a quote inside a word begins a phrase, except in a path."""
        if _PICTURE.match(self._text, self._at):
            return self._until_space()
        start = self._at
        while (
            self._at < len(self._text) and not self._text[self._at].isspace() and self._text[self._at] not in _CLOSERS
        ):
            self._at += 1
        return self._text[start : self._at]

    def _until_space(self) -> str:
        start = self._at
        while self._at < len(self._text) and not self._text[self._at].isspace():
            self._at += 1
        return self._text[start : self._at]

    def _quoted(self) -> str:
        opened = self._at
        closers = _CLOSERS[self._text[opened]]
        end = min((place for one in closers if (place := self._text.find(one, opened + 1)) >= 0), default=-1)
        if end < 0:
            raise self._error("This quote is never closed", opened, "Close it, or leave it out")
        self._at = end + 1
        return self._text[opened + 1 : end]

    def _is_picture(self, word: str, *, quoted: bool) -> bool:
        return _PICTURE.match(word) is not None or (quoted and word.startswith("~"))

    def _skip_spaces(self) -> bool:
        """Go to the next character that is no space; False at the end."""
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._at < len(self._text)

    def _error(self, message: str, position: int, hint: str = "") -> QuerySyntaxError:
        return QuerySyntaxError(message, self._text, position, hint)


_AS_WORD = "To search for the word itself, put it in quotes"


def _read_filter(kind: FilterKind, value: str, *, negated: bool) -> Filter:
    """Raise ValueError with a message for the user when `value` is none that `kind` can have."""
    if kind is FilterKind.DATE:
        since, until = read_date(value)
        return Filter(kind, value, negated, since=since, until=until)
    if kind is FilterKind.RATING:
        low, high = read_rating(value)
        return Filter(kind, value, negated, low=low, high=high)
    choices = {FilterKind.HAS: HAS_VALUES, FilterKind.IS: IS_VALUES}.get(kind)
    if choices and value.casefold() not in choices:
        raise ValueError(f"{kind.value}: knows {', '.join(choices)}, not {value!r}")
    return Filter(kind, value, negated)
