"""The filters of a query as conditions on files and photos.

Filters of one kind are alternatives, different kinds must all hold, negated ones must not hold. `in:`, `name:` and
`type:` speak of files: one file must pass all of them. A file of the hidden RAW half of a shot counts for the shot.
"""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import PureWindowsPath
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select, true

from clipdesk.catalog.database import ids_in, raw_rows
from clipdesk.catalog.names import RAW_SUFFIXES, decode_path, encode_path, fold, suffixes_of_type
from clipdesk.catalog.schema import directories, files, folders, keywords, photos, tags
from clipdesk.core.entities import FileState, FolderState
from clipdesk.core.errors import UserError
from clipdesk.core.query import Filter, FilterKind

Condition = ColumnElement[bool]
_OF_FILES = (FilterKind.IN, FilterKind.NAME, FilterKind.TYPE)
_ESCAPE = "\x02"
_other = photos.alias("other")


def file_conditions(connection: Connection, filters: Sequence[Filter]) -> list[Condition]:
    """Return conditions on `files` for the `in:`, `name:` and `type:` filters; none when there are no such filters."""
    return _combined(
        [one for one in filters if one.kind in _OF_FILES], lambda one: _FILE_CONDITIONS[one.kind](connection, one.text)
    )


def matching(connection: Connection, filters: Sequence[Filter]) -> list[Condition]:
    """Return conditions on `photos` that together are the filters. Raises `UserError` for unknown values."""
    conditions = _combined(
        [one for one in filters if one.kind not in _OF_FILES], lambda one: _PHOTO_CONDITIONS[one.kind](connection, one)
    )
    of_files = file_conditions(connection, filters)
    if of_files:
        conditions.append(photos.c.id.in_(_shots_with(and_(*of_files))))
    return conditions


def _combined(filters: Sequence[Filter], condition: Callable[[Filter], Condition]) -> list[Condition]:
    conditions = [not_(condition(one)) for one in filters if one.negated]
    for kind in dict.fromkeys(one.kind for one in filters if not one.negated):
        conditions.append(or_(*(condition(one) for one in filters if one.kind == kind and not one.negated)))
    return conditions


def _shots_with(condition: Condition) -> Any:
    """Return the ids of photos with such an indexed file, or whose hidden RAW half has one."""
    return (
        select(func.coalesce(_other.c.pair_of, _other.c.id))
        .select_from(files.join(_other, _other.c.id == files.c.photo_id))
        .where(files.c.state == FileState.INDEXED.value, condition)
    )


# ---- files ----


def _in_folder(connection: Connection, text: str) -> Condition:
    rows = raw_rows(
        connection, select(folders.c.path, directories.c.path, directories.c.id).select_from(directories.join(folders))
    )
    fits = _folder_test(text)
    roots = {root: decode_path(root) for root in {row[0] for row in rows}}
    found = [number for root, inside, number in rows if fits(_slashed(roots[root]) + "/" + decode_path(inside))]
    return ids_in(files.c.directory_id, found)


def _folder_test(text: str) -> Callable[[str], bool]:
    """Return whether an absolute directory lies in what `in:` names: whole parts of a path, or an absolute path."""
    text = fold(_slashed(os.path.expanduser(text) if text.startswith("~") else text))  # noqa: PTH111 ("~" alone too)
    absolute = text.startswith("/") or bool(PureWindowsPath(text).drive)
    pattern = re.escape(text.strip("/")).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    if not pattern:
        return lambda directory: True
    found = re.compile(f"/?{pattern}/" if absolute else f"(?:.*/|){pattern}/", re.DOTALL)
    return lambda directory: found.match(fold(directory).rstrip("/") + "/") is not None


def _slashed(path: str) -> str:
    return path.replace("\\", "/") if os.sep == "\\" else path


def _named(_connection: Connection, text: str) -> Condition:
    folded = encode_path(fold(text))
    name = files.c.stem + files.c.suffix
    if not re.search(r"[*?]", folded):
        return name.contains(folded, autoescape=True, escape=_ESCAPE)
    plain = re.sub(f"[%_{_ESCAPE}]", lambda found: _ESCAPE + found[0], folded)
    return name.like(plain.replace("*", "%").replace("?", "_"), escape=_ESCAPE)


def _of_type(_connection: Connection, text: str) -> Condition:
    return files.c.suffix.in_(sorted(suffixes_of_type(text)))


# ---- photos ----


