"""Words and shapes rendered as pictures: many fonts, sizes, colours and scripts, with and without plates behind them.

Used to learn what written words look like (`search.textness`), for the sample pictures and for the evaluations.
Fonts and words are resources: free fonts, subset to these words (packaging/make_fonts.py).
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from clipdesk.core.entities import ImageSpec, Matrix, Pixels
from clipdesk.core.paths import resources
from clipdesk.models.encoder import Encoder

Colour = tuple[int, int, int]

SHAPES = ("circle", "square", "triangle", "star", "heart", "cross")
COLOURS: dict[str, Colour] = {
    "red": (214, 40, 40),
    "orange": (244, 140, 6),
    "yellow": (250, 210, 30),
    "green": (46, 150, 70),
    "blue": (30, 90, 200),
    "purple": (120, 50, 160),
    "pink": (240, 120, 170),
    "brown": (120, 75, 40),
    "black": (20, 20, 20),
    "white": (250, 250, 250),
}
_NUMBERS = ("{n}", "{n}%", "€ {n}", "{h:02}:{m:02}", "No. {n}", "{h:02}.{m:02}.{y}", "{a}{b} {n}", "+{h} {n} {m:02}")
_SCRIPT_WEIGHTS = {"latin": 0.55, "digits": 0.13, "cjk": 0.16, "cyrillic": 0.1, "greek": 0.06}


@dataclass(frozen=True, slots=True)
class Face:
    """One bundled font and the scripts that it can write."""

    path: Path
    scripts: frozenset[str]


@cache
def faces() -> tuple[Face, ...]:
    """Every bundled font, the one for labels first."""
    folder = resources() / "fonts"
    table = tomllib.loads((folder / "fonts.toml").read_text(encoding="utf-8"))
    return tuple(Face(folder / entry["file"], frozenset({*entry["scripts"], "digits"})) for entry in table["font"])


@cache
def words() -> dict[str, tuple[str, ...]]:
    """The words to render, by script: latin, cyrillic, greek, cjk."""
    table = tomllib.loads((resources() / "words.toml").read_text(encoding="utf-8"))
    return {script: tuple(entries) for script, entries in table.items()}


@lru_cache(maxsize=256)
def font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """A bundled font at `size` pixels."""
    return ImageFont.truetype(path, size)


def label_font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font for labels in pictures: all of Latin, Greek and Cyrillic."""
    return font(faces()[1 if bold else 0].path, size)


def random_text(rng: np.random.Generator, script: str) -> str:
    """Some words of `script`, or made-up numbers for "digits"."""
    if script == "digits":
        number = int(rng.integers(1, 100_000))
        a, b = (chr(65 + int(letter)) for letter in rng.integers(0, 26, 2))
        return str(rng.choice(_NUMBERS)).format(
            n=number, h=int(rng.integers(24)), m=int(rng.integers(60)), y=int(rng.integers(1950, 2030)), a=a, b=b
        )
    count = int(rng.choice([1, 1, 2, 3]))
    joint = "" if script == "cjk" else " "
    text = joint.join(str(rng.choice(words()[script])) for _ in range(count))
    return text.upper() if rng.random() < 0.2 and script == "latin" else text


