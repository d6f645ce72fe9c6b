import pytest

from clipdesk.core.errors import DecodeError
from clipdesk.indexing.formats import PHOTO_SUFFIXES, RAW_SUFFIXES, is_photo, is_raw
from clipdesk.indexing.recognition import recognise


@pytest.mark.parametrize(
    "name",
    ["a.jpg", "B.JPEG", "été à Rome.HEIC", "x.tar.png", "c.Dng", "photo .webp", "日本.avif", "p.pgm", "n.NEF", "j.jxl"],
)
def test_photo_names(name: str) -> None:
    assert is_photo(name)


@pytest.mark.parametrize("name", ["a.psd", "icon.ico", "drawing.svg", "jpg", "a.jpg.xmp", "a.mp4", "a.jpg~", "png."])
def test_other_names(name: str) -> None:
    assert not is_photo(name)


def test_raw_is_a_kind_of_photo() -> None:
    assert RAW_SUFFIXES < PHOTO_SUFFIXES
    assert is_raw("A.CR3")
    assert not is_raw("a.tif")


@pytest.mark.parametrize(
    ("head", "suffix", "kind"),
    [
        (b"\xff\xd8\xff\xe0", ".png", "JPEG"),
        (b"II*\0\x08\0\0\0", ".tif", "TIFF"),
        (b"II*\0\x08\0\0\0", ".dng", "RAW"),
        (b"II*\0\x10\0\0\0CR\x02\0", ".tif", "RAW"),
        (b"P6\n4 4 255\n", ".jpg", "PPM"),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", ".heic", "AVIF"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0heicmif1", ".avif", "HEIF"),
        (b"\0\0\0\x18ftypcrx \0\0\0\0isom", ".jpg", "RAW"),
    ],
)
def test_content_decides(head: bytes, suffix: str, kind: str) -> None:
    assert recognise(head, suffix) == kind


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"<!DOCTYPE html><p>404", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b'<?xml version="1.0"?><svg xmlns="">', "SVG"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isom", "video"),
        (bytes(4096), "zeros"),
        (b"just words\n", "text"),
        (b"\x01\x02\x03", "no known"),
    ],
)
def test_what_is_no_picture_is_named(head: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        recognise(head, ".jpg")
