"""A hostile file costs that file, never the run."""

import io
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from PIL import Image, PngImagePlugin

from clipdesk.core.entities import ImageSpec, PhotoMetadata
from clipdesk.core.errors import DecodeError
from clipdesk.core.messages import IndexReply, IndexRequest, SearchReply, SearchRequest, SimilarRequest
from clipdesk.core.settings import Settings
from clipdesk.indexing import limits, lone_pictures
from clipdesk.indexing.decode_pool import DecodePool
from clipdesk.indexing.decoder import DecodeTask, Prepared, prepare
from clipdesk.indexing.lone_pictures import LonePictures
from clipdesk.worker.resources import Hooks
from clipdesk.worker.service import Service
from tests.faults import fuzzing
from tests.faults.conftest import Effort, Figures
from tests.faults.mutations import damaged

SPEC = ImageSpec(64)
SECONDS = 10.0
"""What the worst metadata may take on a busy machine; it takes a tenth of that."""
FOUND_BEFORE: tuple[int, ...] = (38_653,)
"""Seeds that once failed. 38653: a HEIF whose metadata lies about its place ends libheif with a segmentation fault."""


def test_damaged_files_are_read_or_refused(
    photos_folder: Path, tmp_path: Path, effort: Effort, figures: Figures
) -> None:
    found = fuzzing.try_all(photos_folder / "odd", tmp_path, (*FOUND_BEFORE, *range(effort(5_000, 100_000))))
    figures("inputs tried", found.tried)
    figures("read all the same", found.outcomes["read"])
    figures("slowest in s", found.slowest)
    figures("peak memory in MB", found.largest)
    assert found.wrong == {}, "by seed, see fuzzing.try_all"
    assert found.outcomes["read"] > found.tried / 10, "most damage should leave something to read"
    figures("codecs crashed", len(found.crashed))
    assert len(found.crashed) <= len(FOUND_BEFORE) + found.tried / 10_000, f"codecs crash too often: {found.crashed}"
    assert found.largest < 2_000
    assert {int(left.stem) for left in tmp_path.iterdir()} <= set(found.crashed)


def test_a_file_that_crashes_its_codec_is_told_and_the_next_one_read(photos_folder: Path, tmp_path: Path) -> None:
    originals = fuzzing.originals(photos_folder / "odd")
    with DecodePool(SPEC, None, 1) as pool:
        for seed in FOUND_BEFORE:
            bad = damaged(seed, originals)
            (tmp_path / f"bad{bad.suffix}").write_bytes(bad.data)
            sent = [pool.submit(pool.task(path)) for path in (tmp_path / f"bad{bad.suffix}", _named(tmp_path, "a", 1))]
            with pytest.raises(DecodeError):
                sent[0].result(60)
            assert sent[1].result(60).pixels is not None


# ---- metadata ----

_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"'
    ' xmlns:xmp="http://ns.adobe.com/xap/1.0/">{}</rdf:RDF></x:xmpmeta>'
)
_MUCH = 900_000
"""Characters: just below what is read of an XMP packet."""
_SPOOF = "holiday\u202egpj.exe\u2066\x1b]0,x\x07\x00\r\n<img src=x onerror=alert(1)>"
_NESTED = "<rdf:Description><dc:subject>", "</dc:subject></rdf:Description>"


def _picture(path: Path, **how: object) -> Path:
    Image.new("RGB", (40, 30), (90, 10, 10)).save(path, **how)
    return path


