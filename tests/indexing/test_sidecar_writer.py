"""XMP sidecars as other programs write them: tags are merged, every other byte stays."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from clipdesk.indexing.sidecar_layout import LayoutError
from clipdesk.indexing.sidecar_writer import SidecarError, merged, write_tags
from clipdesk.indexing.sidecars import find
from clipdesk.indexing.xmp import read_xmp

_HEAD = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<!-- made by hand -->
"""
LIGHTROOM = (
    _HEAD
    + """<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 7.0">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="uuid:faf5bdd5"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
    xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
   xmp:Rating="4"
   crs:Exposure2012='+0.35 > "bright"'>
   <dc:subject>
    <rdf:Bag>
     <rdf:li>Kyoto</rdf:li>
     <rdf:li>caf\u00e9 &amp; bar</rdf:li>
    </rdf:Bag>
   </dc:subject>
   <lr:hierarchicalSubject>
    <rdf:Bag>
     <rdf:li>places|Japan|Kyoto</rdf:li>
    </rdf:Bag>
   </lr:hierarchicalSubject>
   <crs:ToneCurve><rdf:Seq><rdf:li>0, 0</rdf:li></rdf:Seq></crs:ToneCurve>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
)
DARKTABLE = """<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:darktable="http://darktable.sf.net/"
   darktable:xmp_version="5"
   darktable:history_end="7"/>
 </rdf:RDF>
</x:xmpmeta>
"""
ODD = (
    '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><r:Bag/></dc:subject></r:Description></r:RDF>'
)
DEFAULT_NAMESPACE = (
    '<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><Description '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><Bag><li>one</li></Bag></dc:subject></Description></RDF>'
)
CRLF = LIGHTROOM.replace("\n", "\r\n")


def keywords(packet: bytes) -> list[str]:
    return list(read_xmp(packet).keywords)


@pytest.mark.parametrize("text", [LIGHTROOM, DARKTABLE, ODD, DEFAULT_NAMESPACE, CRLF])
def test_tags_come_and_go_and_everything_else_stays(text: str) -> None:
    before = text.encode()
    kept = keywords(before)
    with_tags = merged(before, ["beach", "a < b & c", "café & bar"])
    assert set(keywords(with_tags)) == {*kept, "beach", "a < b & c", "café & bar"}
    assert len(keywords(with_tags)) == len(set(keywords(with_tags)))
    assert merged(with_tags, ["beach", "a < b & c", "café & bar"]) == with_tags, "a second time changes nothing"
    without = merged(with_tags, [])
    assert keywords(without) == kept, "keywords of other programs stay"
    if len(before.splitlines()) > 1:
        remaining = iter(without.splitlines(keepends=True))
        assert all(line in remaining for line in before.splitlines(keepends=True)[:-1])


def test_every_other_byte_is_kept() -> None:
    before = LIGHTROOM.encode()
    after = merged(before, ["beach"])
    place = before.index(b"</rdf:li>\n    </rdf:Bag>\n   </dc:subject>") + len(b"</rdf:li>")
    added = b"\n     <rdf:li>beach</rdf:li>"
    assert after.startswith(before[:place] + added + before[place:][: len(b"\n    </rdf:Bag>")])
    rest = after.replace(added, b"")
    ours = rest[rest.index(b'  <rdf:Description rdf:about="uuid:faf5bdd5"\n    xmlns:clipdesk') :]
    ours = ours[: ours.index(b"</rdf:Description>\n") + len(b"</rdf:Description>\n")]
    assert rest.replace(ours, b"") == before
    assert b"places|Japan|Kyoto</rdf:li>\n     <rdf:li>beach</rdf:li>" in after, "Lightroom's own list has it as well"


def test_a_keyword_that_was_there_before_is_not_taken_away() -> None:
    accepted = merged(LIGHTROOM.encode(), ["kyoto"])
    assert accepted == LIGHTROOM.encode()
    assert keywords(merged(accepted, [])) == keywords(LIGHTROOM.encode())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no XMP"),
        (b"hello", "no XMP"),
        (b"<html><body/></html>", "no XMP"),
        (LIGHTROOM.encode()[:600], "well-formed"),
        (LIGHTROOM.encode("utf-16"), "UTF-8|no XMP"),
        (LIGHTROOM.encode("latin-1", "replace"), "UTF-8"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + LIGHTROOM.split("-->\n")[1].encode(), "document type"),
        (
            LIGHTROOM.encode().replace(b' xmp:Rating="4"', b' dc:subject="one"').split(b"<dc:subject>")[0]
            + b"</rdf:Description></rdf:RDF></x:xmpmeta>",
            "form",
        ),
        (LIGHTROOM.encode().replace(b"<rdf:Bag>", b"", 1).replace(b"</rdf:Bag>", b"", 1), "form"),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(LayoutError, match=reason):
        merged(content, ["beach"])


# ---- files ----


@pytest.fixture
def photo(photos_folder: Path, tmp_path: Path) -> Path:
    source = next(path for path in sorted((photos_folder / "library").rglob("*.jpg")))
    return Path(shutil.copyfile(source, tmp_path / "IMG 1.jpg"))


def test_a_new_sidecar_beside_the_photo(photo: Path) -> None:
    before = photo.read_bytes()
    assert write_tags(photo, ["beach", "sea"])
    sidecar = photo.with_name("IMG 1.jpg.xmp")
    assert find(photo) == str(sidecar)
    assert keywords(sidecar.read_bytes()) == ["beach", "sea"]
    assert photo.read_bytes() == before
    assert sorted(path.name for path in photo.parent.iterdir()) == ["IMG 1.jpg", "IMG 1.jpg.xmp"]
    assert not write_tags(photo, ["beach", "sea"]), "there is nothing to write"


def test_no_sidecar_for_a_photo_without_tags(photo: Path) -> None:
    assert not write_tags(photo, [])
    assert find(photo) is None


def test_the_sidecar_that_is_there_is_used(photo: Path) -> None:
    sidecar = photo.with_name("IMG 1.xmp")
    sidecar.write_text(LIGHTROOM, encoding="utf-8")
    sidecar.chmod(0o640)
    assert write_tags(photo, ["beach"])
    assert not photo.with_name("IMG 1.jpg.xmp").exists()
    assert "beach" in keywords(sidecar.read_bytes())
    if os.name == "posix":
        assert stat.S_IMODE(sidecar.stat().st_mode) == 0o640


def test_a_broken_sidecar_is_left_as_it_is(photo: Path) -> None:
    sidecar = photo.with_name("IMG 1.jpg.xmp")
    sidecar.write_bytes(b"<x:xmpmeta")
    with pytest.raises(SidecarError, match=r"IMG 1\.jpg\.xmp was left as it is"):
        write_tags(photo, ["beach"])
    assert sidecar.read_bytes() == b"<x:xmpmeta"
    assert len(list(photo.parent.iterdir())) == 2


def test_a_folder_in_the_sidecars_place(photo: Path) -> None:
    photo.with_name("IMG 1.jpg.xmp").mkdir()
    with pytest.raises(SidecarError):
        write_tags(photo, ["beach"])


def test_a_link_stays_a_link(photo: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target = elsewhere / "kept.xmp"
    target.write_text(DARKTABLE, encoding="utf-8")
    link = photo.with_name("IMG 1.jpg.xmp")
    link.symlink_to(target)
    assert write_tags(photo, ["beach"])
    assert link.is_symlink()
    assert keywords(target.read_bytes()) == ["beach"]


def test_never_into_a_photo_that_a_link_leads_to(photo: Path) -> None:
    before = photo.read_bytes()
    photo.with_name("IMG 1.jpg.xmp").symlink_to(photo)
    with pytest.raises(SidecarError, match="no sidecar"):
        write_tags(photo, ["beach"])
    assert photo.read_bytes() == before


def test_a_disk_that_takes_nothing_leaves_the_old_one(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sidecar = photo.with_name("IMG 1.jpg.xmp")
    sidecar.write_text(LIGHTROOM, encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SidecarError, match="no space left"):
        write_tags(photo, ["beach"])
    assert sidecar.read_text(encoding="utf-8") == LIGHTROOM
    assert sorted(path.name for path in photo.parent.iterdir()) == ["IMG 1.jpg", "IMG 1.jpg.xmp"]


def test_a_change_of_another_program_meanwhile_is_kept(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sidecar = photo.with_name("IMG 1.jpg.xmp")
    sidecar.write_text(LIGHTROOM, encoding="utf-8")
    changed = LIGHTROOM.replace('xmp:Rating="4"', 'xmp:Rating="555"')
    real = os.fsync

    def change_once(handle: int) -> None:
        real(handle)
        if sidecar.read_text(encoding="utf-8") == LIGHTROOM:
            sidecar.write_text(changed, encoding="utf-8")

    monkeypatch.setattr(os, "fsync", change_once)
    assert write_tags(photo, ["beach"])
    assert b'xmp:Rating="555"' in sidecar.read_bytes()
    assert "beach" in keywords(sidecar.read_bytes())
