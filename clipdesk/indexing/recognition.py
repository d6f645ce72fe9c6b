"""Tells by its first bytes what a file really is, whatever it is called."""

from clipdesk.core.errors import DecodeError
from clipdesk.indexing.formats import HEIF_SUFFIXES, RAW_SUFFIXES

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_MAGIC = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),
    (b"\xff\x0a", "JXL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JXL"),
    (b"FUJIFILMCCD-RAW", "RAW"),
    (b"IIU\0", "RAW"),
    (b"IIRO", "RAW"),
    (b"IIRS", "RAW"),
    (b"MMOR", "RAW"),
    (b"FOVb", "RAW"),
    (b"\0MRM", "RAW"),
    (b"II\x1a\0\0\0HEAPCCDR", "RAW"),
)
_PPM_SECOND = b"123456fFy7"
_HEIF_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1", b"miaf"))
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"8BPS", "a Photoshop document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x1a\x45\xdf\xa3", "a video"),
    (b"OggS", "a sound or video"),
    (b"ID3", "a sound"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\0\0\x01\0", "an icon"),
    (b"\0\x05\x16\x07", "macOS's notes about another file"),
    (b"version https://git-lfs", "a Git LFS pointer"),
)


def recognise(head: bytes, suffix: str) -> str:
    """Name the format: a key of `limits.BYTES_PER_PIXEL`, or "RAW". Raises `DecodeError` for what is no picture."""
    if head.startswith(_TIFF):
        return "RAW" if suffix in RAW_SUFFIXES or head[8:10] == b"CR" else "TIFF"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:1] == b"P" and head[1:2] in _PPM_SECOND and head[2:3].isspace():
        return "PPM"
    if head[4:8] == b"ftyp":
        return _of_brands(head, suffix)
    if suffix in RAW_SUFFIXES:
        return "RAW"
    raise DecodeError(f"not a picture: {_looks_like(head)}")


def _of_brands(head: bytes, suffix: str) -> str:
    """ISO media files name what they hold in their first box: a major brand, a version, compatible brands."""
    end = min(max(int.from_bytes(head[:4], "big"), 12), 256)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}
    if head[8:12] == b"crx ":
        return "RAW"
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    if brands & _HEIF_BRANDS or suffix in HEIF_SUFFIXES:
        return "HEIF"
    if suffix == ".avif":
        return "AVIF"
    raise DecodeError("not a picture: it looks like a video")


def _looks_like(head: bytes) -> str:
    for magic, what in _OTHERS:
        if head.startswith(magic):
            return f"it looks like {what}"
    if head[:4] == b"RIFF":
        return "it looks like a sound or video"
    if not head.strip(b"\0"):
        return "it holds nothing but zeros"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"<svg") or b"<svg" in text[:1024]:
        return "it looks like an SVG drawing"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "it looks like a web page (HTML)"
    if text.startswith(b"<?xml"):
        return "it looks like XML"
    if b"\0" not in head and sum(byte < 9 or 13 < byte < 32 for byte in head) == 0:
        return "it looks like text"
    return "its content is of no known picture format"
