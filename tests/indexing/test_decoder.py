import io
import os
import socket
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
import xxhash
from dropped_rights import ordinary_user, public_folder
from PIL import Image, ImageCms, ImageDraw

from clipdesk.core.entities import ImageSpec, Pixels
from clipdesk.core.errors import DecodeError, DiskFullError
from clipdesk.core.paths import thumbnail_file
from clipdesk.indexing import limits
from clipdesk.indexing.decoder import DecodeTask, Prepared, load_pixels, load_preview, prepare
from clipdesk.indexing.reading import open_source
from clipdesk.models import torchvision_operators

SPEC = ImageSpec(224)
RED, BLUE = (220, 30, 20), (20, 40, 210)


def prepared(path: Path, spec: ImageSpec | None = SPEC, thumbnails: Path | None = None) -> Prepared:
    return prepare(DecodeTask(str(path), spec, str(thumbnails) if thumbnails else None))


def pixels_of(path: Path) -> Pixels:
    pixels = prepared(path).pixels
    assert pixels is not None
    assert pixels.shape == (224, 224, 3)
    assert pixels.dtype == np.uint8
    return pixels


def difference(one: Pixels, other: Pixels) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def reference(picture: Image.Image, mode: str, size: int = 224) -> Pixels:
    """What open_clip itself makes of a picture, before the mean is taken off."""
    torchvision_operators.ensure()
    from open_clip.transform import image_transform

    transform = image_transform(size, is_train=False, mean=(0, 0, 0), std=(1, 1, 1), resize_mode=mode, fill_color=0)
    return np.rint(transform(picture).numpy().transpose(1, 2, 0) * 255).astype(np.uint8)


# ---- pixels for the model ----


@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
def test_model_pixels_equal_open_clip(photos_folder: Path, mode: str) -> None:
    files = sorted((photos_folder / "library").rglob("*.jpg"))[::60]
    assert len(files) >= 4
    for file in files:
        with Image.open(file) as picture:
            expected = reference(picture.convert("RGB"), mode)
        assert np.array_equal(load_pixels(file, ImageSpec(224, mode)), expected), file.name


@pytest.mark.parametrize("size", [(1000, 30), (30, 1000), (7, 5), (224, 224), (225, 300)])
@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
def test_odd_sizes_equal_open_clip(tmp_path: Path, size: tuple[int, int], mode: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (*size[::-1], 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "x.png")
    made = load_pixels(tmp_path / "x.png", ImageSpec(224, mode))
    assert difference(made, reference(Image.fromarray(noise), mode)) < (0.5 if 1000 in size else 1e-9)


def test_draft_decoding_hardly_changes_the_model_pixels(photos_folder: Path) -> None:
    file = photos_folder / "odd" / "exif_orient" / "Landscape_1.jpg"
    with Image.open(file) as picture:
        assert min(picture.size) >= 4 * 224
        expected = reference(picture.convert("RGB"), "shortest")
    assert difference(load_pixels(file, SPEC), expected) < 1.0


def test_shrinking_hardly_changes_the_model_pixels(photos_folder: Path, tmp_path: Path) -> None:
    with Image.open(photos_folder / "odd" / "exif_orient" / "Landscape_1.jpg") as picture:
        big = picture.convert("RGB").resize((2700, 1800))
    expected = reference(big, "shortest")
    big.save(tmp_path / "big.bmp")
    transparent = big.convert("RGBA")
    transparent.save(tmp_path / "alpha.png", compress_level=1)
    assert difference(load_pixels(tmp_path / "big.bmp", SPEC), expected) < 1.0
    assert difference(load_pixels(tmp_path / "alpha.png", SPEC), expected) < 1.0


def test_an_endless_strip_takes_no_endless_memory(tmp_path: Path) -> None:
    Image.new("L", (60_000, 2), 128).save(tmp_path / "strip.png")
    assert pixels_of(tmp_path / "strip.png").mean() == 128


# ---- orientation ----


def test_turned_copies_look_alike(photos_folder: Path) -> None:
    files = sorted((photos_folder / "odd" / "exif_orient").glob("Landscape_*.jpg"))
    assert len(files) >= 3
    upright = [pixels_of(file) for file in files]
    for file, pixels in zip(files, upright, strict=True):
        assert difference(pixels, upright[0]) < 12, file.name  # each has its number painted on


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_every_orientation_in_every_format(tmp_path: Path, orientation: int, suffix: str) -> None:
    picture = Image.new("RGB", (300, 200), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 99, 99), fill=RED)
    draw.rectangle((200, 0, 299, 49), fill=BLUE)
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = picture.transpose(undo[orientation]) if orientation > 1 else picture
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / f"a{suffix}", exif=exif, quality=95)
    picture.save(tmp_path / "upright.png")
    task = prepared(tmp_path / f"a{suffix}")
    assert task.pixels is not None
    assert difference(task.pixels, pixels_of(tmp_path / "upright.png")) < 2
    assert task.metadata is not None
    assert (task.metadata.width, task.metadata.height, task.metadata.orientation) == (300, 200, orientation)


