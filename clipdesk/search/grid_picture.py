"""The five-row picture of a query: one row per textness scale, the best photos of each from left to right."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from clipdesk.core.errors import UserError
from clipdesk.search.rendering import faces, font, label_font

_log = logging.getLogger(__name__)
_CELL = 160
_GAP = 8
_MARGIN = 28
_LABELS = 108
_HEADER = 76
_CAPTION = 24
_PAPER, _INK, _FAINT, _EMPTY = "#fafaf8", "#22242a", "#7a7d86", "#e8e8e4"
_HINTS = {-2.0: "no words", -1.0: "fewer", 0.0: "as found", 1.0: "more", 2.0: "words"}


@dataclass(frozen=True, slots=True)
class GridCell:
    """One picture of the grid: its thumbnail (or None) and its file name."""

    thumbnail: Path | None
    name: str


def draw(
    query: str, rows: Sequence[tuple[float, Sequence[GridCell]]], out: Path, *, per_row: int = 10, names: bool = False
) -> None:
    """Draw `rows` of (textness scale, cells) into `out`, whose suffix names the format; PNG is meant.

    Missing or damaged thumbnails stay grey. `UserError` when `out` cannot be written.
    """
    step = _CELL + _GAP + (_CAPTION if names else 0)
    width = 2 * _MARGIN + _LABELS + per_row * (_CELL + _GAP) - _GAP
    sheet = Image.new("RGB", (width, _MARGIN + _HEADER + len(rows) * step - _GAP + _MARGIN), _PAPER)
    pen = ImageDraw.Draw(sheet)
    _write_title(pen, query, width - 2 * _MARGIN)
    subtitle = "the best photos at each textness scale: fewer written words above, more below"
    pen.text((_MARGIN, _MARGIN + 38), subtitle, fill=_FAINT, font=label_font(15))
    for number, (scale, cells) in enumerate(rows):
        top = _MARGIN + _HEADER + number * step
        _draw_row(sheet, pen, top, (scale, cells[:per_row]), names)
    _save(sheet, out)


def require_place(out: Path) -> None:
    """Raise `UserError` when no picture can be written to `out`: told before anything is searched."""
    if out.is_dir():
        raise UserError(f"{out} is a folder", "Name a .png file in it.")
    if not out.parent.is_dir():
        raise UserError(f"There is no folder {out.parent}", "Make it first, or choose another place.")


def _write_title(pen: ImageDraw.ImageDraw, query: str, width: int) -> None:
    """Write the query, each letter in the first label font that has it; those that none has become an ellipsis."""
    fonts = (label_font(26, bold=True), *(font(face.path, 26) for face in faces() if "cjk" in face.scripts))
    dots = ("…", fonts[0])
    shown: list[tuple[str, ImageFont.FreeTypeFont]] = []
    for letter in f"“{_one_line(query)}”":
        able = next((one for one in fonts if _has(one, letter)), None)
        if able is not None:
            shown.append((letter, able))
        elif not shown or shown[-1] != dots:
            shown.append(dots)
    widths = [one.getlength(letter) for letter, one in shown]
    if sum(widths) > width:
        while sum(widths) + fonts[0].getlength("…") > width:
            widths.pop()
        shown[len(widths) :] = [dots]
        widths.append(0.0)
    left, baseline = float(_MARGIN), _MARGIN + fonts[0].getmetrics()[0]
    for (letter, one), wide in zip(shown, widths, strict=True):
        pen.text((left, baseline), letter, fill=_INK, font=one, anchor="ls")
        left += wide


@cache
def _has(one: ImageFont.FreeTypeFont, letter: str) -> bool:
    """Whether the font has the letter: what it lacks is drawn as the box that it has for a noncharacter."""
    return letter.isspace() or _drawn(one, letter) != _drawn(one, "\uffff")


def _drawn(one: ImageFont.FreeTypeFont, letter: str) -> bytes:
    picture = Image.new("L", (64, 64))
    ImageDraw.Draw(picture).text((8, 8), letter, fill=255, font=one)
    return picture.tobytes()


def _draw_row(
    sheet: Image.Image, pen: ImageDraw.ImageDraw, top: int, row: tuple[float, Sequence[GridCell]], names: bool
) -> None:
    scale, cells = row
    middle = top + _CELL // 2
    pen.text((_MARGIN, middle - 6), _signed(scale), fill=_INK, font=label_font(30, bold=True), anchor="lm")
    pen.text((_MARGIN, middle + 24), _HINTS.get(scale, ""), fill=_FAINT, font=label_font(14), anchor="lm")
    for place, cell in enumerate(cells):
        left = _MARGIN + _LABELS + place * (_CELL + _GAP)
        picture = _opened(cell)
        if picture is None:
            pen.rectangle((left, top, left + _CELL - 1, top + _CELL - 1), fill=_EMPTY)
        else:
            sheet.paste(picture, (left, top))
        if names:
            face = label_font(12)
            text = _shortened(cell.name, face, _CELL)
            pen.text((left + _CELL / 2, top + _CELL + 4), text, fill=_FAINT, font=face, anchor="ma")


def _signed(scale: float) -> str:
    """A scale as it is shown: +2, 0, −1.5."""
    return f"{scale:+g}".replace("-", "−") if scale else "0"


def _opened(cell: GridCell) -> Image.Image | None:
    if cell.thumbnail is None:
        return None
    try:
        with Image.open(cell.thumbnail) as picture:
            return ImageOps.fit(picture.convert("RGB"), (_CELL, _CELL), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError) as error:
        _log.debug("no thumbnail for the grid: %s", error)
        return None


def _shortened(text: str, face: ImageFont.FreeTypeFont, width: int) -> str:
    """`text` on one line, cut with an ellipsis where it would be wider than `width` pixels."""
    text = _one_line(text)
    if face.getlength(text) <= width:
        return text
    while text and face.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _one_line(text: str) -> str:
    """`text` on one line, without what cannot be encoded."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def _save(sheet: Image.Image, out: Path) -> None:
    require_place(out)
    try:
        sheet.save(out)
    except ValueError as error:
        raise UserError(f"{out} has no picture suffix", "Name a .png file.") from error
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror or error}", "Choose another place.") from error
