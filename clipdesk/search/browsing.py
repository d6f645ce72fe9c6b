"""The whole library, or the best of it, in the order that somebody wants to look at it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clipdesk.catalog.catalog import Catalog
from clipdesk.catalog.listing import PhotoColumns
from clipdesk.core.entities import Ids
from clipdesk.core.query import Query, parse
from clipdesk.core.ranking import Floats
from clipdesk.core.window_messages import Grouping, Order, ResultGroup
from clipdesk.search.engine import Ranking, SearchEngine

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Browsed:
    """Photos in order, as columns of length n; see `core.window_messages.BrowseReply`."""

    photo_ids: Ids
    similarities: Floats | None
    textness: Floats
    good: npt.NDArray[np.bool_]
    sigma: float | None = None
    groups: tuple[ResultGroup, ...] = ()
    notes: tuple[str, ...] = ()


def browse(
    catalog: Catalog,
    engine: Callable[[], SearchEngine],
    text: str,
    *,
    limit: int,
    textness: float = 0.0,
    order: Order = "relevance",
    group: Grouping = "none",
) -> Browsed:
    """Answer a query, all photos when it is empty, in `order`. Raises `QuerySyntaxError`, `UserError`.

    `engine` is called only for a query with terms: listing a library needs neither its vectors nor a model.
    """
    query = parse(text) if text.strip() else Query()
    columns = catalog.listing.columns()
    if not len(columns.photo_ids):
        return _listed(columns, np.zeros(0, np.intp))
    if not query.terms:
        chosen = _passing(catalog, columns, query)
        rows = chosen[_places(columns, chosen, order, group)]
        return _listed(columns, rows, _groups(columns, rows, group))
    ranking = engine().rank(query, limit, textness)
    # What was deleted in this very moment is not listed.
    here = np.isin(ranking.photo_ids, columns.photo_ids)
    chosen, good = columns.rows_of(ranking.photo_ids), ranking.good[here]
    if order == "relevance" and group == "none":
        return _ranked(ranking, np.flatnonzero(here), ())
    # By date or name, what hardly matches would bury what does: it comes after, the best of it first.
    places = np.flatnonzero(good)
    places = places[_places(columns, chosen[places], order, group)]
    groups = _groups(columns, chosen[places], group)
    if group != "none" and not good.all():
        groups += (ResultGroup("", len(places)),)
    return _ranked(ranking, np.flatnonzero(here)[np.concatenate([places, np.flatnonzero(~good)])], groups)


def _listed(columns: PhotoColumns, rows: Rows, groups: tuple[ResultGroup, ...] = ()) -> Browsed:
    unknown = np.full(len(rows), np.nan, np.float32)
    return Browsed(columns.photo_ids[rows], None, unknown, np.ones(len(rows), np.bool_), None, groups)


def _ranked(ranking: Ranking, rows: Rows, groups: tuple[ResultGroup, ...]) -> Browsed:
    return Browsed(
        ranking.photo_ids[rows],
        ranking.similarities[rows],
        ranking.textness[rows],
        ranking.good[rows],
        ranking.sigma,
        groups,
        ranking.notes,
    )


def _passing(catalog: Catalog, columns: PhotoColumns, query: Query) -> Rows:
    """The rows that the filters let through, newest first."""
    if not query.filters:
        return np.arange(len(columns.photo_ids))
    return np.sort(columns.rows_of(catalog.photos.passing(query.filters)))


def _places(columns: PhotoColumns, rows: Rows, order: Order, group: Grouping) -> Rows:
    """How to re-order `rows`, which come as "relevance" wants them. Rows grow from the newest to the oldest."""
    keys: list[npt.NDArray[np.int64]] = []
    if order == "name":
        keys.append(columns.names[rows])
    elif order == "oldest":
        keys.append(-rows.astype(np.int64))
    elif order == "newest" or group == "day":
        keys.append(rows.astype(np.int64))
    if group == "day" and order == "name":
        keys.append(_day_numbers(columns, rows))
    if group == "folder":
        keys.append(columns.folders[rows])
    if not keys:
        return np.arange(len(rows))
    return np.lexsort((np.arange(len(rows)), *keys)) if len(rows) else rows


def _day_numbers(columns: PhotoColumns, rows: Rows) -> npt.NDArray[np.int64]:
    """A number for each row's day, the newest day first."""
    _, numbers = np.unique(columns.days[rows], return_inverse=True)
    return -numbers.astype(np.int64)


def _groups(columns: PhotoColumns, rows: Rows, group: Grouping) -> tuple[ResultGroup, ...]:
    if group == "none" or not len(rows):
        return ()
    values = columns.days[rows] if group == "day" else columns.folders[rows]
    starts = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist()]
    labels = _labels(columns, rows[starts], group)
    return tuple(ResultGroup(label, start) for label, start in zip(labels, starts, strict=True))


def _labels(columns: PhotoColumns, rows: Rows, group: Grouping) -> list[str]:
    if group == "day":
        return [day.decode() for day in columns.days[rows].tolist()]
    return [columns.folder_paths[number] if number >= 0 else "" for number in columns.folders[rows].tolist()]