def _read(path: Path, sidecar: Path | None = None) -> PhotoMetadata:
    started = time.monotonic()
    found = prepare(DecodeTask(str(path), SPEC, None, sidecar=str(sidecar) if sidecar else None))
    assert time.monotonic() - started < SECONDS
    assert found.metadata is not None
    fuzzing.look_at(found.metadata)
    return found.metadata


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param("<a>" * (_MUCH // 7) + "</a>" * (_MUCH // 7), id="nested"),
        pytest.param(_NESTED[0] * (_MUCH // 62) + _NESTED[1] * (_MUCH // 62), id="nested descriptions"),
        pytest.param("<rdf:Description/>" * (_MUCH // 18), id="many descriptions"),
        pytest.param(
            f"<rdf:Description><dc:subject><rdf:Bag>{'<rdf:li/>' * (_MUCH // 9)}</rdf:Bag></dc:subject>"
            "</rdf:Description>",
            id="many keywords",
        ),
        pytest.param(
            f"<rdf:Description><lr:hierarchicalSubject>{'|' * _MUCH}</lr:hierarchicalSubject></rdf:Description>",
            id="many levels",
        ),
        pytest.param(f"<rdf:Description xmp:Rating='{'9' * _MUCH}'/>", id="a long number"),
    ],
)
def test_metadata_that_multiplies_takes_no_time(inside: str, tmp_path: Path) -> None:
    sidecar = tmp_path / "a.xmp"
    sidecar.write_text(_XMP.format(inside), encoding="utf-8")
    assert sidecar.stat().st_size <= limits.MAX_XMP_BYTES
    assert _read(_picture(tmp_path / "a.jpg"), sidecar).keywords == ()


@pytest.mark.parametrize("suffix", ["png", "webp", "tif", "avif"])
def test_ten_megabytes_of_keywords(suffix: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x9C9E] = (";" * 2_500_000 + "k" * 2_500_000).encode("utf-16-le")
    exif[0x9C9B] = ("../" * 1_700_000).encode("utf-16-le")
    exif[0x010F] = "M\x1b[31m" * 500_000
    found = _read(_picture(tmp_path / f"a.{suffix}", exif=exif.tobytes()))
    assert found.title is not None
    assert len(found.title) <= limits.MAX_TITLE_LENGTH
    assert found.camera is not None
    assert "\x1b" not in found.camera


def test_text_that_deceives_is_one_printable_line(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x9C9E] = f"{_SPOOF};../../etc/passwd;{_SPOOF}".encode("utf-16-le")
    exif[0x0110] = "Camera\n\x1b[2J"
    found = _read(_picture(tmp_path / "a.jpg", exif=exif.tobytes()))
    # What looks like HTML or a path stays what it is: text. Nothing reads it as anything else.
    assert found.keywords == ("holiday gpj.exe ]0,x <img src=x onerror=alert(1)>", "../../etc/passwd")
    assert found.camera == "Camera [2J"


def test_pixels_and_text_that_swell_are_refused(tmp_path: Path) -> None:
    """A few KB that become 60 MB of text; a header that promises 4 gigapixels."""
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", "A" * 60_000_000, zip=True)
    bomb = _picture(tmp_path / "a.png", pnginfo=text)
    assert bomb.stat().st_size < 100_000
    buffer = io.BytesIO()
    Image.new("L", (1, 1)).save(buffer, "BMP")
    promised = bytearray(buffer.getvalue())
    promised[18:26] = struct.pack("<ii", 65_535, 65_535)
    (tmp_path / "b.bmp").write_bytes(promised)
    for name in ("a.png", "b.bmp"):
        with pytest.raises(DecodeError):
            _read(tmp_path / name)


_LIES: tuple[tuple[str, str], ...] = (("JPEG", "a.png"), ("PNG", "a.heic"), ("GIF", "a.jpg"), ("BMP", "a.avif"))


@pytest.mark.parametrize(("kind", "name"), _LIES)
def test_a_picture_under_another_formats_name_is_read(kind: str, name: str, tmp_path: Path) -> None:
    _picture(tmp_path / name, format=kind)
    assert _read(tmp_path / name).width == 40


@pytest.mark.parametrize(
    "content", [b"#!/bin/sh\nrm -rf /\n", b"%!PS\nsystemdict", b"PK\x03\x04", b"\x7fELF", b"<svg/>"]
)
def test_what_only_has_the_name_of_a_picture_is_never_opened_as_something_else(content: bytes, tmp_path: Path) -> None:
    for suffix in (".jpg", ".png", ".tif", ".heic"):
        (tmp_path / f"a{suffix}").write_bytes(content)
        with pytest.raises(DecodeError, match="not a picture"):
            _read(tmp_path / f"a{suffix}")


# ---- the processes that decode ----


def _misbehave(task: DecodeTask) -> Prepared:
    """Like a codec that does what the file's name says."""
    what = Path(task.path).stem.partition(" ")[0]
    if what == "crash":
        os.abort()
    elif what == "hang":
        threading.Event().wait()
    elif what == "burn":
        while True:
            pass
    elif what == "swallow":
        _ = bytes(2 * limits.ADDRESS_SPACE_BYTES)
    elif what == "recurse":
        _recurse([])
    elif what == "limits":
        import resource

        found = [resource.getrlimit(which)[0] for which in (resource.RLIMIT_CPU, resource.RLIMIT_CORE)]
        raise DecodeError(f"limits {found[0]} {found[1]}")
    return prepare(task)


def _recurse(inside: list[object]) -> None:
    _recurse([inside])


def _named(folder: Path, name: str, number: int) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name} {number}.png"
    Image.new("RGB", (60, 40), (20 * number, 0, 10 * len(name) + len(set(name)))).save(path)
    return path


def test_codecs_that_misbehave_cost_their_photo_and_never_the_run(tmp_path: Path, figures: Figures) -> None:
    """The whole engine: those files are listed with a reason, and not tried again; everything else is found."""
    photos, bad = tmp_path / "Photos", ("crash", "swallow", "recurse")
    for number in range(6):
        _named(photos, "good", number)
        for name in bad[: 3 if number < 2 else 0]:
            _named(photos, name, number)
    settings, hooks = Settings(decoder_processes=2), Hooks(prepare=_misbehave)
    service = Service(tmp_path / "library", settings, write=True, create=True, emit=lambda _: None, hooks=hooks)
    try:
        first, again = (service.call(IndexRequest(number, (photos,))) for number in (1, 2))
        found = service.call(SearchRequest(3, "a red square", limit=50))
    finally:
        service.close()
    assert isinstance(first, IndexReply)
    assert isinstance(again, IndexReply)
    assert isinstance(found, SearchReply)
    reasons = {failure.path.stem: failure.reason for failure in first.report.failed}
    assert sorted(reasons) == sorted(f"{name} {number}" for name in bad for number in range(2))
    assert {reasons[f"crash {number}"] for number in range(2)} == {"the decoder crashed on this file"}
    assert all("memory" in reasons[f"swallow {number}"] for number in range(2))
    assert (first.report.added, again.report.added, again.report.unchanged) == (6, 0, 12)
    assert len(found.hits) == 6
    figures("photos lost to codecs", len(reasons))


def test_a_codec_that_hangs_is_killed(tmp_path: Path) -> None:
    with DecodePool(SPEC, None, 2, prepare=_misbehave, seconds=2) as pool:
        hung = [pool.submit(pool.task(_named(tmp_path, name, 1))) for name in ("hang", "burn")]
        good = pool.submit(pool.task(_named(tmp_path, "good", 1)))
        for future in hung:
            with pytest.raises(DecodeError, match="longer than 2 s"):
                future.result(60)
        assert good.result(60).pixels is not None


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such limits")
def test_decoders_have_limits_of_the_systems_own(tmp_path: Path) -> None:
    with DecodePool(SPEC, None, 1, prepare=_misbehave, seconds=40) as pool:
        for _ in range(2):
            with pytest.raises(DecodeError, match="limits") as told:
                pool.submit(pool.task(_named(tmp_path, "limits", 1))).result(60)
            seconds, core = (int(word) for word in told.value.message.split()[1:])
            assert 40 <= seconds <= 40 + limits.SPARE_SECONDS + 20, "the processor's time is counted for each photo"
            assert core == 0, "no crash may leave a photo on the disk"


_BURN = """
from clipdesk.indexing import decode_process
decode_process.limit_time(1)
while True:
    pass
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such limits")
def test_a_decoder_that_nobody_kills_is_ended_by_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", _BURN], check=False, timeout=60)
    assert done.returncode == -signal.SIGXCPU


# ---- a picture that a query names ----


def test_a_hostile_picture_in_a_query_is_told_and_the_next_question_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is decoded where indexing decodes: a codec that crashes must not end what answers the window."""
    for number in range(3):
        _named(tmp_path / "Photos", "good", number)
    service = Service(tmp_path / "library", Settings(decoder_processes=1), write=True, create=True, emit=print)
    monkeypatch.setattr(lone_pictures, "load_pixels", _crash_here)
    try:
        assert isinstance(service.call(IndexRequest(1, (tmp_path / "Photos",))), IndexReply)
        (tmp_path / "cut.png").write_bytes((tmp_path / "Photos" / "good 1.png").read_bytes()[:60])
        with pytest.raises(DecodeError, match="cut"):
            service.call(SimilarRequest(2, tmp_path / "cut.png"))
        found = service.call(SimilarRequest(3, _named(tmp_path, "other", 1), limit=2))
    finally:
        service.close()
    assert isinstance(found, SearchReply)
    assert len(found.hits) == 2


def _crash_here(path: Path, spec: ImageSpec) -> None:
    """What only the decoder process must call; it has its own copy of the module."""
    pytest.fail("the picture is decoded in the process that answers")


def test_a_decoder_of_queries_that_dies_is_replaced(tmp_path: Path) -> None:
    good, pictures = _named(tmp_path, "good", 1), LonePictures()
    try:
        assert pictures.load(good, SPEC).shape == (64, 64, 3)
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()):
                child.kill()
                child.wait(30)
        assert pictures.load(good, SPEC).shape == (64, 64, 3)
    finally:
        pictures.close()


def test_a_picture_of_a_query_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with closing(LonePictures(seconds=0.001)) as pictures, pytest.raises(DecodeError, match="longer than"):
        pictures.load(_named(tmp_path, "good", 1), SPEC)
