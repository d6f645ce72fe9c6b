"""One photo file to everything that the library wants of it: hash, pixels for the model, thumbnail, metadata.

The file is read once and decoded once. Limits are in `limits`; every failure is a `DecodeError` with a one-line reason.
"""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from clipdesk.core.entities import ImageSpec, PhotoMetadata, Pixels
from clipdesk.core.errors import DecodeError
from clipdesk.indexing import thumbnails
from clipdesk.indexing.colour import to_srgb, upright, upright_size
from clipdesk.indexing.decode_errors import decoding
from clipdesk.indexing.exif import load_exif, orientation_of
from clipdesk.indexing.formats import suffix_of
from clipdesk.indexing.metadata import read_metadata
from clipdesk.indexing.model_input import model_pixels
from clipdesk.indexing.opening import Need, decode, open_picture
from clipdesk.indexing.reading import Source, open_source
from clipdesk.indexing.recognition import recognise

_OVERSAMPLING = 2
"""The decoded short side is at least this many times the model's: draft decoding and shrinking then change its input
by about one grey level in 255."""


@dataclass(frozen=True, slots=True)
class DecodeTask:
    """One file to prepare. Without `spec` no pixels come back, without `thumbnails` none is written.

    `known_hashes`: contents that need no decoding (photos of the same file size that the library has already).
    `sidecar`: path of the photo's XMP sidecar.
    """

    path: str
    spec: ImageSpec | None
    thumbnails: str | None
    known_hashes: frozenset[str] = frozenset()
    sidecar: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of a file; `metadata` and `pixels` are None when its hash was among the known ones.

    `pixels`: uint8 [size, size, 3] as the task's `spec` asks for, None without one. `size` in bytes.
    """

    content_hash: str
    size: int
    mtime_ns: int
    metadata: PhotoMetadata | None
    pixels: Pixels | None


@dataclass(frozen=True, slots=True)
class _Decoded:
    """`picture` is upright sRGB; None when only metadata was asked for."""

    picture: Image.Image | None
    metadata: PhotoMetadata


def prepare(task: DecodeTask) -> Prepared:
    """Read and hash one file and, unless its content is known, decode it.

    Raises `DecodeError`, or `LibraryError` when the thumbnail cannot be written.
    """
    with open_source(task.path) as source:
        known = source.content_hash in task.known_hashes
        thumbnail = thumbnails.missing_thumbnail(task.thumbnails, source.content_hash)
        if known:
            if thumbnail is not None:
                _replace_thumbnail(source, thumbnail)
            return Prepared(source.content_hash, source.size, source.mtime_ns, None, None)
        need = _need(task.spec, thumbnail is not None)
        decoded = _decode(source, need, task.sidecar)
        pixels = None
        if decoded.picture is not None:
            if task.spec is not None:
                pixels = model_pixels(decoded.picture, task.spec)
            if thumbnail is not None:
                thumbnails.write_thumbnail(decoded.picture, thumbnail)
        return Prepared(source.content_hash, source.size, source.mtime_ns, decoded.metadata, pixels)


def load_pixels(path: Path, spec: ImageSpec) -> Pixels:
    """Decode one file, in this process, to what a model wants: uint8 [size, size, 3]; raises `DecodeError`."""
    with open_source(path) as source:
        return model_pixels(_picture(source, _need(spec, thumbnail=False)), spec)


def load_preview(path: Path, longest_side: int) -> tuple[bytes, int, int]:
    """Decode one file, in this process, to an upright sRGB JPEG: (bytes, width, height); raises `DecodeError`."""
    with open_source(path) as source:
        picture = _picture(source, Need(1, max(1, longest_side)))
        return thumbnails.encode_jpeg(picture, max(1, longest_side), quality=90)


def _need(spec: ImageSpec | None, thumbnail: bool) -> Need | None:
    if spec is None and not thumbnail:
        return None
    return Need(spec.size * _OVERSAMPLING if spec else 1, thumbnails.LONGEST_SIDE if thumbnail else 1)


def _replace_thumbnail(source: Source, file: Path) -> None:
    """The cache was deleted: make it again in passing. The photo is known, so it fails for nobody."""
    try:
        thumbnails.write_thumbnail(_picture(source, Need(1, thumbnails.LONGEST_SIDE)), file)
    except DecodeError:
        return


def _picture(source: Source, need: Need | None) -> Image.Image:
    picture = _decode(source, need, None).picture
    assert picture is not None
    return picture


def _decode(source: Source, need: Need | None, sidecar: str | None) -> _Decoded:
    suffix = suffix_of(source.name)
    kind = recognise(source.head, suffix)
    with decoding("JPEG XL" if kind == "JXL" else "JPEG 2000" if kind == "JPEG2000" else kind):
        if kind == "RAW":
            return _decode_raw(source, need or Need(1, 1), sidecar)
        if kind == "JXL":
            return _decode_jpegxl(source, need or Need(1, 1), sidecar)
        return _decode_with_pillow(source, kind, need, sidecar)


def _decode_with_pillow(source: Source, kind: str, need: Need | None, sidecar: str | None) -> _Decoded:
    picture = open_picture(source.stream, kind)
    size = picture.size
    if need is not None and kind == "PNG":
        decode(picture, need)  # PNG may hold its EXIF behind the pixels
    exif = _exif(picture)
    orientation = orientation_of(exif)
    # Pillow turns TIFF itself, pixels and size.
    turn = 1 if kind == "TIFF" else orientation
    size = upright_size(size, turn)
    metadata = read_metadata(picture, exif, size=size, orientation=orientation, sidecar=sidecar)
    if need is None:
        return _Decoded(None, metadata)
    profile = picture.info.get("icc_profile")
    decode(picture, need)
    plain = to_srgb(picture, need, profile if isinstance(profile, bytes) else None)
    return _Decoded(upright(plain, turn), metadata)


def _decode_raw(source: Source, need: Need, sidecar: str | None) -> _Decoded:
    from clipdesk.indexing.raw import open_raw, raw_exif

    raw = open_raw(source, need)
    exif = raw_exif(source, raw)
    metadata = read_metadata(
        None,
        exif,
        size=upright_size((raw.width, raw.height), raw.orientation),
        orientation=raw.orientation,
        sidecar=sidecar,
        lens=raw.lens,
    )
    profile = raw.picture.info.get("icc_profile")
    plain = to_srgb(raw.picture, need, profile if isinstance(profile, bytes) else None)
    return _Decoded(plain if raw.turned else upright(plain, raw.orientation), metadata)


def _decode_jpegxl(source: Source, need: Need, sidecar: str | None) -> _Decoded:
    from clipdesk.indexing.jpegxl import open_jpegxl

    picture = open_jpegxl(source.data())
    metadata = read_metadata(None, Image.Exif(), size=picture.size, sidecar=sidecar)
    return _Decoded(to_srgb(picture, need), metadata)


def _exif(picture: Image.Image) -> Image.Exif:
    try:
        return picture.getexif()
    except Exception:  # Pillow raises whatever the damaged bytes lead it to; a photo without EXIF is still a photo
        return load_exif(b"")
