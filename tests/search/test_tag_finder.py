from pathlib import Path

import numpy as np
import pytest
from embedded import EmbeddedPhotos

from clipdesk.core.errors import CancelledError
from clipdesk.search.engine import Snapshot
from clipdesk.search.tag_finder import TagFinder, undecided
from clipdesk.search.vector_index import ExactIndex
from clipdesk.search.vocabulary import load_vocabulary
from clipdesk.search.zero_shot import SUGGESTED, TagScorer


@pytest.fixture
def tags(tmp_path: Path) -> Path:
    file = tmp_path / "tags.txt"
    file.write_text("[animals]\ndog\ncat\n[places]\nbeach\nsnow\nmountain\nstreet | a street in a city\n", "utf-8")
    return file


def _library(photos: EmbeddedPhotos, live: np.ndarray | None = None) -> Snapshot:
    count = len(photos.vectors)
    live = np.ones(count, bool) if live is None else live
    return Snapshot(photos.encoder.info.key, np.arange(1, count + 1), live, ExactIndex(photos.vectors), photos.vectors)


def test_candidates_are_the_photos_that_the_tag_is_suggested_for(embedded_photos: EmbeddedPhotos, tags: Path) -> None:
    vocabulary = load_vocabulary(tags)
    found = TagFinder().find(vocabulary, _library(embedded_photos), lambda: embedded_photos.encoder, lambda: None)
    scorer = TagScorer(embedded_photos.encoder, vocabulary).beside(TagScorer(embedded_photos.encoder))
    scorer.set_background(embedded_photos.vectors)
    suggested: dict[str, set[int]] = {tag.tag: set() for tag in vocabulary}
    for number, vector in enumerate(embedded_photos.vectors, start=1):
        for suggestion in scorer.suggest(vector, len(scorer.vocabulary), SUGGESTED):
            if suggestion.tag in suggested:
                suggested[suggestion.tag].add(number)
    assert any(suggested.values())
    for place, tag in enumerate(vocabulary):
        photo_ids, scores = found.of(place)
        assert set(photo_ids.tolist()) == suggested[tag.tag]
        assert (np.diff(scores) <= 0).all()
    assert found.place_of("BEACH") == 2
    assert found.place_of("nothing") is None


def test_nothing_is_worked_out_twice(embedded_photos: EmbeddedPhotos, tags: Path) -> None:
    finder, vocabulary = TagFinder(), load_vocabulary(tags)
    first = finder.find(vocabulary, _library(embedded_photos), lambda: embedded_photos.encoder, lambda: None)

    def stop() -> None:
        raise CancelledError

    assert finder.find(vocabulary, _library(embedded_photos), lambda: embedded_photos.encoder, stop) is first
    live = np.ones(len(embedded_photos.vectors), bool)
    live[0] = False
    with pytest.raises(CancelledError):
        finder.find(vocabulary, _library(embedded_photos, live), lambda: embedded_photos.encoder, stop)
    fewer = finder.find(vocabulary, _library(embedded_photos, live), lambda: embedded_photos.encoder, lambda: None)
    assert 1 not in fewer.photo_ids


def test_an_empty_library_has_no_candidates(embedded_photos: EmbeddedPhotos, tags: Path) -> None:
    none = np.zeros((0, embedded_photos.vectors.shape[1]), np.float32)
    library = Snapshot(
        embedded_photos.encoder.info.key, np.zeros(0, np.int64), np.zeros(0, bool), ExactIndex(none), none
    )
    found = TagFinder().find(load_vocabulary(tags), library, lambda: embedded_photos.encoder, lambda: None)
    assert all(not len(found.of(place)[0]) for place in range(6))


def test_undecided() -> None:
    assert undecided(np.array([1, 2, 3]), None).all()
    assert undecided(np.array([1, 2, 3]), np.array([2, 9])).tolist() == [True, False, True]
