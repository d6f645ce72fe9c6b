"""The layout against a plain one that lays every tile out."""

import pytest

from clipdesk.ui.tile_layout import GAP, HEADING, MARGIN, TileLayout

SECTIONS = [
    (23, [0], [False]),
    (23, [0], [True]),
    (100, [0, 1, 8, 15, 99], [True] * 5),
    (40, [0, 20], [False, True]),
    (0, [0], [False]),
]


def laid_out(layout: TileLayout, starts: list[int], headed: list[bool]) -> list[tuple[int, int]]:
    """The line's top and the column of every row, one after the other."""
    places: list[tuple[int, int]] = []
    y = MARGIN
    for start, end, head in zip(starts, [*starts[1:], layout.count], headed, strict=True):
        y += HEADING if head else 0
        for place in range(end - start):
            places.append((y + place // layout.columns * layout.step, place % layout.columns))
        y += -(-(end - start) // layout.columns) * layout.step
    return places


@pytest.mark.parametrize(("count", "starts", "headed"), SECTIONS)
@pytest.mark.parametrize("mirrored", [False, True])
def test_every_tile_lies_where_it_is_found(count: int, starts: list[int], headed: list[bool], mirrored: bool) -> None:
    layout = TileLayout(count, 900, 120, starts, headed, mirrored=mirrored)

    for row, (top, column) in enumerate(laid_out(layout, starts, headed)):
        cell = layout.cell(row)
        assert cell.y == top
        assert layout.row_at(cell.x, cell.y) == row
        assert layout.row_at(cell.x + cell.width - 1, cell.y + cell.height - 1) == row
        assert layout.row_at(cell.x + 1, cell.y + cell.height) is None
        assert (cell.x == MARGIN) == (column == (layout.columns - 1 if mirrored else 0))
    assert layout.height == (layout.cell(count - 1).y + layout.side + MARGIN if count else 0)


@pytest.mark.parametrize(("count", "starts", "headed"), SECTIONS)
def test_what_a_stripe_touches_is_found(count: int, starts: list[int], headed: list[bool]) -> None:
    layout = TileLayout(count, 500, 96, starts, headed)

    for top in range(0, layout.height, 37):
        rows = layout.rows_between(top, top + 200)
        touched = [
            row for row in range(count) if layout.cell(row).y <= top + 200 and layout.cell(row).y + layout.side > top
        ]
        assert set(touched) <= set(rows)
        assert len(rows) <= len(touched) + 2 * layout.columns


@pytest.mark.parametrize(("count", "starts", "headed"), SECTIONS)
def test_what_a_rectangle_touches_is_found(count: int, starts: list[int], headed: list[bool]) -> None:
    layout = TileLayout(count, 500, 96, starts, headed)

    for x, y, width, height in [(0, 0, 500, 10_000), (130, 70, 1, 1), (100, 50, 150, 300), (0, 0, MARGIN - 1, 999)]:
        found = {row for run in layout.rows_in(x, y, width, height) for row in run}
        cells = {row: layout.cell(row) for row in range(count)}
        assert found == {
            row
            for row, cell in cells.items()
            if cell.x < x + width and x < cell.x + cell.width and cell.y <= y + height and y < cell.y + cell.height
        }


def test_lines_fill_the_width() -> None:
    for width in range(150, 1400, 7):
        layout = TileLayout(1000, width, 120)
        if layout.columns > 1:
            last = layout.cell(layout.columns - 1)
            assert last.x + last.width == width - MARGIN
            assert layout.side >= 120
            assert layout.cell(1).x - layout.cell(0).x - layout.side in {GAP, GAP + 1}


def test_up_and_down_keep_the_column_across_sections() -> None:
    layout = TileLayout(20, 600, 120, [0, 6, 13], [True] * 3)
    assert layout.columns == 4

    assert layout.below(0, 1) == 4
    assert layout.below(4, 1) == 6  # the next section's first line
    assert layout.below(3, 1) == 5  # a short line ends before this column
    assert layout.below(9, -1) == 5
    assert layout.below(2, -1) == 2
    assert layout.below(1, 100) == 18
    assert layout.below(19, -100) == 2
