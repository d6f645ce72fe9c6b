"""JPEG XL through imagecodecs, where that optional package is installed."""

import numpy as np
from PIL import Image

from clipdesk.core.errors import DecodeError
from clipdesk.indexing.opening import check_size


def open_jpegxl(data: bytes) -> Image.Image:
    """Decode a JPEG XL file: first frame, upright, 8 bits a channel; raises imagecodecs' errors or `DecodeError`."""
    try:
        import imagecodecs
    except ImportError:
        raise DecodeError(
            "JPEG XL pictures need the package imagecodecs", "install it with: pip install 'clipdesk[jxl]'"
        ) from None
    pixels = imagecodecs.jpegxl_decode(data, index=0, numthreads=1)
    while pixels.ndim > 3 or (pixels.ndim == 3 and pixels.shape[2] > 4):
        pixels = pixels[0]
    check_size((pixels.shape[1], pixels.shape[0]), "JXL")
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    elif pixels.dtype.kind == "f":
        pixels = np.clip(np.rint(np.nan_to_num(pixels) * 255.0), 0, 255).astype(np.uint8)
    return Image.fromarray(np.squeeze(pixels, axis=2) if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels)
