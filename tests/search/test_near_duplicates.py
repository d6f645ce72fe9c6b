from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.entities import Ids, Matrix
from clipdesk.search import near_duplicates
from clipdesk.search.engine import Snapshot
from clipdesk.search.keep_best import Candidate, by_quality, is_copy
from clipdesk.search.layout import DIM, layouts, read_planes
from clipdesk.search.layout_store import LayoutStore
from clipdesk.search.near_duplicates import NEAR, NearDuplicates, Pairs, groups_of
from clipdesk.search.vector_index import ExactIndex


def _photos(photos_folder: Path, count: int) -> list[Path]:
    return sorted(path for path in (photos_folder / "library").rglob("*.jpg"))[:count]


def _layout(picture: Image.Image, file: Path) -> Matrix:
    picture.convert("RGB").save(file, quality=88)
    return layouts(read_planes(file)[None])[0]


def test_copies_have_the_layout_of_their_original_and_others_do_not(photos_folder: Path, tmp_path: Path) -> None:
    files = _photos(photos_folder, 12)
    originals = np.stack([_layout(Image.open(file), tmp_path / "one.jpg") for file in files])
    for place, file in enumerate(files):
        with Image.open(file) as picture:
            width, height = picture.size
            half = _layout(picture.resize((width // 2, height // 2)), tmp_path / "two.jpg")
            cut = _layout(
                picture.crop((width // 50, height // 50, width - width // 50, height - height // 50)),
                tmp_path / "two.jpg",
            )
        assert originals[place] @ half > 0.97
        assert originals[place] @ cut > 0.9
    between = (originals @ originals.T)[np.triu_indices(len(files), 1)]
    assert between.max() < 0.6


def test_what_is_flat_is_like_nothing(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 3, (200, 300, 3), np.uint8)
    dark = _layout(Image.fromarray(noise), tmp_path / "dark.jpg")
    other = _layout(Image.fromarray(noise[::-1] + np.uint8(90)), tmp_path / "grey.jpg")
    for one in (dark, other):
        assert one @ dark < 0.5
        assert one @ other < 0.5
    assert np.linalg.norm(_layout(Image.new("RGB", (300, 200)), tmp_path / "black.jpg")) < 1e-3


def _library(vectors: Matrix, live: np.ndarray | None = None) -> Snapshot:
    live = np.ones(len(vectors), bool) if live is None else live
    return Snapshot("model", np.arange(100, 100 + len(vectors)), live, ExactIndex(vectors), vectors[:10])


def _made(count: int, copies: int, seed: int = 3) -> tuple[Matrix, Matrix]:
    """Layouts and contents of photos, the last `copies` of them copies of the first ones."""
    rng = np.random.default_rng(seed)

    def unit(rows: np.ndarray) -> Matrix:
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    made = unit(rng.standard_normal((count, DIM)))
    contents = unit(rng.standard_normal((count, 32)))
    made[count - copies :] = unit(made[:copies] + 0.03 * rng.standard_normal((copies, DIM)))
    contents[count - copies :] = contents[:copies]
    return made, contents


def _find(finder: NearDuplicates, library: Snapshot, made: Matrix) -> set[tuple[int, int]]:
    def layouts_of(photo_ids: Ids) -> Matrix:
        return made[photo_ids - 100]

    pairs = finder.find(library, layouts_of, lambda: None).at_least(NEAR)
    return set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))


def test_pairs_come_once_with_the_older_photo_first() -> None:
    made, contents = _made(400, 40)
    assert _find(NearDuplicates(), _library(contents), made) == {(row, 360 + row) for row in range(40)}


def test_photos_that_come_later_are_compared_with_all_before_them() -> None:
    made, contents = _made(400, 40)
    finder = NearDuplicates()
    assert _find(finder, _library(contents[:380]), made) == {(row, 360 + row) for row in range(20)}
    assert _find(finder, _library(contents), made) == {(row, 360 + row) for row in range(40)}
    # Other photos in the same places: nothing that is known holds.
    assert _find(finder, _library(contents[:50]), made) == set()


def test_photos_that_are_gone_are_in_no_pair() -> None:
    made, contents = _made(100, 10)
    live = np.ones(100, bool)
    live[3] = False
    assert _find(NearDuplicates(), _library(contents, live), made) == {(row, 90 + row) for row in range(10) if row != 3}


def test_anchors_lose_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_duplicates, "_EXACT", 500)
    made, contents = _made(3000, 300)
    made[7] = 0.0  # has no thumbnail
    finder = NearDuplicates()
    wanted = {(row, 2700 + row) for row in range(300) if row != 7}
    assert _find(finder, _library(contents[:2800]), made) == {pair for pair in wanted if pair[1] < 2800}
    assert _find(finder, _library(contents), made) == wanted


def test_what_is_cancelled_is_begun_anew() -> None:
    made, contents = _made(200, 5)
    finder = NearDuplicates()

    def cancel() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        finder.find(_library(contents), lambda ids: made[ids - 100], cancel)
    assert len(_find(finder, _library(contents), made)) == 5


def test_a_chain_of_likenesses_is_no_group() -> None:
    pairs = Pairs(np.array([0, 1, 2], np.int32), np.array([1, 2, 3], np.int32), np.array([0.9, 0.85, 0.95], np.float32))
    assert groups_of(pairs, [1, 0, 2, 3]) == [[(1, 1.0), (0, pytest.approx(0.9)), (2, pytest.approx(0.85))]]
    assert groups_of(pairs, [3, 2, 0, 1]) == [
        [(3, 1.0), (2, pytest.approx(0.95))],
        [(0, 1.0), (1, pytest.approx(0.9))],
    ]
    assert groups_of(pairs, [0, 2]) == []


def test_layouts_are_kept_and_made_again(photos_folder: Path, tmp_path: Path) -> None:
    hashes = [f"{number:032x}" for number in (5 << 70, 6 << 70, 7 << 70)]
    for content_hash, file in zip(hashes[:2], _photos(photos_folder, 2), strict=True):
        target = tmp_path / "thumbnails" / content_hash[:2] / f"{content_hash}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    store = LayoutStore(tmp_path / "index", tmp_path / "thumbnails", write=True)
    first = store.of(hashes, lambda: None)
    assert np.linalg.norm(first, axis=1) == pytest.approx([1, 1, 0], abs=1e-3)
    (tmp_path / "thumbnails").rename(tmp_path / "away")
    again = LayoutStore(tmp_path / "index", tmp_path / "thumbnails", write=True)
    assert np.array_equal(again.of(hashes, lambda: None), first)
    [file] = (tmp_path / "index").iterdir()
    file.write_bytes(b"damaged")
    assert not LayoutStore(tmp_path / "index", tmp_path / "thumbnails", write=True).of(hashes, lambda: None).any()
    (tmp_path / "away").rename(tmp_path / "thumbnails")
    reader = LayoutStore(tmp_path / "elsewhere", tmp_path / "thumbnails", write=False)
    assert np.allclose(reader.of(hashes, lambda: None), first, atol=1e-3)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("best", "other", "reason"),
    [
        (Candidate(12, 5, "a (1)", 9), Candidate(11, 9, "IMG_1234", 1), "resolution"),
        (Candidate(12, 5, "beach", 9), Candidate(12, 9, "beach-edited", 1), "original name"),
        (Candidate(12, 9, "beach", 9), Candidate(12, 8, "IMG_1234", 1), "size"),
        (Candidate(12, 9, "IMG_1234", 9), Candidate(12, 9, "beach", 1), "original name"),
        (Candidate(12, 9, "beach", 1), Candidate(12, 9, "sea", 9), "oldest"),
        (Candidate(12, 9, "sea", 1, "/a/sea.jpg"), Candidate(12, 9, "sea", 1, "/a/b/sea.jpg"), ""),
    ],
)
def test_the_best_file_and_why(best: Candidate, other: Candidate, reason: str) -> None:
    assert by_quality([best, other]) == ([0, 1], reason)
    assert by_quality([other, best]) == ([1, 0], reason)


@pytest.mark.parametrize(
    "name",
    [
        "IMG_1 (2)",
        "holiday copy",
        "holiday copy 3",
        "holiday-edited",
        "Copy of holiday",
        "a~2",
        "写真のコピー",
        "a 副本",
    ],
)
def test_names_of_copies(name: str) -> None:
    assert is_copy(name)


@pytest.mark.parametrize("name", ["IMG_1234", "holiday", "Kopenhagen", "copyright", "2019-05-01 12.30", "small town"])
def test_names_of_originals(name: str) -> None:
    assert not is_copy(name)
