"""From a `Query` back to text: what chips, drops and completions change is written in the query language."""

from collections.abc import Iterable
from pathlib import Path

from clipdesk.core.query_types import Filter, Query, Term

_QUOTES = (('"', '"', '"'), ("“", "”", '”"'), ("«", "»", "»"), ("„", "”", '“”"'), ("＂", "＂", "＂"))
"""Opening quote, closing quote, and what must not stand between them."""


def quoted(value: str) -> str:
    """Return `value` so that it is read as one piece: in quotes that it does not hold itself, where it needs some."""
    if value and not any(letter.isspace() for letter in value) and not value.startswith(tuple(q[0] for q in _QUOTES)):
        return value
    for opening, closing, forbidden in _QUOTES:
        if not any(letter in value for letter in forbidden):
            return f"{opening}{value}{closing}"
    return f'"{value.replace(chr(34), " ")}"'


def picture_term(path: Path, *, negative: bool = False) -> Term:
    """Return a picture as a term. `path` is absolute."""
    return Term(-1.0 if negative else 1.0, picture=path, source=quoted(str(path)))


def pictures_query(paths: Iterable[Path]) -> str:
    """Return the query for photos like these pictures (absolute paths)."""
    return write(Query(tuple(picture_term(path) for path in paths)))


def write(query: Query) -> str:
    """Return text that reads as the same terms and filters: the terms with their signs, then the filters."""
    written: list[str] = []
    for term in query.terms:
        sign = "-" if term.weight < 0 else "+"
        if sign == "-" or written:
            written.append(sign)
        weight = abs(term.weight)
        written.append(term.source if weight == 1 else f"{weight:g}:{term.source}")
    written.extend(_filter(one) for one in query.filters)
    return " ".join(written)


def _filter(one: Filter) -> str:
    return f"-{one.source}" if one.negated else one.source