def paint_words(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A copy of `picture` (RGB) with one to six pieces of text painted on it: signs, captions, pages, labels."""
    painted = picture.copy()
    draw = ImageDraw.Draw(painted)
    script = str(rng.choice(list(_SCRIPT_WEIGHTS), p=list(_SCRIPT_WEIGHTS.values())))
    able = [face for face in faces() if script in face.scripts]
    face = able[int(rng.integers(len(able)))]
    side = min(picture.size)
    lines = int(rng.choice([1, 2, 3, 4, 6]))
    size = max(8, int(side * rng.uniform(0.09, 0.34 if lines < 3 else 0.17)))
    paper, ink = _plate_and_ink(rng)
    with_plate = rng.random() < 0.6
    top = int(rng.uniform(0, max(1, picture.height - lines * size * 1.2)))
    for line in range(lines):
        if rng.random() < 0.25:
            paper, ink = _plate_and_ink(rng)
        text = _fitting(random_text(rng, script), font(face.path, size), picture.width)
        place = (int(rng.uniform(0, picture.width * 0.35)), top + int(line * size * rng.uniform(1.1, 1.5)))
        if with_plate:
            pad = int(size * rng.uniform(0, 0.3))
            left, upper, right, lower = draw.textbbox(place, text, font=font(face.path, size))
            draw.rectangle((left - pad, upper - pad, right + pad, lower + pad), fill=paper)
        edge = 0 if with_plate else int(rng.choice([0, 0, 1, 2]))
        draw.text(place, text, fill=ink, font=font(face.path, size), stroke_width=edge, stroke_fill=paper)
    return painted


def _fitting(text: str, type_face: ImageFont.FreeTypeFont, width: int) -> str:
    """`text` without its end when it would run out of the picture by more than a few letters."""
    while len(text) > 3 and type_face.getlength(text) > width * 0.95:
        text = text[:-1].rstrip()
    return text


def _plate_and_ink(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Two colours that can be told apart by their lightness."""
    while True:
        paper, ink = (tuple(int(value) for value in rng.integers(0, 256, 3)) for _ in range(2))
        if rng.random() < 0.4:
            ink = (15, 15, 15) if sum(paper) > 380 else (245, 245, 245)
        if abs(_lightness(paper) - _lightness(ink)) > 80:
            return (paper[0], paper[1], paper[2]), (ink[0], ink[1], ink[2])


def _lightness(colour: Sequence[int]) -> float:
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def word_picture(
    text: str, size: int = 512, *, face: Face | None = None, ink: Colour = (20, 20, 20), paper: Colour = (250, 250, 250)
) -> Image.Image:
    """A square picture of nothing but `text` (one line each for several words), as large as it fits."""
    path = (face or faces()[1]).path
    text = text.replace(" ", "\n")
    picture = Image.new("RGB", (size, size), paper)
    draw = ImageDraw.Draw(picture)
    left, top, right, bottom = draw.multiline_textbbox((0, 0), text, font=font(path, 100), align="center")
    best = max(8, int(100 * 0.8 * size / max(right - left, bottom - top)))
    draw.multiline_text((size / 2, size / 2), text, fill=ink, font=font(path, best), anchor="mm", align="center")
    return picture


def shape_picture(shape: str, colour: str, size: int = 512, *, paper: Colour = (250, 250, 250)) -> Image.Image:
    """A square picture of one of `SHAPES` in one of `COLOURS`."""
    large = size * 2  # drawn double and reduced: Pillow's own edges are jagged
    picture = Image.new("RGB", (large, large), paper)
    draw, fill, middle, reach = ImageDraw.Draw(picture), COLOURS[colour], large / 2, large * 0.34
    box = (middle - reach, middle - reach, middle + reach, middle + reach)
    if shape == "circle":
        draw.ellipse(box, fill=fill)
    elif shape == "square":
        draw.rectangle(box, fill=fill)
    elif shape == "triangle":
        draw.regular_polygon((middle, middle + reach * 0.2, reach * 1.15), 3, fill=fill)
    elif shape == "cross":
        bar = reach * 0.33
        draw.rectangle((middle - bar, box[1], middle + bar, box[3]), fill=fill)
        draw.rectangle((box[0], middle - bar, box[2], middle + bar), fill=fill)
    else:
        outline = _star() if shape == "star" else _heart()
        draw.polygon([(middle + x * reach, middle + y * reach) for x, y in outline], fill=fill)
    return picture.resize((size, size), Image.Resampling.BOX)


def _star() -> list[tuple[float, float]]:
    angles = np.arange(10) * np.pi / 5 - np.pi / 2
    reach = np.where(np.arange(10) % 2, 0.42, 1.1)
    return [(float(r * np.cos(a)), float(r * np.sin(a))) for r, a in zip(reach, angles, strict=True)]


def _heart() -> list[tuple[float, float]]:
    turn = np.linspace(0, 2 * np.pi, 200)
    x = 16 * np.sin(turn) ** 3
    y = -(13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn) - np.cos(4 * turn))
    return [(float(a) / 15, float(b) / 15) for a, b in zip(x, y, strict=True)]


def middle_square(picture: Image.Image, size: int) -> Image.Image:
    """The middle square of `picture` as RGB, scaled to `size` x `size` pixels."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.crop((left, top, left + side, top + side)).convert("RGB")
    return square.resize((size, size), Image.Resampling.BICUBIC, reducing_gap=2.0)


def model_pixels(pictures: Sequence[Image.Image], spec: ImageSpec) -> Pixels:
    """Square pictures as a model's input: uint8 [n, size, size, 3]. On squares every resize mode is the same."""
    kind = Image.Resampling.BICUBIC if spec.interpolation == "bicubic" else Image.Resampling.BILINEAR
    scaled = (picture.convert("RGB").resize((spec.size, spec.size), kind) for picture in pictures)
    return np.stack([np.asarray(picture, np.uint8) for picture in scaled])


def embed(encoder: Encoder, pictures: Sequence[Image.Image], batch: int = 32) -> Matrix:
    """Embeddings of square pictures: float32 [n, dim], unit length."""
    parts = [
        encoder.encode_images(model_pixels(pictures[start : start + batch], encoder.info.image))
        for start in range(0, len(pictures), batch)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, encoder.info.dim), np.float32)
