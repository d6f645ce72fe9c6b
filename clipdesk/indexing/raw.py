"""Camera RAW through rawpy (LibRaw): the camera's own preview when it is large enough, else a half-size development."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from clipdesk.core.errors import DecodeError
from clipdesk.indexing.exif import load_exif
from clipdesk.indexing.limits import MAX_PIXELS
from clipdesk.indexing.opening import Need, decode, open_bytes
from clipdesk.indexing.reading import Source

if TYPE_CHECKING:
    import rawpy

_ORIENTATION_OF_FLIP = {0: 1, 3: 3, 5: 8, 6: 6}
"""LibRaw's flip (sizes.flip) as EXIF orientation."""


@dataclass(frozen=True, slots=True)
class RawPicture:
    """A developed RAW file. `picture` still has to be turned by `orientation`; sizes are before turning, in pixels."""

    picture: Image.Image
    width: int
    height: int
    orientation: int
    turned: bool
    """True when `picture` stands upright already."""
    preview_exif: bytes | None = None
    lens: str | None = None


def open_raw(source: Source, need: Need) -> RawPicture:
    """Decode a RAW file to at least `need` if it has that many pixels; raises LibRaw's errors or `DecodeError`."""
    import rawpy

    with rawpy.imread(source.rewound()) as raw:
        sizes = raw.sizes
        width, height = sizes.crop_width or sizes.width, sizes.crop_height or sizes.height
        if not 0 < width * height <= MAX_PIXELS:
            raise DecodeError(f"the picture is too large ({width} x {height})")
        orientation = _ORIENTATION_OF_FLIP.get(sizes.flip, 1)
        lens = _lens_name(raw)
        preview = _preview(raw, need)
        exif = None
        if preview is not None:
            exif = preview.info.get("exif")
            if min(preview.size) >= need.short_side and max(preview.size) >= need.long_side:
                turned = orientation >= 5 and (preview.width > preview.height) != (width > height)
                return RawPicture(preview, width, height, orientation, turned, exif, lens)
        try:
            pixels = raw.postprocess(half_size=True, use_camera_wb=True, output_bps=8, user_flip=0)
        except rawpy.LibRawError:
            if preview is None or min(preview.size) < _SMALLEST_PREVIEW:
                raise
            turned = orientation >= 5 and (preview.width > preview.height) != (width > height)
            return RawPicture(preview, width, height, orientation, turned, exif, lens)
        picture = Image.fromarray(np.ascontiguousarray(pixels))
        return RawPicture(picture, width, height, orientation, False, exif, lens)


def raw_exif(source: Source, raw: RawPicture) -> Image.Exif:
    """EXIF of a RAW file: of its own TIFF structure where it has one, else of its preview."""
    if source.head[:2] in (b"II", b"MM"):
        # Panasonic and Olympus have their own magic number in front of an ordinary TIFF directory.
        exif = load_exif(
            b"Exif\0\0" + (b"II*\0" if source.head[:2] == b"II" else b"MM\0*") + source.data()[4:_EXIF_BYTES]
        )
        if exif.get(_MODEL):
            return exif
    return load_exif(raw.preview_exif or b"")


_MODEL = 272
_EXIF_BYTES = 4 << 20
"""The directories of a RAW file lie in its first megabytes."""
_SMALLEST_PREVIEW = 120
"""Short side in pixels of a preview that is better than nothing when the sensor's data cannot be developed."""


def _preview(raw: rawpy.RawPy, need: Need) -> Image.Image | None:
    import rawpy

    try:
        thumb = raw.extract_thumb()
    except rawpy.LibRawError:
        return None
    if thumb.format == rawpy.ThumbFormat.BITMAP and isinstance(thumb.data, np.ndarray):
        return Image.fromarray(thumb.data) if thumb.data.ndim == 3 else None
    if thumb.format != rawpy.ThumbFormat.JPEG or not isinstance(thumb.data, bytes):
        return None
    try:
        preview = open_bytes(thumb.data, "JPEG")
        decode(preview, need)
    except (OSError, SyntaxError, ValueError, DecodeError):  # a damaged preview: develop the sensor's data instead
        return None
    return preview


def _lens_name(raw: rawpy.RawPy) -> str | None:
    with suppress(AttributeError):
        return raw.lens.model or None
    return None
