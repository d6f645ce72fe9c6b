"""The engine over a real catalogue, real photos and the bundled model."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from embedded import EmbeddedPhotos
from PIL import Image

from clipdesk.catalog.library import Library, open_library
from clipdesk.core.errors import DecodeError, QuerySyntaxError, UserError
from clipdesk.indexing.decoder import load_pixels
from clipdesk.models.encoder import Encoder
from clipdesk.search import candidates, hnsw_index, photo_vectors, reduced_index
from clipdesk.search import engine as engine_module
from clipdesk.search.engine import SearchEngine, SearchResult
from clipdesk.search.index_files import IndexFiles

Open = Callable[..., SearchEngine]


def _names(result: SearchResult) -> list[str]:
    return [hit.photo.paths[0].name for hit in result.hits]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", write=True, create=True) as library:
        yield library


@pytest.fixture
def open_engine(library: Library, embedded_photos: EmbeddedPhotos) -> Open:
    def make(*, write: bool = True, encoder: Encoder | Callable[[], Encoder] | None = None) -> SearchEngine:
        return SearchEngine(
            library.catalog,
            library.index_folder,
            encoder or embedded_photos.encoder,
            write=write,
            load_pixels=load_pixels,
            model_key=embedded_photos.encoder.info.key,
        )

    return make


@pytest.fixture
def add(library: Library, embedded_photos: EmbeddedPhotos) -> Callable[[slice], None]:
    folder = library.catalog.folders.add(embedded_photos.root)

    def commit(chosen: slice) -> None:
        library.catalog.commit_batch(embedded_photos.results(folder.id, chosen), embedded_photos.encoder.info.key)

    return commit


def test_hits_are_complete_and_best_first(engine: SearchEngine, embedded_photos: EmbeddedPhotos) -> None:
    result = engine.search("dog", 1_000)
    assert len(result.hits) == len(embedded_photos.files)
    scores = [hit.score for hit in result.hits if hit.score is not None]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == len(result.hits)
    for hit in result.hits[:20]:
        assert hit.similarity == hit.score
        assert hit.textness in (0.5, -0.5)
        assert hit.photo.paths[0].is_absolute()
    assert result.sigma is not None
    assert result.sigma > 0.01
    assert result.notes == ()
    assert [hit.photo.id for hit in engine.search("dog", 7).hits] == [hit.photo.id for hit in result.hits[:7]]
    assert engine.search("dog", 0).hits == ()


def test_terms_weights_and_pictures_change_the_ranking(engine: SearchEngine, embedded_photos: EmbeddedPhotos) -> None:
    picture = embedded_photos.files[3]
    queries = ("dog", "dog - water", "dog + snow", "3:dog + snow", f'"{picture}" + snow', f'"{picture}"')
    found = [tuple(_names(engine.search(query, 10))) for query in queries]
    assert len(set(found)) == len(queries)
    assert found[-1][0] == picture.name


def test_filters(engine: SearchEngine, embedded_photos: EmbeddedPhotos) -> None:
    inside = {file.name for file in embedded_photos.files if "garden" in file.parts}
    assert inside
    words = engine.search("dog in:garden", 1_000)
    assert set(_names(words)) == inside
    alone = engine.search("in:garden", 1_000)
    assert set(_names(alone)) == inside
    assert {(hit.score, hit.match) for hit in alone.hits} == {(None, "good")}
    assert alone.sigma is None
    folder = embedded_photos.files[0].parent
    assert set(_names(engine.search(f'in:"{folder}"', 1_000))) == {
        file.name for file in embedded_photos.files if file.is_relative_to(folder)
    }
    assert len(engine.search("dog -in:garden", 1_000).hits) == len(embedded_photos.files) - len(inside)
    assert engine.search("dog in:nowhere", 10).hits == ()


def test_textness_ranks_words_up_and_down(engine: SearchEngine) -> None:
    means = [
        np.mean([hit.textness for hit in hits if hit.textness is not None])
        for _, hits in engine.textness_grid("a street", (-2.0, -1.0, 0.0, 1.0, 2.0), 20)
    ]
    assert means == sorted(means)
    assert means[0] < -0.3
    assert means[-1] > 0.3


def test_the_slider_can_move_without_the_engine(engine: SearchEngine) -> None:
    sent = {hit.photo.id for hit in engine.search("a street", 15, for_slider=True).hits}
    for scale in (-2.0, 0.0, 2.0):
        assert {hit.photo.id for hit in engine.search("a street", 15, scale).hits} <= sent
    assert len(sent) <= 45


def test_similar_lists_the_photo_itself_first(engine: SearchEngine, embedded_photos: EmbeddedPhotos) -> None:
    for photo in embedded_photos.files[::60]:
        for textness in (0.0, 2.0, -2.0):
            result = engine.similar(photo, 5, textness)
            assert _names(result)[0] == photo.name
            assert len({hit.photo.id for hit in result.hits}) == 5
            assert (result.hits[0].similarity, result.hits[0].match) == (1.0, "good")


def test_a_smaller_copy_elsewhere_finds_its_original(
    engine: SearchEngine, embedded_photos: EmbeddedPhotos, tmp_path: Path
) -> None:
    for photo in embedded_photos.files[5::90]:
        copy = tmp_path / "other name.png"
        with Image.open(photo) as picture:
            picture.resize((picture.width * 2 // 3, picture.height * 2 // 3)).save(copy)
        assert _names(engine.similar(copy, 3))[0] == photo.name


def test_tags(engine: SearchEngine, embedded_photos: EmbeddedPhotos, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("dog\nsnow\nbeach\n", encoding="utf-8")
    tags = engine.tags(embedded_photos.files[0], 2, words)
    assert len(tags) == 2
    assert tags[0].score >= tags[1].score
    assert {tag.tag for tag in tags} <= {"dog", "snow", "beach"}


def test_a_script_that_the_model_never_learned_is_told(engine: SearchEngine) -> None:
    (note,) = engine.search("雪の中の犬", 5).notes
    assert "ViT-B-16-SigLIP2" in note
    assert "\n" not in note
    assert engine.search("café in the snow", 5).notes == ()


def test_filters_and_stored_photos_need_no_model(
    open_engine: Open, add: Callable[[slice], None], embedded_photos: EmbeddedPhotos
) -> None:
    def no_model() -> Encoder:
        raise AssertionError("the model was loaded")

    add(slice(0, 30))
    engine = open_engine(encoder=no_model)
    assert len(engine.search("type:jpeg", 10).hits) == 10
    assert _names(engine.similar(embedded_photos.files[4], 5))[0] == embedded_photos.files[4].name


def test_errors_that_the_user_can_mend(
    open_engine: Open, add: Callable[[slice], None], embedded_photos: EmbeddedPhotos, tmp_path: Path
) -> None:
    engine = open_engine()
    for ask in (
        lambda: engine.search("dog", 5),
        lambda: engine.search("in:garden", 5),
        lambda: engine.similar(embedded_photos.files[0], 5),
    ):
        with pytest.raises(UserError, match="clipdesk index"):
            ask()
    with pytest.raises(QuerySyntaxError):
        engine.search('"dog', 5)
    add(slice(0, 5))
    with pytest.raises(UserError, match="no picture"):
        engine.search(f'"{tmp_path / "none.jpg"}" + dog', 5)
    with pytest.raises(UserError, match="cancel"):
        engine.search("dog - dog", 5)
    with pytest.raises(UserError, match="filters alone"):
        engine.textness_grid("in:garden", (0.0,), 5)
    liar = tmp_path / "liar.jpg"
    liar.write_text("no picture")
    with pytest.raises(DecodeError):
        engine.similar(liar, 5)


def test_a_tiny_library_can_be_searched(open_engine: Open, add: Callable[[slice], None]) -> None:
    add(slice(0, 1))
    engine = open_engine()
    assert len(engine.search("dog", 5).hits) == 1
    add(slice(1, 5))
    assert len(engine.search("dog", 500).hits) == 5


def test_what_was_committed_or_removed_is_seen(
    open_engine: Open, add: Callable[[slice], None], library: Library, embedded_photos: EmbeddedPhotos
) -> None:
    add(slice(0, 20))
    engine = open_engine()
    assert len(engine.search("dog", 1_000).hits) == 20
    add(slice(20, 30))
    assert len(engine.search("dog", 1_000).hits) == 30
    assert _names(engine.similar(embedded_photos.files[25], 1)) == [embedded_photos.files[25].name]
    folder = library.catalog.folders.all()[0]
    known = library.catalog.files.known(folder.id)
    gone = embedded_photos.files[25].relative_to(embedded_photos.root).as_posix()
    library.catalog.files.remove([known[gone].id])
    names = _names(engine.search("dog", 1_000))
    assert len(names) == 29
    assert embedded_photos.files[25].name not in names


def test_photos_of_another_model_wait(
    open_engine: Open, add: Callable[[slice], None], library: Library, embedded_photos: EmbeddedPhotos
) -> None:
    folder = library.catalog.folders.add(embedded_photos.root)
    library.catalog.commit_batch(embedded_photos.results(folder.id, slice(0, 5)), "another model")
    with pytest.raises(UserError, match="with this model"):
        open_engine().search("dog", 5)
    assert len(open_engine().search("in:library", 5).hits) == 5
    add(slice(5, 10))
    result = open_engine().search("dog", 100)
    assert len(result.hits) == 5
    assert any("not indexed with this model" in note for note in result.notes)


# ---- a library that is big enough for files and a graph ----


@pytest.fixture
def big(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_vectors, "FILES_FROM", 100)
    monkeypatch.setattr(photo_vectors, "REDUCED_FROM", 200 * 384)
    monkeypatch.setattr(photo_vectors, "GRAPH_FROM", 200 * 64)
    monkeypatch.setattr(candidates, "_FEW", 20)
    monkeypatch.setattr(reduced_index, "_SPARE", 150)


@pytest.mark.usefixtures("big")
def test_index_files_are_written_read_extended_and_replaced(
    open_engine: Open, add: Callable[[slice], None], library: Library
) -> None:
    add(slice(0, 250))
    exact = open_engine().search("dog", 5)
    writer = open_engine()
    writer.prepare()
    assert len(list(library.index_folder.glob("*-000001.*"))) == 6
    reader = open_engine(write=False)
    assert reader.search("dog", 5).hits == exact.hits
    add(slice(250, 292))
    after = open_engine(write=False)
    assert len(after.search("dog", 1_000).hits) == 292
    writer.close()
    assert len(list(library.index_folder.glob("*-000002.*"))) == 6
    assert not list(library.index_folder.glob("*-000001.*"))
    assert open_engine().search("dog", 5).hits == reader.search("dog", 5).hits == after.search("dog", 5).hits


@pytest.mark.usefixtures("big")
@pytest.mark.parametrize("damage", ["folder gone", "graph cut", "short vectors cut"])
def test_index_files_that_are_gone_or_damaged_are_made_again(
    open_engine: Open, add: Callable[[slice], None], library: Library, damage: str
) -> None:
    add(slice(0, 250))
    open_engine().prepare()
    expected = open_engine().search("dog", 5).hits
    (part,) = library.index_folder.glob("*.graph" if damage == "graph cut" else "*.reduced.npy")
    if damage == "folder gone":
        for file in library.index_folder.iterdir():
            file.unlink()
        library.index_folder.rmdir()
    else:
        part.write_bytes(part.read_bytes()[:1_000])
    engine = open_engine()
    assert engine.search("dog", 5).hits == expected
    engine.prepare()
    for kind in ("graph", "reduced.npy", "basis.npy"):
        (again,) = library.index_folder.glob(f"*.{kind}")
        assert again.stat().st_size > 1_000


@pytest.mark.usefixtures("big")
def test_closing_builds_no_graph(open_engine: Open, add: Callable[[slice], None], library: Library) -> None:
    add(slice(0, 250))
    engine = open_engine()
    engine.search("dog", 5)
    engine.close()
    assert {file.suffix for file in library.index_folder.iterdir()} == {".json", ".npy", ".npz"}


@pytest.mark.usefixtures("big")
def test_an_unfinished_graph_is_not_searched_and_grows_on(
    open_engine: Open, add: Callable[[slice], None], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hnsw_index, "_CHUNK", 60)
    monkeypatch.setattr(engine_module, "_GRAPH_SECONDS", 1e-9)
    add(slice(0, 250))
    expected = open_engine().search("dog", 5).hits
    (key,) = library.catalog.embeddings.models()
    for rows in (60, 120, 180, 240):
        open_engine().prepare()
        vectors = photo_vectors.PhotoVectors(library.catalog, library.index_folder, key, write=False)
        # Nearly all is enough: the other ten are searched exactly.
        assert (vectors.graph is not None) == (rows == 240)
        assert open_engine(write=False).search("dog", 5).hits == expected
    assert vectors.graph is not None
    assert vectors.graph.graph_rows == 240


@pytest.mark.usefixtures("big")
def test_short_vectors_propose_what_an_exact_search_finds(
    open_engine: Open, add: Callable[[slice], None], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_vectors, "GRAPH_FROM", 10**9)
    monkeypatch.setattr(reduced_index, "_SPARE", 30)
    add(slice(0, 250))
    exact, queries = open_engine(), ("dog", "a street", "dog type:jpeg", "dog -street")
    expected = [_names(exact.search(query, 5, scale)) for query in queries for scale in (0.0, 2.0)]
    exact.prepare()
    (key,) = library.catalog.embeddings.models()
    vectors = photo_vectors.PhotoVectors(library.catalog, library.index_folder, key, write=False)
    assert vectors.reduced is not None
    assert vectors.graph is None
    for engine in (exact, open_engine(write=False)):
        assert [_names(engine.search(query, 5, scale)) for query in queries for scale in (0.0, 2.0)] == expected
    add(slice(250, 292))
    assert vectors.refresh()
    assert len(vectors.reduced) == len(vectors) == 292
    assert len(exact.search("dog", 1_000).hits) == 292


@pytest.mark.usefixtures("big")
def test_short_vectors_are_chosen_anew_when_the_library_has_grown_much(
    open_engine: Open, add: Callable[[slice], None], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_vectors, "REDUCED_FROM", 100 * 384)
    for start, end, learned in ((0, 110, 110), (110, 180, 110), (180, 230, 230)):
        add(slice(start, end))
        open_engine().prepare()
        (key,) = library.catalog.embeddings.models()
        saved = IndexFiles(library.index_folder, library.catalog.state, key).load()
        assert saved is not None
        assert saved.learned == learned


@pytest.mark.usefixtures("big")
def test_textness_that_is_measured_later_is_seen(
    open_engine: Open, add: Callable[[slice], None], library: Library
) -> None:
    add(slice(0, 250))
    writer = open_engine()
    writer.prepare()
    (photo,) = (hit.photo for hit in writer.search("dog", 1).hits)
    (key,) = library.catalog.embeddings.models()
    library.catalog.embeddings.set_textness(key, [photo.id], [1.75])
    # In one that had read the old value, and in one that reads it from files written before.
    for engine in (writer, open_engine(write=False)):
        (hit,) = engine.search("dog", 1).hits
        assert (hit.photo.id, hit.textness) == (photo.id, 1.75)


def test_a_filter_is_asked_anew_after_a_commit(open_engine: Open, add: Callable[[slice], None]) -> None:
    add(slice(0, 20))
    engine = open_engine()
    assert len(engine.search("dog type:jpeg", 1_000).hits) == 20
    add(slice(20, 30))
    assert len(engine.search("dog type:jpeg", 1_000).hits) == 30


@pytest.mark.usefixtures("big")
def test_the_slider_works_through_the_graph(open_engine: Open, add: Callable[[slice], None]) -> None:
    add(slice(0, 292))
    exact = open_engine()
    expected = [_names(exact.search("a street", 5, scale)) for scale in (0.0, 2.0)]
    exact.prepare()
    through = open_engine()
    assert [_names(through.search("a street", 5, scale)) for scale in (0.0,)] == expected[:1]
    assert len(through.search("a street", 5, 2.0).hits) == 5
