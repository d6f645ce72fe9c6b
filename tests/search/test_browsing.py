"""Browsing the real photos against what a search finds."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from embedded import EmbeddedPhotos

from clipdesk.catalog.catalog import FileResult
from clipdesk.catalog.library import Library, open_library
from clipdesk.core.entities import FoundFile, PhotoMetadata
from clipdesk.core.errors import QuerySyntaxError
from clipdesk.indexing.decoder import load_pixels
from clipdesk.search.browsing import browse
from clipdesk.search.engine import SearchEngine


def never() -> SearchEngine:
    raise AssertionError("listing needs no engine")


@pytest.mark.parametrize("textness", [0.0, 1.5])
def test_the_best_are_those_of_a_search(photo_library: Library, engine: SearchEngine, textness: float) -> None:
    found = browse(photo_library.catalog, lambda: engine, "a dog on grass", limit=30, textness=textness)
    searched = engine.search("a dog on grass", 30, textness, for_slider=True)

    assert found.photo_ids.tolist() == [hit.photo.id for hit in searched.hits]
    assert found.similarities is not None
    assert found.similarities.tolist() == pytest.approx([hit.similarity for hit in searched.hits])
    assert found.good.tolist() == [hit.match == "good" for hit in searched.hits]
    assert found.sigma == searched.sigma
    known = [np.nan if hit.textness is None else hit.textness for hit in searched.hits]
    assert found.textness.tolist() == pytest.approx(known, nan_ok=True)
    assert found.good.any()


def test_everything_newest_first_without_an_engine(photo_library: Library, engine: SearchEngine) -> None:
    catalog = photo_library.catalog
    found = browse(catalog, never, "  ", limit=5)

    assert found.photo_ids.tolist() == catalog.photos.filter(()).tolist()
    assert found.similarities is None
    assert found.good.all()
    oldest = browse(catalog, never, "", limit=5, order="oldest")
    assert oldest.photo_ids.tolist() == found.photo_ids.tolist()[::-1]
    only = browse(catalog, never, "name:*1.jpg", limit=5)
    assert only.photo_ids.tolist() == [hit.photo.id for hit in engine.search("name:*1.jpg", 1000).hits]
    assert 0 < len(only.photo_ids) < len(found.photo_ids)


def test_by_name_and_in_folders(photo_library: Library, embedded_photos: EmbeddedPhotos) -> None:
    catalog = photo_library.catalog
    found = browse(catalog, never, "", limit=5, order="name", group="folder")
    photos = catalog.photos.get(found.photo_ids)
    paths = [photos[photo_id].paths[0] for photo_id in found.photo_ids.tolist()]

    starts = [group.start for group in found.groups]
    assert starts[0] == 0
    assert [group.label for group in found.groups] == sorted({str(path.parent) for path in embedded_photos.files})
    for group, end in zip(found.groups, [*starts[1:], len(paths)], strict=True):
        inside = paths[group.start : end]
        assert {str(path.parent) for path in inside} == {group.label}
        assert [path.name.casefold() for path in inside] == sorted(path.name.casefold() for path in inside)


def test_sorted_otherwise_what_hardly_matches_comes_last(photo_library: Library, engine: SearchEngine) -> None:
    catalog = photo_library.catalog
    ranked = browse(catalog, lambda: engine, "water", limit=1000)
    newest = browse(catalog, lambda: engine, "water", limit=1000, order="newest")
    grouped = browse(catalog, lambda: engine, "water", limit=1000, group="folder")
    good = int(ranked.good.sum())
    assert 0 < good < len(ranked.good)

    for found in (newest, grouped):
        assert found.good[:good].all()
        assert found.photo_ids[good:].tolist() == ranked.photo_ids[~ranked.good].tolist()
    listed = catalog.photos.filter(())
    assert newest.photo_ids[:good].tolist() == [one for one in listed if one in set(ranked.photo_ids[ranked.good])]
    assert (grouped.groups[-1].label, grouped.groups[-1].start) == ("", good)
    assert grouped.similarities is not None
    ends = [*(group.start for group in grouped.groups[1:]), len(grouped.photo_ids)]
    for group, end in zip(grouped.groups, ends, strict=True):
        assert np.all(np.diff(grouped.similarities[group.start : end]) <= 0)


def test_days(tmp_path: Path) -> None:
    with open_library(tmp_path / "library", write=True, create=True) as library:
        folder = library.catalog.folders.add(tmp_path)
        first = datetime(2020, 2, 28, 22)
        library.catalog.commit_batch(
            [
                FileResult(
                    folder.id,
                    FoundFile(f"{9 - number}.jpg", 10, number),
                    content_hash=f"{number:032x}",
                    metadata=PhotoMetadata(4, 3, first + timedelta(hours=number)),
                )
                for number in range(6)
            ],
            "model",
        )
        catalog = library.catalog
        found = browse(catalog, never, "", limit=5, group="day")
        oldest = browse(catalog, never, "", limit=5, group="day", order="oldest")
        named = browse(catalog, never, "", limit=5, group="day", order="name")

        assert [(group.label, group.start) for group in found.groups] == [("2020-02-29", 0), ("2020-02-28", 4)]
        assert [(group.label, group.start) for group in oldest.groups] == [("2020-02-28", 0), ("2020-02-29", 2)]
        assert [(group.label, group.start) for group in named.groups] == [("2020-02-29", 0), ("2020-02-28", 4)]
        assert oldest.photo_ids.tolist() == found.photo_ids.tolist()[::-1]
        names = [catalog.photos.get(named.photo_ids)[one].paths[0].name for one in named.photo_ids.tolist()]
        assert names == ["4.jpg", "5.jpg", "6.jpg", "7.jpg", "8.jpg", "9.jpg"]


def test_what_changes_is_seen_and_an_empty_library_is_no_error(tmp_path: Path, engine: SearchEngine) -> None:
    with open_library(tmp_path / "library", write=True, create=True) as library:
        catalog = library.catalog
        assert len(browse(catalog, never, "", limit=5).photo_ids) == 0
        assert len(browse(catalog, never, "dog", limit=5, group="day").photo_ids) == 0
        folder = catalog.folders.add(tmp_path)
        added = FileResult(folder.id, FoundFile("a.jpg", 1, 1), content_hash="a" * 32, metadata=PhotoMetadata(4, 3))
        catalog.commit_batch([added], "model")
        columns = catalog.listing.columns()
        assert len(browse(catalog, never, "", limit=5).photo_ids) == 1
        assert catalog.listing.columns() is columns
        with pytest.raises(QuerySyntaxError):
            browse(catalog, never, 'dog "', limit=5)


def test_photos_without_embeddings_are_no_error(tmp_path: Path, embedded_photos: EmbeddedPhotos) -> None:
    with open_library(tmp_path / "library", write=True, create=True) as library:
        folder = library.catalog.folders.add(tmp_path)
        added = FileResult(folder.id, FoundFile("a.jpg", 1, 1), content_hash="a" * 32, metadata=PhotoMetadata(4, 3))
        library.catalog.commit_batch([added], "model")
        engine = SearchEngine(
            library.catalog,
            library.index_folder,
            embedded_photos.encoder,
            write=False,
            load_pixels=load_pixels,
        )
        found = browse(library.catalog, lambda: engine, "dog", limit=5)
        assert len(found.photo_ids) == 0
        assert found.notes
