"""A picture of what two models find: the first 20 photos of both, side by side, for a handful of search terms."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from clipdesk.core.errors import UserError
from clipdesk.search.rendering import label_font
from clipdesk.training.agreement import Queries, Ranking, average_precision

_log = logging.getLogger(__name__)
MOST_QUERIES = 12
_CELL, _GAP, _MARGIN, _BETWEEN = 92, 6, 32, 40
_COLUMNS, _SHOWN = 10, 20
_HEADER, _TITLE, _AFTER = 96, 40, 30
_PAPER, _INK, _FAINT, _EMPTY, _COMMON = "#fafaf8", "#22242a", "#7a7d86", "#e8e8e4", "#2f7d4f"
_BLOCK = _COLUMNS * (_CELL + _GAP) - _GAP
_BAND = _TITLE + 2 * (_CELL + _GAP) - _GAP + _AFTER
_WIDTH = 2 * _MARGIN + 2 * _BLOCK + _BETWEEN


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The picture in the making."""

    picture: Image.Image
    pen: ImageDraw.ImageDraw

    def text(self, left: int, top: int, text: str, size: int, width: int, *, faint: bool = False) -> None:
        """Write one line, cut where it would be wider than `width` pixels."""
        face = label_font(size, bold=not faint)
        shown = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
        if face.getlength(shown) > width:
            while shown and face.getlength(shown + "…") > width:
                shown = shown[:-1]
            shown += "…"
        self.pen.text((left, top), shown, fill=_FAINT if faint else _INK, font=face)


def draw_sheet(queries: Queries, own: Ranking, other: Ranking, files: Sequence[Path], out: Path) -> int:
    """Draw the first 20 photos of both models for up to 12 queries (evenly taken) into `out`; PNG is meant.

    Photos that both models have among their first 20 are framed. Returns the number of queries drawn. Unreadable
    pictures stay grey. Raises UserError when `out` cannot be written.
    """
    chosen = _evenly(len(queries.texts), MOST_QUERIES)
    height = _MARGIN + _HEADER + len(chosen) * _BAND
    picture = Image.new("RGB", (_WIDTH, height), _PAPER)
    sheet = _Sheet(picture, ImageDraw.Draw(picture))
    right = _MARGIN + _BLOCK + _BETWEEN
    sheet.text(_MARGIN, _MARGIN, own.model, 26, _BLOCK)
    sheet.text(right, _MARGIN, other.model, 26, _BLOCK)
    remark = "the first 20 photos of each, best first, row by row; framed in green: found by both"
    sheet.text(_MARGIN, _MARGIN + 40, remark, 15, _BLOCK, faint=True)
    precision = average_precision(own.order[:, :_SHOWN], other.order[:, :_SHOWN])
    for number, query in enumerate(chosen):
        top = _MARGIN + _HEADER + number * _BAND
        mine, theirs = ([int(place) for place in ranking.order[query][:_SHOWN]] for ranking in (own, other))
        common = set(mine) & set(theirs)
        sheet.pen.line((_MARGIN, top - 14, _WIDTH - _MARGIN, top - 14), fill=_EMPTY, width=2)
        sheet.text(_MARGIN, top, f"“{queries.texts[query]}”", 20, _BLOCK)
        told = f"{len(common)} of {len(mine)} in common, AP@{len(mine)} {precision[query]:.2f}"
        sheet.text(right, top + 4, told, 15, _BLOCK, faint=True)
        _photos(sheet, (_MARGIN, top + _TITLE), mine, files, common)
        _photos(sheet, (right, top + _TITLE), theirs, files, common)
    _save(picture, out)
    return len(chosen)


def _evenly(count: int, most: int) -> list[int]:
    """At most `most` of `count` positions, spread over all of them."""
    shown = min(count, most)
    return [place * count // shown for place in range(shown)]


def _photos(
    sheet: _Sheet, corner: tuple[int, int], places: Sequence[int], files: Sequence[Path], common: Collection[int]
) -> None:
    for number, place in enumerate(places):
        left = corner[0] + number % _COLUMNS * (_CELL + _GAP)
        top = corner[1] + number // _COLUMNS * (_CELL + _GAP)
        box = (left, top, left + _CELL - 1, top + _CELL - 1)
        photo = _opened(files[place])
        if photo is None:
            sheet.pen.rectangle(box, fill=_EMPTY)
        else:
            sheet.picture.paste(photo, (left, top))
        if place in common:
            frame = (box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2)
            sheet.pen.rectangle(frame, outline=_COMMON, width=3)


def _opened(file: Path) -> Image.Image | None:
    try:
        with Image.open(file) as photo:
            upright = ImageOps.exif_transpose(photo).convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        _log.debug("no picture for the sheet: %s", error)
        return None
    return ImageOps.fit(upright, (_CELL, _CELL), Image.Resampling.LANCZOS)


def _save(picture: Image.Image, out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        picture.save(out)
    except ValueError as error:
        raise UserError(f"{out} has no picture suffix", "Name a .png file.") from error
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror or error}", "Choose another place.") from error
