"""Every odd, broken, hostile or rare file through real decoder processes."""

import threading
from collections import Counter
from pathlib import Path

import psutil
import pytest

from clipdesk.core.entities import ImageSpec
from clipdesk.core.errors import DecodeError
from clipdesk.indexing.decode_pool import DecodePool
from clipdesk.indexing.decoder import Prepared
from clipdesk.indexing.formats import is_photo, suffix_of

MOST_BYTES = 1_500_000_000


class PeakMemory:
    """The most memory that the children of this process held together, in bytes of resident set."""

    def __init__(self) -> None:
        self.bytes = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(0.02):
            held = 0
            for child in psutil.Process().children():
                try:
                    held += child.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.bytes = max(self.bytes, held)


@pytest.fixture(scope="module")
def outcomes(photos_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Prepared | DecodeError]:
    files = sorted(path for path in (photos_folder / "odd").rglob("*") if path.is_file())
    found: dict[Path, Prepared | DecodeError] = {}
    with (
        PeakMemory() as memory,
        DecodePool(ImageSpec(224), tmp_path_factory.mktemp("thumbnails"), 2) as pool,
    ):
        futures = {}
        for file in files:
            futures[file] = pool.submit(pool.task(file))
        for file, future in futures.items():
            try:
                found[file] = future.result(300)
            except DecodeError as error:
                found[file] = error
    assert memory.bytes > 0
    assert memory.bytes < MOST_BYTES, f"{memory.bytes / 1e6:.0f} MB"
    return found


def test_every_file_ends_one_way_or_the_other(outcomes: dict[Path, Prepared | DecodeError]) -> None:
    assert len(outcomes) > 800
    for file, outcome in outcomes.items():
        if isinstance(outcome, DecodeError):
            assert outcome.message, file.name
            assert "\n" not in outcome.message
            assert len(outcome.message) < 200
            assert " at 0x" not in outcome.message
        else:
            assert outcome.pixels is not None
            assert outcome.pixels.shape == (224, 224, 3)
            assert outcome.metadata is not None
            assert outcome.metadata.width > 0
            assert outcome.metadata.height > 0


def test_no_file_crashed_or_hung_its_decoder(outcomes: dict[Path, Prepared | DecodeError]) -> None:
    reasons = {file.name: outcome.message for file, outcome in outcomes.items() if isinstance(outcome, DecodeError)}
    assert [name for name, reason in reasons.items() if "crashed" in reason or "longer than" in reason] == []
    assert [name for name, reason in reasons.items() if "the decoder" in reason] == []


def test_most_of_each_format_is_read(outcomes: dict[Path, Prepared | DecodeError]) -> None:
    read = Counter(suffix_of(file.name) for file, outcome in outcomes.items() if isinstance(outcome, Prepared))
    asked = Counter(suffix_of(file.name) for file in outcomes)
    # Most HEIF files hold uncompressed pixels, which pi-heif's decoder lacks; many files are broken on purpose.
    least = {
        ".png": 0.94,
        ".bmp": 0.65,
        ".gif": 0.75,
        ".tif": 0.7,
        ".webp": 1.0,
        ".avif": 0.9,
        ".jp2": 0.7,
        ".jxl": 0.9,
        ".jpg": 0.55,
        ".heic": 0.07,
        ".heif": 0.15,
    }
    for suffix, share in least.items():
        assert read[suffix] >= share * asked[suffix], (suffix, read[suffix], asked[suffix])
    assert {".dng", ".rw2"} <= set(read)


def test_what_is_no_photo_type_is_told_apart(outcomes: dict[Path, Prepared | DecodeError]) -> None:
    others = {file: outcome for file, outcome in outcomes.items() if not is_photo(file.name)}
    assert {suffix_of(file.name) for file in others} >= {".psd", ".ico", ".txt", ".xmp"}
    for file, outcome in others.items():
        assert isinstance(outcome, DecodeError), file.name
        assert outcome.message.startswith("not a picture"), file.name


def test_bombs(outcomes: dict[Path, Prepared | DecodeError]) -> None:
    big = next(outcome for file, outcome in outcomes.items() if file.name == "bmp_bmpsuite_b_reallybig.bmp")
    assert isinstance(big, DecodeError)
    assert "too large" in big.message