# ---- modes and colours ----


def save_modes(folder: Path) -> dict[str, Path]:
    """The same two halves, red and blue (or dark and bright), in every mode that a file can hold."""
    picture = Image.new("RGB", (300, 300), RED)
    picture.paste(BLUE, (150, 0, 300, 300))
    grey = picture.convert("L")
    deep = np.where(np.arange(300) < 150, 20_000, 60_000)[None, :].repeat(300, 0)
    made = {
        "P.png": picture.quantize(8),
        "P.gif": picture.quantize(8),
        "1.png": grey.point(lambda value: 255 * (value > 60)).convert("1"),
        "L.jpg": grey,
        "LA.png": Image.merge("LA", (grey, Image.new("L", grey.size, 255))),
        "RGBA.png": picture.convert("RGBA"),
        "RGBA.webp": picture.convert("RGBA"),
        "CMYK.jpg": picture.convert("CMYK"),
        "CMYK.tif": picture.convert("CMYK"),
        "YCbCr.tif": picture.convert("YCbCr"),
        "I16.png": Image.fromarray(deep.astype(np.uint16)),
        "I16.tif": Image.fromarray(deep.astype(np.uint16)),
        "I32.tif": Image.fromarray(deep.astype(np.int32)),
        "F01.tif": Image.fromarray((deep / 65535).astype(np.float32)),
        "F.tif": Image.fromarray(deep.astype(np.float32)),
        "RGB.jp2": picture,
        "RGB.avif": picture,
        "RGB.ppm": picture,
    }
    for name, image in made.items():
        image.save(folder / name)
    return {name: folder / name for name in made}


def test_every_mode(tmp_path: Path) -> None:
    for name, file in save_modes(tmp_path).items():
        pixels = pixels_of(file)
        left, right = pixels[112, 50].astype(int), pixels[112, 170].astype(int)
        if name.startswith(("I", "F")):
            assert abs(left - 20_000 / 257).max() <= 2, name
            assert abs(right - 60_000 / 257).max() <= 2, name
        elif name.startswith(("1", "L")):
            assert np.ptp(left) == np.ptp(right) == 0, name
            assert left[0] > right[0] + 10, name
        else:
            assert abs(left - RED).max() <= 8, (name, left)
            assert abs(right - BLUE).max() <= 8, (name, right)


def test_alpha_is_laid_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (50, 50), (*RED, 0)).save(tmp_path / "a.png")
    transparent = Image.new("P", (50, 50), 0)
    transparent.putpalette([*RED, *BLUE])
    transparent.save(tmp_path / "b.png", transparency=0)
    transparent.save(tmp_path / "c.gif", transparency=0)
    Image.new("RGB", (50, 50), RED).save(tmp_path / "d.png", transparency=RED)
    Image.new("RGBA", (4000, 3000), (*RED, 0)).save(tmp_path / "e.webp", lossless=True)
    for name in ("a.png", "b.png", "c.gif", "d.png", "e.webp"):
        assert pixels_of(tmp_path / name).min() == 255, name


def test_half_transparent_is_half_white(tmp_path: Path) -> None:
    Image.new("RGBA", (2000, 2000), (0, 0, 0, 128)).save(tmp_path / "a.png")
    assert abs(pixels_of(tmp_path / "a.png").astype(int) - 127).max() <= 1


def test_colours_of_another_space_become_srgb(photos_folder: Path, tmp_path: Path) -> None:
    with Image.open(photos_folder / "odd" / "exif_samples" / "jpg_orientation_landscape_2.jpg") as photo:
        profile = photo.info["icc_profile"]
    assert "Generic RGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    picture = Image.new("RGB", (300, 200), (60, 200, 80))
    picture.save(tmp_path / "plain.png")
    expected = ImageCms.profileToProfile(picture, io.BytesIO(profile), ImageCms.createProfile("sRGB"), 1)
    assert expected is not None
    assert abs(np.asarray(expected)[9, 9].astype(int) - (60, 200, 80)).max() > 8
    assert tuple(pixels_of(tmp_path / "plain.png")[9, 9]) == (60, 200, 80)
    for size in ((300, 200), (3000, 2000)):
        for name in ("a.png", "a.webp", "a.tif"):
            picture.resize(size).save(tmp_path / name, icc_profile=profile, lossless=True)
            made = pixels_of(tmp_path / name)[9, 9].astype(int)
            assert abs(made - np.asarray(expected)[9, 9]).max() <= 1, (name, size)


