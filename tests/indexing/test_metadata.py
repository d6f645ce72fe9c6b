import io
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from clipdesk.core.entities import PhotoMetadata
from clipdesk.indexing import limits
from clipdesk.indexing.decoder import DecodeTask, prepare
from clipdesk.indexing.text_fields import clean, clean_keywords, clean_rating, parse_date
from clipdesk.indexing.xmp import read_xmp

RDF = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:digiKam="http://www.digikam.org/ns/1.0/" {attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>"""


def xmp(attributes: str = "", elements: str = "") -> bytes:
    return RDF.format(attributes=attributes, elements=elements).encode()


def metadata_of(path: Path, sidecar: Path | None = None) -> PhotoMetadata:
    task = DecodeTask(str(path), None, None, sidecar=str(sidecar) if sidecar else None)
    metadata = prepare(task).metadata
    assert metadata is not None
    return metadata


def exif_block() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "NIKON CORPORATION", "NIKON D70\0\0"
    exif[ExifTags.Base.DateTime] = "2020:01:01 00:00:00"
    exif[0x4746] = 3
    exif[0x9C9E] = "Sommer;Strand\0".encode("utf-16-le")
    shot, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    shot[ExifTags.Base.DateTimeOriginal] = "2019:06:01 12:30:00"
    shot[ExifTags.Base.OffsetTimeOriginal] = "+09:00"
    shot[ExifTags.Base.LensModel] = "50mm\n f/1.8"
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "S", (33.0, 51.0, 30.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (151.0, 12.0, 0.0)
    place[ExifTags.GPS.GPSAltitude], place[ExifTags.GPS.GPSAltitudeRef] = 12.5, b"\x01"
    return exif


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif"])
def test_exif_in_every_format(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a{suffix}"
    Image.new("RGB", (40, 30)).save(file, exif=exif_block().tobytes())
    found = metadata_of(file)
    assert found.taken_at == datetime(2019, 6, 1, 12, 30, tzinfo=timezone(timedelta(hours=9)))
    assert found.camera == "NIKON D70"
    assert found.lens == "50mm f/1.8"
    assert found.latitude == pytest.approx(-33.858333, abs=1e-5)
    assert found.longitude == pytest.approx(151.2)
    assert found.altitude == -12.5
    assert (found.rating, found.width, found.height) == (3, 40, 30)
    if suffix != ".tif":  # Pillow writes byte tags of TIFF files in its own way
        assert found.keywords == ("Sommer", "Strand")


def test_photos_of_real_cameras(photos_folder: Path) -> None:
    odd = photos_folder / "odd"
    nikon = metadata_of(odd / "exif_samples" / "jpg_gps_DSCN0012.jpg")
    assert nikon.camera == "NIKON COOLPIX P6000"
    assert (nikon.latitude, nikon.longitude) == (pytest.approx(43.467157, abs=1e-5), pytest.approx(11.885395, abs=1e-5))
    assert nikon.taken_at == datetime(2008, 10, 22, 16, 29, 49)
    google = metadata_of(odd / "exiftool" / "t_images_Google.jpg")
    assert google.taken_at == datetime(2023, 10, 6, 22, 53, 51, tzinfo=timezone(timedelta(hours=2)))
    assert google.lens == "Google Pixel 8 Pro back camera 6.9mm f/1.68"
    west = metadata_of(odd / "immich" / "metadata_gps-position_thompson-springs.jpg")
    assert (west.latitude, west.longitude) == (pytest.approx(39.115), pytest.approx(-108.4009683))
    assert "utah winter scenes" in west.keywords


def test_iptc_of_a_real_photo(photos_folder: Path) -> None:
    found = metadata_of(photos_folder / "odd" / "pillow" / "Tests_images_iptc_roundUp.jpg")
    assert found.keywords == ("HvK", "2006", "summer", "July", "holiday", "Hungary", "Budapest")


def test_xmp_of_a_real_photo(photos_folder: Path) -> None:
    found = metadata_of(photos_folder / "odd" / "immich" / "metadata_faces_portrait.jpg")
    assert found.keywords == ("Marie Curie", "Pierre Curie", "People")


def test_embedded_xmp(tmp_path: Path) -> None:
    packet = xmp(
        'xmp:Rating="4" exif:DateTimeOriginal="2018-05-04T03:02:01.5Z" exif:GPSLatitude="45,30.5N"'
        ' exif:GPSLongitude="122,40.25W"',
        "<dc:subject><rdf:Bag><rdf:li>beach</rdf:li><rdf:li>Kyoto</rdf:li></rdf:Bag></dc:subject>"
        "<lr:hierarchicalSubject><rdf:Bag><rdf:li>places|Japan|Kyoto</rdf:li></rdf:Bag></lr:hierarchicalSubject>"
        "<digiKam:TagsList><rdf:Seq><rdf:li>people/Ann</rdf:li></rdf:Seq></digiKam:TagsList>"
        '<dc:title><rdf:Alt><rdf:li xml:lang="de">Meer</rdf:li><rdf:li xml:lang="x-default">Sea</rdf:li></rdf:Alt>'
        "</dc:title>",
    )
    for name in ("a.jpg", "a.webp", "a.tif"):
        image = Image.new("RGB", (40, 30))
        image.save(tmp_path / name, **({"tiffinfo": {700: packet}} if name == "a.tif" else {"xmp": packet}))
        found = metadata_of(tmp_path / name)
        assert found.rating == 4
        assert found.taken_at == datetime(2018, 5, 4, 3, 2, 1, 500_000, tzinfo=UTC)
        assert found.latitude == pytest.approx(45.508333, abs=1e-5)
        assert found.longitude == pytest.approx(-122.670833, abs=1e-5)
        assert found.keywords == ("beach", "Kyoto", "places", "Japan", "people", "Ann")
        assert found.title == "Sea"


def test_the_sidecar_has_the_last_word(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "a.jpg", exif=exif_block(), xmp=xmp('xmp:Rating="2"'))
    (tmp_path / "a.xmp").write_bytes(xmp("", "<xmp:Rating>5</xmp:Rating><dc:title>Mine</dc:title>"))
    assert metadata_of(tmp_path / "a.jpg").rating == 2
    found = metadata_of(tmp_path / "a.jpg", tmp_path / "a.xmp")
    assert (found.rating, found.title, found.camera) == (5, "Mine", "NIKON D70")
    assert found.keywords == ("Sommer", "Strand")


def test_sidecar_of_a_real_program(photos_folder: Path, tmp_path: Path) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "a.jpg")
    found = metadata_of(tmp_path / "a.jpg", photos_folder / "odd" / "immich" / "metadata_xmp_dates_2010.xmp")
    assert found.taken_at is not None
    assert found.taken_at.year == 2010


def test_hostile_xml_is_ignored(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + xmp('xmp:Rating="4"')
    secret = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + xmp("", "<dc:title>&a;</dc:title>")
    for packet in (bomb, secret, b"<x", b"\xff\xfe\x00", b"", xmp('xmp:Rating="4"') + b" " * limits.MAX_XMP_BYTES):
        facts = read_xmp(packet)
        assert (facts.rating, facts.title) == (None, None)


def test_odd_sidecars_are_ignored(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "a.jpg")
    (tmp_path / "folder.xmp").mkdir()
    (tmp_path / "huge.xmp").write_bytes(xmp('xmp:Rating="4"') + b" " * limits.MAX_XMP_BYTES)
    names = ["missing.xmp", "folder.xmp", "huge.xmp"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.xmp")
        names.append("pipe.xmp")
    assert all(metadata_of(tmp_path / "a.jpg", tmp_path / name).rating is None for name in names)


def test_damaged_exif_costs_nothing_else(tmp_path: Path) -> None:
    whole = exif_block().tobytes()
    for cut in range(0, len(whole), 7):
        buffer = io.BytesIO()
        Image.new("RGB", (40, 30)).save(buffer, "JPEG", exif=b"Exif\0\0" + whole[6:cut].ljust(20, b"\xff"))
        (tmp_path / "a.jpg").write_bytes(buffer.getvalue())
        assert (metadata_of(tmp_path / "a.jpg").width, metadata_of(tmp_path / "a.jpg").height) == (40, 30)


def test_places_that_are_none(tmp_path: Path) -> None:
    exif = Image.Exif()
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    for latitude, longitude in (((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), ((95.0, 0.0, 0.0), (10.0, 0.0, 0.0))):
        place[ExifTags.GPS.GPSLatitude], place[ExifTags.GPS.GPSLongitude] = latitude, longitude
        Image.new("RGB", (40, 30)).save(tmp_path / "a.jpg", exif=exif)
        found = metadata_of(tmp_path / "a.jpg")
        assert (found.latitude, found.longitude, found.altitude) == (None, None, None)


def test_text_is_one_printable_line_of_limited_length() -> None:
    assert clean("a\nb\x00\x1b[31m\u202ec  ", 50) == "a b [31m c"
    assert clean("Größe".encode("latin-1"), 50) == "Größe"
    assert clean("x" * 5000, 300) == "x" * 300
    assert clean(" \0 ", 50) is None
    assert clean(17, 50) is None
    assert clean_keywords(["Sea", "sea", "", None, "SEA", "b" * 1000]) == ("Sea", "b" * limits.MAX_KEYWORD_LENGTH)
    assert len(clean_keywords(str(number) for number in range(10_000))) == limits.MAX_KEYWORDS


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("2019:06:01 12:30:00", None, datetime(2019, 6, 1, 12, 30)),
        ("2019:06:01 12:30:00\0", "-03:30", datetime(2019, 6, 1, 12, 30, tzinfo=timezone(-timedelta(hours=3.5)))),
        ("2019-06-01T12:30:00Z", "+05:00", datetime(2019, 6, 1, 12, 30, tzinfo=UTC)),
        ("2019-06-01", None, datetime(2019, 6, 1)),
        (b"2019:06:01 12:30:60", None, datetime(2019, 6, 1, 12, 30, 59)),
        ("0000:00:00 00:00:00", None, None),
        ("    :  :     :  :  ", None, None),
        ("2019:13:01 12:30:00", None, None),
        ("2019:06:01 12:30:00", "+99:00", datetime(2019, 6, 1, 12, 30)),
        (None, None, None),
    ],
)
def test_dates(text: object, offset: object, expected: datetime | None) -> None:
    assert parse_date(text, offset) == expected


@pytest.mark.parametrize(
    ("value", "stars"), [("5", 5), (0, 0), ("-1", 0), ("3.0", 3), (99, None), ("", None), (None, None), ("nan", None)]
)
def test_ratings(value: object, stars: int | None) -> None:
    assert clean_rating(value) == stars
