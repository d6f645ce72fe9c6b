"""The real photos, embedded once by the bundled model, and a library of them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from embedded import EmbeddedPhotos

from clipdesk.catalog.library import Library, open_library
from clipdesk.indexing.decoder import load_pixels
from clipdesk.models.loader import load_encoder
from clipdesk.search.engine import SearchEngine


@pytest.fixture(scope="session")
def embedded_photos(photos_folder: Path) -> EmbeddedPhotos:
    """Embed `library/` once."""
    encoder = load_encoder("pocket")
    files = sorted(path for path in (photos_folder / "library").rglob("*") if path.is_file())
    pixels = np.stack([load_pixels(file, encoder.info.image) for file in files])
    return EmbeddedPhotos(photos_folder / "library", tuple(files), encoder.encode_images(pixels), encoder)


@pytest.fixture(scope="session")
def photo_library(embedded_photos: EmbeddedPhotos, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of all of them, to be read only."""
    with open_library(tmp_path_factory.mktemp("photos") / "library", write=True, create=True) as library:
        folder = library.catalog.folders.add(embedded_photos.root)
        library.catalog.commit_batch(embedded_photos.results(folder.id), embedded_photos.encoder.info.key)
        yield library


@pytest.fixture(scope="session")
def engine(embedded_photos: EmbeddedPhotos, photo_library: Library) -> SearchEngine:
    """An engine over `photo_library`."""
    return SearchEngine(
        photo_library.catalog,
        photo_library.index_folder,
        embedded_photos.encoder,
        write=False,
        load_pixels=load_pixels,
    )
