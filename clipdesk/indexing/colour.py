"""Any of Pillow's pixel modes to plain sRGB, on white, the right way up, shrunk on the way when that is enough."""

from functools import lru_cache
from io import BytesIO
from typing import Any, Literal, cast

import numpy as np
from PIL import Image, ImageCms

from clipdesk.indexing.opening import Need

_BAND_PIXELS = 4_000_000
_ALPHA = frozenset(("RGBA", "LA", "PA", "RGBa", "La"))
_DEEP = frozenset(("I", "F", "I;16", "I;16L", "I;16B", "I;16N"))
_PROFILED = frozenset(("RGB", "L", "CMYK"))
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright(picture: Image.Image, orientation: int) -> Image.Image:
    """Turn a picture by its EXIF orientation (1 to 8; anything else leaves it alone)."""
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def upright_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """(width, height) of the upright picture, of the size that is stored."""
    return (size[1], size[0]) if orientation in (5, 6, 7, 8) else size


def to_srgb(picture: Image.Image, need: Need, profile: bytes | None = None) -> Image.Image:
    """Make an RGB picture in sRGB of a decoded one of any mode; much larger ones are shrunk, never below `need`.

    Alpha is laid on white. `profile` is the embedded ICC profile; one that cannot be used is ignored.
    """
    factor = max(1, min(min(picture.size) // need.short_side, max(picture.size) // need.long_side))
    span = _span(picture) if picture.mode in _DEEP else (0.0, 1.0)
    if factor == 1:
        plain = _plain(picture, span)
    elif picture.mode in _PROFILED and "transparency" not in picture.info:
        plain = Image.Image.reduce(picture, factor)  # JPEG 2000 files hide this method behind an attribute
    else:
        plain = _shrink_in_bands(picture, factor, span)
    if profile and plain.mode in _PROFILED:
        plain = _by_profile(plain, profile)
    return plain if plain.mode == "RGB" else plain.convert("RGB")


def _shrink_in_bands(picture: Image.Image, factor: int, span: tuple[float, float]) -> Image.Image:
    """Convert and shrink band by band, so that a huge picture is never in memory twice."""
    rows = max(1, _BAND_PIXELS // picture.width // factor) * factor
    shrunk: Image.Image | None = None
    for top in range(0, picture.height, rows):
        band = picture.crop((0, top, picture.width, min(top + rows, picture.height)))
        band.info = picture.info
        small = _plain(band, span).reduce(factor)
        if shrunk is None:
            shrunk = Image.new(small.mode, (small.width, -(-picture.height // factor)))
        shrunk.paste(small, (0, top // factor))
    assert shrunk is not None
    return shrunk


def _plain(picture: Image.Image, span: tuple[float, float]) -> Image.Image:
    """Bring a picture to RGB, L or CMYK, without alpha."""
    mode = picture.mode
    if mode in _DEEP:
        return _deep_to_grey(picture, span)
    if mode == "LAB":
        return _lab_to_rgb(picture)
    if mode in _ALPHA or "transparency" in picture.info:
        try:
            picture = picture.convert("RGBA")
        except (ValueError, TypeError, IndexError):  # a transparency entry that makes no sense
            return picture.convert("RGB")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        return ground
    if mode in _PROFILED:
        return picture
    return picture.convert("L" if mode == "1" else "RGB")


def _span(picture: Image.Image) -> tuple[float, float]:
    """The values shown as black and white: the bit depth's when they look like 8, 12 or 16 bits, else their own."""
    values = _values(picture)
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    tops = (1.0, 255.0, 65535.0) if values.dtype.kind == "f" else (255.0, 4095.0, 65535.0)
    for top in tops:
        if low >= 0 and high <= top:
            return 0.0, top
    return low, max(high, low + 1e-9)


def _values(picture: Image.Image) -> "np.ndarray[Any, np.dtype[Any]]":
    return cast("np.ndarray[Any, np.dtype[Any]]", np.asarray(picture))


def _deep_to_grey(picture: Image.Image, span: tuple[float, float]) -> Image.Image:
    low, high = span
    values = np.nan_to_num(_values(picture).astype(np.float32), nan=low, posinf=high, neginf=low)
    grey = (values - low) * (255.0 / (high - low))
    return Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8))


def _lab_to_rgb(picture: Image.Image) -> Image.Image:
    return _applied(picture, _lab_transform()) or picture.getchannel(0)


def _by_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    transform = _transform(profile, picture.mode)
    return picture if transform is None else _applied(picture, transform) or picture


def _applied(picture: Image.Image, transform: ImageCms.ImageCmsTransform) -> Image.Image | None:
    try:
        return ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, ValueError):
        return None


@lru_cache(maxsize=1)
def _lab_transform() -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(_standard_profile("LAB"), _standard_profile("sRGB"), "LAB", "RGB")


@lru_cache(maxsize=32)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Build the transform to sRGB; None when the profile is sRGB already, or is damaged or of another colour space."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if mode == "RGB" and "sRGB" in ImageCms.getProfileDescription(source):
            return None
        return ImageCms.buildTransform(
            source, _standard_profile("sRGB"), mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _standard_profile(space: Literal["LAB", "sRGB"]) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(space))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