def _camera(connection: Connection, one: Filter) -> Condition:
    wanted = fold(one.text)

    def fitting(column: Any) -> list[str]:
        names: Iterable[str] = connection.execute(select(column).where(column.is_not(None)).distinct()).scalars()
        return [name for name in names if wanted in fold(name)]

    return or_(
        *(and_(column.is_not(None), ids_in(column, fitting(column))) for column in (photos.c.camera, photos.c.lens))
    )


def _date(_connection: Connection, one: Filter) -> Condition:
    return and_(
        true() if one.since is None else photos.c.sort_at >= one.since.isoformat(),
        true() if one.until is None else photos.c.sort_at < one.until.isoformat(),
    )


def _rating(_connection: Connection, one: Filter) -> Condition:
    # A photo without a rating has no stars; negating must find it, so the condition may not be NULL.
    stars = func.coalesce(photos.c.rating, 0)
    return and_(
        true() if one.low is None else stars >= one.low,
        true() if one.high is None else stars <= one.high,
    )


def _tag(_connection: Connection, one: Filter) -> Condition:
    folded = fold(" ".join(one.text.split()))
    accepted = select(tags.c.photo_id).where(tags.c.folded == folded, tags.c.state == "accepted")
    rejected = select(tags.c.photo_id).where(tags.c.folded == folded, tags.c.state == "rejected")
    own = select(keywords.c.photo_id).where(keywords.c.folded == folded)
    return or_(photos.c.id.in_(accepted), and_(photos.c.id.in_(own), photos.c.id.not_in(rejected)))


def _has(_connection: Connection, one: Filter) -> Condition:
    return _known(_HAS, "has", one.text)


def _is(_connection: Connection, one: Filter) -> Condition:
    return _known(_IS, "is", one.text)


def _known(conditions: dict[str, Callable[[], Condition]], kind: str, text: str) -> Condition:
    make = conditions.get(fold(text))
    if make is None:
        raise UserError(
            f"{kind}:{text} is not known", f"Known are {', '.join(f'{kind}:{name}' for name in conditions)}"
        )
    return make()


def _some_keyword() -> Condition:
    return photos.c.id.in_(select(keywords.c.photo_id))


def _some_tag() -> Condition:
    return or_(_some_keyword(), photos.c.id.in_(select(tags.c.photo_id).where(tags.c.state == "accepted")))


def _duplicate() -> Condition:
    held = select(files.c.photo_id).where(files.c.state == FileState.INDEXED.value, files.c.photo_id.is_not(None))
    return photos.c.id.in_(held.group_by(files.c.photo_id).having(func.count() > 1))


def _offline() -> Condition:
    online = (
        select(files.c.photo_id)
        .select_from(files.join(directories).join(folders))
        .where(
            files.c.state == FileState.INDEXED.value,
            files.c.photo_id.is_not(None),
            folders.c.state == FolderState.ONLINE.value,
        )
    )
    return photos.c.id.not_in(online)


def _paired() -> Condition:
    return exists().where(_other.c.pair_of == photos.c.id)


def _shape(condition: Condition) -> Condition:
    return and_(photos.c.width > 0, condition)


_FILE_CONDITIONS: dict[FilterKind, Callable[[Connection, str], Condition]] = {
    FilterKind.IN: _in_folder,
    FilterKind.NAME: _named,
    FilterKind.TYPE: _of_type,
}
_PHOTO_CONDITIONS: dict[FilterKind, Callable[[Connection, Filter], Condition]] = {
    FilterKind.CAMERA: _camera,
    FilterKind.DATE: _date,
    FilterKind.RATING: _rating,
    FilterKind.TAG: _tag,
    FilterKind.HAS: _has,
    FilterKind.IS: _is,
}
_HAS: dict[str, Callable[[], Condition]] = {
    "gps": lambda: and_(photos.c.latitude.is_not(None), photos.c.longitude.is_not(None)),
    "date": lambda: photos.c.taken_at.is_not(None),
    "camera": lambda: photos.c.camera.is_not(None),
    "lens": lambda: photos.c.lens.is_not(None),
    "rating": lambda: func.coalesce(photos.c.rating, 0) > 0,
    "tags": _some_tag,
    "keywords": _some_keyword,
    "title": lambda: photos.c.title.is_not(None),
}
_IS: dict[str, Callable[[], Condition]] = {
    "duplicate": _duplicate,
    "offline": _offline,
    "online": lambda: not_(_offline()),
    "raw": lambda: photos.c.id.in_(_shots_with(files.c.suffix.in_(sorted(RAW_SUFFIXES)))),
    "paired": _paired,
    "portrait": lambda: _shape(photos.c.height > photos.c.width),
    "landscape": lambda: _shape(photos.c.width > photos.c.height),
    "square": lambda: _shape(photos.c.width == photos.c.height),
}
