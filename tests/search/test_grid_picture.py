from pathlib import Path

import pytest
from PIL import Image

from clipdesk.core.errors import UserError
from clipdesk.search.grid_picture import GridCell, draw

SCALES = (-2.0, -1.0, 0.0, 1.0, 2.0)


@pytest.fixture
def red(tmp_path: Path) -> Path:
    file = tmp_path / "red.png"
    Image.new("RGB", (90, 300), (255, 0, 0)).save(file)
    return file


def _share(picture: Image.Image, colour: tuple[int, int, int]) -> int:
    return sum(count for count, found in picture.getcolors(1 << 24) or [] if found == colour)


@pytest.mark.parametrize("names", [False, True])
def test_five_rows_of_ten(tmp_path: Path, red: Path, names: bool) -> None:
    out = tmp_path / "grid.png"
    draw("a street", [(scale, [GridCell(red, "фото.jpg")] * 12) for scale in SCALES], out, names=names)
    with Image.open(out) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert picture.height > 5 * 160
        assert _share(picture, (255, 0, 0)) == 50 * 160 * 160


def test_missing_and_damaged_thumbnails_stay_grey_and_names_may_be_odd(tmp_path: Path, red: Path) -> None:
    damaged = tmp_path / "damaged.jpg"
    damaged.write_bytes(b"\xff\xd8\xff")
    cells = [
        GridCell(None, "\udcff\n.jpg"),
        GridCell(damaged, "x" * 300),
        GridCell(tmp_path / "gone", ""),
        GridCell(red, "a"),
    ]
    draw("q " * 500, [(0.0, cells), (1.5, [])], tmp_path / "grid.png", names=True)
    with Image.open(tmp_path / "grid.png") as picture:
        picture.load()
        assert _share(picture, (255, 0, 0)) == 160 * 160
        assert _share(picture, (0xE8, 0xE8, 0xE4)) == 3 * 160 * 160


def test_unwritable_place_or_unknown_suffix_is_told(tmp_path: Path, red: Path) -> None:
    with pytest.raises(UserError, match="suffix"):
        draw("q", [(0.0, [])], tmp_path / "grid.nonsense")
    with pytest.raises(UserError, match="There is no folder"):
        draw("q", [(0.0, [])], red / "grid.png")
    with pytest.raises(UserError, match="There is no folder"):
        draw("q", [(0.0, [])], tmp_path / "new" / "grid.png")
    with pytest.raises(UserError, match="is a folder"):
        draw("q", [(0.0, [])], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["red.png"]


def _title(tmp_path: Path, query: str) -> bytes:
    draw(query, [(0.0, [])], tmp_path / "grid.png")
    with Image.open(tmp_path / "grid.png") as picture:
        return picture.crop((0, 0, picture.width, 64)).tobytes()


def test_the_title_has_no_boxes_for_letters_of_other_scripts(tmp_path: Path) -> None:
    box = _title(tmp_path, "\uffff")
    assert _title(tmp_path, "前") != box, "in the font for Chinese and Japanese"
    assert _title(tmp_path, "前") != _title(tmp_path, "あ")
    assert _title(tmp_path, "𐎠𐎡") == _title(tmp_path, "𒀀") == _title(tmp_path, "…"), "in none of the fonts"
    assert _title(tmp_path, "dog 前 " * 100) != _title(tmp_path, "dog")