def test_a_damaged_profile_is_ignored(tmp_path: Path) -> None:
    Image.new("RGB", (50, 50), RED).save(tmp_path / "a.png", icc_profile=b"nonsense" * 30)
    assert tuple(pixels_of(tmp_path / "a.png")[9, 9]) == RED


@pytest.mark.parametrize("name", ["mde/heic_cheers_1440x960.heic", "jxl/testcases_bicycles_input.jxl"])
def test_heif_and_jpeg_xl(photos_folder: Path, name: str) -> None:
    assert pixels_of(photos_folder / "odd" / name).std() > 20


def test_raw_files_of_cameras(photos_folder: Path) -> None:
    panasonic = prepared(photos_folder / "odd" / "exiftool" / "t_images_Panasonic.rw2").metadata
    canon = prepared(photos_folder / "odd" / "exiftool" / "t_images_DNG.dng").metadata
    assert panasonic is not None
    assert canon is not None
    assert (panasonic.camera, panasonic.width, panasonic.height) == ("Panasonic DMC-LX3", 3648, 2736)
    assert (canon.camera, canon.width, canon.height) == ("Canon EOS 350D DIGITAL", 3456, 2303)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_raw_is_developed_and_turned(tmp_path: Path, orientation: int) -> None:
    """A Bayer DNG (RGGB, linear, 16 bits) whose stored picture is bright on the left and dark on the right."""
    values = np.where(np.arange(1200) < 600, 50_000, 3_000)[None, :].repeat(800, 0).astype(np.uint16)
    tags = [
        (33421, "H", 2, (2, 2), False),
        (33422, "B", 4, (0, 1, 1, 2), False),
        (50706, "B", 4, (1, 4, 0, 0), False),
        (50708, "s", 0, "Test camera", False),
        (50721, "2i", 9, (1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1), False),
        (50728, "2I", 3, (1, 1, 1, 1, 1, 1), False),
        (50778, "H", 1, 21, False),
        (274, "H", 1, orientation, False),
        (271, "s", 0, "Maker", False),
        (272, "s", 0, "Test camera", False),
    ]
    tifffile.imwrite(tmp_path / "a.dng", values, photometric="cfa", extratags=tags, software="")
    result = prepared(tmp_path / "a.dng")
    assert result.metadata is not None
    assert (result.metadata.camera, result.metadata.orientation) == ("Maker Test camera", orientation)
    assert (result.metadata.width > result.metadata.height) == (orientation < 5)
    assert result.pixels is not None
    left, right, top, bottom = np.s_[112, 5], np.s_[112, 218], np.s_[5, 112], np.s_[218, 112]
    bright, dark = {1: (left, right), 3: (right, left), 6: (top, bottom), 8: (bottom, top)}[orientation]
    assert result.pixels[bright].mean() > 150
    assert result.pixels[dark].mean() < 100


# ---- hash, thumbnail, previews ----


def test_hash_and_file_facts(small_library_photos: Path) -> None:
    file = next(small_library_photos.rglob("*.jpg"))
    result = prepared(file)
    status = file.stat()
    assert result.content_hash == xxhash.xxh3_128_hexdigest(file.read_bytes())
    assert (result.size, result.mtime_ns) == (status.st_size, status.st_mtime_ns)


def test_large_files_are_hashed_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(2).integers(0, 255, (900, 900, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    whole = prepared(tmp_path / "a.png")
    monkeypatch.setattr("clipdesk.indexing.reading.IN_MEMORY_BYTES", 1000)
    pieces = prepared(tmp_path / "a.png")
    assert pieces.content_hash == whole.content_hash
    assert pieces.pixels is not None
    assert whole.pixels is not None
    assert np.array_equal(pieces.pixels, whole.pixels)


def test_known_content_is_not_decoded(tmp_path: Path) -> None:
    file = tmp_path / "broken.jpg"
    file.write_bytes(b"\xff\xd8\xff\xe0 not really a picture")
    digest = xxhash.xxh3_128_hexdigest(file.read_bytes())
    result = prepare(DecodeTask(str(file), SPEC, str(tmp_path / "thumbnails"), frozenset((digest,))))
    assert (result.content_hash, result.metadata, result.pixels) == (digest, None, None)


def test_thumbnail(photos_folder: Path, tmp_path: Path) -> None:
    result = prepared(photos_folder / "odd" / "exif_orient" / "Landscape_6.jpg", thumbnails=tmp_path)
    file = thumbnail_file(tmp_path, result.content_hash)
    with Image.open(file) as thumbnail:
        assert thumbnail.format == "JPEG"
        assert thumbnail.size == (512, 341)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]
    before = file.stat().st_mtime_ns
    prepared(photos_folder / "odd" / "exif_orient" / "Landscape_6.jpg", thumbnails=tmp_path)
    assert file.stat().st_mtime_ns == before


def test_a_lost_thumbnail_of_known_content_comes_back(small_library_photos: Path, tmp_path: Path) -> None:
    file = next(small_library_photos.rglob("*.jpg"))
    digest = prepared(file, None).content_hash
    thumbnails = tmp_path / "thumbnails"
    result = prepare(DecodeTask(str(file), SPEC, str(thumbnails), frozenset((digest,))))
    assert result.pixels is None
    assert thumbnail_file(thumbnails, digest).is_file()


def test_small_photos_are_not_enlarged(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30), RED).save(tmp_path / "a.png")
    digest = prepared(tmp_path / "a.png", None, tmp_path / "t").content_hash
    with Image.open(thumbnail_file(tmp_path / "t", digest)) as thumbnail:
        assert thumbnail.size == (40, 30)


