"""A photo as a model wants it: open_clip's own preprocessing, bit for bit, without torch."""

import numpy as np
from PIL import Image

from clipdesk.core.entities import ImageSpec, Pixels

_FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}


def model_pixels(picture: Image.Image, spec: ImageSpec) -> Pixels:
    """Resize and crop an RGB picture as open_clip's `image_transform` does: uint8 [size, size, 3].

    "shortest" is torchvision's Resize + CenterCrop, "longest" open_clip's ResizeKeepRatio + CenterCropOrPad, "squash"
    a plain Resize (open_clip 3, src/open_clip/transform.py).
    """
    size, kernel = spec.size, _FILTERS[spec.interpolation]
    if spec.resize == "squash":
        made = picture.resize((size, size), kernel)
    elif spec.resize == "longest":
        made = _padded(picture, size, kernel, spec.fill)
    else:
        made = _centre_square(picture, size, kernel)
    return np.asarray(made)


def _centre_square(picture: Image.Image, size: int, kernel: Image.Resampling) -> Image.Image:
    """Scale the short side to `size`, keep the middle square; only that square is ever computed."""
    width, height = picture.size
    if width <= height:
        new_width, new_height = size, int(size * height / width)
    else:
        new_width, new_height = int(size * width / height), size
    if (new_width, new_height) == (width, height):
        scaled = picture
    elif max(new_width, new_height) <= 4 * size:
        scaled = picture.resize((new_width, new_height), kernel)
    else:
        # A strip: scaled whole it could take gigabytes. The same filter over just the part that is kept.
        left, top = round((new_width - size) / 2.0), round((new_height - size) / 2.0)
        across, down = width / new_width, height / new_height
        box = (left * across, top * down, min((left + size) * across, width), min((top + size) * down, height))
        return picture.resize((size, size), kernel, box)
    left, top = round((new_width - size) / 2.0), round((new_height - size) / 2.0)
    return scaled.crop((left, top, left + size, top + size))


def _padded(picture: Image.Image, size: int, kernel: Image.Resampling, fill: int) -> Image.Image:
    ratio = max(picture.width / size, picture.height / size)
    new = (max(1, round(picture.width / ratio)), max(1, round(picture.height / ratio)))
    scaled = picture if new == picture.size else picture.resize(new, kernel)
    ground = Image.new("RGB", (size, size), (fill, fill, fill))
    ground.paste(scaled, ((size - new[0]) // 2, (size - new[1]) // 2))
    return ground
