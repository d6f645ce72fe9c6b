"""'Nothing really matches', with the bundled model on real photos and on small and odd libraries."""

import csv
from pathlib import Path

import numpy as np
import pytest
from embedded import EmbeddedPhotos

from clipdesk.core.entities import Matrix
from clipdesk.search.background import MatchLine, background_prompts
from clipdesk.search.engine import SearchEngine

NONSENSE = ("qwxz flurb gnontic", "asdf jkl qwer", "hjkl uiop", "lorem ipsum dolor sit amet", "12345", "ytrewq nbvcxz")
THERE = ("dog", "snow", "beach", "a dog running on the beach", "kids jumping into a pool", "mountain", "grass")


def _good(engine: SearchEngine, query: str) -> int:
    return sum(hit.match == "good" for hit in engine.search(query, 1_000).hits)


def test_what_is_there_matches_and_nonsense_does_not(engine: SearchEngine) -> None:
    there = {query: _good(engine, query) for query in THERE}
    nonsense = {query: _good(engine, query) for query in NONSENSE}
    print(there, nonsense)
    assert min(there.values()) >= 2
    assert max(nonsense.values()) < min(there["dog"], there["snow"], there["beach"])
    assert sorted(nonsense.values())[len(nonsense) // 2] == 0


def test_captions_match_their_own_photo_far_more_often_than_others(
    embedded_photos: EmbeddedPhotos, engine: SearchEngine, photos_folder: Path
) -> None:
    with (photos_folder / "library-captions.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::25]
    own, others, total = 0, 0, 0
    for row in rows:
        caption = row["caption"].replace('"', "").rstrip(" .")
        for hit in engine.search(f'"{caption}"', 1_000).hits:
            mine = hit.photo.paths[0] == embedded_photos.root / row["image"]
            own += mine and hit.match == "good"
            others += not mine and hit.match == "good"
            total += not mine
    print(f"own {own / len(rows):.2f}, others {others / total:.3f}")
    assert own / len(rows) > 0.3
    assert others / total < 0.06


def test_good_comes_before_weak(engine: SearchEngine) -> None:
    for query in ("dog", "dog - water", "2:beach + 0.5:dog"):
        matches = [hit.match for hit in engine.search(query, 1_000).hits]
        assert matches == sorted(matches, key=("good", "weak").index)


def test_textness_does_not_change_what_matches(engine: SearchEngine) -> None:
    plain = {hit.photo.id: hit.match for hit in engine.search("dog", 1_000).hits}
    moved = {hit.photo.id: hit.match for hit in engine.search("dog", 1_000, textness=2.0).hits}
    assert plain == moved


def _clouds(sizes: dict[int, int], seed: int = 0, dim: int = 32) -> Matrix:
    rng = np.random.default_rng(seed)
    vectors = np.concatenate(
        [3 * np.eye(dim)[axis] + 0.3 * rng.standard_normal((size, dim)) for axis, size in sizes.items()]
    )
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("count", [1, 2, 5, 40, 1_000])
def test_one_subject_matches_its_own_query_whatever_the_number_of_photos(count: int) -> None:
    photos, prompts = _clouds({0: count}), _clouds(dict.fromkeys(range(1, 32), 6), seed=1)
    line = MatchLine(photos)
    fitting, unrelated = _clouds({0: 1}, seed=2)[0], _clouds({9: 1}, seed=3)[0]
    assert np.mean(photos @ fitting >= line.line(fitting, ((1.0, False),), prompts)) >= 0.95
    assert np.mean(photos @ unrelated >= line.line(unrelated, ((1.0, False),), prompts)) <= 0.2


def test_pictures_are_compared_with_the_other_photos() -> None:
    photos, prompts = _clouds(dict.fromkeys(range(30), 10)), _clouds({1: 10}, seed=1)
    line = MatchLine(photos).line(photos[0], ((1.0, True),), prompts)
    similar = photos @ photos[0] >= line
    assert similar[:10].mean() > 0.4
    assert not similar[10:].any()


def test_one_photo_is_no_background_for_itself() -> None:
    photos = _clouds({0: 1})
    assert photos[0] @ photos[0] >= MatchLine(photos).line(photos[0], ((1.0, True),), photos[:0])


def test_the_line_is_the_same_for_the_same_proportions() -> None:
    photos, prompts = _clouds(dict.fromkeys(range(30), 10)), _clouds(dict.fromkeys(range(20), 5), seed=1)
    line, query = MatchLine(photos), photos[5]
    assert line.line(query, ((2.0, False), (-1.0, False)), prompts) == pytest.approx(
        line.line(query, ((20.0, False), (-10.0, False)), prompts)
    )


def test_background_prompts_are_many_and_different() -> None:
    prompts = background_prompts()
    assert 150 <= len(prompts) == len(set(prompts))
    assert not any(prompt.startswith("#") for prompt in prompts)