@pytest.mark.skipif(not Path("/dev/full").exists() or os.geteuid() != 0, reason="needs a full disk to write to")
def test_a_full_disk_is_the_librarys_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (40, 30), RED).save(tmp_path / "a.png")
    with open_source(tmp_path / "a.png") as source:
        target = thumbnail_file(tmp_path / "t", source.content_hash)
    target.parent.mkdir(parents=True)
    (target.parent / f".{target.stem}.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(DiskFullError, match="full"):
        prepared(tmp_path / "a.png", SPEC, tmp_path / "t")


def test_preview(photos_folder: Path) -> None:
    data, width, height = load_preview(photos_folder / "odd" / "exif_orient" / "Landscape_6.jpg", 900)
    with Image.open(io.BytesIO(data)) as preview:
        assert preview.size == (width, height) == (900, 600)


# ---- what is no photo ----


def reason(path: Path) -> str:
    with pytest.raises(DecodeError) as caught:
        prepared(path)
    assert caught.value.message
    assert "\n" not in caught.value.message
    return caught.value.message


def test_reasons(tmp_path: Path, photos_folder: Path) -> None:
    file = tmp_path / "a.jpg"
    assert reason(tmp_path / "missing.jpg") == "the file is gone"
    assert "folder" in reason(tmp_path)
    file.write_bytes(b"")
    assert reason(file) == "the file is empty"
    file.write_text("<html>not a photo</html>")
    assert reason(file) == "not a picture: it looks like a web page (HTML)"
    whole = next((photos_folder / "library").rglob("*.jpg")).read_bytes()
    file.write_bytes(whole[: len(whole) // 3])
    assert reason(file) == "damaged JPEG picture: the file is cut off"
    assert "name" in reason(Path("a\0b.jpg"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_pipes_and_sockets_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "pipe" in reason(tmp_path / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.jpg"))
        assert "socket" in reason(tmp_path / "s.jpg")
    assert "device" in reason(Path("/dev/zero"))


@pytest.mark.skipif(os.name != "posix", reason="chmod forbids nothing here")
def test_forbidden_file() -> None:
    with public_folder() as folder:
        (folder / "a.jpg").write_bytes(b"x")
        (folder / "a.jpg").chmod(0)
        with ordinary_user():
            assert "permission" in reason(folder / "a.jpg")


def test_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to(tmp_path / "a.jpg")
    assert "link" in reason(tmp_path / "a.jpg")


def test_misnamed_pictures_are_decoded(tmp_path: Path) -> None:
    Image.new("RGB", (50, 50), RED).save(tmp_path / "a.png")
    for name in ("b.jpg", "c.dng", "d.heic"):
        (tmp_path / name).write_bytes((tmp_path / "a.png").read_bytes())
        assert tuple(pixels_of(tmp_path / name)[9, 9]) == RED


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims a size; its pixels are missing."""
    buffer = io.BytesIO()
    Image.new("L", (1, 1)).save(buffer, "PNG")
    data = bytearray(buffer.getvalue())
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


def test_bombs_are_refused_before_decoding(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(png_of_size(50_000, 50_000))
    assert reason(tmp_path / "bomb.png").startswith("the picture is too large (50000 x 50000, 2500 megapixels")
    Image.new("1", (16_000, 16_000)).save(tmp_path / "wide.png")
    assert "too large" in reason(tmp_path / "wide.png")


def test_files_over_the_size_limit_are_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(limits.MAX_FILE_BYTES + 1)
    assert "too large" in reason(tmp_path / "huge.jpg")


def test_decoding_from_several_threads(photos_folder: Path) -> None:
    files = sorted((photos_folder / "library").rglob("*.jpg"))[:8]
    expected = [load_pixels(file, SPEC) for file in files]
    got: dict[int, Pixels] = {}
    threads = [
        threading.Thread(target=lambda at=at, file=file: got.update({at: load_pixels(file, SPEC)}))
        for at, file in enumerate(files)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(got[at], pixels) for at, pixels in enumerate(expected))
