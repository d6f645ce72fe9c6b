"""Opens a photo with Pillow by its content and decodes it no larger than needed."""

import importlib
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageFile

from clipdesk.core.errors import DecodeError
from clipdesk.indexing.limits import BYTES_PER_PIXEL, MAX_DECODE_BYTES, MAX_PIXELS

_PLUGINS = {
    "JPEG": (("JPEG",), ("PIL.JpegImagePlugin",)),
    "PNG": (("PNG",), ("PIL.PngImagePlugin",)),
    "GIF": (("GIF",), ("PIL.GifImagePlugin",)),
    "BMP": (("BMP",), ("PIL.BmpImagePlugin",)),
    "TIFF": (("TIFF",), ("PIL.TiffImagePlugin",)),
    "WEBP": (("WEBP",), ("PIL.WebPImagePlugin",)),
    "JPEG2000": (("JPEG2000",), ("PIL.Jpeg2KImagePlugin",)),
    "PPM": (("PPM",), ("PIL.PpmImagePlugin",)),
    "AVIF": (("AVIF",), ("PIL.AvifImagePlugin",)),
    "HEIF": (("HEIF",), ()),
}


@dataclass(frozen=True, slots=True)
class Need:
    """How large a decoded picture has to be, in pixels; a larger one may be made smaller down to this."""

    short_side: int
    long_side: int


def open_picture(stream: BinaryIO, kind: str) -> ImageFile.ImageFile:
    """Read the header of a picture of format `kind`; raises whatever Pillow raises, or `DecodeError` if too large."""
    formats = _formats(kind)
    stream.seek(0)
    picture = Image.open(stream, formats=formats)
    check_size(picture.size, "progressive JPEG" if kind == "JPEG" and picture.info.get("progressive") else kind)
    return picture


def check_size(size: tuple[int, int], kind: str) -> None:
    """Raise `DecodeError` when a picture of this size (pixels) would need too much memory to decode."""
    pixels = size[0] * size[1]
    if pixels <= 0:
        raise DecodeError("the picture has no pixels")
    if pixels > min(MAX_PIXELS, MAX_DECODE_BYTES / BYTES_PER_PIXEL[kind]):
        limit = min(MAX_PIXELS, MAX_DECODE_BYTES / BYTES_PER_PIXEL[kind]) / 1e6
        raise DecodeError(
            f"the picture is too large ({size[0]} x {size[1]}, {pixels / 1e6:.0f} megapixels; at most {limit:.0f}"
            f" for {kind})"
        )


def decode(picture: ImageFile.ImageFile, need: Need) -> None:
    """Decode the pixels in place; JPEG, JPEG 2000 and HEIF at a fraction of their size where that is enough."""
    short, long = min(picture.size), max(picture.size)
    factor = min(short // need.short_side, long // need.long_side)
    if factor >= 2 and picture.format in ("JPEG", "MPO"):
        picture.draft(picture.mode, (picture.width // factor, picture.height // factor))
    elif factor >= 2 and picture.format == "JPEG2000":
        # Each level halves the picture; files usually have five.
        picture.reduce = min(factor.bit_length() - 1, 5)  # pyright: ignore[reportAttributeAccessIssue]
    picture.load()


def open_bytes(data: bytes, kind: str) -> ImageFile.ImageFile:
    """Like `open_picture`, of a picture inside another file."""
    return open_picture(BytesIO(data), kind)


@cache
def _formats(kind: str) -> tuple[str, ...]:
    """Load only the plugin that is needed: asking Pillow by name would load all forty."""
    formats, modules = _PLUGINS[kind]
    for module in modules:
        importlib.import_module(module)
    if kind == "HEIF":
        import pi_heif

        pi_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
    elif kind == "AVIF":
        from PIL import AvifImagePlugin

        # Decoder processes share the cores among themselves.
        AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    return formats
