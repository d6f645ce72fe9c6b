"""Sixteen drawn pictures that every CLIP model knows, with the wordings that are theirs."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from clipdesk.search.rendering import COLOURS, label_font, shape_picture, word_picture

_SIZE = 512
_WHITE = (250, 250, 250)


def pictures() -> list[tuple[str, Image.Image]]:
    """The wordings with their pictures: RGB, 512 x 512, always the same."""
    drawn: dict[str, Callable[[], Image.Image]] = {
        "a red square": lambda: shape_picture("square", "red", _SIZE),
        "a blue circle": lambda: shape_picture("circle", "blue", _SIZE),
        "a green triangle": lambda: shape_picture("triangle", "green", _SIZE),
        "a yellow star": lambda: shape_picture("star", "yellow", _SIZE, paper=(60, 60, 70)),
        "a red heart": lambda: shape_picture("heart", "red", _SIZE),
        "the word CAT": lambda: word_picture("CAT", _SIZE),
        "the number 7": lambda: word_picture("7", _SIZE),
        "black and white stripes": _stripes,
        "a chessboard": _chessboard,
        "a smiling face drawn in lines": _face,
        "the night sky with stars": _night,
        "a rainbow": _rainbow,
        "a drawing of a house": _house,
        "a green tree": _tree,
        "a stop sign": _stop_sign,
        "a bar chart": _bar_chart,
    }
    return [(wording, draw()) for wording, draw in drawn.items()]


def _canvas(paper: tuple[int, int, int] = _WHITE) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Drawn double and reduced: Pillow's own edges are jagged."""
    picture = Image.new("RGB", (_SIZE * 2, _SIZE * 2), paper)
    return picture, ImageDraw.Draw(picture)


def _reduced(picture: Image.Image) -> Image.Image:
    return picture.resize((_SIZE, _SIZE), Image.Resampling.BOX)


def _stripes() -> Image.Image:
    dark = np.arange(_SIZE) // 32 % 2 == 0
    row = np.where(dark, 10, 245).astype(np.uint8)
    return Image.fromarray(np.broadcast_to(row[None, :, None], (_SIZE, _SIZE, 3)).copy())


def _chessboard() -> Image.Image:
    field = np.arange(_SIZE) // 64
    dark = (field[:, None] + field[None, :]) % 2
    colours = np.array([(240, 217, 181), (120, 72, 40)], np.uint8)
    return Image.fromarray(colours[dark])


def _face() -> Image.Image:
    picture, draw = _canvas()
    ink, width = (20, 20, 20), 22
    draw.ellipse((162, 162, 862, 862), outline=ink, width=width)
    for x in (380, 644):
        draw.ellipse((x - 45, 360, x + 45, 450), fill=ink)
    draw.arc((312, 330, 712, 740), 20, 160, fill=ink, width=width)
    return _reduced(picture)


def _night() -> Image.Image:
    rng = np.random.default_rng(5)
    picture, draw = _canvas()
    for y in range(_SIZE * 2):
        share = y / (_SIZE * 2)
        draw.line((0, y, _SIZE * 2, y), fill=(int(6 + 14 * share), int(8 + 22 * share), int(28 + 50 * share)))
    for _ in range(320):
        x, y = rng.uniform(0, _SIZE * 2, 2)
        reach, light = rng.uniform(1, 5), int(rng.integers(150, 256))
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=(light, light, min(255, light + 15)))
    draw.ellipse((760, 110, 900, 250), fill=(250, 246, 215))
    draw.polygon([(0, 1024), (0, 900), (280, 780), (520, 900), (800, 810), (1024, 920), (1024, 1024)], fill=(4, 5, 10))
    return _reduced(picture)


def _rainbow() -> Image.Image:
    picture, draw = _canvas((150, 200, 240))
    colours = ("red", "orange", "yellow", "green", "blue", "purple")
    for place, name in enumerate(colours):
        reach = 480 - place * 44
        draw.pieslice((512 - reach, 760 - reach, 512 + reach, 760 + reach), 180, 360, fill=COLOURS[name])
    reach = 480 - len(colours) * 44
    draw.pieslice((512 - reach, 760 - reach, 512 + reach, 760 + reach), 180, 360, fill=(150, 200, 240))
    draw.rectangle((0, 760, 1024, 1024), fill=(90, 160, 70))
    return _reduced(picture)


def _house() -> Image.Image:
    picture, draw = _canvas((185, 220, 245))
    draw.rectangle((0, 800, 1024, 1024), fill=(110, 170, 80))
    draw.rectangle((270, 470, 754, 860), fill=(240, 215, 170), outline=(60, 40, 30), width=10)
    draw.polygon([(215, 480), (512, 230), (809, 480)], fill=(170, 50, 40), outline=(60, 40, 30))
    draw.rectangle((460, 650, 570, 860), fill=(110, 65, 35))
    for x in (330, 620):
        draw.rectangle((x, 550, x + 80, 630), fill=(190, 225, 250), outline=(60, 40, 30), width=8)
    draw.rectangle((640, 260, 700, 400), fill=(120, 60, 45))
    return _reduced(picture)


def _tree() -> Image.Image:
    picture, draw = _canvas((205, 230, 250))
    draw.rectangle((0, 850, 1024, 1024), fill=(130, 185, 90))
    draw.polygon([(470, 880), (490, 560), (540, 560), (560, 880)], fill=(105, 70, 40))
    for x, y, reach in ((512, 330, 220), (370, 440, 170), (650, 440, 170), (512, 480, 200)):
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=(45, 130, 50))
    return _reduced(picture)


def _stop_sign() -> Image.Image:
    picture, draw = _canvas((170, 205, 235))
    draw.rectangle((492, 700, 532, 1024), fill=(120, 120, 125))
    draw.regular_polygon((512, 430, 350), 8, rotation=0, fill=_WHITE)
    draw.regular_polygon((512, 430, 325), 8, rotation=0, fill=(190, 20, 30))
    draw.text((512, 430), "STOP", fill=_WHITE, font=label_font(180, bold=True), anchor="mm")
    return _reduced(picture)


def _bar_chart() -> Image.Image:
    picture, draw = _canvas()
    draw.line((130, 120, 130, 890, 930, 890), fill=(40, 40, 40), width=8)
    heights = (260, 420, 330, 600, 500, 690)
    for place, (height, name) in enumerate(
        zip(heights, ("blue", "orange", "green", "red", "purple", "brown"), strict=True)
    ):
        left = 180 + place * 125
        draw.rectangle((left, 890 - height, left + 85, 886), fill=COLOURS[name])
    return _reduced(picture)
