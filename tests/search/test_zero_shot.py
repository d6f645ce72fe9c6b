import csv
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.errors import UserError
from clipdesk.core.paths import cache_folder
from clipdesk.indexing.decoder import load_pixels
from clipdesk.models.encoder import Encoder
from clipdesk.models.loader import load_encoder
from clipdesk.search.vocabulary import Tag, load_vocabulary
from clipdesk.search.zero_shot import TagScorer, query_prompts, text_vector, text_vectors

GROUPS = [
    "things",
    "animals",
    "food",
    "scenes",
    "places",
    "activities",
    "events",
    "weather and light",
    "colours",
    "styles",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("pocket")


@pytest.fixture(scope="module")
def small() -> tuple[Tag, ...]:
    return tuple(Tag(name, "", name) for name in ("dog", "beach", "car", "snow", "food", "street"))


def test_bundled_vocabulary_is_large_grouped_and_has_no_tag_twice() -> None:
    vocabulary = load_vocabulary()
    assert 900 <= len(vocabulary) <= 1300
    groups = Counter(tag.group for tag in vocabulary)
    assert set(GROUPS) <= set(groups)
    assert min(groups.values()) >= 15
    lines = [line for line in _bundled_lines() if line and not line.startswith(("#", "["))]
    assert len(lines) == len(vocabulary)
    assert all(len(tag.tag) <= 40 and tag.tag == tag.tag.strip() for tag in vocabulary)


def _bundled_lines() -> list[str]:
    from clipdesk.core.paths import resources

    return [line.strip() for line in (resources() / "vocabulary.txt").read_text(encoding="utf-8").splitlines()]


def test_user_vocabulary_is_a_plain_list_with_optional_groups_and_prompts(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("\ufeffgrandma\n# a note\n[Pets]\nRex | a brown dog\n\nrex\nМурка\n", encoding="utf-8")
    assert load_vocabulary(file) == (
        Tag("grandma", "", "grandma"),
        Tag("Rex", "Pets", "a brown dog"),
        Tag("Мурка", "Pets", "Мурка"),
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"dog\n[things\n", "line 2"),
        (b"dog\ncat |\n", "line 2"),
        (b"\n\n| a prompt\n", "line 3"),
        (b"dog\n" + b"x" * 500, "line 2"),
        (b"a\x00b\n", "line 1"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"# only a note\n", "no tags"),
    ],
)
def test_bad_vocabulary_is_told_in_one_line(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "bad.txt"
    file.write_bytes(content)
    with pytest.raises(UserError) as caught:
        load_vocabulary(file)
    assert told in caught.value.message
    assert str(file) in caught.value.message
    assert "\n" not in str(caught.value)


def test_missing_vocabulary_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.txt cannot be opened"):
        load_vocabulary(tmp_path / "nowhere.txt")


def test_prompts_are_few_and_only_for_short_queries_of_models_that_gain() -> None:
    assert query_prompts(" a  dog ", "pocket") == ("a dog",)
    templated = query_prompts("a dog", "ViT-B-32")
    assert 2 <= len(templated) <= 7
    assert all("a dog" in prompt for prompt in templated)
    assert query_prompts("a dog runs over the beach", "ViT-B-32") == ("a dog runs over the beach",)
    assert "{0}" in query_prompts("{0}", "ViT-B-32")


def test_text_vectors_are_unit_length_and_batching_changes_nothing(encoder: Encoder) -> None:
    together = text_vectors(encoder, ["dog", "a street at night in the rain"])
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(together[0], text_vector(encoder, "dog"), atol=1e-4)


def test_tag_vectors_are_cached_and_a_damaged_cache_is_made_again(encoder: Encoder, small: tuple[Tag, ...]) -> None:
    folder, name = cache_folder() / "tags", f"{encoder.info.key}-*.npy"
    others = set(folder.glob(name))
    first = TagScorer(encoder, small)
    (file,) = set(folder.glob(name)) - others
    np.testing.assert_array_equal(np.load(file), first.matrix)
    file.write_bytes(file.read_bytes()[:100])
    np.testing.assert_allclose(TagScorer(encoder, small).matrix, first.matrix, atol=1e-5)
    assert np.load(file).shape == first.matrix.shape


def test_a_tag_that_every_photo_has_gives_way_to_one_that_stands_out(encoder: Encoder, small: tuple[Tag, ...]) -> None:
    scorer = TagScorer(encoder, small, cached=False)
    dog, beach = (row for row in scorer.matrix[:2])
    noise = np.random.default_rng(0).normal(0, 0.02, (400, encoder.info.dim)).astype(np.float32)
    library = dog + noise
    photo = dog + 0.8 * beach
    assert scorer.suggest(photo, 1)[0].tag == "dog"
    scorer.set_background(library)
    assert scorer.suggest(photo, 1)[0].tag == "beach"
    assert scorer.suggest(photo, 99, minimum=1e9) == ()
    assert len(scorer.suggest(photo, 3)) == 3


@pytest.mark.parametrize("count", [0, 1, 2])
def test_scores_are_finite_in_the_smallest_libraries(encoder: Encoder, small: tuple[Tag, ...], count: int) -> None:
    scorer = TagScorer(encoder, small, cached=False)
    scorer.set_background(scorer.matrix[:count].astype(np.float16))
    scores = scorer.scores(scorer.matrix)
    assert np.isfinite(scores).all()
    assert (scores.argmax(1) == np.arange(len(small))).all()


def test_photos_of_dogs_are_tagged_as_such(encoder: Encoder, photos_folder: Path) -> None:
    captions: dict[str, list[str]] = {}
    with (photos_folder / "library-captions.csv").open(newline="", encoding="utf-8") as source:
        for row in csv.DictReader(source):
            captions.setdefault(row["image"], []).append(row["caption"].lower())
    dogs = [name for name, texts in captions.items() if sum("dog" in text for text in texts) >= 4][:20]
    others = [name for name, texts in captions.items() if not any(re.search("dog|puppy", text) for text in texts)][:40]
    spec = encoder.info.image
    vectors = encoder.encode_images(
        np.stack([load_pixels(photos_folder / "library" / name, spec) for name in dogs + others])
    )
    scorer = TagScorer(encoder)
    scorer.set_background(vectors)
    suggested = [scorer.suggest(vector, 10) for vector in vectors]
    animal = [any(tag.group == "animals" or "dog" in tag.tag for tag in tags) for tags in suggested]
    doggy = [any(re.search("dog|puppy", tag.tag) for tag in tags) for tags in suggested]
    assert np.mean(animal[: len(dogs)]) >= 0.75
    assert np.mean(doggy[: len(dogs)]) > 2 * np.mean(doggy[len(dogs) :])
