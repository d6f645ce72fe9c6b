import numpy as np
import pytest
from PIL import Image

from clipdesk.core.entities import ImageSpec
from clipdesk.search.grounds import ground
from clipdesk.search.rendering import (
    COLOURS,
    SHAPES,
    Face,
    faces,
    font,
    label_font,
    middle_square,
    model_pixels,
    paint_words,
    random_text,
    shape_picture,
    word_picture,
    words,
)


@pytest.mark.parametrize("face", faces(), ids=lambda face: face.path.stem)
def test_every_font_draws_every_character_it_is_used_for(face: Face) -> None:
    letters = {
        letter for script in face.scripts - {"digits"} for word in words()[script] for letter in word + word.upper()
    }
    letters |= set("0123456789%€:.+No ") if "digits" in face.scripts else set()
    letters.discard(" ")
    type_face = font(face.path, 40)
    nothing = bytes(type_face.getmask("\uffff"))
    missing = [letter for letter in sorted(letters) if bytes(type_face.getmask(letter)) == nothing]
    assert missing == []


def test_fonts_cover_every_script_and_have_their_licences() -> None:
    assert {script for face in faces() for script in face.scripts} == {"digits", *words()}
    folder = faces()[0].path.parent
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < 2_000_000
    texts = [file.read_text(encoding="utf-8") for file in (folder / "licences").iterdir()]
    assert len(texts) >= 8
    assert all(len(text) > 1000 for text in texts)


def test_words_change_part_of_the_ground_and_leave_it_untouched() -> None:
    rng = np.random.default_rng(5)
    for _ in range(40):
        plain = ground(rng, 128)
        before = plain.tobytes()
        painted = paint_words(plain, rng)
        assert plain.tobytes() == before
        changed = (np.asarray(painted) != np.asarray(plain)).any(2).mean()
        assert 0.002 < changed < 0.9


def test_same_seed_same_pictures() -> None:
    first, second = (paint_words(ground(rng, 96), rng) for rng in (np.random.default_rng(8), np.random.default_rng(8)))
    assert first.tobytes() == second.tobytes()


def test_grounds_differ_and_are_square_rgb() -> None:
    rng = np.random.default_rng(1)
    made = [ground(rng, 64) for _ in range(30)]
    assert {(picture.mode, picture.size) for picture in made} == {("RGB", (64, 64))}
    assert len({picture.tobytes() for picture in made}) == 30


@pytest.mark.parametrize("script", ["latin", "cyrillic", "greek", "cjk", "digits"])
def test_random_text_is_of_the_script(script: str) -> None:
    rng = np.random.default_rng(2)
    texts = [random_text(rng, script) for _ in range(50)]
    assert len(set(texts)) > 10
    assert all(text.strip() and "{" not in text for text in texts)


def test_word_picture_has_ink_on_paper_only_in_the_middle() -> None:
    picture = np.asarray(word_picture("Cat", 256, ink=(255, 0, 0), paper=(0, 0, 255)))
    ink = picture[..., 0] > 200
    assert 0.05 < ink.mean() < 0.5
    rows, columns = np.nonzero(ink)
    assert min(rows.min(), columns.min(), 255 - rows.max(), 255 - columns.max()) > 8
    assert (picture[:8] == (0, 0, 255)).all()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("colour", ["red", "blue"])
def test_shape_has_its_colour_in_the_middle_and_paper_in_the_corners(shape: str, colour: str) -> None:
    picture = shape_picture(shape, colour, 128)
    assert picture.getpixel((64, 64)) == COLOURS[colour]
    assert {picture.getpixel(place) for place in ((0, 0), (127, 0), (0, 127), (127, 127))} == {(250, 250, 250)}


def test_middle_square_keeps_the_middle() -> None:
    wide = Image.new("RGB", (300, 100), "red")
    wide.paste("blue", (100, 0, 200, 100))
    assert middle_square(wide, 50).getcolors() == [(2500, (0, 0, 255))]


def test_model_pixels_have_the_models_shape() -> None:
    pixels = model_pixels([Image.new("L", (90, 90), 7), Image.new("RGB", (40, 40))], ImageSpec(size=32))
    assert pixels.shape == (2, 32, 32, 3)
    assert pixels.dtype == np.uint8
    assert (pixels[0] == 7).all()


def test_labels_can_be_bold() -> None:
    assert label_font(20, bold=True).getlength("clipdesk") > label_font(20).getlength("clipdesk")
