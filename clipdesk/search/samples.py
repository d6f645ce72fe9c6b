"""Sample photos for `clipdesk demo` and the first start: photos inside well-kept packages, and pictures made here.

scikit-image and scikit-learn bring a few freely licensed photos along; their files are copied from where the packages
lie, without importing the packages and without any download. When they are not installed there are only the rendered
pictures.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from clipdesk.search.grounds import ground
from clipdesk.search.rendering import COLOURS, faces, paint_words, shape_picture, word_picture

NOTICE = "ABOUT THESE PICTURES.txt"


@dataclass(frozen=True, slots=True)
class SampleSet:
    """What `sample_photos` wrote. `missing` says in one line why there are no real photos, None when there are."""

    files: tuple[Path, ...]
    photos: int
    missing: str | None


@dataclass(frozen=True, slots=True)
class _PackagedPhoto:
    package: str
    file: str
    target: str
    credit: str


_NASA = "NASA, public domain"
_PHOTOS = (
    _PackagedPhoto(
        "sklearn",
        "datasets/images/china.jpg",
        "2011/08 China/summer palace.jpg",
        "danielbuechele, CC BY 2.0, https://www.flickr.com/photos/danielbuechele/6061409035/ (from scikit-learn)",
    ),
    _PackagedPhoto(
        "sklearn",
        "datasets/images/flower.jpg",
        "2011/08 Garden/flower.jpg",
        "vultilion, CC BY 2.0, https://www.flickr.com/photos/vultilion/6056698931/ (from scikit-learn)",
    ),
    _PackagedPhoto("skimage", "data/astronaut.png", "1999/07 Space/astronaut Eileen Collins.png", _NASA),
    _PackagedPhoto("skimage", "data/rocket.jpg", "2014/12 Space/rocket on its launch pad.jpg", "SpaceX, public domain"),
    _PackagedPhoto("skimage", "data/hubble_deep_field.jpg", "2012/09 Space/hubble deep field.jpg", _NASA),
    _PackagedPhoto("skimage", "data/chelsea.png", "2013/02 Home/chelsea the cat.png", "Stéfan van der Walt, CC0"),
    _PackagedPhoto("skimage", "data/coffee.png", "2014/05 Home/cup of coffee.png", "Rachel Michetti, CC0"),
    _PackagedPhoto("skimage", "data/camera.png", "2020/11 Campus/cameraman.png", "Lav Varshney, CC0"),
    _PackagedPhoto("skimage", "data/brick.png", "2019/06 Textures/brick wall.png", "CC0Textures, CC0"),
    _PackagedPhoto("skimage", "data/grass.png", "2019/06 Textures/grass.png", "linolafett on DeviantArt, CC0"),
    _PackagedPhoto("skimage", "data/gravel.png", "2019/06 Textures/gravel.png", "CC0Textures, CC0"),
    _PackagedPhoto(
        "skimage",
        "data/coins.png",
        "2010/03 Museum/greek coins from Pompeii.png",
        "Brooklyn Museum, no known restrictions",
    ),
)
_SHAPES = (
    ("square", "red"),
    ("circle", "blue"),
    ("triangle", "green"),
    ("star", "yellow"),
    ("heart", "pink"),
    ("cross", "purple"),
)
_WORDS = ("Cat", "Dog", "OPEN", "SALE", "Happy Birthday", "EXIT", "Coffee", "Gat")
_PAINTED = 8


def package_file(package: str, file: str) -> Path | None:
    """Where a file inside an installed package lies, found without importing it; None when it is not there."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (found := Path(place) / file).is_file():
            return found
    return None


def packaged_files() -> list[tuple[str, str]]:
    """(package, file in it) of the sample photos, for who makes a bundle without those packages."""
    return [(photo.package, photo.file) for photo in _PHOTOS]


def sample_photos(folder: Path) -> SampleSet:
    """Write the sample pictures into dated subfolders of `folder`, with a note on where they are from.

    Files that are there already are left alone, so that calling it again changes nothing.
    """
    files: list[Path] = []
    credits_: list[str] = []
    for photo in _PHOTOS:
        source = package_file(photo.package, photo.file)
        if source is None:
            continue
        target = folder / photo.target
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        files.append(target)
        credits_.append(f"{photo.target}: {photo.credit}")
    photos = len(files)
    for name, picture in _rendered():
        target = folder / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            picture.save(target, quality=90)
        files.append(target)
    missing = (
        None
        if photos
        else "The sample photos are not installed (pip install 'clipdesk[samples]'); drawn pictures only."
    )
    folder.mkdir(parents=True, exist_ok=True)
    lines = [*credits_, "Everything under 'Drawn': made by clipdesk, public domain (CC0)."]
    (folder / NOTICE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return SampleSet(tuple(files), photos, missing)


def _rendered() -> Iterator[tuple[str, Image.Image]]:
    """Shapes, words, and procedural grounds with words; the same ones every time."""
    for shape, colour in _SHAPES:
        yield f"Drawn/2024-05 Shapes/{colour} {shape}.png", shape_picture(shape, colour)
    able = [face for face in faces() if "latin" in face.scripts]
    inks = list(COLOURS.values())
    for number, word in enumerate(_WORDS):
        picture = word_picture(word, face=able[(number * 3 + 1) % len(able)], ink=inks[(number * 4) % 8])
        yield f"Drawn/2024-06 Words/the word {word}.png", picture
    rng = np.random.default_rng(7)
    for number in range(1, _PAINTED + 1):
        plain = ground(rng, 512)
        yield f"Drawn/2024-07 Patterns/pattern {number}.jpg", plain
        yield f"Drawn/2024-07 Patterns/pattern {number} with words.jpg", paint_words(plain, rng)
