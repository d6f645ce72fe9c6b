"""Makes the stored database of the present schema version: python -m catalog.make_stored, in tests/, at a release."""

import tempfile
from pathlib import Path

from clipdesk.catalog import schema
from clipdesk.catalog.library import open_library

from .making import fill

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, open_library(Path(folder), write=True, create=True) as library:
        fill(library.catalog, Path("/photos"))
        copy = library.back_up()
        copy.replace(Path(__file__).with_name("stored") / f"version-{schema.SCHEMA_VERSION}.sqlite")
