"""A query as the search bar shows it: its pictures apart, and the rest as a line of text that can be edited."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from clipdesk.core.errors import QuerySyntaxError
from clipdesk.core.query import parse
from clipdesk.core.query_types import Query, Term
from clipdesk.core.query_writing import picture_term, write


@dataclass(frozen=True, slots=True)
class QueryParts:
    """Pictures come first in the query; `line` is what stays to be typed, and may have mistakes."""

    pictures: tuple[Term, ...] = ()
    line: str = ""

    @classmethod
    def of(cls, text: str) -> "QueryParts":
        """Take a query apart; text with mistakes, or without pictures, is the line as it is."""
        try:
            query = parse(text) if text.strip() else Query()
        except QuerySyntaxError:
            return cls(line=text)
        return cls(line=text) if all(term.picture is None for term in query.terms) else _of(query)

    def query(self) -> Query:
        """Return what it means: pictures, other terms, filters. Raises QuerySyntaxError, which points into the line."""
        rest = parse(self.line) if self.line.strip() else Query()
        return Query(self.pictures + rest.terms, rest.filters)

    def text(self) -> str:
        """Return the whole query as text; with the mistakes that the line has."""
        if not self.pictures:
            return self.line.strip()
        try:
            return write(self.query())
        except QuerySyntaxError:
            return f"{write(Query(self.pictures))} {self.line.strip()}"

    def turned(self, position: int) -> "QueryParts":
        """Turn term or filter `position` round, as `query` counts them: wanted or left out."""
        query = self.query()
        terms, filters = list(query.terms), list(query.filters)
        if position < len(terms):
            terms[position] = replace(terms[position], weight=-terms[position].weight)
        else:
            one = filters[position - len(terms)]
            filters[position - len(terms)] = replace(one, negated=not one.negated)
        return _of(Query(tuple(terms), tuple(filters)))

    def without(self, position: int) -> "QueryParts":
        """Leave term or filter `position` out, as `query` counts them; a picture even of a line with mistakes."""
        if position < len(self.pictures):
            return replace(self, pictures=self.pictures[:position] + self.pictures[position + 1 :])
        query = self.query()
        terms, filters = list(query.terms), list(query.filters)
        if position < len(terms):
            del terms[position]
        else:
            del filters[position - len(terms)]
        return _of(Query(tuple(terms), tuple(filters)))

    def with_pictures(self, paths: Iterable[Path], *, negative: bool) -> "QueryParts":
        """Add pictures (absolute paths); one that is there already only gets this sign."""
        pictures = {term.picture: term for term in self.pictures}
        for path in paths:
            pictures[path] = picture_term(path, negative=negative)
        return replace(self, pictures=tuple(pictures.values()))

    def with_words(self, words: str, *, negative: bool) -> "QueryParts":
        """Add words as one term of their own, whatever signs are in them."""
        term = _as_term(" ".join(words.split()).replace('"', "'"))
        before = self.line.strip()
        sign = "- " if negative else "+ " if before else ""
        return replace(self, line=f"{before} {sign}{term}".strip())


def _as_term(words: str) -> str:
    """Return words so that they are read as one term of words: in quotes where something in them has a meaning."""
    plain = Term(1.0, words)
    try:
        return words if parse(words) == Query((plain,), text=words) else f'"{words}"'
    except QuerySyntaxError:
        return f'"{words}"'


def readable(text: str) -> str:
    """Return a query as it is shown in lists: pictures by their file names; text with mistakes as it is."""
    try:
        query = parse(text)
    except QuerySyntaxError:
        return text
    if all(term.picture is None for term in query.terms):
        return text
    terms = (term if term.picture is None else replace(term, source=term.picture.name) for term in query.terms)
    return write(replace(query, terms=tuple(terms)))


def _of(query: Query) -> QueryParts:
    pictures = tuple(term for term in query.terms if term.picture is not None)
    words = tuple(term for term in query.terms if term.picture is None)
    return QueryParts(pictures, write(Query(words, query.filters)))
