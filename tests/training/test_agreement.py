import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.errors import UserError
from clipdesk.indexing.decoder import load_pixels
from clipdesk.models.encoder import Encoder
from clipdesk.models.loader import load_encoder
from clipdesk.training import agreement
from clipdesk.training.agreement import Queries, Ranking
from clipdesk.training.contact_sheet import MOST_QUERIES, draw_sheet


def order(*rows: list[int]) -> agreement.Order:
    return np.array(rows, np.intp)


def test_average_precision_of_hand_computed_cases() -> None:
    own = order([7, 1, 2, 3], [0, 1, 2, 3], [3, 2, 1, 0], [4, 5, 6, 7])
    others = order([1, 3, 8, 9], [0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3])
    # first row: found at the ranks 2 and 4, with 1 of 2 and 2 of 4 right so far
    np.testing.assert_allclose(agreement.average_precision(own, others), [(1 / 2 + 2 / 4) / 4, 1, 1, 0])
    np.testing.assert_allclose(agreement.overlap(own, others), [0.5, 1, 1, 0])


def test_early_photos_in_common_count_more() -> None:
    others = order([0, 1, 2, 3])
    early, late = (agreement.average_precision(order(row), others)[0] for row in ([0, 1, 8, 9], [8, 9, 0, 1]))
    assert early > late > 0
    assert agreement.overlap(order([0, 1, 8, 9]), others) == agreement.overlap(order([8, 9, 0, 1]), others)


def test_first_keeps_ties_in_the_order_of_photos() -> None:
    photos = np.array([[1, 0], [0, 1], [1, 0], [0.8, 0.6]], np.float32)
    np.testing.assert_array_equal(agreement.first(np.array([[1, 0]], np.float32), photos, 3), [[0, 2, 3]])
    many = agreement.first(np.tile(np.array([[0, 1]], np.float32), (300, 1)), photos, 1)
    assert many.shape == (300, 1)
    assert set(many[:, 0]) == {1}


def test_agreement_at_every_depth() -> None:
    rng = np.random.default_rng(0)
    one = Ranking("one", np.stack([rng.permutation(400)[:20] for _ in range(50)]))
    other = Ranking("other", np.stack([rng.permutation(400)[:20] for _ in range(50)]))
    same, blind = agreement.agreement(one, one, 400), agreement.agreement(one, other, 400)
    assert list(same["map"]) == [str(n) for n in range(10, 21)]
    assert set(same["map"].values()) == {1} == set(same["overlap"].values())
    assert blind["map_mean"] < 0.05
    assert blind["overlap"]["20"] == pytest.approx(20 / 400, abs=0.03)
    assert blind["by_chance"] == 10 / 400
    few = agreement.agreement(Ranking("a", one.order[:, :12]), Ranking("b", one.order[:, :12]), 12)
    assert list(few["map"]) == ["10", "11", "12"]
    with pytest.raises(UserError, match="9 pictures are too few"):
        agreement.agreement(one, other, 9)
    table = agreement.agreement_table({**blind, "recall": {"one": {"text_to_image": {"recall@1": 0.5}}}})
    assert len(table.splitlines()) == 2 + 11 + 3
    assert "one, text to image: recall@1 0.500" in table


def test_search_terms_of_a_text_file(tmp_path: Path) -> None:
    file = tmp_path / "terms.txt"
    file.write_text("\ufeff# remark\na dog\n\n  a red car \na dog\n", encoding="utf-8")
    assert agreement.read_queries(file) == Queries(("a dog", "a red car"))
    file.write_text("# only a remark\n", encoding="utf-8")
    with pytest.raises(UserError, match="no search terms"):
        agreement.read_queries(file)
    with pytest.raises(UserError, match="cannot be read"):
        agreement.read_queries(tmp_path / "gone.txt")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("pocket", threads=2)


def test_captions_rank_their_photos_and_give_recall(encoder: Encoder, photos_folder: Path, tmp_path: Path) -> None:
    captions = tmp_path / "captions.csv"
    lines = (photos_folder / "library-captions.csv").read_text(encoding="utf-8").splitlines()
    captions.write_text("\n".join(lines[:151]) + "\n", encoding="utf-8")
    queries = agreement.read_queries(captions)
    files = agreement.photos_of(queries, photos_folder / "library")
    assert queries.captions
    assert len(files) == len(set(queries.images))
    ranking = agreement.rank(encoder, queries, files, load_pixels)
    assert ranking.order.shape == (len(queries.texts), 20)
    found = agreement.agreement(ranking, ranking, len(files))
    assert found["recall"]["pocket"]["text_to_image"]["recall@10"] > 0.6
    assert json.loads(json.dumps(found)) == found
    gone = Queries(("a dog",), ("gone.jpg",))
    with pytest.raises(UserError, match=r"gone\.jpg is missing"):
        agreement.photos_of(gone, photos_folder / "library")


def test_sheet_shows_both_models_and_frames_what_they_share(tmp_path: Path) -> None:
    files = []
    for number in range(25):
        files.append(tmp_path / f"{number}.png")
        Image.new("RGB", (40, 30), (200, 10 * number, 30)).save(files[-1])
    files[3].write_bytes(b"no picture")
    texts = tuple(f"query {number} " + "long " * 60 for number in range(20))
    own = np.tile(np.arange(20), (20, 1))
    other = np.tile(np.r_[0:10, 15:25], (20, 1))
    out = tmp_path / "new" / "sheet.png"
    drawn = draw_sheet(Queries(texts), Ranking("student", own), Ranking("teacher", other), files, out)
    assert drawn == MOST_QUERIES
    picture = np.asarray(Image.open(out).convert("RGB")).astype(int)
    middle = picture.shape[1] // 2
    green = (np.abs(picture - (0x2F, 0x7D, 0x4F)) < 3).all(2)
    # 15 of 20 are shared (0..9 and 15..19): the same number of frames on both sides
    assert green[:, :middle].sum() == green[:, middle:].sum() > 0
    # 19 are readable, and the frames of 14 of them cover one line of pixels on each side
    red = (picture[:, :, 0] == 200) & (picture[:, :, 2] == 30)
    assert red[:, :middle].sum() == red[:, middle:].sum() == 12 * (19 * 92 * 92 - 14 * (92 * 92 - 90 * 90))
    with pytest.raises(UserError, match="no picture suffix"):
        draw_sheet(Queries(texts), Ranking("a", own), Ranking("b", other), files, tmp_path / "sheet")
