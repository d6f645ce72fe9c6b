"""Where tiles lie: arithmetic over whole sections, so that a hundred thousand tiles need no layout pass."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MARGIN = 16
GAP = 8
HEADING = 40
"""Height of a section's heading, in device-independent pixels."""

_Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cell:
    """A rectangle in the coordinates of the whole content."""

    x: int
    y: int
    width: int
    height: int


class TileLayout:
    """Square tiles in lines that fill `width`, in sections that may have a heading above them.

    `starts` has the first row of each section, ascending, the first one 0; `headed` tells which have a heading. Lines
    are mirrored where reading goes from right to left. Everything is O(log sections) but making it: O(sections).
    """

    def __init__(
        self,
        count: int,
        width: int,
        tile: int,
        starts: Sequence[int] = (0,),
        headed: Sequence[bool] = (False,),
        *,
        mirrored: bool = False,
    ) -> None:
        self.count = count
        self.width = width
        usable = max(width - 2 * MARGIN, tile)
        self.columns = max(1, (usable + GAP) // (tile + GAP))
        # Tiles grow a little, so that lines end where the content ends; a single column keeps the asked size.
        self.side = (usable - GAP * (self.columns - 1)) // self.columns if self.columns > 1 else min(tile * 2, usable)
        self.step = self.side + GAP
        self._slack = usable - self.columns * self.step + GAP
        self._mirrored = mirrored
        self._starts: _Numbers = np.asarray(starts if count else [0], np.int64)
        heads = np.asarray(headed if count else [False], bool)
        counts = np.diff(np.append(self._starts, count))
        self._lines_of: _Numbers = -(-counts // self.columns)
        self._heads: _Numbers = np.where(heads, HEADING, 0)
        heights = self._heads + self._lines_of * self.step
        self._tops: _Numbers = MARGIN + np.concatenate([[0], np.cumsum(heights)[:-1]])
        self.height = int(self._tops[-1] + heights[-1]) - GAP + MARGIN if count else 0

    def cell(self, row: int) -> Cell:
        """Return where the tile of `row` lies."""
        section, line, column = self._place(row)
        y = self._first_line(section) + line * self.step
        return Cell(self._x(column), y, self.side, self.side)

    def row_at(self, x: int, y: int) -> int | None:
        """Return the row whose tile is at a point, None between tiles."""
        section, line = self._line_at(y)
        if line < 0 or y - self._first_line(section) - line * self.step >= self.side:
            return None
        column = self._column_at(x)
        if column is None:
            return None
        row = int(self._starts[section]) + line * self.columns + column
        return row if row < self._end(section) else None

    def rows_between(self, top: int, bottom: int) -> range:
        """Return the rows of all lines that touch the stripe from `top` to `bottom`, both included."""
        if not self.count:
            return range(0)
        section, line = self._line_at(top)
        first = int(self._starts[section]) + max(line, 0) * self.columns
        section, line = self._line_at(bottom)
        last = int(self._starts[section]) + (line + 1) * self.columns
        return range(min(first, self.count), min(last, self._end(section)))

    def sections_between(self, top: int, bottom: int) -> range:
        """Return the sections that touch a stripe."""
        return range(self._section_at(top), self._section_at(bottom) + 1) if self.count else range(0)

    def heading(self, section: int) -> Cell | None:
        """Return where the heading of a section lies, None when it has none."""
        height = int(self._heads[section])
        return Cell(MARGIN, int(self._tops[section]), self.width - 2 * MARGIN, height) if height else None

    def rows_in(self, x: int, y: int, width: int, height: int) -> list[range]:
        """Return the rows whose tiles touch a rectangle, as runs."""
        runs: list[range] = []
        touched = [column for column in range(self.columns) if self._touches(column, x, x + width)]
        if not touched:
            return runs
        for section in self.sections_between(y, y + height):
            base = self._first_line(section)
            first = max(0, -(-(y - base - self.side + 1) // self.step))
            last = min(int(self._lines_of[section]) - 1, (y + height - base) // self.step)
            for line in range(first, last + 1):
                start = int(self._starts[section]) + line * self.columns
                run = range(start + touched[0], min(start + touched[-1] + 1, self._end(section)))
                if run:
                    runs.append(run)
        return runs

    def below(self, row: int, lines: int) -> int:
        """Return the row that lies `lines` further down (up when negative), across sections, in the same column."""
        section, line, column = self._place(row)
        goal = self._lines_before(section) + line + lines
        ends = np.cumsum(self._lines_of)
        goal = min(max(goal, 0), int(ends[-1]) - 1)
        section = int(np.searchsorted(ends, goal, "right"))
        inside = goal - self._lines_before(section)
        return min(int(self._starts[section]) + inside * self.columns + column, self._end(section) - 1)

    def _place(self, row: int) -> tuple[int, int, int]:
        section = int(np.searchsorted(self._starts, row, "right")) - 1
        line, column = divmod(row - int(self._starts[section]), self.columns)
        return section, line, column

    def _lines_before(self, section: int) -> int:
        return int(self._lines_of[:section].sum())

    def _first_line(self, section: int) -> int:
        return int(self._tops[section] + self._heads[section])

    def _end(self, section: int) -> int:
        return int(self._starts[section + 1]) if section + 1 < len(self._starts) else self.count

    def _section_at(self, y: int) -> int:
        return max(0, int(np.searchsorted(self._tops, y, "right")) - 1)

    def _line_at(self, y: int) -> tuple[int, int]:
        """The section and the line at a height, -1 in a heading; the gap below a line counts for it."""
        section = self._section_at(y)
        line = (y - self._first_line(section)) // self.step
        return section, min(max(line, -1), int(self._lines_of[section]) - 1)

    def _x(self, column: int) -> int:
        # What is left over is spread, a pixel a column, so that the last tile ends where the content ends.
        x = MARGIN + column * self.step + (column * self._slack // (self.columns - 1) if self.columns > 1 else 0)
        return self.width - x - self.side if self._mirrored else x

    def _column_at(self, x: int) -> int | None:
        guess = (self.width - 1 - x if self._mirrored else x) - MARGIN
        for column in (guess // self.step, guess // self.step - 1):
            if 0 <= column < self.columns and self._x(column) <= x < self._x(column) + self.side:
                return column
        return None

    def _touches(self, column: int, left: int, right: int) -> bool:
        return self._x(column) < right and left < self._x(column) + self.side
